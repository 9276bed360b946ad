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
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** Adam (Kingma & Ba 2015), with the AMSGrad variant and L2 or decoupled weight decay. */
export class Adam extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-3,
    betas: unknown = [0.9, 0.999],
    eps: unknown = 1e-8,
    weightDecay: unknown = 0,
    amsgrad = false,
    foreach: unknown = null,
    maximize = false,
    capturable = false,
    differentiable = false,
    fused: unknown = null,
    decoupledWeightDecay = false,
  ) {
    const settings = {
      lr,
      betas,
      eps,
      weight_decay: weightDecay,
      amsgrad,
      maximize,
      foreach,
      capturable,
      differentiable,
      fused,
      decoupled_weight_decay: decoupledWeightDecay,
    };
    checkSettings(settings, [LEARNING_RATE, EPSILON]);
    settings.betas = checkedBetas(betas);
    checkSettings(settings, [WEIGHT_DECAY]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const step = countStep(state);
    const amsgrad = Boolean(group.get("amsgrad"));
    const first = stateTensor(state, "exp_avg", p);
    const second = stateTensor(state, "exp_avg_sq", p);
    const largest = amsgrad ? stateTensor(state, "max_exp_avg_sq", p) : null;
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, inner, round, scalar } = a;
    const [beta1, beta2] = betasOf(group);
    const lr = settingNumber(group.get("lr"));
    const weightDecay = settingNumber(group.get("weight_decay"));
    const decoupled = Boolean(group.get("decoupled_weight_decay"));
    const l2 = decoupled ? 0 : scalar(weightDecay);
    const shrink = decoupled && weightDecay !== 0 ? scalar(1 - lr * weightDecay) : 1;
    const weight1 = scalar(1 - beta1);
    const keep2 = scalar(beta2);
    const weight2 = scalar(1 - beta2);
    const stepSize = scalar(-(lr / (1 - beta1 ** step)));
    const correction2 = scalar(Math.sqrt(1 - beta2 ** step));
    const eps = scalar(settingNumber(group.get("eps")));
    const sign = group.get("maximize") ? -1 : 1;
    const tensors = largest ? [p, first, second, largest, grad] : [p, first, second, grad];
    withElements(tensors, tensors.length - 1, (arrays, n) => {
      const [x, m, v] = arrays;
      const g = arrays[arrays.length - 1];
      const top = largest ? arrays[3] : null;
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (shrink !== 1) x[i] = round(x[i] * shrink);
        if (l2 !== 0) d = fma(l2, x[i], d);
        m[i] = lerp(a, m[i], d, weight1);
        v[i] = fma(inner(weight2 * d), d, round(v[i] * keep2));
        let squares = v[i];
        if (top) squares = top[i] = Math.max(top[i], squares);
        const denominator = round(round(round(Math.sqrt(squares)) / correction2) + eps);
        x[i] = addQuotient(a, x[i], stepSize, m[i], denominator);
      }
    });
  }
}

/** Adam with weight decay apart from the gradient (Loshchilov & Hutter 2019). */
export class AdamW extends Adam {
  constructor(
    params: unknown,
    lr: unknown = 1e-3,
    betas: unknown = [0.9, 0.999],
    eps: unknown = 1e-8,
    weightDecay: unknown = 1e-2,
    amsgrad = false,
    maximize = false,
    foreach: unknown = null,
    capturable = false,
    differentiable = false,
    fused: unknown = null,
  ) {
    super(params, lr, betas, eps, weightDecay, amsgrad, foreach, maximize, capturable, differentiable, fused, true);
  }
}

export const adamEntry = {
  name: "Adam",
  schema:
    "Adam(Params params, float lr=0.001, float[2] betas=[0.9, 0.999], float eps=1e-08, float weight_decay=0, " +
    "bool amsgrad=False, *, bool? foreach=None, bool maximize=False, bool capturable=False, " +
    "bool differentiable=False, bool? fused=None, bool decoupled_weight_decay=False)",
  type: Adam,
  create: (...args: ConstructorParameters<typeof Adam>) => new Adam(...args),
  summary: "Adam: steps scaled by running averages of the gradient and its square.",
};

export const adamWEntry = {
  name: "AdamW",
  schema:
    "AdamW(Params params, float lr=0.001, float[2] betas=[0.9, 0.999], float eps=1e-08, float weight_decay=0.01, " +
    "bool amsgrad=False, *, bool maximize=False, bool? foreach=None, bool capturable=False, " +
    "bool differentiable=False, bool? fused=None)",
  type: AdamW,
  create: (...args: ConstructorParameters<typeof AdamW>) => new AdamW(...args),
  summary: "Adam with weight decay that does not pass through the gradient's averages.",
};
