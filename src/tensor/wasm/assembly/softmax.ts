import { constant, expWith, WHOLE } from "./exponential";

/** softmax and log_softmax of rows side by side, and their gradients; sums in the order of ops/nn/softmax.ts. */

/** The natural logarithm of a positive, normal number or nan, in double precision. */
function logarithm(x: f64): f64 {
  if (x != x) return x;
  const bits = reinterpret<i64>(x);
  let n = <i32>((bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    n += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 1.0 / 15.0;
  p = p * z + 1.0 / 13.0;
  p = p * z + 1.0 / 11.0;
  p = p * z + 1.0 / 9.0;
  p = p * z + 1.0 / 7.0;
  p = p * z + 1.0 / 5.0;
  p = p * z + 1.0 / 3.0;
  return <f64>n * 0.6931471805599453 + 2 * (s + s * z * p);
}

@inline
function largest(a: usize, n: i32): f32 {
  let top = f32x4.splat(-Infinity);
  let second = top;
  let i = 0;
  for (; i + 8 <= n; i += 8, a += 32) {
    top = f32x4.max(top, v128.load(a));
    second = f32x4.max(second, v128.load(a, 16));
  }
  top = f32x4.max(top, second);
  for (; i < n; i++, a += 4) top = f32x4.max(top, v128.load32_splat(a));
  const left = max<f32>(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1));
  return max<f32>(left, max<f32>(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)));
}

const LANES: usize = 2048;

/** Eight lane sums at LANES become one. */
@inline
function lanesTotal(): f32 {
  let v = f32x4.add(v128.load(LANES), v128.load(LANES, 16));
  v = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 2, 3));
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
}

/** Where the last elements of a row are exponentiated, eight at most. */
const REST: usize = 2112;

@inline
function rows(log: bool, out: usize, a: usize, count: i32, n: i32): void {
  const low = constant(0);
  const high = constant(1);
  const log2e = constant(2);
  const ln2 = constant(3);
  const ln2rest = constant(4);
  const e0 = constant(5);
  const e1 = constant(6);
  const e2 = constant(7);
  const e3 = constant(8);
  const e4 = constant(9);
  const one = constant(17);
  const magic = constant(19);
  const bytes = <usize>(n << 2);
  const vectors = n & ~7;
  for (let r = 0; r < count; r++, out += bytes, a += bytes) {
    const top = largest(a, n);
    const shift = f32x4.splat(top);
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    let from = a;
    let to = out;
    for (let i = 0; i < vectors; i += 8, from += 32, to += 32) {
      const x = f32x4.sub(v128.load(from), shift);
      const y = f32x4.sub(v128.load(from, 16), shift);
      const p = expWith(WHOLE, x, low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      const q = expWith(WHOLE, y, low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      if (!log) {
        v128.store(to, p);
        v128.store(to, q, 16);
      }
      first = f32x4.add(first, p);
      second = f32x4.add(second, q);
    }
    let sum: f32 = 0;
    const rest = n - vectors;
    if (rest > 0) {
      memory.copy(REST, from, <usize>(rest << 2));
      for (let k: usize = 0; k < 32; k += 16) {
        const x = f32x4.sub(v128.load(REST + k), shift);
        v128.store(REST + k, expWith(WHOLE, x, low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic));
      }
      if (!log) memory.copy(to, REST, <usize>(rest << 2));
    }
    if (vectors == 0) {
      for (let k: usize = 0; k < bytes; k += 4) sum += load<f32>(REST + k);
    } else {
      v128.store(LANES, first);
      v128.store(LANES, second, 16);
      const end = <usize>(rest << 2);
      for (let k: usize = 0; k < end; k += 4) store<f32>(LANES + k, load<f32>(LANES + k) + load<f32>(REST + k));
      sum = lanesTotal();
    }
    let i = 0;
    if (log) {
      const size = f32x4.splat(<f32>logarithm(<f64>sum));
      for (from = a, to = out; i + 4 <= n; i += 4, from += 16, to += 16) {
        v128.store(to, f32x4.sub(f32x4.sub(v128.load(from), shift), size));
      }
      for (; i < n; i++, from += 4, to += 4) {
        store<f32>(to, load<f32>(from) - top - f32x4.extract_lane(size, 0));
      }
    } else {
      const factor: f32 = <f32>1 / sum;
      const share = f32x4.splat(factor);
      for (to = out; i + 4 <= n; i += 4, to += 16) v128.store(to, f32x4.mul(v128.load(to), share));
      for (; i < n; i++, to += 4) store<f32>(to, load<f32>(to) * factor);
    }
  }
}

/** `count` rows of n elements. The sum of a row that holds nan or only infinities is nan, and so is the row. */
export function softmaxRows(log: i32, out: usize, a: usize, count: i32, n: i32): void {
  if (log) rows(true, out, a, count, n);
  else rows(false, out, a, count, n);
}

/** Σ g · y (or Σ g where y is 0) in double precision. */
@inline
function dot(g: usize, y: usize, n: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4, g += 16) {
    let a = f64x2.promote_low_f32x4(v128.load64_zero(g));
    let b = f64x2.promote_low_f32x4(v128.load64_zero(g, 8));
    if (y != 0) {
      a = f64x2.mul(a, f64x2.promote_low_f32x4(v128.load64_zero(y)));
      b = f64x2.mul(b, f64x2.promote_low_f32x4(v128.load64_zero(y, 8)));
      y += 16;
    }
    first = f64x2.add(first, a);
    second = f64x2.add(second, b);
  }
  first = f64x2.add(first, second);
  let total = f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1);
  for (; i < n; i++, g += 4) {
    let a = <f64>load<f32>(g);
    if (y != 0) {
      a *= <f64>load<f32>(y);
      y += 4;
    }
    total += a;
  }
  return total;
}

/** Of softmax: y · (g − Σ g·y); of log_softmax: g − eʸ · Σ g. */
export function softmaxBackwardRows(log: i32, out: usize, g: usize, y: usize, count: i32, n: i32): void {
  const low = constant(0);
  const high = constant(1);
  const log2e = constant(2);
  const ln2 = constant(3);
  const ln2rest = constant(4);
  const e0 = constant(5);
  const e1 = constant(6);
  const e2 = constant(7);
  const e3 = constant(8);
  const e4 = constant(9);
  const one = constant(17);
  const magic = constant(19);
  for (let r = 0; r < count; r++) {
    const sum = <f32>dot(g, log ? 0 : y, n);
    const shift = f32x4.splat(sum);
    let i = 0;
    if (log) {
      for (; i + 4 <= n; i += 4, out += 16, g += 16, y += 16) {
        const p = expWith(WHOLE, v128.load(y), low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
        v128.store(out, f32x4.sub(v128.load(g), f32x4.mul(p, shift)));
      }
      for (; i < n; i++, out += 4, g += 4, y += 4) {
        const p = expWith(WHOLE, splatAt(y), low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
        v128.store_lane<f32>(out, f32x4.sub(splatAt(g), f32x4.mul(p, shift)), 0);
      }
    } else {
      for (; i + 4 <= n; i += 4, out += 16, g += 16, y += 16) {
        v128.store(out, f32x4.mul(v128.load(y), f32x4.sub(v128.load(g), shift)));
      }
      for (; i < n; i++, out += 4, g += 4, y += 4) store<f32>(out, load<f32>(y) * (load<f32>(g) - sum));
    }
  }
}

@inline
function splatAt(at: usize): v128 {
  return v128.load32_splat(at);
}
