import type { Tensor } from "../tensor/tensor";
import { addQuotient, arithmeticOf, lerp, withElements } from "./arithmetic";
import {
  betasOf,
  checkedBetas,
  checkSettings,
  countStep,
  EPSILON,
  type Group,
  hasData,
  LEARNING_RATE,
  Optimizer,
  scalarState,
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** NAdam: Adam with Nesterov momentum (Dozat 2016). */
export class NAdam extends Optimizer {
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
    checkSettings(settings, [LEARNING_RATE, EPSILON]);
    settings.betas = checkedBetas(betas);
    checkSettings(settings, [WEIGHT_DECAY, { name: "momentum_decay", label: "momentum_decay value" }]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const product = scalarState(state, "mu_product", 1);
    const first = stateTensor(state, "exp_avg", p);
    const second = stateTensor(state, "exp_avg_sq", p);
    if (!hasData(p, grad, product)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, inner, round, scalar } = a;
    const [beta1, beta2] = betasOf(group);
    const lr = settingNumber(group.get("lr"));
    const weightDecay = settingNumber(group.get("weight_decay"));
    const decoupled = Boolean(group.get("decoupled_weight_decay"));
    const momentumDecay = settingNumber(group.get("momentum_decay"));
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const mu = momentum(count);
    const products = product.storage.data as Float32Array;
    products[product.offset] *= Math.fround(mu);
    const soFar = products[product.offset];
    const next = momentum(count + 1);
    const gradStep = scalar((-lr * (1 - mu)) / (1 - soFar));
    const averageStep = scalar((-lr * next) / (1 - soFar * next));
    const l2 = decoupled ? 0 : scalar(weightDecay);
    const shrink = decoupled && weightDecay !== 0 ? scalar(1 - lr * weightDecay) : 1;
    const weight1 = scalar(1 - beta1);
    const keep2 = scalar(beta2);
    const weight2 = scalar(1 - beta2);
    const correction2 = scalar(1 - beta2 ** count);
    const eps = scalar(settingNumber(group.get("eps")));
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, first, second, grad], 3, ([x, m, v, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (shrink !== 1) x[i] = round(x[i] * shrink);
        if (l2 !== 0) d = fma(l2, x[i], d);
        m[i] = lerp(a, m[i], d, weight1);
        v[i] = fma(inner(weight2 * d), d, round(v[i] * keep2));
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
