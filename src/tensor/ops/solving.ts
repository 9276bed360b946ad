import { float32, int32 } from "../dtype";
import { check, TorchError } from "../errors";
import { checkMatrix, checkSquare, columnMatrix, firstFailure, mapMatrices, toColumns } from "../linalg/batch";
import { luFactors, luSolve, singularPivot, triangularSolve } from "../linalg/lu";
import { defineOp, type Op } from "../op";
import { broadcastSizes, type Sizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { warn } from "../warnings";
import { add, neg } from "./arithmetic";
import { complexInverse, complexSolution } from "./complex_solving";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { sumTo } from "./sum-to";
import { tril, triu } from "./triangles";
import { expand, squeeze, unsqueeze } from "./views";

/** Inverses and solutions of linear systems. */

const INFO = { sizes: [], dtype: int32 };

function identity(n: number): Float64Array {
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return eye;
}

/** The inverse and, as info, the first pivot that is zero in the tensor's own precision. */
const inverted: Op<[A: Tensor], Tensor[]> = defineOp({
  schema: "inverted(Tensor A) -> (Tensor inverse, Tensor info)",
  in: ["internal"],
  summary: "The inverse of a square matrix.",
  gradName: "LinalgInvExBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: n } = checkSquare(a, "linalg.inv");
    return mapMatrices([a], batch, [columnMatrix(n, n), INFO], ([x]) => {
      const factors = luFactors(x, n);
      return [luSolve(factors, n, identity(n), n), [singularPivot(x, n, factors, a.dtype === float32)]];
    });
  },
  save: (_, [inverse]) => [inverse] as const,
  backward: (grad, [inverse]) => [neg(matmul(mT(inverse), matmul(grad, mT(inverse))))],
});

function checkInverse(info: Tensor, name: string): void {
  const failed = firstFailure(info);
  if (!failed) return;
  throw new TorchError(
    "LinAlgError",
    `${name}: ${failed.batch}The diagonal element ${failed.at} is zero, the inversion could not be completed because ` +
      "the input matrix is singular.",
  );
}

/** @param name of the function that errors are to show */
export function inverseFor(a: Tensor, name: string): Tensor {
  if (a.dtype.kind === "complex") return complexInverse(a);
  const [inverse, info] = inverted(a);
  checkInverse(info, name);
  return inverse;
}

export const inv = defineOp({
  schema: "inv(Tensor A) -> Tensor",
  in: ["linalg"],
  summary: "The inverse of a square matrix.",
  forward: (a: Tensor): Tensor => inverseFor(a, "linalg.inv"),
});

export const inverse = defineOp({
  schema: "inverse(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The inverse of a square matrix.",
  forward: (self: Tensor): Tensor => inv(self),
});

export const invEx = defineOp({
  schema: "inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)",
  in: ["linalg"],
  summary: "The inverse of a square matrix, and where there is none.",
  forward: (a: Tensor, checked: boolean = false): Tensor[] => {
    const [inverse, info] = inverted(a);
    if (checked) checkInverse(info, "linalg.inv_ex");
    return [inverse, info];
  },
});

/** Whether B is a batch of vectors for this A: one dimension, or one fewer than A with its batch and size. */
function isVector(a: Tensor, b: Tensor): boolean {
  return b.ndim === 1 || (a.ndim - 1 === b.ndim && sameSizes(b.sizes, a.sizes.slice(0, -1)));
}

type Solve = [A: Tensor, B: Tensor, left?: boolean];

/** The solution and, as info, the first pivot that is zero. */
const solved: Op<Solve, Tensor[]> = defineOp({
  schema: "solved(Tensor A, Tensor B, bool left=True) -> (Tensor result, Tensor info)",
  in: ["internal"],
  summary: "Solves A·X = B (or X·A = B) for X.",
  gradName: "LinalgSolveExBackward0",
  forward: (...[a, b, left = true]: Solve) => {
    const name = "linalg.solve";
    const { batch: own, rows: n } = checkSquare(a, name);
    check(
      a.dtype === b.dtype,
      () =>
        `${name}: Expected A and B to have the same dtype, but found A of type ${a.dtype.scalarName} and B of type ` +
        `${b.dtype.scalarName} instead`,
    );
    const vector = isVector(a, b);
    check(left || !vector, `${name}: Vector broadcasting of the left hand side is not supported for left=False.`);
    const matrix = vector ? unsqueeze(b, -1) : left ? b : mT(b);
    checkSystem(name, n, matrix, left);
    const batch = broadcastSizes(own, matrix.sizes.slice(0, -2));
    const inputs = [grown(left ? a : mT(a), batch), grown(matrix, batch)];
    const m = matrix.sizes[matrix.ndim - 1];
    const [x, info] = mapMatrices(inputs, batch, [columnMatrix(n, m), INFO], ([f, y]) => {
      const factors = luFactors(f, n);
      return [luSolve(factors, n, y, m), [singularPivot(f, n, factors, a.dtype === float32)]];
    });
    const result = left ? x : mT(x);
    if (!vector) return [result, info];
    const flat = squeeze(x, -1);
    return [flat.ndim > 1 ? toColumns(flat) : flat, info];
  },
  save: ([a, b, left = true], [x]) => [a, b.sizes, isVector(a, b), left, x] as const,
  backward: (grad, [a, sizes, vector, left, solution]) => {
    const [g, x] = vector ? [unsqueeze(grad, -1), unsqueeze(solution, -1)] : [grad, solution];
    const gb = solve(mT(a), g, left);
    const ga = neg(left ? matmul(gb, mT(x)) : matmul(mT(x), gb));
    return [sumTo(ga, a.sizes), sumTo(vector ? squeeze(gb, -1) : gb, sizes)];
  },
});

/** @param b turned where X·A = B is to be solved */
function checkSystem(name: string, n: number, b: Tensor, left: boolean): void {
  const [rows, columns] = b.sizes.slice(-2);
  check(
    rows === n,
    () =>
      `${name}: Incompatible shapes of A and B for the equation ${left ? "AX" : "XA"} = B ` +
      (left ? `(${n}x${n} and ${rows}x${columns})` : `(${columns}x${rows} and ${n}x${n})`),
  );
}

function checkSolution(info: Tensor, name: string): void {
  const failed = firstFailure(info);
  if (!failed) return;
  throw new TorchError(
    "LinAlgError",
    `torch.${name}: ${failed.batch}The solver failed because the input matrix is singular.`,
  );
}

export const solve = defineOp({
  schema: "solve(Tensor A, Tensor B, *, bool left=True) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B (or X·A = B) for X.",
  forward: (...[a, b, left]: Solve): Tensor => {
    if (left !== false && [a, b].some((t) => t.dtype.kind === "complex")) return complexSolution(a, b);
    const [x, info] = solved(a, b, left);
    checkSolution(info, "linalg.solve");
    return x;
  },
});

export const solveEx = defineOp({
  schema: "solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)",
  in: ["linalg"],
  summary: "The solution of A·X = B, and where there is none.",
  forward: (a: Tensor, b: Tensor, left: boolean = true, checked: boolean = false): Tensor[] => {
    const [x, info] = solved(a, b, left);
    if (checked) checkSolution(info, "linalg.solve_ex");
    return [x, info];
  },
});

/** The same matrices repeated to a larger batch. */
function grown(t: Tensor, batch: Sizes): Tensor {
  const to = [...batch, ...t.sizes.slice(-2)];
  return sameSizes(t.sizes, to) ? t : expand(t, to);
}

type Triangular = [A: Tensor, B: Tensor, upper: boolean, left?: boolean, unitriangular?: boolean];

export const solveTriangular: Op<Triangular, Tensor> = defineOp({
  schema: "solve_triangular(Tensor A, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B for a triangular A.",
  gradName: "LinalgSolveTriangularBackward0",
  forward: (...[a, b, upper, left = true, unit = false]: Triangular) => {
    const name = "linalg.solve_triangular";
    const { rows: n } = checkSquare(a, name);
    checkMatrix(b, name, "B");
    const right = left ? b : mT(b);
    checkSystem(name, n, right, left);
    const batch = broadcastSizes(a.sizes.slice(0, -2), right.sizes.slice(0, -2));
    const m = right.sizes[right.ndim - 1];
    const inputs = [grown(left ? a : mT(a), batch), grown(right, batch)];
    const up = left ? upper : !upper;
    const output = left ? columnMatrix(n, m) : [n, m];
    const [x] = mapMatrices(inputs, batch, [output], ([t, y]) => [triangularSolve(t, n, y, m, up, unit)]);
    return left ? x : mT(x);
  },
  save: ([a, b, upper, left = true, unit = false], x) => [a, b.sizes, upper, left, unit, x] as const,
  backward: (grad, [a, sizes, upper, left, unit, x]) => {
    const gb = solveTriangular(mT(a), grad, !upper, left, unit);
    const full = neg(left ? matmul(gb, mT(x)) : matmul(mT(x), gb));
    return [sumTo(triangleOf(full, upper, unit), a.sizes), sumTo(gb, sizes)];
  },
});

function triangleOf(x: Tensor, upper: boolean, unit: boolean): Tensor {
  return upper ? triu(x, unit ? 1 : 0) : tril(x, unit ? -1 : 0);
}

type OldTriangular = [self: Tensor, A: Tensor, upper?: boolean, transpose?: boolean, unitriangular?: boolean];

/** Solution and a copy of A; no warning, so that its own gradient can call it. */
const triangularSolution: Op<OldTriangular, Tensor[]> = defineOp({
  schema:
    "triangular_solution(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> " +
    "(Tensor solution, Tensor cloned_coefficient)",
  in: ["internal"],
  summary: "Solves A·X = B for a triangular A.",
  gradName: "TriangularSolveBackward0",
  forward: (...[b, a, upper = true, transpose = false, unit = false]: OldTriangular) => {
    const name = "torch.triangular_solve";
    const dims = (t: Tensor, text: string): void =>
      check(
        t.ndim >= 2,
        () => `${name}: Expected ${text} to have at least 2 dimensions, but it has ${t.ndim} dimensions instead`,
      );
    dims(b, "b");
    dims(a, "A");
    const [rows, columns] = b.sizes.slice(-2);
    const n = a.sizes[a.ndim - 1];
    check(
      rows === a.sizes[a.ndim - 2],
      () =>
        `Incompatible matrix sizes for triangular_solve: each A matrix is ${n} by ${n} but each b matrix is ${rows} by ` +
        `${columns}`,
    );
    const batch = broadcastSizes(a.sizes.slice(0, -2), b.sizes.slice(0, -2));
    const whole = grown(a, batch);
    const x = solveTriangular(transpose ? mT(whole) : whole, grown(b, batch), transpose ? !upper : upper, true, unit);
    return [x, toColumns(whole)];
  },
  save: ([b, a, upper = true, transpose = false, unit = false], [x]) =>
    [b.sizes, a, upper, transpose, unit, x] as const,
  backward: (_, [sizes, a, upper, transpose, unit, x], __, [gx, gc]) => {
    const copied = gc ? sumTo(gc, a.sizes) : null;
    if (!gx) return [null, copied];
    const [gb] = triangularSolution(gx, a, upper, !transpose, unit);
    const full = neg(transpose ? matmul(x, mT(gb)) : matmul(gb, mT(x)));
    const ga = sumTo(triangleOf(full, upper, unit), a.sizes);
    return [sumTo(gb, sizes), copied ? add(ga, copied) : ga];
  },
});

export const oldTriangularSolve = defineOp({
  schema:
    "triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> " +
    "(Tensor solution, Tensor cloned_coefficient)",
  in: ["torch", "Tensor"],
  summary: "Solves A·X = B for a triangular A; prefer linalg.solve_triangular.",
  forward: (...args: OldTriangular): Tensor[] => {
    warn(
      "torch.triangular_solve is deprecated in favor of torch.linalg.solve_triangular and will be removed in a future " +
        "PyTorch release.",
    );
    return triangularSolution(...args);
  },
});
