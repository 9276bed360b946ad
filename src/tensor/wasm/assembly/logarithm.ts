import { madd, splat } from "./vector";

/** The natural logarithm by a polynomial of x − 1 between √½ and √2; within 2 ulp. */
// prettier-ignore
const TABLE: usize = memory.data<f32>([
  // 0: the polynomial, from the highest power down
  0.07037683576345444, -0.11514610052108765, 0.11676998436450958, -0.12420140951871872, 0.14249323308467865,
  -0.16668057441711426, 0.2000071406364441, -0.24999994039535522, 0.3333333134651184,
  // 9: ln 2 in two parts, √½, the least normal number, 2²³
  -0.00021219444170128554, 0.693359375, 0.7071067690849304, 1.1754943508222875e-38, 8388608,
], 16);

@inline
function constant(i: i32): v128 {
  return splat(TABLE + <usize>(i << 2));
}

/** out = ln(a) over n elements side by side, n a multiple of 4. */
export function logarithms(out: usize, a: usize, n: i32): void {
  const c0 = constant(0);
  const c1 = constant(1);
  const c2 = constant(2);
  const c3 = constant(3);
  const c4 = constant(4);
  const c5 = constant(5);
  const c6 = constant(6);
  const c7 = constant(7);
  const c8 = constant(8);
  const rest = constant(9);
  const ln2 = constant(10);
  const root = constant(11);
  const least = constant(12);
  const large = constant(13);
  const zero = f32x4.splat(0);
  const half = f32x4.splat(0.5);
  const one = f32x4.splat(1);
  const infinity = f32x4.splat(Infinity);
  for (let i = 0; i < n; i += 4, out += 16, a += 16) {
    const x = v128.load(a);
    const tiny = f32x4.lt(x, least);
    const normal = v128.bitselect(f32x4.mul(x, large), x, tiny);
    const exponent = i32x4.sub(i32x4.shr_u(normal, 23), i32x4.splat(126));
    let e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, f32x4.splat(23)));
    let m = v128.or(v128.and(normal, i32x4.splat(0x7fffff)), half);
    const low = f32x4.lt(m, root);
    e = f32x4.sub(e, v128.and(low, one));
    m = f32x4.add(f32x4.sub(m, one), v128.and(low, m));
    const z = f32x4.mul(m, m);
    let y = madd(c0, m, c1);
    y = madd(y, m, c2);
    y = madd(y, m, c3);
    y = madd(y, m, c4);
    y = madd(y, m, c5);
    y = madd(y, m, c6);
    y = madd(y, m, c7);
    y = madd(y, m, c8);
    y = madd(f32x4.mul(y, m), z, f32x4.mul(e, rest));
    y = f32x4.sub(y, f32x4.mul(z, half));
    y = f32x4.add(f32x4.add(m, y), f32x4.mul(e, ln2));
    // 0 gives −∞, ∞ itself, what is below 0 (and nan) nan.
    y = v128.bitselect(y, v128.bitselect(f32x4.neg(infinity), f32x4.splat(NaN), f32x4.eq(x, zero)), f32x4.gt(x, zero));
    v128.store(out, v128.bitselect(infinity, y, f32x4.eq(x, infinity)));
  }
}
