import { type DType, int64 } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { add, mul, neg, pow, sub } from "../../tensor/ops/arithmetic";
import { clampMin, minimum } from "../../tensor/ops/clamp";
import { argmax } from "../../tensor/ops/extremes";
import { cat } from "../../tensor/ops/joining";
import { linearCrossEntropy } from "../../tensor/ops/nn/linear_cross_entropy";
import { type Reduction, reduced } from "../../tensor/ops/nn/losses_pointwise";
import { logSoftmax } from "../../tensor/ops/nn/softmax";
import { mean, sum } from "../../tensor/ops/reduction";
import { gather } from "../../tensor/ops/scattering";
import { narrow } from "../../tensor/ops/slicing";
import { reshape, squeeze, unsqueeze } from "../../tensor/ops/views";
import { Double, type Scalar, toFloat, toNumber } from "../../tensor/scalar";
import { formatSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { ModuleList, Sequential } from "../containers";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { NamedValues } from "../named_values";
import { settingsText, tupleText, valueText } from "../text";
import { Linear } from "./linear";
import { PairwiseDistance } from "./vision";

/** A linear layer and the cross-entropy of its outputs. */
export class LinearCrossEntropyLoss extends Module {
  constructor(
    inFeatures: number,
    public numClasses: number,
    public outFeatures: readonly number[] = [],
    bias = false,
    device: unknown = null,
    dtype: DType | null = null,
    public reduction: Reduction = "mean",
    weight: Tensor | null = null,
    public ignoreIndex: number | null = null,
    public labelSmoothing: Scalar = new Double(0),
    public options: unknown = null,
  ) {
    super();
    check(
      weight === null || (weight.ndim === 1 && weight.numel === numClasses),
      () => `expected weight shape to be (${numClasses},), got ${tupleText(weight?.sizes ?? [])}`,
    );
    check(
      toNumber(labelSmoothing) >= 0 && toNumber(labelSmoothing) <= 1,
      () => `expected label_smoothing to be in range [0, 1], got ${valueText(labelSmoothing)}`,
    );
    this.registerBuffer("weight", weight);
    const rows = outFeatures.reduce((a, b) => a * b, numClasses);
    this.registerModule("linear", new Linear(inFeatures, rows, bias, device, dtype));
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    const inner = this.child("linear");
    const [classWeight, bias] = [this.tensorOrNull("weight"), inner.tensorOrNull("bias")];
    const rows = [this.numClasses, ...this.outFeatures];
    const apart = (t: Tensor, last: number[]): Tensor => (rows.length === 1 ? t : reshape(t, [...rows, ...last]));
    return linearCrossEntropy(
      x,
      apart(inner.tensor("weight"), [x.sizes[x.ndim - 1]]),
      target,
      bias && apart(bias, []),
      classWeight,
      this.reduction,
      this.ignoreIndex,
      this.labelSmoothing,
      this.options,
    );
  }

  override extraRepr(): string {
    const inner = this.child("linear") as Linear;
    const settings = settingsText(
      ["num_classes", this.numClasses],
      ["out_features", tupleText(this.outFeatures)],
      ["bias", inner.tensorOrNull("bias") !== null],
      ["reduction", this.reduction],
      ["ignore_index", this.ignoreIndex],
      ["label_smoothing", this.labelSmoothing],
    );
    return `in_features=${inner.inFeatures}, ${settings.replaceAll("'", "")}, options=${optionsText(this.options)}`;
  }
}

type Distance = (a: Tensor, b: Tensor) => Tensor;

/** A triplet loss with a distance of the caller's. */
export class TripletMarginWithDistanceLoss extends Module {
  private readonly distance: Distance | null;

  constructor(
    distance: Distance | null = null,
    public margin: Scalar = new Double(1),
    public swap = false,
    public reduction: Reduction = "mean",
  ) {
    super();
    check(
      toNumber(margin) > 0,
      () => `TripletMarginWithDistanceLoss: expected margin to be greater than 0, got ${valueText(margin)} instead`,
      "ValueError",
    );
    this.distance = distance;
    if (!distance) this.registerModule("distance_function", new PairwiseDistance());
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const module = this.modules_.get("distance_function");
    const distance: Distance = this.distance ?? ((a, b) => module?.call(a, b) as Tensor);
    const near = distance(anchor, positive);
    let far = distance(anchor, negative);
    if (this.swap) far = minimum(far, distance(positive, negative));
    return reduced(clampMin(add(sub(near, far), this.margin), 0), this.reduction);
  }
}

/** Softmax over many classes, the rarer ones in clusters of their own (Grave et al. 2017). */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  cutoffs: number[];
  shortlistSize: number;
  nClusters: number;
  headSize: number;

  constructor(
    public inFeatures: number,
    public nClasses: number,
    cutoffs: readonly number[],
    public divValue: Scalar = new Double(4),
    public headBias = false,
    device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    check(cutoffs.length > 0, "cutoffs should be a sequence of length larger than 0", "ValueError");
    const rising = cutoffs.every((c, i) => c > 0 && c < nClasses && (i === 0 || c > cutoffs[i - 1]));
    check(
      rising,
      "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is " +
        "between 1 and n_classes-1",
      "ValueError",
    );
    this.cutoffs = [...cutoffs, nClasses];
    this.shortlistSize = cutoffs[0];
    this.nClusters = cutoffs.length;
    this.headSize = this.shortlistSize + this.nClusters;
    this.registerModule("head", new Linear(inFeatures, this.headSize, headBias, device, dtype));
    const tail = cutoffs.map((_, i) => {
      const hidden = Math.floor(inFeatures / toNumber(divValue) ** (i + 1));
      const size = this.cutoffs[i + 1] - this.cutoffs[i];
      return new Sequential(
        new Linear(inFeatures, hidden, false, device, dtype),
        new Linear(hidden, size, false, device, dtype),
      );
    });
    this.registerModule("tail", new ModuleList(tail));
  }

  resetParameters(): void {
    for (const module of this.modules()) if (module instanceof Linear) module.resetParameters();
  }

  /** Log-probabilities of all classes. */
  logProb(x: Tensor): Tensor {
    const head = logSoftmax(this.child("head").run(x), 1);
    const parts = [narrow(head, 1, 0, this.shortlistSize)];
    this.child("tail")
      .children()
      .forEach((cluster, i) => {
        const share = narrow(head, 1, this.shortlistSize + i, 1);
        parts.push(add(logSoftmax(cluster.run(x), 1), share));
      });
    return cat(parts, 1);
  }

  predict(x: Tensor): Tensor {
    return argmax(this.logProb(x), 1);
  }

  override forward(x: Tensor, target: Tensor): unknown {
    check(target.ndim <= 1, "0D or 1D target tensor expected, multi-target not supported");
    const single = target.ndim === 0;
    const [inputs, labels] = single ? [unsqueeze(x, 0), unsqueeze(target, 0)] : [x, target];
    check(
      labels.dtype === int64 && inputs.sizes[0] === labels.sizes[0],
      () => `Input and target should have the same size in the batch dimension. ${formatSizes(inputs.sizes)}`,
    );
    const chosen = squeeze(gather(this.logProb(inputs), 1, unsqueeze(labels, 1)), 1);
    const loss = mean(neg(chosen));
    return new NamedValues("ASMoutput", ["output", "loss"], [single ? squeeze(chosen, 0) : chosen, loss]);
  }
}

/** Local response normalization across channels, without the padding module's average: Caffe's form. */
export class CrossMapLRN2d extends Module {
  constructor(
    public size: number,
    public alpha: Scalar = 1e-4,
    public beta: Scalar = 0.75,
    public k: Scalar = 1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const { alpha, beta, k, size } = this;
    return crossMap(x, size, toNumber(alpha), toNumber(beta), toNumber(k));
  }

  override extraRepr(): string {
    return `${this.size}, ${settingsText(["alpha", this.alpha], ["beta", this.beta], ["k", this.k])}`;
  }
}

function crossMap(x: Tensor, size: number, alpha: number, beta: number, k: number): Tensor {
  const squares = mul(x, x);
  const channels = x.sizes[1];
  const ahead = Math.floor((size - 1) / 2) + 1;
  // PyTorch's running sum never lets go of the first channel.
  const sums = Array.from({ length: channels }, (_, c) => {
    const from = c > ahead ? c - ahead + 1 : 0;
    const near = sum(narrow(squares, 1, from, Math.min(channels, c + ahead) - from), [1], true);
    return from > 0 ? add(near, narrow(squares, 1, 0, 1)) : near;
  });
  const scale = add(mul(cat(sums, 1), toFloat(alpha / size)), toFloat(k));
  return mul(x, pow(scale, toFloat(-beta)));
}

const OPTIONS = ["allow_retain_graph", "batch_chunk_size", "chunking_method", "acc_policy", "acc_dtype"];

/** `LinearCrossEntropyOptions(…)` of its fields' values. */
function optionsText(options: unknown): string {
  if (!Array.isArray(options)) return valueText(options);
  const text = (value: unknown): string =>
    typeof value === "object" && value !== null && "scalarName" in value
      ? `torch.${(value as unknown as DType).name}`
      : valueText(value);
  return `LinearCrossEntropyOptions(${OPTIONS.map((name, i) => `${name}=${text(options[i])}`).join(", ")})`;
}

export const compositeLossEntries: readonly ModuleEntry[] = [
  entry(
    LinearCrossEntropyLoss,
    "LinearCrossEntropyLoss(int in_features, int num_classes, *, Any out_features=None, bool bias=False, " +
      `${FACTORY}, str reduction='mean', Tensor? weight=None, int? ignore_index=None, float label_smoothing=0.0, ` +
      "Any options=None)",
    "A linear layer and the cross-entropy of its outputs.",
    "forward(Tensor input, Tensor target)",
  ),
  entry(
    TripletMarginWithDistanceLoss,
    "TripletMarginWithDistanceLoss(*, Callable? distance_function=None, float margin=1.0, bool swap=False, " +
      "str reduction='mean')",
    "max(0, d(anchor, positive) − d(anchor, negative) + margin) with a distance of one's own.",
    "forward(Tensor anchor, Tensor positive, Tensor negative)",
  ),
  entry(
    AdaptiveLogSoftmaxWithLoss,
    "AdaptiveLogSoftmaxWithLoss(int in_features, int n_classes, int[] cutoffs, float div_value=4.0, " +
      `bool head_bias=False, ${FACTORY})`,
    "Softmax over many classes, the rarer ones in clusters.",
    "forward(Tensor input, Tensor target)",
  ),
  entry(
    CrossMapLRN2d,
    "CrossMapLRN2d(int size, float alpha=0.0001, float beta=0.75, float k=1)",
    "Divides by a power of the sum of squares over neighbouring channels.",
  ),
];
