/**
 * log Γ and its derivatives: the recurrence carries the argument beyond 10, where the asymptotic series with
 * Bernoulli numbers is good to double precision; reflection serves negative arguments.
 */

const FAR = 10;
/** B₂ₙ for n = 1 … 8. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** log |Γ(x)|; infinite at 0, −1, −2, … */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return Infinity;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  if (x === Infinity) return x;
  if (x === 1 || x === 2) return 0;
  let shift = 1;
  let z = x;
  while (z < FAR) shift *= z++;
  let sum = (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI;
  BERNOULLI.forEach((b, i) => {
    const n = 2 * (i + 1);
    sum += b / (n * (n - 1) * z ** (n - 1));
  });
  return sum - Math.log(shift);
}

/** The derivative of log Γ. */
export function digamma(x: number): number {
  if (x === 0) return -Infinity / Math.sign(1 / x);
  if (x < 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let sum = 0;
  let z = x;
  while (z < FAR) sum -= 1 / z++;
  sum += Math.log(z) - 0.5 / z;
  BERNOULLI.forEach((b, i) => {
    const n = 2 * (i + 1);
    sum -= b / (n * z ** n);
  });
  return sum;
}
