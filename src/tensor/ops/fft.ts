import { complexOf, type DType, float16, getDefaultDType, isDifferentiable } from "../dtype";
import { check } from "../errors";
import { defineOp } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { numelOf, type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { roll } from "./arranging";
import { conj } from "./complex";
import { toDType } from "./copies";
import { floatDType, OPTIONS, type Options } from "./factory";
import { complexTransform, realTransform, toReal } from "./fourier";
import { cat } from "./joining";
import { constantPad } from "./nn/pad";
import { arangeBetween } from "./sequences";
import { slice } from "./slicing";

/** `torch.fft`: lengths, dimensions and norms in PyTorch's forms, brought to the three transforms of `fourier.ts`. */

type Norm = string | null;

/** What a transform of n places is multiplied with; "forward" and "backward" say which direction divides by n. */
function factorOf(norm: Norm, n: number, forward: boolean): number {
  const mode = norm ?? "backward";
  check(["forward", "backward", "ortho"].includes(mode), () => `Invalid normalization mode: "${mode}"`);
  if (mode === "ortho") return 1 / Math.sqrt(n);
  return (mode === "forward") === forward ? 1 / n : 1;
}

function floating(x: Tensor, complex: boolean): Tensor {
  check(x.dtype !== float16 && x.dtype.name !== "bfloat16", () => `Unsupported dtype ${x.dtype.scalarName}`);
  const dtype: DType = isDifferentiable(x.dtype) ? x.dtype : getDefaultDType();
  return toDType(x, complex ? complexOf(dtype) : dtype);
}

/** Cut off or filled up with zeros at the end. */
function fitted(x: Tensor, dim: number, n: number): Tensor {
  if (n === x.sizes[dim]) return x;
  if (n < x.sizes[dim]) return slice(x, dim, 0, n);
  const pads = new Array<number>(2 * (x.ndim - dim)).fill(0);
  pads[pads.length - 1] = n - x.sizes[dim];
  return constantPad(x, pads, 0);
}

function checkLength(n: number): number {
  check(n >= 1, () => `Invalid number of data points (${n}) specified`);
  return n;
}

function dimOf(x: Tensor, dim: number): number {
  check(x.ndim > 0, () => `Dimension specified as ${dim} but tensor has no dimensions`, "IndexError");
  return wrapDim(dim, x.ndim);
}

// --- Along one dimension

type Line = [input: Tensor, n?: number | null, dim?: number, norm?: Norm];

/** Of complex input as it is; the spectrum of real input all the same has two sides. */
function complexLine(forward: boolean) {
  return (...[input, n = null, dim = -1, norm = null]: Line): Tensor => {
    const d = dimOf(input, dim);
    const x = fitted(floating(input, false), d, checkLength(n ?? input.sizes[d]));
    const factor = factorOf(norm, x.sizes[d], forward);
    if (x.dtype.kind === "complex") return complexTransform(x, [d], factor, !forward);
    const spectrum = realTransform(x, [d], factor, false);
    return forward ? spectrum : conj(spectrum);
  };
}

/** The half spectrum of a real signal. */
function halfLine(name: string, forward: boolean) {
  return (...[input, n = null, dim = -1, norm = null]: Line): Tensor => {
    check(
      input.dtype.kind !== "complex",
      () => `${name} expects a real input tensor, but got ${input.dtype.scalarName}`,
    );
    const d = dimOf(input, dim);
    const x = fitted(floating(input, false), d, checkLength(n ?? input.sizes[d]));
    const spectrum = realTransform(x, [d], factorOf(norm, x.sizes[d], forward), true);
    return forward ? spectrum : conj(spectrum);
  };
}

/** The real signal of a half spectrum. */
function wholeLine(forward: boolean) {
  return (...[input, n = null, dim = -1, norm = null]: Line): Tensor => {
    const d = dimOf(input, dim);
    const length = checkLength(n ?? 2 * (input.sizes[d] - 1));
    const half = fitted(floating(input, true), d, Math.floor(length / 2) + 1);
    return toReal(forward ? conj(half) : half, [d], factorOf(norm, length, forward), length);
  };
}

const lines: readonly (readonly [name: string, summary: string, forward: (...args: Line) => Tensor])[] = [
  ["fft", "The discrete Fourier transform along a dimension.", complexLine(true)],
  ["ifft", "The inverse discrete Fourier transform.", complexLine(false)],
  ["rfft", "The half spectrum of a real signal.", halfLine("rfft", true)],
  ["irfft", "The real signal of a half spectrum.", wholeLine(false)],
  ["hfft", "The real spectrum of a signal that is conjugate to its mirror image, given by its half.", wholeLine(true)],
  ["ihfft", "The inverse of hfft.", halfLine("ihfft", false)],
];

for (const [name, summary, forward] of lines) {
  defineOp({
    schema: `${name}(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor`,
    in: ["fft"],
    summary,
    forward,
  });
}

// --- Along several dimensions

type Several = [input: Tensor, s?: Sizes | null, dim?: Sizes | null, norm?: Norm];

interface Extent {
  readonly dims: Sizes;
  readonly shape: Sizes;
}

function extentOf(x: Tensor, s: Sizes | null, dim: Sizes | null): Extent {
  const dims = dim?.map((d) => dimOf(x, d)) ?? null;
  if (dims) check(new Set(dims).size === dims.length, "FFT dims must be unique");
  if (s === null) {
    const all = dims ?? [...x.sizes.keys()];
    return { dims: all, shape: all.map((d) => x.sizes[d]) };
  }
  check(dims === null || dims.length === s.length, "When given, dim and shape arguments must have the same length");
  check(s.length <= x.ndim, () => `Got shape with ${s.length} values but input tensor only has ${x.ndim} dimensions.`);
  const chosen = dims ?? s.map((_, i) => x.ndim - s.length + i);
  return { dims: chosen, shape: s.map((n, i) => (n === -1 ? x.sizes[chosen[i]] : n)) };
}

function fittedAll(x: Tensor, { dims, shape }: Extent): Tensor {
  for (const n of shape) checkLength(n);
  return dims.reduce((t, d, i) => fitted(t, d, shape[i]), x);
}

function complexGrid(forward: boolean) {
  return (...[input, s = null, dim = null, norm = null]: Several): Tensor => {
    const extent = extentOf(input, s, dim);
    const x = fittedAll(floating(input, true), extent);
    return complexTransform(x, extent.dims, factorOf(norm, numelOf(extent.shape), forward), !forward);
  };
}

function realGrid(...[input, s = null, dim = null, norm = null]: Several): Tensor {
  check(
    input.dtype.kind !== "complex",
    () => `rfftn expects a real-valued input tensor, but got ${input.dtype.scalarName}`,
  );
  const extent = extentOf(input, s, dim);
  check(extent.dims.length > 0, "rfftn must transform at least one axis");
  const x = fittedAll(floating(input, false), extent);
  return realTransform(x, extent.dims, factorOf(norm, numelOf(extent.shape), true), true);
}

/** The extent of a half spectrum, and how long its last dimension is as a signal. */
function halfExtent(name: string, x: Tensor, s: Sizes | null, dim: Sizes | null): Extent & { readonly length: number } {
  const { dims, shape } = extentOf(x, s, dim);
  check(dims.length > 0, `${name} must transform at least one axis`);
  const given = s?.at(-1) ?? -1;
  const length = checkLength(given === -1 ? 2 * (x.sizes[dims[dims.length - 1]] - 1) : given);
  return { dims, shape: [...shape.slice(0, -1), Math.floor(length / 2) + 1], length };
}

function signalGrid(...[input, s = null, dim = null, norm = null]: Several): Tensor {
  const extent = halfExtent("irfftn", input, s, dim);
  const x = fittedAll(floating(input, true), extent);
  const n = numelOf(extent.shape.slice(0, -1)) * extent.length;
  return toReal(x, extent.dims, factorOf(norm, n, false), extent.length);
}

function hermitianGrid(...[input, s = null, dim = null, norm = null]: Several): Tensor {
  const extent = halfExtent("hfftn", input, s, dim);
  const x = fittedAll(floating(input, true), extent);
  const [before, last] = [extent.dims.slice(0, -1), extent.dims.slice(-1)];
  const count = numelOf(extent.shape.slice(0, -1));
  const spread = before.length > 0 ? complexTransform(x, before, factorOf(norm, count, true), false) : x;
  return toReal(conj(spread), last, factorOf(norm, extent.length, true), extent.length);
}

function inverseHermitianGrid(...[input, s = null, dim = null, norm = null]: Several): Tensor {
  check(
    input.dtype.kind !== "complex",
    () => `Only supports floating-point dtypes, but found: ${input.dtype.scalarName}`,
  );
  const extent = extentOf(input, s, dim);
  check(extent.dims.length > 0, "ihfftn must transform at least one axis");
  const x = fittedAll(floating(input, false), extent);
  const [before, last] = [extent.dims.slice(0, -1), extent.dims.slice(-1)];
  const half = conj(realTransform(x, last, factorOf(norm, x.sizes[last[0]], false), true));
  if (before.length === 0) return half;
  return complexTransform(half, before, factorOf(norm, numelOf(extent.shape.slice(0, -1)), false), true);
}

const grids: readonly (readonly [name: string, summary: string, forward: (...args: Several) => Tensor])[] = [
  ["fft", "The discrete Fourier transform along several dimensions.", complexGrid(true)],
  ["ifft", "The inverse discrete Fourier transform along several dimensions.", complexGrid(false)],
  ["rfft", "The half spectrum of a real signal of several dimensions.", realGrid],
  ["irfft", "The real signal of a half spectrum of several dimensions.", signalGrid],
  ["hfft", "The real spectrum of a Hermitian signal of several dimensions, given by its half.", hermitianGrid],
  ["ihfft", "The inverse of hfftn.", inverseHermitianGrid],
];

for (const [name, summary, forward] of grids) {
  for (const [suffix, dims] of [
    ["n", "int[1]? dim=None"],
    ["2", "int[1] dim=[-2, -1]"],
  ]) {
    defineOp({
      schema: `${name}${suffix}(Tensor self, int[1]? s=None, ${dims}, str? norm=None) -> Tensor`,
      in: ["fft"],
      summary,
      forward,
    });
  }
}

// --- Frequencies

export const fftfreq = defineOp({
  schema: `fftfreq(int n, float d=1.0, *, ${OPTIONS}) -> Tensor`,
  in: ["fft"],
  summary: "The frequencies of a spectrum of n samples, d apart.",
  forward: (n: number, d: Scalar = 1, ...[dtype, ...rest]: Options): Tensor => {
    const options: Options = [dtype ?? floatDType(), ...rest];
    const half = Math.floor((n + 1) / 2);
    const order = cat([arangeBetween(0, half, 1, ...options), arangeBetween(-Math.floor(n / 2), 0, 1, ...options)]);
    return mul(order, toFloat(1 / (n * toNumber(d))));
  },
});

export const rfftfreq = defineOp({
  schema: `rfftfreq(int n, float d=1.0, *, ${OPTIONS}) -> Tensor`,
  in: ["fft"],
  summary: "The frequencies of a half spectrum of n samples, d apart.",
  forward: (n: number, d: Scalar = 1, ...[dtype, ...rest]: Options): Tensor => {
    const options: Options = [dtype ?? floatDType(), ...rest];
    return mul(arangeBetween(0, Math.floor(n / 2) + 1, 1, ...options), toFloat(1 / (n * toNumber(d))));
  },
});

for (const [name, summary, half] of [
  ["fftshift", "With the zero frequency moved to the middle.", (n: number) => Math.floor(n / 2)],
  ["ifftshift", "The inverse of fftshift.", (n: number) => Math.floor((n + 1) / 2)],
] as const) {
  defineOp({
    schema: `${name}(Tensor self, int[1]? dim=None) -> Tensor`,
    in: ["fft"],
    summary,
    forward: (x: Tensor, dim: Sizes | null = null): Tensor => {
      const dims = dim ?? [...x.sizes.keys()];
      const shifts = dims.map((d) => half(x.sizes[wrapDim(d, x.ndim)]));
      return roll(x, shifts, dims);
    },
  });
}
