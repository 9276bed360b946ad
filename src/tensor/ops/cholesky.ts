import { int32 } from "../dtype";
import { check, TorchError } from "../errors";
import { checkSquare, columnMatrix, firstFailure, mapMatrices } from "../linalg/batch";
import { choleskyFactor, triangularSolve } from "../linalg/lu";
import { transposed } from "../linalg/spectral";
import { defineOp, type Op } from "../op";
import { broadcastSizes } from "../shape";
import type { Tensor } from "../tensor";
import { warn } from "../warnings";
import { add, mul, neg, sub } from "./arithmetic";
import { diagEmbed as withDiagonal } from "./arranging";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { diagonal } from "./slicing";
import { solveTriangular } from "./solving";
import { sumTo } from "./sum-to";
import { tril } from "./triangles";
import { expand } from "./views";

/** Cholesky factors, and solutions from them. */

type Factor = [A: Tensor, upper?: boolean];

/** The factor and, as info, the order of the first minor that is not positive. */
function factoring(schema: string, gradName: string, name: string): Op<Factor, Tensor[]> {
  return defineOp({
    schema: `${schema}(Tensor A, bool upper=False) -> (Tensor L, Tensor info)`,
    in: ["internal"],
    summary: "The triangular factor L of a positive definite matrix L·Lᵀ.",
    gradName,
    forward: (...[a, upper = false]: Factor) => {
      const { batch, rows: n } = checkSquare(a, name);
      return mapMatrices([a], batch, [columnMatrix(n, n), { sizes: [], dtype: int32 }], ([x]) => {
        const { factor, failed } = choleskyFactor(upper ? transposed(x, n, n) : x, n);
        return [upper ? transposed(factor, n, n) : factor, [failed]];
      });
    },
    save: ([, upper = false], [factor]) => [upper, factor] as const,
    // Murray 2016.
    backward: (grad, [upper, factor]) => {
      const l = upper ? mT(factor) : factor;
      const inner = matmul(mT(l), upper ? mT(grad) : grad);
      const lower = sub(tril(inner), mul(withDiagonal(diagonal(inner, 0, -2, -1)), 0.5));
      const whole = solveTriangular(l, solveTriangular(mT(l), lower, true), false, false);
      return [mul(add(whole, mT(whole)), 0.5)];
    },
  });
}

const factored = factoring("cholesky_factor", "LinalgCholeskyExBackward0", "linalg.cholesky");
const oldFactored = factoring("old_cholesky_factor", "CholeskyBackward0", "cholesky");

/** The factor, if there is one. */
function checkedFactor([factor, info]: readonly Tensor[], name: string): Tensor {
  const failed = firstFailure(info);
  if (!failed) return factor;
  throw new TorchError(
    "LinAlgError",
    `${name}: ${failed.batch}The factorization could not be completed because the input is not positive-definite (the ` +
      `leading minor of order ${failed.at} is not positive-definite).`,
  );
}

export const cholesky = defineOp({
  schema: "cholesky(Tensor A, *, bool upper=False) -> Tensor",
  in: ["linalg"],
  summary: "The triangular factor L of a positive definite matrix L·Lᵀ.",
  forward: (...args: Factor): Tensor => checkedFactor(factored(...args), "linalg.cholesky"),
});

export const choleskyEx = defineOp({
  schema: "cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)",
  in: ["linalg"],
  summary: "The Cholesky factor, and where there is none.",
  forward: (a: Tensor, upper: boolean = false, checked: boolean = false): Tensor[] => {
    const results = factored(a, upper);
    if (checked) checkedFactor(results, "linalg.cholesky_ex");
    return results;
  },
});

export const oldCholesky = defineOp({
  schema: "cholesky(Tensor self, bool upper=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Cholesky factor; prefer linalg.cholesky.",
  forward: (...args: Factor): Tensor => {
    warn(
      "torch.cholesky is deprecated in favor of torch.linalg.cholesky and will be removed in a future PyTorch release.",
    );
    return checkedFactor(oldFactored(...args), "cholesky");
  },
});

/** A⁻¹·B from the lower factor of A. */
function solveFactored(l: Float64Array, n: number, b: Float64Array, m: number): Float64Array {
  const half = triangularSolve(l, n, b, m, false, false);
  return triangularSolve(transposed(l, n, n), n, half, m, true, false);
}

const lowerOf = (x: Float64Array, n: number, upper: boolean): Float64Array => (upper ? transposed(x, n, n) : x);

/** What the gradient of A (G, that of both triangles) is to its factor. */
function toFactor(g: Tensor, factor: Tensor, upper: boolean): Tensor {
  const both = add(g, mT(g));
  return upper ? matmul(factor, both) : matmul(both, factor);
}

type Solve = [self: Tensor, input2: Tensor, upper?: boolean];

export const choleskySolve: Op<Solve, Tensor> = defineOp({
  schema: "cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The solution of A·X = B from the Cholesky factor of A.",
  forward: (...[b, factor, upper = false]: Solve) => {
    check(b.ndim >= 2, () => `b should have at least 2 dimensions, but has ${b.ndim} dimensions instead`);
    check(factor.ndim >= 2, () => `u should have at least 2 dimensions, but has ${factor.ndim} dimensions instead`);
    const { rows: n } = checkSquare(factor, "cholesky_solve");
    const [rows, m] = b.sizes.slice(-2);
    check(
      rows === n,
      () =>
        `Incompatible matrix sizes for cholesky_solve: each A matrix is ${n} by ${n} but each b matrix is ${rows} by ${m}`,
    );
    const batch = broadcastSizes(factor.sizes.slice(0, -2), b.sizes.slice(0, -2));
    const inputs = [expand(factor, [...batch, n, n]), expand(b, [...batch, n, m])];
    return mapMatrices(inputs, batch, [columnMatrix(n, m)], ([x, y]) => [
      solveFactored(lowerOf(x, n, upper), n, y, m),
    ])[0];
  },
  save: ([b, factor, upper = false], x) => [b.sizes, factor, upper, x] as const,
  backward: (grad, [sizes, factor, upper, x], [, needsFactor]) => {
    const gb = choleskySolve(grad, factor, upper);
    const gl = needsFactor ? sumTo(toFactor(neg(matmul(gb, mT(x))), factor, upper), factor.sizes) : null;
    return [sumTo(gb, sizes), gl];
  },
});

export const choleskyInverse: Op<Factor, Tensor> = defineOp({
  schema: "cholesky_inverse(Tensor self, bool upper=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The inverse of A from its Cholesky factor.",
  forward: (...[factor, upper = false]: Factor) => {
    const { batch, rows: n } = checkSquare(factor, "cholesky_inverse");
    return mapMatrices([factor], batch, [columnMatrix(n, n)], ([x]) => {
      const eye = Float64Array.from(x, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
      return [solveFactored(lowerOf(x, n, upper), n, eye, n)];
    })[0];
  },
  save: ([factor, upper = false], inverse) => [factor, upper, inverse] as const,
  backward: (grad, [factor, upper, inverse]) => [toFactor(neg(matmul(matmul(inverse, grad), inverse)), factor, upper)],
});
