import { check } from "../errors";
import { mapMatrices } from "../linalg/batch";
import { eliminate } from "../linalg/complex_solve";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { emptyFrom } from "../tensor";
import { mul } from "./arithmetic";
import { toDType } from "./copies";
import { writeIdentity } from "./creation";
import { matmul } from "./matmul";
import { matrixTransposed } from "./permuting";
import { expand, squeeze, unsqueeze } from "./views";

/** Linear equations of complex numbers. */

/** X with A · X = B for complex matrices of equal batches. */
export const solveComplex: Op<[A: Tensor, B: Tensor], Tensor> = defineOp({
  schema: "_solve_complex(Tensor A, Tensor B) -> Tensor",
  in: ["internal"],
  summary: "The solution of linear equations of complex numbers.",
  gradName: "LinalgSolveExBackward0",
  forward: (a: Tensor, b: Tensor) => {
    const [n, m] = b.sizes.slice(-2);
    const [out] = mapMatrices(
      [toDType(a, b.dtype), b],
      b.sizes.slice(0, -2),
      [[n, m]],
      ([matrix, right]) => {
        const x = right.slice();
        const [re, im] = eliminate(matrix.slice(), x, n, m);
        check(
          re !== 0 || im !== 0,
          "torch.linalg.solve: The solver failed because the input matrix is singular.",
          "LinAlgError",
        );
        return [x];
      },
      b.dtype,
    );
    return out;
  },
  save: ([a], result) => [a, result],
  backward: (grad, [a, x]) => {
    const ofRight = solveComplex(matrixTransposed(a), grad);
    return [mul(matmul(ofRight, matrixTransposed(x)), -1), ofRight];
  },
});

/** `linalg.solve` where A or B is complex; B may be a vector. */
export function complexSolution(a: Tensor, b: Tensor): Tensor {
  const [left, right] = a.dtype.kind === "complex" ? [a, toDType(b, a.dtype)] : [toDType(a, b.dtype), b];
  return right.ndim === 1 ? squeeze(solveComplex(left, unsqueeze(right, -1)), -1) : solveComplex(left, right);
}

/** The inverse of complex matrices. */
export function complexInverse(a: Tensor): Tensor {
  const [rows, n] = a.sizes.slice(-2);
  check(
    a.ndim >= 2 && rows === n,
    () => `linalg.inv: A must be batches of square matrices, but they are ${rows} by ${n} matrices`,
  );
  const unit = writeIdentity(emptyFrom([a], [n, n]));
  return solveComplex(a, expand(unit, a.sizes));
}
