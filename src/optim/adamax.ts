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

/** Adamax: Adam with the infinity norm (Kingma & Ba 2015). */
export class Adamax extends Optimizer {
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
    const settings = { lr, betas, eps, weight_decay: weightDecay, foreach, maximize, differentiable, capturable };
    checkSettings(settings, [LEARNING_RATE, EPSILON]);
    settings.betas = checkedBetas(betas);
    checkSettings(settings, [WEIGHT_DECAY]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const first = stateTensor(state, "exp_avg", p);
    const norm = stateTensor(state, "exp_inf", p);
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, round, scalar } = a;
    const [beta1, beta2] = betasOf(group);
    const l2 = scalar(settingNumber(group.get("weight_decay")));
    const weight = scalar(1 - beta1);
    const keep = scalar(beta2);
    const eps = scalar(settingNumber(group.get("eps")));
    const step = scalar(-(settingNumber(group.get("lr")) / (1 - beta1 ** count)));
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, first, norm, grad], 3, ([x, m, u, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (l2 !== 0) d = fma(l2, x[i], d);
        m[i] = lerp(a, m[i], d, weight);
        u[i] = Math.max(round(u[i] * keep), round(Math.abs(d) + eps));
        x[i] = addQuotient(a, x[i], step, m[i], u[i]);
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
