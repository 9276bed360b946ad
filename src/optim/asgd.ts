import { fillInto } from "../tensor/kernels/fill";
import { Double } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, withElements } from "./arithmetic";
import {
  checkSettings,
  countStep,
  type Group,
  hasData,
  LEARNING_RATE,
  Optimizer,
  scalarState,
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** Averaged stochastic gradient descent (Polyak & Juditsky 1992). */
export class ASGD extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-2,
    lambd: unknown = 1e-4,
    alpha: unknown = 0.75,
    t0: unknown = new Double(1e6),
    weightDecay: unknown = 0,
    foreach: unknown = null,
    maximize = false,
    differentiable = false,
    capturable = false,
  ) {
    const settings = {
      lr,
      lambd,
      alpha,
      t0,
      weight_decay: weightDecay,
      foreach,
      maximize,
      differentiable,
      capturable,
    };
    checkSettings(settings, [LEARNING_RATE, WEIGHT_DECAY]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const lr = settingNumber(group.get("lr"));
    const eta = scalarState(state, "eta", lr);
    const mu = scalarState(state, "mu", 1);
    const average = stateTensor(state, "ax", p);
    if (!hasData(p, grad)) return;
    const { fma, round, scalar } = arithmeticOf(p.dtype);
    const lambda = settingNumber(group.get("lambd"));
    const l2 = scalar(settingNumber(group.get("weight_decay")));
    const rate = settingNumber(eta);
    const keep = scalar(1 - lambda * rate);
    const step = scalar(-rate);
    const share = settingNumber(mu);
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, average, grad], 2, ([x, mean, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (l2 !== 0) d = fma(l2, x[i], d);
        x[i] = fma(step, d, round(x[i] * keep));
        mean[i] = share === 1 ? x[i] : round(mean[i] + round(round(x[i] - mean[i]) * share));
      }
    });
    fillInto(eta, lr / (1 + lambda * lr * count) ** settingNumber(group.get("alpha")));
    fillInto(mu, 1 / Math.max(1, count - settingNumber(group.get("t0"))));
  }
}

export const asgdEntry = {
  name: "ASGD",
  schema:
    "ASGD(Params params, float lr=0.01, float lambd=0.0001, float alpha=0.75, float t0=1000000.0, " +
    "float weight_decay=0, bool? foreach=None, bool maximize=False, bool differentiable=False, bool capturable=False)",
  type: ASGD,
  create: (...args: ConstructorParameters<typeof ASGD>) => new ASGD(...args),
  summary: "Stochastic gradient descent that also keeps an average of the parameters.",
};
