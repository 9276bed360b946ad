/** The Hurwitz zeta function and the polygamma functions it gives. */

const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
const FAR = 12;

/** Σ 1 / (q + k)^s, by Euler–Maclaurin summation. */
export function zeta(s: number, q: number): number {
  if (Number.isNaN(s) || Number.isNaN(q)) return Number.NaN;
  if (s === 1) return Infinity;
  if (s < 1) return Number.NaN;
  if (q <= 0 && Number.isInteger(q)) return Infinity;
  if (q <= 0 && !Number.isInteger(s)) return Number.NaN;
  let sum = 0;
  let z = q;
  while (z < FAR) sum += (z++) ** -s;
  sum += z ** (1 - s) / (s - 1) + z ** -s / 2;
  let factor = s * z ** (-s - 1);
  let factorial = 2;
  BERNOULLI.forEach((b, i) => {
    const k = 2 * (i + 1);
    sum += (b * factor) / factorial;
    factor *= ((s + k - 1) * (s + k)) / (z * z);
    factorial *= (k + 1) * (k + 2);
  });
  return sum;
}

/** The n-th derivative of the digamma function, n at least 1. */
export function polygamma(n: number, x: number): number {
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return (n % 2 === 0 ? -1 : 1) * factorial * zeta(n + 1, x);
}
