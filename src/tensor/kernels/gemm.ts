import type { TypedArray } from "../dtype";
import { bfloat16, bool, float16, float32, float64, int64 } from "../dtype";
import { toNumbers } from "../elements";
import { empty, type Tensor } from "../tensor";
import { converted, copyInto } from "./convert";
import { fastGemm } from "./fast";
import { partOf } from "./parts";

/** A matrix inside a storage. */
export interface Matrix {
  readonly data: TypedArray;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** Matrix `index` of a batch (or the matrix itself). */
export function matrixAt(x: Tensor, index = 0): Matrix {
  const lead = x.ndim - 2;
  return {
    data: x.storage.data,
    at: x.offset + (lead > 0 ? index * x.strides[0] : 0),
    row: x.strides[lead],
    column: x.strides[lead + 1],
  };
}

/** Types whose products are computed in another type and rounded at the end. */
function workingType(x: Tensor): Tensor["dtype"] {
  if (x.dtype === float16 || x.dtype === bfloat16) return float32;
  return x.dtype.kind === "float" || x.dtype === int64 ? x.dtype : int64;
}

/**
 * out = a · b, or out += a · b when `accumulate`. Operands are matrices or batches of matrices of one dtype, with any
 * strides; `out` is contiguous.
 */
export function matrixProduct(out: Tensor, a: Tensor, b: Tensor, accumulate = false): void {
  if (out.numel === 0) return;
  if (out.dtype.kind === "complex") {
    complexProduct(out, a, b, accumulate);
    return;
  }
  const dtype = workingType(out);
  if (out.dtype !== dtype || out.dtype === bool) {
    const [x, y] = [converted(a, dtype), converted(b, dtype)];
    const wide = accumulate ? converted(out, dtype) : empty(out.sizes, dtype, false);
    matrixProduct(wide, x, y, accumulate);
    copyInto(out, wide);
    for (const t of [x, y, wide]) t.storage.release();
    return;
  }
  const batches = out.ndim === 3 ? out.sizes[0] : 1;
  const [m, n] = out.sizes.slice(-2);
  const k = a.sizes[a.ndim - 1];
  for (let i = 0; i < batches; i++) {
    const x = matrixAt(a, i);
    const y = matrixAt(b, i);
    const z = matrixAt(out, i);
    if (dtype === float32) {
      if (!fastGemm(m, n, k, a.storage, x, b.storage, y, out.storage, z, accumulate)) {
        gemm(m, n, k, x, y, z, accumulate);
      }
    } else if (dtype === float64) gemm(m, n, k, x, y, z, accumulate);
    else gemmExact(m, n, k, x, y, z, accumulate);
  }
}

/** Four real products in double precision, rounded once. */
function complexProduct(out: Tensor, a: Tensor, b: Tensor, accumulate: boolean): void {
  const planes = (z: Tensor): Tensor[] => ([0, 1] as const).map((lane) => converted(partOf(z, lane), float64));
  const [[ar, ai], [br, bi], [re, im]] = [a, b, out].map(planes);
  matrixProduct(re, ai, bi, false);
  const { data } = re.storage;
  for (let i = 0; i < data.length; i++) data[i] = -data[i];
  if (accumulate) addOnto(re, partOf(out, 0));
  matrixProduct(re, ar, br, true);
  matrixProduct(im, ar, bi, accumulate);
  matrixProduct(im, ai, br, true);
  copyInto(partOf(out, 0), re);
  copyInto(partOf(out, 1), im);
  for (const t of [ar, ai, br, bi, re, im]) t.storage.release();
}

function addOnto(total: Tensor, given: Tensor): void {
  const values = toNumbers(given);
  const data = total.storage.data as Float64Array;
  for (let i = 0; i < data.length; i++) data[i] += values[i];
}

/**
 * The plain loops. Small float32 products are rounded as MKL's kernels for them round on processors where they use no
 * fused multiply-add: every product, then every addition; with the rows of a transposed `b` in four lanes.
 */
export function gemm(m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix, accumulate: boolean): void {
  if (c.data instanceof Float32Array && b.row === 1) dots(m, n, k, a, b, c, accumulate);
  else if (c.data instanceof Float32Array) rows(m, n, k, a, b, c, accumulate, new Float32Array(n));
  else rows(m, n, k, a, b, c, accumulate, new Float64Array(n));
}

function rows(
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  accumulate: boolean,
  row: Float32Array | Float64Array,
): void {
  const x = a.data as typeof row;
  const y = b.data as typeof row;
  const z = c.data as typeof row;
  const round = row instanceof Float32Array ? Math.fround : (v: number): number => v;
  for (let i = 0; i < m; i++) {
    const from = c.at + i * c.row;
    if (accumulate) for (let j = 0; j < n; j++) row[j] = z[from + j * c.column];
    else row.fill(0);
    for (let p = 0; p < k; p++) {
      const factor = x[a.at + i * a.row + p * a.column];
      const start = b.at + p * b.row;
      for (let j = 0; j < n; j++) row[j] += round(factor * y[start + j * b.column]);
    }
    for (let j = 0; j < n; j++) z[from + j * c.column] = row[j];
  }
}

const LANES = 4;

function dots(m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix, accumulate: boolean): void {
  const { fround } = Math;
  const x = a.data as Float32Array;
  const y = b.data as Float32Array;
  const z = c.data as Float32Array;
  const lane = new Float32Array(LANES);
  const whole = k - (k % LANES);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const left = a.at + i * a.row;
      const right = b.at + j * b.column;
      lane.fill(0);
      for (let p = 0; p < whole; p += LANES) {
        for (let l = 0; l < LANES; l++) lane[l] += fround(x[left + (p + l) * a.column] * y[right + p + l]);
      }
      let sum = fround(fround(lane[0] + lane[2]) + fround(lane[1] + lane[3]));
      for (let p = whole; p < k; p++) sum = fround(sum + fround(x[left + p * a.column] * y[right + p]));
      const at = c.at + i * c.row + j * c.column;
      z[at] = accumulate ? z[at] + sum : sum;
    }
  }
}

function gemmExact(m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix, accumulate: boolean): void {
  const x = a.data as BigInt64Array;
  const y = b.data as BigInt64Array;
  const z = c.data as BigInt64Array;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = c.at + i * c.row + j * c.column;
      let sum = accumulate ? z[at] : 0n;
      for (let p = 0; p < k; p++) sum += x[a.at + i * a.row + p * a.column] * y[b.at + p * b.row + j * b.column];
      z[at] = sum;
    }
  }
}
