import type { DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { conv, convTranspose } from "../../tensor/ops/nn/convolution";
import { pad } from "../../tensor/ops/nn/pad";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { drawLinear } from "../initial";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import { plainText, settingsText, tupleText } from "../text";

type Size = number | readonly number[];
const repeated = (size: Size, n: number): number[] => (typeof size === "number" ? new Array(n).fill(size) : [...size]);

const PADDING_MODES = ["zeros", "reflect", "replicate", "circular"];

/** Fields, parameters and text common to convolutions and transposed convolutions of `dims` dimensions. */
abstract class Convolution extends Module {
  kernelSize: number[];
  stride: number[];
  padding: number[] | string;
  dilation: number[];
  outputPadding: number[];
  transposed: boolean;

  constructor(
    dims: number,
    transposed: boolean,
    public inChannels: number,
    public outChannels: number,
    kernelSize: Size,
    stride: Size,
    padding: Size | string,
    outputPadding: Size,
    dilation: Size,
    public groups: number,
    bias: boolean,
    public paddingMode: string,
    dtype: DType | null,
  ) {
    super();
    check(groups > 0, "groups must be a positive integer", "ValueError");
    check(inChannels % groups === 0, "in_channels must be divisible by groups", "ValueError");
    check(outChannels % groups === 0, "out_channels must be divisible by groups", "ValueError");
    check(
      typeof padding !== "string" || padding === "same" || padding === "valid",
      () => `Invalid padding string '${padding}', should be one of {'same', 'valid'}`,
      "ValueError",
    );
    check(
      PADDING_MODES.includes(paddingMode),
      () =>
        `padding_mode must be one of {${PADDING_MODES.map((m) => `'${m}'`).join(", ")}}, but got padding_mode='${paddingMode}'`,
      "ValueError",
    );
    this.transposed = transposed;
    this.kernelSize = repeated(kernelSize, dims);
    this.stride = repeated(stride, dims);
    check(
      padding !== "same" || this.stride.every((s) => s === 1),
      "padding='same' is not supported for strided convolutions",
      "ValueError",
    );
    this.padding = typeof padding === "string" ? padding : repeated(padding, dims);
    this.outputPadding = repeated(outputPadding, dims);
    this.dilation = repeated(dilation, dims);
    const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.registerParameter("weight", emptyParameter([...channels, ...this.kernelSize], dtype));
    this.registerParameter("bias", bias ? emptyParameter([outChannels], dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    drawLinear(this.tensor("weight"), this.tensorOrNull("bias"));
  }

  override extraRepr(): string {
    const some = (v: readonly number[] | string, plain: number): boolean =>
      typeof v === "string" || v.some((n) => n !== plain);
    const text = (v: readonly number[] | string): string => (typeof v === "string" ? v : tupleText(v));
    return [
      this.inChannels,
      this.outChannels,
      settingsText(
        ["kernel_size", text(this.kernelSize)],
        ["stride", text(this.stride)],
        ["padding", text(this.padding), some(this.padding, 0)],
        ["dilation", text(this.dilation), some(this.dilation, 1)],
        ["output_padding", text(this.outputPadding), some(this.outputPadding, 0)],
        ["groups", this.groups, this.groups !== 1],
        ["bias", false, this.tensorOrNull("bias") === null],
        ["padding_mode", plainText(this.paddingMode), this.paddingMode !== "zeros"],
      ),
    ].join(", ");
  }
}

/** (before, after) pairs from the last dimension backwards, for a padding mode other than zeros. */
function edgePads(
  padding: readonly number[] | string,
  kernel: readonly number[],
  dilation: readonly number[],
): number[] {
  const pairs = kernel.map((k, i) => {
    if (typeof padding !== "string") return [padding[i], padding[i]];
    const total = padding === "same" ? dilation[i] * (k - 1) : 0;
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
  return pairs.reverse().flat();
}

abstract class PlainConvolution extends Convolution {
  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    stride: Size,
    padding: Size | string,
    dilation: Size,
    groups: number,
    bias: boolean,
    paddingMode: string,
    dtype: DType | null,
  ) {
    super(
      dims,
      false,
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      0,
      dilation,
      groups,
      bias,
      paddingMode,
      dtype,
    );
  }

  override forward(x: Tensor): Tensor {
    const run = conv[this.kernelSize.length - 1];
    const [weight, bias] = [this.tensor("weight"), this.tensorOrNull("bias")];
    if (this.paddingMode === "zeros")
      return run(x, weight, bias, this.stride, this.padding, this.dilation, this.groups);
    const padded = pad(x, edgePads(this.padding, this.kernelSize, this.dilation), this.paddingMode);
    return run(padded, weight, bias, this.stride, 0, this.dilation, this.groups);
  }
}

/** The class of one number of dimensions. */
function convolutionClass(dims: number) {
  const type = class extends PlainConvolution {
    constructor(
      inChannels: number,
      outChannels: number,
      kernelSize: Size,
      stride: Size = 1,
      padding: Size | string = 0,
      dilation: Size = 1,
      groups: number = 1,
      bias: boolean = true,
      paddingMode: string = "zeros",
      _device: unknown = null,
      dtype: DType | null = null,
    ) {
      super(dims, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode, dtype);
    }
  };
  Object.defineProperty(type, "name", { value: `Conv${dims}d` });
  return type;
}

function transposedClass(dims: number) {
  const type = class extends Convolution {
    constructor(
      inChannels: number,
      outChannels: number,
      kernelSize: Size,
      stride: Size = 1,
      padding: Size = 0,
      outputPadding: Size = 0,
      groups: number = 1,
      bias: boolean = true,
      dilation: Size = 1,
      paddingMode: string = "zeros",
      _device: unknown = null,
      dtype: DType | null = null,
    ) {
      check(paddingMode === "zeros", `Only "zeros" padding mode is supported for ConvTranspose${dims}d`, "ValueError");
      super(
        dims,
        true,
        inChannels,
        outChannels,
        kernelSize,
        stride,
        padding,
        outputPadding,
        dilation,
        groups,
        bias,
        paddingMode,
        dtype,
      );
    }

    override forward(x: Tensor, outputSize: readonly number[] | null = null): Tensor {
      const run = convTranspose[dims - 1];
      const extra = outputSize ? this.paddingFor(x, outputSize.slice(-dims)) : this.outputPadding;
      return run(
        x,
        this.tensor("weight"),
        this.tensorOrNull("bias"),
        this.stride,
        this.padding as number[],
        extra,
        this.groups,
        this.dilation,
      );
    }

    /** The output padding that gives the wanted sizes. */
    private paddingFor(x: Tensor, wanted: readonly number[]): number[] {
      const padding = this.padding as number[];
      const spatial = x.sizes.slice(-dims);
      const least = spatial.map(
        (n, i) => (n - 1) * this.stride[i] - 2 * padding[i] + this.dilation[i] * (this.kernelSize[i] - 1) + 1,
      );
      for (const [i, size] of wanted.entries()) {
        check(
          size >= least[i] && size <= least[i] + this.stride[i] - 1,
          () =>
            `requested an output size of [${wanted.join(", ")}], but valid sizes range from [${least.join(", ")}] to ` +
            `[${least.map((n, k) => n + this.stride[k] - 1).join(", ")}] (for an input of torch.Size([${spatial.join(", ")}]))`,
          "ValueError",
        );
      }
      return wanted.map((size, i) => size - least[i]);
    }
  };
  Object.defineProperty(type, "name", { value: `ConvTranspose${dims}d` });
  return type;
}

export const Conv1d = convolutionClass(1);
export const Conv2d = convolutionClass(2);
export const Conv3d = convolutionClass(3);
export const ConvTranspose1d = transposedClass(1);
export const ConvTranspose2d = transposedClass(2);
export const ConvTranspose3d = transposedClass(3);

const HEAD = "int in_channels, int out_channels, Any kernel_size, Any stride=1, Any padding=0";
const TAIL = `str padding_mode='zeros', ${FACTORY}`;

export const convolutionEntries: readonly ModuleEntry[] = [
  ...[Conv1d, Conv2d, Conv3d].map((type, i) =>
    entry(
      type,
      `Conv${i + 1}d(${HEAD}, Any dilation=1, int groups=1, bool bias=True, ${TAIL})`,
      "Slides learned kernels over the input.",
    ),
  ),
  ...[ConvTranspose1d, ConvTranspose2d, ConvTranspose3d].map((type, i) =>
    entry(
      type,
      `ConvTranspose${i + 1}d(${HEAD}, Any output_padding=0, int groups=1, bool bias=True, Any dilation=1, ${TAIL})`,
      "The transpose of a convolution: widens the input.",
      "forward(Tensor input, int[]? output_size=None)",
    ),
  ),
];
