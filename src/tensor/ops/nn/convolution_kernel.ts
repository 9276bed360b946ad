import type { Geometry } from "./convolution_geometry";
import type { Floats } from "./floats";

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
function unfold(g: Geometry, x: Floats, start: number, into: Floats): void {
  into.fill(0);
  const { positions } = g;
  eachRun(g, (column, position, at, count, step) => {
    let to = column * positions + position;
    for (let i = 0, from = start + at; i < count; i++, from += step) into[to++] = x[from];
  });
}

/** The transpose of `unfold`: adds a matrix of windows back onto the input. */
function fold(g: Geometry, columns: Float64Array, x: Float64Array): void {
  const { positions } = g;
  eachRun(g, (column, position, at, count, step) => {
    let from = column * positions + position;
    for (let i = 0, to = at; i < count; i++, to += step) x[to] += columns[from++];
  });
}

const sliceOf = (values: readonly number[]): number => values[0] * values[1] * values[2];

/** y = w ∗ x (cross-correlation). */
export function convolve(g: Geometry, x: Floats, w: Floats, y: Floats): void {
  const inSize = g.inChannels * sliceOf(g.input);
  const columns = new (x.constructor as Float32ArrayConstructor)(g.columns * g.positions);
  const row = new Float64Array(g.positions);
  for (let n = 0; n < g.n; n++) {
    for (let group = 0; group < g.groups; group++) {
      unfold(g, x, (n * g.groups + group) * inSize, columns);
      for (let o = 0; o < g.outChannels; o++) {
        const channel = group * g.outChannels + o;
        row.fill(0);
        for (let k = 0; k < g.columns; k++) {
          const weight = w[channel * g.columns + k];
          const base = k * g.positions;
          for (let p = 0; p < g.positions; p++) row[p] += weight * columns[base + p];
        }
        y.set(row, (n * g.groups * g.outChannels + channel) * g.positions);
      }
    }
  }
}

/** The gradient of `convolve` for its input; also the transposed convolution of `gy`. */
export function convolveInput(g: Geometry, gy: Floats, w: Floats, gx: Floats): void {
  const inSize = g.inChannels * sliceOf(g.input);
  const columns = new Float64Array(g.columns * g.positions);
  const plane = new Float64Array(inSize);
  for (let n = 0; n < g.n; n++) {
    for (let group = 0; group < g.groups; group++) {
      columns.fill(0);
      for (let o = 0; o < g.outChannels; o++) {
        const channel = group * g.outChannels + o;
        const from = (n * g.groups * g.outChannels + channel) * g.positions;
        for (let k = 0; k < g.columns; k++) {
          const weight = w[channel * g.columns + k];
          const base = k * g.positions;
          for (let p = 0; p < g.positions; p++) columns[base + p] += weight * gy[from + p];
        }
      }
      plane.fill(0);
      fold(g, columns, plane);
      gx.set(plane, (n * g.groups + group) * inSize);
    }
  }
}

/** The gradient of `convolve` for its weight. */
export function convolveWeight(g: Geometry, gy: Floats, x: Floats, gw: Floats): void {
  const inSize = g.inChannels * sliceOf(g.input);
  const columns = new (x.constructor as Float32ArrayConstructor)(g.columns * g.positions);
  const sums = new Float64Array(gw.length);
  for (let n = 0; n < g.n; n++) {
    for (let group = 0; group < g.groups; group++) {
      unfold(g, x, (n * g.groups + group) * inSize, columns);
      for (let o = 0; o < g.outChannels; o++) {
        const channel = group * g.outChannels + o;
        const from = (n * g.groups * g.outChannels + channel) * g.positions;
        for (let k = 0; k < g.columns; k++) {
          const base = k * g.positions;
          let sum = 0;
          for (let p = 0; p < g.positions; p++) sum += gy[from + p] * columns[base + p];
          sums[channel * g.columns + k] += sum;
        }
      }
    }
  }
  gw.set(sums);
}
