import { type DType, getDefaultDType } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { partOf } from "../kernels/parts";
import { reducedDims, reducedSizes, rowsOf } from "../kernels/rows";
import { defineOp, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { emptyFrom, type Tensor } from "../tensor";
import { add, div, mul, neg, pow, sub } from "./arithmetic";
import { clamp, clampMin } from "./clamp";
import { eq } from "./comparison";
import { defineComposed } from "./composed";
import { toDType } from "./copies";
import { amax } from "./extremes";
import { lastGradient } from "./last_gradient";
import { svdvals } from "./linalg";
import { matmul } from "./matmul";
import { matrixTransposed, movedim } from "./permuting";
import { type Dims, dimList, reducedCount, spread, sum } from "./reduction";
import { diagonal } from "./slicing";
import { abs, exp, log, sgn, sqrt } from "./unary";
import { reshape, squeeze, unsqueeze } from "./views";
import { where } from "./where";

/** Norms, distances and sums on a logarithmic scale. */

const round = Math.fround;

/** A running norm: what each element adds, and what comes of the total. */
interface NormRule {
  readonly start: number;
  readonly step: (total: number, x: number) => number;
  readonly end: (total: number) => number;
}

function ruleOf(p: number): NormRule {
  const same = (total: number): number => total;
  if (p === 1) return { start: 0, step: (s, x) => s + Math.abs(x), end: same };
  if (p === 0) return { start: 0, step: (s, x) => s + Number(x !== 0), end: same };
  if (p === Infinity) return { start: 0, step: (s, x) => (Number.isNaN(x) ? x : Math.max(s, Math.abs(x))), end: same };
  if (p === -Infinity) {
    return { start: Infinity, step: (s, x) => (Number.isNaN(x) ? x : Math.min(s, Math.abs(x))), end: same };
  }
  return { start: 0, step: (s, x) => s + Math.abs(x) ** p, end: (total) => total ** (1 / p) };
}

/** The euclidean norm of a float32 row: eight lanes side by side, then their sum, then the tail. */
function euclidean(data: Float32Array | Float64Array, from: number, n: number): number {
  if (data instanceof Float64Array) {
    let total = 0;
    for (let i = 0; i < n; i++) total += data[from + i] ** 2;
    return Math.sqrt(total);
  }
  const lanes = new Float32Array(8);
  const whole = n - (n % 8);
  for (let i = 0; i < whole; i++) lanes[i % 8] += data[from + i] * data[from + i];
  let total = lanes[0];
  for (let k = 1; k < 8; k++) total = round(total + lanes[k]);
  for (let i = whole; i < n; i++) total = round(total + data[from + i] * data[from + i]);
  return Math.sqrt(total);
}

/** Extremes (and negative powers) of nothing are not defined. */
function checkIdentity(x: Tensor, ord: number, reduced: readonly boolean[]): void {
  if (x.numel > 0 || (ord >= 0 && ord !== Infinity)) return;
  const order = Math.abs(ord) === Infinity ? String(ord).replace("Infinity", "inf") : String(ord);
  const name = `linalg.vector_norm cannot compute the ${order} norm on`;
  const why = "empty and the operation does not have an identity";
  check(!reduced.every(Boolean), `${name} an empty tensor because the operation does not have an identity`);
  for (const [d, size] of x.sizes.entries()) {
    check(size > 0 || !reduced[d], `${name} the dimension ${d} because this dimension is ${why}`);
  }
}

type Norm = [self: Tensor, ord?: Scalar, dim?: Dims, keepdim?: boolean, dtype?: DType | null];

export const vectorNorm: Op<Norm, Tensor> = defineOp({
  schema:
    "vector_norm(Tensor x, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  in: ["linalg"],
  summary: "(Σ |x|^ord)^(1/ord).",
  gradName: "LinalgVectorNormBackward0",
  forward: (...[given, ord = 2, dim = null, keepdim = false, dtype = null]: Norm) => {
    const cast = dtype === null ? given : toDType(given, dtype);
    const x = cast.dtype.kind === "complex" ? abs(cast) : cast;
    check(
      x.dtype.kind === "float",
      () => `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${x.dtype.scalarName}`,
    );
    const reduced = reducedDims(x.ndim, dimList(dim));
    checkIdentity(x, toNumber(ord), reduced);
    const out = emptyFrom([x], reducedSizes(x.sizes, reduced, keepdim));
    if (out.isAbstract) return out;
    const { data, start, count, length, release } = rowsOf(x, reduced);
    const p = toNumber(ord);
    const rule = ruleOf(p);
    const single = data instanceof Float32Array;
    const norms = new Float64Array(out.numel);
    for (let r = 0; r < count; r++) {
      const from = start + r * length;
      if (p === 2) {
        norms[r] = euclidean(data, from, length);
        continue;
      }
      let total = rule.start;
      for (let i = 0; i < length; i++) {
        total = rule.step(total, data[from + i]);
        if (single) total = round(total);
      }
      norms[r] = rule.end(total);
    }
    release();
    fromNumbers(out, norms);
    return out;
  },
  save: ([x, ord = 2, dim = null], result) => [x, toNumber(ord), reducedDims(x.ndim, dimList(dim)), result] as const,
  backward: (grad, [x, p, reduced, result]) => [
    normGradient(spread(grad, x.sizes, reduced), x, p, spread(result, x.sizes, reduced), reduced),
  ],
});

function normGradient(grad: Tensor, x: Tensor, p: number, norm: Tensor, reduced: readonly boolean[]): Tensor {
  if (p === 0) return mul(grad, 0);
  if (p === 1) return mul(sgn(x), grad);
  if (p === 2) return mul(x, where(eq(norm, 0), 0, div(grad, norm)));
  if (Math.abs(p) === Infinity) {
    const hits = eq(abs(x), norm);
    const dims = [...reduced.keys()].filter((d) => reduced[d]);
    return mul(mul(sgn(x), grad), div(hits, sum(hits, dims, true)));
  }
  const scale = where(eq(norm, 0), 0, div(grad, pow(norm, toFloat(p - 1))));
  const slope = mul(sgn(x), pow(abs(x), toFloat(p - 1)));
  return mul(p < 1 ? where(eq(x, 0), 0, slope) : slope, scale);
}

/** The sum of the singular values of matrices, which two dimensions span. */
function nuclear(x: Tensor, dim: readonly number[] | null, dtype: DType | null): Tensor {
  const matrices = dim === null || dim.length === 0 ? x : movedim(x, dim, [-2, -1]);
  return sum(svdvals(dtype ? toDType(matrices, dtype) : matrices), [-1]);
}

type OldNorm = [self: Tensor, p?: Scalar | string | null, dim?: Dims, keepdim?: boolean, dtype?: DType | null];

export const norm: Op<OldNorm, Tensor> = defineOp({
  schema: "norm(Tensor self, Scalar? p=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  overloads: [
    "norm.str(Tensor self, str p, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  ],
  in: ["torch", "Tensor"],
  summary: "The p-norm of all elements, or along dimensions.",
  forward: (...[x, p = 2, dim = null, keepdim = false, dtype = null]: OldNorm): Tensor =>
    p === "nuc" && !keepdim
      ? nuclear(x, dimList(dim), dtype)
      : vectorNorm(x, typeof p === "string" || p === null ? 2 : p, dim, keepdim, dtype),
});

type Distance = [self: Tensor, other: Tensor, p?: Scalar];

/** The gradient of the norm of a difference for its two sides. */
function differenceGradient(grad: Tensor, x: Tensor, p: number, norms: Tensor, reduced: readonly boolean[]): Tensor {
  return normGradient(spread(grad, x.sizes, reduced), x, p, spread(norms, x.sizes, reduced), reduced);
}

export const dist: Op<Distance, Tensor> = defineOp({
  schema: "dist(Tensor self, Tensor other, Scalar p=2) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The p-norm of the difference.",
  forward: (...[a, b, p = 2]: Distance) => vectorNorm(sub(a, b), p),
  save: ([a, b, p = 2], result) => [a, b, toNumber(p), result] as const,
  backward: (grad, [a, b, p, result]) => {
    const x = sub(a, b);
    const flow = differenceGradient(grad, x, p, result, reducedDims(x.ndim, null));
    return [flow, neg(flow)];
  },
});

const pairs = (a: Tensor, b: Tensor): Tensor => sub(unsqueeze(a, -2), unsqueeze(b, -3));

export const cdist: Op<Distance, Tensor> = defineOp({
  schema: "cdist(Tensor x1, Tensor x2, float p=2.0, str? compute_mode=None) -> Tensor",
  in: ["torch"],
  summary: "The distance of every row of x1 to every row of x2.",
  forward: (...[a, b, p = 2]: Distance) => vectorNorm(pairs(a, b), p, [-1]),
  save: ([a, b, p = 2], result) => [a, b, toNumber(p), result] as const,
  backward: (grad, [a, b, p, result]) => {
    const flow = (): Tensor => {
      const x = pairs(a, b);
      return differenceGradient(grad, x, p, result, reducedDims(x.ndim, [-1]));
    };
    return [
      cdistGradient([grad, a, b, result], () => sum(flow(), [-2])),
      cdistGradient([grad, a, b, result], () => neg(sum(flow(), [-3]))),
    ];
  },
});

const cdistGradient = lastGradient("_cdist_backward", "kernel");

type Renorm = [self: Tensor, p: Scalar, dim: number, maxnorm: Scalar];

export const renorm: Op<Renorm, Tensor> = defineComposed({
  schema: "renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Slices of a dimension scaled down to a norm of at most maxnorm.",
  inplace: true,
  forward: (...[x, p, dim, maxnorm]: Renorm) => {
    check(x.ndim >= 2, () => `renorm: input needs at least 2 dimensions, got ${x.ndim} dimensions`);
    const d = dim < 0 ? dim + x.ndim : dim;
    const others = [...x.sizes.keys()].filter((k) => k !== d);
    const norms = vectorNorm(x, p, others, true);
    const factor = div(maxnorm, clampMin(add(norms, 1e-7), maxnorm));
    return mul(x, where(eq(clampMin(norms, maxnorm), toFloat(toNumber(maxnorm))), 1, factor));
  },
});

type LogSum = [self: Tensor, dim: Dims, keepdim?: boolean];

export const logsumexp: Op<LogSum, Tensor> = defineOp({
  schema: "logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor",
  in: ["torch", "Tensor", "special"],
  summary: "log Σ exp(x) along dimensions, without overflow.",
  forward: (...[x, dim, keepdim = false]: LogSum) => {
    if (x.dtype.kind === "int" || x.dtype.kind === "bool")
      return logsumexp(toDType(x, getDefaultDType()), dim, keepdim);
    const dims = dimList(dim) ?? [];
    const reduced = reducedDims(x.ndim, dims);
    if (reducedCount(x.sizes, reduced) === 0) return log(sum(exp(x), dims, keepdim));
    const top = amax(x.dtype.kind === "complex" ? partOf(x, 0) : x, dims, true);
    const finite = where(eq(abs(top), Infinity), 0, top);
    const total = log(sum(exp(sub(x, finite)), dims, true));
    const result = add(total, finite);
    return keepdim
      ? result
      : squeeze(
          result,
          [...reduced.keys()].filter((d) => reduced[d]),
        );
  },
  save: ([x, dim], result) => [x, reducedDims(x.ndim, dimList(dim)), result] as const,
  backward: (grad, [x, reduced, result]) => [
    mul(spread(grad, x.sizes, reduced), exp(sub(x, spread(result, x.sizes, reduced)))),
  ],
});

/** With observations that count several times, and shares of them. */
function weightedCovariance(rows: Tensor, correction: number, counts: Tensor | null, shares: Tensor | null): Tensor {
  const weights = counts && shares ? mul(counts, shares) : ((counts ?? shares) as Tensor);
  const total = sum(weights);
  const centered = sub(rows, div(sum(mul(rows, weights), [1], true), total));
  const lost = shares ? div(mul(sum(mul(weights, shares)), correction), total) : correction;
  const norm = clampMin(sub(total, lost), 0);
  return squeeze(div(matmul(centered, matrixTransposed(mul(centered, weights))), norm));
}

/** How often (`fweights`) or how much (`aweights`) each observation counts. */
function checkWeights(name: string, weights: Tensor, n: number, kind: "integral" | "floating point"): void {
  check(
    weights.ndim <= 1,
    () => `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${weights.ndim} dimensions`,
  );
  check(
    (weights.dtype.kind === "float") === (kind === "floating point"),
    () => `cov(): expected ${name} to have ${kind} dtype but got ${name} with ${weights.dtype.scalarName} dtype`,
  );
  check(
    weights.numel === n,
    () =>
      `cov(): expected ${name} to have the same numel as there are observations in the input but got ` +
      `${weights.numel} != ${n}`,
  );
  check(weights.isAbstract || toNumbers(weights).every((w) => w >= 0), `cov(): ${name} cannot be negative`);
}

export const covariance = defineOp({
  schema: "cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The covariance of variables, which are rows.",
  forward: (x: Tensor, correction: number = 1, counts: Tensor | null = null, shares: Tensor | null = null) => {
    check(
      x.ndim <= 2,
      () => `cov(): expected input to have two or fewer dimensions but got an input with ${x.ndim} dimensions`,
    );
    const rows = x.ndim < 2 ? reshape(x, [1, x.numel]) : x;
    const n = rows.sizes[1];
    if (counts) checkWeights("fweights", counts, n, "integral");
    if (shares) checkWeights("aweights", shares, n, "floating point");
    if (counts || shares) return weightedCovariance(rows, correction, counts, shares);
    const centered = sub(rows, div(sum(rows, [1], true), toFloat(n)));
    const result = div(matmul(centered, matrixTransposed(centered)), toFloat(Math.max(0, n - correction)));
    return squeeze(result);
  },
});

export const corrcoef = defineOp({
  schema: "corrcoef(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The correlation of variables, which are rows.",
  forward: (x: Tensor) => {
    const c = covariance(x);
    if (c.ndim === 0) return div(c, c);
    const deviation = sqrt(diagonal(c));
    return clamp(div(div(c, unsqueeze(deviation, 1)), unsqueeze(deviation, 0)), -1, 1);
  },
});
