import { copyInto } from "../kernels/convert";
import { sameSizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import type { Flow } from "./node";

/** Sums of gradients: recorded when a graph of the gradient is wanted, in place where the memory is the engine's. */
export interface Addition {
  readonly recorded: (a: Tensor, b: Tensor) => Tensor;
  readonly into: (target: Tensor, b: Tensor) => void;
}

/** An expanded gradient shares elements: it cannot be written to. */
function writable(flow: Flow): boolean {
  return flow.owned && flow.grad.isContiguous;
}

/** `a + b` of two gradients of one tensor. */
export function addFlows(a: Flow, b: Flow, addition: Addition, record: boolean): Flow {
  const target = writable(a) ? a.grad : writable(b) ? b.grad : null;
  if (record || target === null || target.isAbstract || !sameSizes(a.grad.sizes, b.grad.sizes)) {
    return { grad: addition.recorded(a.grad, b.grad), owned: !record };
  }
  const other = target === a.grad ? b.grad : a.grad;
  addition.into(target, other);
  if (other !== target && a.owned && b.owned) other.storage.release();
  return { grad: target, owned: true };
}

/** Adds a gradient to `.grad` of a leaf: kept as it is when it is ours to keep, copied when others may hold it. */
export function accumulate(variable: Tensor, flow: Flow, addition: Addition, record: boolean): void {
  const { grad: before } = variable;
  const { grad } = flow;
  if (before === null) {
    variable.grad = record || (flow.owned && grad.isContiguous) ? grad : copyOf(grad);
  } else if (record || before.isAbstract !== grad.isAbstract) {
    variable.grad = addition.recorded(before, grad);
  } else if (!before.isAbstract) {
    addition.into(before, grad);
    before.versionCounter.value++;
  }
}

function copyOf(grad: Tensor): Tensor {
  const copy = empty(grad.sizes, grad.dtype, grad.isAbstract);
  if (!copy.isAbstract) copyInto(copy, grad);
  return copy;
}
