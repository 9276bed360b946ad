import { exp } from "../clib/exponential";
import { log, log1p } from "../clib/logarithm";
import type { DType, DTypeName } from "../dtype";
import { accessOf, eachIndex } from "../elements";
import { check } from "../errors";
import { walk } from "../kernels/walk";
import { broadcastStrides } from "../shape";
import type { Tensor } from "../tensor";
import type { Generator } from "./generator";
import { logGamma } from "./log_gamma";
import { fillFromUniforms, fillInMemoryOrder, memoryDims, memoryOrder } from "./memory_order";

const P_IN =
  "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, please " +
  "report an enhancement request to PyTorch.)";

/** Discrete distributions with PyTorch's draws, written in memory order. */

/** `random_()`: values drawn from 0 to this, inclusive (the largest up to which every integer is representable). */
const LARGEST: Readonly<Record<string, bigint>> = {
  float64: 2n ** 53n,
  float32: 2n ** 24n,
  float16: 2n ** 11n,
  bfloat16: 2n ** 8n,
  int64: 2n ** 63n - 1n,
  int32: 2n ** 31n - 1n,
  int16: 2n ** 15n - 1n,
  int8: 2n ** 7n - 1n,
  uint8: 2n ** 8n - 1n,
  bool: 1n,
};
const SMALLEST: Readonly<Record<string, bigint>> = {
  float64: -(2n ** 53n),
  float32: -(2n ** 24n),
  float16: -(2n ** 11n),
  bfloat16: -(2n ** 8n),
  int64: -(2n ** 63n),
  int32: -(2n ** 31n),
  int16: -(2n ** 15n),
  int8: -(2n ** 7n),
  uint8: 0n,
  bool: 0n,
};
/** From this range on an integer takes two words. */
const WIDE_RANGE = 2 ** 28;

/** Integers over the whole range of the dtype that is not negative. */
export function randomInto(t: Tensor, g: Generator): void {
  const largest = LARGEST[t.dtype.name];
  const count = largest + 1n;
  if (t.dtype.name === "int64") fillInt64(t, () => g.random64() % count);
  else if (largest > 2n ** 32n) fillInMemoryOrder(t, () => Number(g.random64() % count));
  else {
    const n = Number(count);
    fillInMemoryOrder(t, () => g.random() % n);
  }
}

/** Integers in [from, to); `to` null means up to the dtype's largest. */
export function integersInto(t: Tensor, from: bigint, to: bigint | null, g: Generator): void {
  const end = to ?? LARGEST[t.dtype.name] + 1n;
  checkBounds(t.dtype, from, end);
  const range = end - from;
  if (range < WIDE_RANGE && -(2n ** 52n) < from && from < 2n ** 52n) {
    const n = Number(range);
    const low = Number(from);
    if (t.dtype.name === "int64" && n < 2 ** 31) fillSmallInt64(t, () => (g.random() % n) + low);
    else fillInMemoryOrder(t, () => (g.random() % n) + low);
    return;
  }
  const wide = (): bigint => (range < WIDE_RANGE ? BigInt(g.random()) : g.random64()) % range;
  if (t.dtype.name === "int64") fillInt64(t, () => wide() + from);
  else fillInMemoryOrder(t, () => Number(wide() + from));
}

function checkBounds(dtype: DType, from: bigint, end: bigint): void {
  check(from < end, () => `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${end}`);
  if (dtype.kind === "float") return;
  const inside = (x: bigint): boolean => x >= SMALLEST[dtype.name] && x <= LARGEST[dtype.name];
  check(inside(from), () => `from is out of bounds for ${boundsName(dtype)}`);
  check(inside(end - 1n), () => `to - 1 is out of bounds for ${boundsName(dtype)}`);
}

const CPP_NAMES: Partial<Record<DTypeName, string>> = {
  int64: "long",
  int32: "int",
  int16: "short",
  int8: "signed char",
  uint8: "unsigned char",
};

function boundsName(dtype: DType): string {
  return CPP_NAMES[dtype.name] ?? dtype.name;
}

function fillInt64(t: Tensor, draw: () => bigint): void {
  const data = t.storage.data as BigInt64Array;
  const { sizes, strides } = memoryOrder(t);
  eachIndex(sizes, strides, t.offset, (at) => {
    data[at] = draw();
  });
}

/** int64 from numbers that fit 32 bits, without a bigint per element. */
function fillSmallInt64(t: Tensor, draw: () => number): void {
  const { data } = t.storage;
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  const { sizes, strides } = memoryOrder(t);
  eachIndex(sizes, strides, t.offset, (at) => {
    const value = draw();
    words[2 * at] = value;
    words[2 * at + 1] = value >= 2 ** 31 ? 0 : value < -(2 ** 31) ? -1 : value >> 31;
  });
}

/** A random permutation of 0 … n-1. */
export function permutation(n: number, g: Generator): Float64Array {
  const p = new Float64Array(n);
  if (n < (2 ** 32 - 1) / 20) {
    for (let i = 0; i < n; i++) p[i] = i;
    for (let i = 0; i < n - 1; i++) {
      const other = i + (g.random() % (n - i));
      const swapped = p[i];
      p[i] = p[other];
      p[other] = swapped;
    }
    return p;
  }
  for (let i = 0; i < n; i++) {
    const z = Number(g.random64() % BigInt(i + 1));
    p[i] = p[z];
    p[z] = i;
  }
  return p;
}

/** 1 with probability p. */
export function bernoulliInto(t: Tensor, p: number, g: Generator): void {
  check(p >= 0 && p <= 1, () => `bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  fillFromUniforms(t, g, (u) => (u < p ? 1 : 0));
}

/** 1 with the probability that `probabilities` (same sizes) holds at the same place. */
export function bernoulliFrom(t: Tensor, probabilities: Tensor, g: Generator): void {
  const { name } = probabilities.dtype;
  check(probabilities.dtype.kind === "float", () => notFloating(probabilities.dtype));
  const { set } = accessOf(t.dtype);
  const { get } = accessOf(probabilities.dtype);
  const out = t.storage.data;
  const given = probabilities.storage.data;
  const dims = memoryDims(t);
  const pick = (values: readonly number[]): number[] => dims.map((d) => values[d]);
  const strides = [pick(t.strides), pick(broadcastStrides(probabilities.sizes, probabilities.strides, t.sizes))];
  walk(pick(t.sizes), strides, [t.offset, probabilities.offset], (n, [o, a], [so, sa]) => {
    for (let i = 0; i < n; i++) {
      const p = get(given, a + i * sa);
      check(p >= 0 && p <= 1, P_IN);
      set(out, o + i * so, (name === "float64" ? g.uniform53() : g.uniform24()) < p ? 1 : 0);
    }
  });
}

function notFloating(dtype: DType): string {
  return `expected probabilities tensor to have floating type, got ${dtype.scalarName}`;
}

/** Number of trials up to the first success. */
export function geometricInto(t: Tensor, p: number, g: Generator): void {
  check(p > 0 && p < 1, () => `geometric_ expects p to be in (0, 1), but got p=${p}`);
  fillFromUniforms(t, g, (u) => Math.ceil(log(u) / log1p(-p)));
}

/** One Poisson variate: products of uniforms below mean 10, above it Hörmann's transformed rejection (PTRS). */
export function poisson(lambda: number, g: Pick<Generator, "uniform53">): number {
  if (lambda === 0) return 0;
  if (lambda < 10) {
    const limit = exp(-lambda);
    let product = 1;
    for (let count = 0; ; count++) {
      product *= g.uniform53();
      if (product <= limit) return count;
    }
  }
  const logLambda = log(lambda);
  const b = 0.931 + 2.53 * Math.sqrt(lambda);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accept = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = g.uniform53() - 0.5;
    const v = g.uniform53();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + lambda + 0.43);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (log(v) + log(inverseAlpha) - log(a / (us * us) + b) <= -lambda + k * logLambda - logGamma(k + 1)) return k;
  }
}
