/**
 * Steps that bring a general real matrix (row-major) to the form that QR iterations start from, as LAPACK's gebal and
 * gehrd take them: they decide the order and the signs of the results.
 */

/** What balancing did: rows below `low` and above `high` were moved out of the way, those between were scaled. */
export interface Balance {
  readonly low: number;
  readonly high: number;
  /** Of rows between: the power of 2; of the others: which row they changed places with. */
  readonly scale: Float64Array;
}

const RADIX = 2;
/** A scaling that gains less is not worth it. */
const WORTHWHILE = 0.95;
const SMALLEST = 2 ** -1022 / 2 ** -52;

function exchange(a: Float64Array, n: number, i: number, j: number, low: number, high: number): void {
  if (i === j) return;
  for (let k = 0; k <= high; k++) [a[k * n + i], a[k * n + j]] = [a[k * n + j], a[k * n + i]];
  for (let k = low; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k], a[i * n + k]];
}

/** Moves eigenvalues that can be read off to the ends, then makes rows and columns of the rest alike in norm. */
export function balance(a: Float64Array, n: number): Balance {
  const scale = new Float64Array(n).fill(1);
  let [low, high] = [0, n - 1];
  const alone = (j: number, at: (i: number) => number): boolean => {
    for (let i = low; i <= high; i++) if (i !== j && at(i) !== 0) return false;
    return true;
  };
  for (let j = high; j >= 0; j--) {
    if (!alone(j, (i) => a[j * n + i])) continue;
    scale[high] = j;
    exchange(a, n, j, high, low, high);
    if (high === 0) return { low: 0, high: 0, scale };
    high--;
    j = high + 1;
  }
  for (let j = low; j <= high; j++) {
    if (!alone(j, (i) => a[i * n + j])) continue;
    scale[low] = j;
    exchange(a, n, j, low, low, high);
    low++;
    j = low - 1;
  }
  for (let i = low; i <= high; i++) scale[i] = 1;
  let changed = true;
  while (changed) {
    changed = false;
    for (let i = low; i <= high; i++) changed = equalized(a, n, i, low, high, scale) || changed;
  }
  return { low, high, scale };
}

/** Scales row and column i by powers of 2 towards equal norms; whether it did. */
function equalized(a: Float64Array, n: number, i: number, low: number, high: number, scale: Float64Array): boolean {
  let [c, r] = [0, 0];
  for (let k = low; k <= high; k++) {
    c = Math.hypot(c, a[k * n + i]);
    r = Math.hypot(r, a[i * n + k]);
  }
  if (c === 0 || r === 0 || !Number.isFinite(c + r)) return false;
  const before = c + r;
  let f = 1;
  while (c < r / RADIX) {
    f *= RADIX;
    c *= RADIX;
    r /= RADIX;
  }
  while (c / RADIX >= r) {
    f /= RADIX;
    c /= RADIX;
    r *= RADIX;
  }
  if (c + r >= WORTHWHILE * before || (f < 1 && f * scale[i] <= SMALLEST)) return false;
  scale[i] *= f;
  for (let k = low; k < n; k++) a[i * n + k] /= f;
  for (let k = 0; k <= high; k++) a[k * n + i] *= f;
  return true;
}

/** Undoes balancing in the rows of vectors (the columns of `v`, in two parts). */
export function unbalance(parts: readonly Float64Array[], n: number, { low, high, scale }: Balance): void {
  for (const v of parts) {
    for (let i = low; i <= high; i++) for (let j = 0; j < n; j++) v[i * n + j] *= scale[i];
    const swap = (i: number): void => {
      const k = scale[i];
      if (k === i) return;
      for (let j = 0; j < n; j++) [v[i * n + j], v[k * n + j]] = [v[k * n + j], v[i * n + j]];
    };
    for (let i = low - 1; i >= 0; i--) swap(i);
    for (let i = high + 1; i < n; i++) swap(i);
  }
}

/**
 * The reflection that takes x (whose first element is x[0]) to (beta, 0, …): x becomes (beta, v[1], …) with v[0] = 1.
 * Returns tau of 1 − tau · v · vᵀ.
 */
export function reflection(x: Float64Array, n: number): number {
  let norm = 0;
  for (let i = 1; i < n; i++) norm = Math.hypot(norm, x[i]);
  if (norm === 0) return 0;
  const alpha = x[0];
  const beta = alpha >= 0 && !Object.is(alpha, -0) ? -Math.hypot(alpha, norm) : Math.hypot(alpha, norm);
  for (let i = 1; i < n; i++) x[i] /= alpha - beta;
  x[0] = beta;
  return (beta - alpha) / beta;
}

/** Brings `a` to Hessenberg form by reflections, in place; returns their product, row-major. */
export function toHessenberg(a: Float64Array, n: number, { low, high }: Balance): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const vectors: { readonly at: number; readonly v: Float64Array; readonly tau: number }[] = [];
  for (let i = low; i < high - 1; i++) {
    const m = high - i;
    const v = Float64Array.from({ length: m }, (_, k) => a[(i + 1 + k) * n + i]);
    const tau = reflection(v, m);
    const beta = v[0];
    v[0] = 1;
    fromRight(a, n, v, tau, i + 1, 0, high);
    fromLeft(a, n, v, tau, i + 1, i + 1);
    a[(i + 1) * n + i] = beta;
    for (let k = 1; k < m; k++) a[(i + 1 + k) * n + i] = 0;
    vectors.push({ at: i + 1, v, tau });
  }
  for (const { at, v, tau } of vectors.reverse()) fromLeft(q, n, v, tau, at, at);
  return q;
}

/** Rows `at`… of `a`, from column `first` on, times the reflection. */
function fromLeft(a: Float64Array, n: number, v: Float64Array, tau: number, at: number, first: number): void {
  for (let j = first; j < n; j++) {
    let sum = 0;
    for (let k = 0; k < v.length; k++) sum += v[k] * a[(at + k) * n + j];
    for (let k = 0; k < v.length; k++) a[(at + k) * n + j] -= tau * sum * v[k];
  }
}

/** The reflection times columns `at`… of rows `first` to `last`. */
function fromRight(
  a: Float64Array,
  n: number,
  v: Float64Array,
  tau: number,
  at: number,
  first: number,
  last: number,
): void {
  for (let i = first; i <= last; i++) {
    let sum = 0;
    for (let k = 0; k < v.length; k++) sum += v[k] * a[i * n + at + k];
    for (let k = 0; k < v.length; k++) a[i * n + at + k] -= tau * sum * v[k];
  }
}
