import { check } from "../errors";
import { broadcastStrides, contiguousStrides, type Sizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";

/** In which order the dimensions of a tensor lie in memory: what new tensors take over from old ones. */

/** Whether the elements fill their memory without gaps and overlaps, in any order of dimensions. */
export function isDense(sizes: Sizes, strides: Sizes): boolean {
  const dims = [...sizes.keys()].filter((d) => sizes[d] > 1).sort((a, b) => strides[a] - strides[b]);
  if (sizes.includes(0)) return true;
  let step = 1;
  for (const d of dims) {
    if (strides[d] !== step) return false;
    step *= sizes[d];
  }
  return true;
}

/** Whether dimension `a` belongs outside `b` (positive), inside (negative), or nothing is known (0). */
function compareDims(a: number, b: number, sizes: Sizes, layouts: readonly Sizes[]): number {
  for (const strides of layouts) {
    // A broadcast dimension says nothing.
    if (strides[a] === 0 || strides[b] === 0) continue;
    if (strides[a] !== strides[b]) return strides[a] - strides[b];
    if (sizes[a] > sizes[b]) return 1;
  }
  return 0;
}

/** Strides without gaps that keep the order of dimensions of `layouts` (strides for `sizes`), the first one first. */
function denseStrides(sizes: Sizes, layouts: readonly Sizes[]): number[] {
  const order = [...sizes.keys()].reverse();
  // Insertion by pairs, as incomparable dimensions make the order depend on who is compared with whom.
  for (let i = 1; i < order.length; i++) {
    for (let at = i, k = i - 1; k >= 0; k--) {
      const verdict = compareDims(order[k], order[at], sizes, layouts);
      if (verdict < 0) break;
      if (verdict > 0) {
        [order[k], order[at]] = [order[at], order[k]];
        at = k;
      }
    }
  }
  const strides = new Array<number>(sizes.length);
  let step = 1;
  for (const d of order) {
    strides[d] = step;
    step *= Math.max(1, sizes[d]);
  }
  return strides;
}

/** The strides of `empty_like(x)` and `x.clone()`: x's own where it is dense, else dense ones in x's order. */
export function preservedStrides(x: Tensor): Sizes {
  if (x.isContiguous) return contiguousStrides(x.sizes);
  return isDense(x.sizes, x.strides) ? x.strides : denseStrides(x.sizes, [x.strides]);
}

/** The strides of an elementwise result of `sizes`; null: row-major. */
export function elementwiseStrides(operands: readonly Tensor[], sizes: Sizes): Sizes | null {
  if (sizes.length < 2 || operands.every((x) => x.isContiguous)) return null;
  const [first] = operands;
  const alike = operands.every((x) => sameSizes(x.sizes, sizes) && sameSizes(x.strides, first.strides));
  if (alike && isDense(sizes, first.strides)) return first.strides;
  return denseStrides(
    sizes,
    operands.map((x) => broadcastStrides(x.sizes, x.strides, sizes)),
  );
}

/** `fresh` (contiguous, new) with other dense strides. */
export function withStrides(fresh: Tensor, strides: Sizes | null): Tensor {
  return strides ? fresh.alias(fresh.sizes, strides) : fresh;
}

/** Dimensions from the innermost out of the formats that keep the channels last. */
const formats: Readonly<Record<string, readonly number[]>> = {
  channels_last: [1, 3, 2, 0],
  channels_last_3d: [1, 4, 3, 2, 0],
};

/** The strides of a dense tensor in a memory format. */
export function formatStrides(sizes: Sizes, format: string): Sizes {
  const order = formats[format];
  if (!order) return contiguousStrides(sizes);
  check(sizes.length === order.length, `required rank ${order.length} tensor to use ${format} format`);
  const strides = new Array<number>(sizes.length);
  let step = 1;
  for (const d of order) {
    strides[d] = step;
    step *= sizes[d];
  }
  return strides;
}

/** Whether the elements lie as a memory format has them. */
export function hasFormat(x: Tensor, format: string): boolean {
  const order = formats[format];
  if (!order) return x.isContiguous;
  if (x.ndim !== order.length) return false;
  const wanted = formatStrides(x.sizes, format);
  return x.sizes.every((n, d) => n === 1 || x.strides[d] === wanted[d]);
}

/** The format that results of an operation on images take from `x`; null: row-major. */
export function suggestedFormat(x: Tensor): string | null {
  for (const [name, order] of Object.entries(formats)) {
    if (x.ndim === order.length && channelsFirstInMemory(x, order)) return name;
  }
  return null;
}

function channelsFirstInMemory(x: Tensor, order: readonly number[]): boolean {
  let least = 0;
  if (x.strides[1] === 0) return false;
  for (const d of order) {
    if (x.sizes[d] === 0 || x.strides[d] < least) return false;
    // One sample of one row-major pixel column could be either.
    if (d === 0 && least === x.strides[1]) return false;
    least = x.strides[d] * Math.max(1, x.sizes[d]);
  }
  return true;
}
