import { area, curveMonotoneX, line, type ScaleContinuousNumeric } from "d3";
import type { Histogram } from "../../statistics/format";

export interface Ridge {
  readonly area: string;
  readonly outline: string;
  /** A bin that rises above the rest is cut at the row's height: where, and what share of the values it holds. */
  readonly cut: { readonly x: number; readonly share: number } | null;
}

/**
 * A histogram as a smooth silhouette on a baseline at y = 0. Its height follows the highest bin, but a lone spike
 * (a rectifier's zeros) does not flatten everything else: it is cut.
 */
export function ridge(histogram: Histogram, x: ScaleContinuousNumeric<number, number>, height: number): Ridge {
  const { edges, counts } = histogram;
  const total = counts.reduce((sum, n) => sum + n, 0) || 1;
  const ranked = [...counts].sort((a, b) => b - a);
  const peak = ranked[0] ?? 0;
  const second = ranked[1] ?? 0;
  const spike = second > 0 && peak > 3 * second;
  const scale = height / ((spike ? 1.6 * second : peak) || 1);
  const points: [number, number][] = counts.map((n, i) => [
    x((edges[i]! + edges[i + 1]!) / 2),
    -Math.min(n * scale, height),
  ]);
  const ends: [number, number][] = [[x(edges[0]!), 0], ...points, [x(edges.at(-1)!), 0]];
  const at = counts.indexOf(peak);
  return {
    area: area<[number, number]>()
      .x((p) => p[0])
      .y0(0)
      .y1((p) => p[1])
      .curve(curveMonotoneX)(ends)!,
    outline: line<[number, number]>().curve(curveMonotoneX)(ends)!,
    cut: spike ? { x: points[at]![0], share: peak / total } : null,
  };
}

/** Bars of a histogram, as one path. */
export function bars(
  histogram: Histogram,
  x: ScaleContinuousNumeric<number, number>,
  y: ScaleContinuousNumeric<number, number>,
): string {
  const { edges, counts } = histogram;
  const base = y(0);
  let path = `M${x(edges[0]!)},${base}`;
  counts.forEach((n, i) => {
    path += `V${y(n).toFixed(2)}H${x(edges[i + 1]!).toFixed(2)}`;
  });
  return `${path}V${base}Z`;
}
