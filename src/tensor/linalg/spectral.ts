import { BidiagonalSvd, madeUpper, turnRows } from "./bidiagonal";
import { UNDIVIDED } from "./divided";
import { turnedRound } from "./divided_bidiagonal";
import { applyReflectors, factorQr, reflect, reflector } from "./qr";
import { SINGLE } from "./symmetric";

export interface Singular {
  /** m × k row-major, k = min(m, n) (m × m when full); orthonormal columns. Empty when only values were asked for. */
  readonly u: Float64Array;
  /** Descending. */
  readonly s: Float64Array;
  /** k × n row-major (n × n when full), orthonormal rows. */
  readonly vh: Float64Array;
}

interface Options {
  /** What counts as zero beside the rest: see `SINGLE`. */
  readonly epsilon?: number;
  readonly vectors?: boolean;
  /** Completes the vectors of the longer side to a basis: u is then m × m and vh n × n. */
  readonly full?: boolean;
}

/** From this many times more rows than columns a QR comes first; from this many times more columns than rows, an LQ. */
const TALL = 1.5;
const WIDE = 20;

/**
 * The singular value decomposition of an m × n row-major matrix: of the triangle that QR or LQ leave where it is much
 * longer than wide, by reflections to bidiagonal form, then `BidiagonalSvd`. These are the steps behind PyTorch's
 * results (MKL's gesdd): they decide the free signs.
 */
export function singularValues(matrix: Float64Array, m: number, n: number, options: Options = {}): Singular {
  if (m >= TALL * n && m > n) {
    const { triangle, expand } = reduced(transposed(matrix, m, n), m, n, options.full);
    const { u, s, vh } = throughBidiagonal(transposed(triangle, n, n), n, n, options);
    return { u: options.vectors === false ? u : expand(transposed(u, n, n)), s, vh };
  }
  if (n >= WIDE * m && m > 1) {
    const { triangle, expand } = reduced(matrix.slice(), n, m, options.full);
    const { u, s, vh } = throughBidiagonal(triangle, m, m, options);
    return { u, s, vh: options.vectors === false ? vh : transposed(expand(vh), n, options.full ? n : m) };
  }
  return throughBidiagonal(matrix, m, n, options);
}

/**
 * QR of a long matrix (stored column by column, used up): R column by column, and what takes the columns of a matrix of
 * its size to those (row by row) of one with `long` rows, completed to a basis if `full`.
 */
function reduced(
  a: Float64Array,
  long: number,
  short: number,
  full = false,
): { triangle: Float64Array; expand: (columns: Float64Array) => Float64Array } {
  const tau = factorQr(a, long, short);
  const triangle = new Float64Array(short * short);
  for (let c = 0; c < short; c++) triangle.set(a.subarray(c * long, c * long + c + 1), c * short);
  return {
    triangle,
    expand: (columns) => {
      const count = full ? long : short;
      const out = embedded(columns, short, long, count);
      applyReflectors(a, tau, out, long, count);
      return transposed(out, count, long);
    },
  };
}

/** `n` columns of length n as the first of `count` columns of length m ≥ n; the others are the identity's. */
function embedded(columns: Float64Array, n: number, m: number, count: number): Float64Array {
  const out = new Float64Array(m * count);
  for (let c = 0; c < count; c++) {
    if (c < n) out.set(columns.subarray(c * n, (c + 1) * n), c * m);
    else out[c * m + c] = 1;
  }
  return out;
}

function throughBidiagonal(
  matrix: Float64Array,
  m: number,
  n: number,
  { epsilon = SINGLE, vectors = true, full = false }: Options,
): Singular {
  const tall = m >= n;
  const [long, k] = tall ? [m, n] : [n, m];
  const { d, e, expandLeft, expandRight } = bidiagonalise(tall ? transposed(matrix, m, n) : matrix.slice(), long, k);
  const u = identity(vectors ? k : 0);
  const v = identity(vectors ? k : 0);
  // The form of a wide matrix is lower bidiagonal: rotations make it upper first.
  const rotations = tall ? [] : madeUpper(d, e);
  if (k === 1) {
    // A single value gives its sign to the left.
    if (vectors) u[0] = d[0] < 0 || Object.is(d[0], -0) ? -1 : 1;
    d[0] = Math.abs(d[0]);
  } else if (k > 0) {
    const problem = { d: d.slice(), e: e.slice() };
    new BidiagonalSvd(d, e, u, v, epsilon).run();
    if (vectors && k > UNDIVIDED) {
      for (const j of turnedRound(problem, u, epsilon)) for (const z of [u, v]) negate(z, j * k, k);
    }
  }
  if (!vectors) return { u, s: d, vh: v };
  for (let i = rotations.length - 1; i >= 0; i--) turnRows(u, k, i, ...rotations[i]);
  const columns = full ? long : k;
  if (tall) return { u: transposed(expandLeft(u, columns), columns, m), s: d, vh: expandRight(v) };
  return { u: transposed(expandRight(u), k, k), s: d, vh: expandLeft(v, columns) };
}

interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Takes k columns of length k to the space of the matrix's columns, and more columns of a basis up to `count`. */
  readonly expandLeft: (columns: Float64Array, count: number) => Float64Array;
  /** Takes k columns of length k to the space of its rows. */
  readonly expandRight: (columns: Float64Array) => Float64Array;
}

/** Upper bidiagonal form of an m × n matrix, m ≥ n, stored column by column and used up. */
function bidiagonalise(a: Float64Array, m: number, n: number): Bidiagonal {
  const right = new Float64Array(n * n);
  const tauLeft = new Float64Array(n);
  const tauRight = new Float64Array(n);
  const shares = new Float64Array(n);
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(0, n - 1));
  const row = new Float64Array(n);
  const dots = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    const v = j * m;
    tauLeft[j] = reflector(a, v + j, m - j);
    d[j] = a[v + j];
    const length = n - j - 1;
    if (length === 0) break;
    // What the reflection from the left takes from each column, and so the row that the right one is made of.
    for (let k = 0; k < length; k++) {
      const column = (j + 1 + k) * m;
      const share = tauLeft[j] * (a[column + j] + dotFrom(a, v, column, j + 1, m));
      shares[k] = share;
      a[column + j] -= share;
      row[k] = a[column + j];
    }
    tauRight[j] = reflector(row, 0, length);
    e[j] = row[0];
    for (let k = 0; k < length; k++) right[j * n + j + 1 + k] = row[k];
    row[0] = 1;
    // Both at once, column after column as they lie in memory; dots: the rows' parts along the right reflector.
    dots.fill(0);
    for (let k = 0; k < length; k++) {
      const column = (j + 1 + k) * m;
      const [left, weight] = [shares[k], row[k]];
      for (let i = j + 1; i < m; i++) {
        const x = a[column + i] - left * a[v + i];
        a[column + i] = x;
        dots[i] += x * weight;
      }
    }
    if (tauRight[j] === 0) continue;
    for (let k = 0; k < length; k++) {
      const column = (j + 1 + k) * m;
      const share = tauRight[j] * row[k];
      for (let i = j + 1; i < m; i++) a[column + i] -= share * dots[i];
    }
  }
  return {
    d,
    e,
    expandLeft: (columns, count) => {
      const out = embedded(columns, n, m, count);
      applyReflectors(a, tauLeft, out, m, count);
      return out;
    },
    expandRight: (columns) => {
      for (let j = n - 2; j >= 0; j--) {
        for (let c = 0; c < n; c++) {
          reflect(right, j * n + j + 1, columns, c * n + j + 1, n - j - 1, tauRight[j]);
        }
      }
      return columns;
    },
  };
}

/** The product of two columns (at p and q) from row `from` to `to`. */
function dotFrom(a: Float64Array, p: number, q: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    s0 += a[p + i] * a[q + i];
    s1 += a[p + i + 1] * a[q + i + 1];
    s2 += a[p + i + 2] * a[q + i + 2];
    s3 += a[p + i + 3] * a[q + i + 3];
  }
  for (; i < to; i++) s0 += a[p + i] * a[q + i];
  return s0 + s1 + (s2 + s3);
}

function negate(z: Float64Array, from: number, length: number): void {
  for (let i = from; i < from + length; i++) z[i] = -z[i];
}

function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}
