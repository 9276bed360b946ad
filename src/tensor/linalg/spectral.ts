import { householderQr } from "./qr";

/** Row-major matrices, as in `lu.ts`. Planes are rotated until nothing is left to rotate (Jacobi). */

const SWEEPS = 60;
const SMALL = 1e-15;

/** Cosine and sine of the smaller angle whose cotangent of the double is `theta`. */
function rotation(theta: number): [number, number] {
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  return [c, t * c];
}

function turn(a: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = a[i];
  const y = a[j];
  a[i] = c * x - s * y;
  a[j] = s * x + c * y;
}

export interface Singular {
  /** m × k, k = min(m, n); orthonormal columns. */
  readonly u: Float64Array;
  /** Descending. */
  readonly s: Float64Array;
  /** k × n, orthonormal rows. */
  readonly vh: Float64Array;
}

/** The reduced singular value decomposition. The sign of each pair of vectors is free: see `signed`. */
export function singularValues(a: Float64Array, m: number, n: number): Singular {
  if (m < n) {
    const { u, s, vh } = singularValues(transposed(a, m, n), n, m);
    return signed({ u: transposed(vh, m, m), s, vh: transposed(u, n, m) }, m, n);
  }
  // Column by column: rotations make the columns of A·V orthogonal.
  const w = transposed(a, m, n);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        let alpha = 0;
        let beta = 0;
        let gamma = 0;
        for (let k = 0; k < m; k++) {
          const x = w[p * m + k];
          const y = w[q * m + k];
          alpha += x * x;
          beta += y * y;
          gamma += x * y;
        }
        if (gamma === 0 || Math.abs(gamma) <= SMALL * Math.sqrt(alpha * beta)) continue;
        rotated = true;
        const [c, s] = rotation((beta - alpha) / (2 * gamma));
        for (let k = 0; k < m; k++) turn(w, p * m + k, q * m + k, c, s);
        for (let k = 0; k < n; k++) turn(v, p * n + k, q * n + k, c, s);
      }
    }
    if (!rotated) break;
  }
  return signed(sorted(w, v, m, n), m, n);
}

/** Norms of the columns in `w` (one a row), largest first, with the vectors they belong to. */
function sorted(w: Float64Array, v: Float64Array, m: number, n: number): Singular {
  const norms = Float64Array.from({ length: n }, (_, j) => Math.hypot(...w.subarray(j * m, (j + 1) * m)));
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => norms[j] - norms[i] || i - j);
  const s = Float64Array.from(order, (j) => norms[j]);
  const columns = new Float64Array(m * n);
  const vh = new Float64Array(n * n);
  order.forEach((from, to) => {
    const scale = s[to] > 0 ? 1 / s[to] : 0;
    for (let k = 0; k < m; k++) columns[to * m + k] = w[from * m + k] * scale;
    vh.set(v.subarray(from * n, (from + 1) * n), to * n);
  });
  complete(columns, m, s);
  return { u: transposed(columns, n, m), s, vh };
}

/** Gives directions to the columns of singular value zero: what is left of the space after the others. */
function complete(columns: Float64Array, m: number, s: Float64Array): void {
  const limit = s.length > 0 ? s[0] * 1e-14 : 0;
  let rank = s.length;
  while (rank > 0 && s[rank - 1] <= limit) rank--;
  if (rank === s.length) return;
  const { q } = householderQr(columns.slice(0, rank * m), m, rank, m);
  columns.set(q.subarray(rank * m, s.length * m), rank * m);
}

/**
 * Chooses among the two signs of each pair the one in which the left vector's entries sum to less than zero: LAPACK's
 * reflections turn vectors that way when all entries have one sign.
 */
function signed(result: Singular, m: number, n: number): Singular {
  const { u, s, vh } = result;
  const k = s.length;
  for (let j = 0; j < k; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += u[i * k + j];
    if (sum <= 0) continue;
    for (let i = 0; i < m; i++) u[i * k + j] = -u[i * k + j];
    for (let i = 0; i < n; i++) vh[j * n + i] = -vh[j * n + i];
  }
  return result;
}

export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}
