import { roundEven } from "../../kernels/rounding";

/** Where one point of a grid reads along one axis: whole positions, their weights and the weights' slopes. */
export interface Taps {
  /** −1 outside the image. */
  readonly places: readonly number[];
  readonly weights: readonly number[];
  /** By the position; times `scale` by the grid's own coordinate. */
  readonly slopes: readonly number[];
  readonly scale: number;
}

export const INTERPOLATIONS = ["bilinear", "nearest", "bicubic"] as const;
export const PADDINGS = ["zeros", "border", "reflection"] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];
export type Padding = (typeof PADDINGS)[number];

/** A position after padding, and its slope by the position before. */
interface Position {
  readonly at: number;
  readonly slope: number;
}

/** Positions kept on the image; at or beyond its rim the slope is 0. */
function clipped({ at, slope }: Position, size: number): Position {
  if (at <= 0) return { at: 0, slope: 0 };
  return at >= size - 1 ? { at: size - 1, slope: 0 } : { at, slope };
}

/** Positions thrown back at the borders: the outer elements' centres when corners are aligned, else their edges. */
function reflected({ at, slope }: Position, size: number, aligned: boolean): Position {
  const low = aligned ? 0 : -0.5;
  const span = aligned ? size - 1 : size;
  if (span === 0) return { at: 0, slope: 0 };
  const distance = Math.abs(at - low);
  const direction = at < low ? -slope : slope;
  const rest = distance % span;
  const even = Math.floor(distance / span) % 2 === 0;
  return even ? { at: rest + low, slope: direction } : { at: span - rest + low, slope: -direction };
}

const padded: Readonly<Record<Padding, (p: Position, size: number, aligned: boolean) => Position>> = {
  zeros: (p) => p,
  border: clipped,
  reflection: (p, size, aligned) => clipped(reflected(p, size, aligned), size),
};

const inside = (place: number, size: number): number => (place >= 0 && place < size ? place : -1);

type Round = (x: number) => number;

const SHARPNESS = -0.75;

/** The cubic convolution kernel at the four distances around a share t (Keys 1981, a = −3/4). */
function cubicWeights(t: number, r: Round): number[] {
  const a = SHARPNESS;
  const near = (u: number): number => r(r(r(r(r((a + 2) * u) - (a + 3)) * u) * u) + 1);
  const far = (u: number): number => r(r(r(r(r(r(a * u) - 5 * a) * u) + 8 * a) * u) - 4 * a);
  return [far(r(t + 1)), near(t), near(r(1 - t)), far(r(2 - t))];
}

/** Its slopes by t. */
function cubicSlopes(t: number, r: Round): number[] {
  const a = SHARPNESS;
  const near = (u: number): number => r(r(r(3 * (a + 2) * u) - 2 * (a + 3)) * u);
  const far = (u: number): number => r(r(r(r(3 * a * u) - 10 * a) * u) + 8 * a);
  return [far(r(t + 1)), near(t), -near(r(1 - t)), -far(r(2 - t))];
}

const NOWHERE: Taps = { places: [-1], weights: [0], slopes: [0], scale: 0 };

/**
 * What a coordinate (−1 … 1 across the image) reads along an axis of `size` elements.
 *
 * @param r rounds to the tensor's precision
 */
export function tapsOf(
  coordinate: number,
  size: number,
  aligned: boolean,
  interpolation: Interpolation,
  padding: Padding,
  r: Round,
): Taps {
  const slope = (aligned ? size - 1 : size) / 2;
  const raw = aligned ? r(r(coordinate + 1) * slope) : r(r(r(coordinate + 1) * slope) - 0.5);
  if (!Number.isFinite(raw)) return NOWHERE;
  const pad = padded[padding];
  if (interpolation === "bicubic") {
    const first = Math.floor(raw) - 1;
    const share = r(raw - Math.floor(raw));
    return {
      places: [0, 1, 2, 3].map((k) => inside(Math.trunc(pad({ at: first + k, slope: 1 }, size, aligned).at), size)),
      weights: cubicWeights(share, r),
      slopes: cubicSlopes(share, r),
      scale: slope,
    };
  }
  const position = pad({ at: raw, slope }, size, aligned);
  const at = r(position.at);
  if (interpolation === "nearest")
    return { places: [inside(roundEven(at), size)], weights: [1], slopes: [0], scale: 0 };
  const low = Math.floor(at);
  const share = r(at - low);
  return {
    places: [inside(low, size), inside(low + 1, size)],
    weights: [r(1 - share), share],
    slopes: [-1, 1],
    scale: position.slope,
  };
}

/** One element that a point reads: its place in the image, its weight, and the weight's slope by each position. */
export interface Read {
  readonly place: number;
  readonly weight: number;
  readonly slopes: readonly number[];
}

/** All elements that a point reads, the last dimension's taps outermost; `axes` in the order of the dimensions. */
export function readsOf(axes: readonly Taps[], sizes: readonly number[], r: Round): Read[] {
  let reads: Read[] = [{ place: 0, weight: 1, slopes: axes.map(() => 1) }];
  let step = 1;
  for (let d = axes.length - 1; d >= 0; d--) {
    const { places, weights, slopes } = axes[d];
    const next: Read[] = [];
    for (const read of reads) {
      places.forEach((place, k) => {
        if (place < 0) return;
        next.push({
          place: read.place + place * step,
          weight: r(read.weight * weights[k]),
          slopes: read.slopes.map((s, axis) => r(s * (axis === d ? slopes[k] : weights[k]))),
        });
      });
    }
    reads = next;
    step *= sizes[d];
  }
  return reads;
}
