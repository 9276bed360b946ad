import { float32 } from "../dtype";
import { check, TorchError } from "../errors";
import { batchShape, checkMatrix, columnMatrix, mapMatrices, toColumns } from "../linalg/batch";
import { qrFactors } from "../linalg/blocked_qr";
import { applyReflectors, factorQr } from "../linalg/qr";
import { transposed } from "../linalg/spectral";
import { defineOp, type Op } from "../op";
import { formatSizes, sameSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { add, mul, neg, sub } from "./arithmetic";
import { writeIdentity } from "./creation";
import { cat } from "./joining";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { narrow } from "./slicing";
import { solveTriangular } from "./solving";
import { tril } from "./triangles";
import { expand, squeeze, unsqueeze } from "./views";

/** QR, and the reflections that Q is a product of. */

type Qr = [A: Tensor, mode?: string];

export const qr: Op<Qr, Tensor[]> = defineOp({
  schema: "qr(Tensor A, str mode='reduced') -> (Tensor Q, Tensor R)",
  in: ["linalg"],
  summary: "QR decomposition by Householder reflections.",
  gradName: "LinalgQrBackward0",
  forward: (...[a, mode = "reduced"]: Qr) => {
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.qr");
    check(
      ["reduced", "complete", "r"].includes(mode),
      `qr received unrecognized mode '${mode}' but expected one of 'reduced' (default), 'r', or 'complete'`,
    );
    const p = mode === "complete" ? m : Math.min(m, n);
    const withQ = mode !== "r";
    const sizes = [...(withQ ? [columnMatrix(m, p)] : []), columnMatrix(p, n)];
    const outputs = mapMatrices([a], batch, sizes, ([x]) => {
      const { q, r } = qrFactors(transposed(x, m, n), m, n, p, a.dtype === float32);
      const upper = transposed(r, n, p);
      return withQ ? [transposed(q, p, m), upper] : [upper];
    });
    return withQ ? outputs : [emptyFrom([a], [0]), outputs[0]];
  },
  save: ([, mode = "reduced"], [q, r]) => [mode, q, r] as const,
  backward: (_, [mode, q, r], __, [gq, gr]) => {
    check(
      mode !== "r",
      "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to require gradients.",
    );
    const { rows: m, columns: n } = batchShape(r);
    check(
      mode === "reduced" || batchShape(q).rows <= n,
      "The QR decomposition is not differentiable when mode='complete' and nrows > ncols.",
    );
    if (m === n) return [squareGradient(q, r, gq, gr)];
    // Of a wide matrix [X, Y]: X = Q·U, and R = [U, V] with V = Qᵀ·Y.
    const [u, v] = halves(r, m);
    if (!gr) return [cat([squareGradient(q, u, gq, null), mul(v, 0)], -1)];
    const [gu, gv] = halves(gr, m);
    const direct = matmul(matmul(q, v), mT(gv));
    return [cat([squareGradient(q, u, gq ? add(gq, direct) : direct, gu), matmul(q, gv)], -1)];
  },
});

function halves(t: Tensor, at: number): [Tensor, Tensor] {
  return [narrow(t, -1, 0, at), narrow(t, -1, at, t.sizes[t.ndim - 1] - at)];
}

/** The gradient where R is square. */
function squareGradient(q: Tensor, r: Tensor, gq: Tensor | null, gr: Tensor | null): Tensor {
  const fromR = gr ? matmul(r, mT(gr)) : null;
  const fromQ = gq ? neg(matmul(mT(gq), q)) : null;
  const inner = fromR && fromQ ? add(fromR, fromQ) : ((fromR ?? fromQ) as Tensor);
  // The lower triangle and its mirror image.
  const symmetric = add(tril(inner), mT(tril(inner, -1)));
  const right = gq ? add(gq, matmul(q, symmetric)) : matmul(q, symmetric);
  return solveTriangular(mT(r), right, false, false);
}

export const oldQr = defineOp({
  schema: "qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)",
  in: ["torch", "Tensor"],
  summary: "QR decomposition; prefer linalg.qr.",
  forward: (self: Tensor, some?: boolean): Tensor[] => qr(self, some === false ? "complete" : "reduced"),
});

export const geqrf = defineOp({
  schema: "geqrf(Tensor self) -> (Tensor a, Tensor tau)",
  in: ["torch", "Tensor"],
  summary: "QR as LAPACK keeps it: R above the reflectors that make Q, and their factors tau.",
  forward: (self: Tensor): Tensor[] => {
    check(self.ndim >= 2, "torch.geqrf: input must have at least 2 dimensions.");
    const { batch, rows: m, columns: n } = checkMatrix(self, "torch.geqrf", "input");
    return mapMatrices([self], batch, [columnMatrix(m, n), [Math.min(m, n)]], ([x]) => {
      const a = transposed(x, m, n);
      const tau = factorQr(a, m, n);
      return [transposed(a, n, m), tau];
    });
  },
  save: () => [],
  backward: () => {
    throw new TorchError("NotImplementedError", "the derivative for 'geqrf' is not implemented.");
  },
});

/** Gradients of reflectors (columns below the diagonal, and tau) and of X, of H₁·…·Hₖ·X (or Hₖ·…·H₁·X). */
function reflectionGradients(grad: Tensor, a: Tensor, tau: Tensor, x: Tensor, transpose: boolean): Tensor[] {
  const k = tau.sizes[tau.ndim - 1];
  const m = a.sizes[a.ndim - 2];
  const unit = writeIdentity(emptyFrom([a], [m, k]));
  const reflectors = add(tril(narrow(a, -1, 0, k), -1), unit);
  const at = Array.from({ length: k }, (_, i) => ({
    v: narrow(reflectors, -1, i, 1),
    t: unsqueeze(narrow(tau, -1, i, 1), -1),
  }));
  // In the order in which they act.
  if (!transpose) at.reverse();
  const inputs: Tensor[] = [];
  let y = x;
  for (const { v, t } of at) {
    inputs.push(y);
    y = sub(y, mul(t, matmul(v, matmul(mT(v), y))));
  }
  let g = grad;
  const gv: Tensor[] = [];
  const gt: Tensor[] = [];
  for (let i = k - 1; i >= 0; i--) {
    const { v, t } = at[i];
    const [vg, vx] = [matmul(mT(v), g), matmul(mT(v), inputs[i])];
    gt.push(neg(matmul(vg, mT(vx))));
    gv.push(neg(mul(t, add(matmul(g, mT(vx)), matmul(inputs[i], mT(vg))))));
    g = sub(g, mul(t, matmul(v, vg)));
  }
  if (transpose) for (const list of [gv, gt]) list.reverse();
  if (k === 0) return [mul(a, 0), mul(tau, 0), g];
  const rest = a.sizes[a.ndim - 1] - k;
  const below = tril(cat(gv, -1), -1);
  return [rest > 0 ? cat([below, mul(narrow(a, -1, k, rest), 0)], -1) : below, squeeze(cat(gt, -1), -2), g];
}

/** Q·X or Qᵀ·X for batches of reflectors and of X. */
function reflected(a: Tensor, tau: Tensor, x: Tensor, transpose: boolean): Tensor {
  const { batch, rows: m, columns: k } = batchShape(a);
  const n = x.sizes[x.ndim - 1];
  return mapMatrices([a, tau, x], batch, [columnMatrix(m, n)], ([v, t, y]) => {
    const out = transposed(y, m, n);
    applyReflectors(transposed(v, m, k), t, out, m, n, transpose);
    return [transposed(out, n, m)];
  })[0];
}

function checkReflectors(name: string, a: Tensor, tau: Tensor): void {
  check(
    a.ndim - tau.ndim === 1,
    () =>
      `torch.${name}: Expected tau to have one dimension less than input, but got tau.ndim equal to ${tau.ndim} and ` +
      `input.ndim is equal to ${a.ndim}`,
  );
  const [batch, given] = [a.sizes.slice(0, -2), tau.sizes.slice(0, -1)];
  check(
    sameSizes(batch, given),
    () =>
      `torch.${name}: Expected batch dimensions of tau to be equal to input.shape[:-2], but got ${formatSizes(given)}`,
  );
  check(
    a.dtype === tau.dtype,
    () =>
      `torch.${name}: Expected input and tau to have the same dtype, but input has dtype ${a.dtype.scalarName} and tau ` +
      `has dtype ${tau.dtype.scalarName}`,
  );
}

/** The first columns of the identity, as many as `a` has, for each of its batch. */
function identityLike(a: Tensor): Tensor {
  return expand(writeIdentity(emptyFrom([a], a.sizes.slice(-2))), a.sizes);
}

export const householderProduct = defineOp({
  schema: "householder_product(Tensor input, Tensor tau) -> Tensor",
  in: ["linalg"],
  summary: "The first columns of the product of reflections that geqrf gives.",
  gradName: "LinalgHouseholderProductBackward0",
  forward: (input: Tensor, tau: Tensor): Tensor => {
    const name = "torch.linalg.householder_product: input";
    check(input.ndim >= 2, `${name} must have at least 2 dimensions.`);
    const { rows: m, columns: n } = checkMatrix(input, "torch.linalg.householder_product", "input");
    check(m >= n, `${name}.shape[-2] must be greater than or equal to input.shape[-1]`);
    check(n >= (tau.sizes[tau.ndim - 1] ?? 0), `${name}.shape[-1] must be greater than or equal to tau.shape[-1]`);
    checkReflectors("linalg.householder_product", input, tau);
    return reflected(input, tau, identityLike(input), false);
  },
  save: ([input, tau]) => [input, tau] as const,
  backward: (grad, [input, tau]): Tensor[] =>
    reflectionGradients(grad, input, tau, identityLike(input), false).slice(0, 2),
});

export const orgqr = defineOp({
  schema: "orgqr(Tensor self, Tensor input2) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The first columns of the product of reflections; linalg.householder_product.",
  forward: (self: Tensor, tau: Tensor): Tensor => householderProduct(self, tau),
});

type Ormqr = [self: Tensor, tau: Tensor, other: Tensor, left?: boolean, transpose?: boolean];

export const ormqr: Op<Ormqr, Tensor> = defineOp({
  schema: "ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A matrix times the product of reflections that geqrf gives.",
  forward: (...[a, tau, other, left = true, transpose = false]: Ormqr) => {
    check(a.ndim >= 2, "torch.ormqr: input must have at least 2 dimensions.");
    check(other.ndim >= 2, "torch.ormqr: other must have at least 2 dimensions.");
    const place = left ? -2 : -1;
    const size = other.sizes[other.ndim + place];
    const { rows: m } = batchShape(a);
    check(size === m, `torch.ormqr: other.shape[${place}] must be equal to input.shape[-2]`);
    check(
      size >= (tau.sizes[tau.ndim - 1] ?? 0),
      `torch.ormqr: other.shape[${place}] must be greater than or equal to tau.shape[-1]`,
    );
    check(
      (tau.sizes[tau.ndim - 1] ?? 0) <= a.sizes[a.ndim - 1],
      "torch.ormqr: tau.shape[-1] must be less than or equal to input.shape[-1]",
    );
    checkReflectors("ormqr", a, tau);
    checkMatrix(a, "torch.ormqr", "input");
    check(
      a.ndim === other.ndim,
      () =>
        "torch.ormqr: Expected other to have the same number of dimensions as input, but got other.ndim equal to " +
        `${other.ndim} and input.ndim is equal to ${a.ndim}`,
    );
    const batch = other.sizes.slice(0, -2);
    check(
      sameSizes(batch, a.sizes.slice(0, -2)),
      () =>
        `torch.ormqr: Expected batch dimensions of other to be equal to input.shape[:-2], but got ${formatSizes(batch)}`,
    );
    if (left) return reflected(a, tau, other, transpose);
    return toColumns(mT(reflected(a, tau, mT(other), !transpose)));
  },
  save: ([a, tau, other, left = true, transpose = false]) => [a, tau, other, left, transpose] as const,
  backward: (grad, [a, tau, other, left, transpose]) => {
    if (left) return reflectionGradients(grad, a, tau, other, transpose);
    const [ga, gt, gx] = reflectionGradients(mT(grad), a, tau, mT(other), !transpose);
    return [ga, gt, mT(gx)];
  },
});
