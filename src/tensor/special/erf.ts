/**
 * The error function and its kin to double precision: power series for small arguments, the continued fraction of
 * erfc for large ones (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */

const ROOT_PI = Math.sqrt(Math.PI);
/** Where the series gives way to the continued fraction: both are good to an ulp or two around it. */
const SWITCH = 2.5;

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / ROOT_PI) * Math.exp(-x * x) * sum;
}

/** erfc for x ≥ SWITCH. */
function fraction(x: number): number {
  let tail = x;
  for (let k = 60; k > 0; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (ROOT_PI * tail);
}

export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < SWITCH) return x === 0 ? x : series(x);
  return Number.isNaN(x) ? x : Math.sign(x) * (a > 6 ? 1 : 1 - fraction(a));
}

export function erfc(x: number): number {
  if (x >= SWITCH) return x > 28 ? 0 : fraction(x);
  return 1 - erf(x);
}

/** The inverse of erf: an estimate (Winitzki 2008), then Newton's steps with Halley's correction. */
export function erfinv(y: number): number {
  if (!(Math.abs(y) < 1)) return Math.abs(y) === 1 ? y * Infinity : NaN;
  if (y === 0) return y;
  if (y < 0) return -erfinv(-y);
  const a = 0.147;
  const logarithm = Math.log1p(-y * y);
  const half = 2 / (Math.PI * a) + logarithm / 2;
  let x = Math.sqrt(Math.sqrt(half * half - logarithm / a) - half);
  for (let i = 0; i < 3; i++) {
    const error = 1 - y - erfc(x);
    const newton = error / ((2 / ROOT_PI) * Math.exp(-x * x));
    x -= newton / (1 + x * newton);
  }
  return x;
}

/** e^(x²) · erfc(x), which stays finite where erfc vanishes. */
export function erfcx(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0) return x < -26.7 ? Infinity : 2 * Math.exp(x * x) - erfcx(-x);
  if (x < SWITCH) return Math.exp(x * x) * erfc(x);
  let tail = x;
  for (let k = 60; k > 0; k--) tail = x + k / 2 / tail;
  return 1 / (ROOT_PI * tail);
}
