import { Double } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, withElements } from "./arithmetic";
import {
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

/** Adadelta (Zeiler 2012). */
export class Adadelta extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = new Double(1),
    rho: unknown = 0.9,
    eps: unknown = 1e-6,
    weightDecay: unknown = 0,
    foreach: unknown = null,
    capturable = false,
    maximize = false,
    differentiable = false,
  ) {
    const settings = { lr, rho, eps, weight_decay: weightDecay, maximize, capturable, foreach, differentiable };
    checkSettings(settings, [LEARNING_RATE, { name: "rho", label: "rho value", atMost: 1 }, EPSILON, WEIGHT_DECAY]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    countStep(state);
    const squares = stateTensor(state, "square_avg", p);
    const deltas = stateTensor(state, "acc_delta", p);
    if (!hasData(p, grad)) return;
    const { fma, inner, round, scalar } = arithmeticOf(p.dtype);
    const rho = settingNumber(group.get("rho"));
    const l2 = scalar(settingNumber(group.get("weight_decay")));
    const keep = scalar(rho);
    const take = scalar(1 - rho);
    const eps = scalar(settingNumber(group.get("eps")));
    const step = scalar(-settingNumber(group.get("lr")));
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, squares, deltas, grad], 3, ([x, v, u, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (l2 !== 0) d = fma(l2, x[i], d);
        v[i] = fma(inner(take * d), d, round(v[i] * keep));
        const spread = round(Math.sqrt(round(v[i] + eps)));
        const delta = round(round(round(Math.sqrt(round(u[i] + eps))) / spread) * d);
        u[i] = fma(inner(take * delta), delta, round(u[i] * keep));
        x[i] = fma(step, delta, x[i]);
      }
    });
  }
}

export const adadeltaEntry = {
  name: "Adadelta",
  schema:
    "Adadelta(Params params, float lr=1.0, float rho=0.9, float eps=1e-06, float weight_decay=0, " +
    "bool? foreach=None, *, bool capturable=False, bool maximize=False, bool differentiable=False)",
  type: Adadelta,
  create: (...args: ConstructorParameters<typeof Adadelta>) => new Adadelta(...args),
  summary: "Adadelta: steps in the unit of the parameter, from running averages of gradients and past steps.",
};
