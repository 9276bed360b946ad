import type { Tensor } from "../tensor";

/** Dimensions from the innermost out when the tensor is dense but not row-major; null otherwise. */
export function memoryOrder(x: Tensor): number[] | null {
  if (x.isContiguous) return null;
  const order = [...x.sizes.keys()].sort((a, b) => x.strides[a] - x.strides[b] || b - a);
  let step = 1;
  for (const d of order) {
    if (x.sizes[d] !== 1 && x.strides[d] !== step) return null;
    step *= x.sizes[d];
  }
  return order;
}

/** A fresh contiguous tensor with its dimensions laid out in another order, the innermost first. */
export function inOrder(fresh: Tensor, order: readonly number[]): Tensor {
  const strides = new Array<number>(fresh.ndim);
  let step = 1;
  for (const d of order) {
    strides[d] = step;
    step *= fresh.sizes[d];
  }
  return fresh.alias(fresh.sizes, strides);
}
