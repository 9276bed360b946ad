import type { Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { copyInto } from "./convert";
import { formatStrides, suggestedFormat, withStrides } from "./layout";

/** A copy with other dense strides, outside the graph. */
export function copyWithStrides(x: Tensor, strides: Sizes): Tensor {
  const out = withStrides(emptyFrom([x], x.sizes), strides);
  if (!out.isAbstract) copyInto(out, x);
  return out;
}

/** A fresh row-major result of an operation on images, laid out as the first of `inputs` that keeps channels last. */
export function inFormatOf(inputs: readonly (Tensor | null | undefined)[], fresh: Tensor): Tensor {
  for (const x of inputs) {
    if (!x || x.isContiguous || x.ndim !== fresh.ndim) continue;
    const format = suggestedFormat(x);
    if (!format) continue;
    const out = copyWithStrides(fresh, formatStrides(fresh.sizes, format));
    fresh.storage.release();
    return out;
  }
  return fresh;
}
