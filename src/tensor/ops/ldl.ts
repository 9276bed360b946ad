import { int32 } from "../dtype";
import { check } from "../errors";
import { checkMatrix, checkSquare, columnMatrix, firstFailure, mapMatrices } from "../linalg/batch";
import { ldlFactors, ldlSolve } from "../linalg/ldl";
import { defineOp } from "../op";
import { broadcastSizes, formatSizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { expand } from "./views";

/** Factors L·D·Lᵀ of symmetric matrices, and solutions from them. No gradients, as in PyTorch. */

function factored(a: Tensor, name: string, checked: boolean): Tensor[] {
  const { batch, rows: n } = checkSquare(a, "torch.linalg.ldl_factor_ex");
  const outputs = [columnMatrix(n, n), { sizes: [n], dtype: int32 }, { sizes: [], dtype: int32 }];
  const [ld, pivots, info] = mapMatrices([a], batch, outputs, ([x]) => {
    const factors = ldlFactors(x, n);
    return [factors.ld, factors.pivots, [factors.singular]];
  });
  const failed = checked ? firstFailure(info) : null;
  check(
    failed === null,
    () => `torch.linalg.${name}: ${failed?.batch}D[${failed?.at},${failed?.at}] is zero: the matrix is singular.`,
  );
  return [ld, pivots, info];
}

const SCHEMA = "(Tensor self, *, bool hermitian=False";

export const ldlFactor = defineOp({
  schema: `ldl_factor${SCHEMA}) -> (Tensor LD, Tensor pivots)`,
  in: ["linalg"],
  summary: "Factors L·D·Lᵀ of a symmetric matrix in one matrix, with the rows exchanged.",
  forward: (self: Tensor): Tensor[] => factored(self, "ldl_factor", true).slice(0, 2),
});

export const ldlFactorEx = defineOp({
  schema: `ldl_factor_ex${SCHEMA}, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)`,
  in: ["linalg"],
  summary: "Factors L·D·Lᵀ of a symmetric matrix, and where D has a zero block.",
  forward: (self: Tensor, _hermitian: boolean = false, checked: boolean = false): Tensor[] =>
    factored(self, "ldl_factor_ex", checked),
});

export const ldlSolveOp = defineOp({
  schema: "ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B from A's factors L·D·Lᵀ.",
  forward: (ld: Tensor, pivots: Tensor, b: Tensor): Tensor => {
    const name = "torch.linalg.ldl_solve";
    const { rows: n } = checkSquare(ld, name, "LD");
    check(b.ndim >= 2, `${name}: Expected B to have at least 2 dimensions, but it has ${b.ndim} dimensions instead`);
    const { rows, columns: m } = checkMatrix(b, name, "B");
    check(
      rows === n,
      () =>
        `${name}: Incompatible matrix sizes for matmul: each A matrix is ${n} by ${n} but each b matrix is ${rows} by ${m}`,
    );
    check(
      sameSizes(pivots.sizes, ld.sizes.slice(0, -1)),
      () =>
        `${name}: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape ` +
        `${formatSizes(pivots.sizes)} instead`,
    );
    check(pivots.dtype.kind === "int", () => `${name}: Expected pivots to be integers. Got ${pivots.dtype.scalarName}`);
    const batch = broadcastSizes(ld.sizes.slice(0, -2), b.sizes.slice(0, -2));
    const inputs = [expand(ld, [...batch, n, n]), expand(pivots, [...batch, n]), expand(b, [...batch, n, m])];
    return mapMatrices(inputs, batch, [columnMatrix(n, m)], ([x, pivot, y]) => [ldlSolve(x, pivot, n, y, m)])[0];
  },
});
