import { check } from "../tensor/errors";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, withElements } from "./arithmetic";
import { containers, itemsOf } from "./dictionary";
import {
  checkSettings,
  countStep,
  type Group,
  hasData,
  LEARNING_RATE,
  Optimizer,
  settingNumber,
  stateTensor,
} from "./optimizer";
import { settingText } from "./text";

const pairOf = (value: unknown): readonly [number, number] => {
  const [first, second] = (itemsOf(value) ?? []).map(settingNumber);
  return [first, second];
};

/** Resilient backpropagation (Riedmiller & Braun 1993): steps by the gradient's sign alone. */
export class Rprop extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-2,
    etas: unknown = [0.5, 1.2],
    stepSizes: unknown = [1e-6, 50],
    capturable = false,
    foreach: unknown = null,
    maximize = false,
    differentiable = false,
  ) {
    const tuple = (v: unknown): unknown => (Array.isArray(v) ? containers.tuple(v) : v);
    const settings = {
      lr,
      etas: tuple(etas),
      step_sizes: tuple(stepSizes),
      foreach,
      maximize,
      differentiable,
      capturable,
    };
    checkSettings(settings, [LEARNING_RATE]);
    const [shrink, grow] = pairOf(etas);
    check(
      shrink > 0 && shrink < 1 && grow > 1,
      () => `Invalid eta values: ${(itemsOf(etas) ?? []).map(settingText).join(", ")}`,
      "ValueError",
    );
    super(params, settings);
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    countStep(state);
    const previous = stateTensor(state, "prev", p);
    const steps = stateTensor(state, "step_size", p, settingNumber(group.get("lr")));
    if (!hasData(p, grad)) return;
    const { round, scalar } = arithmeticOf(p.dtype);
    const [shrink, grow] = pairOf(group.get("etas")).map(scalar);
    const [least, most] = pairOf(group.get("step_sizes")).map(scalar);
    const sign = group.get("maximize") ? -1 : 1;
    withElements([p, previous, steps, grad], 3, ([x, before, s, g], n) => {
      for (let i = 0; i < n; i++) {
        const d = sign * g[i];
        const agreement = round(d * before[i]);
        const factor = agreement > 0 ? grow : agreement < 0 ? shrink : 1;
        s[i] = Math.min(Math.max(round(s[i] * factor), least), most);
        // Where the sign has turned, this step is left out.
        before[i] = agreement < 0 ? 0 : d;
        x[i] = round(x[i] - Math.sign(before[i]) * s[i]);
      }
    });
  }
}

export const rpropEntry = {
  name: "Rprop",
  schema:
    "Rprop(Params params, float lr=0.01, float[2] etas=[0.5, 1.2], float[2] step_sizes=[1e-06, 50], *, " +
    "bool capturable=False, bool? foreach=None, bool maximize=False, bool differentiable=False)",
  type: Rprop,
  create: (...args: ConstructorParameters<typeof Rprop>) => new Rprop(...args),
  summary: "Resilient backpropagation: each step grows while the gradient keeps its sign and shrinks when it turns.",
};
