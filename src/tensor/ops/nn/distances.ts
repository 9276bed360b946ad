import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import { defineOp } from "../../op";
import { type Scalar, toFloat, toNumber } from "../../scalar";
import { empty, type Tensor } from "../../tensor";
import { add, div, mul, sub } from "../arithmetic";
import { clampMin } from "../clamp";
import { defineComposed } from "../composed";
import { broadcastTensors } from "../joining";
import { vectorNorm } from "../norms";
import { sum } from "../reduction";
import { indexSelect } from "../scattering";
import { renamed } from "./renamed";

export const normalize = defineOp({
  schema: "normalize(Tensor input, float p=2.0, int dim=1, float eps=1e-12) -> Tensor",
  in: ["nn.functional"],
  summary: "Divides by the norm along a dimension, so that the norm becomes 1.",
  forward: (x: Tensor, p: Scalar = 2, dim: number = 1, eps: Scalar = 1e-12) =>
    div(x, clampMin(vectorNorm(x, p, [dim], true), eps)),
});

/** Norms limited from below, as constants where they were too small. */
function atLeast(norm: Tensor, eps: Scalar): Tensor {
  return clampMin(norm, eps);
}

export const cosineSimilarity = defineOp({
  schema: "cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "The cosine of the angle between vectors along a dimension.",
  forward: (first: Tensor, second: Tensor, dim: number = 1, eps: Scalar = 1e-8) => {
    const [a, b] = broadcastTensors([first, second]);
    const unit = (t: Tensor): Tensor => div(t, atLeast(vectorNorm(t, 2, [dim], true), eps));
    return sum(mul(unit(a), unit(b)), [dim]);
  },
});

/** `at::norm`, which this distance is made of. */
const differenceNorm = renamed(vectorNorm, "_difference_norm", "NormBackward1");

export const pairwiseDistance = defineOp({
  schema: "pairwise_distance(Tensor x1, Tensor x2, float p=2.0, float eps=1e-06, bool keepdim=False) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "The p-norm of the differences along the last dimension.",
  forward: (a: Tensor, b: Tensor, p: Scalar = 2, eps: Scalar = 1e-6, keepdim: boolean = false) =>
    differenceNorm(add(sub(a, b), toFloat(toNumber(eps))), p, [Math.max(a.ndim, b.ndim) - 1], keepdim),
});

export const pdist = defineComposed({
  schema: "pdist(Tensor input, float p=2.0) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "The distances of all pairs of rows.",
  forward: (x: Tensor, p: Scalar = 2) => {
    check(x.ndim === 2, () => `pdist only supports 2D tensors, got: ${x.ndim}D`);
    const rows = x.sizes[0];
    const pairs = Array.from({ length: rows }, (_, i) => i).flatMap((i) =>
      Array.from({ length: rows - 1 - i }, (_, k) => [i, i + 1 + k] as const),
    );
    const chosen = (side: 0 | 1): Tensor => {
      const at = empty([pairs.length], int64);
      fromNumbers(
        at,
        pairs.map((pair) => pair[side]),
      );
      return indexSelect(x, 0, at);
    };
    return vectorNorm(sub(chosen(0), chosen(1)), p, [-1]);
  },
});
