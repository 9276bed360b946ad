import { exp } from "../clib/exponential";
import { log1p } from "../clib/logarithm";
import { accessOf } from "../elements";
import { check } from "../errors";
import { pairsOf } from "../kernels/parts";
import type { Tensor } from "../tensor";
import { fma32, fma64 } from "./fused";
import type { Generator } from "./generator";
import { denseRun, fillFromUniforms, fillInMemoryOrder } from "./memory_order";
import { normalFill16, normalFill32, normalFill64 } from "./normal_fill";

/** Continuous distributions, written into a tensor in memory order with PyTorch's draws and roundings. */

/** Uniform on [from, to). */
export function uniformInto(t: Tensor, from: number, to: number, g: Generator): void {
  if (t.dtype.kind === "complex") {
    uniformInto(pairsOf(t), from, to, g);
    return;
  }
  check(from <= to, () => `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
  const double = t.dtype.name === "float64";
  const low = double ? from : Math.fround(from);
  const range = double ? to - low : Math.fround(Math.fround(to) - low);
  const run = denseRun(t);
  if (double) fillFromUniforms(t, g, (u) => fma64(u, range, low));
  else if (run instanceof Float32Array) {
    g.fillUniform24(run);
    if (low !== 0 || range !== 1) stretch(run, range, low);
  } else {
    // 16-bit floats: a value that rounding would make `to` becomes `from`.
    const { round } = accessOf(t.dtype);
    const end = t.dtype.name === "float32" ? Infinity : round(to);
    fillInMemoryOrder(t, () => {
      const x = round(fma32(g.uniform24(), range, low));
      return x >= end ? low : x;
    });
  }
}

/** Uniforms on [0, 1) moved to [low, low + range). */
function stretch(run: Float32Array, range: number, low: number): void {
  for (let i = 0; i < run.length; i++) run[i] = run[i] * range + low;
}

/** Normal with the given mean and standard deviation. */
export function normalInto(t: Tensor, mean: number, std: number, g: Generator): void {
  if (t.dtype.kind === "complex") {
    // The two parts together have the variance asked for.
    normalInto(pairsOf(t), mean, std / Math.SQRT2, g);
    return;
  }
  check(std >= 0, () => `normal expects std >= 0.0, but found std ${std}`);
  if (t.numel >= 16 && t.isContiguous) {
    const run = t.storage.data.subarray(t.offset, t.offset + t.numel);
    if (run instanceof Float32Array) normalFill32(g, run, mean, std);
    else if (run instanceof Float64Array) normalFill64(g, run, mean, std);
    else normalFill16(g, run as Uint16Array, t.dtype, mean, std);
  } else fillInMemoryOrder(t, () => fma64(g.normal(), std, mean));
}

/** Exponential with rate `lambda`. */
export function exponentialInto(t: Tensor, lambda: number, g: Generator): void {
  check(lambda > 0, () => `exponential_ expects lambda > 0.0, but found lambda=${lambda}`);
  // Beyond single precision the last bit of the logarithm shows.
  const logarithm = t.dtype.name === "float64" ? log1p : Math.log1p;
  fillFromUniforms(t, g, (u) => (-1 / lambda) * logarithm(-u));
}

/** exp of a normal with the given mean and standard deviation. */
export function logNormalInto(t: Tensor, mean: number, std: number, g: Generator): void {
  check(std > 0, () => `log_normal_ expects std > 0.0, but found std=${std}`);
  fillInMemoryOrder(t, () => exp(fma64(g.normal(), std, mean)));
}

export function cauchyInto(t: Tensor, median: number, sigma: number, g: Generator): void {
  check(sigma > 0, () => `cauchy_ expects sigma > 0.0, but found sigma=${sigma}`);
  fillFromUniforms(t, g, (u) => median + sigma * Math.tan(Math.PI * (u - 0.5)));
}
