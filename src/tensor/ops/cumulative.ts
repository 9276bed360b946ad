import { bool, type DType, float64, int64, isDifferentiable } from "../dtype";
import { accessOf, eachIndex, fromNumbers, toNumbers } from "../elements";
import { check, DataDependent } from "../errors";
import { mul as times } from "../kernels/complex_math";
import { byParts, converted } from "../kernels/convert";
import { filled, fillInto } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { wrapDim } from "../shape";
import { empty, emptyFrom, type Tensor } from "../tensor";
import { add, div, mul, neg, sub } from "./arithmetic";
import { flip } from "./arranging";
import { gt } from "./comparison";
import { copy_ } from "./inplace";
import { cat, stack } from "./joining";
import { logicalXor } from "./logical";
import { prod, sum } from "./reduction";
import { diagonal, slice } from "./slicing";
import { exp, log } from "./unary";
import { named, reshape } from "./views";
import { where } from "./where";

/** Running totals along a dimension, and counts. */

type Running = [self: Tensor, dim: number, dtype?: DType | null];

/** Lines of a dimension: calls `line` with the places of its elements in the storage. */
function eachLine(x: Tensor, d: number, line: (start: number, step: number, n: number) => void): void {
  if (x.ndim === 0) {
    line(x.offset, 1, 1);
    return;
  }
  const sizes = x.sizes.filter((_, k) => k !== d);
  const strides = x.strides.filter((_, k) => k !== d);
  eachIndex(sizes, strides, x.offset, (start) => line(start, x.strides[d], x.sizes[d]));
}

/** A copy whose lines `combine` turned into running totals. */
function accumulated(x: Tensor, dim: number, dtype: DType, combine: (total: number, x: number) => number): Tensor {
  const d = wrapDim(dim, x.ndim);
  const out = x.isAbstract ? emptyFrom([x], x.sizes, dtype) : converted(x, dtype);
  if (out.isAbstract || out.numel === 0) return out;
  const { get, set } = accessOf(dtype);
  const { data } = out.storage;
  eachLine(out, d, (start, step, n) => {
    let total = get(data, start);
    for (let i = 1; i < n; i++) {
      total = combine(total, get(data, start + i * step));
      set(data, start + i * step, total);
    }
  });
  return out;
}

function exactTotals(x: Tensor, dim: number, multiply: boolean): Tensor {
  const d = wrapDim(dim, x.ndim);
  const out = x.isAbstract ? emptyFrom([x], x.sizes, int64) : converted(x, int64);
  if (out.isAbstract || out.numel === 0) return out;
  const data = out.storage.data as BigInt64Array;
  eachLine(out, d, (start, step, n) => {
    for (let i = 1; i < n; i++) {
      const [at, before] = [start + i * step, start + (i - 1) * step];
      data[at] = multiply ? data[at] * data[before] : data[at] + data[before];
    }
  });
  return out;
}

function totals(name: string, x: Tensor, dim: number, dtype: DType | null | undefined): Tensor {
  const result = dtype ?? (isDifferentiable(x.dtype) ? x.dtype : int64);
  const multiply = name === "cumprod";
  if (result.kind === "complex") {
    const z = x.dtype === result ? x : converted(x, result);
    return multiply ? complexProducts(z, dim) : byParts((part) => totals(name, part(z), dim, null));
  }
  if (result.kind !== "float") return exactTotals(x, dim, multiply);
  // A double carries the total; each element is rounded when stored.
  return accumulated(x, dim, result, multiply ? (p, v) => p * v : (s, v) => s + v);
}

function complexProducts(x: Tensor, dim: number): Tensor {
  const d = wrapDim(dim, x.ndim);
  const out = x.isAbstract ? emptyFrom([x], x.sizes) : converted(x, x.dtype);
  if (out.isAbstract || out.numel === 0) return out;
  const data = out.storage.data as Float64Array;
  eachLine(out, d, (start, step, n) => {
    const z = { re: data[2 * start], im: data[2 * start + 1] };
    for (let i = 1; i < n; i++) {
      const at = 2 * (start + i * step);
      times(z, z.re, z.im, data[at], data[at + 1], 0, 0);
      data[at] = z.re;
      data[at + 1] = z.im;
    }
  });
  return out;
}

const reversedSum = (grad: Tensor, dim: number): Tensor => flip(cumsum(flip(grad, [dim]), dim), [dim]);

export const cumsum: Op<Running, Tensor> = defineOp({
  schema: "cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The sum so far along a dimension.",
  inplace: true,
  forward: (...[x, dim, dtype]: Running) => totals("cumsum", x, dim, dtype),
  save: ([x, dim]) => [wrapDim(dim, x.ndim)],
  backward: (grad, [dim]) => [grad.ndim === 0 ? grad : reversedSum(grad, dim)],
});

export const cumprod: Op<Running, Tensor> = defineOp({
  schema: "cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product so far along a dimension.",
  inplace: true,
  forward: (...[x, dim, dtype]: Running) => totals("cumprod", x, dim, dtype),
  save: ([x, dim], result) => [x, wrapDim(dim, x.ndim), result] as const,
  backward: (grad, [x, dim, result]) => [
    grad.ndim === 0 ? grad : hasZeros(x) ? productGradient(grad, x, dim) : div(reversedSum(mul(grad, result), dim), x),
  ],
});

function hasZeros(x: Tensor): boolean {
  return !x.isAbstract && x.dtype.kind !== "complex" && toNumbers(x).includes(0);
}

/** Where a factor is 0: for each factor the products without it. */
function productGradient(grad: Tensor, x: Tensor, dim: number): Tensor {
  const n = x.sizes[dim];
  const slopes = Array.from({ length: n }, (_, k) => {
    const [own, from] = [slice(x, dim, k, k + 1), slice(grad, dim, k, n)];
    const ones = filled(own.sizes, x.dtype, 1, x.isAbstract);
    const after = cumprod(cat([ones, slice(x, dim, k + 1, n)], dim), dim);
    return mul(sum(mul(from, after), [dim]), prod(slice(x, dim, 0, k), dim));
  });
  return stack(slopes, dim);
}

export const logcumsumexp: Op<[self: Tensor, dim: number], Tensor> = defineOp({
  schema: "logcumsumexp(Tensor self, int dim) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "log of the running sum of exp(x).",
  forward: (x: Tensor, dim: number) =>
    accumulated(x, dim, x.dtype, (total, v) => {
      const top = Math.max(total, v);
      return Number.isFinite(top) ? top + Math.log1p(Math.exp(Math.min(total, v) - top)) : top;
    }),
  save: ([x, dim], result) => [x, wrapDim(dim, x.ndim), result] as const,
  backward: (grad, [x, dim, result]) => {
    if (grad.ndim === 0) return [grad];
    const least = grad.dtype === float64 ? -Number.MAX_VALUE : -3.4028234663852886e38;
    // In logarithms, so that large values cancel before they overflow; positive and negative parts apart.
    const part = (sign: (g: Tensor) => Tensor): Tensor => {
      const logs = where(gt(sign(grad), 0), log(sign(grad)), least);
      return exp(add(flip(logcumsumexp(flip(sub(logs, result), [dim]), dim), [dim]), x));
    };
    return [
      sub(
        part((g) => g),
        part((g) => neg(g)),
      ),
    ];
  },
});

type Diff = [self: Tensor, n?: number, dim?: number, prepend?: Tensor | null, append?: Tensor | null];

export const diff: Op<Diff, Tensor> = defineOp({
  schema: "diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Differences of neighbours along a dimension.",
  forward: (...[self, n = 1, dim = -1, prepend = null, append = null]: Diff): Tensor => {
    check(self.ndim > 0, "diff expects input to be at least one-dimensional");
    check(n >= 0, () => `order must be non-negative but got ${n}`);
    const d = wrapDim(dim, self.ndim);
    if (n === 0) return copy_(filled(self.sizes, self.dtype, 0, self.isAbstract), self);
    const parts = [prepend, self, append].filter((part) => part !== null);
    return differences(parts.length > 1 ? cat(parts, d) : self, n, d);
  },
});

/** Differences of differences, n times. */
function differences(self: Tensor, n: number, d: number): Tensor {
  if (n === 0) return self;
  const count = self.sizes[d];
  if (count === 0) return self;
  const [after, before] = [slice(self, d, 1), slice(self, d, 0, count - 1)];
  return differences(self.dtype === bool ? logicalXor(after, before) : sub(after, before), n - 1, d);
}

type Bincount = [self: Tensor, weights?: Tensor | null, minlength?: number];

export const bincount = defineOp({
  schema: "bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "How often each non-negative integer occurs (or the sum of its weights).",
  forward: (...[x, weights = null, minlength = 0]: Bincount) => {
    check(
      x.dtype.kind !== "float",
      `"bincount_cpu" not implemented for '${x.dtype.scalarName}'`,
      "NotImplementedError",
    );
    if (x.isAbstract) throw new DataDependent("the number of bins");
    const values = toNumbers(x);
    check(x.ndim === 1 && values.every((v) => v >= 0), "bincount only supports 1-d non-negative integral inputs.");
    const shares = weights && toNumbers(weights);
    const counts = new Float64Array(values.reduce((n, v) => Math.max(n, v + 1), minlength));
    values.forEach((v, i) => {
      counts[v] += shares ? shares[i] : 1;
    });
    const dtype = weights === null ? int64 : weights.dtype.kind === "float" ? weights.dtype : float64;
    const out = empty([counts.length], dtype, false);
    fromNumbers(out, counts);
    return out;
  },
});

type Histc = [self: Tensor, bins?: number, min?: Scalar, max?: Scalar];

export const histc = defineOp({
  schema: "histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "How many elements fall into each of so many equal bins.",
  forward: (...[x, bins = 100, min = 0, max = 0]: Histc) => {
    const out = emptyFrom([x], [bins]);
    if (out.isAbstract) return out;
    const values = toNumbers(x);
    let [low, high] = [toNumber(min), toNumber(max)];
    if (low === high && values.length > 0) {
      low = values.reduce((a, b) => Math.min(a, b));
      high = values.reduce((a, b) => Math.max(a, b));
    }
    if (low === high) [low, high] = [low - 1, high + 1];
    const counts = new Float64Array(bins);
    for (const v of values) {
      if (v >= low && v <= high) counts[Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins))]++;
    }
    fromNumbers(out, counts);
    return out;
  },
});

export const trace: Op<[self: Tensor], Tensor> = defineOp({
  schema: "trace(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The sum of a matrix's diagonal.",
  forward: (x: Tensor) => {
    check(x.ndim === 2, () => `trace: expected a matrix, but got tensor with dim ${x.ndim}`);
    return sum(diagonal(x));
  },
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [[m, n]]) => [mul(grad, identity(m, n, grad))],
});

function identity(m: number, n: number, like: Tensor): Tensor {
  const out = filled([m, n], like.dtype, 0, like.isAbstract);
  if (!out.isAbstract) fillInto(diagonalOf(out), 1);
  return out;
}

const diagonalOf = (x: Tensor): Tensor => x.alias([Math.min(...x.sizes)], [x.strides[0] + x.strides[1]]);

type Trapezoid = [y: Tensor, x?: Tensor | null, dx?: Scalar, dim?: number];

export const trapezoid = defineOp({
  schema: "trapezoid(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor",
  aliases: ["trapz"],
  in: ["torch"],
  summary: "The integral by the trapezoidal rule.",
  forward: (...[y, x = null, dx = 1, dim = -1]: Trapezoid) => {
    const d = wrapDim(dim, y.ndim);
    const pairs = add(slice(y, d, 1), slice(y, d, 0, y.sizes[d] - 1));
    if (x) {
      const widths = diff(
        x.ndim === 1 && y.ndim > 1
          ? reshape(
              x,
              y.sizes.map((_, k) => (k === d ? -1 : 1)),
            )
          : x,
        1,
        d,
      );
      return named(div(sum(mul(widths, pairs), [d]), toFloat(2)), "DivBackward1");
    }
    return named(mul(sum(pairs, [d]), toFloat(toNumber(dx) / 2)), "MulBackward1");
  },
});
