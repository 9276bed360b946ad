import type { DType } from "../../tensor/dtype";
import { bilinear, linear } from "../../tensor/ops/matmul";
import { flatten, unflatten } from "../../tensor/ops/views";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { drawLinear, drawUniform } from "../initial";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import { settingsText, tupleText } from "../text";

export class Linear extends Module {
  constructor(
    public inFeatures: number,
    public outFeatures: number,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    this.registerParameter("weight", emptyParameter([outFeatures, inFeatures], dtype));
    this.registerParameter("bias", bias ? emptyParameter([outFeatures], dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    drawLinear(this.tensor("weight"), this.tensorOrNull("bias"));
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.tensor("weight"), this.tensorOrNull("bias"));
  }

  override extraRepr(): string {
    return settingsText(
      ["in_features", this.inFeatures],
      ["out_features", this.outFeatures],
      ["bias", this.tensorOrNull("bias") !== null],
    );
  }
}

/** The output projection of MultiheadAttention, which PyTorch's repr shows under this name. */
export class NonDynamicallyQuantizableLinear extends Linear {
  override get typeName(): string {
    return "NonDynamicallyQuantizableLinear";
  }
}

export class Identity extends Module {
  override forward(x: unknown): unknown {
    return x;
  }
}

export class Bilinear extends Module {
  constructor(
    public in1Features: number,
    public in2Features: number,
    public outFeatures: number,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    this.registerParameter("weight", emptyParameter([outFeatures, in1Features, in2Features], dtype));
    this.registerParameter("bias", bias ? emptyParameter([outFeatures], dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    drawUniform(1 / Math.sqrt(this.in1Features), [this.tensor("weight"), this.tensorOrNull("bias")]);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return bilinear(x1, x2, this.tensor("weight"), this.tensorOrNull("bias"));
  }

  override extraRepr(): string {
    return settingsText(
      ["in1_features", this.in1Features],
      ["in2_features", this.in2Features],
      ["out_features", this.outFeatures],
      ["bias", this.tensorOrNull("bias") !== null],
    );
  }
}

export class Flatten extends Module {
  constructor(
    public startDim: number = 1,
    public endDim: number = -1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return settingsText(["start_dim", this.startDim], ["end_dim", this.endDim]);
  }
}

export class Unflatten extends Module {
  constructor(
    public dim: number,
    public unflattenedSize: readonly number[],
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${tupleText(this.unflattenedSize)}`;
  }
}

export const linearEntries: readonly ModuleEntry[] = [
  entry(
    Linear,
    `Linear(int in_features, int out_features, bool bias=True, ${FACTORY})`,
    "y = x · Wᵀ + b over the last dimension.",
  ),
  entry(Identity, "Identity(*args, **kwargs)", "Gives its input back.", "forward(Any input)"),
  entry(
    Bilinear,
    `Bilinear(int in1_features, int in2_features, int out_features, bool bias=True, ${FACTORY})`,
    "y = x₁ᵀ · A · x₂ + b.",
    "forward(Tensor input1, Tensor input2)",
  ),
  entry(Flatten, "Flatten(Any start_dim=1, Any end_dim=-1)", "Joins a range of dimensions into one."),
  entry(Unflatten, "Unflatten(int dim, Any unflattened_size)", "Splits a dimension into several."),
];
