import type { DType } from "../dtype";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { checkMatrix, checkSquare } from "../linalg/batch";
import { defineOp } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { formatSizes, numelOf, type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { div, mul } from "./arithmetic";
import { eq } from "./comparison";
import { clone, toDType } from "./copies";
import { eye, fullLike } from "./creation";
import { amax, amin } from "./extremes";
import { copy_ } from "./inplace";
import { svdvals } from "./linalg";
import { matmul } from "./matmul";
import { vectorNorm } from "./norms";
import { permute } from "./permuting";
import { sum } from "./reduction";
import { narrow } from "./slicing";
import { inv, invEx } from "./solving";
import { abs } from "./unary";
import { reshape, squeeze, unsqueeze } from "./views";
import { where } from "./where";

/** Norms of matrices and products of several, composed of other ops. */

type Order = Scalar | string | null;

/** The norm over two dimensions, which stay with size 1 if `keepdim`. */
function twoNorm(x: Tensor, ord: string | number, dim: readonly [number, number], keepdim: boolean): Tensor {
  if (ord === "fro") return vectorNorm(x, 2, dim, keepdim);
  const [rows, columns] = dim;
  if (ord === "nuc" || (typeof ord === "number" && Math.abs(ord) === 2)) {
    const rest = [...x.sizes.keys()].filter((d) => d !== rows && d !== columns);
    const order = [...rest, rows, columns];
    const values = svdvals(permute(x, order));
    const norm = ord === "nuc" ? sum(values, [-1], keepdim) : extreme(ord as number)(values, [-1], keepdim);
    if (!keepdim) return norm;
    return permute(
      unsqueeze(norm, -1),
      order.map((_, d) => order.indexOf(d)),
    );
  }
  const order = ord as number;
  const [inner, outer] = Math.abs(order) === 1 ? [rows, columns] : [columns, rows];
  const sums = sum(abs(x), [inner], keepdim);
  return extreme(order)(sums, [!keepdim && outer > inner ? outer - 1 : outer], keepdim);
}

const extreme = (order: number): typeof amax => (order > 0 ? amax : amin);

const SUPPORTED: readonly (string | number)[] = ["fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity];

function matrixNormOf(given: Tensor, ord: Order, dim: Sizes, keepdim: boolean, dtype: DType | null): Tensor {
  const name = "linalg.matrix_norm";
  checkMatrix(given, name);
  const order = ord === null ? "fro" : typeof ord === "string" ? ord : toNumber(ord);
  check(SUPPORTED.includes(order), `${name}: Order ${order} not supported.`);
  check(dim.length === 2, () => `${name}: dim must be a 2-tuple. Got ${dim.join(" ")}`);
  const [rows, columns] = dim.map((d) => wrapDim(d, given.ndim));
  check(rows !== columns, () => `${name}: dims must be different. Got (${dim.join(", ")})`);
  return twoNorm(dtype ? toDType(given, dtype) : given, order, [rows, columns], keepdim);
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
  const matrix = typeof ord === "string" || (ord !== null && (dim === null ? x.ndim === 2 : dim.length === 2));
  if (matrix) return matrixNormOf(x, ord, dim ?? [-2, -1], keepdim, dtype);
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

/** The condition number for a norm: that of the matrix times that of its inverse. */
function condition(a: Tensor, p: Order): Tensor {
  const order = p === null ? 2 : typeof p === "string" ? p : toNumber(p);
  if (a.numel === 0 && a.ndim >= 2) return filled(a.sizes.slice(0, -2), a.dtype, 0, a.isAbstract);
  if (typeof order === "number" && Math.abs(order) === 2) {
    checkMatrix(a, "linalg.cond");
    const s = svdvals(a);
    const [large, small] = [narrow(s, -1, 0, 1), narrow(s, -1, s.sizes[s.ndim - 1] - 1, 1)];
    return squeeze(order === 2 ? div(large, small) : div(small, large), -1);
  }
  checkSquare(a, `linalg.cond(ord=${order})`);
  const norm = matrixNormOf(a, order, [-2, -1], false, null);
  const [inverse, info] = invEx(a);
  // Of a matrix without inverse the condition is infinite.
  const product = mul(norm, matrixNormOf(inverse, order, [-2, -1], false, null));
  return where(eq(info, 0), product, fullLike(product, Infinity));
}

export const cond = defineOp({
  schema: "cond(Tensor A, Scalar? p=None) -> Tensor",
  in: ["linalg"],
  summary: "Condition number of matrices.",
  forward: (a: Tensor, p: Scalar | null = null): Tensor => condition(a, p),
});

export const condNamed = defineOp({
  schema: "cond.p_str(Tensor A, str p) -> Tensor",
  in: ["linalg"],
  summary: "Condition number for the Frobenius ('fro') or nuclear ('nuc') norm.",
  forward: (a: Tensor, p: string): Tensor => condition(a, p),
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
  if (n === 0) return copy_(clone(a, "contiguous_format"), eye(rows, a.dtype)) as Tensor;
  let base = n < 0 ? inv(a) : a;
  let result: Tensor | null = null;
  for (let left = Math.abs(n); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result ? matmul(result, base) : base;
    if (left > 1) base = matmul(base, base);
  }
  return result as Tensor;
}

export const linalgMatmul = defineOp({
  schema: "matmul(Tensor input, Tensor other) -> Tensor",
  in: ["linalg"],
  summary: "The matrix product.",
  forward: (input: Tensor, other: Tensor): Tensor => matmul(input, other),
});

export const multiDot = defineOp({
  schema: "multi_dot(Tensor[] tensors) -> Tensor",
  in: ["linalg"],
  summary: "The product of several matrices, in the cheapest order.",
  forward: (tensors: readonly Tensor[]): Tensor => {
    const n = tensors.length;
    check(n >= 2, () => `multi_dot(): expected at least 2 tensors but got ${n}`);
    const [first, last] = [tensors[0].ndim === 1, tensors[n - 1].ndim === 1];
    const matrices = tensors.map((t, i) => {
      const end = i === 0 || i === n - 1;
      check(t.ndim === 2 || (end && t.ndim === 1), () =>
        end
          ? `multi_dot(): the ${i === 0 ? "first" : "last"} tensor must be 1D or 2D but got ${t.ndim}D`
          : `multi_dot(): tensor ${i} must be 2D but got ${t.ndim}D`,
      );
      return t.ndim === 2 ? t : unsqueeze(t, i === 0 ? 0 : 1);
    });
    for (let i = 1; i < n; i++) {
      const [x, y] = [matrices[i - 1].sizes, matrices[i].sizes];
      check(
        x[1] === y[0],
        () =>
          `multi_dot(): tensors ${i - 1} and ${i} with shapes ${formatSizes(x)} and ${formatSizes(y)} cannot be multiplied`,
      );
    }
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
