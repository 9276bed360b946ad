import { BidiagonalSvd, signedRotation } from "./bidiagonal";
import { householderQr, reflect, reflector } from "./qr";
import { SINGLE } from "./symmetric";

export interface Singular {
  /** m × k row-major, k = min(m, n); orthonormal columns. Empty when only values were asked for. */
  readonly u: Float64Array;
  /** Descending. */
  readonly s: Float64Array;
  /** k × n row-major, orthonormal rows. */
  readonly vh: Float64Array;
}

interface Options {
  /** What counts as zero beside the rest: see `SINGLE`. */
  readonly epsilon?: number;
  readonly vectors?: boolean;
}

/**
 * The reduced singular value decomposition of an m × n row-major matrix: of R where a QR makes a tall matrix square, by
 * reflections to bidiagonal form, then `BidiagonalSvd`. These are the steps behind PyTorch's results (MKL's gesdd): they
 * decide the free signs.
 */
export function singularValues(matrix: Float64Array, m: number, n: number, options: Options = {}): Singular {
  if (m <= n) return throughBidiagonal(matrix, m, n, options);
  const { q, r } = householderQr(transposed(matrix, m, n), m, n, n);
  const { u, s, vh } = throughBidiagonal(transposed(r, n, n), n, n, options);
  if (options.vectors === false) return { u, s, vh };
  const grown = new Float64Array(m * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const weight = u[i * n + j];
      for (let k = 0; k < m; k++) grown[j * m + k] += weight * q[i * m + k];
    }
  }
  return { u: transposed(grown, n, m), s, vh };
}

function throughBidiagonal(
  matrix: Float64Array,
  m: number,
  n: number,
  { epsilon = SINGLE, vectors = true }: Options,
): Singular {
  const tall = m >= n;
  const [long, k] = tall ? [m, n] : [n, m];
  const { d, e, expandLeft, expandRight } = bidiagonalise(tall ? transposed(matrix, m, n) : matrix.slice(), long, k);
  const u = identity(vectors ? k : 0);
  const v = identity(vectors ? k : 0);
  // The form of a wide matrix is lower bidiagonal: rotations make it upper first.
  const rotations = tall ? [] : madeUpper(d, e);
  if (k > 0) new BidiagonalSvd(d, e, u, v, epsilon).run();
  if (!vectors) return { u, s: d, vh: v };
  for (let i = rotations.length - 1; i >= 0; i--) turnRows(u, k, i, ...rotations[i]);
  if (tall) return { u: transposed(expandLeft(u), k, m), s: d, vh: expandRight(v) };
  return { u: transposed(expandRight(u), k, k), s: d, vh: expandLeft(v) };
}

interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Takes k columns of length k to the space of the matrix's columns. */
  readonly expandLeft: (columns: Float64Array) => Float64Array;
  /** Takes k columns of length k to the space of its rows. */
  readonly expandRight: (columns: Float64Array) => Float64Array;
}

/** Upper bidiagonal form of an m × n matrix, m ≥ n, stored column by column and used up. */
function bidiagonalise(a: Float64Array, m: number, n: number): Bidiagonal {
  const right = new Float64Array(n * n);
  const tauLeft = new Float64Array(n);
  const tauRight = new Float64Array(n);
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(0, n - 1));
  const row = new Float64Array(n);
  const dots = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    tauLeft[j] = reflector(a, j * m + j, m - j);
    d[j] = a[j * m + j];
    for (let c = j + 1; c < n; c++) reflect(a, j * m + j, a, c * m + j, m - j, tauLeft[j]);
    if (j === n - 1) break;
    const length = n - j - 1;
    for (let k = 0; k < length; k++) row[k] = a[(j + 1 + k) * m + j];
    tauRight[j] = reflector(row, 0, length);
    e[j] = row[0];
    for (let k = 0; k < length; k++) right[j * n + j + 1 + k] = row[k];
    if (tauRight[j] === 0) continue;
    row[0] = 1;
    // Rows below lose their part along the reflector, column after column as they lie in memory.
    dots.fill(0);
    for (let k = 0; k < length; k++) {
      const column = (j + 1 + k) * m;
      for (let i = j + 1; i < m; i++) dots[i] += a[column + i] * row[k];
    }
    for (let k = 0; k < length; k++) {
      const column = (j + 1 + k) * m;
      const share = tauRight[j] * row[k];
      for (let i = j + 1; i < m; i++) a[column + i] -= share * dots[i];
    }
  }
  return {
    d,
    e,
    expandLeft: (columns) => {
      const out = new Float64Array(m * n);
      for (let c = 0; c < n; c++) out.set(columns.subarray(c * n, (c + 1) * n), c * m);
      for (let j = n - 1; j >= 0; j--) {
        for (let c = 0; c < n; c++) reflect(a, j * m + j, out, c * m + j, m - j, tauLeft[j]);
      }
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

/** Turns a lower bidiagonal matrix (e below the diagonal) upper; returns the rotations. */
function madeUpper(d: Float64Array, e: Float64Array): [number, number][] {
  return Array.from(e, (below, i): [number, number] => {
    const [c, s, r] = signedRotation(d[i], below);
    d[i] = r;
    e[i] = s * d[i + 1];
    d[i + 1] *= c;
    return [c, s];
  });
}

/** Turns rows i and i + 1 of k columns of length k back. */
function turnRows(columns: Float64Array, k: number, i: number, c: number, s: number): void {
  for (let at = i; at < k * k; at += k) {
    const x = columns[at];
    const y = columns[at + 1];
    columns[at + 1] = c * y + s * x;
    columns[at] = c * x - s * y;
  }
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
