import type { DType, DTypeName, TypedArray } from "./dtype";
import { TorchError } from "./errors";
import { bfloat16ToNumber, halfToNumber, numberToBfloat16, numberToHalf } from "./half";
import { pairsOf } from "./kernels/parts";
import { numelOf, type Sizes } from "./shape";
import type { Tensor } from "./tensor";

/** How elements of a dtype are read and written as JS numbers: the slow general path of loops over any dtype. */
export interface ElementAccess {
  /** An int64 beyond 2^53 is rounded. */
  readonly get: (data: TypedArray, i: number) => number;
  /** Converts as C++ casts do: integers truncate and wrap, bool is `!= 0`. */
  readonly set: (data: TypedArray, i: number, x: number) => void;
  /** The value after storing and reading it back. */
  readonly round: (x: number) => number;
}

type Numbers = Exclude<TypedArray, BigInt64Array>;

const plainGet = (data: TypedArray, i: number): number => (data as Numbers)[i];
const plainSet = (data: TypedArray, i: number, x: number): void => {
  (data as Numbers)[i] = x;
};

const INT64_MIN = -(2n ** 63n);

/** float → int64 truncates; what does not fit (nan too) becomes the smallest int64, as x86 does. */
export function numberToInt64(x: number): bigint {
  return Math.abs(x) < 2 ** 63 ? BigInt(Math.trunc(x)) : INT64_MIN;
}

const integer = (wrap: (x: number) => number): ElementAccess => ({ get: plainGet, set: plainSet, round: wrap });

export const elementAccess: Readonly<Record<DTypeName, ElementAccess>> = {
  float32: { get: plainGet, set: plainSet, round: Math.fround },
  float64: { get: plainGet, set: plainSet, round: (x) => x },
  float16: {
    get: (data, i) => halfToNumber((data as Uint16Array)[i]),
    set: (data, i, x) => {
      (data as Uint16Array)[i] = numberToHalf(x);
    },
    round: (x) => halfToNumber(numberToHalf(x)),
  },
  bfloat16: {
    get: (data, i) => bfloat16ToNumber((data as Uint16Array)[i]),
    set: (data, i, x) => {
      (data as Uint16Array)[i] = numberToBfloat16(x);
    },
    round: (x) => bfloat16ToNumber(numberToBfloat16(x)),
  },
  int64: {
    get: (data, i) => Number((data as BigInt64Array)[i]),
    set: (data, i, x) => {
      (data as BigInt64Array)[i] = numberToInt64(x);
    },
    round: (x) => Number(numberToInt64(x)),
  },
  int32: integer((x) => x | 0),
  int16: integer((x) => (x << 16) >> 16),
  int8: integer((x) => (x << 24) >> 24),
  uint8: integer((x) => x & 0xff),
  bool: {
    get: plainGet,
    set: (data, i, x) => {
      (data as Uint8Array)[i] = x !== 0 ? 1 : 0;
    },
    round: (x) => (x !== 0 ? 1 : 0),
  },
  // Of the parts, which are the items of the array.
  complex64: { get: plainGet, set: plainSet, round: Math.fround },
  complex128: { get: plainGet, set: plainSet, round: (x) => x },
};

/** For dtypes whose elements are single numbers; complex ones are worked on by parts. */
export function accessOf(dtype: DType): ElementAccess {
  if (dtype.kind === "complex") throw noKernel(dtype);
  return elementAccess[dtype.name];
}

/** Calls `visit` with the storage index of every element of a view, in the order of the given sizes and strides. */
export function eachIndex(sizes: Sizes, strides: Sizes, offset: number, visit: (index: number) => void): void {
  const n = numelOf(sizes);
  if (n === 0) return;
  const last = sizes.length - 1;
  if (last < 0) {
    visit(offset);
    return;
  }
  const counter = new Array<number>(last).fill(0);
  const inner = sizes[last];
  const step = strides[last];
  let start = offset;
  for (;;) {
    for (let i = 0, at = start; i < inner; i++, at += step) visit(at);
    let d = last - 1;
    for (; d >= 0; d--) {
      start += strides[d];
      if (++counter[d] < sizes[d]) break;
      start -= strides[d] * sizes[d];
      counter[d] = 0;
    }
    if (d < 0) return;
  }
}

function noKernel(dtype: DType): TorchError {
  return new TorchError("NotImplementedError", `"cpu_kernel" not implemented for '${dtype.scalarName}'`);
}

/** As `toNumbers`; of complex tensors both parts of each element, side by side. */
export function partNumbers(t: Tensor): Float64Array {
  return toNumbers(t.dtype.kind === "complex" ? pairsOf(t) : t);
}

/** The elements of a real tensor in row-major order, as doubles. */
export function toNumbers(t: Tensor): Float64Array {
  // A kernel that knows nothing of complex numbers must not take their parts for elements.
  if (t.dtype.kind === "complex") throw noKernel(t.dtype);
  const out = new Float64Array(t.numel);
  const { data } = t.storage;
  const { get } = accessOf(t.dtype);
  let i = 0;
  eachIndex(t.sizes, t.strides, t.offset, (at) => {
    out[i++] = get(data, at);
  });
  return out;
}

/** Overwrites the elements of a tensor, in row-major order, with numbers converted to its dtype; see `partNumbers`. */
export function fromNumbers(t: Tensor, values: ArrayLike<number>): void {
  if (t.dtype.kind === "complex") {
    fromNumbers(pairsOf(t), values);
    return;
  }
  const { data } = t.storage;
  const { set } = accessOf(t.dtype);
  let i = 0;
  eachIndex(t.sizes, t.strides, t.offset, (at) => set(data, at, values[i++]));
}
