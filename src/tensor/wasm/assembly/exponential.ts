import { madd, nmadd, splat } from "./vector";

/**
 * exp, tanh and the logistic function by polynomials (Chebyshev fits over the reduced range, error below a tenth of
 * an ulp before rounding). Constants are read from a table: engines keep them in registers through a loop, which they
 * do not with immediates.
 */
// prettier-ignore
const TABLE: usize = memory.data<f32>([
  // 0: bounds of the argument, log2 e, ln 2 in two parts
  -104, 89, 1.4426950408889634, 0.693359375, -2.12194440e-4,
  // 5: (eʳ − 1 − r) / r² for |r| ≤ ½ ln 2
  0.5, 0.16666573286056519, 0.04166654869914055, 0.008363774046301842, 0.0013926926767453551,
  // 10: (tanh x / x − 1) / x² in x², for |x| ≤ 0.625
  -0.3333333432674408, 0.13333304226398468, -0.053959257900714874, 0.02176891826093197, -0.00834394246339798,
  0.002292742021381855,
  // 16
  0.625, 1, 2, 12582912,
  // 20: narrower bounds
  -87, 30,
], 16);

@inline
export function constant(i: i32): v128 {
  return splat(TABLE + <usize>(i << 2));
}

/** How far results reach: to denormals and infinity, to infinity only, or neither. */
export const WHOLE: i32 = 0;
export const NORMAL: i32 = 1;
export const FINITE: i32 = 2;

/** eˣ with the constants of the table. */
@inline
export function expWith(
  reach: i32,
  x: v128,
  low: v128,
  high: v128,
  log2e: v128,
  ln2: v128,
  ln2rest: v128,
  e0: v128,
  e1: v128,
  e2: v128,
  e3: v128,
  e4: v128,
  one: v128,
  magic: v128,
): v128 {
  // The pseudo-minimum keeps its first operand when that is nan, and is a single instruction.
  const inside = f32x4.pmin(f32x4.pmax(x, low), high);
  // Adding a large number rounds to an integer and leaves it in the low bits.
  const shifted = madd(inside, log2e, magic);
  const n = f32x4.sub(shifted, magic);
  const r = nmadd(n, ln2rest, nmadd(n, ln2, inside));
  let p = madd(e4, r, e3);
  p = madd(p, r, e2);
  p = madd(p, r, e1);
  p = madd(p, r, e0);
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), one);
  const power = i32x4.sub(shifted, magic);
  const bits = i32x4.splat(0x3f800000);
  if (reach == FINITE) return f32x4.mul(p, i32x4.add(i32x4.shl(power, 23), bits));
  if (reach == NORMAL) return f32x4.mul(f32x4.add(p, p), i32x4.add(i32x4.shl(power, 23), i32x4.splat(0x3f000000)));
  // 2ⁿ in two factors, so that the ends of the range come out as denormals and infinity.
  const half = i32x4.shr_s(power, 1);
  p = f32x4.mul(p, i32x4.add(i32x4.shl(half, 23), bits));
  return f32x4.mul(p, i32x4.add(i32x4.shl(i32x4.sub(power, half), 23), bits));
}

/** Codes of `run`. */
export const EXP: i32 = 0;
export const TANH: i32 = 1;
export const SIGMOID: i32 = 2;

/** out = op(a) over n elements side by side, n a multiple of 4; all constants are read once, before the loop. */
@inline
export function exponentials(op: i32, out: usize, a: usize, n: i32): void {
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
  const t0 = constant(10);
  const t1 = constant(11);
  const t2 = constant(12);
  const t3 = constant(13);
  const t4 = constant(14);
  const t5 = constant(15);
  const limit = constant(16);
  const one = constant(17);
  const two = constant(18);
  const magic = constant(19);
  const lowest = constant(20);
  const most = constant(21);
  for (let i = 0; i < n; i += 4, out += 16, a += 16) {
    const x = v128.load(a);
    let y: v128;
    if (op == EXP) y = expWith(WHOLE, x, low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
    else if (op == SIGMOID) {
      const e = expWith(NORMAL, f32x4.neg(x), lowest, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      y = f32x4.div(one, f32x4.add(one, e));
    } else {
      const size = f32x4.abs(x);
      const u = f32x4.mul(x, x);
      let small = madd(t5, u, t4);
      small = madd(small, u, t3);
      small = madd(small, u, t2);
      small = madd(small, u, t1);
      small = madd(small, u, t0);
      small = madd(f32x4.mul(u, x), small, x);
      const e = expWith(FINITE, f32x4.add(size, size), lowest, most, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      const large = f32x4.sub(one, f32x4.div(two, f32x4.add(e, one)));
      const signed = v128.or(large, v128.and(x, i32x4.splat(0x80000000)));
      y = v128.bitselect(signed, small, f32x4.gt(size, limit));
    }
    v128.store(out, y);
  }
}
