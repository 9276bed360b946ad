import { grad } from "../../autograd/engine";
import type { Gradient } from "../../autograd/node";
import { enableGrad } from "../../modes";
import type { Tensor } from "../../tensor";
import { view } from "../views";

/**
 * Gradients of a kernel that can be differentiated again: the kernel's result is computed once more out of recorded
 * ops, and their gradients are taken. For `backward` under `create_graph`, where a kernel's own gradient has no history.
 *
 * @param forward the kernel's results from its inputs, by recorded ops only
 * @param inputs one per tensor slot; null where nothing was given
 * @param grads one per result
 */
export function recomputedGradients(
  forward: (inputs: readonly (Tensor | null)[]) => readonly Tensor[],
  inputs: readonly (Tensor | null)[],
  grads: readonly Gradient[],
  needs: readonly boolean[],
): Gradient[] {
  return enableGrad(() => {
    // Each input behind a node of its own: what one input owes to another is not this kernel's affair.
    const own = inputs.map((t, i) => (t && needs[i] && t.requiresGrad ? view(t, t.sizes) : t));
    const results = forward(own);
    const known = results.flatMap((result, i) => {
      const g = grads[i];
      return g && result.requiresGrad ? [{ result, g }] : [];
    });
    const wanted = own.flatMap((t, i) => (t && t !== inputs[i] ? [t] : []));
    if (known.length === 0 || wanted.length === 0) return inputs.map(() => null);
    const found = grad(
      known.map(({ result }) => result),
      wanted,
      known.map(({ g }) => g),
      { createGraph: true, allowUnused: true },
    );
    let next = 0;
    return own.map((t, i) => (t && t !== inputs[i] ? found[next++] : null));
  });
}
