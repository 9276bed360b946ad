import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { sum } from "./reduction";
import { view } from "./views";

/** Undoes broadcasting: sums over the dimensions in which `sizes` was widened to those of `x`. */
export function sumTo(x: Tensor, sizes: Sizes): Tensor {
  const lead = x.ndim - sizes.length;
  const dims: number[] = [];
  for (let d = 0; d < x.ndim; d++) if (d < lead || (sizes[d - lead] === 1 && x.sizes[d] !== 1)) dims.push(d);
  const summed = dims.length > 0 ? sum(x, dims, true) : x;
  return lead > 0 ? view(summed, sizes) : summed;
}
