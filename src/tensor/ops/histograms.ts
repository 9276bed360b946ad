import { accessOf, fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { defineOp, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { formatSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { linspace } from "./sequences";

/** Histograms in one or more dimensions: counts (or weights) of points between edges, the last edge included. */

type Range = readonly Scalar[] | null;

/** The lowest and the highest bound of one coordinate; a single value is widened by half a unit on both sides. */
function boundsOf(values: Float64Array, range: Range, coordinate: number): [number, number] {
  let [low, high] = [0, 1];
  if (range) [low, high] = [toNumber(range[2 * coordinate]), toNumber(range[2 * coordinate + 1])];
  else if (values.length > 0) {
    low = values.reduce((a, b) => Math.min(a, b));
    high = values.reduce((a, b) => Math.max(a, b));
  }
  check(
    Number.isFinite(low) && Number.isFinite(high),
    () => `torch.histogramdd: dimension ${coordinate}'s range [${low}, ${high}] is not finite`,
  );
  check(
    low <= high,
    () => `torch.histogramdd: min should not exceed max, but got min ${low} max ${high} for dimension ${coordinate}`,
  );
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** The bin of each value; −1 outside. */
function binOf(edges: ArrayLike<number>, v: number): number {
  const last = edges.length - 1;
  if (!(v >= edges[0] && v <= edges[last])) return -1;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (edges[mid] <= v) low = mid;
    else high = mid;
  }
  return low;
}

function checkWeight(points: Tensor, weight: Tensor | null): void {
  if (weight === null) return;
  check(points.dtype === weight.dtype, "torch.histogram: input and weight should have the same dtype");
  const outer = points.sizes.slice(0, -1);
  check(
    weight.sizes.join() === outer.join(),
    () =>
      "torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding " +
      `its innermost dimension, but got input with shape ${formatSizes(points.sizes)} and weight with shape ` +
      formatSizes(weight.sizes),
  );
}

type Bins = readonly (number | Tensor)[];

/** The histogram of points, one per row of the last dimension, and the edges of each coordinate. */
function histogramOf(
  points: Tensor,
  bins: Bins,
  range: Range,
  weight: Tensor | null,
  density: boolean,
): [histogram: Tensor, edges: Tensor[]] {
  const dims = points.sizes[points.ndim - 1];
  check(
    points.dtype.kind === "float",
    `"histogramdd" not implemented for '${points.dtype.scalarName}'`,
    "NotImplementedError",
  );
  checkWeight(points, weight);
  const sizes = bins.map((b) => (typeof b === "number" ? b : b.numel - 1));
  check(
    sizes.every((n) => n > 0),
    "torch.histogramdd(): bins must be > 0",
  );
  const counts = emptyFrom([points], sizes);
  if (counts.isAbstract) {
    return [counts, sizes.map((n) => emptyFrom([points], [n + 1]))];
  }
  const flat = toNumbers(points);
  const count = flat.length / Math.max(1, dims);
  const column = (d: number): Float64Array => Float64Array.from({ length: count }, (_, i) => flat[i * dims + d]);
  const edges = bins.map((b, d) => {
    if (typeof b !== "number") return b;
    const [low, high] = boundsOf(column(d), range, d);
    return linspace(toFloat(low), toFloat(high), b + 1, points.dtype);
  });
  const places = edges.map(toNumbers);
  const shares = weight && toNumbers(weight);
  const totals = new Float64Array(counts.numel);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let d = 0; d < dims && at >= 0; d++) {
      const bin = binOf(places[d], flat[i * dims + d]);
      at = bin < 0 ? -1 : at * sizes[d] + bin;
    }
    if (at >= 0) totals[at] += shares ? shares[i] : 1;
  }
  if (density) spreadOverVolume(totals, places, sizes, accessOf(points.dtype).round);
  fromNumbers(counts, totals);
  return [counts, edges];
}

/** Counts become a density: shares of the total over the bins' volumes, dimension by dimension. */
function spreadOverVolume(
  totals: Float64Array,
  edges: readonly ArrayLike<number>[],
  sizes: readonly number[],
  round: (x: number) => number,
): void {
  const sum = round(totals.reduce((a, b) => a + b, 0));
  totals.forEach((total, at) => {
    let value = round(total / sum);
    let rest = at;
    const bins = new Array<number>(sizes.length);
    for (let d = sizes.length - 1; d >= 0; d--) {
      bins[d] = rest % sizes[d];
      rest = Math.floor(rest / sizes[d]);
    }
    bins.forEach((bin, d) => {
      value = round(value / round(edges[d][bin + 1] - edges[d][bin]));
    });
    totals[at] = value;
  });
}

const OPTIONS = "*, float[]? range=None, Tensor? weight=None, bool density=False";

type Histogram = [self: Tensor, bins: number | Tensor, range?: Range, weight?: Tensor | null, density?: boolean];

export const histogram: Op<Histogram, Tensor[]> = defineOp({
  schema: `histogram.bins_tensor(Tensor self, Tensor bins, ${OPTIONS}) -> (Tensor hist, Tensor bin_edges)`,
  overloads: [`histogram.bin_ct(Tensor self, int bins=100, ${OPTIONS}) -> (Tensor hist, Tensor bin_edges)`],
  in: ["torch", "Tensor"],
  summary: "How many elements lie between edges (or in equal bins), and the edges.",
  forward: (...[x, bins, range = null, weight = null, density = false]: Histogram): Tensor[] => {
    const points = x.alias([...[x.numel], 1], [1, 1]);
    const flat = x.isContiguous ? points : rowMajor(x);
    const shares = weight && (weight.isContiguous ? weight.alias([weight.numel], [1]) : rowMajor(weight, false));
    const [counts, edges] = histogramOf(flat, [bins], range, shares, density);
    return [counts, edges[0]];
  },
});

function rowMajor(x: Tensor, column = true): Tensor {
  const out = emptyFrom([x], column ? [x.numel, 1] : [x.numel]);
  if (!out.isAbstract) fromNumbers(out, toNumbers(x));
  return out;
}

type Histogramdd = [self: Tensor, bins: number | Bins, range?: Range, weight?: Tensor | null, density?: boolean];

export const histogramdd = defineOp({
  schema: `histogramdd.int_bins(Tensor self, int bins, ${OPTIONS}) -> (Tensor hist, Tensor[] bin_edges)`,
  overloads: [
    `histogramdd(Tensor self, int[] bins, ${OPTIONS}) -> (Tensor hist, Tensor[] bin_edges)`,
    `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, ${OPTIONS}) -> (Tensor hist, Tensor[] bin_edges)`,
  ],
  in: ["torch"],
  summary: "How many points of a space lie in each cell of a grid, and the edges along each coordinate.",
  forward: (...[x, bins, range = null, weight = null, density = false]: Histogramdd) => {
    check(x.ndim >= 2, "torch.histogramdd: input tensor should have at least 2 dimensions");
    const dims = x.sizes[x.ndim - 1];
    const each: Bins = typeof bins === "number" ? new Array<number>(dims).fill(bins) : bins;
    check(each.length === dims, "histogramdd: The size of bins must be equal to the innermost dimension of the input.");
    return histogramOf(x, each, range, weight, density);
  },
});
