/** Matrices here are row-major: element (i, j) of an n-column matrix is at i*n + j. */

export interface LdlFactors {
  /** D on the diagonal (and beside it, for 2 × 2 blocks), L below. */
  readonly ld: Float64Array;
  /** LAPACK's: the row exchanged with, counted from 1; negative, twice, for a 2 × 2 block. */
  readonly pivots: Int32Array;
  /** The first zero block of D, counted from 1; 0 when there is none. */
  readonly singular: number;
}

/** What keeps growth least when 1 × 1 and 2 × 2 pivots are chosen between. */
const ALPHA = (1 + Math.sqrt(17)) / 8;

/**
 * Factors L·D·Lᵀ of a symmetric matrix, of which the lower triangle is read, with the pivots of Bunch & Kaufman 1977
 * (LAPACK's sytf2).
 */
export function ldlFactors(matrix: Float64Array, n: number): LdlFactors {
  const a = Float64Array.from(matrix, (x, at) => (at % n <= Math.floor(at / n) ? x : 0));
  const pivots = new Int32Array(n);
  let singular = 0;
  for (let k = 0; k < n; ) {
    const { pivot, width } = choosePivot(a, n, k);
    if (width === 0) {
      singular ||= k + 1;
      pivots[k] = k + 1;
      k++;
      continue;
    }
    const last = k + width - 1;
    if (pivot !== last) exchange(a, n, k, last, pivot);
    if (width === 1) eliminateOne(a, n, k);
    else eliminateTwo(a, n, k);
    pivots.fill(width === 1 ? pivot + 1 : -(pivot + 1), k, last + 1);
    k += width;
  }
  return { ld: a, pivots, singular };
}

/** Which row to bring up, and the size of the block; 0 for a column of zeros. */
function choosePivot(a: Float64Array, n: number, k: number): { pivot: number; width: 0 | 1 | 2 } {
  const own = Math.abs(a[k * n + k]);
  let far = k;
  let column = 0;
  for (let i = k + 1; i < n; i++) {
    if (Math.abs(a[i * n + k]) > column) [far, column] = [i, Math.abs(a[i * n + k])];
  }
  if (Math.max(own, column) === 0) return { pivot: k, width: 0 };
  if (own >= ALPHA * column) return { pivot: k, width: 1 };
  let row = 0;
  for (let j = k; j < far; j++) row = Math.max(row, Math.abs(a[far * n + j]));
  for (let i = far + 1; i < n; i++) row = Math.max(row, Math.abs(a[i * n + far]));
  if (own >= ALPHA * column * (column / row)) return { pivot: k, width: 1 };
  return { pivot: far, width: Math.abs(a[far * n + far]) >= ALPHA * row ? 1 : 2 };
}

/** Exchanges rows and columns `at` and `pivot` of the symmetric rest from k on. */
function exchange(a: Float64Array, n: number, k: number, at: number, pivot: number): void {
  const swap = (p: number, q: number): void => {
    [a[p], a[q]] = [a[q], a[p]];
  };
  for (let i = pivot + 1; i < n; i++) swap(i * n + at, i * n + pivot);
  for (let i = at + 1; i < pivot; i++) swap(i * n + at, pivot * n + i);
  swap(at * n + at, pivot * n + pivot);
  if (at > k) swap(at * n + k, pivot * n + k);
}

function eliminateOne(a: Float64Array, n: number, k: number): void {
  const d = a[k * n + k];
  for (let j = k + 1; j < n; j++) {
    const share = a[j * n + k] / d;
    for (let i = j; i < n; i++) a[i * n + j] -= share * a[i * n + k];
  }
  for (let i = k + 1; i < n; i++) a[i * n + k] /= d;
}

function eliminateTwo(a: Float64Array, n: number, k: number): void {
  const off = a[(k + 1) * n + k];
  const below = a[(k + 1) * n + k + 1] / off;
  const above = a[k * n + k] / off;
  const scale = 1 / (below * above - 1) / off;
  for (let j = k + 2; j < n; j++) {
    const [x, y] = [a[j * n + k], a[j * n + k + 1]];
    const first = scale * (below * x - y);
    const second = scale * (above * y - x);
    for (let i = j; i < n; i++) a[i * n + j] -= a[i * n + k] * first + a[i * n + k + 1] * second;
    a[j * n + k] = first;
    a[j * n + k + 1] = second;
  }
}

/** Solves A·X = B for B with m columns, from A's factors. */
export function ldlSolve(
  ld: Float64Array,
  pivots: ArrayLike<number>,
  n: number,
  b: Float64Array,
  m: number,
): Float64Array {
  const x = b.slice();
  const swap = (i: number, j: number): void => {
    for (let c = 0; i !== j && c < m; c++) [x[i * m + c], x[j * m + c]] = [x[j * m + c], x[i * m + c]];
  };
  const subtract = (to: number, from: number, factor: number): void => {
    for (let c = 0; c < m; c++) x[to * m + c] -= factor * x[from * m + c];
  };
  const widths: number[] = [];
  for (let k = 0; k < n; k += widths[widths.length - 1]) {
    const width = pivots[k] > 0 ? 1 : 2;
    widths.push(width);
    swap(k + width - 1, Math.abs(pivots[k]) - 1);
    for (let i = k + width; i < n; i++) for (let w = 0; w < width; w++) subtract(i, k + w, ld[i * n + k + w]);
    if (width === 1) for (let c = 0; c < m; c++) x[k * m + c] /= ld[k * n + k];
    else solveBlock(ld, n, k, x, m);
  }
  for (let end = n; widths.length > 0; ) {
    const width = widths.pop() as number;
    const k = end - width;
    for (let w = 0; w < width; w++) for (let i = end; i < n; i++) subtract(k + w, i, ld[i * n + k + w]);
    swap(k + width - 1, Math.abs(pivots[k]) - 1);
    end = k;
  }
  return x;
}

/** Rows k and k + 1 of X through the 2 × 2 block of D there. */
function solveBlock(ld: Float64Array, n: number, k: number, x: Float64Array, m: number): void {
  const off = ld[(k + 1) * n + k];
  const above = ld[k * n + k] / off;
  const below = ld[(k + 1) * n + k + 1] / off;
  const scale = above * below - 1;
  for (let c = 0; c < m; c++) {
    const first = x[k * m + c] / off;
    const second = x[(k + 1) * m + c] / off;
    x[k * m + c] = (below * first - second) / scale;
    x[(k + 1) * m + c] = (above * second - first) / scale;
  }
}
