import { partNumbers } from "../elements";
import { numelOf, type Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { planFor } from "./plan";
import { type Kind, singlePlan } from "./single";

/** Complex numbers in row-major order and double precision, while several dimensions are transformed. */
export interface Grid {
  readonly sizes: Sizes;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function gridOf(x: Tensor): Grid {
  const values = partNumbers(x);
  if (x.dtype.kind !== "complex") return { sizes: x.sizes, re: values, im: new Float64Array(values.length) };
  const re = Float64Array.from({ length: x.numel }, (_, i) => values[2 * i]);
  return { sizes: x.sizes, re, im: re.map((_, i) => values[2 * i + 1]) };
}

/** Both parts side by side, as `fromNumbers` wants them for a complex tensor. */
export function pairsOfGrid({ re, im }: Grid): Float64Array {
  const pairs = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    pairs[2 * i] = re[i];
    pairs[2 * i + 1] = im[i];
  }
  return pairs;
}

/** Calls `line` with the start and the step of every line along a dimension. */
function eachLine(sizes: Sizes, dim: number, line: (start: number, step: number) => void): void {
  const step = numelOf(sizes.slice(dim + 1));
  const span = step * sizes[dim];
  const blocks = span === 0 ? 0 : numelOf(sizes) / span;
  for (let b = 0; b < blocks; b++) for (let i = 0; i < step; i++) line(b * span + i, step);
}

/** Transforms every line along a dimension in place; `single`: float32 numbers of that kind, rounded as the library does. */
export function transform({ sizes, re, im }: Grid, dim: number, inverse: boolean, single: Kind | null = null): void {
  const n = sizes[dim];
  const plan = (single ? singlePlan(n, single) : null) ?? planFor(n);
  const [lineRe, lineIm] = [new Float64Array(n), new Float64Array(n)];
  eachLine(sizes, dim, (start, step) => {
    for (let k = 0; k < n; k++) {
      lineRe[k] = re[start + k * step];
      lineIm[k] = im[start + k * step];
    }
    if (inverse) plan.run(lineIm, lineRe);
    else plan.run(lineRe, lineIm);
    for (let k = 0; k < n; k++) {
      re[start + k * step] = lineRe[k];
      im[start + k * step] = lineIm[k];
    }
  });
}

export function scale({ re, im }: Grid, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < re.length; i++) {
    re[i] *= factor;
    im[i] *= factor;
  }
}

/** The first `count` places of a dimension. */
export function head(grid: Grid, dim: number, count: number): Grid {
  return resized(grid, dim, count, () => {});
}

/** A dimension of n places from its first half: the others are conjugates of those they mirror. */
export function mirrored(grid: Grid, dim: number, n: number): Grid {
  const half = Math.floor(n / 2) + 1;
  return resized(head(grid, dim, half), dim, n, ({ re, im }, start, step) => {
    for (let k = half; k < n; k++) {
      re[start + k * step] = re[start + (n - k) * step];
      im[start + k * step] = -im[start + (n - k) * step];
    }
    // Of a real signal these have no imaginary part; what is given there does not count.
    im[start] = 0;
    if (n % 2 === 0) im[start + (n / 2) * step] = 0;
  });
}

function resized(
  { sizes, re, im }: Grid,
  dim: number,
  count: number,
  complete: (out: Grid, start: number, step: number) => void,
): Grid {
  const outSizes = sizes.map((n, d) => (d === dim ? count : n));
  const total = numelOf(outSizes);
  const out = { sizes: outSizes, re: new Float64Array(total), im: new Float64Array(total) };
  const step = numelOf(sizes.slice(dim + 1));
  const kept = Math.min(count, sizes[dim]);
  eachLine(outSizes, dim, (start) => {
    const from = Math.floor(start / (step * count)) * step * sizes[dim] + (start % step);
    for (let k = 0; k < kept; k++) {
      out.re[start + k * step] = re[from + k * step];
      out.im[start + k * step] = im[from + k * step];
    }
    complete(out, start, step);
  });
  return out;
}
