import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check, TorchError } from "../../errors";
import { compact } from "../../kernels/convert";
import { fastAveragePool, fastMaxPool, fastSpreadAverage } from "../../kernels/fast_pooling";
import { inFormatOf } from "../../kernels/memory_format";
import { defineOp, type Op } from "../../op";
import { formatSizes, type Sizes, sameSizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { checkFloat, checkFloatOrLong, floats } from "./floats";
import {
  adaptiveWindows,
  averagePool,
  checkMaxPool1d,
  checkPoolElements,
  checkPoolInput,
  checkPoolPadding,
  type Divisor,
  dimensionsText,
  divisorOf,
  divisorsOf,
  maxPool,
  type PoolSettings,
  pooledSizes,
  poolWindows,
  spreadAverage,
  type Windows,
} from "./pooling_kernel";
import { filledBy, planesOf, scatterPlane, spatialOf, unpool } from "./pooling_places";
import { expandInts, expandIntsOr, type IntList } from "./sizes";

/** Name of the node of a pooling; over one dimension PyTorch pools in two and squeezes. */
const gradNames: Readonly<Record<string, (dims: number) => string>> = {
  max: (dims) => (dims === 1 ? "SqueezeBackward1" : `MaxPool${dims}DWithIndicesBackward0`),
  average: (dims) => (dims === 1 ? "SqueezeBackward1" : `AvgPool${dims}DBackward0`),
  adaptiveMax: (dims) => (dims === 1 ? "SqueezeBackward1" : `AdaptiveMaxPool${dims}DBackward0`),
  adaptiveAverage: (dims) => (dims === 1 ? "SqueezeBackward1" : `AdaptiveAvgPool${dims}DBackward0`),
};

type MaxArgs = [Tensor, Windows, string];

const maxKernel = defineOp({
  schema: "_max_pool(Tensor self, Any windows, str kind) -> (Tensor, Tensor)",
  in: ["internal"],
  summary: "Maxima of windows and where they are.",
  gradName: ([, windows, kind]: MaxArgs) => gradNames[kind](windows.length),
  forward: (...[x, windows]: MaxArgs) => {
    const dims = windows.length;
    const sizes = [...x.sizes.slice(0, x.ndim - dims), ...windows.map((w) => w.length)];
    const values = emptyFrom([x], sizes);
    const indices = emptyFrom([x], sizes, int64);
    if (!values.isAbstract) {
      const [planes, spatial] = [planesOf(x, dims), spatialOf(x, dims)];
      filledBy(
        values,
        () => fastMaxPool(compact(x), planes, spatial, windows, values, indices),
        (y) => {
          const at = new Float64Array(values.numel);
          maxPool(floats(x), planes, spatial, windows, y, at);
          fromNumbers(indices, at);
        },
      );
    }
    return [inFormatOf([x], values), inFormatOf([x], indices)];
  },
  save: ([x, windows], [, indices]) => [indices.alias(), windows.length, spatialOf(x, windows.length)] as const,
  backward: (g, [indices, dims, spatial]) => [scatterPlane(g, indices, dims, spatial)],
});

type AverageArgs = [Tensor, Windows, Divisor, string];

const averageKernel: Op<AverageArgs, Tensor> = defineOp({
  schema: "_avg_pool(Tensor self, Any windows, Any divisor, str kind) -> Tensor",
  in: ["internal"],
  summary: "Averages of windows.",
  gradName: ([, , , kind]: AverageArgs) => kind,
  forward: (...[x, windows, divisor]: AverageArgs) => {
    const dims = windows.length;
    const sizes = [...x.sizes.slice(0, x.ndim - dims), ...windows.map((w) => w.length)];
    const [planes, spatial] = [planesOf(x, dims), spatialOf(x, dims)];
    const divisors = divisorsOf(windows, divisor);
    const out = filledBy(
      emptyFrom([x], sizes),
      (y) => fastAveragePool(compact(x), planes, spatial, windows, divisors, y),
      (y) => averagePool(floats(x), planes, spatial, windows, divisors, y),
    );
    return inFormatOf([x], out);
  },
  save: ([x, windows, divisor]) => [windows, divisor, spatialOf(x, windows.length)] as const,
  backward: (g, [windows, divisor, spatial]) => [averageBackward(g, windows, divisor, spatial)],
});

const averageBackward: Op<[Tensor, Windows, Divisor, Sizes], Tensor> = defineOp({
  schema: "_avg_pool_backward(Tensor grad_output, Any windows, Any divisor, int[] spatial) -> Tensor",
  in: ["internal"],
  summary: "The gradient of average pooling.",
  forward: (g: Tensor, windows: Windows, divisor: Divisor, spatial: Sizes) => {
    const dims = windows.length;
    const planes = planesOf(g, dims);
    const divisors = divisorsOf(windows, divisor);
    return filledBy(
      emptyFrom([g], [...g.sizes.slice(0, g.ndim - dims), ...spatial]),
      (out) => fastSpreadAverage(compact(g), planes, spatial, windows, divisors, out),
      (out) => spreadAverage(floats(g), planes, spatial, windows, divisors, out),
    );
  },
  save: ([, windows, divisor]) => [windows, divisor] as const,
  backward: (gg, [windows, divisor]) => [averageKernel(gg, windows, divisor, "AvgPool2DBackward0")],
});

function poolSettings(
  dims: number,
  kernel: IntList,
  stride: IntList | null,
  padding: IntList,
  dilation: IntList,
  ceilMode: boolean,
): PoolSettings {
  const k = expandInts(kernel, dims, "kernel_size");
  const steps = expandIntsOr(stride, dims, k, "stride");
  const gaps = expandInts(dilation, dims, "dilation");
  return { kernel: k, stride: steps, padding: expandInts(padding, dims, "padding"), dilation: gaps, ceilMode };
}

function checkSteps({ stride, dilation }: PoolSettings, dims: number): void {
  check(!stride.includes(0), "stride should not be zero");
  check(
    dilation.every((gap) => gap > 0),
    () => {
      const named = dilation.map((gap, i) => `dilation${"THW"[i + 3 - dims]}: ${gap}`).join(" ");
      return `dilation should be greater than zero, but got ${named}`;
    },
  );
}

function settledWindows(x: Tensor, dims: number, settings: PoolSettings, name: string): Windows {
  checkSteps(settings, dims);
  checkPoolInput(x.sizes, dims, name);
  checkPoolPadding(settings);
  if (name.startsWith("max")) checkPoolElements(x.sizes, dims, name);
  checkFloatOrLong(x, name);
  return poolWindows(spatialOf(x, dims), pooledSizes(x.sizes, settings), settings);
}

type Pooled = Tensor | Tensor[];

function defineMaxPool(dims: number) {
  const name = `max_pool${dims}d`;
  const run = (
    x: Tensor,
    kernel: IntList,
    stride: IntList | null = null,
    padding: IntList = 0,
    dilation: IntList = 1,
    ceilMode: boolean = false,
    withIndices: boolean = false,
  ): Tensor[] => {
    const settings = poolSettings(dims, kernel, stride, padding, dilation, ceilMode);
    if (dims === 1 && !withIndices) {
      checkPoolInput(x.sizes, dims, name);
      checkPoolElements(x.sizes, dims, name);
      checkMaxPool1d(x.sizes, settings);
    }
    return maxKernel(x, settledWindows(x, dims, settings, name), "max");
  };
  const params = `int[${dims}] kernel_size, int[${dims}]? stride=None, int[${dims}] padding=0, int[${dims}] dilation=1, bool ceil_mode=False`;
  const summary = "The maximum of each window.";
  defineOp({
    schema: `${name}(Tensor self, ${params}) -> Tensor`,
    in: ["torch"],
    summary,
    forward: (
      x: Tensor,
      kernel: IntList,
      stride?: IntList | null,
      padding?: IntList,
      dilation?: IntList,
      ceil?: boolean,
    ) => run(x, kernel, stride, padding, dilation, ceil)[0],
  });
  return defineOp({
    schema: `${name}(Tensor input, ${params}, bool return_indices=False) -> Any`,
    in: ["nn.functional"],
    summary,
    forward: (
      x: Tensor,
      kernel: IntList,
      stride: IntList | null = null,
      padding: IntList = 0,
      dilation: IntList = 1,
      ceilMode: boolean = false,
      returnIndices: boolean = false,
    ): Pooled => {
      const both = run(x, kernel, stride, padding, dilation, ceilMode, returnIndices);
      return returnIndices ? both : both[0];
    },
  });
}

function defineAveragePool(dims: number) {
  const name = `avg_pool${dims}d`;
  return defineOp({
    schema:
      `${name}(Tensor input, int[${dims}] kernel_size, int[${dims}]? stride=None, int[${dims}] padding=0, ` +
      `bool ceil_mode=False, bool count_include_pad=True${dims > 1 ? ", int? divisor_override=None" : ""}) -> Tensor`,
    in: dims === 1 ? ["nn.functional", "torch"] : ["nn.functional"],
    summary: "The average of each window.",
    forward: (
      x: Tensor,
      kernel: IntList,
      stride: IntList | null = null,
      padding: IntList = 0,
      ceilMode: boolean = false,
      countIncludePad: boolean = true,
      divisorOverride: number | null = null,
    ): Tensor => {
      const settings = poolSettings(dims, kernel, stride, padding, 1, ceilMode);
      const windows = settledWindows(x, dims, settings, name);
      return averageKernel(x, windows, divisorOf(countIncludePad, divisorOverride), gradNames.average(dims));
    },
  });
}

/** An int or null for every dimension; null keeps the input's size. */
export type OutputSize = IntList | readonly (number | null)[] | null;

function adaptive(x: Tensor, dims: number, output: OutputSize, name: string): Windows {
  const average = name.includes("avg");
  const wanted = Array.isArray(output) ? output : new Array<number | null>(dims).fill(output as number | null);
  if (dims === 1) {
    check(x.ndim === 2 || x.ndim === 3, () => dimensionsText(x.ndim, name));
    check(wanted.length === 1, () => `${name}() argument 'output_size' should contain one int (got ${wanted.length})`);
  } else {
    if (x.ndim < dims + 1) throw new TorchError("ValueError", `Input dimension should be at least ${dims + 1}`);
    const counted = average
      ? `${name}: output_size must be ${dims}`
      : `${name}(): internal error: output_size.size() must be ${dims}`;
    check(wanted.length === dims, counted);
    check(
      x.ndim <= dims + 2,
      () =>
        `${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got${average ? "" : ":"} ${formatSizes(x.sizes)}`,
    );
  }
  const spatial = spatialOf(x, dims);
  const sizes = spatial.map((size, i) => wanted[i] ?? size);
  checkAdaptiveSizes(x, sizes, average);
  return adaptiveWindows(spatial, sizes);
}

/** One dimension is pooled as the second of two, and is told so. */
function checkAdaptiveSizes(x: Tensor, sizes: readonly number[], average: boolean): void {
  const negative = sizes.find((size) => size < 0);
  if (negative === undefined) return;
  const told = sizes.length === 1 ? [1, ...sizes] : sizes;
  const [first, ...rest] = told;
  throw new TorchError(
    "RuntimeError",
    average
      ? `adaptive_avg_pool${told.length}d: elements of output_size must be greater than or equal to 0 but received ` +
          `{${first}, ${rest.join(",")}}`
      : `Trying to create tensor with negative dimension ${negative}: ` +
          formatSizes([...x.sizes.slice(0, x.ndim - sizes.length), ...told]),
  );
}

function defineAdaptiveAverage(dims: number) {
  const name = `adaptive_avg_pool${dims}d`;
  return defineOp({
    schema: `${name}(Tensor input, Any output_size) -> Tensor`,
    in: dims === 1 ? ["nn.functional", "torch"] : ["nn.functional"],
    summary: "Averages over as many equal parts of the input as the output has elements.",
    forward: (x: Tensor, output: OutputSize): Tensor => {
      const windows = adaptive(x, dims, output, name);
      checkFloat(x, name);
      const single = dims > 1 && windows.every((w) => w.length === 1);
      const gradName = single ? "MeanBackward1" : gradNames.adaptiveAverage(dims);
      return averageKernel(x, windows, divisorOf(false, null), gradName);
    },
  });
}

function defineAdaptiveMax(dims: number) {
  const name = `adaptive_max_pool${dims}d`;
  return defineOp({
    schema: `${name}(Tensor input, Any output_size, bool return_indices=False) -> Any`,
    in: ["nn.functional"],
    summary: "Maxima over as many equal parts of the input as the output has elements.",
    forward: (x: Tensor, output: OutputSize, returnIndices: boolean = false): Pooled => {
      const both = maxKernel(x, adaptive(x, dims, output, name), "adaptiveMax");
      return returnIndices ? both : both[0];
    },
  });
}

function defineUnpool(dims: number) {
  const name = `max_unpool${dims}d`;
  return defineOp({
    schema:
      `${name}(Tensor input, Tensor indices, int[${dims}] kernel_size, int[${dims}]? stride=None, ` +
      `int[${dims}] padding=0, int[]? output_size=None) -> Tensor`,
    in: ["nn.functional"],
    summary: "Puts maxima back where max pooling found them, zeros elsewhere.",
    forward: (
      x: Tensor,
      indices: Tensor,
      kernel: IntList,
      stride: IntList | null = null,
      padding: IntList = 0,
      outputSize: readonly number[] | null = null,
    ): Tensor => {
      const s = poolSettings(dims, kernel, stride, padding, 1, false);
      check(sameSizes(x.sizes, indices.sizes), () => {
        const told = (t: Tensor): string => formatSizes(dims === 1 ? [...t.sizes, 1] : t.sizes);
        return (
          `Expected shape of indices to be same as that of the input tensor (${told(x)}) but got indices tensor with ` +
          `shape: ${told(indices)}`
        );
      });
      const spatial =
        outputSize?.slice(-dims) ??
        spatialOf(x, dims).map((size, i) => (size - 1) * s.stride[i] - 2 * s.padding[i] + s.kernel[i]);
      return unpool(x, indices, dims, spatial);
    },
  });
}

const perDims = <T>(define: (dims: number) => T): readonly [T, T, T] => [define(1), define(2), define(3)];

// Each by number of dimensions less one.
export const maxPools = perDims(defineMaxPool);
export const averagePools = perDims(defineAveragePool);
export const adaptiveAveragePools = perDims(defineAdaptiveAverage);
export const adaptiveMaxPools = perDims(defineAdaptiveMax);
export const maxUnpools = perDims(defineUnpool);
