import { check, TorchError } from "../../errors";
import { formatSizes, type Sizes } from "../../shape";
import type { Floats } from "./floats";

/** Windows of a pooling, one entry per spatial dimension. */
export interface PoolSettings {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly ceilMode: boolean;
}

/** One window along one dimension: input positions `start`, `start + step`, … below `end`; `extent` counts padding. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly extent: number;
}

/** Windows of every output position along each spatial dimension. */
export type Windows = readonly (readonly Window[])[];

function pooledSize(size: number, k: number, s: number, p: number, d: number, ceilMode: boolean): number {
  const reach = size + 2 * p - d * (k - 1) - 1;
  let out = Math.floor((reach + (ceilMode ? s - 1 : 0)) / s) + 1;
  // A last window that would start in the right padding is dropped.
  if (ceilMode && (out - 1) * s >= size + p) out--;
  return out;
}

/** Raises where the padding is more than windows reach. */
export function checkPoolPadding(s: PoolSettings): void {
  s.padding.forEach((p, i) => {
    const reach = (s.kernel[i] - 1) * s.dilation[i] + 1;
    check(p >= 0, () => `pad must be non-negative, but got pad: ${p}`);
    check(
      p <= reach / 2,
      () =>
        `pad should be at most half of effective kernel size, but got pad=${p}, kernel_size=${s.kernel[i]} and ` +
        `dilation=${s.dilation[i]}`,
    );
  });
}

/** Max pooling over one dimension that gives no indices has checks and words of its own. */
export function checkMaxPool1d(x: Sizes, s: PoolSettings): void {
  const [k, step, p, d] = [s.kernel[0], s.stride[0], s.padding[0], s.dilation[0]];
  const positive = (name: string, value: number): void =>
    check(value > 0, () => `max_pool1d() ${name} must be greater than zero, but got ${value}`);
  positive("kernel_size", k);
  positive("stride", step);
  check(p >= 0, () => `max_pool1d() padding must be non-negative, but got ${p}`);
  check(
    p <= k / 2,
    () => `max_pool1d() padding should be at most half of kernel size, but got padding=${p} and kernel_size=${k}`,
  );
  positive("dilation", d);
  const out = pooledSize(x[x.length - 1], k, step, p, d, s.ceilMode);
  check(out >= 0, () => `max_pool1d() Invalid computed output size: ${out}`);
}

/** Sizes of the pooled spatial dimensions; raises where a window is too large. */
export function pooledSizes(x: Sizes, s: PoolSettings): number[] {
  const spatial = x.slice(x.length - s.kernel.length);
  const out = spatial.map((size, i) =>
    pooledSize(size, s.kernel[i], s.stride[i], s.padding[i], s.dilation[i], s.ceilMode),
  );
  check(
    out.every((size) => size >= 1),
    () => {
      const channels = x[x.length - s.kernel.length - 1];
      const text = (sizes: readonly number[]): string => `(${[channels, ...sizes].join("x")})`;
      return `Given input size: ${text(spatial)}. Calculated output size: ${text(out)}. Output size is too small`;
    },
  );
  return out;
}

export function poolWindows(spatial: Sizes, out: Sizes, s: PoolSettings): Windows {
  return spatial.map((size, i) =>
    Array.from({ length: out[i] }, (_, o) => {
      const from = o * s.stride[i] - s.padding[i];
      const to = Math.min(from + (s.kernel[i] - 1) * s.dilation[i] + 1, size + s.padding[i]);
      const step = s.dilation[i];
      const start = from < 0 ? from + Math.ceil(-from / step) * step : from;
      return { start, end: Math.min(to, size), step, extent: to - from };
    }),
  );
}

/** Windows that split each dimension into `out` parts that may share a border element. */
export function adaptiveWindows(spatial: Sizes, out: Sizes): Windows {
  return spatial.map((size, i) =>
    Array.from({ length: out[i] }, (_, o) => {
      const start = Math.floor((o * size) / out[i]);
      const end = Math.ceil(((o + 1) * size) / out[i]);
      return { start, end, step: 1, extent: end - start };
    }),
  );
}

/** Calls `visit` for every output position of a plane with its windows along three dimensions. */
function eachWindow(windows: Windows, visit: (out: number, d: Window, h: Window, w: Window) => void): void {
  const single: readonly Window[] = [{ start: 0, end: 1, step: 1, extent: 1 }];
  const [ds, hs, ws] = [single, single, single, ...windows].slice(-3);
  let out = 0;
  for (const d of ds) for (const h of hs) for (const w of ws) visit(out++, d, h, w);
}

/** Input index strides of a plane of one to three dimensions. */
function planeStrides(spatial: Sizes): { rows: number; slices: number; size: number } {
  const [d, h, w] = [1, 1, 1, ...spatial].slice(-3);
  return { rows: w, slices: h * w, size: d * h * w };
}

/** Maxima of each window and where they are (index within the plane; the first of equals; nan wins). */
export function maxPool(
  x: Floats,
  planes: number,
  spatial: Sizes,
  windows: Windows,
  y: Floats,
  at: Float64Array,
): void {
  const { rows, slices, size } = planeStrides(spatial);
  const outSize = y.length / planes;
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * size;
    eachWindow(windows, (out, d, h, w) => {
      let best = -Infinity;
      let where = d.start * slices + h.start * rows + w.start;
      for (let a = d.start; a < d.end; a += d.step) {
        for (let b = h.start; b < h.end; b += h.step) {
          for (let c = w.start; c < w.end; c += w.step) {
            const index = a * slices + b * rows + c;
            const value = x[base + index];
            if (value > best || Number.isNaN(value)) {
              best = value;
              where = index;
            }
          }
        }
      }
      y[plane * outSize + out] = best;
      at[plane * outSize + out] = where;
    });
  }
}

/** How many elements an average divides by, for a window along each dimension. */
export type Divisor = (d: Window, h: Window, w: Window) => number;

/** The divisor of average pooling. */
export function divisorOf(countPadding: boolean, override: number | null): Divisor {
  check(override !== 0, "divisor must be not zero");
  if (override !== null) return () => override;
  const measure = countPadding ? (w: Window) => w.extent : (w: Window) => w.end - w.start;
  return (d, h, w) => measure(d) * measure(h) * measure(w);
}

/** What each output position of a plane is divided by. */
export function divisorsOf(windows: Windows, divisor: Divisor): Float64Array {
  const numbers = new Float64Array(windows.reduce((n, list) => n * list.length, 1));
  eachWindow(windows, (out, d, h, w) => {
    numbers[out] = divisor(d, h, w);
  });
  return numbers;
}

export function averagePool(
  x: Floats,
  planes: number,
  spatial: Sizes,
  windows: Windows,
  divisors: Float64Array,
  y: Floats,
): void {
  const { rows, slices, size } = planeStrides(spatial);
  const outSize = y.length / planes;
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * size;
    eachWindow(windows, (out, d, h, w) => {
      let sum = 0;
      for (let a = d.start; a < d.end; a++) {
        for (let b = h.start; b < h.end; b++) {
          for (let c = w.start; c < w.end; c++) sum += x[base + a * slices + b * rows + c];
        }
      }
      y[plane * outSize + out] = sum / divisors[out];
    });
  }
}

/** Spreads each output gradient evenly over its window: the transpose of `averagePool`. */
export function spreadAverage(
  gy: Floats,
  planes: number,
  spatial: Sizes,
  windows: Windows,
  divisors: Float64Array,
  gx: Floats,
): void {
  const { rows, slices, size } = planeStrides(spatial);
  const outSize = gy.length / planes;
  gx.fill(0);
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * size;
    eachWindow(windows, (out, d, h, w) => {
      const share = gy[plane * outSize + out] / divisors[out];
      for (let a = d.start; a < d.end; a++) {
        for (let b = h.start; b < h.end; b++) {
          for (let c = w.start; c < w.end; c++) gx[base + a * slices + b * rows + c] += share;
        }
      }
    });
  }
}

/** Raises when an input has neither a batch nor a channel dimension before its spatial ones. */
export function checkPoolInput(x: Sizes, spatial: number, name: string): void {
  check(x.length === spatial + 1 || x.length === spatial + 2, () =>
    name.startsWith("max") && spatial === 1
      ? `${name}: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${formatSizes(x)}`
      : spatial === 1
        ? dimensionsText(x.length, name)
        : `non-empty ${spatial + 1}D or ${spatial + 2}D (batch mode) tensor expected for input`,
  );
}

/** Max pooling takes no input without elements, but for an empty batch. */
export function checkPoolElements(x: Sizes, spatial: number, name: string): void {
  if (!x.slice(x.length - spatial - 1).includes(0)) return;
  throw new TorchError("RuntimeError", emptyTexts[spatial - 1](formatSizes(x), name));
}

/** How max pooling refuses an input without elements, by the number of spatial dimensions. */
const emptyTexts: readonly ((sizes: string, name: string) => string)[] = [
  (sizes, name) =>
    `${name}: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizes}`,
  (sizes) => `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${sizes}`,
  (sizes) =>
    "max_pool3d_with_indices_out_cpu_template(): Expected input's non-batch dimensions to have positive length, but " +
    `input has a shape of ${sizes} and non-batch dimension 0 has length zero!`,
];

/** What PyTorch says of the rank of an input to a pooling over one dimension. */
export function dimensionsText(ndim: number, name: string): string {
  return (
    `Expected 2 to 3 dimensions, but got ${ndim}-dimensional tensor for argument #1 'self' ` +
    `(while checking arguments for ${name})`
  );
}
