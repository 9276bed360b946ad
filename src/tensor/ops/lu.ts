import { bool, float32, int32 } from "../dtype";
import { check } from "../errors";
import { batchShape, checkMatrix, checkSquare, columnMatrix, firstFailure, mapMatrices } from "../linalg/batch";
import { luFactors, luSolve, luSolveTransposed, rowOrder } from "../linalg/lu";
import { defineOp, type Op } from "../op";
import { broadcastSizes, formatSizes, type Sizes, sameSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { warn } from "../warnings";
import { add, mul, neg, sub } from "./arithmetic";
import { toDType } from "./copies";
import { cat } from "./joining";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { narrow } from "./slicing";
import { solveTriangular } from "./solving";
import { sumTo } from "./sum-to";
import { tril, triu } from "./triangles";
import { expand } from "./views";

/** LU factors of any matrices, packed and apart, and solutions from them. */

type Factor = [A: Tensor, pivot?: boolean];

/** Packed factors, pivots (counted from 1) and the first zero on U's diagonal. */
const factored: Op<Factor, Tensor[]> = defineOp({
  schema: "packed_lu(Tensor A, bool pivot=True) -> (Tensor LU, Tensor pivots, Tensor info)",
  in: ["internal"],
  summary: "LU factors in one matrix.",
  gradName: "LinalgLuFactorExBackward0",
  forward: (...[a, pivoting = true]: Factor) => {
    check(
      a.ndim >= 2,
      () => `torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: ${formatSizes(a.sizes)} instead`,
    );
    check(a.dtype.kind === "float", `"lu_cpu" not implemented for '${a.dtype.scalarName}'`, "NotImplementedError");
    const { batch, rows, columns } = batchShape(a);
    const least = Math.min(rows, columns);
    const outputs = [columnMatrix(rows, columns), { sizes: [least], dtype: int32 }, { sizes: [], dtype: int32 }];
    return mapMatrices([a], batch, outputs, ([x]) => {
      const { lu, pivots, singular } = luFactors(x, columns, { rows, pivoting, single: a.dtype === float32 });
      return [lu, pivots.map((i) => i + 1), [singular]];
    });
  },
  save: ([, pivoting = true], [lu, pivots]) => [lu, pivots, pivoting] as const,
  backward: (grad, [lu, pivots, pivoting]) => {
    const { rows: m, columns: n } = batchShape(lu);
    const [p, l, u] = unpackedRecorded(lu, pivots);
    const k = Math.min(m, n);
    const gl = tril(narrow(grad, -1, 0, k), -1);
    return [factorGradient(pivoting ? toDType(p, l.dtype) : null, l, u, gl, triu(narrow(grad, -2, 0, k)))];
  },
});

/** Inverse of a triangular matrix, transposed, times X. */
const lowerT = (l: Tensor, x: Tensor): Tensor => solveTriangular(mT(l), x, true, true, true);
/** X times the inverse of U, transposed. */
const upperT = (x: Tensor, u: Tensor): Tensor => solveTriangular(mT(u), x, false, false);

/** The gradient of A = P·L·U from those of L and U (Murray 2016 gives the square case). */
function factorGradient(p: Tensor | null, l: Tensor, u: Tensor, gl: Tensor, gu: Tensor): Tensor {
  const { rows: m, columns: k } = batchShape(l);
  const n = u.sizes[u.ndim - 1];
  const [l1, u1] = [narrow(l, -2, 0, k), narrow(u, -1, 0, k)];
  const [gl1, gu1] = [narrow(gl, -2, 0, k), narrow(gu, -1, 0, k)];
  let below = matmul(mT(l1), gl1);
  let above = matmul(gu1, mT(u1));
  if (n > k) below = sub(below, matmul(narrow(gu, -1, k, n - k), mT(narrow(u, -1, k, n - k))));
  if (m > k) above = sub(above, matmul(mT(narrow(l, -2, k, m - k)), narrow(gl, -2, k, m - k)));
  const square = upperT(lowerT(l1, add(tril(below, -1), triu(above))), u1);
  const wide = n > k ? cat([square, lowerT(l1, narrow(gu, -1, k, n - k))], -1) : square;
  const whole = m > k ? cat([wide, upperT(narrow(gl, -2, k, m - k), u1)], -2) : wide;
  return p ? matmul(p, whole) : whole;
}

/** P, L and U of packed factors, outside the graph. */
function unpacked(lu: Tensor, pivots: Tensor): Tensor[] {
  const { batch, rows: m, columns: n } = batchShape(lu);
  const k = Math.min(m, n);
  const sizes = [
    [m, m],
    [m, k],
    [k, n],
  ];
  return mapMatrices([lu, pivots], batch, sizes, ([x, pivot]) => {
    const p = new Float64Array(m * m);
    const order = rowOrder(
      Array.from(pivot, (i) => i - 1),
      m,
    );
    for (let i = 0; i < m; i++) p[order[i] * m + i] = 1;
    const l = new Float64Array(m * k);
    const u = new Float64Array(k * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < k; j++) l[i * k + j] = i === j ? 1 : j < i ? x[i * n + j] : 0;
      if (i < k) for (let j = i; j < n; j++) u[i * n + j] = x[i * n + j];
    }
    return [p, l, u];
  });
}

export const luFactorEx = defineOp({
  schema:
    "lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)",
  in: ["linalg"],
  summary: "LU factors in one matrix, and where U has a zero on its diagonal.",
  forward: (a: Tensor, pivot: boolean = true, checked: boolean = false): Tensor[] => {
    const [lu, pivots, info] = factored(a, pivot);
    if (checked) checkFactors(info, "torch.linalg.lu_factor_ex");
    return [lu, pivots, info];
  },
});

function checkFactors(info: Tensor, name: string): void {
  const failed = firstFailure(info);
  if (!failed) return;
  const { batch, at } = failed;
  check(
    false,
    `${name}: ${batch}U[${at},${at}] is zero and using it on lu_solve would result in a division by zero. If you ` +
      "still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)",
  );
}

export const luFactor = defineOp({
  schema: "lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)",
  in: ["linalg"],
  summary: "LU factors in one matrix, with the rows exchanged.",
  forward: (a: Tensor, pivot: boolean = true): Tensor[] => {
    const [lu, pivots, info] = factored(a, pivot);
    checkFactors(info, "torch.linalg.lu_factor");
    return [lu, pivots];
  },
});

export const oldLu = defineOp({
  schema: "lu(Tensor self, bool pivot=True, bool get_infos=False) -> (Tensor, Tensor)",
  in: ["torch", "Tensor"],
  summary: "LU factors in one matrix; prefer linalg.lu_factor.",
  forward: (self: Tensor, pivot: boolean = true, infos: boolean = false): Tensor[] => {
    warn(
      "torch.lu is deprecated in favor of torch.linalg.lu_factor / torch.linalg.lu_factor_ex and will be removed in a " +
        "future PyTorch release.",
    );
    const results = factored(self, pivot);
    return infos ? results : results.slice(0, 2);
  },
});

/** The factors apart; the permutation is of bools, which carry no gradient. */
const separated: Op<Factor, Tensor[]> = defineOp({
  schema: "separate_lu(Tensor A, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)",
  in: ["internal"],
  summary: "LU factors.",
  gradName: "LinalgLuBackward0",
  forward: (...[a, pivoting = true]: Factor) => {
    const [lu, pivots] = factored(a, pivoting);
    const [p, l, u] = unpacked(lu, pivots);
    return [toDType(p, bool), l, u];
  },
  save: ([, pivoting = true], [p, l, u]) => [p, l, u, pivoting] as const,
  backward: (_, [p, l, u, pivoting], __, [, gl, gu]) => [
    factorGradient(pivoting ? toDType(p, l.dtype) : null, l, u, gl ?? mul(l, 0), gu ?? mul(u, 0)),
  ],
});

export const lu = defineOp({
  schema: "lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)",
  in: ["linalg"],
  summary: "Factors A = P·L·U.",
  forward: (a: Tensor, pivot: boolean = true): Tensor[] => {
    check(
      a.ndim >= 2,
      () => `linalg.lu: Expected tensor with 2 or more dimensions. Got size: ${formatSizes(a.sizes)} instead`,
    );
    const [p, l, u] = separated(a, pivot);
    return [pivot ? toDType(p, a.dtype) : emptyFrom([a], [0]), l, u];
  },
});

const unpackedRecorded = defineOp({
  schema: "unpack_lu(Tensor LU, Tensor pivots) -> (Tensor P, Tensor L, Tensor U)",
  in: ["internal"],
  summary: "Factors taken apart.",
  gradName: "LuUnpackBackward0",
  forward: (packed: Tensor, pivots: Tensor): Tensor[] => {
    const [p, l, u] = unpacked(packed, pivots);
    return [toDType(p, bool), l, u];
  },
  save: ([packed]) => [packed.sizes] as const,
  backward: (_, [sizes], __, [, gl, gu]) => {
    const [m, n] = sizes.slice(-2);
    const parts = [...(gl ? [widened(tril(gl, -1), -1, n)] : []), ...(gu ? [widened(triu(gu), -2, m)] : [])];
    return [parts.reduce((x, y) => add(x, y)), null];
  },
});

/** With zeros after it along a dimension, up to `size`. */
function widened(t: Tensor, dim: -1 | -2, size: number): Tensor {
  const has = t.sizes[t.ndim + dim];
  if (has === size) return t;
  const zeros = mul(expand(narrow(t, dim, 0, Math.min(1, has)), t.sizes.with(dim, size - has)), 0);
  return cat([t, zeros], dim);
}

export const luUnpack = defineOp({
  schema:
    "lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> " +
    "(Tensor P, Tensor L, Tensor U)",
  in: ["torch"],
  summary: "P, L and U from the factors that linalg.lu_factor gives.",
  forward: (data: Tensor, pivots: Tensor, withData: boolean = true, withPivots: boolean = true): Tensor[] => {
    check(
      pivots.dtype === int32,
      "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\nNote: this function is " +
        "intended to be used with the output produced by torch.linalg.lu_factor",
    );
    const [p, l, u] = unpackedRecorded(data, pivots);
    const nothing = (): Tensor => emptyFrom([data], [0]);
    return [withPivots ? toDType(p, data.dtype) : nothing(), ...(withData ? [l, u] : [nothing(), nothing()])];
  },
});

type Solve = [LU: Tensor, pivots: Tensor, B: Tensor, left?: boolean, adjoint?: boolean];

export const luSolveOp: Op<Solve, Tensor> = defineOp({
  schema: "lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B (or X·A = B, or with Aᵀ) from A's LU factors.",
  gradName: "LinalgLuSolveBackward0",
  slots: ["LU", "B"],
  forward: (...[packed, pivots, b, left = true, adjoint = false]: Solve) => {
    const name = "linalg.lu_solve";
    checkMatrix(packed, name, "LU");
    const { rows: n } = checkSquare(packed, name, "LU");
    check(pivots.dtype === int32, `${name}: pivots should be a Tensor of scalar type torch.int32`);
    const { rows, columns } = checkMatrix(b, name, "B");
    check(
      b.dtype === packed.dtype,
      () =>
        `${name}: Expected LU and B to have the same dtype, but found LU of type ${packed.dtype.scalarName} and B of ` +
        `type ${b.dtype.scalarName} instead`,
    );
    check(
      (left ? rows : columns) === n,
      () =>
        `${name}: Incompatible shapes of A and B for the equation ${left ? "AX" : "XA"} = B ` +
        (left ? `(${n}x${n} and ${rows}x${columns})` : `(${rows}x${columns} and ${n}x${n})`),
    );
    check(
      pivots.sizes[pivots.ndim - 1] === n,
      `${name}: Number of pivots per batch should be same as the dimension of the matrix`,
    );
    check(
      sameSizes(pivots.sizes.slice(0, -1), packed.sizes.slice(0, -2)),
      () =>
        `${name}: Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape ` +
        `${formatSizes(pivots.sizes)} instead`,
    );
    const batch = broadcastSizes(packed.sizes.slice(0, -2), b.sizes.slice(0, -2));
    const grown = (t: Tensor, own: Sizes): Tensor => expand(t, [...batch, ...own]);
    // X·A = B is the transposed system of Aᵀ.
    const right = left ? b : mT(b);
    const m = right.sizes[right.ndim - 1];
    const inputs = [grown(packed, [n, n]), grown(pivots, [n]), grown(right, [n, m])];
    const [x] = mapMatrices(
      inputs,
      batch,
      [columnMatrix(n, m)],
      ([factors, pivot, y]) => {
        const order = rowOrder(
          Array.from(pivot, (i) => i - 1),
          n,
        );
        if (left !== adjoint) return [luSolve({ lu: factors, order }, n, y, m)];
        return [luSolveTransposed(factors, order, n, y, m)];
      },
      b.dtype,
    );
    return left ? x : mT(x);
  },
  save: ([packed, pivots, b, left = true, adjoint = false], x) => [packed, pivots, b.sizes, left, adjoint, x] as const,
  backward: (grad, [packed, pivots, sizes, left, adjoint, x], [needsLu]) => {
    const gb = luSolveOp(packed, pivots, grad, left, !adjoint);
    if (!needsLu) return [null, sumTo(gb, sizes)];
    const [p, l, u] = unpackedRecorded(packed, pivots);
    // The gradient of A (or of Aᵀ, turned), brought to the factors.
    const whole = left ? matmul(gb, mT(x)) : matmul(mT(x), gb);
    const ga = matmul(mT(toDType(p, x.dtype)), neg(adjoint ? mT(whole) : whole));
    const glu = add(tril(matmul(ga, mT(u)), -1), triu(matmul(mT(l), ga)));
    return [sumTo(glu, packed.sizes), sumTo(gb, sizes)];
  },
});

export const oldLuSolve = defineOp({
  schema: "lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Solves A·X = B from A's LU factors; prefer linalg.lu_solve.",
  forward: (self: Tensor, packed: Tensor, pivots: Tensor): Tensor => luSolveOp(packed, pivots, self),
});
