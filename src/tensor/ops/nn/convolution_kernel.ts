import type { TypedArray } from "../../dtype";
import { compact } from "../../kernels/convert";
import { fastConvolve, fastConvolveInput, fastConvolveWeight } from "../../kernels/fast_convolution";
import { matrixProduct } from "../../kernels/gemm";
import { empty, type Tensor } from "../../tensor";
import type { Geometry } from "./convolution_geometry";
import { floats, write } from "./floats";

/** Calls `visit` for each run of positions along the last output dimension that reads inside the input. */
function eachRun(
  g: Geometry,
  visit: (column: number, position: number, at: number, count: number, step: number) => void,
): void {
  const [inD, inH, inW] = g.input;
  const [outD, outH, outW] = g.output;
  const [kD, kH, kW] = g.kernel;
  let column = 0;
  for (let c = 0; c < g.inChannels; c++) {
    for (let a = 0; a < kD; a++) {
      for (let b = 0; b < kH; b++) {
        for (let e = 0; e < kW; e++, column++) {
          const shift = e * g.dilation[2] - g.padding[2];
          const first = Math.max(0, Math.ceil(-shift / g.stride[2]));
          const end = Math.min(outW, Math.floor((inW - 1 - shift) / g.stride[2]) + 1);
          if (end <= first) continue;
          for (let d = 0; d < outD; d++) {
            const z = d * g.stride[0] - g.padding[0] + a * g.dilation[0];
            if (z < 0 || z >= inD) continue;
            for (let h = 0; h < outH; h++) {
              const y = h * g.stride[1] - g.padding[1] + b * g.dilation[1];
              if (y < 0 || y >= inH) continue;
              const at = ((c * inD + z) * inH + y) * inW + first * g.stride[2] + shift;
              visit(column, (d * outH + h) * outW + first, at, end - first, g.stride[2]);
            }
          }
        }
      }
    }
  }
}

/** The input windows of one sample's group as a (columns × positions) matrix; zeros where a window leaves the input. */
function unfold(g: Geometry, x: TypedArray, start: number, into: TypedArray): void {
  const [from, to] = [x as Float32Array, into as Float32Array];
  const { positions } = g;
  to.fill(0);
  eachRun(g, (column, position, at, count, step) => {
    let k = column * positions + position;
    for (let i = 0, source = start + at; i < count; i++, source += step) to[k++] = from[source];
  });
}

/** The transpose of `unfold`: adds a matrix of windows back onto the input. */
function fold(g: Geometry, columns: ArrayLike<number>, x: Float64Array): void {
  const { positions } = g;
  eachRun(g, (column, position, at, count, step) => {
    let from = column * positions + position;
    for (let i = 0, to = at; i < count; i++, to += step) x[to] += columns[from++];
  });
}

const sliceOf = (values: readonly number[]): number => values[0] * values[1] * values[2];
const all = (values: readonly number[], value: number): boolean => values.every((v) => v === value);

/** Whether the windows are the input itself: kernels of one element, no padding, no stride. */
function isPlain(g: Geometry): boolean {
  return all(g.kernel, 1) && all(g.stride, 1) && all(g.padding, 0);
}

/** A contiguous matrix inside a contiguous tensor. */
function matrix(t: Tensor, at: number, rows: number, columns: number): Tensor {
  return t.alias([rows, columns], [columns, 1], t.offset + at);
}

const transposed = (m: Tensor): Tensor => m.alias([m.sizes[1], m.sizes[0]], [m.strides[1], m.strides[0]]);

/** The matrices of one group of one sample. */
interface Parts {
  /** (outChannels × columns) */
  readonly weight: (w: Tensor) => Tensor;
  /** (outChannels × positions) */
  readonly output: (y: Tensor) => Tensor;
  /** Where the group's input starts, and its elements. */
  readonly start: number;
  readonly size: number;
}

function eachPart(g: Geometry, visit: (parts: Parts) => void): void {
  const size = g.inChannels * sliceOf(g.input);
  for (let n = 0; n < g.n; n++) {
    for (let group = 0; group < g.groups; group++) {
      const index = n * g.groups + group;
      visit({
        weight: (w) => matrix(w, group * g.outChannels * g.columns, g.outChannels, g.columns),
        output: (y) => matrix(y, index * g.outChannels * g.positions, g.outChannels, g.positions),
        start: index * size,
        size,
      });
    }
  }
}

/** Lends `use` a scratch matrix. */
function withScratch(like: Tensor, rows: number, columns: number, use: (scratch: Tensor) => void): void {
  const scratch = empty([rows, columns], like.dtype, false);
  use(scratch);
  scratch.storage.release();
}

/** y += bias, one number per channel. */
function addBias(out: Tensor, bias: Tensor, samples: number): void {
  const numbers = floats(bias);
  const before = out.dtype.size === 2 ? floats(out) : null;
  write(out, (y) => {
    if (before) y.set(before);
    const size = y.length / (samples * numbers.length);
    for (let n = 0, at = 0; n < samples; n++) {
      for (const b of numbers) for (let k = 0; k < size; k++) y[at++] += b;
    }
  });
}

/** y = w ∗ x (cross-correlation) + bias, y contiguous. */
export function convolve(g: Geometry, input: Tensor, weight: Tensor, bias: Tensor | null, y: Tensor): void {
  const [x, w] = [compact(input), compact(weight)];
  if (fastConvolve(g, x, w, bias && compact(bias), y)) return;
  const run = (columns: Tensor | null): void =>
    eachPart(g, ({ weight: part, output, start }) => {
      if (columns) unfold(g, x.storage.data, x.offset + start, columns.storage.data);
      matrixProduct(output(y), part(w), columns ?? matrix(x, start, g.columns, g.positions));
    });
  if (isPlain(g)) run(null);
  else withScratch(x, g.columns, g.positions, run);
  if (bias) addBias(y, bias, g.n);
}

/** The gradient of `convolve` for its input; also the transposed convolution of `gy`, with a bias. */
export function convolveInput(g: Geometry, gradient: Tensor, weight: Tensor, bias: Tensor | null, gx: Tensor): void {
  const [gy, w] = [compact(gradient), compact(weight)];
  if (fastConvolveInput(g, gy, w, bias && compact(bias), gx)) return;
  if (!fastConvolveInput(g, gy, w, null, gx)) foldInput(g, gy, w, gx);
  if (bias) addBias(gx, bias, g.n);
}

/** The plain loops of `convolveInput`. */
function foldInput(g: Geometry, gy: Tensor, w: Tensor, gx: Tensor): void {
  if (isPlain(g)) {
    eachPart(g, ({ weight: part, output, start }) =>
      matrixProduct(matrix(gx, start, g.columns, g.positions), transposed(part(w)), output(gy)),
    );
    return;
  }
  withScratch(gy, g.columns, g.positions, (columns) =>
    eachPart(g, ({ weight: part, output, start, size }) => {
      matrixProduct(columns, transposed(part(w)), output(gy));
      const plane = new Float64Array(size);
      fold(g, floats(columns), plane);
      write(gx.alias([size], [1], gx.offset + start), (out) => out.set(plane));
    }),
  );
}

/** The gradient of `convolve` for its weight. */
export function convolveWeight(g: Geometry, gradient: Tensor, input: Tensor, gw: Tensor): void {
  const [gy, x] = [compact(gradient), compact(input)];
  if (fastConvolveWeight(g, gy, x, gw)) return;
  if (g.n === 0) write(gw, (out) => out.fill(0));
  let part = 0;
  const run = (columns: Tensor | null): void =>
    eachPart(g, ({ weight, output, start }) => {
      if (columns) unfold(g, x.storage.data, x.offset + start, columns.storage.data);
      const windows = columns ?? matrix(x, start, g.columns, g.positions);
      // The first sample writes each group's gradient, later ones add to it.
      matrixProduct(weight(gw), output(gy), transposed(windows), part++ >= g.groups);
    });
  if (isPlain(g)) run(null);
  else withScratch(x, g.columns, g.positions, run);
}
