import { heap } from "../heap";
import type { Tensor } from "../tensor";
import { acceleration, address, denseAddress, kernels } from "./wasm";

/** Normalizations with the WebAssembly kernels of wasm/assembly/moments.ts; where they do not apply, plain loops do. */

/** Two numbers that a kernel leaves in the heap's first page. */
const RESULT = 512;

/** Runs of a channel: `samples` of `length` elements, `step` apart, from element `start` on. */
export interface ChannelRuns {
  readonly samples: number;
  readonly length: number;
  readonly step: number;
}

/** Shorter runs are not worth a call each. */
const SHORT = 16;

const suits = (runs: ChannelRuns): boolean => runs.length >= SHORT;

/** The sum of a channel in double precision; null: use the plain loop. */
export function fastChannelSums(x: Tensor, runs: ChannelRuns): ChannelReader | null {
  const from = suits(runs) ? denseAddress(x) : 0;
  if (from === 0) return null;
  const over = (start: number, of: (at: number) => number): number => {
    let total = 0;
    for (let i = 0; i < runs.samples; i++) total += of(from + 4 * (start + i * runs.step));
    return total;
  };
  return {
    sum: (start) => over(start, (at) => kernels.sumWide(at, runs.length)),
    squares: (start, mean) => over(start, (at) => kernels.squaresWide(at, runs.length, mean)),
  };
}

export interface ChannelReader {
  /** Σ x from element `start` on. */
  readonly sum: (start: number) => number;
  /** Σ (x − mean)², each rounded to float32. */
  readonly squares: (start: number, mean: number) => number;
}

/** `out = x · scale + shift` for the runs of a channel. */
export function fastAffine(
  out: Tensor,
  x: Tensor,
  runs: ChannelRuns,
): ((start: number, scale: number, shift: number) => void) | null {
  const from = suits(runs) ? denseAddress(x) : 0;
  const to = from === 0 ? 0 : denseAddress(out);
  if (to === 0) return null;
  return (start, scale, shift) => {
    for (let i = 0; i < runs.samples; i++) {
      const at = 4 * (start + i * runs.step);
      kernels.affine(to + at, from + at, runs.length, scale, shift);
    }
  };
}

/** Σ g and Σ g·(x − mean) of a channel. */
export function fastGradientSums(
  g: Tensor,
  x: Tensor,
  runs: ChannelRuns,
): ((start: number, mean: number) => readonly [sum: number, dot: number]) | null {
  const from = suits(runs) ? denseAddress(x) : 0;
  const grads = from === 0 ? 0 : denseAddress(g);
  if (grads === 0) return null;
  return (start, mean) => {
    const result = new Float64Array(heap.buffer, RESULT, 2);
    result.fill(0);
    for (let i = 0; i < runs.samples; i++) {
      const at = 4 * (start + i * runs.step);
      kernels.gradientSums(RESULT, grads + at, from + at, runs.length, mean);
    }
    return [result[0], result[1]];
  };
}

/** `out = g · factor + x · slope + shift` for the runs of a channel. */
export function fastCombine(
  out: Tensor,
  g: Tensor,
  x: Tensor,
  runs: ChannelRuns,
): ((start: number, factor: number, slope: number, shift: number) => void) | null {
  const [from, grads, to] = suits(runs) ? [x, g, out].map(denseAddress) : [0, 0, 0];
  if (from === 0 || grads === 0 || to === 0) return null;
  return (start, factor, slope, shift) => {
    for (let i = 0; i < runs.samples; i++) {
      const at = 4 * (start + i * runs.step);
      kernels.combine(to + at, grads + at, from + at, runs.length, factor, slope, shift);
    }
  };
}

/** Mean and biased variance of runs of `size` elements, one after the other; null: use the plain loop. */
export function fastRowMoments(
  x: Tensor,
  size: number,
): ((row: number) => { readonly mean: number; readonly variance: number }) | null {
  const from = size >= SHORT ? denseAddress(x) : 0;
  if (from === 0) return null;
  return (row) => {
    kernels.rowMoments(from + 4 * row * size, size, RESULT);
    const [mean, variance] = new Float32Array(heap.buffer, RESULT, 2);
    return { mean, variance };
  };
}

/**
 * `out = (x − mean) · rstd · weight + bias` for all runs of `size` elements, with the runs' statistics in `means` and
 * `rstds` (contiguous); false: use the plain loops.
 */
export function fastNormalizeAll(
  out: Tensor,
  x: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  size: number,
  eps: number,
  means: Tensor,
  rstds: Tensor,
): boolean {
  const usable = size >= SHORT && [weight, bias].every((t) => !t || (t.dtype === x.dtype && t.isContiguous));
  const from = usable ? denseAddress(x) : 0;
  const to = from === 0 ? 0 : denseAddress(out);
  if (to === 0) return false;
  const [w, b, m, s] = [weight, bias, means, rstds].map((t) => (t ? address(t.storage, t.offset) : 0));
  kernels.normalizeRows(to, from, w, b, means.numel, size, eps, m, s);
  return true;
}

/** Σ x and Σ (x − center)² of float32 elements that lie in the heap, in doubles; null: use the plain loop. */
export function fastDeviations(data: Float32Array | Float64Array): DeviationReader | null {
  if (!acceleration.enabled || data.buffer !== heap.buffer || !(data instanceof Float32Array)) return null;
  const base = data.byteOffset;
  return {
    sum: (start, n) => kernels.sumWide(base + 4 * start, n),
    squares: (start, n, center) => kernels.squaresAround(base + 4 * start, n, center),
  };
}

export interface DeviationReader {
  readonly sum: (start: number, n: number) => number;
  readonly squares: (start: number, n: number, center: number) => number;
}
