import type { Tensor } from "../tensor/tensor";
import { Adaptive, type AdaptiveStep, decayed } from "./adaptive";
import { addQuotient, lerp, withElements } from "./arithmetic";

/** Adamax: Adam with the infinity norm (Kingma & Ba 2015). */
export class Adamax extends Adaptive {
  constructor(
    params: unknown,
    lr: unknown = 2e-3,
    betas: unknown = [0.9, 0.999],
    eps: unknown = 1e-8,
    weightDecay: unknown = 0,
    foreach: unknown = null,
    maximize = false,
    differentiable = false,
    capturable = false,
  ) {
    super(params, { lr, betas, eps, weight_decay: weightDecay, foreach, maximize, differentiable, capturable });
  }

  protected override spreadName(): string {
    return "exp_inf";
  }

  protected override advance(step: AdaptiveStep, tensors: readonly Tensor[]): void {
    const { arithmetic: a, eps, keep2, weight1 } = step;
    const { round } = a;
    const size = a.scalar(-(step.lr / (1 - step.beta1 ** step.count)));
    withElements(tensors, 3, ([x, m, u, g], n) => {
      for (let i = 0; i < n; i++) {
        const d = decayed(step, x, g, i);
        m[i] = lerp(a, m[i], d, weight1);
        u[i] = Math.max(round(u[i] * keep2), round(Math.abs(d) + eps));
        x[i] = addQuotient(a, x[i], size, m[i], u[i]);
      }
    });
  }
}

export const adamaxEntry = {
  name: "Adamax",
  schema:
    "Adamax(Params params, float lr=0.002, float[2] betas=[0.9, 0.999], float eps=1e-08, float weight_decay=0, " +
    "bool? foreach=None, *, bool maximize=False, bool differentiable=False, bool capturable=False)",
  type: Adamax,
  create: (...args: ConstructorParameters<typeof Adamax>) => new Adamax(...args),
  summary: "Adamax: Adam with the largest recent gradient in place of its mean square.",
};
