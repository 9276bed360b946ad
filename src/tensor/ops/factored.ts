import { int32 } from "../dtype";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { defineOp } from "../op";
import type { Tensor } from "../tensor";
import { eyeOf } from "./creation";
import { cholesky } from "./linalg";
import { matrixTransposed as mT } from "./permuting";
import { inv, solve, solveTriangular } from "./solving";
import { expand } from "./views";

/** Solutions from factors; decompositions that tell of failure. */

/** No failure, for each matrix of a batch. */
const fine = (a: Tensor): Tensor => filled(a.sizes.slice(0, -2), int32, 0, a.isAbstract);

export const invEx = defineOp({
  schema: "inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)",
  in: ["linalg"],
  summary: "The inverse of a square matrix, and whether there is none.",
  forward: (a: Tensor): Tensor[] => [inv(a), fine(a)],
});

export const choleskyEx = defineOp({
  schema: "cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)",
  in: ["linalg"],
  summary: "The Cholesky factor, and whether there is none.",
  forward: (a: Tensor, upper: boolean = false): Tensor[] => [cholesky(a, upper), fine(a)],
});

export const solveEx = defineOp({
  schema: "solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)",
  in: ["linalg"],
  summary: "The solution of A X = B, and whether there is none.",
  forward: (a: Tensor, b: Tensor, left: boolean = true): Tensor[] => [solve(a, b, left), fine(a)],
});

export const choleskySolve = defineOp({
  schema: "cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The solution of A X = B from the Cholesky factor of A.",
  forward: (b: Tensor, factor: Tensor, upper: boolean = false): Tensor => {
    check(b.ndim >= 2, () => `b should have at least 2 dimensions, but has ${b.ndim} dimensions instead`);
    check(factor.ndim >= 2, () => `u should have at least 2 dimensions, but has ${factor.ndim} dimensions instead`);
    const lower = upper ? mT(factor) : factor;
    const half = solveTriangular(lower, b, false);
    return solveTriangular(mT(lower), half, true);
  },
});

export const choleskyInverse = defineOp({
  schema: "cholesky_inverse(Tensor self, bool upper=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The inverse of A from its Cholesky factor.",
  forward: (factor: Tensor, upper: boolean = false): Tensor => {
    const n = factor.sizes[factor.ndim - 1];
    const unit = eyeOf(n, n, factor.dtype);
    return choleskySolve(expand(unit, factor.sizes), factor, upper);
  },
});
