import { lgamma } from "./gamma";

/** The Hurwitz zeta function and the polygamma functions it gives: the sum's beginning, then Euler–Maclaurin. */

/** (2k)! / B₂ₖ for k = 1 … 12. */
const FACTORS = [
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 7.47242496e10, -2950130727918.164, 116467828143500.67,
  -4597978722407473, 181521054019435460, -7166165256175667000,
];
const PRECISION = 2 ** -53;
const FIRST_TERMS = 9;

/** Σ 1 / (q + k)^s. */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (!(s >= 1) || Number.isNaN(q) || q === Infinity) return Number.NaN;
  if (q <= 0 && Math.floor(q) === q) return Infinity;
  if (q <= 0 && !Number.isInteger(s)) return Number.NaN;
  let sum = q ** -s;
  let z = q;
  let term = 0;
  for (let i = 0; i < FIRST_TERMS || z <= FIRST_TERMS; i++) {
    z += 1;
    term = z ** -s;
    sum += term;
    if (Math.abs(term) < PRECISION * Math.abs(sum)) return sum;
  }
  sum += (term * z) / (s - 1) - 0.5 * term;
  let factor = 1;
  let k = 0;
  for (const divisor of FACTORS) {
    factor *= s + k++;
    term /= z;
    const correction = (factor * term) / divisor;
    sum += correction;
    if (Math.abs(correction / sum) < PRECISION) return sum;
    factor *= s + k++;
    term /= z;
  }
  return sum;
}

/**
 * The n-th derivative of the digamma function, n at least 2.
 *
 * @param round `Math.fround` for float32: PyTorch rounds both factors.
 */
export function polygamma(n: number, x: number, round: (v: number) => number = (v) => v): number {
  const factorial = round(Math.exp(round(lgamma(n + 1))));
  return (n % 2 === 0 ? -1 : 1) * factorial * round(zeta(n + 1, x));
}
