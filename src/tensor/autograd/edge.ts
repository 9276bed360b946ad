import type { Tensor } from "../tensor";
import { accumulate } from "./accumulate";
import { AccumulateGrad, type Edge } from "./node";

/** Where gradients of `t` flow: its node, or its accumulator if it is a leaf that wants them; else null. */
export function edgeOf(t: Tensor): Edge | null {
  if (t.gradNode) return { node: t.gradNode, index: t.outputIndex };
  if (!t.leafRequiresGrad) return null;
  t.accumulator ??= new AccumulateGrad(t, accumulate);
  return { node: t.accumulator, index: 0 };
}
