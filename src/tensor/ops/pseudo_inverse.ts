import { toNumbers } from "../elements";
import { check } from "../errors";
import { batchShape, checkMatrix, checkSquare, mapMatrices } from "../linalg/batch";
import { precision } from "../linalg/precision";
import { singularValues } from "../linalg/spectral";
import { symmetricEigen } from "../linalg/symmetric";
import { defineOp, isTensor, type Op } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { formatSizes } from "../shape";
import type { Tensor } from "../tensor";
import { add, mul, neg, sub } from "./arithmetic";
import { maximum } from "./clamp";
import { gt } from "./comparison";
import { amax } from "./extremes";
import { eigvalsh, svdvals } from "./linalg";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { sum } from "./reduction";
import { abs } from "./unary";
import { expand, unsqueeze } from "./views";

/** Rank and pseudo-inverse: what of the singular values counts as zero. */

type Tolerance = Scalar | Tensor | null;

/** Singular values up to this share of the largest count as zero, in the tensor's own precision. */
export function defaultShare(a: Tensor): number {
  const { rows, columns } = batchShape(a);
  return Math.max(rows, columns) * 2 * precision(a);
}

/** The relative tolerance, which an absolute one that is given replaces. */
function shareOf(a: Tensor, atol: Tolerance, rtol: Tolerance): Tolerance {
  if (rtol !== null) return rtol;
  if (atol === null) return defaultShare(a);
  if (!isTensor(atol)) return toNumber(atol) > 0 ? 0 : defaultShare(a);
  if (atol.isAbstract) return 0;
  return toNumbers(atol).every((x) => x > 0) ? 0 : defaultShare(a);
}

type Rank = [A: Tensor, atol?: Tolerance, rtol?: Tolerance, hermitian?: boolean];

export const matrixRank: Op<Rank, Tensor> = defineOp({
  schema: "matrix_rank(Tensor A, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor",
  overloads: [
    "matrix_rank.atol_rtol_tensor(Tensor A, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor",
  ],
  in: ["linalg"],
  summary: "Number of singular values above a threshold.",
  forward: (...[a, atol = null, rtol = null, hermitian = false]: Rank) => {
    checkMatrix(a, "torch.linalg.matrix_rank", "input");
    if (hermitian) checkSquare(a, "linalg.eigh");
    const s = hermitian ? abs(eigvalsh(a)) : svdvals(a);
    if (s.sizes[s.ndim - 1] === 0) return sum(gt(s, 0), [-1]);
    const share = shareOf(a, atol, rtol);
    const largest = mul(amax(s, [-1]), share ?? 0);
    const limit =
      atol === null ? largest : maximum(largest, isTensor(atol) ? atol : mul(add(mul(largest, 0), 1), atol));
    return sum(gt(s, unsqueeze(limit, -1)), [-1]);
  },
});

defineOp({
  schema: "matrix_rank.tol(Tensor input, float tol, bool hermitian=False) -> Tensor",
  overloads: ["matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor"],
  in: ["linalg"],
  summary: "Number of singular values above an absolute threshold.",
  forward: (a: Tensor, tol: Tolerance, hermitian: boolean = false): Tensor => matrixRank(a, tol, 0, hermitian),
});

interface Parts {
  readonly p: Float64Array;
  readonly rank: number;
}

/** The pseudo-inverse (n × m) of an m × n matrix without the singular values up to a threshold. */
export function pseudoInverse(
  x: Float64Array,
  m: number,
  n: number,
  { share, least = 0, epsilon }: { readonly share: number; readonly least?: number; readonly epsilon: number },
): Parts {
  const { u, s, vh } = singularValues(x, m, n, { epsilon });
  const k = s.length;
  const p = new Float64Array(n * m);
  let rank = 0;
  for (let r = 0; r < k; r++) {
    if (!(s[r] > Math.max(least, share * s[0]))) continue;
    rank++;
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) p[i * m + j] += (vh[r * n + i] * u[j * k + r]) / s[r];
  }
  return { p, rank };
}

/** The same of a symmetric matrix, of which the lower triangle is read. */
function symmetricInverse(x: Float64Array, n: number, share: number, least: number, epsilon: number): Float64Array {
  const { values, vectors } = symmetricEigen(x, n, { epsilon });
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const p = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    if (!(Math.abs(values[r]) > Math.max(least, share * largest))) continue;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[i * n + j] += (vectors[i * n + r] * vectors[j * n + r]) / values[r];
    }
  }
  return p;
}

type Pinv = [A: Tensor, atol: Tolerance, rtol: Tolerance, hermitian: boolean];

const pseudoInverted: Op<Pinv, Tensor> = defineOp({
  schema: "pseudo_inverted(Tensor A, Any atol, Any rtol, bool hermitian) -> Tensor",
  in: ["internal"],
  summary: "The Moore–Penrose pseudo-inverse.",
  gradName: "LinalgPinvBackward0",
  forward: (...[a, atol, rtol, hermitian]: Pinv) => {
    check(
      a.ndim >= 2 && a.dtype.kind === "float",
      () =>
        `linalg.pinv(${a.dtype.scalarName}{${formatSizes(a.sizes)}}): expected a tensor with 2 or more dimensions of ` +
        "float, double, cfloat or cdouble types",
    );
    const { batch, rows: m, columns: n } = hermitian ? checkSquare(a, "linalg.eigh") : batchShape(a);
    const limits = [shareOf(a, atol, rtol), atol].map((given): ((i: number) => number) => {
      if (!isTensor(given)) return () => (given === null ? 0 : toNumber(given));
      if (given.isAbstract) return () => 0;
      const each = toNumbers(expand(given, batch));
      return (i) => each[i];
    });
    const epsilon = precision(a);
    return mapMatrices([a], batch, [[n, m]], ([x], i) => {
      const [share, least] = limits.map((of) => of(i));
      return [
        hermitian ? symmetricInverse(x, n, share, least, epsilon) : pseudoInverse(x, m, n, { share, least, epsilon }).p,
      ];
    })[0];
  },
  save: ([a], p) => [a, p] as const,
  backward: (grad, [a, p]) => [pseudoInverseGradient(grad, a, p)],
});

/** Golub & Pereyra 1973. */
export function pseudoInverseGradient(grad: Tensor, a: Tensor, p: Tensor): Tensor {
  const g = mT(grad);
  const pt = mT(p);
  const direct = neg(matmul(matmul(pt, grad), pt));
  const left = sub(g, matmul(matmul(a, p), g));
  const right = sub(g, matmul(matmul(g, p), a));
  return add(direct, add(matmul(left, matmul(p, pt)), matmul(matmul(pt, p), right)));
}

type Modern = [A: Tensor, atol?: Tolerance, rtol?: Tolerance, hermitian?: boolean];

export const pinv: Op<Modern, Tensor> = defineOp({
  schema: "pinv(Tensor A, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor",
  overloads: [
    "pinv.atol_rtol_tensor(Tensor A, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor",
  ],
  in: ["linalg"],
  summary: "The Moore–Penrose pseudo-inverse, by singular values (or eigenvalues of a Hermitian matrix).",
  forward: (...[a, atol = null, rtol = null, hermitian = false]: Modern) => pseudoInverted(a, atol, rtol, hermitian),
});

defineOp({
  schema: "pinv.rcond(Tensor A, float rcond, bool hermitian=False) -> Tensor",
  overloads: ["pinv.rcond_tensor(Tensor A, Tensor rcond, bool hermitian=False) -> Tensor"],
  in: ["linalg"],
  summary: "The Moore–Penrose pseudo-inverse without singular values up to a share of the largest.",
  forward: (a: Tensor, rcond: Tolerance, hermitian: boolean = false): Tensor =>
    pseudoInverted(a, null, rcond, hermitian),
});

export const pinverse = defineOp({
  schema: "pinverse(Tensor self, float rcond=1e-15) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The Moore–Penrose pseudo-inverse.",
  forward: (self: Tensor, rcond?: Scalar): Tensor => pseudoInverted(self, null, rcond ?? 1e-15, false),
});
