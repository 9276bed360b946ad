import { fma64 } from "../random/fused";
import { powersOfTwo } from "./tables";

/**
 * exp of the GNU C library (2.28 and later, x86-64 with fused multiply-add), bit for bit. The algorithm is that of Arm's
 * Optimized Routines: x = (k + i/128) ln 2 + r, exp x = 2^k 2^(i/128) exp r, the last by a polynomial.
 */
const STEPS = 128;
const STEPS_PER_LN2 = 184.6649652337873;
const MINUS_LN2_HIGH = -0.005415212348111709;
const MINUS_LN2_LOW = -1.2864023111638346e-14;
const C = [0.49999999999996786, 0.16666666666665886, 0.0416666808410674, 0.008333335853059549] as const;
/** Added and taken away again it rounds to an integer. */
const TO_INTEGER = 6755399441055744;
const { power, tail } = powersOfTwo(STEPS);

export function exp(x: number): number {
  // The ends, where results over- or underflow, and tiny x.
  if (!(Math.abs(x) < 700 && Math.abs(x) >= 2 ** -54)) return Math.exp(x);
  return expOfSum(x, 0);
}

/** exp(x + dx) for |x| from 2^-54 to 700, dx tiny. */
export function expOfSum(x: number, dx: number): number {
  const n = fma64(x, STEPS_PER_LN2, TO_INTEGER) - TO_INTEGER;
  const r = fma64(n, MINUS_LN2_LOW, fma64(n, MINUS_LN2_HIGH, x)) + dx;
  const i = n & (STEPS - 1);
  const scale = power[i] * 2 ** Math.floor(n / STEPS);
  const r2 = r * r;
  let p = fma64(fma64(C[1], r, C[0]), r2, r + tail[i]);
  p = fma64(r2 * r2, fma64(r, C[3], C[2]), p);
  return fma64(scale, p, scale);
}
