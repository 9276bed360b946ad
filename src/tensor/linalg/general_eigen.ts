import { balance, toHessenberg, unbalance } from "./hessenberg";
import { realSchur, type Schur } from "./schur";

/** Eigenvalues of a general real matrix, and its right eigenvectors as columns of row-major parts. */
export interface GeneralEigen {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly vectorsRe: Float64Array;
  readonly vectorsIm: Float64Array;
  readonly converged: boolean;
}

/**
 * LAPACK's geev: balanced, brought to Hessenberg and to Schur form, eigenvectors by back substitution; each has norm 1
 * and the largest element of a complex one is real.
 *
 * @param matrix row-major, n × n
 * @param epsilon the rounding unit of the tensor's dtype: what counts as zero
 */
export function generalEigen(matrix: Float64Array, n: number, epsilon: number): GeneralEigen {
  const a = matrix.slice();
  const balanced = balance(a, n);
  const q = toHessenberg(a, n, balanced);
  const schur = realSchur(a, q, n, { low: balanced.low, high: balanced.high, epsilon });
  const { re, im, converged } = schur;
  const [vectorsRe, vectorsIm] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let k = n - 1; k >= 0; k--) {
    const pair = k > 0 && im[k] !== 0;
    const first = pair ? k - 1 : k;
    backTransformed(schur, n, first, pair, 2 * epsilon, vectorsRe, vectorsIm);
    if (pair) k--;
  }
  unbalance([vectorsRe, vectorsIm], n, balanced);
  for (let k = 0; k < n; k++) {
    normalize(vectorsRe, vectorsIm, n, k, im[k] !== 0);
    if (im[k] === 0) continue;
    for (let i = 0; i < n; i++) {
      vectorsRe[i * n + k + 1] = vectorsRe[i * n + k];
      vectorsIm[i * n + k + 1] = -vectorsIm[i * n + k];
    }
    k++;
  }
  return { re, im, vectorsRe, vectorsIm, converged };
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
function over(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

/** The eigenvector of eigenvalue k (of a complex pair the one with the positive imaginary part), into column k. */
function backTransformed(
  { t, z, re, im }: Schur,
  n: number,
  k: number,
  pair: boolean,
  ulp: number,
  outRe: Float64Array,
  outIm: Float64Array,
): void {
  const last = pair ? k + 1 : k;
  const least = Math.max(ulp * (Math.abs(re[k]) + Math.abs(im[k])), 2 ** -1000);
  const x = new Array<Complex>(last + 1).fill({ re: 0, im: 0 });
  if (!pair) x[k] = { re: 1, im: 0 };
  else if (Math.abs(t[k * n + last]) >= Math.abs(t[last * n + k])) {
    x[k] = { re: 1, im: 0 };
    x[last] = { re: 0, im: im[k] / t[k * n + last] };
  } else {
    x[k] = { re: -im[k] / t[last * n + k], im: 0 };
    x[last] = { re: 0, im: 1 };
  }
  const rightSide = (i: number, from: number): Complex => {
    let [sumRe, sumIm] = [0, 0];
    for (let j = from; j <= last; j++) {
      sumRe -= t[i * n + j] * x[j].re;
      sumIm -= t[i * n + j] * x[j].im;
    }
    return { re: sumRe, im: sumIm };
  };
  const diagonal = (i: number): Complex => {
    const d = { re: t[i * n + i] - re[k], im: -im[k] };
    return Math.abs(d.re) + Math.abs(d.im) < least ? { re: least, im: 0 } : d;
  };
  for (let i = k - 1; i >= 0; i--) {
    if (i === 0 || t[i * n + i - 1] === 0) {
      x[i] = over(rightSide(i, i + 1), diagonal(i));
      continue;
    }
    // Two equations of a 2 × 2 block at once, by Cramer's rule.
    const o = i - 1;
    const [p, q] = [rightSide(o, i + 1), rightSide(i, i + 1)];
    const [a, d] = [
      { re: t[o * n + o] - re[k], im: -im[k] },
      { re: t[i * n + i] - re[k], im: -im[k] },
    ];
    const [b, c] = [t[o * n + i], t[i * n + o]];
    const product = times(a, d);
    let det: Complex = { re: product.re - b * c, im: product.im };
    if (Math.abs(det.re) + Math.abs(det.im) < least * least) det = { re: least * least, im: 0 };
    const [pd, aq] = [times(p, d), times(a, q)];
    x[o] = over({ re: pd.re - b * q.re, im: pd.im - b * q.im }, det);
    x[i] = over({ re: aq.re - c * p.re, im: aq.im - c * p.im }, det);
    i--;
  }
  for (let i = 0; i < n; i++) {
    let [sumRe, sumIm] = [0, 0];
    for (let j = 0; j <= last; j++) {
      sumRe += z[i * n + j] * x[j].re;
      sumIm += z[i * n + j] * x[j].im;
    }
    outRe[i * n + k] = sumRe;
    outIm[i * n + k] = sumIm;
  }
}

/** Norm 1; of a complex vector the largest element is turned to the real axis, on the side where it was. */
function normalize(re: Float64Array, im: Float64Array, n: number, k: number, complex: boolean): void {
  let norm = 0;
  let largest = 0;
  let where = 0;
  for (let i = 0; i < n; i++) {
    const square = re[i * n + k] ** 2 + im[i * n + k] ** 2;
    norm += square;
    if (square > largest) [largest, where] = [square, i];
  }
  const length = Math.sqrt(norm);
  const [x, y] = [re[where * n + k], im[where * n + k]];
  const size = Math.hypot(x, y) * (x < 0 ? -1 : 1);
  const [cos, sin] = complex && size !== 0 ? [x / size, y / size] : [1, 0];
  for (let i = 0; i < n; i++) {
    const [u, v] = [re[i * n + k] / length, im[i * n + k] / length];
    re[i * n + k] = cos * u + sin * v;
    im[i * n + k] = cos * v - sin * u;
  }
  if (complex) im[where * n + k] = 0;
}
