import { float32 } from "../dtype";
import { matrixProduct } from "../kernels/gemm";
import { releaseScope } from "../storage";
import { empty, type Tensor } from "../tensor";
import { factorQr, householderQr, type QrFactors } from "./qr";

/** Columns whose reflections are applied together, as products of matrices (Schreiber & Van Loan 1989). */
const WIDTH = 32;
/** From this many products of elements on, single precision and blocks gain more than they cost. */
const MANY = 2 ** 22;

/** `householderQr`; of large matrices in single precision as LAPACK would: in blocks, by the fast products. */
export function qrFactors(matrix: Float64Array, m: number, n: number, p: number, single: boolean): QrFactors {
  if (!single || m * n * Math.min(m, n) < MANY) return householderQr(matrix, m, n, p);
  return releaseScope(
    () => blockedQr(matrix, m, n, p),
    () => [],
  );
}

/** Reflections H₁·…·Hₖ = 1 − V·T·Vᵀ from row and column `at` on. */
interface Block {
  readonly at: number;
  readonly width: number;
  /** Vᵀ: a reflector a row. */
  readonly v: Tensor;
  /** −T. */
  readonly t: Tensor;
}

function blockedQr(matrix: Float64Array, m: number, n: number, p: number): QrFactors {
  // Rows of these tensors are columns of the matrices.
  const a = empty([n, m], float32, false);
  (a.storage.data as Float32Array).set(matrix);
  const blocks: Block[] = [];
  for (let at = 0; at < Math.min(m, n); at += WIDTH) {
    const block = factorPanel(a, at, Math.min(WIDTH, Math.min(m, n) - at));
    blocks.push(block);
    apply(block, a, at + block.width, block.t);
  }
  const upper = a.storage.data as Float32Array;
  const r = new Float64Array(p * n);
  for (let c = 0; c < n; c++) for (let i = 0; i <= Math.min(c, p - 1); i++) r[c * p + i] = upper[c * m + i];
  const q = empty([p, m], float32, false);
  const start = (q.storage.data as Float32Array).fill(0);
  for (let c = 0; c < p; c++) start[c * m + c] = 1;
  for (const block of blocks.reverse()) apply(block, q, block.at, transposedView(block.t));
  return { q: Float64Array.from(q.storage.data as Float32Array), r };
}

const transposedView = (t: Tensor): Tensor => t.alias([t.sizes[1], t.sizes[0]], [t.strides[1], t.strides[0]]);

/** Takes X (rows: columns of a matrix), from row `from` on, to X − X·V·T·Vᵀ. */
function apply({ at, width, v }: Block, x: Tensor, from: number, t: Tensor): void {
  const [rows, length] = [x.sizes[0] - from, x.sizes[1] - at];
  if (rows <= 0) return;
  const part = x.alias([rows, length], x.strides, from * x.sizes[1] + at);
  const dots = empty([rows, width], float32, false);
  matrixProduct(dots, part, transposedView(v));
  const shares = empty([rows, width], float32, false);
  matrixProduct(shares, dots, t);
  matrixProduct(part, shares, v, true);
}

/** Factors columns `at` … of A in double precision, in place. */
function factorPanel(a: Tensor, at: number, width: number): Block {
  const m = a.sizes[1];
  const length = m - at;
  const panel = new Float64Array(width * length);
  const columns = a.storage.data as Float32Array;
  for (let c = 0; c < width; c++) {
    panel.set(columns.subarray((at + c) * m + at, (at + c + 1) * m), c * length);
  }
  const tau = factorQr(panel, length, width);
  for (let c = 0; c < width; c++) {
    columns.set(panel.subarray(c * length, (c + 1) * length), (at + c) * m + at);
    panel.fill(0, c * length, c * length + c);
    panel[c * length + c] = 1;
  }
  const v = empty([width, length], float32, false);
  const t = empty([width, width], float32, false);
  (v.storage.data as Float32Array).set(panel);
  (t.storage.data as Float32Array).set(triangleOf(panel, tau, length).map((x) => -x));
  return { at, width, v, t };
}

/** T of 1 − V·T·Vᵀ, row by row. */
function triangleOf(v: Float64Array, tau: Float64Array, length: number): Float64Array {
  const width = tau.length;
  const t = new Float64Array(width * width);
  const dots = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    for (let k = 0; k < i; k++) {
      let sum = 0;
      for (let j = i; j < length; j++) sum += v[k * length + j] * v[i * length + j];
      dots[k] = sum;
    }
    for (let k = 0; k < i; k++) {
      let sum = 0;
      for (let j = k; j < i; j++) sum += t[k * width + j] * dots[j];
      t[k * width + i] = -tau[i] * sum;
    }
    t[i * width + i] = tau[i];
  }
  return t;
}
