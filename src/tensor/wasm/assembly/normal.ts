/**
 * Box and Muller's transformation of blocks of 16 uniforms, as src/tensor/random/normal_fill.ts has it, two pairs at a
 * time. Numbers are held as doubles and rounded to single precision after each step: a product of two singles is exact
 * in a double, so a sum with it is rounded once, as by a fused multiply-add.
 */
// prettier-ignore
const TABLE: usize = memory.data<f64>([
  // All of them singles. 0: the logarithm's polynomial
  0.07037683576345444, -0.11514610052108765, 0.11676998436450958, -0.12420140951871872, 0.14249323308467865,
  -0.16668057441711426,
  0.2000071406364441, -0.24999994039535522, 0.3333333134651184,
  // 9: ln 2 in two parts, √½
  -0.00021219444170128554, 0.693359375, 0.7071067690849304,
  // 12: 2π, 4/π, π/4 in three parts
  6.2831854820251465, 1.2732394933700562, -0.78515625, -0.00024187564849853516, -3.774895063202166e-08,
  // 17: the cosine's and the sine's polynomials
  2.44331567955669e-05, -0.0013887316454201937, 0.04166664555668831,
  -0.00019515295571181923, 0.008332161232829094, -0.16666655242443085,
], 16);

@inline
function constant(i: i32): v128 {
  return v128.load64_splat(TABLE + <usize>(i << 3));
}

/** Rounded to single precision. */
@inline
function single(x: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(x));
}

@inline
function fused(a: v128, b: v128, c: v128): v128 {
  return single(f64x2.add(f64x2.mul(a, b), c));
}

/** Natural logarithms of numbers in (0, 1]. */
@inline
function logarithm(x: v128): v128 {
  const half = f64x2.splat(0.5);
  // The biased exponent in the low bits of 2⁵² makes a double of it.
  const magic = f64x2.splat(4503599627370496);
  let e = f64x2.sub(v128.or(i64x2.shr_u(x, 52), magic), f64x2.add(magic, f64x2.splat(1022)));
  let f = v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), half);
  const low = f64x2.lt(f, constant(11));
  e = f64x2.sub(e, v128.and(low, f64x2.splat(1)));
  f = f64x2.add(f64x2.sub(f, f64x2.splat(1)), v128.and(low, f));
  const z = single(f64x2.mul(f, f));
  let y = fused(constant(0), f, constant(1));
  y = fused(y, f, constant(2));
  y = fused(y, f, constant(3));
  y = fused(y, f, constant(4));
  y = fused(y, f, constant(5));
  y = fused(y, f, constant(6));
  y = fused(y, f, constant(7));
  y = fused(y, f, constant(8));
  y = single(f64x2.mul(y, f));
  y = fused(y, z, single(f64x2.mul(e, constant(9))));
  y = single(f64x2.sub(y, f64x2.mul(z, half)));
  return single(f64x2.add(single(f64x2.add(f, y)), single(f64x2.mul(e, constant(10)))));
}

/** Sign bits where bit 2 of the integers is set. */
@inline
function signs(j: v128): v128 {
  return i64x2.shl(i64x2.extend_low_i32x4_u(v128.and(j, i32x4.splat(4))), 61);
}

/** Uniforms in blocks of 16 become normals: the first eight of a block are radii, the last eight angles. */
export function normals(at: usize, blocks: i32, mean: f32, std: f32): void {
  const m = f64x2.splat(<f64>mean);
  const s = f64x2.splat(<f64>std);
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  for (let pairs = blocks * 4, k = 0; k < pairs; k++) {
    const first = at + ((k >> 2) << 6) + ((k & 3) << 3);
    const u = f64x2.promote_low_f32x4(v128.load64_zero(first));
    const radius = single(f64x2.sqrt(single(f64x2.mul(logarithm(f64x2.sub(one, u)), f64x2.splat(-2)))));

    const theta = single(f64x2.mul(constant(12), f64x2.promote_low_f32x4(v128.load64_zero(first + 32))));
    let j = i32x4.trunc_sat_f64x2_s_zero(single(f64x2.mul(theta, constant(13))));
    j = v128.and(i32x4.add(j, i32x4.splat(1)), i32x4.splat(-2));
    const n = f64x2.convert_low_i32x4_s(j);
    let x = fused(n, constant(14), theta);
    x = fused(n, constant(15), x);
    x = fused(n, constant(16), x);
    const z = single(f64x2.mul(x, x));
    let c = fused(constant(17), z, constant(18));
    c = fused(c, z, constant(19));
    c = single(f64x2.mul(c, z));
    c = single(f64x2.sub(f64x2.mul(c, z), f64x2.mul(z, half)));
    c = single(f64x2.add(c, one));
    let v = fused(constant(20), z, constant(21));
    v = fused(v, z, constant(22));
    v = single(f64x2.mul(v, z));
    v = fused(v, x, x);
    const swap = i64x2.extend_low_i32x4_s(i32x4.ne(v128.and(j, i32x4.splat(2)), i32x4.splat(0)));
    const sine = v128.xor(v128.bitselect(c, v, swap), signs(j));
    const cosine = v128.xor(v128.bitselect(v, c, swap), signs(v128.not(i32x4.sub(j, i32x4.splat(2)))));

    const a = f64x2.add(f64x2.mul(single(f64x2.mul(radius, cosine)), s), m);
    const b = f64x2.add(f64x2.mul(single(f64x2.mul(radius, sine)), s), m);
    v128.store64_lane(first, f32x4.demote_f64x2_zero(a), 0);
    v128.store64_lane(first + 32, f32x4.demote_f64x2_zero(b), 0);
  }
}
