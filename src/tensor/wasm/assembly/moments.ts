import { madd } from "./vector";

/**
 * Statistics of runs of float32 and what normalizations do with them. Each repeats the order of additions and the
 * roundings of the plain loop it stands for (`ops/nn/moments.ts`, `ops/nn/batch_norm.ts`), so results are the same.
 */

/** Both halves of four floats added up in double precision. */
@inline
function widened(total: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
  return f64x2.add(total, f64x2.add(low, high));
}

@inline
function total2(a: v128, b: v128): f64 {
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** The sum of n elements in double precision. */
export function sumWide(a: usize, n: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  let i = 0;
  for (; i + 8 <= n; i += 8, a += 32) {
    first = widened(first, v128.load(a));
    second = widened(second, v128.load(a, 16));
  }
  let rest: f64 = 0;
  for (; i < n; i++, a += 4) rest += <f64>load<f32>(a);
  return total2(first, second) + rest;
}

/** The sum of squared deviations from `mean`, each rounded to float32, added up in double precision. */
export function squaresWide(a: usize, n: i32, mean: f32): f64 {
  const center = f32x4.splat(mean);
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  let i = 0;
  for (; i + 8 <= n; i += 8, a += 32) {
    const d = f32x4.sub(v128.load(a), center);
    const e = f32x4.sub(v128.load(a, 16), center);
    first = widened(first, f32x4.mul(d, d));
    second = widened(second, f32x4.mul(e, e));
  }
  let rest: f64 = 0;
  for (; i < n; i++, a += 4) {
    const d = load<f32>(a) - mean;
    rest += <f64>(d * d);
  }
  return total2(first, second) + rest;
}

/** Σ g to `out` and Σ g · (x − mean) to the next place, both in double precision and added to what is there. */
export function gradientSums(out: usize, g: usize, x: usize, n: i32, mean: f64): void {
  const center = f64x2.splat(mean);
  let sums = f64x2.splat(0);
  let dots = f64x2.splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2, g += 8, x += 8) {
    const gi = f64x2.promote_low_f32x4(v128.load64_zero(g));
    const xi = f64x2.promote_low_f32x4(v128.load64_zero(x));
    sums = f64x2.add(sums, gi);
    dots = f64x2.add(dots, f64x2.mul(gi, f64x2.sub(xi, center)));
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  let dot = f64x2.extract_lane(dots, 0) + f64x2.extract_lane(dots, 1);
  if (i < n) {
    sum += <f64>load<f32>(g);
    dot += <f64>load<f32>(g) * (<f64>load<f32>(x) - mean);
  }
  store<f64>(out, load<f64>(out) + sum);
  store<f64>(out + 8, load<f64>(out + 8) + dot);
}

/** out = x · scale + shift. */
export function affine(out: usize, x: usize, n: i32, scale: f32, shift: f32): void {
  const a = f32x4.splat(scale);
  const b = f32x4.splat(shift);
  let i = 0;
  for (; i + 8 <= n; i += 8, out += 32, x += 32) {
    v128.store(out, madd(v128.load(x), a, b));
    v128.store(out, madd(v128.load(x, 16), a, b), 16);
  }
  for (; i < n; i++, out += 4, x += 4) v128.store_lane<f32>(out, madd(v128.load32_splat(x), a, b), 0);
}

/** out = g · factor + x · slope + shift, formed in double precision: the gradient of a normalized run. */
export function combine(out: usize, g: usize, x: usize, n: i32, factor: f64, slope: f64, shift: f64): void {
  const a = f64x2.splat(factor);
  const b = f64x2.splat(slope);
  const c = f64x2.splat(shift);
  let i = 0;
  for (; i + 2 <= n; i += 2, out += 8, g += 8, x += 8) {
    const gi = f64x2.promote_low_f32x4(v128.load64_zero(g));
    const xi = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const y = f64x2.add(f64x2.add(f64x2.mul(gi, a), f64x2.mul(xi, b)), c);
    v128.store_lane<f64>(out, f32x4.demote_f64x2_zero(y), 0);
  }
  if (i < n) store<f32>(out, <f32>(<f64>load<f32>(g) * factor + <f64>load<f32>(x) * slope + shift));
}

/** out = (x − mean) · rstd, rounded twice, then · weight + bias of each position (addresses, or 0: none). */
function normalizeRow(out: usize, x: usize, weight: usize, bias: usize, n: i32, mean: f32, rstd: f32): void {
  const m = f32x4.splat(mean);
  const s = f32x4.splat(rstd);
  let i = 0;
  if (weight != 0 && bias != 0) {
    for (; i + 4 <= n; i += 4, out += 16, x += 16, weight += 16, bias += 16) {
      v128.store(out, madd(f32x4.mul(f32x4.sub(v128.load(x), m), s), v128.load(weight), v128.load(bias)));
    }
  } else {
    const none = f32x4.splat(0);
    const one = f32x4.splat(1);
    for (; i + 4 <= n; i += 4, out += 16, x += 16) {
      const w = weight != 0 ? v128.load(weight + <usize>(i << 2)) : one;
      const b = bias != 0 ? v128.load(bias + <usize>(i << 2)) : none;
      v128.store(out, madd(f32x4.mul(f32x4.sub(v128.load(x), m), s), w, b));
    }
    if (weight != 0) weight += <usize>(i << 2);
    if (bias != 0) bias += <usize>(i << 2);
  }
  for (; i < n; i++, out += 4, x += 4) {
    const w = weight != 0 ? v128.load32_splat(weight) : f32x4.splat(1);
    const b = bias != 0 ? v128.load32_splat(bias) : f32x4.splat(0);
    v128.store_lane<f32>(out, madd(f32x4.mul(f32x4.sub(v128.load32_splat(x), m), s), w, b), 0);
    if (weight != 0) weight += 4;
    if (bias != 0) bias += 4;
  }
}

/** Room for the levels of `rowMoments`: mean and sum of squares of eight lanes each, above the first page's data. */
const LEVELS: usize = 3072;
const LEVEL_BYTES: usize = 64;
const MOST_LEVELS = 14;
const CHUNK = 16;

/** Merges the moments of `n` elements a lane (at `from`) into those of `into`'s count (at `to`). */
@inline
function mergeLanes(to: usize, total: f32, from: usize, n: f32): void {
  const share = f32x4.splat(total + n == 0 ? 0 : n / (total + n));
  const count = f32x4.splat(total);
  for (let half: usize = 0; half < 32; half += 16) {
    const mean = v128.load(to + half);
    const d = f32x4.sub(v128.load(from + half), mean);
    v128.store(to + half, f32x4.add(mean, f32x4.mul(share, d)));
    const spread = f32x4.mul(f32x4.mul(f32x4.mul(d, d), share), count);
    const m2 = v128.load(to + half, 32);
    v128.store(to + half, f32x4.add(m2, f32x4.add(v128.load(from + half, 32), spread)), 32);
  }
}

const CHUNK_BYTES: usize = 512;
const COUNTS: usize = LEVELS + LEVEL_BYTES * (MOST_LEVELS + 1);
const FRESH: usize = LEVELS + LEVEL_BYTES * MOST_LEVELS;

/**
 * Takes a chunk of `count` elements a lane into the levels: finished chunks are merged like the carries of a binary
 * counter. Returns the highest level it reached.
 */
function takeChunk(c: i32, count: i32, mean0: v128, mean1: v128, square0: v128, square1: v128): i32 {
  v128.store(FRESH, mean0);
  v128.store(FRESH, mean1, 16);
  v128.store(FRESH, square0, 32);
  v128.store(FRESH, square1, 48);
  mergeLanes(LEVELS, load<f32>(COUNTS), FRESH, <f32>count);
  store<f32>(COUNTS, load<f32>(COUNTS) + <f32>count);
  let level = 1;
  for (let mask = c + 1; (mask & 1) == 0; level++, mask >>= 1) {
    const to = LEVELS + LEVEL_BYTES * <usize>level;
    const place = COUNTS + 4 * <usize>level;
    mergeLanes(to, load<f32>(place), to - LEVEL_BYTES, load<f32>(place - 4));
    store<f32>(place, load<f32>(place) + load<f32>(place - 4));
    store<f32>(place - 4, 0);
    memory.fill(to - LEVEL_BYTES, 0, LEVEL_BYTES);
  }
  return level - 1;
}

/** Where `rowMoments` leaves a row's two numbers for `normalizeRows`. */
const MOMENTS: usize = 512;

/** Mean and biased variance of n elements side by side, stored at `out` as two floats. */
export function rowMoments(x: usize, n: i32, out: usize): void {
  const vectors = n >> 3;
  const chunks = (vectors + CHUNK - 1) / CHUNK;
  const counts = COUNTS;
  memory.fill(LEVELS, 0, LEVEL_BYTES * (MOST_LEVELS + 1) + 4 * MOST_LEVELS);
  let at = x;
  let highest = 0;
  let c = 0;
  // Two whole chunks at a time, whose chains of additions run side by side.
  for (; (c + 2) * CHUNK <= vectors; c += 2) {
    let mean0 = f32x4.splat(0);
    let mean1 = mean0;
    let mean2 = mean0;
    let mean3 = mean0;
    let square0 = mean0;
    let square1 = mean0;
    let square2 = mean0;
    let square3 = mean0;
    for (let j = 0; j < CHUNK; j++, at += 32) {
      const share = f32x4.splat(<f32>1 / <f32>(j + 1));
      const x0 = v128.load(at);
      const x1 = v128.load(at, 16);
      const x2 = v128.load(at, CHUNK_BYTES);
      const x3 = v128.load(at, CHUNK_BYTES + 16);
      const d0 = f32x4.sub(x0, mean0);
      const d1 = f32x4.sub(x1, mean1);
      const d2 = f32x4.sub(x2, mean2);
      const d3 = f32x4.sub(x3, mean3);
      mean0 = f32x4.add(mean0, f32x4.mul(d0, share));
      mean1 = f32x4.add(mean1, f32x4.mul(d1, share));
      mean2 = f32x4.add(mean2, f32x4.mul(d2, share));
      mean3 = f32x4.add(mean3, f32x4.mul(d3, share));
      square0 = f32x4.add(square0, f32x4.mul(d0, f32x4.sub(x0, mean0)));
      square1 = f32x4.add(square1, f32x4.mul(d1, f32x4.sub(x1, mean1)));
      square2 = f32x4.add(square2, f32x4.mul(d2, f32x4.sub(x2, mean2)));
      square3 = f32x4.add(square3, f32x4.mul(d3, f32x4.sub(x3, mean3)));
    }
    at += CHUNK_BYTES;
    highest = max(highest, takeChunk(c, CHUNK, mean0, mean1, square0, square1));
    highest = max(highest, takeChunk(c + 1, CHUNK, mean2, mean3, square2, square3));
  }
  for (; c < chunks; c++) {
    const count = min(CHUNK, vectors - c * CHUNK);
    let mean0 = f32x4.splat(0);
    let mean1 = mean0;
    let square0 = mean0;
    let square1 = mean0;
    for (let j = 0; j < count; j++, at += 32) {
      const share = f32x4.splat(<f32>1 / <f32>(j + 1));
      const x0 = v128.load(at);
      const x1 = v128.load(at, 16);
      const d0 = f32x4.sub(x0, mean0);
      const d1 = f32x4.sub(x1, mean1);
      mean0 = f32x4.add(mean0, f32x4.mul(d0, share));
      mean1 = f32x4.add(mean1, f32x4.mul(d1, share));
      square0 = f32x4.add(square0, f32x4.mul(d0, f32x4.sub(x0, mean0)));
      square1 = f32x4.add(square1, f32x4.mul(d1, f32x4.sub(x1, mean1)));
    }
    highest = max(highest, takeChunk(c, count, mean0, mean1, square0, square1));
  }
  for (let level = 1; level <= highest; level++) {
    const place = counts + 4 * <usize>level;
    mergeLanes(LEVELS, load<f32>(counts), LEVELS + LEVEL_BYTES * <usize>level, load<f32>(place));
    store<f32>(counts, load<f32>(counts) + load<f32>(place));
  }
  let mean: f32 = 0;
  let m2: f32 = 0;
  let seen: f32 = 0;
  for (let i = vectors << 3; i < n; i++, at += 4) {
    const value = load<f32>(at);
    const d = value - mean;
    seen += 1;
    mean += d / seen;
    m2 += d * (value - mean);
  }
  if (vectors > 0) {
    const lane = load<f32>(counts);
    for (let k: usize = 0; k < 32; k += 4) {
      const total = seen + lane;
      const share = lane / total;
      const d = load<f32>(LEVELS + k) - mean;
      mean += share * d;
      m2 += load<f32>(LEVELS + 32 + k) + d * d * share * seen;
      seen = total;
    }
  }
  store<f32>(out, mean);
  store<f32>(out + 4, m2 / <f32>n);
}

/**
 * Normalizes rows of n elements one after the other; their means and reciprocal standard deviations are stored side by
 * side at `means` and `rstds`.
 */
export function normalizeRows(
  out: usize,
  x: usize,
  weight: usize,
  bias: usize,
  rows: i32,
  n: i32,
  eps: f32,
  means: usize,
  rstds: usize,
): void {
  const bytes = <usize>(n << 2);
  for (let i = 0; i < rows; i++, x += bytes, out += bytes, means += 4, rstds += 4) {
    rowMoments(x, n, MOMENTS);
    const mean = load<f32>(MOMENTS);
    const rstd: f32 = <f32>1 / sqrt<f32>(load<f32>(MOMENTS, 4) + eps);
    store<f32>(means, mean);
    store<f32>(rstds, rstd);
    normalizeRow(out, x, weight, bias, n, mean, rstd);
  }
}

/** The sum of squared deviations from `center`, all in double precision. */
export function squaresAround(a: usize, n: i32, center: f64): f64 {
  const c = f64x2.splat(center);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 0;
  for (; i + 8 <= n; i += 8, a += 32) {
    const d0 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a)), c);
    const d1 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a, 8)), c);
    const d2 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a, 16)), c);
    const d3 = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(a, 24)), c);
    s0 = f64x2.add(s0, f64x2.mul(d0, d0));
    s1 = f64x2.add(s1, f64x2.mul(d1, d1));
    s2 = f64x2.add(s2, f64x2.mul(d2, d2));
    s3 = f64x2.add(s3, f64x2.mul(d3, d3));
  }
  let rest: f64 = 0;
  for (; i < n; i++, a += 4) {
    const d = <f64>load<f32>(a) - center;
    rest += d * d;
  }
  return total2(f64x2.add(s0, s2), f64x2.add(s1, s3)) + rest;
}
