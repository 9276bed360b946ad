import { BidiagonalSvd, madeUpper, signedRotation, turnRows } from "./bidiagonal";
import { UNDIVIDED } from "./divided";

/**
 * The signs that LAPACK's divide and conquer (bdsdc, Gu & Eisenstat 1995) leaves singular vectors of larger bidiagonal
 * matrices with. A problem is cut at a row; left vectors that both halves share in go down in that row, others point as
 * in the half they come from.
 */

/** An upper bidiagonal matrix: diagonal and what stands above it, one more of the latter when it is wider than tall. */
interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
}

interface Left {
  readonly values: Float64Array;
  /** Column by column. */
  readonly u: Float64Array;
}

/** Parts in the cut row above this tell by themselves. */
const CLEAR = 1e-3;

/** Which of the left vectors (column by column) of a square problem point the other way in LAPACK. */
export function turnedRound(problem: Bidiagonal, u: Float64Array, epsilon: number): number[] {
  const n = problem.d.length;
  return misdirected(problem, u, Math.floor(Math.log2(n / (UNDIVIDED + 1))) + 1, epsilon);
}

function misdirected({ d, e }: Bidiagonal, u: Float64Array, levels: number, epsilon: number): number[] {
  const n = d.length;
  const cut = Math.floor(n / 2);
  let halves: readonly Half[] | null = null;
  return Array.from({ length: n }, (_, j) => j).filter((j) => {
    const x = u.subarray(j * n, (j + 1) * n);
    if (Math.abs(x[cut]) > CLEAR) return x[cut] > 0;
    halves ??= halvesOf({ d, e }, cut, levels, epsilon);
    const largest = Math.max(Math.abs(d[cut]), Math.abs(e[cut] ?? 0), ...halves.map((half) => half.values[0] ?? 0));
    const { weight, share } = largestShare(x, halves);
    return Math.abs(weight) <= 8 * epsilon * largest ? share < 0 : x[cut] > 0;
  });
}

interface Half extends Left {
  /** First row of the whole problem. */
  readonly from: number;
  /** How each vector is tied to the cut row. */
  readonly weights: Float64Array;
}

function halvesOf({ d, e }: Bidiagonal, cut: number, levels: number, epsilon: number): readonly Half[] {
  const above = signedLeft({ d: d.slice(0, cut), e: e.slice(0, cut) }, levels - 1, epsilon);
  const below = signedLeft({ d: d.slice(cut + 1), e: e.slice(cut + 1) }, levels - 1, epsilon);
  const rest = below.values.length;
  return [
    { ...above, from: 0, weights: above.values.map((s, i) => (d[cut] * e[cut - 1] * above.u[(i + 1) * cut - 1]) / s) },
    { ...below, from: cut + 1, weights: below.values.map((s, i) => (e[cut] * d[cut + 1] * below.u[i * rest]) / s) },
  ];
}

/** Which of the halves' vectors a vector is most made of, and how much. */
function largestShare(x: Float64Array, halves: readonly Half[]): { weight: number; share: number } {
  let [weight, share] = [0, 0];
  for (const { from, values, u, weights } of halves) {
    const size = values.length;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += u[i * size + k] * x[from + k];
      if (Math.abs(sum) > Math.abs(share)) [weight, share] = [weights[i], sum];
    }
  }
  return { weight, share };
}

/** Singular values and left vectors, pointing as LAPACK's. */
function signedLeft(problem: Bidiagonal, levels: number, epsilon: number): Left {
  const left = solveLeft(problem, epsilon);
  const n = problem.d.length;
  if (levels === 0) return left;
  for (const j of misdirected(problem, left.u, levels, epsilon)) {
    for (let i = j * n; i < (j + 1) * n; i++) left.u[i] = -left.u[i];
  }
  return left;
}

/** By sweeps; a wider matrix is made square first, which leaves it lower bidiagonal. */
function solveLeft(problem: Bidiagonal, epsilon: number): Left {
  const n = problem.d.length;
  const d = problem.d.slice();
  const e = problem.e.slice();
  const wider = e.length === n && n > 0;
  for (let i = 0; wider && i < n; i++) {
    const [c, s, r] = signedRotation(d[i], e[i]);
    d[i] = r;
    if (i === n - 1) break;
    e[i] = s * d[i + 1];
    d[i + 1] *= c;
  }
  const beside = e.slice(0, Math.max(0, n - 1));
  const rotations = wider ? madeUpper(d, beside) : [];
  const u = new Float64Array(n * n);
  for (let i = 0; i < n; i++) u[i * n + i] = 1;
  if (n > 0) new BidiagonalSvd(d, beside, u, new Float64Array(0), epsilon).run();
  for (let i = rotations.length - 1; i >= 0; i--) turnRows(u, n, i, ...rotations[i]);
  return { values: d, u };
}
