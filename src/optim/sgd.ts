import { check } from "../tensor/errors";
import { fastSgd } from "../tensor/kernels/fast_optimizer";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, withElements } from "./arithmetic";
import {
  checkSettings,
  type Group,
  hasData,
  LEARNING_RATE,
  Optimizer,
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** Stochastic gradient descent, with momentum (Sutskever's form), Nesterov momentum and L2 weight decay. */
export class SGD extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-3,
    momentum: unknown = 0,
    dampening: unknown = 0,
    weightDecay: unknown = 0,
    nesterov = false,
    maximize = false,
    foreach: unknown = null,
    differentiable = false,
    fused: unknown = null,
  ) {
    const settings = {
      lr,
      momentum,
      dampening,
      weight_decay: weightDecay,
      nesterov,
      maximize,
      foreach,
      differentiable,
      fused,
    };
    checkSettings(settings, [LEARNING_RATE, { name: "momentum", label: "momentum value" }, WEIGHT_DECAY]);
    check(
      !nesterov || (settingNumber(momentum) > 0 && settingNumber(dampening) === 0),
      "Nesterov momentum requires a momentum and zero dampening",
      "ValueError",
    );
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const momentum = settingNumber(group.get("momentum"));
    const state = momentum === 0 ? null : this.stateOf(p);
    const first = state !== null && !state.get("momentum_buffer");
    const buffer = state && stateTensor(state, "momentum_buffer", p);
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { fma, round } = a;
    const decay = a.scalar(settingNumber(group.get("weight_decay")));
    const keep = a.scalar(momentum);
    const take = a.scalar(1 - settingNumber(group.get("dampening")));
    const step = a.scalar(-settingNumber(group.get("lr")));
    const sign = group.get("maximize") ? -1 : 1;
    const nesterov = Boolean(group.get("nesterov"));
    if (fastSgd(p, buffer, grad, { decay, keep, take, step, sign, first, nesterov })) return;
    withElements(buffer ? [p, buffer, grad] : [p, grad], buffer ? 2 : 1, (arrays, n) => {
      const x = arrays[0];
      const g = arrays[arrays.length - 1];
      const b = buffer ? arrays[1] : null;
      for (let i = 0; i < n; i++) {
        let d = sign * g[i];
        if (decay !== 0) d = fma(decay, x[i], d);
        if (b) {
          const v = first ? d : fma(take, d, round(b[i] * keep));
          b[i] = v;
          d = nesterov ? fma(keep, v, d) : v;
        }
        x[i] = fma(step, d, x[i]);
      }
    });
  }
}

export const sgdEntry = {
  name: "SGD",
  schema:
    "SGD(Params params, float lr=0.001, float momentum=0, float dampening=0, float weight_decay=0, " +
    "bool nesterov=False, *, bool maximize=False, bool? foreach=None, bool differentiable=False, bool? fused=None)",
  type: SGD,
  create: (...args: ConstructorParameters<typeof SGD>) => new SGD(...args),
  summary: "Stochastic gradient descent, optionally with momentum and weight decay.",
};
