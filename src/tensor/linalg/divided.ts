/**
 * The signs that LAPACK's divide and conquer (stedc, Cuppen 1981) leaves eigenvectors of larger tridiagonal matrices
 * with. Values and vectors come from `solve`; only which way round they point is taken from the halves' problems.
 */

/** Up to this size a problem is not divided. */
export const UNDIVIDED = 25;

export interface Tridiagonal {
  /** Eigenvalues, ascending. */
  readonly d: Float64Array;
  /** Vectors, column by column. */
  readonly z: Float64Array;
}

/** Solves a tridiagonal matrix; uses up its diagonals. */
export type TridiagonalSolver = (d: Float64Array, e: Float64Array) => Tridiagonal;

/** As `solve`, with vectors pointing as stedc's do. */
export function dividedSolve(d: Float64Array, e: Float64Array, epsilon: number, solve: TridiagonalSolver): Tridiagonal {
  let levels = 0;
  for (let size = d.length; size > UNDIVIDED; size = Math.ceil(size / 2)) levels++;
  const scale = Math.max(...d.map(Math.abs), ...e.map(Math.abs));
  if (!(scale > 0 && Number.isFinite(scale))) return solve(d, e);
  const scaled = (x: number): number => x / scale;
  const { d: values, z } = signedVectors(d.map(scaled), e.map(scaled), levels, epsilon, solve);
  return { d: values.map((x) => x * scale), z };
}

function signedVectors(
  d: Float64Array,
  e: Float64Array,
  levels: number,
  epsilon: number,
  solve: TridiagonalSolver,
): Tridiagonal {
  const whole = solve(d.slice(), e.slice());
  if (levels === 0) return whole;
  const n = d.length;
  const cut = Math.floor(n / 2);
  const tie = e[cut - 1];
  const torn = d.slice();
  torn[cut - 1] -= Math.abs(tie);
  torn[cut] -= Math.abs(tie);
  const first = signedVectors(torn.slice(0, cut), e.slice(0, cut - 1), levels - 1, epsilon, solve);
  const second = signedVectors(torn.slice(cut), e.slice(cut), levels - 1, epsilon, solve);
  const rest = n - cut;
  const poles = Float64Array.of(...first.d, ...second.d);
  // What ties the halves: the last row of the first's vectors and the first row of the second's.
  const weights = Float64Array.from({ length: n }, (_, i) => {
    const x = i < cut ? first.z[i * cut + cut - 1] : Math.sign(tie) * second.z[(i - cut) * rest];
    return x * Math.SQRT1_2;
  });
  const limit = 8 * epsilon * Math.max(...poles.map(Math.abs), ...weights.map(Math.abs));
  for (let j = 0; j < n; j++) {
    const column = whole.z.subarray(j * n, (j + 1) * n);
    const { at, share } = largestShare(column, first.z, second.z, cut);
    const loose = 2 * Math.abs(tie) * Math.abs(weights[at]) <= limit;
    const wanted = loose ? 1 : Math.sign(weights[at]) * Math.sign(poles[at] - whole.d[j]);
    if (share * wanted < 0) for (let i = 0; i < n; i++) column[i] = -column[i];
  }
  return whole;
}

/** Which of the halves' vectors a vector is most made of, and how much. */
function largestShare(
  x: Float64Array,
  first: Float64Array,
  second: Float64Array,
  cut: number,
): { at: number; share: number } {
  const n = x.length;
  const rest = n - cut;
  let [at, share] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [z, from, to, start] = i < cut ? [first, i * cut, 0, cut] : [second, (i - cut) * rest, cut, rest];
    let sum = 0;
    for (let k = 0; k < start; k++) sum += z[from + k] * x[to + k];
    if (Math.abs(sum) > Math.abs(share)) [at, share] = [i, sum];
  }
  return { at, share };
}
