import { bool, type DType, float32, int64 } from "../dtype";
import { toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { filled } from "../kernels/fill";
import { defineOp, type Namespace } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { div, mul, sub } from "./arithmetic";
import { maximum } from "./clamp";
import { toDType } from "./copies";
import { cumprod, cumsum } from "./cumulative";
import { amax, amin, argmax, argmin } from "./extremes";
import { logSoftmax, softmax, softmin } from "./nn/softmax";
import { logsumexp, vectorNorm } from "./norms";
import { logaddexp } from "./pointwise";
import { prod, sum } from "./reduction";
import { nanmedianAlong } from "./sorting";
import { sqrt } from "./unary";
import { expand, reshape } from "./views";
import { where } from "./where";

/**
 * `torch.masked`: reductions and normalizations of the elements whose mask is true. What is masked out is replaced by
 * the operation's identity, then the plain operation runs.
 */

const masked: readonly Namespace[] = ["masked"];

type MaybeTensor = Tensor | null;
type Dims = readonly number[] | null;

/** The smallest and largest values of the integer types; bool has none. */
const INTEGER_RANGES: Readonly<Record<string, readonly [min: Scalar, max: Scalar]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

type Identity = (name: string, dtype: DType) => Scalar;

function bound(which: 0 | 1, infinity: number): Identity {
  return (name, dtype) => {
    if (dtype.kind === "float") return infinity;
    const range = INTEGER_RANGES[dtype.name];
    if (!range) throw new TorchError("NotImplementedError", `identity of ${name} on torch.${dtype.name} input`);
    return range[which];
  };
}

const zero: Identity = () => 0;
const one: Identity = () => 1;
const lowest = bound(0, -Infinity);
const highest = bound(1, Infinity);
const nan: Identity = () => Number.NaN;

/** The mask in the input's shape, as bool. */
function maskFor(x: Tensor, mask: Tensor): Tensor {
  check(
    mask.ndim <= x.ndim,
    "_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)",
    "IndexError",
  );
  return toDType(expand(mask, x.sizes), bool);
}

function identityWhereMasked(x: Tensor, mask: MaybeTensor, identity: Identity, name: string): Tensor {
  if (mask === null) return x;
  return where(maskFor(x, mask), x, filled([], x.dtype, identity(name, x.dtype), x.isAbstract));
}

/** Dimensions in ascending order, all of them when none is given. */
function canonical(dim: Dims, ndim: number): number[] {
  if (dim === null || dim.length === 0) return Array.from({ length: ndim }, (_, d) => d);
  const dims: number[] = [];
  for (const d of dim) {
    check(!dims.includes(d), () => `dim=${d} appears multiple times in the list of dims`);
    wrapDim(d, ndim);
    dims.push(d);
  }
  return dims.map((d) => wrapDim(d, ndim)).sort((a, b) => a - b);
}

const itself = (dtype: DType): DType => dtype;
/** Small integers and bool are added and multiplied as int64. */
const wide = (dtype: DType): DType => (dtype.kind === "float" ? dtype : int64);

interface Reduction {
  readonly summary: string;
  readonly identity: Identity;
  readonly run: (x: Tensor, dims: number[], keepdim: boolean, dtype: DType) => Tensor;
  /** The result's dtype when none is asked for. */
  readonly result?: (dtype: DType) => DType;
}

const reductions: Readonly<Record<string, Reduction>> = {
  sum: { summary: "The sum of what the mask keeps.", identity: zero, run: sum, result: wide },
  prod: {
    summary: "The product of what the mask keeps.",
    identity: one,
    result: wide,
    run: (x, dims, keepdim, dtype) => dims.reduceRight((t, d) => prod(t, d, keepdim), toDType(x, dtype)),
  },
  amax: {
    summary: "The largest element that the mask keeps.",
    identity: lowest,
    run: (x, dims, keepdim, dtype) => toDType(amax(x, dims, keepdim), dtype),
  },
  amin: {
    summary: "The smallest element that the mask keeps.",
    identity: highest,
    run: (x, dims, keepdim, dtype) => toDType(amin(x, dims, keepdim), dtype),
  },
  logsumexp: {
    summary: "log Σ exp(x) over what the mask keeps.",
    identity: lowest,
    run: (x, dims, keepdim, dtype) => toDType(logsumexp(x, dims, keepdim), dtype),
  },
};

const REDUCTION = "int[1]? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, Tensor? mask=None";

for (const [name, { summary, identity, run, result = itself }] of Object.entries(reductions)) {
  defineOp({
    schema: `${name}(Tensor input, ${REDUCTION}) -> Tensor`,
    in: masked,
    summary,
    forward: (
      x: Tensor,
      dim: Dims = null,
      keepdim: boolean | null = false,
      dtype: DType | null = null,
      mask: MaybeTensor = null,
    ) => {
      const filledIn = identityWhereMasked(x, mask, identity, name);
      return run(filledIn, canonical(dim, x.ndim), keepdim ?? false, dtype ?? result(x.dtype));
    },
  });
}

interface Located {
  readonly summary: string;
  readonly identity: Identity;
  readonly run: (x: Tensor, dim: number | null, keepdim: boolean) => Tensor;
}

const located: Readonly<Record<string, Located>> = {
  argmax: { summary: "Where the largest element that the mask keeps is.", identity: lowest, run: argmax },
  argmin: { summary: "Where the smallest element that the mask keeps is.", identity: highest, run: argmin },
};

for (const [name, { summary, identity, run }] of Object.entries(located)) {
  defineOp({
    schema:
      `${name}(Tensor input, int? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, Tensor? mask=None) ` +
      "-> Tensor",
    in: masked,
    summary,
    // PyTorch gives the index in the input's own dtype.
    forward: (
      x: Tensor,
      dim: number | null = null,
      keepdim: boolean | null = false,
      dtype: DType | null = null,
      mask: MaybeTensor = null,
    ) => toDType(run(identityWhereMasked(x, mask, identity, name), dim, keepdim ?? false), dtype ?? x.dtype),
  });
}

interface Normalization {
  readonly summary: string;
  readonly identity: Identity;
  readonly run: (x: Tensor, dim: number, dtype: DType) => Tensor;
}

const normalizations: Readonly<Record<string, Normalization>> = {
  cumsum: {
    summary: "The sum so far along a dimension, of what the mask keeps.",
    identity: zero,
    run: (x, dim, dtype) => toDType(cumsum(x, dim, dtype), dtype),
  },
  cumprod: {
    summary: "The product so far along a dimension, of what the mask keeps.",
    identity: one,
    run: (x, dim, dtype) => toDType(cumprod(x, dim, dtype), dtype),
  },
  softmax: {
    summary: "softmax over what the mask keeps; 0 elsewhere.",
    identity: lowest,
    run: (x, dim, dtype) => softmax(x, dim, 3, dtype),
  },
  log_softmax: {
    summary: "log(softmax) over what the mask keeps; −∞ elsewhere.",
    identity: lowest,
    run: (x, dim, dtype) => logSoftmax(x, dim, 3, dtype),
  },
  softmin: {
    summary: "softmax(−x) over what the mask keeps; 0 elsewhere.",
    identity: highest,
    run: (x, dim, dtype) => softmin(x, dim, 3, dtype),
  },
};

for (const [name, { summary, identity, run }] of Object.entries(normalizations)) {
  defineOp({
    schema: `${name}(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor`,
    in: masked,
    summary,
    forward: (x: Tensor, dim: number, dtype: DType | null = null, mask: MaybeTensor = null) =>
      run(identityWhereMasked(x, mask, identity, name), wrapDim(dim, x.ndim), dtype ?? x.dtype),
  });
}

/** How many elements count, and their sum. */
function countAndTotal(
  x: Tensor,
  mask: MaybeTensor,
  dims: Dims,
  keepdim: boolean,
  dtype: DType,
): [count: Tensor, total: Tensor] {
  const kept = mask === null ? filled(x.sizes, int64, 1, x.isAbstract) : maskFor(x, mask);
  const over = canonical(dims, x.ndim);
  return [sum(kept, over, keepdim), sum(identityWhereMasked(x, mask, zero, "sum"), over, keepdim, dtype)];
}

const typeError = (dtype: DType, source: string): string =>
  `mean(): Could not infer output dtype. ${source} dtype must be either a floating point or complex dtype. ` +
  `Got: torch.${dtype.name}`;

defineOp({
  schema: `mean(Tensor input, ${REDUCTION}) -> Tensor`,
  in: masked,
  summary: "The mean of what the mask keeps.",
  forward: (
    x: Tensor,
    dim: Dims = null,
    keepdim: boolean | null = false,
    dtype: DType | null = null,
    mask: MaybeTensor = null,
  ) => {
    const result = dtype ?? x.dtype;
    check(result.kind === "float", () => typeError(result, dtype ? "Optional" : "Input"), "ValueError");
    const [count, total] = countAndTotal(x, mask, dim, keepdim ?? false, result);
    return div(total, count);
  },
});

defineOp({
  schema:
    "median(Tensor input, int dim=-1, *, bool keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
  in: masked,
  summary: "The median of what the mask keeps: the lower of the two middle elements.",
  forward: (
    x: Tensor,
    dim: number = -1,
    keepdim: boolean = false,
    dtype: DType | null = null,
    mask: MaybeTensor = null,
  ) => {
    const floating = x.dtype.kind === "float";
    const filledIn = identityWhereMasked(floating ? x : toDType(x, float32), mask, nan, "median");
    const [middle] = nanmedianAlong(filledIn, wrapDim(dim, x.ndim), keepdim);
    if (floating) return middle;
    check(
      middle.isAbstract || !toNumbers(middle).some(Number.isNaN),
      "masked median expects no fully masked out rows if dtype is not floating point",
      "ValueError",
    );
    return toDType(middle, dtype ?? x.dtype);
  },
});

function maskedNorm(x: Tensor, ord: Scalar, dim: Dims, keepdim: boolean, dtype: DType | null, mask: MaybeTensor) {
  const identity = toNumber(ord) === -Infinity ? highest : zero;
  const filledIn = identityWhereMasked(x, mask, identity, "norm");
  return vectorNorm(filledIn, ord, canonical(dim, x.ndim), keepdim, dtype ?? x.dtype);
}

defineOp({
  schema:
    "norm(Tensor input, Scalar? ord=2.0, int[1]? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, " +
    "Tensor? mask=None) -> Tensor",
  in: masked,
  summary: "(Σ |x|^ord)^(1/ord) over what the mask keeps.",
  forward: (
    x: Tensor,
    ord: Scalar | null = 2,
    dim: Dims = null,
    keepdim: boolean | null = false,
    dtype: DType | null = null,
    mask: MaybeTensor = null,
  ) => maskedNorm(x, ord ?? 2, dim, keepdim ?? false, dtype, mask),
});

defineOp({
  schema:
    "normalize(Tensor input, Scalar ord, int dim, *, float eps=1e-12, ScalarType? dtype=None, Tensor? mask=None) " +
    "-> Tensor",
  in: masked,
  summary: "x / ‖x‖ along a dimension, of what the mask keeps; 0 elsewhere.",
  forward: (
    x: Tensor,
    ord: Scalar,
    dim: number,
    eps: Scalar = 1e-12,
    dtype: DType | null = null,
    mask: MaybeTensor = null,
  ) => {
    const norm = maskedNorm(x, ord, [dim], true, dtype, mask);
    const least = filled([], norm.dtype, toFloat(toNumber(eps)), norm.isAbstract);
    return div(identityWhereMasked(x, mask, zero, "sum"), maximum(norm, least));
  },
});

function variance(name: "var" | "std", summary: string): void {
  defineOp({
    schema:
      `${name}(Tensor input, int[1]? dim=None, bool? unbiased=None, *, Scalar? correction=None, ` +
      "bool? keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor",
    in: masked,
    summary,
    forward: (
      x: Tensor,
      dim: Dims = null,
      unbiased: boolean | null = null,
      correction: Scalar | null = null,
      keepdim: boolean | null = false,
      dtype: DType | null = null,
      mask: MaybeTensor = null,
    ) => {
      check(
        unbiased === null || correction === null,
        "Only one of unbiased and correction may be given",
        "AssertionError",
      );
      const result = dtype ?? (x.dtype.kind === "float" ? x.dtype : float32);
      const inner = result.kind === "float" ? result : float32;
      const lost = correction === null ? Number(unbiased ?? true) : toNumber(correction);
      const [counted, total] = countAndTotal(x, mask, dim, true, result);
      const centered = sub(x, div(total, counted));
      const squares = identityWhereMasked(mul(centered, centered), mask, zero, "sum");
      const spread = sum(squares, canonical(dim, x.ndim), keepdim ?? false, inner);
      let count = keepdim ? counted : reshape(counted, spread.sizes);
      if (lost !== 0) {
        count = sub(toDType(count, inner), toFloat(lost));
        count = maximum(count, filled([], inner, 0, count.isAbstract));
      }
      const found = toDType(div(spread, count), result);
      return name === "std" ? sqrt(found) : found;
    },
  });
}

variance("var", "The variance of what the mask keeps.");
variance("std", "The standard deviation of what the mask keeps.");

defineOp({
  schema:
    "logaddexp(Tensor input, Tensor other, *, ScalarType? dtype=None, Tensor? input_mask=None, " +
    "Tensor? other_mask=None) -> Tensor",
  in: masked,
  summary: "log(exp(input) + exp(other)), where what is masked out adds nothing.",
  forward: (
    x: Tensor,
    other: Tensor,
    dtype: DType | null = null,
    inputMask: MaybeTensor = null,
    otherMask: MaybeTensor = null,
  ) => {
    const operands = [
      identityWhereMasked(x, inputMask, lowest, "logaddexp"),
      identityWhereMasked(other, otherMask, lowest, "logaddexp"),
    ] as const;
    return toDType(logaddexp(...operands), dtype ?? x.dtype);
  },
});
