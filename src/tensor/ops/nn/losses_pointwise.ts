import { float32, promoteTypes } from "../../dtype";
import { check, TorchError } from "../../errors";
import { modes } from "../../modes";
import { defineOp, type Namespace } from "../../op";
import { type Scalar, toFloat, toNumber } from "../../scalar";
import { broadcastSizes, type Sizes, sameSizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { warn } from "../../warnings";
import { add, div, mul, neg, rsub, sub } from "../arithmetic";
import { clamp, clampMin } from "../clamp";
import { gt } from "../comparison";
import { toDType } from "../copies";
import { broadcastTensors } from "../joining";
import { xlogy } from "../pointwise";
import { mean, sum } from "../reduction";
import { sumTo } from "../sum-to";
import { abs, exp, log, sigmoid } from "../unary";
import { expand } from "../views";
import { where } from "../where";
import { activation } from "./activations";
import { checkFloat, floats, made } from "./floats";

export type Reduction = "none" | "mean" | "sum";
type MaybeTensor = Tensor | null;

/** The parameters that close every loss, of which only `reduction` counts. */
export const LEGACY = "bool? size_average=None, bool? reduce=None, str reduction='mean'";

/** The reduction that the old flags ask for, where they are given. */
export function reductionOf(sizeAverage: boolean | null, reduce: boolean | null, reduction: string): Reduction {
  if (sizeAverage !== null || reduce !== null) {
    const how = reduce === false ? "none" : (sizeAverage ?? true) ? "mean" : "sum";
    warn(`size_average and reduce args will be deprecated, please use reduction='${how}' instead.`);
    return how;
  }
  if (reduction === "none" || reduction === "mean" || reduction === "sum") return reduction;
  throw new TorchError("ValueError", `${reduction} is not a valid value for reduction`);
}

export function reduced(loss: Tensor, reduction: Reduction): Tensor {
  return reduction === "none" ? loss : reduction === "mean" ? mean(loss) : sum(loss);
}

/** The gradient that each element's loss gets from that of the reduced one: a factor for it. */
export function share(grad: Tensor, reduction: Reduction, count: number): Tensor {
  return reduction === "mean" ? div(grad, toFloat(count)) : grad;
}

interface PairLoss {
  readonly name: string;
  /** What texts call it where another dtype is given. */
  readonly kernel?: string;
  readonly gradName: string;
  readonly summary: string;
  readonly f: (x: number, t: number, p: number) => number;
  /** The derivative of float32 elements, rounded as the ops round. */
  readonly slope?: (difference: number) => number;
  /** The derivative for x, made of ops; that for the target is its negative. */
  readonly derivative: (difference: Tensor, p: number) => Tensor;
}

/** Elements below which preparations cost more than the work. */
const SMALL = 512;
const areSmall = (...tensors: readonly Tensor[]): boolean =>
  tensors.every((t) => t.dtype === float32 && t.numel <= SMALL && !t.isAbstract && t.isContiguous);

/** The gradient of a loss of few elements in one loop. */
function directSlope(slope: (d: number) => number, x: Tensor, target: Tensor, grad: Tensor, how: Reduction): Tensor {
  const { fround } = Math;
  return made([x, target], x.sizes, (y) => {
    const [a, b, g] = [floats(x), floats(target), floats(grad)];
    const shared = how === "mean" ? fround(g[0] / fround(y.length)) : g[0];
    for (let i = 0; i < y.length; i++) y[i] = slope(fround(a[i] - b[i])) * (how === "none" ? g[i] : shared);
  });
}

/** A loss of the difference of two tensors of equal sizes, with one numeric setting. */
function defineDifferenceLoss({ name, kernel, gradName, summary, f, slope: direct, derivative }: PairLoss) {
  return defineOp({
    schema: `_${name}(Tensor self, Tensor target, str reduction, float setting) -> Tensor`,
    in: ["internal"],
    summary,
    gradName,
    forward: (x: Tensor, target: Tensor, reduction: Reduction, p: number) => {
      checkFloat(x, kernel ?? name);
      const each = made([x, target], x.sizes, (y) => {
        const [a, b] = [floats(x), floats(target)];
        for (let i = 0; i < y.length; i++) y[i] = f(a[i], b[i], p);
      });
      return reduced(each, reduction);
    },
    save: ([x, target, reduction, p]) => [x, target, reduction, p] as const,
    backward: (grad, [x, target, reduction, p], needs) => {
      const slope =
        direct && !modes.grad && areSmall(x, target, grad)
          ? directSlope(direct, x, target, grad, reduction)
          : mul(derivative(sub(x, target), p), share(grad, reduction, x.numel));
      return [needs[0] ? slope : null, needs[1] ? neg(slope) : null];
    },
  });
}

const mseKernel = defineDifferenceLoss({
  name: "mse_loss",
  kernel: "mse_cpu",
  gradName: "MseLossBackward0",
  summary: "Squared differences.",
  f: (x, t) => (x - t) * (x - t),
  slope: (d) => Math.fround(d * 2),
  derivative: (d) => mul(d, 2),
});

const smoothL1Kernel = defineDifferenceLoss({
  name: "smooth_l1_loss",
  gradName: "SmoothL1LossBackward0",
  summary: "Squares of small differences, amounts of large ones.",
  f: (x, t, beta) => {
    const d = Math.abs(x - t);
    return d < beta ? (0.5 * d * d) / beta : d - 0.5 * beta;
  },
  derivative: (d, beta) => clamp(div(d, toFloat(beta)), -1, 1),
});

const huberKernel = defineDifferenceLoss({
  name: "huber_loss",
  gradName: "HuberLossBackward0",
  summary: "Half squares of small differences, a line beyond delta.",
  f: (x, t, delta) => {
    const d = Math.abs(x - t);
    return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
  },
  derivative: (d, delta) => clamp(d, -delta, delta),
});

/** Input and target in common sizes and a common dtype; warns when the sizes differ. */
function paired(input: Tensor, target: Tensor): [Tensor, Tensor] {
  if (!sameSizes(input.sizes, target.sizes)) {
    warn(
      `Using a target size (${size(target)}) that is different to the input size (${size(input)}). This will likely ` +
        "lead to incorrect results due to broadcasting. Please ensure they have the same size.",
    );
  }
  // Brought to common sizes first, neither counts as a number any more.
  const dtype = promoteTypes(input.dtype, target.dtype);
  const same = (t: Tensor): Tensor => (t.dtype === dtype ? t : toDType(t, dtype));
  const [x, t] = broadcastTensors([same(input), same(target)]);
  return [x, t];
}

/** `torch.Size([2, 3])` for messages. */
const size = (t: Tensor): string => `torch.Size([${t.sizes.join(", ")}])`;

function weighted(loss: Tensor, weight: MaybeTensor): Tensor {
  return weight ? mul(loss, weight) : loss;
}

function sameDType(x: Tensor, target: Tensor): void {
  check(x.dtype === target.dtype, () => `Found dtype ${target.dtype.scalarName} but expected ${x.dtype.scalarName}`);
}

type Flags = [sizeAverage?: boolean | null, reduce?: boolean | null, reduction?: string];
const flagsOf = ([sizeAverage = null, reduce = null, reduction = "mean"]: Flags): Reduction =>
  reductionOf(sizeAverage, reduce, reduction);

const functional: readonly Namespace[] = ["nn.functional"];

export const mseLoss = defineOp({
  schema: `mse_loss(Tensor input, Tensor target, ${LEGACY}, Tensor? weight=None) -> Tensor`,
  in: functional,
  summary: "The mean (or sum) of squared differences.",
  forward: (
    input: Tensor,
    target: Tensor,
    sizeAverage: boolean | null = null,
    reduce: boolean | null = null,
    reduction: string = "mean",
    weight: MaybeTensor = null,
  ) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const [x, t] = paired(input, target);
    if (!weight) return mseKernel(x, t, how, 0);
    const losses = mul(mseKernel(x, t, "none", 0), weight);
    return how === "mean" ? div(sum(losses), sum(expandTo(weight, losses.sizes))) : reduced(losses, how);
  },
});

function expandTo(weight: Tensor, sizes: Sizes): Tensor {
  return broadcastTensors([weight, made([weight], sizes, () => {})])[0];
}

export const l1Loss = defineOp({
  schema: `l1_loss(Tensor input, Tensor target, ${LEGACY}) -> Tensor`,
  in: functional,
  summary: "The mean (or sum) of absolute differences.",
  forward: (input: Tensor, target: Tensor, ...flags: Flags) => {
    const [x, t] = paired(input, target);
    return reduced(abs(sub(x, t)), flagsOf(flags));
  },
});

export const smoothL1Loss = defineOp({
  schema: `smooth_l1_loss(Tensor input, Tensor target, ${LEGACY}, float beta=1.0) -> Tensor`,
  in: functional,
  summary: "Squared differences below beta, absolute ones beyond.",
  forward: (
    input: Tensor,
    target: Tensor,
    sizeAverage: boolean | null = null,
    reduce: boolean | null = null,
    reduction: string = "mean",
    beta: Scalar = 1,
  ) => {
    const [x, t] = paired(input, target);
    check(toNumber(beta) >= 0, "smooth_l1_loss does not support negative values for beta.");
    const how = reductionOf(sizeAverage, reduce, reduction);
    return toNumber(beta) === 0 ? reduced(abs(sub(x, t)), how) : smoothL1Kernel(x, t, how, toNumber(beta));
  },
});

export const huberLoss = defineOp({
  schema:
    "huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.0, Tensor? weight=None) -> Tensor",
  in: functional,
  summary: "Squared differences below delta, delta times absolute ones beyond.",
  forward: (
    input: Tensor,
    target: Tensor,
    reduction: string = "mean",
    delta: Scalar = 1,
    weight: MaybeTensor = null,
  ) => {
    const [x, t] = paired(input, target);
    check(toNumber(delta) > 0, "huber_loss does not support non-positive values for delta.");
    const how = reductionOf(null, null, reduction);
    if (!weight) return huberKernel(x, t, how, toNumber(delta));
    return reduced(mul(huberKernel(x, t, "none", toNumber(delta)), weight), how);
  },
});

const bceKernel = defineOp({
  schema: "binary_cross_entropy(Tensor self, Tensor target, Tensor? weight, str reduction) -> Tensor",
  in: ["internal"],
  summary: "−t·log x − (1 − t)·log(1 − x), logarithms kept at −100 or above.",
  forward: (x: Tensor, target: Tensor, weight: MaybeTensor, reduction: Reduction) => {
    checkFloat(x, "binary_cross_entropy");
    const each = made([x, target], x.sizes, (y) => {
      const [a, b] = [floats(x), floats(target)];
      for (let i = 0; i < y.length; i++) {
        const p = a[i];
        if (!(p >= 0 && p <= 1))
          throw new TorchError("RuntimeError", "all elements of input should be between 0 and 1");
        y[i] = (b[i] - 1) * Math.max(Math.log1p(-p), -100) - b[i] * Math.max(Math.log(p), -100);
      }
    });
    return reduced(weighted(each, weight), reduction);
  },
  save: ([x, target, weight, reduction]) => [x, target, weight, reduction] as const,
  backward: (grad, [x, target, weight, reduction], needs) => {
    const each = weighted(share(grad, reduction, x.numel), weight);
    const spread = (): Tensor => clampMin(mul(sub(1, x), x), 1e-12);
    return [
      needs[0] ? mul(each, div(sub(x, target), spread())) : null,
      needs[1] ? mul(each, sub(log(rsub(x, 1)), log(x))) : null,
      null,
    ];
  },
});

export const binaryCrossEntropy = defineOp({
  schema:
    "binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, " +
    "bool? reduce=None, str reduction='mean') -> Tensor",
  in: functional,
  summary: "Cross-entropy of probabilities and targets between 0 and 1.",
  forward: (input: Tensor, target: Tensor, weight: MaybeTensor = null, ...flags: Flags) => {
    const how = flagsOf(flags);
    check(
      sameSizes(input.sizes, target.sizes),
      () =>
        `Using a target size (${size(target)}) that is different to the input size (${size(input)}) is deprecated. ` +
        "Please ensure they have the same size.",
      "ValueError",
    );
    sameDType(input, target);
    return bceKernel(input, target, weight, how);
  },
});

const bceLogitsKernel = defineOp({
  schema:
    "binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight, Tensor? pos_weight, str reduction) -> Tensor",
  in: ["internal"],
  summary: "Binary cross-entropy of sigmoid(x), computed stably.",
  forward: (x: Tensor, target: Tensor, weight: MaybeTensor, posWeight: MaybeTensor, reduction: Reduction) => {
    const logSigmoid = activation("logsigmoid")(x);
    const scale = posWeight ? add(mul(sub(posWeight, 1), target), 1) : 1;
    const each = sub(mul(rsub(target, 1), x), mul(logSigmoid, scale));
    return reduced(weighted(each, weight), reduction);
  },
  save: ([x, target, weight, posWeight, reduction]) => [x, target, weight, posWeight, reduction] as const,
  backward: (grad, [x, target, weight, posWeight, reduction], needs) => {
    const each = weighted(share(grad, reduction, x.numel), weight);
    const toInput = (): Tensor => {
      if (!posWeight) return mul(each, sub(sigmoid(x), target));
      const t = mul(posWeight, target);
      return mul(each, sub(mul(sub(add(t, 1), target), sigmoid(x)), t));
    };
    const toTarget = (): Tensor => {
      if (!posWeight) return mul(each, neg(x));
      const logs = activation("logsigmoid");
      return mul(each, sub(logs(neg(x)), mul(posWeight, logs(x))));
    };
    return [needs[0] ? toInput() : null, needs[1] ? toTarget() : null, null, null];
  },
});

export const binaryCrossEntropyWithLogits = defineOp({
  schema:
    "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, " +
    "bool? reduce=None, str reduction='mean', Tensor? pos_weight=None) -> Tensor",
  in: functional,
  summary: "Binary cross-entropy of raw scores (before the sigmoid).",
  forward: (
    input: Tensor,
    target: Tensor,
    weight: MaybeTensor = null,
    sizeAverage: boolean | null = null,
    reduce: boolean | null = null,
    reduction: string = "mean",
    posWeight: MaybeTensor = null,
  ) => {
    check(
      sameSizes(input.sizes, target.sizes),
      () => `Target size (${size(target)}) must be the same as input size (${size(input)})`,
      "ValueError",
    );
    return bceLogitsKernel(input, target, weight, posWeight, reductionOf(sizeAverage, reduce, reduction));
  },
});

export const klDiv = defineOp({
  schema: `kl_div(Tensor input, Tensor target, ${LEGACY}, bool log_target=False) -> Tensor`,
  in: functional,
  summary: "Kullback–Leibler divergence of log-probabilities from a target distribution.",
  forward: (
    input: Tensor,
    target: Tensor,
    sizeAverage: boolean | null = null,
    reduce: boolean | null = null,
    reduction: string = "mean",
    logTarget: boolean = false,
  ) => {
    const each = logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
    if (reduction === "mean") {
      warn(
        "reduction: 'mean' divides the total loss by both the batch size and the support size." +
          "'batchmean' divides only by the batch size, and aligns with the KL div math definition." +
          "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
      );
    }
    if (reduction === "batchmean") return input.ndim === 0 ? sum(each) : div(sum(each), input.sizes[0]);
    return reduced(each, reductionOf(sizeAverage, reduce, reduction));
  },
});

export const poissonNllLoss = defineOp({
  schema:
    "poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, bool? size_average=None, " +
    "float eps=1e-08, bool? reduce=None, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "Negative log-likelihood of counts under a Poisson distribution.",
  forward: (
    input: Tensor,
    target: Tensor,
    logInput: boolean = true,
    full: boolean = false,
    sizeAverage: boolean | null = null,
    eps: Scalar = 1e-8,
    reduce: boolean | null = null,
    reduction: string = "mean",
  ) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    let each = logInput ? sub(exp(input), mul(target, input)) : sub(input, mul(target, log(add(input, eps))));
    if (full) {
      const safe = where(gt(target, 1), target, 1);
      const stirling = add(sub(mul(safe, log(safe)), safe), mul(log(mul(safe, 2 * Math.PI)), 0.5));
      each = add(each, where(gt(target, 1), stirling, mul(target, 0)));
    }
    return reduced(each, how);
  },
});

const softMarginKernel = defineOp({
  schema: `_soft_margin_loss(Tensor self, Tensor target, str reduction) -> Tensor`,
  in: ["internal"],
  summary: "log(1 + e^(−y·x)).",
  gradName: "SoftMarginLossBackward0",
  forward: (given: Tensor, labels: Tensor, reduction: Reduction) => {
    const sizes = broadcastSizes(given.sizes, labels.sizes);
    const [x, target] = [expand(given, sizes), expand(labels, sizes)];
    return reduced(
      made([x, target], sizes, (y) => {
        const [a, b] = [floats(x), floats(target)];
        for (let i = 0; i < y.length; i++) y[i] = Math.log1p(Math.exp(-b[i] * a[i]));
      }),
      reduction,
    );
  },
  save: ([x, target, reduction]) => [x, target, reduction] as const,
  backward: (grad, [x, target, reduction]) => [
    sumTo(mul(share(grad, reduction, x.numel), mul(neg(target), sigmoid(neg(mul(target, x))))), x.sizes),
    null,
  ],
});

export const softMarginLoss = defineOp({
  schema: `soft_margin_loss(Tensor input, Tensor target, ${LEGACY}) -> Tensor`,
  in: functional,
  summary: "Logistic loss for targets 1 and −1.",
  forward: (x: Tensor, target: Tensor, ...flags: Flags) => softMarginKernel(x, target, flagsOf(flags)),
});
