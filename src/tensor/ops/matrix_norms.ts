import type { DType } from "../dtype";
import { check } from "../errors";
import { checkMatrix, checkSquare } from "../linalg/batch";
import { defineOp } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { numelOf, type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { div } from "./arithmetic";
import { toDType } from "./copies";
import { eye } from "./creation";
import { amax, amin } from "./extremes";
import { svdvals } from "./linalg";
import { matmul } from "./matmul";
import { vectorNorm } from "./norms";
import { movedim } from "./permuting";
import { sum } from "./reduction";
import { narrow } from "./slicing";
import { inv } from "./solving";
import { abs } from "./unary";
import { expand, reshape, squeeze, unsqueeze } from "./views";

/** Norms of matrices and products of several, composed of other ops. */

type Order = Scalar | string | null;

/** The norm over the last two dimensions, which vanish. */
function lastTwo(x: Tensor, ord: string | number): Tensor {
  if (ord === "fro") return vectorNorm(x, 2, [-2, -1]);
  if (ord === "nuc") return sum(svdvals(x), [-1]);
  check(
    typeof ord === "number" && [1, 2, Infinity].includes(Math.abs(ord)),
    `linalg.matrix_norm: Order ${ord} not supported.`,
  );
  const order = ord as number;
  const pick = order > 0 ? amax : amin;
  if (Math.abs(order) === 2) return pick(svdvals(x), [-1]);
  return pick(sum(abs(x), [Math.abs(order) === 1 ? -2 : -1]), [-1]);
}

function matrixNormOf(given: Tensor, ord: Order, dim: Sizes, keepdim: boolean, dtype: DType | null): Tensor {
  checkMatrix(given, "linalg.matrix_norm");
  check(dim.length === 2, () => `linalg.matrix_norm: dim must be a 2-tuple. Got ${dim.join(" ")}`);
  const x = dtype ? toDType(given, dtype) : given;
  const order = ord === null ? "fro" : typeof ord === "string" ? ord : toNumber(ord);
  const result = lastTwo(movedim(x, dim, [-2, -1]), order);
  if (!keepdim) return result;
  const places = dim.map((d) => wrapDim(d, x.ndim)).sort((a, b) => a - b);
  return places.reduce((t, d) => unsqueeze(t, d), result);
}

export const matrixNorm = defineOp({
  schema:
    "matrix_norm(Tensor A, Scalar ord=2, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  in: ["linalg"],
  summary: "Norm of matrices of order ±1, ±2 or ±inf.",
  forward: (a: Tensor, ord: Scalar = 2, dim: Sizes = [-2, -1], keepdim: boolean = false, dtype: DType | null = null) =>
    matrixNormOf(a, ord, dim, keepdim, dtype),
});

export const matrixNormNamed = defineOp({
  schema:
    "matrix_norm.str_ord(Tensor A, str ord='fro', int[] dim=[-2, -1], bool keepdim=False, *, " +
    "ScalarType? dtype=None) -> Tensor",
  in: ["linalg"],
  summary: "Frobenius ('fro') or nuclear ('nuc') norm of matrices.",
  forward: (
    a: Tensor,
    ord: string = "fro",
    dim: Sizes = [-2, -1],
    keepdim: boolean = false,
    dtype: DType | null = null,
  ) => matrixNormOf(a, ord, dim, keepdim, dtype),
});

function normOf(x: Tensor, ord: Order, dim: Sizes | null, keepdim: boolean, dtype: DType | null): Tensor {
  if (ord !== null && dim === null) {
    check(
      x.ndim === 1 || x.ndim === 2,
      "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got " + `${x.ndim}D.`,
    );
  }
  const matrix = ord !== null && (dim === null ? x.ndim === 2 : dim.length === 2);
  if (matrix) return matrixNormOf(x, ord, dim ?? [0, 1], keepdim, dtype);
  check(typeof ord !== "string", () => `linalg.norm: Order ${ord} not supported for vectors`);
  return vectorNorm(x, (ord ?? 2) as Scalar, dim, keepdim, dtype);
}

export const norm = defineOp({
  schema: "norm(Tensor A, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  in: ["linalg"],
  summary: "Norm of vectors or matrices.",
  forward: (
    a: Tensor,
    ord: Scalar | null = null,
    dim: Sizes | null = null,
    keepdim: boolean = false,
    dtype: DType | null = null,
  ) => normOf(a, ord, dim, keepdim, dtype),
});

export const normNamed = defineOp({
  schema: "norm.ord_str(Tensor A, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  in: ["linalg"],
  summary: "Frobenius or nuclear norm.",
  forward: (a: Tensor, ord: string, dim: Sizes | null = null, keepdim: boolean = false, dtype: DType | null = null) =>
    normOf(a, ord, dim, keepdim, dtype),
});

export const cond = defineOp({
  schema: "cond(Tensor A, Scalar? p=None) -> Tensor",
  in: ["linalg"],
  summary: "Condition number of matrices.",
  forward: (a: Tensor, p: Scalar | null = null): Tensor => {
    const order = p === null ? 2 : toNumber(p);
    if (Math.abs(order) === 2) {
      checkMatrix(a, "linalg.cond");
      const s = svdvals(a);
      const [large, small] = [narrow(s, -1, 0, 1), narrow(s, -1, s.sizes[s.ndim - 1] - 1, 1)];
      return squeeze(order === 2 ? div(large, small) : div(small, large), -1);
    }
    checkSquare(a, "linalg.cond");
    const product = [a, inv(a)].map((x) => matrixNormOf(x, order, [-2, -1], false, null));
    return product.reduce((x, y) => div(x, div(1, y)));
  },
});

export const matrixPower = defineOp({
  schema: "matrix_power(Tensor A, int n) -> Tensor",
  in: ["linalg"],
  summary: "A square matrix to an integer power.",
  forward: (a: Tensor, n: Scalar): Tensor => power(a, toNumber(n)),
});

export const oldMatrixPower = defineOp({
  schema: "matrix_power(Tensor self, int n) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A square matrix to an integer power.",
  forward: (self: Tensor, n: Scalar): Tensor => power(self, toNumber(n)),
});

function power(a: Tensor, n: number): Tensor {
  const { rows } = checkSquare(a, "linalg.matrix_power");
  if (n === 0) return expand(eye(rows, a.dtype), a.sizes);
  let base = n < 0 ? inv(a) : a;
  let result: Tensor | null = null;
  for (let left = Math.abs(n); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result ? matmul(result, base) : base;
    if (left > 1) base = matmul(base, base);
  }
  return result as Tensor;
}

export const multiDot = defineOp({
  schema: "multi_dot(Tensor[] tensors) -> Tensor",
  in: ["linalg"],
  summary: "The product of several matrices, in the cheapest order.",
  forward: (tensors: readonly Tensor[]): Tensor => {
    check(tensors.length >= 2, () => `multi_dot(): expected at least 2 tensors but got ${tensors.length}`);
    const first = tensors[0].ndim === 1;
    const last = tensors[tensors.length - 1].ndim === 1;
    const matrices = tensors.map((t, i) => (t.ndim === 2 ? t : unsqueeze(t, i === 0 ? 0 : 1)));
    const product = multiplied(matrices);
    const sizes = [...(first ? [] : [product.sizes[0]]), ...(last ? [] : [product.sizes[1]])];
    return reshape(product, sizes);
  },
});

/** By dynamic programming over where the last product is taken. */
function multiplied(matrices: readonly Tensor[]): Tensor {
  const n = matrices.length;
  const size = [matrices[0].sizes[0], ...matrices.map((m) => m.sizes[1])];
  const cost = matrices.map(() => new Array<number>(n).fill(0));
  const cut = matrices.map(() => new Array<number>(n).fill(0));
  for (let span = 1; span < n; span++) {
    for (let i = 0; i + span < n; i++) {
      const j = i + span;
      cost[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i][k] + cost[k + 1][j] + numelOf([size[i], size[k + 1], size[j + 1]]);
        if (total < cost[i][j]) [cost[i][j], cut[i][j]] = [total, k];
      }
    }
  }
  const product = (i: number, j: number): Tensor =>
    i === j ? matrices[i] : matmul(product(i, cut[i][j]), product(cut[i][j] + 1, j));
  return product(0, n - 1);
}
