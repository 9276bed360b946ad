/** Matrices here are Float64Arrays stored column by column: element (i, j) of an m-row matrix is at j*m + i. */

export interface QrFactors {
  /** m × p, columns orthonormal. */
  readonly q: Float64Array;
  /** p × n, upper triangular. */
  readonly r: Float64Array;
}

/**
 * Householder QR of an m × n matrix in place, with LAPACK's signs (geqrf): R on and above the diagonal, the reflectors
 * below it. The diagonal of R is -sign(alpha)·norm, except that a column with nothing below its diagonal is left as it
 * is. Returns tau.
 */
export function factorQr(a: Float64Array, m: number, n: number): Float64Array {
  const tau = new Float64Array(Math.min(m, n));
  for (let j = 0; j < tau.length; j++) {
    tau[j] = reflector(a, j * m + j, m - j);
    for (let c = j + 1; c < n; c++) reflect(a, j * m + j, a, c * m + j, m - j, tau[j]);
  }
  return tau;
}

/**
 * Q·X (or Qᵀ·X) in place for X with m rows, Q being the product of the reflectors below the diagonal of `a` (m rows).
 */
export function applyReflectors(
  a: Float64Array,
  tau: Float64Array,
  x: Float64Array,
  m: number,
  columns: number,
  transpose = false,
): void {
  for (let step = 0; step < tau.length; step++) {
    const j = transpose ? step : tau.length - 1 - step;
    for (let c = 0; c < columns; c++) reflect(a, j * m + j, x, c * m + j, m - j, tau[j]);
  }
}

/**
 * The factors of an m × n matrix.
 *
 * @param p columns of Q: min(m, n) for the reduced form, m for the complete one
 */
export function householderQr(matrix: Float64Array, m: number, n: number, p: number): QrFactors {
  const a = matrix.slice();
  const tau = factorQr(a, m, n);
  const r = new Float64Array(p * n);
  for (let c = 0; c < n; c++) for (let i = 0; i <= Math.min(c, p - 1); i++) r[c * p + i] = a[c * m + i];
  const q = new Float64Array(m * p);
  for (let c = 0; c < p; c++) q[c * m + c] = 1;
  for (let j = tau.length - 1; j >= 0; j--) {
    for (let c = j + 1; c < p; c++) reflect(a, j * m + j, q, c * m + j, m - j, tau[j]);
    // A column of the identity still: LAPACK leaves negative zeros here, which people see.
    q[j * m + j] = 1 - tau[j];
    for (let i = j + 1; i < m; i++) q[j * m + i] = -tau[j] * a[j * m + i];
  }
  return { q, r };
}

/**
 * Turns x (n elements at `at`) into beta followed by the tail of v, where H = I - tau·v·vᵀ, v[0] = 1, maps x to beta·e₁.
 * Returns tau.
 */
export function reflector(a: Float64Array, at: number, n: number): number {
  let scale = 0;
  for (let i = 1; i < n; i++) scale = Math.max(scale, Math.abs(a[at + i]));
  if (scale === 0) return 0;
  let squares = 0;
  for (let i = 1; i < n; i++) squares += (a[at + i] / scale) ** 2;
  const alpha = a[at];
  const norm = Math.hypot(alpha, scale * Math.sqrt(squares));
  const beta = alpha >= 0 ? -norm : norm;
  for (let i = 1; i < n; i++) a[at + i] /= alpha - beta;
  a[at] = beta;
  return (beta - alpha) / beta;
}

/** Applies H of the reflector stored at `v` to the n elements of `x` at `at`. */
export function reflect(v: Float64Array, from: number, x: Float64Array, at: number, n: number, tau: number): void {
  if (tau === 0) return;
  // Four sums side by side: one would wait for itself.
  let s0 = x[at];
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 1;
  for (; i + 3 < n; i += 4) {
    const p = from + i;
    const q = at + i;
    s0 += v[p] * x[q];
    s1 += v[p + 1] * x[q + 1];
    s2 += v[p + 2] * x[q + 2];
    s3 += v[p + 3] * x[q + 3];
  }
  for (; i < n; i++) s0 += v[from + i] * x[at + i];
  const scale = tau * (s0 + s1 + (s2 + s3));
  x[at] -= scale;
  for (i = 1; i < n; i++) x[at + i] -= scale * v[from + i];
}
