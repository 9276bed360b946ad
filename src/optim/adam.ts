import { fastAdam } from "../tensor/kernels/fast_optimizer";
import type { Tensor } from "../tensor/tensor";
import { Adaptive, type AdaptiveStep, average, decayed } from "./adaptive";
import { addQuotient, withElements } from "./arithmetic";

/** Adam (Kingma & Ba 2015), with the AMSGrad variant and L2 or decoupled weight decay. */
export class Adam extends Adaptive {
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
    super(params, {
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
    });
  }

  protected override advance(step: AdaptiveStep, tensors: readonly Tensor[]): void {
    const { arithmetic: a, count, beta1, beta2, eps } = step;
    const { round, scalar } = a;
    const stepSize = scalar(-(step.lr / (1 - beta1 ** count)));
    const correction2 = scalar(Math.sqrt(1 - beta2 ** count));
    const written = tensors.length - 1;
    if (fastAdam(tensors, stepSize, correction2, step)) return;
    withElements(tensors, written, (arrays, n) => {
      const [x, m, v] = arrays;
      const g = arrays[written];
      const top = written > 3 ? arrays[3] : null;
      for (let i = 0; i < n; i++) {
        average(step, m, v, decayed(step, x, g, i), i);
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
