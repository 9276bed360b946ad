import type { Tensor } from "../tensor";
import { AccumulateGrad, type Edge } from "./node";

/** Where gradients of `t` flow: its node, or its accumulator if it is a leaf that wants them; else null. */
export function edgeOf(t: Tensor): Edge | null {
  const { sizes, dtype } = t;
  const node = t.gradNode;
  if (node !== null) return { node, index: t.outputIndex, sizes, dtype };
  if (!t.leafRequiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t);
  return { node: t.accumulator, index: 0, sizes, dtype };
}
