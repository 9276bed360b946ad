import type { Gradient } from "../autograd/node";
import { modes } from "../modes";
import { defineOp, isTensor, type Op, type OpSpec } from "../op";
import { isTensorParam, parseSchema } from "../schema";
import type { Tensor } from "../tensor";
import { detach } from "./copies";
import { recomputedGradients } from "./nn/recomputed";

type Spec<A extends readonly unknown[]> = Omit<OpSpec<A, Tensor, A>, "save" | "backward">;

/**
 * An op made of other ops that is one node of the graph all the same, as it is one in PyTorch: its gradient is that of
 * `forward`, which is run once more. In-place forms of such an op keep what they need of the old values.
 */
export function defineComposed<A extends readonly unknown[]>(spec: Spec<A>): Op<A, Tensor> {
  const { params } = parseSchema(spec.schema);
  const slots = params.flatMap((p, i) => ((spec.slots ? spec.slots.includes(p.name) : isTensorParam(p)) ? [i] : []));
  return defineOp<A, Tensor, A>({
    ...spec,
    save: (args) => args,
    backward: (_grad, args, needs, grads): readonly Gradient[] => {
      const again = (inputs: readonly (Tensor | null)[]): Tensor[] => {
        const given: unknown[] = [...args];
        slots.forEach((slot, i) => {
          if (inputs[i]) given[slot] = inputs[i];
        });
        return [spec.forward(...(given as unknown as A))];
      };
      const inputs = slots.map((slot) => {
        const arg = args[slot];
        return isTensor(arg) ? arg : null;
      });
      const found = recomputedGradients(again, inputs, grads, needs);
      return modes.grad ? found : found.map((g) => g && detach(g));
    },
  });
}
