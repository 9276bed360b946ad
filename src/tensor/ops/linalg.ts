import { batchShape, checkMatrix, checkSquare, mapMatrices } from "../linalg/batch";
import { precision } from "../linalg/precision";
import { householderQr } from "../linalg/qr";
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
import { unsqueeze } from "./views";

/** Factorisations: eigenvalues, singular values. Computed in double precision, rounded once. */

/** A matrix with 1/(values[j] - values[i]) off the diagonal and 0 on it. */
function reciprocalGaps(values: Tensor): Tensor {
  const gaps = sub(unsqueeze(values, -2), unsqueeze(values, -1));
  const ones = withDiagonal(add(zerosLike(values), 1));
  return div(sub(add(zerosLike(gaps), 1), ones), add(gaps, ones));
}

type Eigh = [A: Tensor, uplo?: string];

export const eigh: Op<Eigh, Tensor[]> = defineOp({
  schema: "eigh(Tensor A, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)",
  in: ["linalg"],
  summary: "Eigenvalues (ascending) and eigenvectors of a symmetric matrix.",
  gradName: "LinalgEighBackward0",
  forward: (...[a, uplo = "L"]: Eigh) => {
    const { batch, rows: n } = checkSquare(a, "linalg.eigh");
    return mapMatrices([a], batch, [[n], [n, n]], ([x]) => {
      const { values, vectors } = symmetricEigen(x, n, {
        lower: uplo.toUpperCase() === "L",
        epsilon: precision(a),
      });
      return [values, vectors];
    });
  },
  save: (_, [values, vectors]) => [values, vectors] as const,
  backward: (_, [values, v], __, [gValues, gVectors]) => {
    let inner = gValues ? withDiagonal(gValues) : zerosLike(v);
    if (gVectors) inner = add(inner, mul(matmul(mT(v), gVectors), reciprocalGaps(values)));
    return [matmul(matmul(v, inner), mT(v))];
  },
});

export const eigvalsh = defineOp({
  schema: "eigvalsh(Tensor A, str UPLO='L') -> Tensor",
  in: ["linalg"],
  summary: "Eigenvalues of a symmetric matrix, ascending.",
  forward: (a: Tensor, uplo?: string): Tensor => eigh(a, uplo)[0],
});

type Svd = [A: Tensor, fullMatrices?: boolean];

/** The reduced decomposition, which carries the gradient. */
const thinSvd: Op<[A: Tensor], Tensor[]> = defineOp({
  schema: "thin_svd(Tensor A) -> (Tensor U, Tensor S, Tensor Vh)",
  in: ["internal"],
  summary: "Reduced singular value decomposition.",
  gradName: "LinalgSvdBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.svd");
    const k = Math.min(m, n);
    return mapMatrices([a], batch, [[m, k], [k], [k, n]], ([x]) => {
      const { u, s, vh } = singularValues(x, m, n, { epsilon: precision(a) });
      return [u, s, vh];
    });
  },
  save: (_, [u, s, vh]) => [u, s, vh] as const,
  backward: (_, [u, s, vh], __, [gu, gs, gvh]) => {
    const { rows: m } = batchShape(u);
    const { columns: n } = batchShape(vh);
    const k = s.sizes[s.ndim - 1];
    let inner = gs ? withDiagonal(gs) : zerosLike(withDiagonal(s));
    const sRow = unsqueeze(s, -2);
    const sColumn = unsqueeze(s, -1);
    const skew = (x: Tensor): Tensor => sub(x, mT(x));
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
    return [result];
  },
});

/** Orthonormal rows that complete those of a k × n matrix to n × n. */
const completeRows = defineOp({
  schema: "complete_rows(Tensor vh) -> Tensor",
  in: ["internal"],
  summary: "Completes orthonormal rows to a basis.",
  forward: (vh: Tensor): Tensor => {
    const { batch, rows: k, columns: n } = batchShape(vh);
    return mapMatrices([vh], batch, [[n, n]], ([x]) => {
      const { q } = householderQr(x, n, k, n);
      const all = q.slice();
      all.set(x);
      return [all];
    })[0];
  },
});

export const svd: Op<Svd, Tensor[]> = defineOp({
  schema: "svd(Tensor A, bool full_matrices=True) -> (Tensor U, Tensor S, Tensor Vh)",
  in: ["linalg"],
  summary: "Singular value decomposition U·diag(S)·Vh, S descending.",
  forward: (...[a, full = true]: Svd) => {
    const [u, s, vh] = thinSvd(a);
    const { rows: m, columns: n } = batchShape(a);
    return [full && m > n ? mT(completeRows(mT(u))) : u, s, full && n > m ? completeRows(vh) : vh];
  },
});

export const svdvals = defineOp({
  schema: "svdvals(Tensor A) -> Tensor",
  in: ["linalg"],
  summary: "Singular values, descending.",
  forward: (a: Tensor): Tensor => {
    if (modes.grad && a.requiresGrad) return thinSvd(a)[1];
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.svd");
    const options = { epsilon: precision(a), vectors: false };
    return mapMatrices([a], batch, [[Math.min(m, n)]], ([x]) => [singularValues(x, m, n, options).s])[0];
  },
});

export const oldSvd = defineOp({
  schema: "svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)",
  in: ["torch", "Tensor"],
  summary: "Singular value decomposition with V not transposed; prefer linalg.svd.",
  forward: (self: Tensor, some?: boolean): Tensor[] => {
    const [u, s, vh] = svd(self, some === false);
    return [u, s, mT(vh)];
  },
});
