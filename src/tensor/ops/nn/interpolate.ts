import { float64 } from "../../dtype";
import { check, TorchError } from "../../errors";
import { inFormatOf } from "../../kernels/memory_format";
import { defineOp, type Op } from "../../op";
import { fma32 } from "../../random/fused";
import { type Scalar, toNumber } from "../../scalar";
import { contiguousStrides, numelOf, type Sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { floats, made } from "./floats";
import { adaptiveAveragePools } from "./pooling";

/** One input position that an output position reads, with its weight. */
interface Tap {
  readonly at: number;
  readonly weight: number;
}

/** For each output position along a dimension, what it reads. */
type Taps = readonly (readonly Tap[])[];

/** Ratio input/output along a dimension: from the given scale factor where there is one. */
type Ratio = number;

interface Kernel {
  readonly dims: readonly number[];
  readonly gradName: (dims: number) => string;
  readonly taps: (size: number, out: number, ratio: Ratio, alignCorners: boolean, arithmetic: Arithmetic) => Taps;
}

/** Places, weights and sums are computed in the precision of the images; products are added in one rounding. */
interface Arithmetic {
  readonly round: (x: number) => number;
  readonly fma: (a: number, b: number, c: number) => number;
}

const single: Arithmetic = { round: Math.fround, fma: fma32 };
const double: Arithmetic = { round: (x) => x, fma: (a, b, c) => a * b + c };
const arithmeticOf = (x: Tensor): Arithmetic => (x.dtype === float64 ? double : single);

const limited = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);

function nearest(shift: number): Kernel["taps"] {
  return (size, out, ratio) =>
    Array.from({ length: out }, (_, o) => [
      { at: Math.min(Math.floor(Math.fround((o + shift) * Math.fround(ratio))), size - 1), weight: 1 },
    ]);
}

/** Where each output position falls in the input. */
function sources(
  size: number,
  out: number,
  ratio: Ratio,
  alignCorners: boolean,
  cubic: boolean,
  { round }: Arithmetic,
): number[] {
  const step = alignCorners ? (out > 1 ? round((size - 1) / (out - 1)) : 0) : round(ratio);
  return Array.from({ length: out }, (_, o) => {
    if (alignCorners) return round(o * step);
    const at = round(round(step * (o + 0.5)) - 0.5);
    return cubic ? at : Math.max(0, at);
  });
}

const linear: Kernel["taps"] = (size, out, ratio, alignCorners, arithmetic) =>
  sources(size, out, ratio, alignCorners, false, arithmetic).map((at) => {
    const low = Math.min(Math.floor(at), size - 1);
    const share = Math.min(Math.max(arithmetic.round(at - low), 0), 1);
    return [
      { at: low, weight: arithmetic.round(1 - share) },
      { at: limited(low + 1, size), weight: share },
    ];
  });

const CUBIC = -0.75;
const cubicNear = (x: number, { round, fma }: Arithmetic): number =>
  fma(round(fma(CUBIC + 2, x, -(CUBIC + 3)) * x), x, 1);
const cubicFar = (x: number, { fma }: Arithmetic): number =>
  fma(fma(fma(CUBIC, x, -5 * CUBIC), x, 8 * CUBIC), x, -4 * CUBIC);

const cubic: Kernel["taps"] = (size, out, ratio, alignCorners, arithmetic) =>
  sources(size, out, ratio, alignCorners, true, arithmetic).map((at) => {
    const { round } = arithmetic;
    const low = Math.min(Math.floor(at), size - 1);
    const t = Math.min(Math.max(round(at - low), 0), 1);
    const rest = round(1 - t);
    const weights = [
      cubicFar(round(t + 1), arithmetic),
      cubicNear(t, arithmetic),
      cubicNear(rest, arithmetic),
      cubicFar(round(rest + 1), arithmetic),
    ];
    return weights.map((weight, k) => ({ at: limited(low - 1 + k, size), weight }));
  });

const linearNames: Readonly<Record<number, string>> = {
  1: "UpsampleLinear1DBackward0",
  2: "UpsampleBilinear2DBackward0",
  3: "UpsampleTrilinear3DBackward0",
};

const kernels: Readonly<Record<string, Kernel>> = {
  nearest: { dims: [1, 2, 3], gradName: (n) => `UpsampleNearest${n}DBackward0`, taps: nearest(0) },
  "nearest-exact": { dims: [1, 2, 3], gradName: (n) => `UpsampleNearestExact${n}DBackward0`, taps: nearest(0.5) },
  linear: { dims: [1], gradName: (n) => linearNames[n], taps: linear },
  bilinear: { dims: [2], gradName: (n) => linearNames[n], taps: linear },
  trilinear: { dims: [3], gradName: (n) => linearNames[n], taps: linear },
  bicubic: { dims: [2], gradName: () => "UpsampleBicubic2DBackward0", taps: cubic },
};

/** Applies `visit` to every (output, input, weight) of a plane. */
function eachTap(
  taps: readonly Taps[],
  spatial: Sizes,
  visit: (out: number, at: number, weight: number) => void,
): void {
  let paths: Tap[][] = [[{ at: 0, weight: 1 }]];
  taps.forEach((along, d) => {
    const next: Tap[][] = [];
    for (const path of paths) {
      for (const choices of along) {
        next.push(
          path.flatMap((p) => choices.map((c) => ({ at: p.at * spatial[d] + c.at, weight: p.weight * c.weight }))),
        );
      }
    }
    paths = next;
  });
  for (const [out, path] of paths.entries()) for (const { at, weight } of path) visit(out, at, weight);
}

/** The weighted sum of what one output position reads, the last dimension summed first. */
function weighted(
  a: ArrayLike<number>,
  from: number,
  choices: readonly (readonly Tap[])[],
  strides: Sizes,
  d: number,
  arithmetic: Arithmetic,
): number {
  if (d === choices.length) return a[from];
  let total = 0;
  choices[d].forEach(({ at, weight }, i) => {
    const value = weighted(a, from + at * strides[d], choices, strides, d + 1, arithmetic);
    total = i === 0 ? arithmetic.round(value * weight) : arithmetic.fma(value, weight, total);
  });
  return total;
}

type ResampleArgs = [Tensor, readonly Taps[], Sizes, string];

/** A weighted sum of input elements for each output element; its gradient spreads the same weights. */
const resample: Op<ResampleArgs, Tensor> = defineOp({
  schema: "_resample(Tensor self, Any taps, int[] size, str name) -> Tensor",
  in: ["internal"],
  summary: "Interpolation.",
  gradName: ([, , , name]: ResampleArgs) => name,
  forward: (...[x, taps, size]: ResampleArgs) => {
    const strides = contiguousStrides(x.sizes.slice(2));
    const arithmetic = arithmeticOf(x);
    const out = made([x], [...x.sizes.slice(0, 2), ...size], (y) => {
      const a = floats(x);
      const plane = numelOf(x.sizes.slice(2));
      const choices = new Array<readonly Tap[]>(taps.length);
      let at = 0;
      const fill = (from: number, d: number): void => {
        for (const choice of taps[d]) {
          choices[d] = choice;
          if (d + 1 < taps.length) fill(from, d + 1);
          else y[at++] = weighted(a, from, choices, strides, 0, arithmetic);
        }
      };
      for (let p = 0; p < x.sizes[0] * x.sizes[1]; p++) fill(p * plane, 0);
    });
    return inFormatOf([x], out);
  },
  save: ([x, taps, , name]) => [taps, x.sizes.slice(2), name] as const,
  backward: (g, [taps, spatial, name]) => [spread(g, taps, spatial, name)],
});

const spread: Op<ResampleArgs, Tensor> = defineOp({
  schema: "_resample_backward(Tensor self, Any taps, int[] size, str name) -> Tensor",
  in: ["internal"],
  summary: "The gradient of interpolation.",
  forward: (...[g, taps, spatial]: ResampleArgs) =>
    made([g], [...g.sizes.slice(0, 2), ...spatial], (out) => {
      const a = floats(g);
      const planes = g.sizes[0] * g.sizes[1];
      const [from, to] = [a.length / planes, out.length / planes];
      const sums = new Float64Array(out.length);
      eachTap(taps, spatial, (o, at, weight) => {
        for (let p = 0; p < planes; p++) sums[p * to + at] += a[p * from + o] * weight;
      });
      out.set(sums);
    }),
  save: ([g, taps, , name]) => [taps, g.sizes.slice(2), name] as const,
  backward: (gg, [taps, size, name]) => [resample(gg, taps, size, name)],
});

/** How many dimensions the linear modes take. */
const linearRanks: Readonly<Record<string, number>> = { linear: 3, bilinear: 4, trilinear: 5 };

type PerDimension = Scalar | readonly Scalar[] | null;

function perDimension(value: PerDimension, x: Tensor, name: "size" | "scale_factor"): number[] | null {
  const dims = x.ndim - 2;
  if (value === null) return null;
  const list = Array.isArray(value)
    ? (value as readonly Scalar[]).map(toNumber)
    : new Array(dims).fill(toNumber(value as Scalar));
  check(
    list.length === dims,
    () =>
      `Input and ${name === "size" ? "output" : name} must have the same number of spatial dimensions, but got input with spatial ` +
      "dimensions of " +
      `[${x.sizes.slice(2).join(", ")}] and ${name === "size" ? "output size of" : "scale_factor of shape"} ` +
      `(${list.join(", ")}${list.length === 1 ? "," : ""}). Please provide input tensor in (N, C, d1, d2, ...,dK) format and ` +
      (name === "size" ? "output size in (o1, o2, ...,oK) format." : "scale_factor in (s1, s2, ...,sK) format."),
    "ValueError",
  );
  return list;
}

export const interpolate = defineOp({
  schema:
    "interpolate(Tensor input, Any size=None, Any scale_factor=None, str mode='nearest', bool? align_corners=None, " +
    "bool? recompute_scale_factor=None, bool antialias=False) -> Tensor",
  in: ["nn.functional"],
  summary: "Resizes images or sequences by nearest, linear, cubic or area interpolation.",
  forward: (
    x: Tensor,
    size: PerDimension = null,
    scaleFactor: PerDimension = null,
    mode: string = "nearest",
    alignCorners: boolean | null = null,
    recompute: boolean | null = null,
  ): Tensor => {
    const dims = x.ndim - 2;
    const smooth = mode !== "nearest" && mode !== "area" && mode !== "nearest-exact";
    check(
      smooth || alignCorners === null,
      "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
      "ValueError",
    );
    check(size !== null || scaleFactor !== null, "either size or scale_factor should be defined", "ValueError");
    check(size === null || scaleFactor === null, "only one of size or scale_factor should be defined", "ValueError");
    const spatial = x.sizes.slice(2);
    const scales = perDimension(scaleFactor, x, "scale_factor");
    const output = perDimension(size, x, "size") ?? spatial.map((n, d) => Math.floor(n * (scales as number[])[d]));
    if (mode === "area") return adaptiveAveragePools[dims - 1](x, output);
    const kernel = kernels[mode];
    if (!kernel?.dims.includes(dims)) {
      const known = "Only 3D, 4D and 5D input Tensors supported";
      throw new TorchError(
        "NotImplementedError",
        mode in linearRanks && dims >= 1 && dims <= 3
          ? `Got ${x.ndim}D input, but ${mode} mode needs ${linearRanks[mode]}D input`
          : `Input Error: ${known} (got ${x.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | ` +
              `lanczos | area | nearest-exact (got ${mode})`,
      );
    }
    const arithmetic = arithmeticOf(x);
    const taps = spatial.map((n, d) =>
      kernel.taps(
        n,
        output[d],
        scales && !recompute ? 1 / scales[d] : n / output[d],
        alignCorners ?? false,
        arithmetic,
      ),
    );
    return resample(x, taps, output, kernel.gradName(dims));
  },
});

type Resize = [Tensor, PerDimension?, PerDimension?];

/** The names that `interpolate` had before. */
function former(name: string, mode: string, aligned: boolean | null) {
  return defineOp({
    schema: `${name}(Tensor input, Any size=None, Any scale_factor=None) -> Tensor`,
    in: ["nn.functional"],
    summary: `interpolate with mode ${mode}.`,
    forward: (...[x, size = null, factor = null]: Resize) => interpolate(x, size, factor, mode, aligned),
  });
}

export const upsampleNearest = former("upsample_nearest", "nearest", null);
export const upsampleBilinear = former("upsample_bilinear", "bilinear", true);
export const upsample = defineOp({
  schema:
    "upsample(Tensor input, Any size=None, Any scale_factor=None, str mode='nearest', bool? align_corners=None) -> Tensor",
  in: ["nn.functional"],
  summary: "The former name of interpolate.",
  forward: (
    x: Tensor,
    size: PerDimension = null,
    factor: PerDimension = null,
    mode: string = "nearest",
    aligned: boolean | null = null,
  ) => interpolate(x, size, factor, mode, aligned),
});
