import { type DType, realOf } from "../dtype";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";

/** Complex tensors as what they are in memory: pairs of floats. Outside the graph, and without a copy. */

/** Strides of the pairs: those of the elements in floats, and 1 for the last dimension. */
export function pairStrides(strides: Sizes): Sizes {
  return [...strides.map((s) => 2 * s), 1];
}

/** A complex tensor with a last dimension of size 2: real and imaginary part. */
export function pairsOf(z: Tensor): Tensor {
  const pairs = z.alias([...z.sizes, 2], pairStrides(z.strides), 2 * z.offset);
  pairs.storage = z.storage.reread(realOf(z.dtype));
  return pairs;
}

/** The reverse of `pairsOf`, for floats whose last dimension is a pair. */
export function complexOfPairs(pairs: Tensor, dtype: DType): Tensor {
  const half = (n: number): number => n / 2;
  const z = pairs.alias(pairs.sizes.slice(0, -1), pairs.strides.slice(0, -1).map(half), half(pairs.offset));
  z.storage = pairs.storage.reread(dtype);
  return z;
}

/** The real (0) or imaginary (1) parts, shaped as the tensor. */
export function partOf(z: Tensor, lane: 0 | 1): Tensor {
  const strides = z.strides.map((s) => 2 * s);
  const part = z.alias(z.sizes, strides, 2 * z.offset + lane);
  part.storage = z.storage.reread(realOf(z.dtype));
  return part;
}
