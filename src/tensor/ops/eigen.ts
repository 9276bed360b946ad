import { complexOf } from "../dtype";
import { toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { notImplemented } from "../kernels/complex_elementwise";
import { checkSquare, columnMatrix, mapMatrices } from "../linalg/batch";
import { generalEigen } from "../linalg/general_eigen";
import { precision } from "../linalg/precision";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { add, div, mul, sub } from "./arithmetic";
import { diagEmbed } from "./arranging";
import { conj, imag, real } from "./complex";
import { solveComplex } from "./complex_solving";
import { ones } from "./creation";
import { matmul } from "./matmul";
import { adjointOf } from "./permuting";
import { diagonal } from "./slicing";
import { unsqueeze } from "./views";

/** Eigenvalues and eigenvectors of general matrices, which are complex. */

function interleaved(re: Float64Array, im: Float64Array): Float64Array {
  const pairs = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    pairs[2 * i] = re[i];
    pairs[2 * i + 1] = im[i];
  }
  return pairs;
}

export const eig: Op<[A: Tensor], Tensor[]> = defineOp({
  schema: "eig(Tensor A) -> (Tensor eigenvalues, Tensor eigenvectors)",
  in: ["linalg"],
  summary: "Eigenvalues and right eigenvectors (columns of norm 1) of square matrices.",
  gradName: "LinalgEigBackward0",
  forward: (a: Tensor) => {
    check(
      a.dtype.kind !== "int" && a.dtype.kind !== "bool",
      () => `Unknown Complex ScalarType for ${a.dtype.scalarName}`,
    );
    if (a.dtype.kind === "complex") throw notImplemented("linalg_eig of complex matrices", a.dtype);
    const { batch, rows: n } = checkSquare(a, "linalg.eig");
    return mapMatrices(
      [a],
      batch,
      [[n], columnMatrix(n, n)],
      ([x]) => {
        const found = generalEigen(x, n, precision(a));
        check(
          found.converged,
          "linalg.eig: The algorithm failed to converge because the input matrix is ill-conditioned or has too many " +
            `repeated eigenvalues (error code: ${n}).`,
          "LinAlgError",
        );
        return [interleaved(found.re, found.im), interleaved(found.vectorsRe, found.vectorsIm)];
      },
      complexOf(a.dtype),
    );
  },
  conjugates: true,
  save: (_args, [values, vectors]) => [values, vectors],
  backward: (_first, [values, vectors], _needs, [ofValues, ofVectors]) => {
    const adjoint = adjointOf(vectors);
    if (!ofVectors) return [solveComplex(adjoint, mul(unsqueeze(ofValues as Tensor, -1), adjoint))];
    const turned = matmul(adjoint, ofVectors);
    const own = diagonal(turned, 0, -2, -1);
    checkPhase(imag(own));
    const inner = sub(turned, matmul(adjoint, mul(vectors, unsqueeze(real(own), -2))));
    const gaps = conj(sub(unsqueeze(values, -2), unsqueeze(values, -1)));
    const unit = diagEmbed(ones([...values.sizes], gaps.dtype));
    const off = mul(div(inner, add(gaps, unit)), sub(1, unit));
    const middle = ofValues ? add(off, diagEmbed(ofValues)) : off;
    return [solveComplex(adjoint, matmul(middle, adjoint))];
  },
});

/** An eigenvector may be turned by any angle: a loss must not depend on that. */
function checkPhase(phase: Tensor): void {
  if (phase.isAbstract || toNumbers(phase).every((x) => Math.abs(x) <= 1e-2)) return;
  throw new TorchError(
    "RuntimeError",
    "linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The " +
      "specified loss function depends on this quantity, so it is ill-defined.",
  );
}

export const eigvals = defineOp({
  schema: "eigvals(Tensor A) -> Tensor",
  in: ["linalg"],
  summary: "Eigenvalues of square matrices.",
  forward: (a: Tensor): Tensor => eig(a)[0],
});
