import { fma64 } from "../random/fused";
import { sinesAndCosines } from "./tables";

/**
 * sin and cos of the GNU C library (2.35 and later, x86-64 with fused multiply-add), bit for bit: IBM's Accurate
 * Mathematical Library, with sines and cosines of k/128 in a table and short polynomials for the rest.
 */
const TABLE = sinesAndCosines(112);
/** Added to a number and taken away again it rounds to a multiple of 1/128. */
const TO_128TH = 52776558133248;
const TO_INTEGER = 6755399441055744;

const S = [
  -0.16666666666666666, 0.008333333333332329, -0.00019841269834414642, 2.755729806860771e-6, -2.5022014848318398e-8,
] as const;
const SN3 = -0.16666666666666488;
const SN5 = 0.008333332142857223;
const CS2 = 0.5;
const CS4 = -0.04166666666666644;
const CS6 = 0.001388888740079376;

const TWO_OVER_PI = 0.6366197723675814;
/** π/2 in two doubles, and in four with room for exact products. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const HALF_PI_PARTS = [
  1.5707963407039642, -1.3909067564377153e-8, -4.97899623147991e-17, -1.9034889620193266e-25,
] as const;

/** From here on the library reduces by more digits of π. */
const LARGEST = 105414350;

/** sin(x + dx) for |x| up to 0.86, dx tiny. */
function nearSine(x: number, dx: number): number {
  const size = Math.abs(x);
  if (size < 0.126) {
    const xx = x * x;
    const p = fma64(fma64(fma64(fma64(S[4], xx, S[3]), xx, S[2]), xx, S[1]), xx, S[0]);
    return x + fma64(xx, fma64(p, x, -0.5 * dx), dx);
  }
  const d = x <= 0 ? -dx : dx;
  const rounded = size + TO_128TH - TO_128TH;
  const at = rounded * 512;
  const y = size - rounded;
  const yy = y * y;
  const s = y + fma64(y * yy, fma64(SN5, yy, SN3), d);
  const c = fma64(y, d, yy * fma64(fma64(CS6, yy, CS4), yy, CS2));
  let rest = fma64(TABLE[at + 3], s, TABLE[at + 1]);
  rest = fma64(-c, TABLE[at], rest);
  rest = fma64(s, TABLE[at + 2], rest);
  const result = TABLE[at] + rest;
  return x < 0 ? -result : result;
}

/** cos(x + dx) for |x| up to 0.86, dx tiny. */
function nearCosine(x: number, dx: number): number {
  const size = Math.abs(x);
  const rounded = size + TO_128TH - TO_128TH;
  const at = rounded * 512;
  const y = size - rounded + (x < 0 ? -dx : dx);
  const yy = y * y;
  const s = fma64(y * yy, fma64(SN5, yy, SN3), y);
  const c = yy * fma64(fma64(CS6, yy, CS4), yy, CS2);
  let rest = fma64(-TABLE[at + 1], s, TABLE[at + 3]);
  rest = fma64(-c, TABLE[at + 2], rest);
  rest = fma64(-s, TABLE[at], rest);
  return TABLE[at + 2] + rest;
}

/** sin of x + quarters·π/2 for larger x: the nearest multiple of π/2 is taken off first. */
function reduced(x: number, quarters: number): number {
  const n = fma64(x, TWO_OVER_PI, TO_INTEGER) - TO_INTEGER;
  const [p1, p2, p3, p4] = HALF_PI_PARTS;
  const y = fma64(-n, p2, fma64(-n, p1, x));
  const t = fma64(-n, p3, y);
  const high = fma64(-n, p4, t);
  const low = fma64(-n, p3, y - t) + fma64(-n, p4, t - high);
  const turn = (n + quarters) & 3;
  const value = turn & 1 ? nearCosine(high, low) : nearSine(high, low);
  return turn & 2 ? -value : value;
}

export function sin(x: number): number {
  const size = Math.abs(x);
  if (!(size < LARGEST)) return Math.sin(x);
  if (size < 2 ** -26) return x;
  if (size < 0.85546875) return nearSine(x, 0);
  if (size < 2.426265) {
    const value = nearCosine(HALF_PI - size, HALF_PI_LOW);
    return x < 0 ? -value : value;
  }
  return reduced(x, 0);
}

export function cos(x: number): number {
  const size = Math.abs(x);
  if (!(size < LARGEST)) return Math.cos(x);
  if (size < 2 ** -27) return 1;
  if (size < 0.85546875) return nearCosine(x, 0);
  if (size < 2.426265) {
    const y = HALF_PI - size;
    const a = y + HALF_PI_LOW;
    return nearSine(a, y - a + HALF_PI_LOW);
  }
  return reduced(x, 1);
}
