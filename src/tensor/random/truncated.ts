import { accessOf, fromNumbers, toNumbers } from "../elements";
import { empty, type Tensor } from "../tensor";
import { normalInto, uniformInto } from "./continuous";
import type { Generator } from "./generator";

/** Above this share of the normal distribution inside [a, b] draws are repeated; below it proposals are uniform. */
const DIRECT_SHARE = 0.3;

/**
 * The normal distribution cut off outside [a, b], by rejection: every round draws the whole tensor anew and uses what
 * stands at the places still rejected (`nn.init.trunc_normal_` since PyTorch 2.12).
 */
export function truncatedNormalInto(t: Tensor, mean: number, std: number, a: number, b: number, g: Generator): void {
  const share = normalCdf((b - mean) / std) - normalCdf((a - mean) / std);
  if (share > DIRECT_SHARE) redrawOutside(t, mean, std, a, b, g);
  else acceptByDensity(t, mean, std, a, b, g);
}

function like(t: Tensor): Tensor {
  const fresh = empty(t.sizes, t.dtype, false);
  fresh.strides = t.isContiguous ? fresh.strides : t.strides;
  return fresh;
}

function redrawOutside(t: Tensor, mean: number, std: number, a: number, b: number, g: Generator): void {
  const { round } = accessOf(t.dtype);
  const [low, high] = [round(a), round(b)];
  normalInto(t, mean, std, g);
  const values = toNumbers(t);
  let outside = indices(values, (x) => x < low || x > high);
  if (outside.length === 0) return;
  const fresh = like(t);
  while (outside.length > 0) {
    normalInto(fresh, mean, std, g);
    const drawn = toNumbers(fresh);
    for (const i of outside) values[i] = drawn[i];
    outside = outside.filter((i) => values[i] < low || values[i] > high);
  }
  fromNumbers(t, values);
}

function acceptByDensity(t: Tensor, mean: number, std: number, a: number, b: number, g: Generator): void {
  const { round } = accessOf(t.dtype);
  const mode = Math.max(a, Math.min(mean, b));
  const peak = -0.5 * ((mode - mean) / std) ** 2;
  /** Logarithm of the density over its peak, rounded as the tensor operations that PyTorch uses. */
  const logDensity = (x: number): number => {
    const z = round(round(x - round(mean)) / round(std));
    return round(round(round(z * z) * -0.5) - round(peak));
  };
  const proposals = like(t);
  const threshold = like(t);
  const values = new Float64Array(t.numel);
  let pending = Array.from(values.keys());
  while (pending.length > 0) {
    uniformInto(proposals, a, b, g);
    uniformInto(threshold, 0, 1, g);
    const proposed = toNumbers(proposals);
    const limits = toNumbers(threshold);
    for (const i of pending) values[i] = proposed[i];
    pending = pending.filter((i) => round(Math.log(limits[i])) > logDensity(proposed[i]));
  }
  fromNumbers(t, values);
}

function indices(values: Float64Array, test: (x: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (test(values[i])) found.push(i);
  return found;
}

/** Distribution function of the standard normal, to about 1e-15: a power series near 0, a continued fraction beyond. */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) sum += term *= (z * z) / (2 * k + 1);
    const half = sum * Math.exp(-z * z * 0.5) * Math.sqrt(0.5 / Math.PI);
    return x >= 0 ? 0.5 + half : 0.5 - half;
  }
  let fraction = z;
  for (let k = 100; k > 0; k--) fraction = z + k / fraction;
  const tail = (Math.exp(-z * z * 0.5) * Math.sqrt(0.5 / Math.PI)) / fraction;
  return x >= 0 ? 1 - tail : tail;
}
