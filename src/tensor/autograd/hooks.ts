import { check } from "../errors";
import type { Tensor } from "../tensor";
import { edgeOf } from "./edge";
import { AccumulateGrad, type TensorHook } from "./node";

export interface HookHandle {
  readonly remove: () => void;
}

function removable<T>(list: T[], item: T): HookHandle {
  list.push(item);
  return {
    remove: () => {
      const at = list.indexOf(item);
      if (at >= 0) list.splice(at, 1);
    },
  };
}

/** `tensor.register_hook(hook)`: called with the gradient, may return another. */
export function registerHook(t: Tensor, hook: TensorHook): HookHandle {
  const edge = edgeOf(t);
  check(edge !== null, "cannot register a hook on a tensor that doesn't require gradient");
  const { node, index } = edge!;
  node.hooks ??= new Map();
  const hooks = node.hooks.get(index) ?? [];
  node.hooks.set(index, hooks);
  return removable(hooks, hook);
}

/** `tensor.register_post_accumulate_grad_hook(hook)`: called with the leaf after its `.grad` was updated. */
export function registerPostAccumulateGradHook(t: Tensor, hook: (variable: Tensor) => void): HookHandle {
  const node = edgeOf(t)?.node;
  check(node !== undefined, "cannot register a hook on a tensor that doesn't require gradient");
  check(node instanceof AccumulateGrad, "post accumulate grad hooks cannot be registered on non-leaf tensors");
  const leaf = node as AccumulateGrad;
  leaf.postHooks ??= [];
  return removable(leaf.postHooks, hook);
}

/** `tensor.retain_grad()`: a non-leaf keeps its gradient in `.grad`. */
export function retainGrad(t: Tensor): void {
  check(t.requiresGrad, "can't retain_grad on Tensor that has requires_grad=False");
  const { gradNode } = t;
  if (!gradNode) return;
  gradNode.retained ??= new Map();
  gradNode.retained.set(t.outputIndex, t);
}

/** `tensor.retains_grad`. */
export function retainsGrad(t: Tensor): boolean {
  return t.gradNode?.retained?.get(t.outputIndex) === t;
}
