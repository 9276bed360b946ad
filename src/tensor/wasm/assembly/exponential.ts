import { splat, twice } from "./vector";

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
  0.625, 1, 2, -1,
], 16);

// @ts-expect-error: decorator
@inline
function constant(i: i32): v128 {
  return splat(TABLE + <usize>(i << 2));
}

// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const inside = f32x4.min(f32x4.max(x, constant(0)), constant(1));
  const n = f32x4.nearest(f32x4.mul(inside, constant(2)));
  let r = f32x4.sub(inside, f32x4.mul(n, constant(3)));
  r = f32x4.sub(r, f32x4.mul(n, constant(4)));
  let p = constant(9);
  p = twice(p, r, constant(8));
  p = twice(p, r, constant(7));
  p = twice(p, r, constant(6));
  p = twice(p, r, constant(5));
  p = f32x4.add(twice(f32x4.mul(r, r), p, r), constant(17));
  // 2ⁿ in two factors, so that the ends of the range come out as denormals and infinity.
  const power = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(power, 1);
  const rest = i32x4.sub(power, half);
  const bias = i32x4.splat(127);
  p = f32x4.mul(p, i32x4.shl(i32x4.add(half, bias), 23));
  return f32x4.mul(p, i32x4.shl(i32x4.add(rest, bias), 23));
}

// @ts-expect-error: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const u = f32x4.mul(x, x);
  let small = constant(15);
  small = twice(small, u, constant(14));
  small = twice(small, u, constant(13));
  small = twice(small, u, constant(12));
  small = twice(small, u, constant(11));
  small = twice(small, u, constant(10));
  small = twice(f32x4.mul(u, x), small, x);
  const one = constant(17);
  const grown = f32x4.add(exp(f32x4.add(size, size)), one);
  const large = f32x4.sub(one, f32x4.div(constant(18), grown));
  const signed = v128.or(large, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(signed, small, f32x4.gt(size, constant(16)));
}

// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = constant(17);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}
