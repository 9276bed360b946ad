import { float32 } from "../dtype";
import { checkSquare, mapMatrices } from "../linalg/batch";
import { matrixExponential } from "../linalg/exponential";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { cat } from "./joining";
import { matrixTransposed as mT } from "./permuting";
import { narrow } from "./slicing";

export const matrixExp: Op<[self: Tensor], Tensor> = defineOp({
  schema: "matrix_exp(Tensor self) -> Tensor",
  in: ["linalg"],
  summary: "The exponential of a square matrix.",
  gradName: "LinalgMatrixExpBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: n } = checkSquare(a, "linalg.matrix_exp");
    return mapMatrices([a], batch, [[n, n]], ([x]) => [matrixExponential(x, n, a.dtype === float32)])[0];
  },
  save: ([a]) => [a] as const,
  // The corner of the exponential of [[Aᵀ, G], [0, Aᵀ]] is the derivative along G (Najfeld & Havel 1995).
  backward: (grad, [a]) => {
    const n = a.sizes[a.ndim - 1];
    const turned = mT(a);
    const blocks = cat([cat([turned, grad], -1), cat([mul(turned, 0), turned], -1)], -2);
    return [narrow(narrow(matrixExp(blocks), -2, 0, n), -1, n, n)];
  },
});

export const oldMatrixExp = defineOp({
  schema: "matrix_exp(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The exponential of a square matrix.",
  forward: (self: Tensor): Tensor => matrixExp(self),
});
