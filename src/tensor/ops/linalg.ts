import type { Gradient } from "../autograd/node";
import { check, TorchError } from "../errors";
import { filled } from "../kernels/fill";
import { type BatchShape, batchShape, checkMatrix, checkSquare, columnMatrix, mapMatrices } from "../linalg/batch";
import { precision } from "../linalg/precision";
import { singularValues } from "../linalg/spectral";
import { symmetricEigen } from "../linalg/symmetric";
import { modes } from "../modes";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { add, div, mul, sub } from "./arithmetic";
import { diagEmbed as withDiagonal } from "./arranging";
import { zerosLike } from "./creation";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { narrow } from "./slicing";
import { unsqueeze } from "./views";

/** Factorisations: eigenvalues, singular values. Computed in double precision, rounded once. */

/** A matrix with 1/(values[j] - values[i]) off the diagonal and 0 on it. */
function reciprocalGaps(values: Tensor): Tensor {
  const gaps = sub(unsqueeze(values, -2), unsqueeze(values, -1));
  const ones = withDiagonal(add(zerosLike(values), 1));
  return div(sub(add(zerosLike(gaps), 1), ones), add(gaps, ones));
}

const skew = (x: Tensor): Tensor => sub(x, mT(x));

function checkSymmetric(a: Tensor, uplo: string): BatchShape & { readonly lower: boolean } {
  const shape = checkSquare(a, "linalg.eigh");
  check(/^[lu]$/i.test(uplo), `Expected UPLO argument to be 'L' or 'U', but got ${uplo}`);
  return { ...shape, lower: uplo.toUpperCase() === "L" };
}

type Eigh = [A: Tensor, uplo?: string];

export const eigh: Op<Eigh, Tensor[]> = defineOp({
  schema: "eigh(Tensor A, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)",
  in: ["linalg"],
  summary: "Eigenvalues (ascending) and eigenvectors of a symmetric matrix.",
  gradName: "LinalgEighBackward0",
  forward: (...[a, uplo = "L"]: Eigh) => {
    const { batch, rows: n, lower } = checkSymmetric(a, uplo);
    return mapMatrices([a], batch, [[n], columnMatrix(n, n)], ([x]) => {
      const { values, vectors } = symmetricEigen(x, n, { lower, epsilon: precision(a) });
      return [values, vectors];
    });
  },
  save: (_, [values, vectors]) => [values, vectors] as const,
  backward: (_, [values, v], __, [gValues, gVectors]) => {
    let inner = gValues ? withDiagonal(gValues) : zerosLike(v);
    // The gradient is symmetric, as the matrices are.
    if (gVectors) inner = add(inner, mul(mul(skew(matmul(mT(v), gVectors)), 0.5), reciprocalGaps(values)));
    return [matmul(matmul(v, inner), mT(v))];
  },
});

export const eigvalsh = defineOp({
  schema: "eigvalsh(Tensor A, str UPLO='L') -> Tensor",
  in: ["linalg"],
  summary: "Eigenvalues of a symmetric matrix, ascending.",
  forward: (a: Tensor, uplo: string = "L"): Tensor => {
    if (modes.grad && a.requiresGrad) return eigh(a, uplo)[0];
    const { batch, rows: n, lower } = checkSymmetric(a, uplo);
    const options = { lower, epsilon: precision(a), vectors: false };
    return mapMatrices([a], batch, [[n]], ([x]) => [symmetricEigen(x, n, options).values])[0];
  },
});

type Svd = [A: Tensor, fullMatrices?: boolean, driver?: string | null];

function checkDriver(driver: string | null): void {
  check(
    driver === null,
    "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.",
  );
}

function checkFinite(a: Tensor, index: number, x: Float64Array): void {
  if (x.every(Number.isFinite)) return;
  const batch = a.ndim > 2 ? `(Batch element ${index}): ` : "";
  throw new TorchError(
    "LinAlgError",
    `linalg.svd: ${batch}The algorithm failed to converge because the input matrix contained non-finite values.`,
  );
}

export const svd: Op<Svd, Tensor[]> = defineOp({
  schema: "svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)",
  in: ["linalg"],
  summary: "Singular value decomposition U·diag(S)·Vh, S descending.",
  gradName: "LinalgSvdBackward0",
  forward: (...[a, full = true, driver = null]: Svd) => {
    checkDriver(driver);
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.svd");
    const k = Math.min(m, n);
    const outputs = [columnMatrix(m, full ? m : k), [k], columnMatrix(full ? n : k, n)];
    return mapMatrices([a], batch, outputs, ([x], i) => {
      checkFinite(a, i, x);
      const { u, s, vh } = singularValues(x, m, n, { epsilon: precision(a), full });
      return [u, s, vh];
    });
  },
  save: (_, [u, s, vh]) => [u, s, vh] as const,
  // The vectors that complete the bases have no gradient.
  backward: (_, [u, s, vh], __, [gu, gs, gvh]) => {
    const k = s.sizes[s.ndim - 1];
    const thin = (t: Tensor, dim: number): Tensor => (t.sizes[t.ndim + dim] > k ? narrow(t, dim, 0, k) : t);
    return [svdGradient(thin(u, -1), s, thin(vh, -2), gu && thin(gu, -1), gs, gvh && thin(gvh, -2))];
  },
});

function svdGradient(u: Tensor, s: Tensor, vh: Tensor, gu: Gradient, gs: Gradient, gvh: Gradient): Tensor {
  const { rows: m } = batchShape(u);
  const { columns: n } = batchShape(vh);
  const k = s.sizes[s.ndim - 1];
  let inner = gs ? withDiagonal(gs) : zerosLike(withDiagonal(s));
  const sRow = unsqueeze(s, -2);
  const sColumn = unsqueeze(s, -1);
  // Gaps of the squared singular values.
  const gaps = gu || gvh ? reciprocalGaps(mul(s, s)) : null;
  if (gu && gaps) inner = add(inner, mul(mul(skew(matmul(mT(u), gu)), gaps), sRow));
  if (gvh && gaps) inner = add(inner, mul(sColumn, mul(skew(matmul(vh, mT(gvh))), gaps)));
  let result = matmul(matmul(u, inner), vh);
  if (gu && m > k) {
    const outside = sub(gu, matmul(u, matmul(mT(u), gu)));
    result = add(result, matmul(div(outside, sRow), vh));
  }
  if (gvh && n > k) {
    const outside = sub(gvh, matmul(matmul(gvh, mT(vh)), vh));
    result = add(result, matmul(u, div(outside, sColumn)));
  }
  return result;
}

export const svdvals = defineOp({
  schema: "svdvals(Tensor A, *, str? driver=None) -> Tensor",
  in: ["linalg"],
  summary: "Singular values, descending.",
  forward: (a: Tensor, driver: string | null = null): Tensor => {
    checkDriver(driver);
    if (modes.grad && a.requiresGrad) return svd(a, false)[1];
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.svd");
    const options = { epsilon: precision(a), vectors: false };
    return mapMatrices([a], batch, [[Math.min(m, n)]], ([x], i) => {
      checkFinite(a, i, x);
      return [singularValues(x, m, n, options).s];
    })[0];
  },
});

export const oldSvd = defineOp({
  schema: "svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)",
  in: ["torch", "Tensor"],
  summary: "Singular value decomposition with V not transposed; prefer linalg.svd.",
  forward: (self: Tensor, some: boolean = true, vectors: boolean = true): Tensor[] => {
    if (!vectors) {
      const { batch, rows: m, columns: n } = checkMatrix(self, "linalg.svd");
      const zeros = (size: number): Tensor => filled([...batch, size, size], self.dtype, 0, self.isAbstract);
      return [zeros(m), svdvals(self), zeros(n)];
    }
    const [u, s, vh] = svd(self, !some);
    return [u, s, mT(vh)];
  },
});
