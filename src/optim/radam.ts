import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, lerp, withElements } from "./arithmetic";
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
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** RAdam: Adam whose adaptive step waits until its variance is known well enough (Liu et al. 2020). */
export class RAdam extends Optimizer {
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
    const settings = {
      lr,
      betas,
      eps,
      weight_decay: weightDecay,
      maximize,
      foreach,
      capturable,
      decoupled_weight_decay: decoupledWeightDecay,
      differentiable,
    };
    checkSettings(settings, [LEARNING_RATE, EPSILON]);
    settings.betas = checkedBetas(betas);
    checkSettings(settings, [WEIGHT_DECAY]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const first = stateTensor(state, "exp_avg", p);
    const second = stateTensor(state, "exp_avg_sq", p);
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, inner, round, scalar } = a;
    const [beta1, beta2] = betasOf(group);
    const rate = settingNumber(group.get("lr"));
    const weightDecay = settingNumber(group.get("weight_decay"));
    const decoupled = Boolean(group.get("decoupled_weight_decay"));
    const remaining2 = 1 - beta2 ** count;
    const lr = scalar(rate);
    const l2 = decoupled ? 0 : scalar(weightDecay);
    const shrink = decoupled && weightDecay !== 0 ? scalar(1 - rate * weightDecay) : 1;
    const weight1 = scalar(1 - beta1);
    const keep2 = scalar(beta2);
    const weight2 = scalar(1 - beta2);
    const correction1 = scalar(1 - beta1 ** count);
    const correction2 = scalar(Math.sqrt(remaining2));
    const eps = scalar(settingNumber(group.get("eps")));
    // Length of the simple average that the exponential one approximates, in the limit and now.
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * count * beta2 ** count) / remaining2;
    const adaptive = length > 5;
    const rectified = ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
    const factor = adaptive ? scalar(Math.sqrt(rectified)) : 1;
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, first, second, grad], 3, ([x, m, v, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (shrink !== 1) x[i] = round(x[i] * shrink);
        if (l2 !== 0) d = fma(l2, x[i], d);
        m[i] = lerp(a, m[i], d, weight1);
        v[i] = fma(inner(weight2 * d), d, round(v[i] * keep2));
        let step = round(round(m[i] / correction1) * lr);
        if (adaptive) {
          const inverse = round(1 / round(round(Math.sqrt(v[i])) + eps));
          step = round(round(step * round(inverse * correction2)) * factor);
        }
        x[i] = round(x[i] - step);
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
