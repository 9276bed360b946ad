import { float32 } from "../dtype";
import { accessOf, toNumbers } from "../elements";
import { batchShape, checkSquare, mapMatrices } from "../linalg/batch";
import { type LuFactors, luFactors, luOfTransposed } from "../linalg/lu";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { gt } from "./comparison";
import { matrixTransposed as mT } from "./permuting";
import { inv } from "./solving";
import { log } from "./unary";
import { unsqueeze } from "./views";
import { where } from "./where";

/** Determinants and their logarithms. */

const exactly = (x: number): number => x;

/** Derivatives of the determinant: each element's cofactor, also where the matrix is singular. */
function cofactors(a: Tensor): Tensor {
  const { batch, rows: n } = batchShape(a);
  return mapMatrices([a], batch, [[n, n]], ([x]) => {
    const out = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const minor = x.filter((_, at) => Math.floor(at / n) !== i && at % n !== j);
        out[i * n + j] = ((i + j) % 2 === 0 ? 1 : -1) * determinant(luFactors(minor, n - 1), n - 1, exactly);
      }
    }
    return [out];
  })[0];
}

function determinant({ lu, parity }: LuFactors, n: number, round: (x: number) => number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product = round(product * lu[i * n + i]);
  return parity * product;
}

export const det: Op<[A: Tensor], Tensor> = defineOp({
  schema: "det(Tensor A) -> Tensor",
  in: ["linalg"],
  summary: "The determinant.",
  gradName: "LinalgDetBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: n } = checkSquare(a, "linalg.det");
    const { round } = accessOf(a.dtype);
    return mapMatrices([a], batch, [[]], ([x]) => [
      Float64Array.of(determinant(luOfTransposed(x, n, a.dtype === float32), n, round)),
    ])[0];
  },
  save: ([a], result) => [a, result] as const,
  backward: (grad, [a, result]) => {
    const spread = (x: Tensor): Tensor => unsqueeze(unsqueeze(x, -1), -1);
    const regular = result.isAbstract || toNumbers(result).every((d) => d !== 0);
    const derivative = regular ? mul(spread(result), mT(inv(a))) : cofactors(a);
    return [mul(spread(grad), derivative)];
  },
});

export const slogdet: Op<[A: Tensor], Tensor[]> = defineOp({
  schema: "slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)",
  in: ["linalg"],
  summary: "Sign and logarithm of the absolute value of the determinant.",
  gradName: "LinalgSlogdetBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: n } = checkSquare(a, "linalg.slogdet");
    return mapMatrices([a], batch, [[], []], ([x]) => {
      const { lu, parity } = luOfTransposed(x, n, a.dtype === float32);
      let sign: number = parity;
      let total = 0;
      for (let i = 0; i < n; i++) {
        const pivot = lu[i * n + i];
        sign *= Math.sign(pivot);
        total += Math.log(Math.abs(pivot));
      }
      return [Float64Array.of(sign), Float64Array.of(total)];
    });
  },
  save: ([a]) => [a] as const,
  backward: (_, [a], __, [, g]) => [g ? mul(unsqueeze(unsqueeze(g, -1), -1), mT(inv(a))) : null],
});

const square = (name: "det" | "slogdet", returns: string, summary: string): void => {
  const call = { det, slogdet }[name];
  defineOp({
    schema: `${name}(Tensor self) -> ${returns}`,
    in: ["torch", "Tensor"],
    summary,
    forward: (self: Tensor): Tensor | Tensor[] => call(self),
  });
};
square("det", "Tensor", "The determinant.");
square("slogdet", "(Tensor sign, Tensor logabsdet)", "Sign and logarithm of the determinant.");

export const logdet = defineOp({
  schema: "logdet(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Logarithm of the determinant; nan where it is negative.",
  forward: (self: Tensor): Tensor => {
    const [sign, magnitude] = slogdet(self);
    return where(gt(sign, -1), magnitude, log(sign));
  },
});
