import { besselI } from "./bessel";

/**
 * Modified Bessel functions of the second kind, and Airy's function, which is one of them: the integral
 * ∫ exp(−x cosh t) cosh(νt) dt by the trapezoidal rule, whose error vanishes exponentially here; power series where
 * the integrand is too broad.
 */

const EULER = 0.5772156649015329;
const STEP = 1 / 16;
/** e^−45 is nothing beside the integral. */
const NEGLIGIBLE = 45;
const NEAR = 2;

/** Kᵥ(x) · eˣ, for x that is not small. */
function integral(order: number, x: number): number {
  let sum = 0.5;
  for (let t = STEP; ; t += STEP) {
    // cosh t − 1 without cancellation.
    const fall = x * 2 * Math.sinh(t / 2) ** 2;
    if (fall > NEGLIGIBLE) return sum * STEP;
    sum += Math.exp(-fall) * Math.cosh(order * t);
  }
}

function series(order: 0 | 1, x: number): number {
  const quarter = (x * x) / 4;
  const logarithm = Math.log(x / 2) + EULER;
  let term = 1;
  let harmonic = 0;
  let sum = 0;
  for (let k = 0; k < 40; k++) {
    if (k > 0) {
      term *= quarter / (k * (k + order));
      harmonic += 1 / k;
    }
    sum += term * (order === 0 ? harmonic : 2 * harmonic + 1 / (k + 1));
  }
  if (order === 0) return sum - logarithm * besselI(0, x);
  return 1 / x + logarithm * besselI(1, x) - (x / 4) * sum;
}

function edge(x: number): number | undefined {
  if (x === 0) return Infinity;
  if (!(x > 0)) return Number.NaN;
  return x === Infinity ? 0 : undefined;
}

/** Kₙ(x); ∞ at 0, nan below. */
export function besselK(order: 0 | 1, x: number): number {
  return edge(x) ?? (x < NEAR ? series(order, x) : integral(order, x) * Math.exp(-x));
}

/** eˣ · Kₙ(x). */
export function scaledBesselK(order: 0 | 1, x: number): number {
  return edge(x) ?? (x < NEAR ? series(order, x) * Math.exp(x) : integral(order, x));
}

/** Ai(0) and −Ai′(0). */
const AI = 0.3550280538878172;
const AI_SLOPE = 0.2588194037928068;
const SERIES_END = 2;
const WAVES_BEGIN = -7;

function airySeries(x: number): number {
  const cube = x ** 3;
  let [f, g] = [1, x];
  let sum = AI * f - AI_SLOPE * g;
  for (let k = 1; k < 80; k++) {
    f *= cube / ((3 * k - 1) * (3 * k));
    g *= cube / (3 * k * (3 * k + 1));
    sum += AI * f - AI_SLOPE * g;
  }
  return sum;
}

/** Ai of a large negative argument (Abramowitz & Stegun 10.4.60). */
function airyWaves(size: number): number {
  const zeta = (2 / 3) * size * Math.sqrt(size);
  let term = 1;
  let [p, q] = [1, 0];
  for (let k = 1; k < 40; k++) {
    const next = (term * (6 * k - 5) * (6 * k - 3) * (6 * k - 1)) / (216 * k * (2 * k - 1) * zeta);
    if (next > term || next < 1e-18) break;
    term = next;
    const signed = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) p += signed;
    else q += signed;
  }
  const angle = zeta + Math.PI / 4;
  return (Math.sin(angle) * p - Math.cos(angle) * q) / (Math.sqrt(Math.PI) * size ** 0.25);
}

/** Airy's function Ai(x); nan at infinity, as PyTorch has it. */
export function airyAi(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (x < WAVES_BEGIN) return airyWaves(-x);
  if (x < SERIES_END) return airySeries(x);
  const zeta = (2 / 3) * x * Math.sqrt(x);
  return (Math.sqrt(x / 3) / Math.PI) * integral(1 / 3, zeta) * Math.exp(-zeta);
}
