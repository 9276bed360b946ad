import type { Tensor } from "../tensor/tensor";
import { addQuotient, arithmeticOf, lerp, withElements } from "./arithmetic";
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

/** RMSprop (Hinton's lecture), optionally centred (Graves 2013) and with momentum. */
export class RMSprop extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-2,
    alpha: unknown = 0.99,
    eps: unknown = 1e-8,
    weightDecay: unknown = 0,
    momentum: unknown = 0,
    centered = false,
    capturable = false,
    foreach: unknown = null,
    maximize = false,
    differentiable = false,
  ) {
    const settings = {
      lr,
      momentum,
      alpha,
      eps,
      centered,
      weight_decay: weightDecay,
      capturable,
      foreach,
      maximize,
      differentiable,
    };
    checkSettings(settings, [
      LEARNING_RATE,
      EPSILON,
      { name: "momentum", label: "momentum value" },
      WEIGHT_DECAY,
      { name: "alpha", label: "alpha value" },
    ]);
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    countStep(state);
    const momentum = settingNumber(group.get("momentum"));
    const alpha = settingNumber(group.get("alpha"));
    const squares = stateTensor(state, "square_avg", p);
    const buffer = momentum > 0 ? stateTensor(state, "momentum_buffer", p) : null;
    const mean = group.get("centered") ? stateTensor(state, "grad_avg", p) : null;
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, inner, round, scalar } = a;
    const l2 = scalar(settingNumber(group.get("weight_decay")));
    const keep = scalar(alpha);
    const take = scalar(1 - alpha);
    const eps = scalar(settingNumber(group.get("eps")));
    const step = scalar(-settingNumber(group.get("lr")));
    const speed = scalar(momentum);
    const sign = group.get("maximize") ? -1 : 1;
    const tensors = [p, squares, ...(buffer ? [buffer] : []), ...(mean ? [mean] : []), grad];
    withElements(tensors, tensors.length - 1, (arrays, n) => {
      const [x, v] = arrays;
      const g = arrays[arrays.length - 1];
      const b = buffer ? arrays[2] : null;
      const m = mean ? arrays[arrays.length - 2] : null;
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (l2 !== 0) d = fma(l2, x[i], d);
        v[i] = fma(inner(take * d), d, round(v[i] * keep));
        let variance = v[i];
        if (m) {
          m[i] = lerp(a, m[i], d, take);
          variance = fma(-m[i], m[i], variance);
        }
        const spread = round(round(Math.sqrt(variance)) + eps);
        if (b) {
          b[i] = addQuotient(a, round(b[i] * speed), 1, d, spread);
          x[i] = fma(step, b[i], x[i]);
        } else x[i] = addQuotient(a, x[i], step, d, spread);
      }
    });
  }
}

export const rmspropEntry = {
  name: "RMSprop",
  schema:
    "RMSprop(Params params, float lr=0.01, float alpha=0.99, float eps=1e-08, float weight_decay=0, " +
    "float momentum=0, bool centered=False, bool capturable=False, bool? foreach=None, bool maximize=False, " +
    "bool differentiable=False)",
  type: RMSprop,
  create: (...args: ConstructorParameters<typeof RMSprop>) => new RMSprop(...args),
  summary: "RMSprop: steps divided by a running root mean square of the gradient.",
};
