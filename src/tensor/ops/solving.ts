import { int64 } from "../dtype";
import { accessOf, toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { batchShape, checkMatrix, checkSquare, mapMatrices } from "../linalg/batch";
import { type LuFactors, luFactors, luSolve, triangularSolve } from "../linalg/lu";
import { precision } from "../linalg/precision";
import { singularValues, transposed } from "../linalg/spectral";
import { defineOp, type Op } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { broadcastSizes, type Sizes, sameSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { add, mul, neg, sub } from "./arithmetic";
import { gt } from "./comparison";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { sumTo } from "./sum-to";
import { tril, triu } from "./triangles";
import { log } from "./unary";
import { expand, squeeze, unsqueeze } from "./views";
import { where } from "./where";

/** Linear systems: inverse, determinant, solutions, least squares. */

function identity(n: number): Float64Array {
  const eye = new Float64Array(n * n);
  for (let i = 0; i < n; i++) eye[i * n + i] = 1;
  return eye;
}

const double = (x: number): number => x;

/**
 * Factors in the tensor's own precision, of the transpose, as PyTorch takes them of row-major matrices: of a matrix that
 * is singular but for rounding people see the same determinant or error.
 */
function ownFactors(x: Float64Array, n: number, a: Tensor): LuFactors {
  return luFactors(transposed(x, n, n), n, accessOf(a.dtype).round);
}

export const inv: Op<[A: Tensor], Tensor> = defineOp({
  schema: "inv(Tensor A) -> Tensor",
  in: ["linalg"],
  summary: "The inverse of a square matrix.",
  gradName: "LinalgInvExBackward0",
  forward: (a: Tensor) => {
    const { batch, rows: n } = checkSquare(a, "linalg.inv");
    return mapMatrices([a], batch, [[n, n]], ([x]) => {
      const { singular } = ownFactors(x, n, a);
      if (singular > 0) {
        throw new TorchError(
          "LinAlgError",
          `linalg.inv: The diagonal element ${singular} is zero, the inversion could not be completed because the ` +
            "input matrix is singular.",
        );
      }
      return [luSolve(luFactors(x, n, double), n, identity(n), n)];
    })[0];
  },
  save: (_, inverse) => [inverse] as const,
  backward: (grad, [inverse]) => [neg(matmul(mT(inverse), matmul(grad, mT(inverse))))],
});

export const inverse = defineOp({
  schema: "inverse(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The inverse of a square matrix.",
  forward: (self: Tensor): Tensor => inv(self),
});

/** Derivatives of the determinant: each element's cofactor, also where the matrix is singular. */
function cofactors(a: Tensor): Tensor {
  const { batch, rows: n } = batchShape(a);
  return mapMatrices([a], batch, [[n, n]], ([x]) => {
    const out = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const minor = x.filter((_, at) => Math.floor(at / n) !== i && at % n !== j);
        out[i * n + j] = ((i + j) % 2 === 0 ? 1 : -1) * determinant(luFactors(minor, n - 1, double), n - 1, double);
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
    return mapMatrices([a], batch, [[]], ([x]) => [Float64Array.of(determinant(ownFactors(x, n, a), n, round))])[0];
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
      const { lu, parity } = ownFactors(x, n, a);
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

/** Whether B is a batch of vectors for this A: one dimension, or one fewer than A with its batch and size. */
function isVector(a: Tensor, b: Tensor): boolean {
  return b.ndim === 1 || (a.ndim - 1 === b.ndim && sameSizes(b.sizes, a.sizes.slice(0, -1)));
}

type Solve = [A: Tensor, B: Tensor, left?: boolean];

/** Solves A·X = B for matrices of the same batch; no gradient. */
function solveMatrices(a: Tensor, b: Tensor): Tensor {
  const { batch, rows: n } = batchShape(a);
  const m = b.sizes[b.ndim - 1];
  return mapMatrices([a, b], batch, [[n, m]], ([x, y]) => {
    if (ownFactors(x, n, a).singular > 0) {
      throw new TorchError(
        "LinAlgError",
        "torch.linalg.solve: The solver failed because the input matrix is singular.",
      );
    }
    return [luSolve(luFactors(x, n, double), n, y, m)];
  })[0];
}

export const solve: Op<Solve, Tensor> = defineOp({
  schema: "solve(Tensor A, Tensor B, *, bool left=True) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B (or X·A = B) for X.",
  gradName: "LinalgSolveExBackward0",
  forward: (...[a, b, left = true]: Solve) => {
    const { rows: n } = checkSquare(a, "linalg.solve");
    const vector = isVector(a, b);
    check(left || !vector, "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False.");
    const matrix = vector ? unsqueeze(b, -1) : left ? b : mT(b);
    const { rows, columns } = batchShape(matrix);
    check(
      rows === n,
      () =>
        `linalg.solve: Incompatible shapes of A and B for the equation ${left ? "AX" : "XA"} = B ` +
        (left ? `(${n}x${n} and ${rows}x${columns})` : `(${columns}x${rows} and ${n}x${n})`),
    );
    const batch = broadcastSizes(a.sizes.slice(0, -2), matrix.sizes.slice(0, -2));
    const x = solveMatrices(grown(left ? a : mT(a), batch), grown(matrix, batch));
    return vector ? squeeze(x, -1) : left ? x : mT(x);
  },
  save: ([a, b, left = true], x) => [a, b.sizes, isVector(a, b), left, x] as const,
  backward: (grad, [a, sizes, vector, left, solution]) => {
    const [g, x] = vector ? [unsqueeze(grad, -1), unsqueeze(solution, -1)] : [grad, solution];
    const gb = solve(mT(a), g, left);
    const ga = neg(left ? matmul(gb, mT(x)) : matmul(mT(x), gb));
    return [sumTo(ga, a.sizes), sumTo(vector ? squeeze(gb, -1) : gb, sizes)];
  },
});

/** The same matrices repeated to a larger batch. */
function grown(t: Tensor, batch: Sizes): Tensor {
  const to = [...batch, ...t.sizes.slice(-2)];
  return sameSizes(t.sizes, to) ? t : expand(t, to);
}

type Triangular = [A: Tensor, B: Tensor, upper: boolean, left?: boolean, unitriangular?: boolean];

export const solveTriangular: Op<Triangular, Tensor> = defineOp({
  schema: "solve_triangular(Tensor A, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor",
  in: ["linalg"],
  summary: "Solves A·X = B for a triangular A.",
  gradName: "LinalgSolveTriangularBackward0",
  forward: (...[a, b, upper, left = true, unit = false]: Triangular) => {
    const { rows: n } = checkSquare(a, "linalg.solve_triangular");
    const right = left ? b : mT(b);
    const { rows, columns: m } = checkMatrix(right, "linalg.solve_triangular", "B");
    check(
      rows === n,
      () =>
        `linalg.solve_triangular: Incompatible shapes of A and B for the equation AX = B (${n}x${n} and ${rows}x${m})`,
    );
    const batch = broadcastSizes(a.sizes.slice(0, -2), right.sizes.slice(0, -2));
    const inputs = [grown(left ? a : mT(a), batch), grown(right, batch)];
    const up = left ? upper : !upper;
    const [x] = mapMatrices(inputs, batch, [[n, m]], ([t, y]) => [triangularSolve(t, n, y, m, up, unit)]);
    return left ? x : mT(x);
  },
  save: ([a, b, upper, left = true, unit = false], x) => [a, b.sizes, upper, left, unit, x] as const,
  backward: (grad, [a, sizes, upper, left, unit, x]) => {
    const gb = solveTriangular(mT(a), grad, !upper, left, unit);
    const full = neg(left ? matmul(gb, mT(x)) : matmul(mT(x), gb));
    const ga = upper ? triu(full, unit ? 1 : 0) : tril(full, unit ? -1 : 0);
    return [sumTo(ga, a.sizes), sumTo(gb, sizes)];
  },
});

/** Singular values up to this share of the largest count as zero. */
function cutoff(a: Tensor): number {
  const { rows, columns } = batchShape(a);
  const eps = 2 * precision(a);
  return Math.max(rows, columns) * eps;
}

function pseudoInverse(
  x: Float64Array,
  m: number,
  n: number,
  relative: number,
  absolute: number,
  epsilon: number,
): { p: Float64Array; rank: number } {
  const { u, s, vh } = singularValues(x, m, n, { epsilon });
  const k = s.length;
  const p = new Float64Array(n * m);
  let rank = 0;
  for (let r = 0; r < k; r++) {
    if (!(s[r] > Math.max(absolute, relative * s[0]))) continue;
    rank++;
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) p[i * m + j] += (vh[r * n + i] * u[j * k + r]) / s[r];
  }
  return { p, rank };
}

type Pinv = [A: Tensor, rcond?: Scalar | null, atol?: Scalar | null, rtol?: Scalar | null];

export const pinv: Op<Pinv, Tensor> = defineOp({
  schema: "pinv(Tensor A, float? rcond=None, *, float? atol=None, float? rtol=None) -> Tensor",
  in: ["linalg"],
  summary: "The Moore–Penrose pseudo-inverse, by singular values.",
  gradName: "LinalgPinvBackward0",
  forward: (...[a, rcond = null, atol = null, rtol = null]: Pinv) => {
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.pinv");
    const share = rcond ?? rtol;
    const absolute = atol === null ? 0 : toNumber(atol);
    const relative = share !== null ? toNumber(share) : absolute > 0 ? 0 : cutoff(a);
    return mapMatrices([a], batch, [[n, m]], ([x]) => [pseudoInverse(x, m, n, relative, absolute, precision(a)).p])[0];
  },
  save: ([a], p) => [a, p] as const,
  // Golub & Pereyra 1973.
  backward: (grad, [a, p]) => {
    const g = mT(grad);
    const pt = mT(p);
    const direct = neg(matmul(matmul(pt, grad), pt));
    const left = sub(g, matmul(matmul(a, p), g));
    const right = sub(g, matmul(matmul(g, p), a));
    return [add(direct, add(matmul(left, matmul(p, pt)), matmul(matmul(pt, p), right)))];
  },
});

defineOp({
  schema:
    "pinv.hermitian(Tensor A, float? rcond=None, *, float? atol=None, float? rtol=None, bool hermitian) -> Tensor",
  in: ["linalg"],
  summary: "The Moore–Penrose pseudo-inverse of a matrix that its lower triangle tells, if it is Hermitian.",
  forward: (a: Tensor, rcond: Scalar | null, atol: Scalar | null, rtol: Scalar | null, hermitian: boolean): Tensor =>
    pinv(hermitian ? add(tril(a), mT(tril(a, -1))) : a, rcond, atol, rtol),
});

export const pinverse = defineOp({
  schema: "pinverse(Tensor self, float rcond=1e-15) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The Moore–Penrose pseudo-inverse.",
  forward: (self: Tensor, rcond?: Scalar): Tensor => pinv(self, rcond ?? 1e-15),
});

export const matrixRank = defineOp({
  schema: "matrix_rank(Tensor A, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor",
  in: ["linalg"],
  summary: "Number of singular values above a threshold.",
  forward: (a: Tensor, atol?: Scalar | null, rtol?: Scalar | null): Tensor => {
    const { batch, rows: m, columns: n } = checkMatrix(a, "linalg.matrix_rank");
    const absolute = atol === null || atol === undefined ? 0 : toNumber(atol);
    const relative = rtol === null || rtol === undefined ? (absolute > 0 ? 0 : cutoff(a)) : toNumber(rtol);
    return mapMatrices(
      [a],
      batch,
      [[]],
      ([x]) => {
        const { s } = singularValues(x, m, n, { epsilon: precision(a), vectors: false });
        return [Float64Array.of(s.filter((v) => v > Math.max(absolute, relative * s[0])).length)];
      },
      int64,
    )[0];
  },
});

export const lstsq = defineOp({
  schema:
    "lstsq(Tensor A, Tensor B, float? rcond=None, *, str? driver=None) -> " +
    "(Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)",
  in: ["linalg"],
  summary: "Least squares solution of A·X = B with the smallest norm.",
  forward: (a: Tensor, b: Tensor, rcond?: Scalar | null): Tensor[] => {
    checkMatrix(a, "torch.linalg.lstsq", "input");
    const vector = a.ndim - 1 === b.ndim;
    const matrix = vector ? unsqueeze(b, -1) : b;
    check(
      matrix.sizes[matrix.ndim - 2] === a.sizes[a.ndim - 2],
      vector
        ? "torch.linalg.lstsq: input.size(-2) should match other.size(-1)"
        : "torch.linalg.lstsq: input.size(-2) should match other.size(-2)",
    );
    const solution = matmul(pinv(a, rcond ?? null), matrix);
    const nothing = (): Tensor => emptyFrom([a], [0]);
    const rank = matrixRank(a, null, rcond ?? null);
    return [vector ? squeeze(solution, -1) : solution, nothing(), rank, nothing()];
  },
});
