import { fromNumbers } from "../elements";
import { check } from "../errors";
import { joined } from "../kernels/convert";
import { type DeviationReader, fastDeviations } from "../kernels/fast_moments";
import { partOf } from "../kernels/parts";
import { reducedDims, reducedSizes, rowsOf } from "../kernels/rows";
import { defineOp, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { emptyFrom, type Tensor } from "../tensor";
import { warn } from "../warnings";
import { add, div, mul, sub } from "./arithmetic";
import { eq } from "./comparison";
import { type Dims, dimList, mean, reducedCount, spread } from "./reduction";
import { where } from "./where";

/** Variance and standard deviation: in doubles, over n − correction. */

/** `correction`: null counts as 1, as `unbiased=True` does. */
type Spread = [self: Tensor, dim?: Dims, correction?: Scalar | null, keepdim?: boolean];

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Longer runs go through the kernels, in two passes. */
const LONG = 32;

function twoPasses(reader: DeviationReader, from: number, n: number, divisor: number): Moments {
  const mean = reader.sum(from, n) / n;
  return { mean, variance: reader.squares(from, n, mean) / divisor };
}

/** One pass that keeps a running mean (Welford), as PyTorch does along dimensions. */
function running(data: ArrayLike<number>, from: number, n: number, divisor: number): Moments {
  let mean = 0;
  let m2 = 0;
  for (let i = 0; i < n; i++) {
    const delta = data[from + i] - mean;
    mean += delta / (i + 1);
    m2 += delta * (data[from + i] - mean);
  }
  return { mean: n === 0 ? NaN : mean, variance: m2 / divisor };
}

/** Two passes around a mean that was rounded to the tensor's type, as PyTorch does over all elements. */
function around(center: number, data: ArrayLike<number>, from: number, n: number, divisor: number): Moments {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (data[from + i] - center) ** 2;
  return { mean: center, variance: sum / divisor };
}

function moments(x: Tensor, dims: Dims, correction: number, keepdim: boolean): [variance: Tensor, mean: Tensor] {
  if (x.dtype.kind === "complex") {
    const [re, im] = ([0, 1] as const).map((lane) => moments(partOf(x, lane), dims, correction, keepdim));
    return [add(re[0], im[0]), joined(re[1], im[1])];
  }
  check(x.dtype.kind === "float", "std and var only support floating point and complex dtypes");
  const reduced = reducedDims(x.ndim, dimList(dims));
  const sizes = reducedSizes(x.sizes, reduced, keepdim);
  const variances = emptyFrom([x], sizes);
  const means = emptyFrom([x], sizes);
  if (variances.isAbstract) return [variances, means];
  const { data, start, length, release } = rowsOf(x, reduced);
  const divisor = Math.max(0, reducedCount(x.sizes, reduced) - correction);
  const whole = reduced.every((r) => r) && x.numel > 0;
  const center = whole ? centerOf(x) : NaN;
  const fast = length < LONG ? null : fastDeviations(data);
  const found = Array.from({ length: variances.numel }, (_, r) => {
    const from = start + r * length;
    if (whole && fast) return { mean: center, variance: fast.squares(from, length, center) / divisor };
    if (whole) return around(center, data, from, length, divisor);
    if (fast) return twoPasses(fast, from, length, divisor);
    return running(data, from, reducedCount(x.sizes, reduced), divisor);
  });
  release();
  fromNumbers(
    variances,
    found.map((m) => m.variance),
  );
  fromNumbers(
    means,
    found.map((m) => m.mean),
  );
  return [variances, means];
}

/** Nothing to divide by: the result is nan, or inf. */
function warnOfFreedom(name: string, x: Tensor, dims: Dims, correction: number): void {
  const n = reducedCount(x.sizes, reducedDims(x.ndim, dimList(dims)));
  if (n > correction) return;
  warn(
    `${name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel ` +
      "divided by output numel).",
  );
}

function centerOf(x: Tensor): number {
  const center = mean(x);
  const value = center.storage.data[center.offset];
  return Number(value);
}

/** d var: 2 (x − mean) / (n − correction). */
function varianceGradient(grad: Tensor, x: Tensor, reduced: readonly boolean[], correction: number): Tensor {
  const n = reducedCount(x.sizes, reduced);
  const centered = sub(
    x,
    mean(
      x,
      [...reduced.keys()].filter((d) => reduced[d]),
      true,
    ),
  );
  return mul(mul(spread(grad, x.sizes, reduced), toFloat(2 / (n - correction))), centered);
}

/** The gradient of a standard deviation as one of the variance; 0 where nothing varies. */
function throughRoot(grad: Tensor, std: Tensor): Tensor {
  return where(eq(std, 0), 0, div(grad, mul(std, 2)));
}

const corrected = (correction: Scalar | null | undefined): number =>
  correction === null || correction === undefined ? 1 : toNumber(correction);

function single(name: "var" | "std", summary: string): Op<Spread, Tensor> {
  const root = name === "std";
  return defineOp({
    schema: `${name}.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward: (...[x, dim = null, correction, keepdim = false]: Spread) => {
      warnOfFreedom(name, x, dim, corrected(correction));
      const [variance] = moments(x, dim, corrected(correction), keepdim);
      return root ? rooted(variance) : variance;
    },
    save: ([x, dim = null, correction], result) =>
      [x, reducedDims(x.ndim, dimList(dim)), corrected(correction), root ? result : null] as const,
    backward: (grad, [x, reduced, correction, std]) => [
      varianceGradient(std ? throughRoot(grad, std) : grad, x, reduced, correction),
    ],
  });
}

function rooted(variance: Tensor): Tensor {
  const { data } = variance.storage.isAbstract ? { data: [] } : variance.storage;
  for (let i = 0; i < data.length; i++) (data as Float64Array)[i] = Math.sqrt(Number(data[i]));
  return variance;
}

export const variance = single("var", "The variance of all elements, or along dimensions.");
export const std = single("std", "The standard deviation of all elements, or along dimensions.");

/** The older forms take `unbiased`: whether to divide by n − 1. */
for (const [name, op] of [
  ["var", variance],
  ["std", std],
] as const) {
  const { summary } = op.spec;
  defineOp({
    schema: `${name}(Tensor self, bool unbiased) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward: (x: Tensor, unbiased: boolean) => op(x, null, Number(unbiased)),
  });
  defineOp({
    schema: `${name}.dim(Tensor self, int[1]? dim, bool unbiased, bool keepdim=False) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward: (x: Tensor, dim: Dims, unbiased: boolean, keepdim?: boolean) => op(x, dim, Number(unbiased), keepdim),
  });
}

function withMean(name: "var_mean" | "std_mean", summary: string): Op<Spread, Tensor[]> {
  const root = name === "std_mean";
  return defineOp({
    schema: `${name}.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`,
    in: ["torch"],
    summary,
    forward: (...[x, dim = null, correction, keepdim = false]: Spread) => {
      const [variances, means] = moments(x, dim, corrected(correction), keepdim);
      return [root ? rooted(variances) : variances, means];
    },
    save: ([x, dim = null, correction], [result]) =>
      [x, reducedDims(x.ndim, dimList(dim)), corrected(correction), root ? result : null] as const,
    backward: (_grad, [x, reduced, correction, result], _needs, [spreadGrad, meanGrad]) => {
      const first =
        spreadGrad && varianceGradient(result ? throughRoot(spreadGrad, result) : spreadGrad, x, reduced, correction);
      const n = toFloat(reducedCount(x.sizes, reduced));
      const second = meanGrad && div(spread(meanGrad, x.sizes, reduced), n);
      return [first && second ? add(first, second) : (first ?? second)];
    },
  });
}

export const varMean = withMean("var_mean", "The variance and the mean.");
export const stdMean = withMean("std_mean", "The standard deviation and the mean.");

for (const [name, op] of [
  ["var_mean", varMean],
  ["std_mean", stdMean],
] as const) {
  defineOp({
    schema: `${name}(Tensor self, bool unbiased) -> (Tensor, Tensor)`,
    in: ["torch"],
    summary: op.spec.summary,
    forward: (x: Tensor, unbiased: boolean) => op(x, null, Number(unbiased)),
  });
  defineOp({
    schema: `${name}.dim(Tensor self, int[1]? dim, bool unbiased, bool keepdim=False) -> (Tensor, Tensor)`,
    in: ["torch"],
    summary: op.spec.summary,
    forward: (x: Tensor, dim: Dims, unbiased: boolean, keepdim?: boolean) => op(x, dim, Number(unbiased), keepdim),
  });
}
