import { int64 } from "../dtype";
import { numelOf, type Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { converted } from "./convert";
import { fastSum } from "./fast";

/**
 * Sums in PyTorch's order, so that float results agree to the last bit: a cascade of four accumulators over interleaved
 * lanes (aten/src/ATen/native/cpu/SumKernel.cpp describes it; single thread).
 */

type Floats = Float32Array | Float64Array;

const LEVELS = 4;
/** Rows that are summed side by side. */
const INTERLEAVE = 4;

/** One dimension of the loop: its length and how far input and output step. */
interface Loop {
  size: number;
  in: number;
  out: number;
}

/** Loops with the reduced dimensions innermost, then by memory order; neighbours without a gap joined. */
function loops(sizes: Sizes, strides: Sizes, outStrides: Sizes, reduced: readonly boolean[]): Loop[] {
  const order = sizes.map((_, d) => d).filter((d) => sizes[d] !== 1);
  order.sort((a, b) => {
    if (reduced[a] !== reduced[b]) return reduced[a] ? -1 : 1;
    if (!reduced[a] && outStrides[a] !== outStrides[b]) return outStrides[a] - outStrides[b];
    return strides[a] - strides[b] || b - a;
  });
  const joined: Loop[] = [];
  for (const d of order) {
    const last = joined[joined.length - 1];
    const next = { size: sizes[d], in: strides[d], out: reduced[d] ? 0 : outStrides[d] };
    if (last && next.in === last.in * last.size && next.out === last.out * last.size) last.size *= next.size;
    else joined.push(next);
  }
  while (joined.length < 2) joined.push({ size: 1, in: 0, out: 0 });
  return joined;
}

/**
 * Adds the sums of `x` over the reduced dimensions to `out` (same dtype, float32 or float64), which starts as zeros.
 * `outStrides` are strides of `out` by dimension of `x`.
 */
export function sumFloats(x: Tensor, out: Tensor, outStrides: Sizes, reduced: readonly boolean[]): void {
  if (x.numel === 0) return;
  const [inner, outer, ...rest] = loops(x.sizes, x.strides, outStrides, reduced);
  const data = x.storage.data as Floats;
  const result = out.storage.data as Floats;
  const index = rest.map(() => 0);
  let at = x.offset;
  let to = out.offset;
  for (;;) {
    if (!fastSum(x, at, out, to, inner, outer)) sum2d(data, at, result, to, inner, outer);
    let d = 0;
    for (; d < rest.length; d++) {
      at += rest[d].in;
      to += rest[d].out;
      if (++index[d] < rest[d].size) break;
      at -= rest[d].in * rest[d].size;
      to -= rest[d].out * rest[d].size;
      index[d] = 0;
    }
    if (d === rest.length) return;
  }
}

/** Two loops at once, of which at least one is reduced. */
export function sum2d(data: Floats, at: number, result: Floats, to: number, first: Loop, second: Loop): void {
  // Values of one lane group of PyTorch's vectors.
  const vector = data instanceof Float32Array ? 8 : 4;
  const [inner, outer] = first.out !== 0 && second.out === 0 ? [second, first] : [first, second];
  if (inner.out !== 0) {
    for (let j = 0; j < outer.size; j++) {
      for (let i = 0; i < inner.size; i++) {
        result[to + j * outer.out + i * inner.out] += data[at + j * outer.in + i * inner.in];
      }
    }
  } else if (inner.in === 1 && inner.size >= vector) {
    for (let j = 0; j < outer.size; j++) {
      result[to + j * outer.out] += contiguousSum(data, at + j * outer.in, inner.size, vector);
    }
  } else if (outer.in === 1 && outer.size >= vector) {
    let j = 0;
    const wide = INTERLEAVE * vector;
    for (; j + wide <= outer.size; j += wide) {
      store(
        multiRow(data, at + j, inner.in, lanes(1, 0, wide), inner.size),
        wide,
        result,
        to + j * outer.out,
        outer.out,
      );
    }
    for (; j + vector <= outer.size; j += vector) {
      store(rowSum(data, at + j, inner.in, vector, inner.size), vector, result, to + j * outer.out, outer.out);
    }
    for (; j < outer.size; j++) result[to + j * outer.out] += rowSum(data, at + j, inner.in, 1, inner.size)[0];
  } else if (inner.in < outer.in) {
    for (let j = 0; j < outer.size; j++) {
      result[to + j * outer.out] += rowSum(data, at + j * outer.in, inner.in, 1, inner.size)[0];
    }
  } else {
    let j = 0;
    for (; j + INTERLEAVE <= outer.size; j += INTERLEAVE) {
      const columns = multiRow(data, at + j * outer.in, inner.in, lanes(INTERLEAVE, outer.in, 1), inner.size);
      store(columns, INTERLEAVE, result, to + j * outer.out, outer.out);
    }
    for (; j < outer.size; j++) {
      result[to + j * outer.out] += rowSum(data, at + j * outer.in, inner.in, 1, inner.size)[0];
    }
  }
}

function store(sums: Floats, n: number, result: Floats, to: number, step: number): void {
  for (let k = 0; k < n; k++) result[to + k * step] += sums[k];
}

const scratch = new Float32Array(8);
const scratchWide = new Float64Array(8);

function contiguousSum(data: Floats, at: number, size: number, vector: number): number {
  const whole = Math.floor(size / vector);
  const partial = rowSum(data, at, vector, vector, whole);
  const cell = data instanceof Float32Array ? scratch : scratchWide;
  cell[0] = 0;
  for (let k = whole * vector; k < size; k++) cell[0] += data[at + k];
  for (let k = 0; k < vector; k++) cell[0] += partial[k];
  return cell[0];
}

const laneTables = new Map<number, Int32Array>();

/** Offsets of `groups` runs of `width` neighbouring lanes, `step` apart. */
function lanes(groups: number, step: number, width: number): Int32Array {
  const key = (step * 64 + width) * 64 + groups;
  let table = laneTables.get(key);
  if (!table) {
    if (laneTables.size > 256) laneTables.clear();
    table = Int32Array.from({ length: groups * width }, (_, i) => Math.floor(i / width) * step + (i % width));
    laneTables.set(key, table);
  }
  return table;
}

/** `width` neighbouring columns summed over `size` rows, four rows side by side. */
function rowSum(data: Floats, at: number, step: number, width: number, size: number): Floats {
  if (width === 1 && size < FEW_ROWS && data instanceof Float32Array) return shortRow(data, at, step, size);
  const groups = Math.floor(size / INTERLEAVE);
  const sums = multiRow(data, at, step * INTERLEAVE, lanes(INTERLEAVE, step, width), groups);
  for (let i = groups * INTERLEAVE; i < size; i++) {
    for (let k = 0; k < width; k++) sums[k] += data[at + i * step + k];
  }
  for (let g = 1; g < INTERLEAVE; g++) for (let k = 0; k < width; k++) sums[k] += sums[g * width + k];
  return sums;
}

/** Below this no lane of a row gets to a second level of the cascade. */
const FEW_ROWS = 16 * INTERLEAVE;
const shortResult = new Float32Array(1);

/** `rowSum` of one short float32 column. */
function shortRow(data: Float32Array, at: number, step: number, size: number): Float32Array {
  const { fround } = Math;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let from = at;
  let left = size;
  // A step may be 0: the elements are counted.
  for (; left >= INTERLEAVE; left -= INTERLEAVE, from += INTERLEAVE * step) {
    a = fround(a + data[from]);
    b = fround(b + data[from + step]);
    c = fround(c + data[from + 2 * step]);
    d = fround(d + data[from + 3 * step]);
  }
  for (; left > 0; left--, from += step) a = fround(a + data[from]);
  shortResult[0] = fround(fround(a + b) + c) + d;
  return shortResult;
}

const accumulators = new Float32Array(LEVELS * 64);
const accumulatorsWide = new Float64Array(LEVELS * 64);

/** The cascade: each lane summed over `size` rows through four levels. The result is valid until the next call. */
function multiRow(data: Floats, at: number, step: number, lane: Int32Array, size: number): Floats {
  const n = lane.length;
  const acc = data instanceof Float32Array ? accumulators : accumulatorsWide;
  acc.fill(0, 0, LEVELS * n);
  const power = Math.max(4, Math.floor((size <= 2 ? 1 : Math.ceil(Math.log2(size))) / 4));
  const block = 1 << power;
  let i = 0;
  while (i + block <= size) {
    for (let j = 0; j < block; j++, i++) for (let k = 0; k < n; k++) acc[k] += data[at + i * step + lane[k]];
    for (let level = 1; level < LEVELS; level++) {
      for (let k = 0; k < n; k++) {
        acc[level * n + k] += acc[(level - 1) * n + k];
        acc[(level - 1) * n + k] = 0;
      }
      if ((i & ((block - 1) << (level * power))) !== 0) break;
    }
  }
  for (; i < size; i++) for (let k = 0; k < n; k++) acc[k] += data[at + i * step + lane[k]];
  for (let level = 1; level < LEVELS; level++) for (let k = 0; k < n; k++) acc[k] += acc[level * n + k];
  return acc;
}

/** Exact sums of integers (any integer dtype or bool) into an int64 tensor of zeros. */
export function sumIntegers(x: Tensor, out: Tensor, outStrides: Sizes): void {
  const wide = x.dtype === int64 ? x : converted(x, int64);
  const data = wide.storage.data as BigInt64Array;
  const result = out.storage.data as BigInt64Array;
  const index = new Array<number>(x.ndim).fill(0);
  let at = wide.offset;
  let to = out.offset;
  for (let left = numelOf(x.sizes); left > 0; left--) {
    result[to] += data[at];
    for (let d = x.ndim - 1; d >= 0; d--) {
      at += wide.strides[d];
      to += outStrides[d];
      if (++index[d] < x.sizes[d]) break;
      at -= wide.strides[d] * x.sizes[d];
      to -= outStrides[d] * x.sizes[d];
      index[d] = 0;
    }
  }
  if (wide !== x) wide.storage.release();
}
