import { int64 } from "../dtype";
import { toNumbers } from "../elements";
import { check } from "../errors";
import { batchShape, columnMatrix, mapMatrices } from "../linalg/batch";
import { precision } from "../linalg/precision";
import { modes } from "../modes";
import { defineOp, type Op } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { broadcastSizes, sameSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { add, mul, sub } from "./arithmetic";
import { svdvals } from "./linalg";
import { matmul } from "./matmul";
import { matrixTransposed as mT } from "./permuting";
import { defaultShare, pinv, pseudoInverse, pseudoInverseGradient } from "./pseudo_inverse";
import { narrow } from "./slicing";
import { sumTo } from "./sum-to";
import { expand, squeeze, unsqueeze } from "./views";

/** What each of LAPACK's drivers tells besides the solution. */
const DRIVERS: Readonly<Record<string, { rank: boolean; values: boolean; residuals: boolean }>> = {
  gels: { rank: false, values: false, residuals: true },
  gelsy: { rank: true, values: false, residuals: false },
  gelsd: { rank: true, values: true, residuals: true },
  gelss: { rank: true, values: true, residuals: true },
};

/** Whether B is one vector for each matrix. */
function isVector(a: Tensor, b: Tensor): boolean {
  return b.ndim === 1 || (a.ndim - 1 === b.ndim && sameSizes(a.sizes.slice(0, -1), b.sizes));
}

type Solve = [A: Tensor, B: Tensor, share: number, driver: string];

/** Solutions for matrices B, squares of what stays of each column (where the driver tells), and ranks. */
const solved: Op<Solve, Tensor[]> = defineOp({
  schema:
    "least_squares(Tensor A, Tensor B, float share, str driver) -> (Tensor solution, Tensor residuals, Tensor rank)",
  in: ["internal"],
  summary: "Least squares solution of A·X = B.",
  gradName: "LinalgLstsqBackward0",
  forward: (...[a, given, share, driver]: Solve) => {
    const vector = isVector(a, given);
    const b = vector ? unsqueeze(given, -1) : given;
    const { rows: m, columns: n } = batchShape(a);
    const k = b.sizes[b.ndim - 1];
    const batch = broadcastSizes(a.sizes.slice(0, -2), b.sizes.slice(0, -2));
    const inputs = [expand(a, [...batch, m, n]), expand(b, [...batch, m, k])];
    const epsilon = precision(a);
    // LAPACK leaves the solution in the memory of B.
    const outputs = [columnMatrix(Math.max(m, n), k), [k], { sizes: [], dtype: int64 }];
    const [whole, residuals, rank] = mapMatrices(inputs, batch, outputs, ([x, y]) => {
      const { p, rank: count } = pseudoInverse(x, m, n, { share, epsilon });
      const out = new Float64Array(Math.max(m, n) * k);
      for (let i = 0; i < n; i++) {
        for (let r = 0; r < m; r++) for (let c = 0; c < k; c++) out[i * k + c] += p[i * m + r] * y[r * k + c];
      }
      return [out, squaresLeft(x, out, y, m, n, k), [count]];
    });
    const full = driver === "gels" || rank.isAbstract || toNumbers(rank).every((r) => r === n);
    const told = DRIVERS[driver].residuals && m > n && full;
    const solution = narrow(whole, -2, 0, n);
    return [vector ? squeeze(solution, -1) : solution, told ? residuals : emptyFrom([a], [0]), rank];
  },
  save: ([a, b], [x]) => [a, b, x] as const,
  backward: (_, [a, given, solution], __, [gSolution, gr]) => {
    const vector = isVector(a, given);
    const matrix = (t: Tensor): Tensor => (vector ? unsqueeze(t, -1) : t);
    const [b, x, gx] = [matrix(given), matrix(solution), gSolution && matrix(gSolution)];
    const p = pinv(a);
    let ga: Tensor | null = null;
    let gb: Tensor | null = null;
    if (gx) {
      ga = pseudoInverseGradient(matmul(gx, mT(b)), a, p);
      gb = matmul(mT(p), gx);
    }
    if (gr && gr.numel > 0) {
      const share = mul(sub(matmul(a, x), b), mul(unsqueeze(gr, -2), 2));
      const fromA = matmul(share, mT(x));
      ga = ga ? add(ga, fromA) : fromA;
      gb = gb ? sub(gb, share) : mul(share, -1);
    }
    const whole = gb && sumTo(gb, b.sizes);
    return [ga && sumTo(ga, a.sizes), whole && vector ? squeeze(whole, -1) : whole];
  },
});

function squaresLeft(a: Float64Array, x: Float64Array, b: Float64Array, m: number, n: number, k: number): Float64Array {
  const out = new Float64Array(k);
  for (let r = 0; r < m; r++) {
    for (let c = 0; c < k; c++) {
      let rest = b[r * k + c];
      for (let i = 0; i < n; i++) rest -= a[r * n + i] * x[i * k + c];
      out[c] += rest * rest;
    }
  }
  return out;
}

export const lstsq = defineOp({
  schema:
    "lstsq(Tensor A, Tensor B, float? rcond=None, *, str? driver=None) -> " +
    "(Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)",
  in: ["linalg"],
  summary: "Least squares solution of A·X = B with the smallest norm.",
  forward: (a: Tensor, b: Tensor, rcond: Scalar | null = null, given: string | null = null): Tensor[] => {
    const driver = given ?? "gelsy";
    const name = "torch.linalg.lstsq";
    check(a.ndim >= 2, `${name}: input must have at least 2 dimensions.`);
    check(b.ndim >= 1, `${name}: other must have at least 1 dimension.`);
    check(
      a.dtype === b.dtype,
      () =>
        `${name}: Expected input and other to have the same dtype, but got input's dtype ${a.dtype.scalarName} and ` +
        `other's dtype ${b.dtype.scalarName}`,
    );
    const vector = isVector(a, b);
    check(
      b.sizes[b.ndim - (vector ? 1 : 2)] === a.sizes[a.ndim - 2],
      `${name}: input.size(-2) should match other.size(${vector ? -1 : -2})`,
    );
    const tells = DRIVERS[driver];
    check(tells !== undefined, `${name}: parameter \`driver\` should be one of (gels, gelsy, gelsd, gelss)`);
    const share = driver === "gels" ? 0 : rcond === null ? defaultShare(a) : toNumber(rcond);
    const [solution, residuals, rank] = solved(a, b, share, driver);
    return [
      solution,
      residuals,
      tells.rank ? rank : emptyFrom([a], [0], int64),
      tells.values ? unrecorded(() => svdvals(a)) : emptyFrom([a], [0]),
    ];
  },
});

function unrecorded<T>(run: () => T): T {
  const before = modes.grad;
  modes.grad = false;
  try {
    return run();
  } finally {
    modes.grad = before;
  }
}
