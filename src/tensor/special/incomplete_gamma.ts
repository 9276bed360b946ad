import { erfc } from "./erf";
import { lgamma } from "./gamma";

/**
 * The regularized incomplete gamma functions: the power series below a + 1, a continued fraction above; Temme's
 * expansion (DLMF 8.12.3) where a is large and x near it.
 */

const STEPS = 10000;
const TINY = 1e-300;

/** x^a e^−x / Γ(a). */
const weight = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - lgamma(a));

/** P(a, x) for x < a + 1. */
function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < STEPS && term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum * weight(a, x);
}

/** Q(a, x) for x ≥ a + 1 (Lentz's method). */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < STEPS; k++) {
    const step = -k * (k - a);
    b += 2;
    d = step * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + step / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return h * weight(a, x);
}

const LARGE = 1e5;

/** [P, Q] for large a and x within three tenths of it. */
function nearTransition(a: number, x: number): [number, number] {
  const mu = (x - a) / a;
  const eta = Math.sign(mu) * Math.sqrt(2 * (mu - Math.log1p(mu)));
  const first = Math.abs(mu) < 1e-3 ? -1 / 3 + mu / 12 : 1 / mu - 1 / eta;
  const correction = (Math.exp((-a * eta * eta) / 2) / Math.sqrt(2 * Math.PI * a)) * first;
  const argument = eta * Math.sqrt(a / 2);
  return [erfc(-argument) / 2 - correction, erfc(argument) / 2 + correction];
}

/** The lower function P(a, x) and the upper one Q(a, x), with PyTorch's answers at the edges. */
function both(a: number, x: number): [lower: number, upper: number] {
  const nan: [number, number] = [Number.NaN, Number.NaN];
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return nan;
  if (a === 0) return x > 0 ? [1, 0] : nan;
  if (x === 0) return [0, 1];
  if (a === Infinity) return x === Infinity ? nan : [0, 1];
  if (x === Infinity) return [1, 0];
  if (a > LARGE && Math.abs(x - a) < 0.3 * a) return nearTransition(a, x);
  if (x < a + 1) {
    const p = series(a, x);
    return [p, 1 - p];
  }
  const q = fraction(a, x);
  return [1 - q, q];
}

/** P(a, x): the share of the gamma distribution with shape a below x. */
export function lowerGamma(a: number, x: number): number {
  return both(a, x)[0];
}

/** Q(a, x) = 1 − P(a, x). */
export function upperGamma(a: number, x: number): number {
  return both(a, x)[1];
}
