import { float32, float64, int64 } from "../dtype";
import { check } from "../errors";
import { type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { notImplemented } from "./complex_elementwise";
import { compact, converted } from "./convert";

/** Dimensions a reduction removes. An empty or absent list means all of them. */
export function reducedDims(ndim: number, dims: Sizes | null): boolean[] {
  const reduced = new Array<boolean>(ndim).fill(dims === null || dims.length === 0);
  for (const dim of dims ?? []) {
    const d = wrapDim(dim, ndim);
    check(!reduced[d] || ndim === 0, () => `dim ${d} appears multiple times in the list of dims`);
    if (ndim > 0) reduced[d] = true;
  }
  return reduced;
}

/** Sizes of a reduction's result. */
export function reducedSizes(sizes: Sizes, reduced: readonly boolean[], keepdim: boolean): Sizes {
  return keepdim ? sizes.map((n, d) => (reduced[d] ? 1 : n)) : sizes.filter((_, d) => !reduced[d]);
}

/** Values that are reduced together lie one after another: `count` rows of `length`, in the order of the result. */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  readonly start: number;
  readonly count: number;
  readonly length: number;
  /** Gives back what was copied. */
  readonly release: () => void;
}

/** The tensor with the reduced dimensions last, row-major, as floats (integers as doubles). */
export function rowsOf(x: Tensor, reduced: readonly boolean[]): Rows {
  if (x.dtype.kind === "complex") throw notImplemented("reduce_cpu", x.dtype);
  const order = [...x.sizes.keys()].sort((a, b) => Number(reduced[a]) - Number(reduced[b]) || a - b);
  const moved = x.alias(
    order.map((d) => x.sizes[d]),
    order.map((d) => x.strides[d]),
  );
  const dtype = x.dtype.kind === "float" && x.dtype !== float64 ? float32 : float64;
  const dense = x.dtype === dtype ? compact(moved) : converted(moved, dtype);
  let length = 1;
  x.sizes.forEach((n, d) => {
    length *= reduced[d] ? n : 1;
  });
  return {
    data: dense.storage.data as Float32Array | Float64Array,
    start: dense.offset,
    count: length === 0 ? 0 : x.numel / length,
    length,
    release: () => {
      if (dense.storage !== x.storage) dense.storage.release();
    },
  };
}

/** The same for int64, exactly. */
export function exactRows(x: Tensor, reduced: readonly boolean[]): { data: BigInt64Array; start: number } {
  const order = [...x.sizes.keys()].sort((a, b) => Number(reduced[a]) - Number(reduced[b]) || a - b);
  const moved = x.alias(
    order.map((d) => x.sizes[d]),
    order.map((d) => x.strides[d]),
  );
  const dense = x.dtype === int64 ? compact(moved) : converted(moved, int64);
  return { data: dense.storage.data as BigInt64Array, start: dense.offset };
}
