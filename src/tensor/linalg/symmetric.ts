import { dividedSolve, type Tridiagonal, type TridiagonalSolver, UNDIVIDED } from "./divided";
import { reflect, reflector } from "./qr";

/**
 * Eigenvalues of symmetric matrices by the steps of LAPACK's syevd for small matrices (sytrd, steqr), so that the free
 * signs of eigenvectors come out as people see them in PyTorch: reflections to tridiagonal form, then QL or QR
 * iterations with Wilkinson's shift (Golub & Van Loan, section 8.3). Matrices are stored column by column here.
 */

export interface Eigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** n × n row-major, one eigenvector a column; empty when only values were asked for. */
  readonly vectors: Float64Array;
}

/** What counts as zero beside the rest, in float32 and in float64: it decides how many sweeps there are, and those signs. */
export const SINGLE = 2 ** -24;
export const DOUBLE = 2 ** -53;
const TINY = 2 ** -126;
const MOST_ITERATIONS = 60;

/**
 * @param matrix n × n row-major, of which the lower (or upper) triangle is read
 * @param options `vectors: false` leaves them out
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
  { lower = true, epsilon = SINGLE, vectors: wanted = true } = {},
): Eigen {
  const a = new Float64Array(n * n);
  // From the upper triangle LAPACK reduces from the end on: the lower way on the matrix turned by half a circle.
  const at = (i: number): number => (lower ? i : n - 1 - i);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = matrix[at(i) * n + at(j)];
  }
  const tau = tridiagonalise(a, n);
  const d = Float64Array.from({ length: n }, (_, i) => a[at(i) * n + at(i)]);
  const e = Float64Array.from({ length: Math.max(0, n - 1) }, (_, i) => {
    const k = lower ? i : n - 2 - i;
    return a[k * n + k + 1];
  });
  const solve: TridiagonalSolver = (diagonal, beside) => solveTridiagonal(diagonal, beside, wanted, epsilon);
  if (!wanted) return { values: solve(d, e).d, vectors: new Float64Array(0) };
  const { d: values, z } = n > UNDIVIDED ? dividedSolve(d, e, epsilon, solve) : solve(d, e);
  if (!lower) for (let c = 0; c < n; c++) z.subarray(c * n, (c + 1) * n).reverse();
  for (let k = n - 2; k >= 0; k--) {
    for (let c = 0; c < n; c++) reflect(a, k * n + k + 1, z, c * n + k + 1, n - k - 1, tau[k]);
  }
  const vectors = new Float64Array(n * n);
  for (let c = 0; c < n; c++) for (let i = 0; i < n; i++) vectors[i * n + c] = z[c * n + at(i)];
  return { values, vectors };
}

function solveTridiagonal(d: Float64Array, e: Float64Array, wanted: boolean, epsilon: number): Tridiagonal {
  const n = d.length;
  const rows = wanted ? n : 0;
  const z = new Float64Array(rows * n);
  for (let i = 0; i < rows; i++) z[i * n + i] = 1;
  diagonalise(d, e, z, rows, epsilon);
  sort(d, z, rows);
  return { d, z };
}

/**
 * Leaves the diagonals in `a`, with the reflectors below them (their leading 1 replaced by the off-diagonal). Only the
 * lower triangle is kept up to date.
 */
function tridiagonalise(a: Float64Array, n: number): Float64Array {
  const tau = new Float64Array(Math.max(0, n - 1));
  const w = new Float64Array(n);
  const v = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const size = n - k - 1;
    const at = k * n + k + 1;
    const t = reflector(a, at, size);
    tau[k] = t;
    if (t === 0) continue;
    v[0] = 1;
    for (let i = 1; i < size; i++) v[i] = a[at + i];
    // The trailing block B becomes B - v·wᵀ - w·vᵀ.
    multiplySymmetric(a, n, k + 1, v, w);
    let dot = 0;
    for (let i = 0; i < size; i++) {
      w[i] *= t;
      dot += w[i] * v[i];
    }
    const share = -0.5 * t * dot;
    for (let i = 0; i < size; i++) w[i] += share * v[i];
    for (let j = 0; j < size; j++) {
      const column = (k + 1 + j) * n + k + 1;
      const [vj, wj] = [v[j], w[j]];
      for (let i = j; i < size; i++) a[column + i] -= v[i] * wj + w[i] * vj;
    }
  }
  return tau;
}

/** w = B·v for the symmetric block from row and column `from` on, of which the lower triangle is read. */
function multiplySymmetric(a: Float64Array, n: number, from: number, v: Float64Array, w: Float64Array): void {
  const size = n - from;
  w.fill(0, 0, size);
  for (let j = 0; j < size; j++) {
    const column = (from + j) * n + from;
    const vj = v[j];
    // Four sums side by side: one would wait for itself.
    let s0 = a[column + j] * vj;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let i = j + 1;
    for (; i + 3 < size; i += 4) {
      const p = column + i;
      s0 += a[p] * v[i];
      w[i] += a[p] * vj;
      s1 += a[p + 1] * v[i + 1];
      w[i + 1] += a[p + 1] * vj;
      s2 += a[p + 2] * v[i + 2];
      w[i + 2] += a[p + 2] * vj;
      s3 += a[p + 3] * v[i + 3];
      w[i + 3] += a[p + 3] * vj;
    }
    for (; i < size; i++) {
      s0 += a[column + i] * v[i];
      w[i] += a[column + i] * vj;
    }
    w[j] += s0 + s1 + (s2 + s3);
  }
}

/** Diagonalises a tridiagonal matrix in place: d becomes its eigenvalues, in no order; z's columns turn along. */
function diagonalise(d: Float64Array, e: Float64Array, z: Float64Array, rows: number, epsilon: number): void {
  const n = d.length;
  let left = n * MOST_ITERATIONS;
  for (let start = 0; start < n; ) {
    let end = start;
    while (end < n - 1) {
      const size = Math.abs(e[end]);
      if (size <= Math.sqrt(Math.abs(d[end])) * Math.sqrt(Math.abs(d[end + 1])) * epsilon) {
        e[end] = 0;
        break;
      }
      end++;
    }
    // From the end with the smaller entry towards the other.
    const step = Math.abs(d[end]) < Math.abs(d[start]) ? -1 : 1;
    let l = step > 0 ? start : end;
    const last = step > 0 ? end : start;
    while (step > 0 ? l <= last : l >= last) {
      const m = splitFrom(d, e, l, last, step, epsilon);
      if (m === l) l += step;
      else if (m === l + step) {
        solvePair(d, e, z, rows, Math.min(l, m));
        l += 2 * step;
      } else if (left-- > 0) sweep(d, e, z, rows, l, m, step);
      else return;
    }
    start = end + 1;
  }
}

/** The nearest place from l towards `last` where the matrix falls apart. */
function splitFrom(d: Float64Array, e: Float64Array, l: number, last: number, step: number, epsilon: number): number {
  for (let m = l; m !== last; m += step) {
    const off = step > 0 ? m : m - 1;
    if (e[off] ** 2 <= epsilon ** 2 * Math.abs(d[m]) * Math.abs(d[m + step]) + TINY) {
      e[off] = 0;
      return m;
    }
  }
  return last;
}

/** A 2 × 2 block at i, i + 1 at once. */
function solvePair(d: Float64Array, e: Float64Array, z: Float64Array, rows: number, i: number): void {
  const [large, small, c, s] = pairEigen(d[i], e[i], d[i + 1]);
  turnColumns(z, rows, i, c, s);
  d[i] = large;
  d[i + 1] = small;
  e[i] = 0;
}

/** Eigenvalues of [[a, b], [b, c]], the larger in size first, and the unit vector (cosine, sine) of it. */
function pairEigen(a: number, b: number, c: number): [number, number, number, number] {
  const sum = a + c;
  const difference = a - c;
  const twice = 2 * b;
  const [most, least] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const root = Math.hypot(difference, twice);
  const sign1 = sum < 0 ? -1 : 1;
  const large = sum === 0 ? 0.5 * root : 0.5 * (sum + sign1 * root);
  const small = sum === 0 ? -0.5 * root : (most / large) * least - (b / large) * b;
  const sign2 = difference >= 0 ? 1 : -1;
  const reach = difference + sign2 * root;
  let cosine = 1;
  let sine = 0;
  if (Math.abs(reach) > Math.abs(twice)) {
    const cotangent = -twice / reach;
    sine = 1 / Math.sqrt(1 + cotangent ** 2);
    cosine = cotangent * sine;
  } else if (twice !== 0) {
    const tangent = -reach / twice;
    cosine = 1 / Math.sqrt(1 + tangent ** 2);
    sine = tangent * cosine;
  }
  return sign1 === sign2 ? [large, small, -sine, cosine] : [large, small, cosine, sine];
}

/** One implicit QL (step 1) or QR (step -1) sweep over the block from l to m. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  z: Float64Array,
  rows: number,
  l: number,
  m: number,
  step: number,
): void {
  const off = (i: number): number => (step > 0 ? i : i - 1);
  const near = e[off(l)];
  const half = (d[l + step] - d[l]) / (2 * near);
  const root = Math.hypot(half, 1);
  let g = d[m] - d[l] + near / (half + (half >= 0 ? root : -root));
  let c = 1;
  let s = 1;
  let p = 0;
  for (let i = m - step; ; i -= step) {
    const upper = off(i);
    const f = s * e[upper];
    const b = c * e[upper];
    const [cosine, sine, r] = planeRotation(g, f);
    c = cosine;
    s = sine;
    if (i !== m - step) e[off(i + step)] = r;
    g = d[i + step] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + step] = g + p;
    g = c * t - b;
    turnColumns(z, rows, upper, c, step > 0 ? -s : s);
    if (i === l) break;
  }
  d[l] -= p;
  e[off(l)] = g;
}

/** The rotation (cosine, sine) that turns (f, g) into (r, 0), with the signs of LAPACK's lartg before 3.10. */
function planeRotation(f: number, g: number): [number, number, number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, 1, g];
  const r = Math.abs(f) > Math.abs(g) && f < 0 ? -Math.hypot(f, g) : Math.hypot(f, g);
  return [f / r, g / r, r];
}

/** Turns columns i and i + 1 into each other. */
function turnColumns(z: Float64Array, rows: number, i: number, c: number, s: number): void {
  const first = i * rows;
  for (let k = first; k < first + rows; k++) {
    const x = z[k];
    const y = z[k + rows];
    z[k + rows] = c * y - s * x;
    z[k] = s * y + c * x;
  }
}

/** Selection sort, as LAPACK's. */
function sort(d: Float64Array, z: Float64Array, rows: number): void {
  const n = d.length;
  for (let i = 0; i < n - 1; i++) {
    let k = i;
    for (let j = i + 1; j < n; j++) if (d[j] < d[k]) k = j;
    if (k === i) continue;
    [d[i], d[k]] = [d[k], d[i]];
    for (let r = 0; r < rows; r++) [z[i * rows + r], z[k * rows + r]] = [z[k * rows + r], z[i * rows + r]];
  }
}
