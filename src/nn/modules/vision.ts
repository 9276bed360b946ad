import { cosineSimilarity, pairwiseDistance } from "../../tensor/ops/nn/distances";
import { interpolate } from "../../tensor/ops/nn/interpolate";
import { channelShuffle, pixelShuffle, pixelUnshuffle } from "../../tensor/ops/nn/shuffle";
import { fold, unfold } from "../../tensor/ops/nn/unfold";
import { Double, type Scalar, toFloat, toNumber } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { settingsText, valueText } from "../text";

type Factor = Scalar | readonly Scalar[] | null;
type Size = number | readonly number[];

/** Scale factors are floats, in the repr too. */
function asFloats(factor: Factor): Factor {
  if (factor === null) return null;
  return Array.isArray(factor) ? factor.map((f: Scalar) => toFloat(toNumber(f))) : toFloat(toNumber(factor as Scalar));
}

export class Upsample extends Module {
  scaleFactor: Factor;

  constructor(
    public size: Size | null = null,
    scaleFactor: Factor = null,
    public mode: string = "nearest",
    public alignCorners: boolean | null = null,
    public recomputeScaleFactor: boolean | null = null,
  ) {
    super();
    this.scaleFactor = asFloats(scaleFactor);
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this.size, this.scaleFactor, this.mode, this.alignCorners, this.recomputeScaleFactor);
  }

  override extraRepr(): string {
    const target = this.scaleFactor !== null ? ["scale_factor", this.scaleFactor] : ["size", this.size];
    return `${target[0]}=${valueText(target[1])}, mode=${valueText(this.mode)}`;
  }
}

export class UpsamplingNearest2d extends Upsample {
  constructor(size: Size | null = null, scaleFactor: Factor = null) {
    super(size, scaleFactor, "nearest");
  }
}

export class UpsamplingBilinear2d extends Upsample {
  constructor(size: Size | null = null, scaleFactor: Factor = null) {
    super(size, scaleFactor, "bilinear", true);
  }
}

export class PixelShuffle extends Module {
  constructor(public upscaleFactor: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }

  override extraRepr(): string {
    return settingsText(["upscale_factor", this.upscaleFactor]);
  }
}

export class PixelUnshuffle extends Module {
  constructor(public downscaleFactor: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  override extraRepr(): string {
    return settingsText(["downscale_factor", this.downscaleFactor]);
  }
}

export class ChannelShuffle extends Module {
  constructor(public groups: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }

  override extraRepr(): string {
    return settingsText(["groups", this.groups]);
  }
}

export class Unfold extends Module {
  constructor(
    public kernelSize: Size,
    public dilation: Size = 1,
    public padding: Size = 0,
    public stride: Size = 1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this.dilation, this.padding, this.stride);
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    return settingsText(["kernel_size", kernelSize], ["dilation", dilation], ["padding", padding], ["stride", stride]);
  }
}

export class Fold extends Module {
  constructor(
    public outputSize: Size,
    public kernelSize: Size,
    public dilation: Size = 1,
    public padding: Size = 0,
    public stride: Size = 1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this.dilation, this.padding, this.stride);
  }

  override extraRepr(): string {
    const { outputSize, kernelSize, dilation, padding, stride } = this;
    return settingsText(
      ["output_size", outputSize],
      ["kernel_size", kernelSize],
      ["dilation", dilation],
      ["padding", padding],
      ["stride", stride],
    );
  }
}

export class CosineSimilarity extends Module {
  constructor(
    public dim: number = 1,
    public eps: Scalar = 1e-8,
  ) {
    super();
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this.dim, this.eps);
  }
}

export class PairwiseDistance extends Module {
  constructor(
    public norm: Scalar = new Double(2),
    public eps: Scalar = 1e-6,
    public keepdim: boolean = false,
  ) {
    super();
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}

const PAIR = "forward(Tensor x1, Tensor x2)";

export const visionEntries: readonly ModuleEntry[] = [
  entry(
    Upsample,
    "Upsample(Any size=None, Any scale_factor=None, str mode='nearest', bool? align_corners=None, bool? recompute_scale_factor=None)",
    "Resizes images or sequences.",
  ),
  entry(
    UpsamplingNearest2d,
    "UpsamplingNearest2d(Any size=None, Any scale_factor=None)",
    "Resizes images by the nearest pixel.",
  ),
  entry(
    UpsamplingBilinear2d,
    "UpsamplingBilinear2d(Any size=None, Any scale_factor=None)",
    "Resizes images bilinearly, corners aligned.",
  ),
  entry(PixelShuffle, "PixelShuffle(int upscale_factor)", "Channels become pixels."),
  entry(PixelUnshuffle, "PixelUnshuffle(int downscale_factor)", "Pixels become channels."),
  entry(ChannelShuffle, "ChannelShuffle(int groups)", "Interleaves groups of channels."),
  entry(
    Unfold,
    "Unfold(Any kernel_size, Any dilation=1, Any padding=0, Any stride=1)",
    "Sliding blocks of images as columns.",
  ),
  entry(
    Fold,
    "Fold(Any output_size, Any kernel_size, Any dilation=1, Any padding=0, Any stride=1)",
    "Columns of sliding blocks back into images.",
  ),
  entry(CosineSimilarity, "CosineSimilarity(int dim=1, float eps=1e-08)", "The cosine of the angle.", PAIR),
  entry(
    PairwiseDistance,
    "PairwiseDistance(float p=2.0, float eps=1e-06, bool keepdim=False)",
    "The p-norm of differences.",
    PAIR,
  ),
];
