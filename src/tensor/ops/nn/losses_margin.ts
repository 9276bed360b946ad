import { check } from "../../errors";
import { defineOp } from "../../op";
import { type Scalar, toFloat, toNumber } from "../../scalar";
import { formatSizes, numelOf, sameSizes } from "../../shape";
import { Tensor } from "../../tensor";
import { add, div, mul, neg, sub } from "../arithmetic";
import { clampMin, minimum } from "../clamp";
import { eq } from "../comparison";
import { lastGradient } from "../last_gradient";
import { mean, sum } from "../reduction";
import { log, sqrt } from "../unary";
import { unsqueeze } from "../views";
import { where } from "../where";
import { activation } from "./activations";
import { pairwiseDistance } from "./distances";
import { floats, integers, made } from "./floats";
import { LEGACY, type Reduction, reduced, reductionOf } from "./losses_pointwise";
import { floatText, sizeText } from "./python_text";

type MaybeFlag = boolean | null;

export const marginRankingLoss = defineOp({
  schema: `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, ${LEGACY}) -> Tensor`,
  in: ["nn.functional"],
  summary: "max(0, −y·(x1 − x2) + margin).",
  forward: (
    x1: Tensor,
    x2: Tensor,
    target: Tensor,
    margin: Scalar = 0,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    check(
      x1.ndim === x2.ndim && x1.ndim === target.ndim,
      () =>
        `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ` +
        `${sizeText(x1.sizes)}, input2: ${sizeText(x2.sizes)}, target: ${sizeText(target.sizes)} `,
    );
    return reduced(clampMin(add(mul(neg(target), sub(x1, x2)), toFloat(toNumber(margin))), 0), how);
  },
});

export const hingeEmbeddingLoss = defineOp({
  schema: `hinge_embedding_loss(Tensor input, Tensor target, float margin=1.0, ${LEGACY}) -> Tensor`,
  in: ["nn.functional"],
  summary: "x where y is 1, max(0, margin − x) where y is −1.",
  forward: (
    x: Tensor,
    target: Tensor,
    margin: Scalar = 1,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => {
    const far = where(eq(target, 1), 0, clampMin(sub(toFloat(toNumber(margin)), x), 0));
    const near = where(eq(target, -1), 0, x);
    return reduced(add(far, near), reductionOf(sizeAverage, reduce, reduction));
  },
});

export const cosineEmbeddingLoss = defineOp({
  schema: `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0.0, ${LEGACY}) -> Tensor`,
  in: ["nn.functional"],
  summary: "1 − cos where y is 1, max(0, cos − margin) where y is −1.",
  forward: (
    x1: Tensor,
    x2: Tensor,
    target: Tensor,
    margin: Scalar = 0,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => {
    check(
      target.ndim + 1 === x1.ndim && target.ndim + 1 === x2.ndim,
      () =>
        `${target.ndim}D target tensor expects ${target.ndim + 1}D input tensors, but found inputs with sizes ${formatSizes(x1.sizes)} and ${formatSizes(x2.sizes)}.`,
    );
    const dim = [target.ndim];
    const eps = 1e-12;
    const squares = (t: Tensor): Tensor => add(sum(mul(t, t), dim), eps);
    const cos = div(sum(mul(x1, x2), dim), sqrt(mul(squares(x1), squares(x2))));
    const together = where(eq(target, 1), sub(1, cos), 0);
    const apart = where(eq(target, -1), clampMin(sub(cos, margin), 0), 0);
    return reduced(add(together, apart), reductionOf(sizeAverage, reduce, reduction));
  },
});

/** A distance between the rows of two tensors. */
type Distance = (a: Tensor, b: Tensor) => Tensor;

/** max(0, margin + d(anchor, positive) − d(anchor, negative)), with the nearer of both distances to negative if `swap`. */
function tripletMargins(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  distance: Distance,
  margin: Scalar,
  swap: boolean,
): Tensor {
  check(toNumber(margin) > 0, () => `margin must be greater than 0, got ${floatText(toNumber(margin))}`, "ValueError");
  check(
    anchor.ndim === positive.ndim && anchor.ndim === negative.ndim,
    () =>
      "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: " +
      `anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
  );
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  return clampMin(sub(add(near, margin), swap ? minimum(far, distance(positive, negative)) : far), 0);
}

export const tripletMarginWithDistanceLoss = defineOp({
  schema:
    "triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative, *, " +
    "Callable? distance_function=None, float margin=1.0, bool swap=False, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "max(0, margin + d(anchor, positive) − d(anchor, negative)) with a distance of one's own.",
  forward: (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    distanceFunction: Distance | null = null,
    margin: Scalar = 1,
    swap: boolean = false,
    reduction: string = "mean",
  ) => {
    const how = reductionOf(null, null, reduction);
    const distance = distanceFunction ?? ((a: Tensor, b: Tensor) => pairwiseDistance(a, b));
    return reduced(tripletMargins(anchor, positive, negative, distance, toFloat(toNumber(margin)), swap), how);
  },
});

export const tripletMarginLoss = defineOp({
  schema:
    "triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1.0, float p=2.0, " +
    "float eps=1e-06, bool swap=False, bool? size_average=None, bool? reduce=None, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "max(0, d(anchor, positive) − d(anchor, negative) + margin).",
  forward: (
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: Scalar = 1,
    p: Scalar = 2,
    eps: Scalar = 1e-6,
    swap: boolean = false,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => {
    const distance = (a: Tensor, b: Tensor): Tensor => pairwiseDistance(a, b, p, eps);
    const margins = tripletMargins(anchor, positive, negative, distance, margin, swap);
    return reduced(margins, reductionOf(sizeAverage, reduce, reduction));
  },
});

export const multilabelSoftMarginLoss = defineOp({
  schema:
    "multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, " +
    "bool? reduce=None, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "Binary cross-entropy of scores, averaged over the classes.",
  forward: (
    x: Tensor,
    target: Tensor,
    weight: Tensor | null = null,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => {
    const logs = activation("logsigmoid");
    let each = neg(add(mul(target, logs(x)), mul(sub(1, target), logs(neg(x)))));
    if (weight) each = mul(each, weight);
    return reduced(mean(each, [x.ndim - 1]), reductionOf(sizeAverage, reduce, reduction));
  },
});

export const gaussianNllLoss = defineOp({
  schema:
    "gaussian_nll_loss(Tensor input, Tensor target, Any var, bool full=False, float eps=1e-06, str reduction='mean') -> Tensor",
  in: ["nn.functional"],
  summary: "Negative log-likelihood under normal distributions of given variances.",
  forward: (
    x: Tensor,
    target: Tensor,
    variance: Tensor | Scalar,
    full: boolean = false,
    eps: Scalar = 1e-6,
    reduction: string = "mean",
  ) => {
    const limit = toNumber(eps);
    check(/^(none|mean|sum)$/.test(reduction), `${reduction} is not valid`, "ValueError");
    const raw = variances(variance, x);
    const spread = add(
      raw,
      makeConstant(raw, (v) => Math.max(v, limit) - v),
    );
    const residual = sub(x, target);
    let each = mul(add(log(spread), div(mul(residual, residual), spread)), 0.5);
    if (full) each = add(each, 0.5 * Math.log(2 * Math.PI));
    return reduced(each, reductionOf(null, null, reduction));
  },
});

/** One variance for each element, or for each row of them (with its last dimension 1 or left out). */
function variances(given: Tensor | Scalar, x: Tensor): Tensor {
  const variance = given instanceof Tensor ? given : add(mul(x, 0), given);
  if (sameSizes(variance.sizes, x.sizes)) return variance;
  const rows = x.sizes.slice(0, -1);
  if (sameSizes(variance.sizes, rows)) return unsqueeze(variance, -1);
  // One dimension may be shared: its size is 1.
  const others = variance.sizes.filter((n, d) => n !== x.sizes[d]);
  const shared = variance.ndim === x.ndim && others.length === 1 && others[0] === 1;
  check(shared, "var is of incorrect size", "ValueError");
  return variance;
}

/** Values computed from a tensor's, as a constant of the graph. */
function makeConstant(x: Tensor, f: (v: number) => number): Tensor {
  return made([x], x.sizes, (y) => {
    const a = floats(x);
    for (let i = 0; i < y.length; i++) y[i] = f(a[i]);
  });
}

/** Pairs of (target class, other class) with a positive gap 1 − (x[y] − x[j]) in each row. */
function eachGap(
  x: Tensor,
  target: Tensor,
  visit: (row: number, label: number, other: number, gap: number) => void,
): void {
  const classes = x.sizes[x.ndim - 1];
  const rows = numelOf(x.sizes.slice(0, -1));
  const a = floats(x);
  const labels = integers(target);
  for (let n = 0; n < rows; n++) {
    const row = Array.from(labels.subarray(n * classes, (n + 1) * classes));
    const end = row.findIndex((label) => label < 0);
    const wanted = end < 0 ? row : row.slice(0, end);
    for (const label of wanted) {
      for (let j = 0; j < classes; j++) {
        const gap = 1 - (a[n * classes + label] - a[n * classes + j]);
        if (!wanted.includes(j) && gap > 0) visit(n, label, j, gap);
      }
    }
  }
}

/** Margin losses take scores of one sample or of a batch, which may be empty. */
export function checkScores(x: Tensor): void {
  check(
    x.ndim <= 2 && (x.numel > 0 || (x.ndim === 2 && x.sizes[1] > 0)),
    () => `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatSizes(x.sizes)}`,
  );
}

const multilabelMarginKernel = defineOp({
  schema: "multilabel_margin_loss(Tensor self, Tensor target, str reduction) -> Tensor",
  in: ["internal"],
  summary: "Multi-label hinge loss.",
  forward: (x: Tensor, target: Tensor, reduction: Reduction) => {
    checkScores(x);
    check(
      sameSizes(x.sizes, target.sizes),
      () => `inconsistent target size: ${formatSizes(target.sizes)} for input of size: ${formatSizes(x.sizes)}`,
    );
    const classes = x.sizes[x.ndim - 1];
    const each = made([x, target], x.sizes.slice(0, -1), (y) => {
      const sums = new Float64Array(y.length);
      eachGap(x, target, (n, _label, _other, gap) => (sums[n] += gap / classes));
      y.set(sums);
    });
    return reduced(each, reduction);
  },
  gradName: "MultilabelMarginLossBackward0",
  save: ([x, target, reduction]) => [x, target, reduction] as const,
  backward: (grad, [x, target, reduction]) => {
    const classes = x.sizes[x.ndim - 1];
    const rows = numelOf(x.sizes.slice(0, -1));
    const slope = (): Tensor =>
      made([grad, x, target], x.sizes, (out) => {
        const g = floats(grad);
        const sums = new Float64Array(out.length);
        eachGap(x, target, (n, label, other) => {
          const s = g[reduction === "none" ? n : 0] / classes / (reduction === "mean" ? rows : 1);
          sums[n * classes + other] += s;
          sums[n * classes + label] -= s;
        });
        out.set(sums);
      });
    return [multilabelMarginGradient([grad, x], slope), null];
  },
});

const multilabelMarginGradient = lastGradient("multilabel_margin_loss_backward");

export const multilabelMarginLoss = defineOp({
  schema: `multilabel_margin_loss(Tensor input, Tensor target, ${LEGACY}) -> Tensor`,
  in: ["nn.functional"],
  summary: "Hinge loss between each target class (listed up to the first −1) and every other class.",
  forward: (
    x: Tensor,
    target: Tensor,
    sizeAverage: MaybeFlag = null,
    reduce: MaybeFlag = null,
    reduction: string = "mean",
  ) => multilabelMarginKernel(x, target, reductionOf(sizeAverage, reduce, reduction)),
});
