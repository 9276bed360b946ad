import type { DType } from "../../tensor/dtype";
import { noGrad } from "../../tensor/modes";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import type { Module } from "../module";
import { materialize, uninitializedParameter } from "../parameter";
import * as convolutions from "./convolution";
import { Linear } from "./linear";
import * as norms from "./normalization";

type Plain = new (...args: never[]) => Module;

/** How a plain class is made lazy. */
interface Lazy {
  readonly type: Plain;
  readonly schema: string;
  /** The plain constructor's arguments from the lazy one's, with zero input features and no parameters yet. */
  readonly plainArguments: (given: readonly unknown[]) => readonly unknown[];
  /** Whether weight and bias are wanted, by the lazy constructor's arguments. */
  readonly wanted: (given: readonly unknown[]) => { readonly weight: boolean; readonly bias: boolean };
  /** Where the constructor's dtype is. */
  readonly dtypeAt: number;
  /** Called after the class has taken the place of the lazy one, with the first input: sets sizes. */
  readonly infer: (module: Module, x: Tensor) => void;
  readonly forward?: string;
}

type Sized = Module & Record<string, unknown> & { resetParameters(): void };

function fill(module: Module, sizes: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    const t = module.tensorOrNull(name);
    if (t?.isUninitialized) materialize(t, size);
  }
}

/**
 * A class whose first call tells how many features its input has; then it is the plain class. The parameters are the
 * same objects before and after, so that an optimiser may hold them.
 */
function lazyClass(lazy: Lazy): ModuleEntry {
  const made = class extends (lazy.type as unknown as new (...args: readonly unknown[]) => Module) {
    constructor(...given: readonly unknown[]) {
      super(...lazy.plainArguments(given));
      const { weight, bias } = lazy.wanted(given);
      const dtype = (given[lazy.dtypeAt] ?? null) as DType | null;
      if ("affine" in this) this.affine = weight;
      this.parameters_.set("weight", weight ? uninitializedParameter(dtype) : null);
      this.parameters_.set("bias", bias ? uninitializedParameter(dtype) : null);
      for (const name of ["running_mean", "running_var"]) {
        if (this.buffers_.get(name)) this.buffers_.set(name, uninitializedParameter(dtype, false));
      }
    }

    override call(...args: readonly unknown[]): unknown {
      Object.setPrototypeOf(this, lazy.type.prototype as object);
      const open = [...this.parameters_.values(), ...this.buffers_.values()].some((t) => t?.isUninitialized);
      noGrad(() => lazy.infer(this, args[0] as Tensor));
      if (open) (this as unknown as Sized).resetParameters();
      return this.call(...args);
    }
  };
  return entry(made, lazy.schema, "Finds its number of input features at its first call.", lazy.forward);
}

const linear: Lazy = {
  type: Linear,
  schema: `LazyLinear(int out_features, bool bias=True, ${FACTORY})`,
  plainArguments: ([out, , device, dtype]) => [0, out, false, device ?? null, dtype ?? null],
  wanted: ([, bias = true]) => ({ weight: true, bias: Boolean(bias) }),
  dtypeAt: 3,
  infer(module, x) {
    const sized = module as unknown as Linear;
    sized.inFeatures = x.sizes[x.ndim - 1];
    fill(module, { weight: [sized.outFeatures, sized.inFeatures], bias: [sized.outFeatures] });
  },
};

const TAIL = `str padding_mode='zeros', ${FACTORY}`;
const HEAD = "int out_channels, Any kernel_size, Any stride=1, Any padding=0";

/** The position of `bias` among the arguments of lazy convolutions, transposed or not. */
const BIAS_AT = 6;

/** The lazy form of a convolution. */
function lazyConvolution(type: Plain, transposed: boolean, dims: number): Lazy {
  return {
    type,
    schema: transposed
      ? `LazyConvTranspose${dims}d(${HEAD}, Any output_padding=0, int groups=1, bool bias=True, Any dilation=1, ${TAIL})`
      : `LazyConv${dims}d(${HEAD}, Any dilation=1, int groups=1, bool bias=True, ${TAIL})`,
    // Groups divide the channels only once these are known.
    plainArguments: (given) => [0, ...given],
    wanted: (given) => ({ weight: true, bias: Boolean(given[BIAS_AT] ?? true) }),
    dtypeAt: transposed ? 10 : 9,
    infer(module, x) {
      const sized = module as Sized & { outChannels: number; groups: number; kernelSize: number[] };
      const channels = x.sizes[x.ndim - dims - 1];
      (sized as Record<string, unknown>).inChannels = channels;
      const { outChannels, groups, kernelSize } = sized;
      const leading = transposed ? [channels, outChannels / groups] : [outChannels, channels / groups];
      fill(module, { weight: [...leading, ...kernelSize], bias: [outChannels] });
    },
    forward: transposed ? "forward(Tensor input, int[]? output_size=None)" : undefined,
  };
}

function lazyNorm(type: Plain, name: string): Lazy {
  return {
    type,
    schema:
      `${name}(float eps=1e-05, float? momentum=0.1, bool affine=True, bool track_running_stats=True, ` + `${FACTORY})`,
    plainArguments: ([eps, momentum, , track = true, device, dtype]) => [
      0,
      eps,
      momentum,
      false,
      track,
      device ?? null,
      dtype ?? null,
    ],
    wanted: ([, , given = true]) => ({ weight: Boolean(given), bias: Boolean(given) }),
    dtypeAt: 5,
    infer(module, x) {
      const sized = module as Sized;
      const channels = x.sizes[1];
      (sized as Record<string, unknown>).numFeatures = channels;
      const size = [channels];
      fill(module, { weight: size, bias: size, running_mean: size, running_var: size });
    },
  };
}

const { Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } = convolutions;
const { BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d } = norms;

export const lazyEntries: readonly ModuleEntry[] = [
  linear,
  ...[Conv1d, Conv2d, Conv3d].map((type, i) => lazyConvolution(type, false, i + 1)),
  ...[ConvTranspose1d, ConvTranspose2d, ConvTranspose3d].map((type, i) => lazyConvolution(type, true, i + 1)),
  ...[BatchNorm1d, BatchNorm2d, BatchNorm3d].map((type, i) => lazyNorm(type, `LazyBatchNorm${i + 1}d`)),
  ...[InstanceNorm1d, InstanceNorm2d, InstanceNorm3d].map((type, i) => lazyNorm(type, `LazyInstanceNorm${i + 1}d`)),
].map(lazyClass);
