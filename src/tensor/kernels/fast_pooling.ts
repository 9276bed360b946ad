import { float32, int64 } from "../dtype";
import { heap } from "../heap";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { acceleration, address, FEW, kernels } from "./wasm";

/** Pooling with the WebAssembly kernels of wasm/assembly/pooling.ts; where they do not apply, plain loops do. */

/** One window along one dimension: input positions `start`, `start + step`, … below `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

type Spans = readonly (readonly Span[])[];

const single: readonly Span[] = [{ start: 0, end: 1, step: 1 }];
const FIELDS = 20;

const usable = (t: Tensor): boolean => t.dtype === float32 && t.isContiguous && !t.isAbstract;

/** Squares of two by two, side by side. */
function arePairs(windows: Spans): boolean {
  const paired = (spans: readonly Span[]): boolean =>
    spans.every(({ start, end, step }, i) => start === 2 * i && end === 2 * i + 2 && step === 1);
  return windows.length === 2 && windows.every(paired);
}

/** Lends a kernel its description; `extra` is an address, or numbers that are put into the heap for the time. */
function run(
  kernel: (at: number) => number,
  windows: Spans,
  spatial: Sizes,
  planes: number,
  input: Tensor,
  output: Tensor,
  extra: Tensor | Float64Array,
): void {
  const spans = [single, single, single, ...windows].slice(-3);
  const [depth, height, width] = [1, 1, 1, ...spatial].slice(-3);
  const counts = spans.map((s) => s.length);
  const numbers = extra instanceof Float64Array ? extra : null;
  const bytes = 8 * (FIELDS / 2 + counts[0] + counts[1] + counts[2] + (numbers?.length ?? 0));
  const [x, y] = [input, output].map((t) => address(t.storage, t.offset));
  const given = extra instanceof Float64Array ? 0 : extra.storage.pointer + 8 * extra.offset;
  const start = heap.allocate(bytes);
  const tables = new Int32Array(heap.buffer, start + 4 * FIELDS, 2 * (counts[0] + counts[1] + counts[2]));
  let at = 0;
  for (const list of spans) {
    for (const { start: from, end } of list) {
      tables[at++] = from;
      tables[at++] = end;
    }
  }
  const first = start + 4 * FIELDS;
  const [heights, widths] = [first + 8 * counts[0], first + 8 * (counts[0] + counts[1])];
  const own = widths + 8 * counts[2];
  if (numbers) new Float64Array(heap.buffer, own, numbers.length).set(numbers);
  new Int32Array(heap.buffer, start, FIELDS).set([
    ...[planes, depth * height * width, height * width, width],
    ...counts,
    ...spans.map((list) => list[0]?.step ?? 1),
    ...[first, heights, widths, x, y, numbers ? own : given, Number(arePairs(windows))],
  ]);
  kernel(start);
  heap.release(start, bytes);
}

/** Maxima of each window and where they are; false: use the plain loop. */
export function fastMaxPool(
  x: Tensor,
  planes: number,
  spatial: Sizes,
  windows: Spans,
  values: Tensor,
  indices: Tensor,
): boolean {
  if (!acceleration.enabled || x.numel < FEW || ![x, values].every(usable)) return false;
  run(kernels.maxPool, windows, spatial, planes, x, values, indices);
  return true;
}

/** Adds elements to given positions of each plane, from zeros; false: use the plain loop. */
export function fastScatterPlanes(out: Tensor, g: Tensor, indices: Tensor, planes: number): boolean {
  if (!acceleration.enabled || out.numel < FEW || ![out, g].every(usable)) return false;
  if (indices.dtype !== int64 || !indices.isContiguous) return false;
  const [to, from] = [out, g].map((t) => address(t.storage, t.offset));
  const at = indices.storage.pointer + 8 * indices.offset;
  kernels.scatterPlanes(to, from, at, planes, g.numel / planes, out.numel / planes);
  return true;
}

/** Averages of windows by what each position of a plane is divided by; false: use the plain loop. */
export function fastAveragePool(
  x: Tensor,
  planes: number,
  spatial: Sizes,
  windows: Spans,
  divisors: Float64Array,
  y: Tensor,
): boolean {
  if (!acceleration.enabled || x.numel < FEW || ![x, y].every(usable)) return false;
  run(kernels.averagePool, windows, spatial, planes, x, y, divisors);
  return true;
}

/** Spreads gradients evenly over windows; false: use the plain loop. */
export function fastSpreadAverage(
  g: Tensor,
  planes: number,
  spatial: Sizes,
  windows: Spans,
  divisors: Float64Array,
  out: Tensor,
): boolean {
  if (!acceleration.enabled || out.numel < FEW || ![g, out].every(usable)) return false;
  run(kernels.spreadAverage, windows, spatial, planes, out, g, divisors);
  return true;
}
