import { bool, isDifferentiable } from "../dtype";
import { check } from "../errors";
import { defineOp, type Namespace, type Op } from "../op";
import { isNumber, type Scalar, toNumber } from "../scalar";
import { broadcastSizes, numelOf, type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { add, mul, sub } from "./arithmetic";
import { roll } from "./arranging";
import { vdot } from "./complex";
import { defineComposed } from "./composed";
import { toDType } from "./copies";
import { onesLike } from "./creation";
import { cumprod } from "./cumulative";
import { cat } from "./joining";
import { logicalAnd, logicalOr } from "./logical";
import { bmm, outer } from "./matmul";
import { movedim } from "./permuting";
import { sum } from "./reduction";
import { diagonal, narrow } from "./slicing";
import { inverseFor, solve } from "./solving";
import { expand, named, reshape, unsafeView, unsqueeze } from "./views";

/** Products of vectors and of batches, and linear equations of tensors with more than two dimensions. */

const everywhere: readonly Namespace[] = ["torch", "Tensor"];

type Factors = [self: Tensor, a: Tensor, b: Tensor, beta?: Scalar, alpha?: Scalar];

/** beta · self + alpha · product; of integers the factors are made whole. */
function combined(self: Tensor, product: Tensor, beta: Scalar, alpha: Scalar): Tensor {
  const factor = (x: Scalar): Scalar => (isDifferentiable(self.dtype) ? x : Math.trunc(toNumber(x)));
  const scaled = mul(product, factor(alpha));
  // What is not counted may be nan.
  return isNumber(factor(beta), 0) ? scaled : add(mul(self, factor(beta)), scaled);
}

export const addbmm: Op<Factors, Tensor> = defineComposed({
  schema: "addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
  in: everywhere,
  summary: "beta · self + alpha · Σ batch1[i] @ batch2[i].",
  inplace: true,
  forward: (...[self, a, b, beta = 1, alpha = 1]: Factors) => {
    const product = toDType(sum(bmm(a, b), [0]), a.dtype);
    return combined(expand(self, product.sizes), product, beta, alpha);
  },
});

export const addr: Op<Factors, Tensor> = defineComposed({
  schema: "addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
  in: everywhere,
  summary: "beta · self + alpha · vec1 ⊗ vec2.",
  inplace: true,
  forward: (...[self, a, b, beta = 1, alpha = 1]: Factors) => {
    check(a.ndim === 1, () => `addr: Expected 1-D argument vec1, but got ${a.ndim}-D`);
    check(b.ndim === 1, () => `addr: Expected 1-D argument vec2, but got ${b.ndim}-D`);
    const product = outer(a, b);
    if (self.dtype === bool && product.dtype === bool) {
      const counted = toNumber(alpha) === 0 ? logicalAnd(product, false) : product;
      return toNumber(beta) === 0 ? counted : logicalOr(self, counted);
    }
    return combined(expand(self, product.sizes), product, beta, alpha);
  },
});

function crossed(x: Tensor, y: Tensor, dim: number): Tensor {
  const sizes = broadcastSizes(x.sizes, y.sizes);
  const [a, b] = [expand(x, sizes), expand(y, sizes)];
  const d = wrapDim(dim, sizes.length);
  return sub(mul(roll(a, -1, d), roll(b, -2, d)), mul(roll(a, -2, d), roll(b, -1, d)));
}

export const kron = defineOp({
  schema: "kron(Tensor self, Tensor other) -> Tensor",
  in: everywhere,
  summary: "The Kronecker product: every element of self times the whole of other.",
  forward: (a: Tensor, b: Tensor) => {
    const ndim = Math.max(a.ndim, b.ndim);
    const [p, q] = [a, b].map((x) => [...new Array<number>(ndim - x.ndim).fill(1), ...x.sizes]);
    const spread = reshape(
      a,
      p.flatMap((n) => [n, 1]),
    );
    const repeated = reshape(
      b,
      q.flatMap((n) => [1, n]),
    );
    return unsafeView(
      mul(spread, repeated),
      p.map((n, d) => n * q[d]),
    );
  },
});

export const linalgCross = defineComposed({
  gradName: "LinalgCrossBackward0",
  schema: "cross(Tensor input, Tensor other, *, int dim=-1) -> Tensor",
  in: ["linalg"],
  summary: "The cross product of vectors of three.",
  forward: (x: Tensor, y: Tensor, dim: number = -1) => {
    check(x.ndim === y.ndim, "linalg.cross: inputs must have the same number of dimensions.");
    check(
      x.sizes[wrapDim(dim, x.ndim)] === 3 && y.sizes[wrapDim(dim, y.ndim)] === 3,
      () =>
        `linalg.cross: inputs dimension ${dim} must have length 3. Got ${x.sizes[wrapDim(dim, x.ndim)]} and ` +
        `${y.sizes[wrapDim(dim, y.ndim)]}`,
    );
    return crossed(x, y, dim);
  },
});

export const cross = defineOp({
  schema: "cross(Tensor self, Tensor other, int? dim=None) -> Tensor",
  in: everywhere,
  summary: "The cross product of vectors of three, along the first dimension of size 3 unless told.",
  forward: (x: Tensor, y: Tensor, dim: number | null = null) => {
    const d = dim ?? broadcastSizes(x.sizes, y.sizes).indexOf(3);
    check(d >= 0 || dim !== null, "no dimension of size 3 in input");
    return linalgCross(x, y, d);
  },
});

export const vecdot = defineOp({
  schema: "vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor",
  in: ["linalg"],
  summary: "Inner products of vectors along a dimension.",
  forward: (x: Tensor, y: Tensor, dim: number = -1) => {
    if (x.ndim === 1 && y.ndim === 1 && x.dtype === y.dtype && x.numel === y.numel)
      return named(vdot(x, y), "VdotBackward0");
    const product = mul(x, y);
    return toDType(sum(product, [dim]), product.dtype);
  },
});

export const linalgDiagonal = defineOp({
  schema: "diagonal(Tensor A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor",
  in: ["linalg"],
  summary: "The diagonals of matrices.",
  forward: (a: Tensor, offset: number = 0, dim1: number = -2, dim2: number = -1) => diagonal(a, offset, dim1, dim2),
});

export const linalgVander = defineOp({
  schema: "vander(Tensor x, *, int? N=None) -> Tensor",
  in: ["linalg"],
  summary: "Powers 0 … N − 1 of the elements, a row each.",
  forward: (x: Tensor, n: number | null = null) => {
    const count = n ?? x.sizes[x.ndim - 1] ?? 1;
    check(count > 1, "N must be greater than 1.");
    const row = x.ndim === 0 ? reshape(x, [1]) : x;
    const whole = x.dtype.kind === "bool" ? mul(row, 1) : row;
    const factors = expand(unsqueeze(whole, -1), [...whole.sizes, count - 1]);
    const powers = toDType(cumprod(factors, -1), whole.dtype);
    return cat([onesLike(narrow(powers, -1, 0, 1)), powers], -1);
  },
});

export const tensorinv = defineOp({
  schema: "tensorinv(Tensor self, int ind=2) -> Tensor",
  in: ["linalg"],
  summary: "The inverse for tensordot.",
  forward: (a: Tensor, ind: number = 2) => {
    check(ind > 0, "Expected a strictly positive integer for 'ind'");
    const [first, last] = [a.sizes.slice(0, ind), a.sizes.slice(ind)];
    check(
      numelOf(first) === numelOf(last),
      () =>
        "Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got " +
        `${numelOf(last)} != ${numelOf(first)}`,
    );
    return reshape(inverseFor(reshape(a, [numelOf(first), numelOf(last)]), "inv"), [...last, ...first]);
  },
});

export const tensorsolve = defineOp({
  schema: "tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor",
  in: ["linalg"],
  summary: "The tensor X with tensordot(A, X) = B.",
  forward: (a: Tensor, b: Tensor, dims: Sizes | null = null) => {
    const moved =
      dims === null
        ? a
        : movedim(
            a,
            dims,
            dims.map((_, i) => a.ndim - dims.length + i),
          );
    const sizes = moved.sizes.slice(b.ndim);
    check(
      numelOf(sizes) === b.numel,
      () =>
        `Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), ` +
        `but got ${numelOf(sizes)} != ${b.numel}`,
    );
    return reshape(solve(reshape(moved, [b.numel, b.numel]), reshape(b, [-1])), sizes);
  },
});
