import { check } from "../tensor/errors";
import { isTensor } from "../tensor/op";
import type { Tensor } from "../tensor/tensor";
import { type Arithmetic, arithmeticOf, type Floats, lerp } from "./arithmetic";
import {
  betasOf,
  checkedBetas,
  checkSettings,
  countStep,
  EPSILON,
  type Group,
  hasData,
  LEARNING_RATE,
  type Limit,
  Optimizer,
  settingNumber,
  stateTensor,
  WEIGHT_DECAY,
} from "./optimizer";

/** The numbers of one step on one parameter, rounded as its dtype wants them. */
export interface AdaptiveStep {
  readonly arithmetic: Arithmetic;
  /** How many steps the parameter has made, this one included. */
  readonly count: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly lr: number;
  readonly eps: number;
  /** -1 where the objective is to grow. */
  readonly sign: number;
  /** Weight decay that is added to the gradient. */
  readonly l2: number;
  /** What decoupled weight decay multiplies the parameter by. */
  readonly shrink: number;
  readonly weight1: number;
  readonly keep2: number;
  readonly weight2: number;
}

function checkTensorRate({ lr, foreach, capturable }: Readonly<Record<string, unknown>>): void {
  if (!isTensor(lr)) return;
  check(
    !foreach || Boolean(capturable),
    "lr as a Tensor is not supported for capturable=False and foreach=True",
    "ValueError",
  );
  check(lr.numel === 1, "Tensor lr must be 1-element", "ValueError");
}

/** What Adam (Kingma & Ba 2015) and its kin share: running averages of gradients, and weight decay in both forms. */
export abstract class Adaptive extends Optimizer {
  constructor(params: unknown, settings: Record<string, unknown>, limits: readonly Limit[] = []) {
    checkTensorRate(settings);
    checkSettings(settings, [LEARNING_RATE, EPSILON]);
    settings.betas = checkedBetas(settings.betas);
    checkSettings(settings, [WEIGHT_DECAY, ...limits]);
    super(params, settings);
    if (!settings.fused) return;
    check(!settings.differentiable, "`fused` does not support `differentiable`");
    check(!settings.foreach, "`fused` and `foreach` cannot be `True` together.");
  }

  /** The state beside the average of the gradient: its average square by default. */
  protected spreadName(): string {
    return "exp_avg_sq";
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const extra = this.extraState(p, group);
    const first = stateTensor(state, "exp_avg", p);
    const second = stateTensor(state, this.spreadName(), p);
    const largest = group.get("amsgrad") ? stateTensor(state, "max_exp_avg_sq", p) : null;
    if (!hasData(p, grad, ...(extra ? [extra] : []))) return;
    const arithmetic = arithmeticOf(p.dtype);
    const { scalar } = arithmetic;
    const [beta1, beta2] = betasOf(group);
    const lr = settingNumber(group.get("lr"));
    const weightDecay = settingNumber(group.get("weight_decay"));
    const decoupled = Boolean(group.get("decoupled_weight_decay"));
    const step: AdaptiveStep = {
      arithmetic,
      count,
      beta1,
      beta2,
      lr,
      eps: scalar(settingNumber(group.get("eps"))),
      sign: group.get("maximize") ? -1 : 1,
      l2: decoupled ? 0 : scalar(weightDecay),
      shrink: decoupled && weightDecay !== 0 ? scalar(1 - lr * weightDecay) : 1,
      weight1: scalar(1 - beta1),
      keep2: scalar(beta2),
      weight2: scalar(1 - beta2),
    };
    const tensors = largest ? [p, first, second, largest, grad] : [p, first, second, grad];
    this.advance(step, tensors, group, extra);
  }

  /** A state of the class's own, made before the averages. */
  protected extraState(_p: Tensor, _group: Group): Tensor | null {
    return null;
  }

  /** Changes the parameter: `tensors` are it, its states and, last, the gradient. */
  protected abstract advance(step: AdaptiveStep, tensors: readonly Tensor[], group: Group, extra: Tensor | null): void;
}

/** Element i's gradient after weight decay; the decoupled decay is applied to the parameter. */
export function decayed({ arithmetic, sign, l2, shrink }: AdaptiveStep, x: Floats, g: Floats, i: number): number {
  const d = sign * g[i];
  if (shrink !== 1) x[i] = arithmetic.round(x[i] * shrink);
  return l2 === 0 ? d : arithmetic.fma(l2, x[i], d);
}

/** Takes element i's gradient into the average and the average square. */
export function average(step: AdaptiveStep, m: Floats, v: Floats, d: number, i: number): void {
  const { fma, inner, round } = step.arithmetic;
  m[i] = lerp(step.arithmetic, m[i], d, step.weight1);
  v[i] = fma(inner(step.weight2 * d), d, round(v[i] * step.keep2));
}
