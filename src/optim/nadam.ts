import type { Tensor } from "../tensor/tensor";
import { Adaptive, type AdaptiveStep, average, decayed } from "./adaptive";
import { addQuotient, withElements } from "./arithmetic";
import { type Group, scalarState, settingNumber } from "./optimizer";

/** NAdam: Adam with Nesterov momentum (Dozat 2016). */
export class NAdam extends Adaptive {
  constructor(
    params: unknown,
    lr: unknown = 2e-3,
    betas: unknown = [0.9, 0.999],
    eps: unknown = 1e-8,
    weightDecay: unknown = 0,
    momentumDecay: unknown = 4e-3,
    decoupledWeightDecay = false,
    foreach: unknown = null,
    maximize = false,
    capturable = false,
    differentiable = false,
  ) {
    const settings = {
      lr,
      betas,
      eps,
      weight_decay: weightDecay,
      momentum_decay: momentumDecay,
      decoupled_weight_decay: decoupledWeightDecay,
      maximize,
      foreach,
      capturable,
      differentiable,
    };
    super(params, settings, [{ name: "momentum_decay", label: "momentum_decay value" }]);
  }

  /** The product of all momenta so far. */
  protected override extraState(p: Tensor): Tensor {
    return scalarState(this.stateOf(p), "mu_product", 1);
  }

  protected override advance(step: AdaptiveStep, tensors: readonly Tensor[], group: Group, product: Tensor): void {
    const { arithmetic: a, count, beta1, beta2, eps, lr } = step;
    const { round, scalar } = a;
    const momentumDecay = settingNumber(group.get("momentum_decay"));
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const mu = momentum(count);
    const products = product.storage.data as Float32Array;
    products[product.offset] *= Math.fround(mu);
    const soFar = products[product.offset];
    const next = momentum(count + 1);
    const gradStep = scalar((-lr * (1 - mu)) / (1 - soFar));
    const averageStep = scalar((-lr * next) / (1 - soFar * next));
    const correction2 = scalar(1 - beta2 ** count);
    withElements(tensors, 3, ([x, m, v, g], n) => {
      for (let i = 0; i < n; i++) {
        const d = decayed(step, x, g, i);
        average(step, m, v, d, i);
        const spread = round(round(Math.sqrt(round(v[i] / correction2))) + eps);
        x[i] = addQuotient(a, addQuotient(a, x[i], gradStep, d, spread), averageStep, m[i], spread);
      }
    });
  }
}

export const nadamEntry = {
  name: "NAdam",
  schema:
    "NAdam(Params params, float lr=0.002, float[2] betas=[0.9, 0.999], float eps=1e-08, float weight_decay=0, " +
    "float momentum_decay=0.004, bool decoupled_weight_decay=False, *, bool? foreach=None, bool maximize=False, " +
    "bool capturable=False, bool differentiable=False)",
  type: NAdam,
  create: (...args: ConstructorParameters<typeof NAdam>) => new NAdam(...args),
  summary: "NAdam: Adam with Nesterov momentum.",
};
