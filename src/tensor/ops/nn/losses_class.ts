import { int64 } from "../../dtype";
import { check, TorchError } from "../../errors";
import { defineOp, type Op } from "../../op";
import { type Scalar, toFloat, toNumber } from "../../scalar";
import { formatSizes, numelOf, type Sizes, sameSizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, div, mul, neg } from "../arithmetic";
import { ne } from "../comparison";
import { lastGradient } from "../last_gradient";
import { sum } from "../reduction";
import { gather } from "../scattering";
import { named, reshape } from "../views";
import { where } from "../where";
import { checkFloat, floats, integers, made, write } from "./floats";
import { checkScores } from "./losses_margin";
import { type Reduction, reduced, reductionOf } from "./losses_pointwise";
import { logSoftmax } from "./softmax";

type MaybeTensor = Tensor | null;

/** Visits each target: its element's index among `positions`, the index of its class score, and its class. */
function eachTarget(
  sizes: Sizes,
  target: Tensor,
  ignoreIndex: number,
  visit: (i: number, at: number, label: number) => void,
): void {
  const classes = sizes[sizes.length === 1 ? 0 : 1];
  const inner = numelOf(sizes.slice(2));
  integers(target).forEach((label, i) => {
    if (label === ignoreIndex) return;
    if (label < 0 || label >= classes) throw new TorchError("IndexError", `Target ${label} is out of bounds.`);
    const n = Math.floor(i / inner);
    visit(i, (n * classes + label) * inner + (i % inner), label);
  });
}

type NllArgs = [Tensor, Tensor, MaybeTensor, Reduction, number];

/** −w[y]·x[y]; for the mean divided by the sum of w[y]. Ignored targets count for nothing. */
const nllKernel = defineOp({
  schema: "_nll_loss(Tensor self, Tensor target, Tensor? weight, str reduction, int ignore_index) -> (Tensor, Tensor)",
  in: ["internal"],
  summary: "Negative log-likelihood and the total weight.",
  gradName: ([x]: NllArgs) => (x.ndim > 2 ? "NllLoss2DBackward0" : "NllLossBackward0"),
  forward: (...[x, target, weight, reduction, ignoreIndex]: NllArgs) => {
    checkFloat(x, "nll_loss_out_frame");
    const loss = emptyFrom([x, target], reduction === "none" ? target.sizes : [], x.dtype);
    const total = emptyFrom([x, target], [], x.dtype);
    if (loss.isAbstract) return [loss, total];
    let lossSum = 0;
    let weightSum = 0;
    const each = new Float64Array(target.numel);
    const a = floats(x);
    const w = weight && floats(weight);
    eachTarget(x.sizes, target, ignoreIndex, (i, at, label) => {
      const scale = w ? w[label] : 1;
      each[i] = -scale * a[at];
      lossSum += each[i];
      weightSum += scale;
    });
    write(loss, (y) => {
      if (reduction === "none") y.set(each);
      else y[0] = reduction === "mean" ? lossSum / weightSum : lossSum;
    });
    write(total, (y) => (y[0] = weightSum));
    return [loss, total];
  },
  save: ([x, target, weight, reduction, ignoreIndex], [, total]) =>
    [x.sizes, target, weight, reduction, ignoreIndex, total.alias()] as const,
  backward: (grad, [sizes, target, weight, reduction, ignoreIndex, total]) => [
    nllBackward(grad, sizes, target, weight, reduction, ignoreIndex, total),
    null,
    null,
  ],
});

const nllBackward: Op<[Tensor, Sizes, Tensor, MaybeTensor, Reduction, number, Tensor], Tensor> = defineOp({
  schema:
    "nll_loss_backward(Tensor grad_output, int[] sizes, Tensor target, Tensor? weight, str reduction, " +
    "int ignore_index, Tensor total_weight) -> Tensor",
  in: ["internal"],
  summary: "The gradient of nll_loss.",
  forward: (grad, sizes, target, weight, reduction, ignoreIndex, total) =>
    made([grad, target], sizes, (out) => {
      out.fill(0);
      const g = floats(grad);
      const w = weight && floats(weight);
      const divisor = reduction === "mean" ? floats(total)[0] : 1;
      eachTarget(sizes, target, ignoreIndex, (i, at, label) => {
        out[at] = (-(w ? w[label] : 1) * g[reduction === "none" ? i : 0]) / divisor;
      });
    }),
  save: ([, , target, weight, reduction, ignoreIndex]) => [target, weight, reduction, ignoreIndex] as const,
  backward: (gg, [target, weight, reduction, ignoreIndex]) => [
    nllKernel(gg, target, weight, reduction, ignoreIndex)[0],
    null,
    null,
    null,
  ],
});

function checkTarget(x: Tensor, target: Tensor, weight: MaybeTensor): void {
  const classes = x.sizes[x.ndim === 1 ? 0 : 1];
  if (x.ndim <= 2) {
    check(target.ndim <= 1, "0D or 1D target tensor expected, multi-target not supported");
    check(
      x.ndim === 1 ? target.ndim === 0 || target.numel === 1 : target.numel === x.sizes[0],
      () => `size mismatch (got input: ${formatSizes(x.sizes)}, target: ${formatSizes(target.sizes)})`,
    );
  } else {
    const wanted = [x.sizes[0], ...x.sizes.slice(2)];
    check(sameSizes(target.sizes, wanted), () =>
      x.ndim === 4 && target.ndim === 3
        ? `size mismatch (got input: ${formatSizes(x.sizes)} , target: ${formatSizes(target.sizes)}`
        : `Expected target size ${formatSizes(wanted)}, got ${formatSizes(target.sizes)}`,
    );
  }
  check(
    target.dtype === int64 || target.dtype.name === "uint8",
    () => `expected target dtype to be Long or Byte, but got ${target.dtype.scalarName}`,
  );
  check(
    !weight || (weight.ndim === 1 && weight.numel === classes),
    () =>
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatSizes(weight?.sizes ?? [])}`,
  );
}

function nll(x: Tensor, target: Tensor, weight: MaybeTensor, reduction: Reduction, ignoreIndex: number): Tensor {
  check(
    x.ndim !== 1 || target.numel === 1,
    () => `For 1D input, 1D target must have size 1, but got target size: ${target.numel}`,
    "ValueError",
  );
  check(
    x.ndim === 0 || x.ndim === 1 || target.ndim === 0 || x.sizes[0] === target.sizes[0],
    () => `Expected input batch_size (${x.sizes[0]}) to match target batch_size (${target.sizes[0]}).`,
    "ValueError",
  );
  checkTarget(x, target, weight);
  const [loss] = nllKernel(x, target, weight, reduction, ignoreIndex);
  // Other than images go through the kernel for images, in its shape.
  return reduction === "none" && x.ndim > 2 && x.ndim !== 4 ? named(loss, "ViewBackward0") : loss;
}

const CLASS_OPTIONS =
  "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean'";

export const nllLoss = defineOp({
  schema: `nll_loss(Tensor input, Tensor target, ${CLASS_OPTIONS}) -> Tensor`,
  in: ["nn.functional"],
  summary: "Negative log-likelihood of the target classes, from log-probabilities.",
  forward: (
    x: Tensor,
    target: Tensor,
    weight: MaybeTensor = null,
    sizeAverage: boolean | null = null,
    ignoreIndex: number = -100,
    reduce: boolean | null = null,
    reduction: string = "mean",
  ) => nll(x, target, weight, reductionOf(sizeAverage, reduce, reduction), ignoreIndex),
});

/** Division by a count, under the name PyTorch's node has. */
const divideByCount = defineOp({
  schema: "_divide_by_count(Tensor self, float count) -> Tensor",
  in: ["internal"],
  summary: "x / count.",
  gradName: "DivBackward1",
  forward: (x: Tensor, count: number): Tensor => div(x, toFloat(count)),
  save: ([, count]) => [count] as const,
  backward: (g, [count]) => [div(g, toFloat(count))],
});

/** A vector of class weights, shaped to multiply (N, C, …) scores. */
function alongClasses(weight: Tensor, x: Tensor): Tensor {
  return x.ndim === 1 ? weight : reshape(weight, [1, weight.numel, ...x.sizes.slice(2).map(() => 1)]);
}

function probabilityTargets(
  logs: Tensor,
  target: Tensor,
  weight: MaybeTensor,
  how: Reduction,
  smoothing: number,
): Tensor {
  const classDim = logs.ndim === 1 ? 0 : 1;
  const classes = logs.sizes[classDim];
  const smooth = smoothing > 0 ? add(mul(target, 1 - smoothing), smoothing / classes) : target;
  let products = mul(logs, smooth);
  if (weight) products = mul(products, alongClasses(weight, logs));
  if (how === "none") return neg(sum(products, [classDim]));
  const total = neg(sum(products));
  return how === "mean" ? divideByCount(total, logs.numel / classes) : total;
}

/** Label smoothing's share: the mean over classes instead of the target's class. */
function smoothed(
  logs: Tensor,
  target: Tensor,
  weight: MaybeTensor,
  how: Reduction,
  ignoreIndex: number,
  smoothing: number,
): Tensor {
  const classDim = logs.ndim === 1 ? 0 : 1;
  const classes = logs.sizes[classDim];
  const main = nll(logs, target, weight, how, ignoreIndex);
  const kept = ne(target, ignoreIndex);
  const perElement = neg(sum(weight ? mul(logs, alongClasses(weight, logs)) : logs, [classDim]));
  const each = where(kept, perElement, 0);
  let rest: Tensor;
  if (how === "none") rest = each;
  else if (how === "sum") rest = sum(each);
  else if (weight) {
    const safe = where(kept, target, 0);
    const flat = reshape(safe, [safe.numel]);
    const weights = mul(gather(weight, 0, flat), reshape(kept, [safe.numel]));
    rest = div(sum(each), sum(weights));
  } else rest = div(sum(each), sum(kept));
  return add(mul(main, toFloat(1 - smoothing)), mul(rest, smoothing / classes));
}

export const crossEntropy = defineOp({
  schema: `cross_entropy(Tensor input, Tensor target, ${CLASS_OPTIONS}, float label_smoothing=0.0) -> Tensor`,
  in: ["nn.functional"],
  summary: "Negative log-likelihood of the target classes (or of a target distribution) under softmax(input).",
  forward: (
    input: Tensor,
    target: Tensor,
    weight: MaybeTensor = null,
    sizeAverage: boolean | null = null,
    ignoreIndex: number = -100,
    reduce: boolean | null = null,
    reduction: string = "mean",
    labelSmoothing: Scalar = 0,
  ) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const smoothing = toNumber(labelSmoothing);
    check(smoothing >= 0 && smoothing <= 1, () => `label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
    const shares = sameSizes(input.sizes, target.sizes);
    check(
      !shares || target.dtype.kind === "float",
      `Expected floating point type for target with class probabilities, got ${target.dtype.scalarName}`,
    );
    const logs = logSoftmax(input, input.ndim === 1 ? 0 : 1);
    if (shares) {
      return probabilityTargets(logs, target, weight, how, smoothing);
    }
    return smoothing > 0
      ? smoothed(logs, target, weight, how, ignoreIndex, smoothing)
      : nll(logs, target, weight, how, ignoreIndex);
  },
});

type MarginArgs = [Tensor, Tensor, MaybeTensor, number, number, Reduction];

/** Σ over other classes of max(0, margin − x[y] + x[j])^p / C, with the slope of each term for the gradient. */
function multiMarginTerms(
  [x, target, weight, , margin]: MarginArgs,
  visit: (row: number, label: number, other: number, gap: number, scale: number) => void,
): void {
  const [rows, classes] = x.ndim <= 1 ? [1, x.numel] : x.sizes;
  const a = floats(x);
  const w = weight && floats(weight);
  const labels = integers(target);
  for (let n = 0; n < rows; n++) {
    const label = labels[n];
    check(label >= 0 && label < classes, "target out of range");
    for (let j = 0; j < classes; j++) {
      const gap = margin - a[n * classes + label] + a[n * classes + j];
      if (j !== label && gap > 0) visit(n, label, j, gap, (w ? w[label] : 1) / classes);
    }
  }
}

const multiMarginKernel: Op<MarginArgs, Tensor> = defineOp({
  schema:
    "multi_margin_loss(Tensor self, Tensor target, Tensor? weight, float p, float margin, str reduction) -> Tensor",
  in: ["internal"],
  summary: "Multi-class hinge loss.",
  forward: (...args: MarginArgs) => {
    const [x, target, , p, , reduction] = args;
    const rows = x.ndim <= 1 ? 1 : x.sizes[0];
    const each = made(
      [x, target],
      x.ndim <= 1 ? [] : [rows],
      (y) => {
        const sums = new Float64Array(rows);
        multiMarginTerms(args, (n, _label, _other, gap, scale) => (sums[n] += scale * gap ** p));
        y.set(sums);
      },
      x.dtype,
    );
    return reduced(each, reduction);
  },
  save: (args) => args,
  backward: (grad, args) => {
    const [x, , , p, , reduction] = args;
    const [rows, classes] = x.ndim <= 1 ? [1, x.numel] : x.sizes;
    const slope = (): Tensor =>
      made([grad, x], x.sizes, (out) => {
        const g = floats(grad);
        const sums = new Float64Array(out.length);
        multiMarginTerms(args, (n, label, other, gap, scale) => {
          const s = scale * p * gap ** (p - 1) * g[reduction === "none" ? n : 0];
          sums[n * classes + other] += s;
          sums[n * classes + label] -= s;
        });
        out.set(sums.map((v) => (reduction === "mean" ? v / rows : v)));
      });
    return [multiMarginGradient([grad, x], slope), null, null];
  },
});

const multiMarginGradient = lastGradient("multi_margin_loss_backward");

function checkMultiMargin(x: Tensor, target: Tensor, weight: MaybeTensor): void {
  checkScores(x);
  const [rows, classes] = x.ndim <= 1 ? [1, x.numel] : x.sizes;
  check(
    target.ndim <= 1 && target.numel === rows,
    () =>
      "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch size). " +
      `Expected target size [${rows}], but got ${formatSizes(target.sizes)}. Input has shape ${formatSizes(x.sizes)}.`,
  );
  check(
    weight === null || weight.numel === classes,
    () => `inconsistent weight size, expected ${classes} but got ${formatSizes(weight?.sizes ?? [])}`,
  );
  check(target.dtype === int64, () => `expected scalar type Long but found ${target.dtype.scalarName}`);
}

export const multiMarginLoss = defineOp({
  schema:
    "multi_margin_loss(Tensor input, Tensor target, int p=1, float margin=1.0, Tensor? weight=None, " +
    "bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "Multi-class hinge loss.",
  forward: (
    x: Tensor,
    target: Tensor,
    p: Scalar = 1,
    margin: Scalar = 1,
    weight: MaybeTensor = null,
    sizeAverage: boolean | null = null,
    reduce: boolean | null = null,
    reduction: string = "mean",
  ) => {
    check(toNumber(p) === 1 || toNumber(p) === 2, "only p == 1 and p == 2 supported", "ValueError");
    const how = reductionOf(sizeAverage, reduce, reduction);
    check(weight === null || weight.ndim === 1, "weight must be one-dimensional", "ValueError");
    checkMultiMargin(x, target, weight);
    return multiMarginKernel(x, target, weight, toNumber(p), toNumber(margin), how);
  },
});
