import { transposed } from "./spectral";

/** Matrices here are row-major: element (i, j) of an n-column matrix is at i*n + j. */

export interface LuFactors {
  /** L below the diagonal (ones on it are not stored), U on and above it. */
  readonly lu: Float64Array;
  /** Row with which each of the first rows was exchanged, one after the other, counted from 0. */
  readonly pivots: readonly number[];
  /** Row of the input that stands at each place. */
  readonly order: readonly number[];
  /** Sign of the permutation. */
  readonly parity: 1 | -1;
  /** The first zero on U's diagonal, counted from 1; 0 when there is none. */
  readonly singular: number;
}

interface LuOptions {
  readonly rows?: number;
  readonly pivoting?: boolean;
  /** In single precision: of a matrix that is singular but for rounding, people see the rounding. */
  readonly single?: boolean;
}

/** LU factors of an m × n matrix with partial pivoting. */
export function luFactors(
  matrix: Float64Array,
  n: number,
  { rows: m = n, pivoting = true, single = false }: LuOptions = {},
): LuFactors {
  const a = matrix.slice();
  const pivots: number[] = [];
  let parity: 1 | -1 = 1;
  let singular = 0;
  const eliminate = single ? eliminateSingle : eliminateDouble;
  for (let k = 0; k < Math.min(m, n); k++) {
    let pivot = k;
    for (let i = k + 1; pivoting && i < m; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    pivots.push(pivot);
    if (a[pivot * n + k] === 0) {
      singular ||= k + 1;
      continue;
    }
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j], a[k * n + j]];
      parity = -parity as 1 | -1;
    }
    for (let i = k + 1; i < m; i++) eliminate(a, n, k, i);
  }
  return { lu: a, pivots, order: rowOrder(pivots, m), parity, singular };
}

/** Takes from row i the multiple of row k that makes its element k zero, and keeps the factor in its place. */
function eliminateDouble(a: Float64Array, n: number, k: number, i: number): void {
  const factor = a[i * n + k] * (1 / a[k * n + k]);
  a[i * n + k] = factor;
  if (factor === 0) return;
  for (let to = i * n + k + 1, from = k * n + k + 1; to < (i + 1) * n; to++, from++) a[to] -= factor * a[from];
}

function eliminateSingle(a: Float64Array, n: number, k: number, i: number): void {
  const factor = Math.fround(a[i * n + k] * Math.fround(1 / a[k * n + k]));
  a[i * n + k] = factor;
  if (factor === 0) return;
  for (let to = i * n + k + 1, from = k * n + k + 1; to < (i + 1) * n; to++, from++) {
    a[to] = Math.fround(a[to] - Math.fround(factor * a[from]));
  }
}

/**
 * Factors of a square matrix's transpose, as PyTorch takes them of matrices that lie row by row: of one that is singular
 * but for rounding, people see the same determinant or error.
 */
export function luOfTransposed(matrix: Float64Array, n: number, single: boolean): LuFactors {
  return luFactors(transposed(matrix, n, n), n, { single });
}

/** Pivots above this share of the largest stay so in single precision. */
const SAFE = 1e-3;

/** The first pivot that is zero in the given precision, counted from 1; 0 when there is none. */
export function singularPivot(matrix: Float64Array, n: number, { lu }: LuFactors, single: boolean): number {
  let [least, largest] = [Infinity, 0];
  for (let i = 0; i < n; i++) {
    const size = Math.abs(lu[i * n + i]);
    least = Math.min(least, size);
    largest = Math.max(largest, size);
  }
  return least > SAFE * largest ? 0 : luOfTransposed(matrix, n, single).singular;
}

/** The row of the input that stands at each of `rows` places after the exchanges. */
export function rowOrder(pivots: readonly number[], rows: number): number[] {
  const order = Array.from({ length: rows }, (_, i) => i);
  for (const [k, pivot] of pivots.entries()) [order[k], order[pivot]] = [order[pivot], order[k]];
  return order;
}

/** Row `to` of X (m columns) less a multiple of row `from`. */
function subtractRow(x: Float64Array, m: number, to: number, from: number, factor: number): void {
  if (factor === 0) return;
  for (let p = to * m, q = from * m, end = p + m; p < end; p++, q++) x[p] -= factor * x[q];
}

function divideRow(x: Float64Array, m: number, i: number, divisor: number): void {
  for (let p = i * m; p < (i + 1) * m; p++) x[p] /= divisor;
}

/** Solves A·X = B for B with m columns, from A's factors. */
export function luSolve(
  { lu, order }: Pick<LuFactors, "lu" | "order">,
  n: number,
  b: Float64Array,
  m: number,
): Float64Array {
  const x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) x.set(b.subarray(order[i] * m, (order[i] + 1) * m), i * m);
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) subtractRow(x, m, i, k, lu[i * n + k]);
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(x, m, i, k, lu[i * n + k]);
    divideRow(x, m, i, lu[i * n + i]);
  }
  return x;
}

/** Solves Aᵀ·X = B from A's factors. */
export function luSolveTransposed(
  lu: Float64Array,
  order: readonly number[],
  n: number,
  b: Float64Array,
  m: number,
): Float64Array {
  const z = b.slice();
  for (let i = 0; i < n; i++) {
    divideRow(z, m, i, lu[i * n + i]);
    for (let k = i + 1; k < n; k++) subtractRow(z, m, k, i, lu[i * n + k]);
  }
  for (let i = n - 1; i >= 0; i--) for (let k = 0; k < i; k++) subtractRow(z, m, k, i, lu[i * n + k]);
  const x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) x.set(z.subarray(i * m, (i + 1) * m), order[i] * m);
  return x;
}

/** Solves T·X = B for a triangular T. */
export function triangularSolve(
  t: Float64Array,
  n: number,
  b: Float64Array,
  m: number,
  upper: boolean,
  unit: boolean,
): Float64Array {
  const x = b.slice();
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const [from, to] = upper ? [i + 1, n] : [0, i];
    for (let k = from; k < to; k++) subtractRow(x, m, i, k, t[i * n + k]);
    if (!unit) divideRow(x, m, i, t[i * n + i]);
  }
  return x;
}

export interface CholeskyFactor {
  /** The lower factor, as far as it exists. */
  readonly factor: Float64Array;
  /** The order of the leading minor that is not positive; 0 when all are. */
  readonly failed: number;
}

export function choleskyFactor(a: Float64Array, n: number): CholeskyFactor {
  const l = Float64Array.from(a, (x, at) => (at % n <= Math.floor(at / n) ? x : 0));
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j];
    for (let k = 0; k < j; k++) d -= l[j * n + k] ** 2;
    if (!(d > 0)) {
      l[j * n + j] = d;
      return { factor: l, failed: j + 1 };
    }
    const diagonal = Math.sqrt(d);
    l[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) {
      let s = a[i * n + j];
      for (let k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = s / diagonal;
    }
  }
  return { factor: l, failed: 0 };
}
