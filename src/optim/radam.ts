import type { Tensor } from "../tensor/tensor";
import { Adaptive, type AdaptiveStep, average, decayed } from "./adaptive";
import { withElements } from "./arithmetic";

/** RAdam: Adam whose adaptive step waits until its variance is known well enough (Liu et al. 2020). */
export class RAdam extends Adaptive {
  constructor(
    params: unknown,
    lr: unknown = 1e-3,
    betas: unknown = [0.9, 0.999],
    eps: unknown = 1e-8,
    weightDecay: unknown = 0,
    decoupledWeightDecay = false,
    foreach: unknown = null,
    maximize = false,
    capturable = false,
    differentiable = false,
  ) {
    super(params, {
      lr,
      betas,
      eps,
      weight_decay: weightDecay,
      maximize,
      foreach,
      capturable,
      decoupled_weight_decay: decoupledWeightDecay,
      differentiable,
    });
  }

  protected override advance(step: AdaptiveStep, tensors: readonly Tensor[]): void {
    const { count, beta1, beta2, eps } = step;
    const { round, scalar } = step.arithmetic;
    const remaining2 = 1 - beta2 ** count;
    const lr = scalar(step.lr);
    const correction1 = scalar(1 - beta1 ** count);
    const correction2 = scalar(Math.sqrt(remaining2));
    // Length of the simple average that the exponential one approximates, in the limit and now.
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * count * beta2 ** count) / remaining2;
    const adaptive = length > 5;
    const rectified = ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
    const factor = adaptive ? scalar(Math.sqrt(rectified)) : 1;
    withElements(tensors, 3, ([x, m, v, g], n) => {
      for (let i = 0; i < n; i++) {
        average(step, m, v, decayed(step, x, g, i), i);
        let change = round(round(m[i] / correction1) * lr);
        if (adaptive) {
          const inverse = round(1 / round(round(Math.sqrt(v[i])) + eps));
          change = round(round(change * round(inverse * correction2)) * factor);
        }
        x[i] = round(x[i] - change);
      }
    });
  }
}

export const radamEntry = {
  name: "RAdam",
  schema:
    "RAdam(Params params, float lr=0.001, float[2] betas=[0.9, 0.999], float eps=1e-08, float weight_decay=0, " +
    "bool decoupled_weight_decay=False, *, bool? foreach=None, bool maximize=False, bool capturable=False, " +
    "bool differentiable=False)",
  type: RAdam,
  create: (...args: ConstructorParameters<typeof RAdam>) => new RAdam(...args),
  summary: "RAdam: Adam with a rectified start.",
};
