import { defineOp } from "../../op";
import type { Scalar } from "../../scalar";
import type { Tensor } from "../../tensor";
import { add, div, mul, sub } from "../arithmetic";
import { clampMin } from "../clamp";
import { broadcastTensors } from "../joining";
import { vectorNorm } from "../norms";
import { sum } from "../reduction";
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
    differenceNorm(add(sub(a, b), eps), p, [Math.max(a.ndim, b.ndim) - 1], keepdim),
});
