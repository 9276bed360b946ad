import { log } from "../clib/logarithm";
import { pow } from "../clib/power";
import { digamma } from "../special/gamma";
import type { Generator } from "./generator";

/** PyTorch writes this third in single precision. */
const THIRD = Math.fround(1 / 3);

/**
 * A gamma variate of shape `alpha` and rate 1: Marsaglia and Tsang (2000), below shape 1 by a variate of shape
 * alpha + 1 times a power of a uniform. Normals come from the generator's scalar path and share its spare value.
 *
 * @param round to the dtype of the shapes, in which PyTorch computes with them
 */
export function gammaVariate(alpha: number, round: (x: number) => number, g: Generator): number {
  if (alpha === 0) return 0;
  const scale = alpha < 1 ? pow(1 - g.uniform53(), round(1 / alpha)) : 1;
  const d = round((alpha < 1 ? round(alpha + 1) : alpha) - THIRD);
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    let x: number;
    let y: number;
    do {
      x = g.normal();
      y = 1 + c * x;
    } while (y <= 0);
    const v = y * y * y;
    const u = 1 - g.uniform53();
    const square = x * x;
    if (u < 1 - 0.0331 * square * square) return scale * d * v;
    if (log(u) < 0.5 * square + d * (1 - v + log(v))) return scale * d * v;
  }
}

/** Rows by power of log(x/α), columns by power of log α: first the numerator's four, then the denominator's. */
const MIDDLE: readonly (readonly number[])[] = [
  [0.16009398, -0.094634809, 0.025146376, -0.0030648343, 1, 0.32668115, 0.10406089, 0.0014179084],
  [0.53487893, 0.1298071, 0.065735949, -0.0015649758, 0.16639465, 0.020070113, -0.0035938915, -0.00058392623],
  [0.040121004, -0.0065914022, -0.0026286047, -0.0013441777, 0.017050642, -0.0021309326, 0.00085092367, -1.5247877e-7],
];

/**
 * dx/dα of a gamma variate x while its quantile stays: the approximations that PyTorch uses (Taylor's series for small
 * x, Rice's saddle point for large α, between them a rational function).
 */
export function gammaSlope(alpha: number, x: number): number {
  if (x < 0.8) return slopeNearZero(alpha, x);
  if (alpha > 8) return slopeBySaddlePoint(alpha, x);
  const u = Math.log(x / alpha);
  const v = Math.log(alpha);
  const c = MIDDLE[0].map((a, i) => a + u * (MIDDLE[1][i] + u * MIDDLE[2][i]));
  const p = c[0] + v * (c[1] + v * (c[2] + v * c[3]));
  const q = c[4] + v * (c[5] + v * (c[6] + v * c[7]));
  return Math.exp(p / q);
}

function slopeNearZero(alpha: number, x: number): number {
  let term = 1;
  let first = 1 / alpha;
  let second = first / alpha;
  for (let i = 1; i <= 5; i++) {
    term *= -x / i;
    first += term / (alpha + i);
    second += term / (alpha + i) ** 2;
  }
  const power = x ** alpha;
  const density = x ** (alpha - 1) * Math.exp(-x);
  const slope = (Math.log(x) - digamma(alpha)) * power * first - power * second;
  const result = -slope / density;
  return Number.isNaN(result) ? 0 : result;
}

function slopeBySaddlePoint(alpha: number, x: number): number {
  if (0.9 * alpha <= x && x <= 1.1 * alpha) {
    const first = 1 + 24 * alpha * (1 + 12 * alpha);
    const second = 1440 * alpha ** 2 + 6 * x * (53 - 120 * x) - (65 * x * x) / alpha + alpha * (107 + 3600 * x);
    return (first * second) / (1244160 * alpha ** 4);
  }
  const root = Math.sqrt(8 * alpha);
  const near = root / (alpha - x);
  const far = (x - alpha - alpha * Math.log(x / alpha)) ** -1.5;
  const both = x < alpha ? near - far : near + far;
  const term = Math.log(x / alpha) * both - (Math.sqrt(2 / alpha) * (alpha + x)) / (alpha - x) ** 2;
  const stirling = 1 + (1 / (12 * alpha)) * (1 + 1 / (24 * alpha));
  return (-stirling * x * term) / root;
}
