import { type DType, int64 } from "../../tensor/dtype";
import { toNumbers } from "../../tensor/elements";
import { check } from "../../tensor/errors";
import { fillInto } from "../../tensor/kernels/fill";
import { modes, noGrad } from "../../tensor/modes";
import { add_ } from "../../tensor/ops/arithmetic";
import { batchNorm } from "../../tensor/ops/nn/batch_norm";
import { groupNorm, layerNorm } from "../../tensor/ops/nn/layer_norm";
import { instanceNorm, localResponseNorm, rmsNorm } from "../../tensor/ops/nn/norms";
import { squeeze, unsqueeze } from "../../tensor/ops/views";
import { Double, type Scalar } from "../../tensor/scalar";
import { empty, type Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import type { LoadContext, StateStore } from "../state";
import { settingsText, tupleText, valueText } from "../text";

function filled(t: Tensor | null, value: number): void {
  if (t && !t.isAbstract && !modes.abstract) fillInto(t, value);
}

/** What batch and instance normalization share: weight and bias per channel, running statistics. */
abstract class ChannelNorm extends Module {
  constructor(
    public numFeatures: number,
    public eps: Scalar,
    public momentum: Scalar | null,
    public affine: boolean,
    public trackRunningStats: boolean,
    bias: boolean,
    dtype: DType | null,
  ) {
    super();
    const size = [numFeatures];
    this.registerParameter("weight", affine ? emptyParameter(size, dtype) : null);
    this.registerParameter("bias", affine && bias ? emptyParameter(size, dtype) : null);
    const statistic = (): Tensor | null => (trackRunningStats ? emptyParameter(size, dtype).alias() : null);
    this.registerBuffer("running_mean", statistic());
    this.registerBuffer("running_var", statistic());
    this.registerBuffer("num_batches_tracked", trackRunningStats ? empty([], int64) : null);
    this.resetParameters();
  }

  /** Since version 2 the state counts batches. */
  override get stateVersion(): number {
    return 2;
  }

  override loadOwnState(state: StateStore, context: LoadContext): void {
    const key = `${context.prefix}num_batches_tracked`;
    const count = this.tensorOrNull("num_batches_tracked");
    if ((context.version ?? 1) < 2 && count && !state.has(key)) state.set(key, count.alias());
    super.loadOwnState(state, context);
  }

  resetRunningStats(): void {
    filled(this.tensorOrNull("running_mean"), 0);
    filled(this.tensorOrNull("running_var"), 1);
    filled(this.tensorOrNull("num_batches_tracked"), 0);
  }

  resetParameters(): void {
    this.resetRunningStats();
    filled(this.tensorOrNull("weight"), 1);
    filled(this.tensorOrNull("bias"), 0);
  }

  override extraRepr(): string {
    return [
      this.numFeatures,
      settingsText(
        ["eps", this.eps],
        ["momentum", this.momentum],
        ["affine", this.affine],
        ["bias", this.tensorOrNull("bias") !== null],
        ["track_running_stats", this.trackRunningStats],
      ),
    ].join(", ");
  }
}

abstract class BatchNorm extends ChannelNorm {
  constructor(
    numFeatures: number,
    eps: Scalar = 1e-5,
    momentum: Scalar | null = 0.1,
    affine: boolean = true,
    trackRunningStats: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
    bias: boolean = true,
  ) {
    super(numFeatures, eps, momentum, affine, trackRunningStats, bias, dtype);
  }

  protected abstract checkInput(x: Tensor): void;

  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    const count = this.tensorOrNull("num_batches_tracked");
    let factor: Scalar = this.momentum ?? 0;
    if (this.training && this.trackRunningStats && count) {
      noGrad(() => add_(count, 1));
      if (this.momentum === null) factor = count.isAbstract ? 1 : 1 / toNumbers(count)[0];
    }
    const mean = this.tensorOrNull("running_mean");
    const variance = this.tensorOrNull("running_var");
    const useBatch = this.training || (mean === null && variance === null);
    const keep = !this.training || this.trackRunningStats;
    return batchNorm(
      x,
      keep ? mean : null,
      keep ? variance : null,
      this.tensorOrNull("weight"),
      this.tensorOrNull("bias"),
      useBatch,
      factor,
      this.eps,
    );
  }
}

function checkDims(x: Tensor, allowed: readonly number[]): void {
  check(
    allowed.includes(x.ndim),
    () => `expected ${allowed.map((n) => `${n}D`).join(" or ")} input (got ${x.ndim}D input)`,
    "ValueError",
  );
}

export class BatchNorm1d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    checkDims(x, [2, 3]);
  }
}

export class BatchNorm2d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    checkDims(x, [4]);
  }
}

export class BatchNorm3d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    checkDims(x, [5]);
  }
}

/** Batch normalization over the processes of a group: here there is one process. */
export class SyncBatchNorm extends BatchNorm {
  constructor(
    numFeatures: number,
    eps?: Scalar,
    momentum?: Scalar | null,
    affine?: boolean,
    trackRunningStats?: boolean,
    _processGroup: unknown = null,
    device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype);
  }

  protected checkInput(x: Tensor): void {
    check(x.ndim >= 2, () => `expected at least 2D input (got ${x.ndim}D input)`, "ValueError");
  }
}

abstract class InstanceNorm extends ChannelNorm {
  constructor(
    numFeatures: number,
    eps: Scalar = 1e-5,
    momentum: Scalar = 0.1,
    affine: boolean = false,
    trackRunningStats: boolean = false,
    _device: unknown = null,
    dtype: DType | null = null,
    bias: boolean = true,
  ) {
    super(numFeatures, eps, momentum, affine, trackRunningStats, bias, dtype);
  }

  /** Spatial dimensions. */
  protected abstract readonly spatial: number;

  override forward(x: Tensor): Tensor {
    checkDims(x, [this.spatial + 1, this.spatial + 2]);
    const channels = x.sizes[x.ndim - this.spatial - 1];
    check(
      !this.affine || channels === this.numFeatures,
      () =>
        `expected input's size at dim=${x.ndim - this.spatial - 1} to match num_features (${this.numFeatures}), but got: ${channels}.`,
      "ValueError",
    );
    return x.ndim === this.spatial + 1 ? squeeze(this.normalized(unsqueeze(x, 0)), 0) : this.normalized(x);
  }

  private normalized(x: Tensor): Tensor {
    return instanceNorm(
      x,
      this.tensorOrNull("running_mean"),
      this.tensorOrNull("running_var"),
      this.tensorOrNull("weight"),
      this.tensorOrNull("bias"),
      this.training || !this.trackRunningStats,
      this.momentum ?? 0,
      this.eps,
    );
  }
}

export class InstanceNorm1d extends InstanceNorm {
  protected get spatial(): number {
    return 1;
  }
}

export class InstanceNorm2d extends InstanceNorm {
  protected get spatial(): number {
    return 2;
  }
}

export class InstanceNorm3d extends InstanceNorm {
  protected get spatial(): number {
    return 3;
  }
}

type Shape = number | readonly number[];
const shapeOf = (shape: Shape): readonly number[] => (typeof shape === "number" ? [shape] : shape);

export class LayerNorm extends Module {
  normalizedShape: readonly number[];

  constructor(
    shape: Shape,
    public eps: Scalar = 1e-5,
    public elementwiseAffine: boolean = true,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    this.normalizedShape = shapeOf(shape);
    this.registerParameter("weight", elementwiseAffine ? emptyParameter(this.normalizedShape, dtype) : null);
    this.registerParameter("bias", elementwiseAffine && bias ? emptyParameter(this.normalizedShape, dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    filled(this.tensorOrNull("weight"), 1);
    filled(this.tensorOrNull("bias"), 0);
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.tensorOrNull("weight"), this.tensorOrNull("bias"), this.eps);
  }

  override extraRepr(): string {
    const bias = this.tensorOrNull("bias") !== null;
    const settings = settingsText(["eps", this.eps], ["elementwise_affine", this.elementwiseAffine], ["bias", bias]);
    return `${tupleText(this.normalizedShape)}, ${settings}`;
  }
}

export class RMSNorm extends Module {
  normalizedShape: readonly number[];

  constructor(
    shape: Shape,
    public eps: Scalar | null = null,
    public elementwiseAffine: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    this.normalizedShape = shapeOf(shape);
    this.registerParameter("weight", elementwiseAffine ? emptyParameter(this.normalizedShape, dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    filled(this.tensorOrNull("weight"), 1);
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.tensorOrNull("weight"), this.eps);
  }

  override extraRepr(): string {
    const settings = settingsText(["eps", this.eps], ["elementwise_affine", this.elementwiseAffine]);
    return `${tupleText(this.normalizedShape)}, ${settings}`;
  }
}

export class GroupNorm extends Module {
  constructor(
    public numGroups: number,
    public numChannels: number,
    public eps: Scalar = 1e-5,
    public affine: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
    bias: boolean = true,
  ) {
    super();
    check(
      numChannels % numGroups === 0,
      () => `num_channels (${numChannels}) must be divisible by num_groups (${numGroups})`,
      "ValueError",
    );
    this.registerParameter("weight", affine ? emptyParameter([numChannels], dtype) : null);
    this.registerParameter("bias", affine && bias ? emptyParameter([numChannels], dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    filled(this.tensorOrNull("weight"), 1);
    filled(this.tensorOrNull("bias"), 0);
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.tensorOrNull("weight"), this.tensorOrNull("bias"), this.eps);
  }

  override extraRepr(): string {
    const bias = this.tensorOrNull("bias") !== null;
    const settings = settingsText(["eps", this.eps], ["affine", this.affine], ["bias", bias]);
    return `${this.numGroups}, ${this.numChannels}, ${settings}`;
  }
}

export class LocalResponseNorm extends Module {
  constructor(
    public size: number,
    public alpha: Scalar = 1e-4,
    public beta: Scalar = 0.75,
    public k: Scalar = new Double(1),
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this.alpha, this.beta, this.k);
  }

  override extraRepr(): string {
    return `${valueText(this.size)}, ${settingsText(["alpha", this.alpha], ["beta", this.beta], ["k", this.k])}`;
  }
}

const channelNorm = (name: string, affine: string): string =>
  `${name}(int num_features, float eps=1e-05, float? momentum=0.1, bool affine=${affine}, ` +
  `bool track_running_stats=${affine}, ${FACTORY}, *, bool bias=True)`;
const BATCH = "Normalizes each channel over the batch; running statistics in eval mode.";
const INSTANCE = "Normalizes each channel of each sample by itself.";

export const normalizationEntries: readonly ModuleEntry[] = [
  entry(BatchNorm1d, channelNorm("BatchNorm1d", "True"), BATCH),
  entry(BatchNorm2d, channelNorm("BatchNorm2d", "True"), BATCH),
  entry(BatchNorm3d, channelNorm("BatchNorm3d", "True"), BATCH),
  entry(
    SyncBatchNorm,
    "SyncBatchNorm(int num_features, float eps=1e-05, float? momentum=0.1, bool affine=True, " +
      `bool track_running_stats=True, Any process_group=None, ${FACTORY})`,
    BATCH,
  ),
  entry(InstanceNorm1d, channelNorm("InstanceNorm1d", "False"), INSTANCE),
  entry(InstanceNorm2d, channelNorm("InstanceNorm2d", "False"), INSTANCE),
  entry(InstanceNorm3d, channelNorm("InstanceNorm3d", "False"), INSTANCE),
  entry(
    LayerNorm,
    `LayerNorm(Any normalized_shape, float eps=1e-05, bool elementwise_affine=True, bool bias=True, ${FACTORY})`,
    "Normalizes over the last dimensions, each position of the rest by itself.",
  ),
  entry(
    RMSNorm,
    `RMSNorm(Any normalized_shape, float? eps=None, bool elementwise_affine=True, ${FACTORY})`,
    "Divides by the root mean square over the last dimensions.",
  ),
  entry(
    GroupNorm,
    `GroupNorm(int num_groups, int num_channels, float eps=1e-05, bool affine=True, ${FACTORY}, *, bool bias=True)`,
    "Normalizes each sample's channels in groups.",
  ),
  entry(
    LocalResponseNorm,
    "LocalResponseNorm(int size, float alpha=0.0001, float beta=0.75, float k=1.0)",
    "Divides by a power of the mean square over neighbouring channels.",
  ),
];
