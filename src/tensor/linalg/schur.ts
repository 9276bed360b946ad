import { reflection } from "./hessenberg";

/** The real Schur form: T upper triangular but for 2 × 2 blocks of complex pairs, and the vectors Z, row-major. */
export interface Schur {
  readonly t: Float64Array;
  readonly z: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly converged: boolean;
}

/** The least number whose inverse does not overflow. */
const TINY = 2 ** -1022;
/** After so many steps without progress the shifts are changed. */
const EXCEPTIONAL = 10;

/**
 * Francis' double-shift QR iteration on a Hessenberg matrix `t` with vectors `z` (both used up), deflating as LAPACK's
 * lahqr does (Ahues and Tisseur's criterion).
 *
 * @param epsilon the rounding unit of the tensor's dtype
 */
export function realSchur(
  t: Float64Array,
  z: Float64Array,
  n: number,
  { low, high, epsilon }: { readonly low: number; readonly high: number; readonly epsilon: number },
): Schur {
  const ulp = 2 * epsilon;
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  const h = (i: number, j: number): number => t[i * n + j];
  for (let i = 0; i < n; i++) if (i < low || i > high) re[i] = h(i, i);
  const small = TINY * ((high - low + 1) / ulp);
  const limit = 30 * Math.max(10, high - low + 1);
  let i = high;
  while (i >= low) {
    let l = low;
    let stalled = 0;
    for (let step = 0; ; step++) {
      l = smallBelow(t, n, l, i, low, high, small, ulp);
      if (l > low) t[l * n + l - 1] = 0;
      if (l >= i - 1) break;
      if (step >= limit) return { t, z, re, im, converged: false };
      stalled++;
      sweep(t, z, n, l, i, shiftsOf(t, n, l, i, stalled), ulp);
    }
    if (l === i) re[i] = h(i, i);
    else standardize(t, z, n, i, epsilon, re, im);
    i = l - 1;
  }
  return { t, z, re, im, converged: true };
}

/** The lowest row whose subdiagonal element counts as zero, from `i` upwards to `l`. */
function smallBelow(
  t: Float64Array,
  n: number,
  l: number,
  i: number,
  low: number,
  high: number,
  small: number,
  ulp: number,
): number {
  const h = (r: number, c: number): number => t[r * n + c];
  let k = i;
  for (; k > l; k--) {
    const sub = Math.abs(h(k, k - 1));
    if (sub <= small) break;
    let beside = Math.abs(h(k - 1, k - 1)) + Math.abs(h(k, k));
    if (beside === 0) {
      if (k - 2 >= low) beside += Math.abs(h(k - 1, k - 2));
      if (k + 1 <= high) beside += Math.abs(h(k + 1, k));
    }
    if (sub > ulp * beside) continue;
    const across = Math.abs(h(k - 1, k));
    const [ab, ba] = [Math.max(sub, across), Math.min(sub, across)];
    const [d, gap] = [Math.abs(h(k, k)), Math.abs(h(k - 1, k - 1) - h(k, k))];
    const [aa, bb] = [Math.max(d, gap), Math.min(d, gap)];
    const s = aa + ab;
    if (ba * (ab / s) <= Math.max(small, ulp * (bb * (aa / s)))) break;
  }
  return k;
}

interface Shifts {
  readonly re1: number;
  readonly im1: number;
  readonly re2: number;
  readonly im2: number;
}

/** The eigenvalues of the last 2 × 2 block; of real ones twice the nearer. */
function shiftsOf(t: Float64Array, n: number, l: number, i: number, stalled: number): Shifts {
  const h = (r: number, c: number): number => t[r * n + c];
  let [h11, h12, h21, h22] = [h(i - 1, i - 1), h(i - 1, i), h(i, i - 1), h(i, i)];
  if (stalled % EXCEPTIONAL === 0) {
    const atEnd = stalled % (2 * EXCEPTIONAL) === 0;
    const s = atEnd
      ? Math.abs(h(i, i - 1)) + Math.abs(h(i - 1, i - 2))
      : Math.abs(h(l + 1, l)) + Math.abs(h(l + 2, l + 1));
    h11 = 0.75 * s + (atEnd ? h(i, i) : h(l, l));
    [h12, h21, h22] = [-0.4375 * s, s, h11];
  }
  const s = Math.abs(h11) + Math.abs(h12) + Math.abs(h21) + Math.abs(h22);
  if (s === 0) return { re1: 0, im1: 0, re2: 0, im2: 0 };
  [h11, h12, h21, h22] = [h11 / s, h12 / s, h21 / s, h22 / s];
  const middle = (h11 + h22) / 2;
  const det = (h11 - middle) * (h22 - middle) - h12 * h21;
  const root = Math.sqrt(Math.abs(det));
  if (det >= 0) return { re1: middle * s, im1: root * s, re2: middle * s, im2: -root * s };
  const [above, below] = [middle + root, middle - root];
  const nearer = (Math.abs(above - h22) <= Math.abs(below - h22) ? above : below) * s;
  return { re1: nearer, im1: 0, re2: nearer, im2: 0 };
}

/** One double-shift step on rows l to i: a bulge of three rows is chased down. */
function sweep(
  t: Float64Array,
  z: Float64Array,
  n: number,
  l: number,
  i: number,
  { re1, im1, re2, im2 }: Shifts,
  ulp: number,
): void {
  const h = (r: number, c: number): number => t[r * n + c];
  const v = new Float64Array(3);
  let m = i - 2;
  for (; ; m--) {
    let h21 = Math.abs(h(m + 1, m));
    let s = Math.abs(h(m, m) - re2) + Math.abs(im2) + h21;
    h21 = h(m + 1, m) / s;
    v[0] = h21 * h(m, m + 1) + (h(m, m) - re1) * ((h(m, m) - re2) / s) - im1 * (im2 / s);
    v[1] = h21 * (h(m, m) + h(m + 1, m + 1) - re1 - re2);
    v[2] = h21 * h(m + 2, m + 1);
    s = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    for (let k = 0; k < 3; k++) v[k] /= s;
    if (m === l) break;
    const beside = Math.abs(h(m - 1, m - 1)) + Math.abs(h(m, m)) + Math.abs(h(m + 1, m + 1));
    if (Math.abs(h(m, m - 1)) * (Math.abs(v[1]) + Math.abs(v[2])) <= ulp * Math.abs(v[0]) * beside) break;
  }
  for (let k = m; k < i; k++) {
    const rows = Math.min(3, i - k + 1);
    if (k > m) for (let r = 0; r < rows; r++) v[r] = h(k + r, k - 1);
    const tau = reflection(v, rows);
    if (k > m) {
      t[k * n + k - 1] = v[0];
      for (let r = 1; r < rows; r++) t[(k + r) * n + k - 1] = 0;
    } else if (m > l) t[k * n + k - 1] *= 1 - tau;
    v[0] = 1;
    for (let j = k; j < n; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += v[r] * t[(k + r) * n + j];
      for (let r = 0; r < rows; r++) t[(k + r) * n + j] -= sum * tau * v[r];
    }
    columns(t, n, k, rows, v, tau, Math.min(k + 3, i) + 1);
    columns(z, n, k, rows, v, tau, n);
  }
}

function columns(a: Float64Array, n: number, k: number, rows: number, v: Float64Array, tau: number, end: number): void {
  for (let j = 0; j < end; j++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += v[r] * a[j * n + k + r];
    for (let r = 0; r < rows; r++) a[j * n + k + r] -= sum * tau * v[r];
  }
}

/** Rotates the 2 × 2 block that ends at row i to standard form: triangular, or equal diagonal elements for a pair. */
function standardize(
  t: Float64Array,
  z: Float64Array,
  n: number,
  i: number,
  epsilon: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const o = i - 1;
  const block = standardForm(t[o * n + o], t[o * n + i], t[i * n + o], t[i * n + i], epsilon);
  const { a, b, c, d, cos, sin } = block;
  [t[o * n + o], t[o * n + i], t[i * n + o], t[i * n + i]] = [a, b, c, d];
  re[o] = a;
  re[i] = d;
  im[o] = c === 0 ? 0 : Math.sqrt(Math.abs(b)) * Math.sqrt(Math.abs(c));
  im[i] = c === 0 ? 0 : -im[o];
  for (let j = i + 1; j < n; j++) rotate(t, o * n + j, i * n + j, cos, sin);
  for (let j = 0; j < o; j++) rotate(t, j * n + o, j * n + i, cos, sin);
  for (let j = 0; j < n; j++) rotate(z, j * n + o, j * n + i, cos, sin);
}

function rotate(x: Float64Array, p: number, q: number, cos: number, sin: number): void {
  const first = cos * x[p] + sin * x[q];
  x[q] = cos * x[q] - sin * x[p];
  x[p] = first;
}

interface Block {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly cos: number;
  readonly sin: number;
}

const sign = (x: number): number => (x < 0 || Object.is(x, -0) ? -1 : 1);

/** LAPACK's lanv2. */
function standardForm(a: number, b: number, c: number, d: number, epsilon: number): Block {
  if (c === 0) return { a, b, c, d, cos: 1, sin: 0 };
  if (b === 0) return { a: d, b: -c, c: 0, d: a, cos: 0, sin: 1 };
  if (a - d === 0 && sign(b) !== sign(c)) return { a, b, c, d, cos: 1, sin: 0 };
  const gap = a - d;
  const p = gap / 2;
  const larger = Math.max(Math.abs(b), Math.abs(c));
  const smaller = Math.min(Math.abs(b), Math.abs(c)) * sign(b) * sign(c);
  const scale = Math.max(Math.abs(p), larger);
  const square = (p / scale) * p + (larger / scale) * smaller;
  if (square >= 4 * epsilon) {
    const z = p + sign(p) * Math.sqrt(scale) * Math.sqrt(square);
    const tau = Math.hypot(c, z);
    return { a: d + z, b: b - c, c: 0, d: d - (larger / z) * smaller, cos: z / tau, sin: c / tau };
  }
  return pairForm(a, b, c, d, gap);
}

/** Complex or nearly equal eigenvalues: the diagonal is made equal, then a real pair is told from a complex one. */
function pairForm(a: number, b: number, c: number, d: number, gap: number): Block {
  const sigma = b + c;
  const tau = Math.hypot(sigma, gap);
  const cos = Math.sqrt((1 + Math.abs(sigma) / tau) / 2);
  const sin = -(gap / 2 / (tau * cos)) * sign(sigma);
  const [aa, bb, cc, dd] = [a * cos + b * sin, b * cos - a * sin, c * cos + d * sin, d * cos - c * sin];
  const [upper, lower] = [bb * cos + dd * sin, cc * cos - aa * sin];
  const middle = (aa * cos + cc * sin + (dd * cos - bb * sin)) / 2;
  if (lower === 0) return { a: middle, b: upper, c: 0, d: middle, cos, sin };
  if (upper === 0) return { a: middle, b: -lower, c: 0, d: middle, cos: -sin, sin: cos };
  if (sign(upper) !== sign(lower)) return { a: middle, b: upper, c: lower, d: middle, cos, sin };
  const [rootUp, rootLow] = [Math.sqrt(Math.abs(upper)), Math.sqrt(Math.abs(lower))];
  const p = sign(lower) * rootUp * rootLow;
  const unit = 1 / Math.sqrt(Math.abs(upper + lower));
  const [c1, s1] = [rootUp * unit, rootLow * unit];
  return { a: middle + p, b: upper - lower, c: 0, d: middle - p, cos: cos * c1 - sin * s1, sin: cos * s1 + sin * c1 };
}
