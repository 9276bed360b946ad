import { float64 } from "../../dtype";
import { check } from "../../errors";
import { noGrad } from "../../modes";
import { defineOp } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import type { Tensor } from "../../tensor";
import { add, div, mul, pow } from "../arithmetic";
import { copy_ } from "../inplace";
import { repeat } from "../joining";
import { mean } from "../reduction";
import { rsqrt } from "../unary";
import { reshape, squeeze, unsqueeze, view } from "../views";
import { batchNormOf } from "./batch_norm";
import { checkNormalizedShape } from "./layer_norm";
import { constantPad } from "./pad";
import { averagePools } from "./pooling";
import { sizeText } from "./python_text";

type MaybeTensor = Tensor | null;

/** Each sample's channels as channels of one sample: (N, C, …) → (1, N·C, …). */
export const instanceNorm = defineOp({
  schema:
    "instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, " +
    "Tensor? bias=None, bool use_input_stats=True, float momentum=0.1, float eps=1e-05) -> Tensor",
  in: ["nn.functional"],
  summary: "Normalizes each channel of each sample by its own mean and variance.",
  forward: (
    x: Tensor,
    runningMean: MaybeTensor = null,
    runningVar: MaybeTensor = null,
    weight: MaybeTensor = null,
    bias: MaybeTensor = null,
    useInputStats: boolean = true,
    momentum: Scalar = 0.1,
    eps: Scalar = 1e-5,
  ) => {
    if (useInputStats) {
      check(
        x.sizes.slice(2).reduce((a, b) => a * b, 1) !== 1,
        () => `Expected more than 1 spatial element when training, got input size ${sizeText(x.sizes)}`,
        "ValueError",
      );
    }
    const [n, c, ...spatial] = x.sizes;
    const spread = (t: MaybeTensor): MaybeTensor => t && repeat(t, [n]);
    const [means, variances] = [spread(runningMean), spread(runningVar)];
    const flat = reshape(x, [1, n * c, ...spatial]);
    const y = batchNormOf(flat, spread(weight), spread(bias), means, variances, useInputStats, momentum, eps);
    // Running statistics are the mean over the samples.
    const settle = (running: MaybeTensor, each: MaybeTensor): void => {
      if (running && each && useInputStats) noGrad(() => copy_(running, mean(reshape(each, [n, c]), [0])));
    };
    settle(runningMean, means);
    settle(runningVar, variances);
    return view(y, x.sizes);
  },
});

const EPSILON = { single: 1.1920928955078125e-7, double: 2.220446049250313e-16 };

export const rmsNorm = defineOp({
  schema: "rms_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Divides by the root mean square over the last dimensions.",
  forward: (x: Tensor, shape: readonly number[], weight: MaybeTensor = null, eps: Scalar | null = null) => {
    checkNormalizedShape(x, shape, weight, null, "*");
    const smallest = eps === null ? (x.dtype === float64 ? EPSILON.double : EPSILON.single) : toNumber(eps);
    const dims = shape.map((_, i) => x.ndim - shape.length + i);
    const normal = mul(x, rsqrt(add(mean(pow(x, 2), dims, true), smallest)));
    return weight ? mul(normal, weight) : normal;
  },
});

export const localResponseNorm = defineOp({
  schema: "local_response_norm(Tensor input, int size, float alpha=0.0001, float beta=0.75, float k=1.0) -> Tensor",
  in: ["nn.functional"],
  summary: "Divides by a power of the mean square over neighbouring channels.",
  forward: (x: Tensor, size: number, alpha: Scalar = 1e-4, beta: Scalar = 0.75, k: Scalar = 1) => {
    check(
      x.ndim >= 3,
      () => `Expected 3D or higher dimensionality                          input (got ${x.ndim} dimensions)`,
      "ValueError",
    );
    if (x.numel === 0) return x;
    const squares = unsqueeze(mul(x, x), 1);
    const [before, after] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
    const [n, one, c, ...spatial] = squares.sizes;
    const [rows, columns] = x.ndim === 3 ? [spatial[0], 1] : [spatial[0], spatial.slice(1).reduce((a, b) => a * b, 1)];
    const blocks = reshape(squares, [n, one, c, rows, columns]);
    const padded = constantPad(blocks, [0, 0, 0, 0, before, after], 0);
    const average = averagePools[2](padded, [size, 1, 1], 1);
    const denominator = reshape(squeeze(average, 1), x.sizes);
    return div(x, pow(add(mul(denominator, alpha), k), beta));
  },
});
