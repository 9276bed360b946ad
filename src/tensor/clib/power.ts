import { fma64 } from "../random/fused";
import { highWord, withHighWord } from "./bits";
import { expOfSum } from "./exponential";
import { minusLogarithms } from "./tables";

/**
 * x to the power y as the GNU C library computes it (2.28 and later, x86-64 with fused multiply-add): the logarithm in two
 * doubles, by a table of 128 intervals, times y, and the exponential of that (Arm's Optimized Routines).
 */
const INTERVALS = 128;
/** The left end of the first interval: its words. */
const LEFT = 0x3fe69555;
const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;
const A = [
  -0.5, -0.6666666666666679, 0.5000000000000007, 0.7999999995323976, -0.6666666663487739, -1.142909628459501,
  1.0000415263675542,
] as const;

/** Reciprocals of the intervals' middles, with few digits. */
const INVERSE = Float64Array.from({ length: INTERVALS }, (_, i) => {
  const c = 2 / (withHighWord(0, LEFT + (i << 13)) + withHighWord(0, LEFT + ((i + 1) << 13)));
  const steps = c > 1 ? 128 : 256;
  return Math.round(c * steps) / steps;
});
const { high: LOG_C, low: LOG_C_TAIL } = minusLogarithms(INVERSE);

export function pow(x: number, y: number): number {
  // The ends and what is not positive.
  if (!(x >= 2 ** -1022 && x < Infinity && Math.abs(y) > 2 ** -65 && Math.abs(y) < 2 ** 63)) return x ** y;
  const offset = (highWord(x) - LEFT) | 0;
  const i = (offset >> 13) & (INTERVALS - 1);
  const k = offset >> 20;
  const z = withHighWord(x, (highWord(x) - (k << 20)) >>> 0);
  const r = fma64(z, INVERSE[i], -1);
  const t1 = k * LN2_HIGH + LOG_C[i];
  const t2 = t1 + r;
  const ar = A[0] * r;
  const ar2 = r * ar;
  const ar3 = r * ar2;
  const sum = t2 + ar2;
  let low = fma64(LN2_LOW, k, LOG_C_TAIL[i]) + (t1 - t2 + r);
  low += fma64(ar, r, -ar2);
  low += t2 - sum + ar2;
  const p = fma64(fma64(fma64(r, A[6], A[5]), ar2, fma64(A[4], r, A[3])), ar2, fma64(A[2], r, A[1]));
  low = fma64(ar3, p, low);
  const high = sum + low;
  const tail = sum - high + low;
  const product = y * high;
  if (!(Math.abs(product) < 700 && Math.abs(product) >= 2 ** -54)) return x ** y;
  return expOfSum(product, fma64(y, tail, fma64(high, y, -product)));
}
