import { check } from "../../tensor/errors";
import { fractionalMaxPools } from "../../tensor/ops/nn/fractional_pool";
import { lpPools } from "../../tensor/ops/nn/lp_pool";
import {
  adaptiveAveragePools,
  adaptiveMaxPools,
  averagePools,
  maxPools,
  maxUnpools,
  type OutputSize,
} from "../../tensor/ops/nn/pooling";
import type { Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { settingsText, tupleText, valueText } from "../text";

type Size = number | readonly number[];
type Constructor = new (...args: never[]) => Module;

const tupled = (size: Size, n: number): readonly number[] =>
  typeof size === "number" ? new Array(n).fill(size) : size;
function named<T extends Constructor>(type: T, name: string): T {
  Object.defineProperty(type, "name", { value: name });
  return type;
}

function maxPoolClass(dims: number) {
  return class extends Module {
    stride: Size;
    constructor(
      public kernelSize: Size,
      stride: Size | null = null,
      public padding: Size = 0,
      public dilation: Size = 1,
      public returnIndices: boolean = false,
      public ceilMode: boolean = false,
    ) {
      super();
      this.stride = stride ?? kernelSize;
    }

    override forward(x: Tensor): Tensor | Tensor[] {
      const pool = maxPools[dims - 1];
      return pool(x, this.kernelSize, this.stride, this.padding, this.dilation, this.ceilMode, this.returnIndices);
    }

    override extraRepr(): string {
      return settingsText(
        ["kernel_size", this.kernelSize],
        ["stride", this.stride],
        ["padding", this.padding],
        ["dilation", this.dilation],
        ["ceil_mode", this.ceilMode],
      );
    }
  };
}

function averagePoolClass(dims: number) {
  return class extends Module {
    kernelSize: Size;
    stride: Size;
    padding: Size;
    constructor(
      kernelSize: Size,
      stride: Size | null = null,
      padding: Size = 0,
      public ceilMode: boolean = false,
      public countIncludePad: boolean = true,
      public divisorOverride: number | null = null,
    ) {
      super();
      const settled = (size: Size): Size => (dims === 1 ? tupled(size, 1) : size);
      this.kernelSize = settled(kernelSize);
      this.stride = settled(stride ?? kernelSize);
      this.padding = settled(padding);
    }

    override forward(x: Tensor): Tensor {
      const pool = averagePools[dims - 1];
      const { kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
      return pool(x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride);
    }

    override extraRepr(): string {
      return settingsText(["kernel_size", this.kernelSize], ["stride", this.stride], ["padding", this.padding]);
    }
  };
}

function adaptiveClass(run: (x: Tensor, size: OutputSize, returnIndices: boolean) => Tensor | Tensor[]) {
  return class extends Module {
    constructor(
      public outputSize: OutputSize,
      public returnIndices: boolean = false,
    ) {
      super();
    }

    override forward(x: Tensor): Tensor | Tensor[] {
      return run(x, this.outputSize, this.returnIndices);
    }

    override extraRepr(): string {
      return settingsText(["output_size", this.outputSize]);
    }
  };
}

function unpoolClass(dims: number) {
  return class extends Module {
    kernelSize: readonly number[];
    stride: readonly number[];
    padding: readonly number[];
    constructor(kernelSize: Size, stride: Size | null = null, padding: Size = 0) {
      super();
      this.kernelSize = tupled(kernelSize, dims);
      this.stride = tupled(stride ?? kernelSize, dims);
      this.padding = tupled(padding, dims);
    }

    override forward(x: Tensor, indices: Tensor, outputSize: readonly number[] | null = null): Tensor {
      return maxUnpools[dims - 1](x, indices, this.kernelSize, this.stride, this.padding, outputSize);
    }

    override extraRepr(): string {
      const { kernelSize, stride, padding } = this;
      return `kernel_size=${tupleText(kernelSize)}, stride=${tupleText(stride)}, padding=${tupleText(padding)}`;
    }
  };
}

function lpPoolClass(dims: number) {
  return class extends Module {
    constructor(
      public normType: Scalar,
      public kernelSize: Size,
      public stride: Size | null = null,
      public ceilMode: boolean = false,
    ) {
      super();
    }

    override forward(x: Tensor): Tensor {
      return lpPools[dims - 1](x, this.normType, this.kernelSize, this.stride, this.ceilMode);
    }

    override extraRepr(): string {
      const { normType, kernelSize, stride, ceilMode } = this;
      return `norm_type=${valueText(normType)}, ${settingsText(["kernel_size", kernelSize], ["stride", stride], ["ceil_mode", ceilMode])}`;
    }
  };
}

function fractionalClass(dims: number) {
  const run = dims === 2 ? fractionalMaxPools[2] : fractionalMaxPools[3];
  return class extends Module {
    constructor(
      public kernelSize: Size,
      public outputSize: Size | null = null,
      public outputRatio: Scalar | readonly Scalar[] | null = null,
      public returnIndices: boolean = false,
      samples: Tensor | null = null,
    ) {
      super();
      this.registerBuffer("_random_samples", samples);
      const given = Number(outputSize !== null) + Number(outputRatio !== null);
      const name = `FractionalMaxPool${dims}d`;
      check(given > 0, `${name} requires specifying either an output size, or a pooling ratio`, "ValueError");
      check(given < 2, "only one of output_size and output_ratio may be specified", "ValueError");
    }

    override forward(x: Tensor): unknown {
      const samples = this.tensorOrNull("_random_samples");
      return run(x, this.kernelSize, this.outputSize, this.outputRatio, this.returnIndices, samples);
    }
  };
}

interface Family {
  readonly prefix: string;
  readonly dims: readonly number[];
  readonly make: (dims: number) => Constructor;
  readonly params: (dims: number) => string;
  readonly summary: string;
  readonly forward?: string;
}

const WINDOW = "Any kernel_size, Any stride=None, Any padding=0";
const all = [1, 2, 3];

const families: readonly Family[] = [
  {
    prefix: "MaxPool",
    dims: all,
    make: maxPoolClass,
    params: () => `${WINDOW}, Any dilation=1, bool return_indices=False, bool ceil_mode=False`,
    summary: "The maximum of each window.",
  },
  {
    prefix: "AvgPool",
    dims: all,
    make: averagePoolClass,
    params: (dims) =>
      `${WINDOW}, bool ceil_mode=False, bool count_include_pad=True${dims > 1 ? ", int? divisor_override=None" : ""}`,
    summary: "The average of each window.",
  },
  {
    prefix: "AdaptiveAvgPool",
    dims: all,
    make: (dims) => adaptiveClass((x, size) => adaptiveAveragePools[dims - 1](x, size)),
    params: () => "Any output_size",
    summary: "Averages over as many equal parts as the output has elements.",
  },
  {
    prefix: "AdaptiveMaxPool",
    dims: all,
    make: (dims) => adaptiveClass((x, size, indices) => adaptiveMaxPools[dims - 1](x, size, indices)),
    params: () => "Any output_size, bool return_indices=False",
    summary: "Maxima over as many equal parts as the output has elements.",
  },
  {
    prefix: "MaxUnpool",
    dims: all,
    make: unpoolClass,
    params: () => WINDOW,
    summary: "Puts maxima back where they came from.",
    forward: "forward(Tensor input, Tensor indices, int[]? output_size=None)",
  },
  {
    prefix: "FractionalMaxPool",
    dims: [2, 3],
    make: fractionalClass,
    params: () =>
      "Any kernel_size, Any output_size=None, Any output_ratio=None, bool return_indices=False, " +
      "Tensor? _random_samples=None",
    summary: "Maxima of windows at random places.",
  },
  {
    prefix: "LPPool",
    dims: all,
    make: lpPoolClass,
    params: () => "float norm_type, Any kernel_size, Any stride=None, bool ceil_mode=False",
    summary: "The p-norm of each window.",
  },
];

export const poolingEntries: readonly ModuleEntry[] = families.flatMap((family) =>
  family.dims.map((dims) => {
    const name = `${family.prefix}${dims}d`;
    return entry(named(family.make(dims), name), `${name}(${family.params(dims)})`, family.summary, family.forward);
  }),
);
