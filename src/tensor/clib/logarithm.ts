import { fma64 } from "../random/fused";
import { highWord, withHighWord } from "./bits";

/**
 * log and log1p of the GNU C library (2.28 and later, x86-64 with fused multiply-add), bit for bit: JavaScript's differ
 * from them in the last bit now and then, and so would float64 random numbers.
 *
 * log is the algorithm of Arm's Optimized Routines: x = 2^k z, z in one of 128 intervals with a number c near its middle,
 * log x = k ln 2 + log c + log(z/c), the last by a polynomial.
 */

const INTERVALS = 128;
/** High word of the left end of the first interval. */
const LEFT = 0x3fe60000;
/**
 * The routine's 1/c lie near the reciprocals of the intervals' middles, chosen so that log c is nearly a double: how far
 * from them, in units of the last place.
 */
// biome-ignore format: a table
const SHIFTS = [
  -23142382, -57643754, -234334839, -124664804, 19045012, -123323398, -501163255, 342479926, -234593306, 57421184,
  513617488, -240891478, 85169741, 28659150, 284053799, 342563057, -68420459, -346144712, -90113766, -464022980,
  285342708, -489548825, 376054848, 47397812, -423637851, -260988534, 336107021, 448241578, 154177355, 447893384,
  241227555, -420636714, -218426730, -96876684, -205835218, -368178198, -345128710, -510284502, 481763731,
  209336112, 429336310, 15489329, 442353177, -417834330, 73183371, 515232680, 507984536, 83787275, 330409952,
  151596684, 377744204, 198302857, 214798271, -345957716, 356163107, 215510022, -229897960, -131709726, 215213618,
  -464519207, -332821996, 385780520, -400344786, 256208139, 478356527, 345720337, 128466877, 217515751, -162048343,
  295127580, -235892775, -69369347, 93666841, -272860130, 91915174, 29018059, 258893229, 386009280, -241633007,
  68399381, 386341370, 408940642, 65060217, -120872168, 189498853, -32395328, -49955913, 154042178, -346113480,
  148348366, -396488327, -427431396, 107119491, -500798201, 212184347, 305888811, -330297730, -91422864, 6707636,
  273897542, -512931067, -500150233, 485589437, -280752730, 106848032, 30953893, -291342514, -408884927, 149302919,
  -107851081, 225432558, 460497078, -452391632, -490679353, 508304210, 493208081, 336502878, 526975298, -457361038,
  -312310462, -365194252, -421357131, 362015322, 310793228, -441535439, -69145545, -528727990, 433364383,
];
const INVERSE = new Float64Array(INTERVALS);
const LOG_C = new Float64Array(INTERVALS);
const inverseBits = new BigInt64Array(INVERSE.buffer);
for (let i = 0; i < INTERVALS; i++) {
  const left = withHighWord(0, LEFT + (i << 13));
  const right = withHighWord(0, LEFT + ((i + 1) << 13));
  INVERSE[i] = 1 / ((left + right) / 2);
  inverseBits[i] += BigInt(SHIFTS[i]);
  LOG_C[i] = Math.round(-Math.log(INVERSE[i]) * 2 ** 43) / 2 ** 43;
}

const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;
const A = [
  -0.5000000000000001, 0.33333333331825593, -0.2499999999622955, 0.20000304511814496, -0.16667054827627667,
] as const;
/** For x near 1, where the table would lose digits. */
const B = [
  -0.5, 0.3333333333333352, -0.24999999999998432, 0.19999999999320328, -0.16666666669929706, 0.14285715076560868,
  -0.12499997863982555, 0.11110712032936046, -0.10000486757818193, 0.09181994006195467, -0.08328363062289341,
] as const;
const NEAR_ONE = 1 - 2 ** -4;
/** 1 + 0x1.09p-4. */
const NEAR_ONE_END = 1.064697265625;

/** Natural logarithm. */
export function log(x: number): number {
  if (!(x > 2.3e-308 && x < Infinity)) return Math.log(x);
  if (x === 1) return 0;
  if (x >= NEAR_ONE && x < NEAR_ONE_END) return logNearOne(x);
  const high = highWord(x);
  const offset = (high - LEFT) | 0;
  const i = (offset >> 13) & (INTERVALS - 1);
  const k = offset >> 20;
  const z = withHighWord(x, (high - (k << 20)) >>> 0);
  const r = fma64(z, INVERSE[i], -1);
  const w = k * LN2_HIGH + LOG_C[i];
  const sum = w + r;
  const r2 = r * r;
  let low = fma64(k, LN2_LOW, w - sum + r);
  low = fma64(r2, A[0], low);
  const p = fma64(fma64(r, A[4], A[3]), r2, fma64(A[2], r, A[1]));
  return fma64(r * r2, p, low) + sum;
}

function logNearOne(x: number): number {
  const r = x - 1;
  const r2 = r * r;
  const r3 = r * r2;
  const first = fma64(r2, B[3], fma64(B[2], r, B[1]));
  const second = fma64(r2, B[6], fma64(B[5], r, B[4]));
  let p = fma64(r2, B[9], fma64(B[8], r, B[7]));
  p = fma64(r3, B[10], p);
  p = fma64(fma64(p, r3, second), r3, first);
  const shifted = fma64(r, 2 ** 27, r);
  const rHigh = fma64(-(2 ** 27), r, shifted);
  const square = rHigh * rHigh;
  const sum = fma64(square, B[0], r);
  let low = fma64(square, B[0], r - sum);
  low = fma64(B[0] * (r - rHigh), r + rHigh, low);
  return sum + fma64(p, r3, low);
}

const LP = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const;
const LOG1P_LN2_HIGH = 0.6931471803691238;
const LOG1P_LN2_LOW = 1.9082149292705877e-10;

/** log(1 + x), by FDLIBM's algorithm. */
export function log1p(x: number): number {
  const size = Math.abs(x);
  if (!(x > -1 && x < 2 ** 53)) return Math.log1p(x);
  if (size < 2 ** -29) return size < 2 ** -54 ? x : fma64(-0.5, x * x, x);
  let k = 0;
  let f = x;
  let correction = 0;
  let nearPower = false;
  const small = x > 0 ? highWord(x) < 0x3fda827a : highWord(size) <= 0x3fd2bec3;
  if (!small) {
    const u = 1 + x;
    const high = highWord(u);
    k = (high >>> 20) - 1023;
    correction = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    let mantissa = high & 0xfffff;
    if (mantissa < 0x6a09e) f = withHighWord(u, mantissa | 0x3ff00000) - 1;
    else {
      k++;
      f = withHighWord(u, mantissa | 0x3fe00000) - 1;
      mantissa = (0x100000 - mantissa) >> 2;
    }
    nearPower = mantissa === 0;
    correction = fma64(k, LOG1P_LN2_LOW, correction);
  }
  const half = 0.5 * f * f;
  if (nearPower) {
    if (f === 0) return fma64(k, LOG1P_LN2_HIGH, correction);
    const r = half * fma64(-f, 2 / 3, 1);
    return k === 0 ? f - r : fma64(k, LOG1P_LN2_HIGH, -(r - correction - f));
  }
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  let r = fma64(z, LP[0], z2 * fma64(LP[2], z, LP[1]));
  r = fma64(z4, fma64(LP[4], z, LP[3]), r);
  r = fma64(z2 * z4, fma64(LP[6], z, LP[5]), r);
  const v = s * (r + half);
  return k === 0 ? f - (half - v) : fma64(k, LOG1P_LN2_HIGH, -(half - (correction + v) - f));
}
