import { float32, float64 } from "../tensor/dtype";
import { toNumbers } from "../tensor/elements";
import type { Tensor } from "../tensor/tensor";
import type { Histogram, Moments } from "./format";

type Values = Float32Array | Float64Array;

/** The elements in row-major order; valid until the next allocation. */
export function valuesOf(t: Tensor): Values {
  return (t.dtype === float32 || t.dtype === float64) && t.isContiguous
    ? (t.storage.data as Values).subarray(t.offset, t.offset + t.numel)
    : toNumbers(t);
}

export const BINS = 64;

/** Mean, standard deviation (n − 1, as `torch.std`), extremes and a histogram between them. */
export function momentsOf(t: Tensor): Moments {
  const values = valuesOf(t);
  const n = values.length;
  if (n === 0) return { mean: 0, std: 0, min: 0, max: 0, histogram: histogramOf(values, 0, 0) };
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const x = values[i]!;
    sum += x;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const d = values[i]! - mean;
    squares += d * d;
  }
  const std = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  // A nan hides from comparisons, but not from the sum.
  if (Number.isNaN(sum)) {
    min = Number.NaN;
    max = Number.NaN;
  }
  return { mean, std, min, max, histogram: histogramOf(values, min, max) };
}

/** Equal bins from the least to the greatest finite value; infinite values lie in the end bins, nan in none. */
function histogramOf(values: Values, min: number, max: number): Histogram {
  let low = min;
  let high = max;
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = finiteRange(values);
  if (!(high > low)) {
    const reach = Math.max(Math.abs(low) * 0.5, 1e-6);
    [low, high] = [low - reach, high + reach];
  }
  const bins = new Uint32Array(BINS);
  const scale = BINS / (high - low);
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (Number.isNaN(x)) continue;
    const place = (x - low) * scale;
    bins[place >= BINS ? BINS - 1 : place > 0 ? place | 0 : 0]!++;
  }
  return {
    edges: Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS),
    counts: Array.from(bins),
  };
}

function finiteRange(values: Values): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const x of values) {
    if (!Number.isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The root mean square of n values with these moments. */
export function rootMeanSquareOf({ mean, std }: Moments, n: number): number {
  return Math.sqrt(mean ** 2 + std ** 2 * (1 - 1 / Math.max(n, 1)));
}

export function rootMeanSquare(t: Tensor): number {
  const values = valuesOf(t);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / Math.max(values.length, 1));
}

/** Share of values at or beyond either end. */
export function shareOutside(t: Tensor, low: number, high: number): number {
  const values = valuesOf(t);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! <= low || values[i]! >= high) count++;
  return count / Math.max(values.length, 1);
}

/** Share of the units along an axis whose every value is zero. */
export function shareDead(t: Tensor, axis: number): number {
  const values = valuesOf(t);
  const units = t.sizes[axis] ?? 1;
  const inner = t.sizes.slice(axis + 1).reduce((product, size) => product * size, 1);
  const alive = new Uint8Array(units);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[Math.floor(i / inner) % units] = 1;
  return units === 0 ? 0 : 1 - alive.reduce((sum, each) => sum + each, 0) / units;
}
