import { checkInplace, overwrite } from "../../autograd/inplace";
import { modes } from "../../modes";
import type { Op } from "../../op";
import type { Tensor } from "../../tensor";
import { floats, made } from "./floats";

/** A copy that stands for `self` in the graph, so that `self` may be overwritten while gradients remember its values. */
function snapshot(self: Tensor): Tensor {
  const copy = made([self], self.sizes, (y) => y.set(floats(self)));
  copy.gradNode = self.gradNode;
  copy.outputIndex = self.outputIndex;
  return copy;
}

/** Writes `op(self, …)` into `self`: a functional's `inplace=True`. */
export function inPlace<A extends readonly unknown[]>(
  op: Op<[Tensor, ...A], Tensor>,
  self: Tensor,
  ...args: A
): Tensor {
  if (!modes.grad || !self.requiresGrad) return overwrite(self, op(self, ...args));
  checkInplace(self);
  return overwrite(self, op(snapshot(self), ...args));
}
