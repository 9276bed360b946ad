import { float32 } from "../dtype";
import { heap } from "../heap";
import type { Tensor } from "../tensor";
import { gemmWork } from "./fast";
import { acceleration, address, kernels } from "./wasm";

/** Convolutions with the WebAssembly kernels of wasm/assembly/convolution.ts; where they do not apply, plain loops do. */

type Three = readonly number[];

/** A convolution's loops over three spatial dimensions. */
export interface ConvolutionLoops {
  readonly n: number;
  readonly groups: number;
  /** Channels per group. */
  readonly inChannels: number;
  readonly outChannels: number;
  readonly input: Three;
  readonly output: Three;
  readonly kernel: Three;
  readonly stride: Three;
  readonly padding: Three;
  readonly dilation: Three;
  /** Elements of one output plane, and of one column of the unfolded input. */
  readonly positions: number;
  readonly columns: number;
}

/** Below this many products a call costs more than it saves. */
const FEW_PRODUCTS = 1500;
/** Block sizes of the kernels. */
const KC = 256;
const NC = 256;

/** Which products of the weight make a row: element (row, outer, inner) is row · rowStep + outer · outerStep + inner. */
interface WeightOrder {
  readonly rowStep: number;
  readonly outer: number;
  readonly outerStep: number;
  readonly inner: number;
}

const volume = (values: Three): number => values[0] * values[1] * values[2];
const up = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

function suits(g: ConvolutionLoops, tensors: readonly (Tensor | null)[]): boolean {
  return (
    acceleration.enabled &&
    g.n * g.groups * g.outChannels * g.positions * g.columns >= FEW_PRODUCTS &&
    tensors.every((t) => !t || (t.dtype === float32 && t.isContiguous && !t.isAbstract))
  );
}

const placeOf = (t: Tensor | null): number => (t ? address(t.storage, t.offset) : 0);

/** Byte offsets of kernel elements and of output positions in the padded image, into `offsets` and `places`. */
function fillTables(g: ConvolutionLoops, flipped: boolean, offsets: Int32Array, places: Int32Array): void {
  const [, height, width] = g.input.map((size, i) => size + 2 * g.padding[i]);
  const plane = volume(g.input.map((size, i) => size + 2 * g.padding[i]));
  const [kD, kH, kW] = g.kernel;
  const taps = volume(g.kernel);
  for (let a = 0, k = 0; a < kD; a++) {
    for (let b = 0; b < kH; b++) {
      for (let e = 0; e < kW; e++, k++) {
        const at = 4 * ((a * g.dilation[0] * height + b * g.dilation[1]) * width + e * g.dilation[2]);
        for (let c = 0; c < g.inChannels; c++) offsets[c * taps + (flipped ? taps - 1 - k : k)] = at + 4 * c * plane;
      }
    }
  }
  const [outD, outH, outW] = g.output;
  let q = 0;
  for (let d = 0; d < outD; d++) {
    for (let h = 0; h < outH; h++) {
      const row = 4 * (d * g.stride[0] * height + h * g.stride[1]) * width;
      for (let w = 0; w < outW; w++) places[q++] = row + 4 * w * g.stride[2];
    }
  }
  places.fill(places[q - 1], q);
}

/** Elements of working memory: packed rows, packed positions. */
interface Room {
  readonly rows: number;
  readonly positions: number;
}

/** Lends the kernel its description and its working memory. */
function run(
  kernel: (at: number) => number,
  g: ConvolutionLoops,
  order: WeightOrder,
  flipped: boolean,
  tensors: readonly [image: Tensor, result: Tensor, weight: Tensor, bias: Tensor | null],
  room: Room,
): void {
  const paddedImage = g.padding.some((p) => p > 0)
    ? g.inChannels * volume(g.input.map((size, i) => size + 2 * g.padding[i]))
    : 0;
  const lengths = [32, g.columns, up(g.positions, 8), paddedImage, room.rows, room.positions].map((n) => up(n, 4));
  const bytes = 4 * lengths.reduce((a, b) => a + b, 0);
  const [image, result, weight, bias] = tensors.map(placeOf);
  const work = gemmWork();
  const start = heap.allocate(bytes);
  const starts: number[] = [];
  lengths.reduce((at, n) => {
    starts.push(at);
    return at + 4 * n;
  }, start);
  const [fields, offsets, places, padded, packedRows, packedPositions] = starts;
  fillTables(
    g,
    flipped,
    new Int32Array(heap.buffer, offsets, g.columns),
    new Int32Array(heap.buffer, places, up(g.positions, 8)),
  );
  new Int32Array(heap.buffer, fields, 26).set([
    ...[g.n, g.groups, g.outChannels, g.columns, g.positions, g.inChannels],
    ...g.input,
    ...g.padding,
    ...[order.rowStep, order.outer, order.outerStep, order.inner],
    ...[image, result, weight, bias, offsets, places],
    ...[paddedImage > 0 ? padded : 0, packedRows, packedPositions, work],
  ]);
  kernel(fields);
  heap.release(start, bytes);
}

const plainOrder = (g: ConvolutionLoops): WeightOrder => ({
  rowStep: g.columns,
  outer: 1,
  outerStep: 0,
  inner: g.columns,
});

/** y = w ∗ x + bias; false: use the plain loops. Everything is contiguous. */
export function fastConvolve(g: ConvolutionLoops, x: Tensor, w: Tensor, bias: Tensor | null, y: Tensor): boolean {
  if (!suits(g, [x, w, bias, y])) return false;
  run(kernels.convolve, g, plainOrder(g), false, [x, y, w, bias], productRoom(g));
  return true;
}

const productRoom = (g: ConvolutionLoops): Room => ({
  rows: up(g.outChannels, 4) * g.columns,
  positions: Math.min(KC, g.columns) * Math.min(NC, up(g.positions, 8)),
});

/** The gradient of `fastConvolve` for its weight; false: use the plain loops. */
export function fastConvolveWeight(g: ConvolutionLoops, gy: Tensor, x: Tensor, gw: Tensor): boolean {
  if (!suits(g, [gy, x, gw])) return false;
  const depth = Math.min(KC, g.positions);
  run(kernels.convolveWeight, g, plainOrder(g), false, [x, gy, gw, null], {
    rows: up(g.outChannels, 4) * depth,
    positions: 8 * depth,
  });
  return true;
}

/** The gradient of `fastConvolve` for its input, plus a bias per input channel; false: use the plain loops. */
export function fastConvolveInput(
  g: ConvolutionLoops,
  gy: Tensor,
  w: Tensor,
  bias: Tensor | null,
  gx: Tensor,
): boolean {
  if (!suits(g, [gy, w, bias, gx])) return false;
  const turned = turnedLoops(g);
  if (turned) {
    const taps = volume(g.kernel);
    const order = { rowStep: taps, outer: g.outChannels, outerStep: g.columns, inner: taps };
    run(kernels.convolve, turned, order, true, [gy, gx, w, bias], productRoom(turned));
    return true;
  }
  if (bias) return false;
  const columns = Math.min(KC, g.columns);
  run(kernels.convolveInput, g, plainOrder(g), false, [gx, gy, w, null], { rows: 0, positions: columns * g.positions });
  return true;
}

/**
 * Without strides the gradient for the input is a convolution itself: of the result's gradient, wider padded, with the
 * weight turned around. Null where it is not.
 */
function turnedLoops(g: ConvolutionLoops): ConvolutionLoops | null {
  if (g.stride.some((s) => s !== 1)) return null;
  const padding = g.kernel.map((k, i) => g.dilation[i] * (k - 1) - g.padding[i]);
  const whole = g.input.every((size, i) => size === g.output[i] + 2 * padding[i] - g.dilation[i] * (g.kernel[i] - 1));
  if (!whole || padding.some((p) => p < 0)) return null;
  return {
    ...g,
    inChannels: g.outChannels,
    outChannels: g.inChannels,
    input: g.output,
    output: g.input,
    padding,
    positions: volume(g.input),
    columns: g.outChannels * volume(g.kernel),
  };
}
