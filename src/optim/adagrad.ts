import type { Tensor } from "../tensor/tensor";
import { addQuotient, arithmeticOf, withElements } from "./arithmetic";
import {
  checkSettings,
  countStep,
  EPSILON,
  type Group,
  hasData,
  LEARNING_RATE,
  Optimizer,
  paramsOf,
  scalarState,
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** Adagrad (Duchi, Hazan & Singer 2011). */
export class Adagrad extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-2,
    lrDecay: unknown = 0,
    weightDecay: unknown = 0,
    initialAccumulatorValue: unknown = 0,
    eps: unknown = 1e-10,
    foreach: unknown = null,
    maximize = false,
    differentiable = false,
    fused: unknown = null,
  ) {
    const settings = {
      lr,
      lr_decay: lrDecay,
      eps,
      weight_decay: weightDecay,
      initial_accumulator_value: initialAccumulatorValue,
      foreach,
      maximize,
      differentiable,
      fused,
    };
    checkSettings(settings, [
      LEARNING_RATE,
      { name: "lr_decay", label: "lr_decay value" },
      WEIGHT_DECAY,
      { name: "initial_accumulator_value", label: "initial_accumulator_value value" },
      EPSILON,
    ]);
    super(params, settings);
    for (const group of this.paramGroups) {
      const start = settingNumber(group.get("initial_accumulator_value"));
      for (const p of paramsOf(group)) {
        const state = this.stateOf(p);
        scalarState(state, "step", 0);
        stateTensor(state, "sum", p, start);
      }
    }
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const sum = stateTensor(state, "sum", p);
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, round, scalar } = a;
    const l2 = scalar(settingNumber(group.get("weight_decay")));
    const rate = settingNumber(group.get("lr")) / (1 + (count - 1) * settingNumber(group.get("lr_decay")));
    const step = scalar(-rate);
    const eps = scalar(settingNumber(group.get("eps")));
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, sum, grad], 2, ([x, s, g], n) => {
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (l2 !== 0) d = fma(l2, x[i], d);
        s[i] = fma(d, d, s[i]);
        x[i] = addQuotient(a, x[i], step, d, round(round(Math.sqrt(s[i])) + eps));
      }
    });
  }
}

export const adagradEntry = {
  name: "Adagrad",
  schema:
    "Adagrad(Params params, float lr=0.01, float lr_decay=0, float weight_decay=0, " +
    "float initial_accumulator_value=0, float eps=1e-10, bool? foreach=None, *, bool maximize=False, " +
    "bool differentiable=False, bool? fused=None)",
  type: Adagrad,
  create: (...args: ConstructorParameters<typeof Adagrad>) => new Adagrad(...args),
  summary: "Adagrad: steps divided by the root of all squared gradients so far.",
};
