import { float64, int64 } from "../../dtype";
import { check } from "../../errors";
import { inFormatOf } from "../../kernels/memory_format";
import { defineOp, type Op } from "../../op";
import { formatSizes, type Sizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { cppTypeName } from "../../type_names";
import { toDType } from "../copies";
import { sum } from "../reduction";
import { squeeze, unsqueeze } from "../views";
import {
  type ConvolutionSettings,
  checkConvolution,
  checkWeightRank,
  convolvedSizes,
  geometryOf,
  transposedSizes,
} from "./convolution_geometry";
import { convolve, convolveInput, convolveWeight } from "./convolution_kernel";
import { checkFloatOrLong } from "./floats";
import { constantPad } from "./pad";
import { expandInts, type IntList } from "./sizes";

type MaybeTensor = Tensor | null;
type Bilinear = Op<[Tensor, Tensor, ConvolutionSettings, Sizes], Tensor>;

/** A new tensor that `work` fills, unless it is abstract or empty. */
function computed(inputs: readonly Tensor[], sizes: Sizes, work: (out: Tensor) => void): Tensor {
  const out = emptyFrom(inputs, sizes);
  if (!out.isAbstract && out.numel > 0) work(out);
  return out;
}

// The three products of a convolution (result, input gradient, weight gradient) are each other's gradients, so that a
// convolution can be differentiated any number of times. The last argument is the sizes of the result.

const product: Bilinear = defineOp({
  schema: "_convolution_output(Tensor input, Tensor weight, Any settings, int[] sizes) -> Tensor",
  in: ["internal"],
  summary: "A convolution without bias.",
  gradName: "ConvolutionBackwardBackward0",
  forward: (x: Tensor, w: Tensor, s: ConvolutionSettings, sizes: Sizes) =>
    computed([x, w], sizes, (y) => convolve(geometryOf(x.sizes, sizes, w.sizes, s), x, w, null, y)),
  save: ([x, w, s]) => [x, w, s],
  backward: (g, [x, w, s], needs) => [
    needs[0] ? inputGradient(g, w, s, x.sizes) : null,
    needs[1] ? weightGradient(g, x, s, w.sizes) : null,
  ],
});

const inputGradient: Bilinear = defineOp({
  schema: "_convolution_input(Tensor grad_output, Tensor weight, Any settings, int[] sizes) -> Tensor",
  in: ["internal"],
  summary: "The gradient of a convolution for its input: also the transposed convolution.",
  gradName: "ConvolutionBackwardBackward0",
  forward: (gy: Tensor, w: Tensor, s: ConvolutionSettings, sizes: Sizes) =>
    computed([gy, w], sizes, (gx) => convolveInput(geometryOf(sizes, gy.sizes, w.sizes, s), gy, w, null, gx)),
  save: ([gy, w, s]) => [gy, w, s],
  backward: (g, [gy, w, s], needs) => [
    needs[0] ? product(g, w, s, gy.sizes) : null,
    needs[1] ? weightGradient(gy, g, s, w.sizes) : null,
  ],
});

const weightGradient: Bilinear = defineOp({
  schema: "_convolution_weight(Tensor grad_output, Tensor input, Any settings, int[] sizes) -> Tensor",
  in: ["internal"],
  summary: "The gradient of a convolution for its weight.",
  gradName: "ConvolutionBackwardBackward0",
  forward: (gy: Tensor, x: Tensor, s: ConvolutionSettings, sizes: Sizes) =>
    computed([gy, x], sizes, (gw) => convolveWeight(geometryOf(x.sizes, gy.sizes, sizes, s), gy, x, gw)),
  save: ([gy, x, s]) => [gy, x, s],
  backward: (g, [gy, x, s], needs) => [
    needs[0] ? product(x, g, s, gy.sizes) : null,
    needs[1] ? inputGradient(gy, g, s, x.sizes) : null,
  ],
});

interface ConvolutionCall extends ConvolutionSettings {
  readonly transposed: boolean;
  readonly outputPadding: readonly number[];
}

/** A batched convolution or transposed convolution of one to three dimensions, with bias. */
const convolution: Op<[Tensor, Tensor, MaybeTensor, ConvolutionCall], Tensor> = defineOp({
  schema: "convolution(Tensor input, Tensor weight, Tensor? bias, Any settings) -> Tensor",
  in: ["internal"],
  summary: "A convolution.",
  forward: (x: Tensor, w: Tensor, bias: MaybeTensor, s: ConvolutionCall): Tensor => {
    checkFloatOrLong(x, "convolution");
    if (x.dtype === int64 && w.dtype === int64 && (bias?.dtype ?? int64) === int64) {
      // Doubles hold the sums exactly.
      const [a, b, c] = [x, w, bias].map((t) => t && toDType(t, float64)) as [Tensor, Tensor, MaybeTensor];
      return toDType(convolution(a, b, c, s), int64);
    }
    check(
      x.dtype === (bias ?? w).dtype && x.dtype === w.dtype,
      () =>
        `Input type (${cppTypeName(x.dtype)}) and ${bias ? "bias" : "weight"} type (${cppTypeName((bias ?? w).dtype)}) should be the same`,
    );
    checkConvolution(x.sizes, w.sizes, bias?.sizes ?? null, s, s.transposed);
    const sizes = s.transposed
      ? transposedSizes(x.sizes, w.sizes, s, s.outputPadding)
      : convolvedSizes(x.sizes, w.sizes, s);
    const out = computed([x, w], sizes, (y) => {
      if (s.transposed) convolveInput(geometryOf(sizes, x.sizes, w.sizes, s), x, w, bias, y);
      else convolve(geometryOf(x.sizes, sizes, w.sizes, s), x, w, bias, y);
    });
    return inFormatOf([x, w], out);
  },
  save: ([x, w, , s]) => [x, w, s],
  backward: (g, [x, w, s], needs) => {
    const toInput = s.transposed ? product : inputGradient;
    return [
      needs[0] ? toInput(g, w, s, x.sizes) : null,
      needs[1] ? (s.transposed ? weightGradient(x, g, s, w.sizes) : weightGradient(g, x, s, w.sizes)) : null,
      needs[2] ? sum(g, [0, ...g.sizes.slice(2).map((_, i) => i + 2)]) : null,
    ];
  },
});

/** Runs `batched` on an input with or without its batch dimension. */
function withBatch(x: Tensor, dims: number, name: string, batched: (x: Tensor) => Tensor): Tensor {
  check(
    x.ndim === dims + 1 || x.ndim === dims + 2,
    () =>
      `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ` +
      formatSizes(x.sizes),
  );
  return x.ndim === dims + 2 ? batched(x) : squeeze(batched(unsqueeze(x, 0)), 0);
}

/** Padding before and after each dimension that keeps the sizes; the odd one goes behind. */
function samePadding(w: Sizes, dilation: readonly number[]): { before: number[]; extra: number[] } {
  const totals = dilation.map((d, i) => d * (w[i + 2] - 1));
  return { before: totals.map((t) => Math.floor(t / 2)), extra: totals.map((t) => t % 2) };
}

function defineConvolution(dims: number) {
  const name = `conv${dims}d`;
  return defineOp({
    schema:
      `${name}(Tensor input, Tensor weight, Tensor? bias=None, int[${dims}] stride=1, Any padding=0, ` +
      `int[${dims}] dilation=1, int groups=1) -> Tensor`,
    in: ["nn.functional", "torch"],
    summary: `Slides each kernel over ${dims} dimension${dims > 1 ? "s" : ""} of the input and sums the products.`,
    forward: (
      input: Tensor,
      weight: Tensor,
      bias: MaybeTensor = null,
      stride: IntList = 1,
      padding: IntList | string = 0,
      dilation: IntList = 1,
      groups: number = 1,
    ): Tensor =>
      withBatch(input, dims, name, (batched) => {
        let x = batched;
        const strides = expandInts(stride, dims, "stride");
        const dilations = expandInts(dilation, dims, "dilation");
        let paddings: number[];
        if (padding === "same") {
          check(
            strides.every((s) => s === 1),
            "padding='same' is not supported for strided convolutions",
          );
          checkWeightRank(x.sizes, weight.sizes);
          const { before, extra } = samePadding(weight.sizes, dilations);
          paddings = before;
          if (extra.some((e) => e > 0)) x = constantPad(x, extra.flatMap((e) => [e, 0]).reverse(), 0);
        } else if (typeof padding === "string") {
          check(padding === "valid", `Invalid padding string: '${padding}'`);
          paddings = new Array<number>(dims).fill(0);
        } else paddings = expandInts(padding, dims, "padding");
        const settings = { stride: strides, padding: paddings, dilation: dilations, groups };
        return convolution(x, weight, bias, { ...settings, transposed: false, outputPadding: paddings });
      }),
  });
}

function defineTransposed(dims: number) {
  const name = `conv_transpose${dims}d`;
  return defineOp({
    schema:
      `${name}(Tensor input, Tensor weight, Tensor? bias=None, int[${dims}] stride=1, int[${dims}] padding=0, ` +
      `int[${dims}] output_padding=0, int groups=1, int[${dims}] dilation=1) -> Tensor`,
    in: ["nn.functional", "torch"],
    summary: "The transpose of a convolution: spreads each input element over a kernel-sized patch.",
    forward: (
      input: Tensor,
      weight: Tensor,
      bias: MaybeTensor = null,
      stride: IntList = 1,
      padding: IntList = 0,
      outputPadding: IntList = 0,
      groups: number = 1,
      dilation: IntList = 1,
    ): Tensor =>
      withBatch(input, dims, name, (x) =>
        convolution(x, weight, bias, {
          stride: expandInts(stride, dims, "stride"),
          padding: expandInts(padding, dims, "padding"),
          dilation: expandInts(dilation, dims, "dilation"),
          outputPadding: expandInts(outputPadding, dims, "output_padding"),
          groups,
          transposed: true,
        }),
      ),
  });
}

/** By number of dimensions less one. */
export const conv = [defineConvolution(1), defineConvolution(2), defineConvolution(3)] as const;
export const convTranspose = [defineTransposed(1), defineTransposed(2), defineTransposed(3)] as const;
