/** Binomial variates as NumPy draws them. */
import { exp } from "../../tensor/clib/exponential";
import { log } from "../../tensor/clib/logarithm";

type Uniform = () => number;

/** Successes among n trials of probability p. */
export function numpyBinomial(random: Uniform, n: number, p: number): number {
  if (n === 0 || p === 0) return 0;
  const rare = p <= 0.5 ? p : 1 - p;
  const count = rare * n <= 30 ? byInversion(random, n, rare) : byBtpe(random, n, rare);
  return p <= 0.5 ? count : n - count;
}

function byInversion(random: Uniform, n: number, p: number): number {
  const q = 1 - p;
  const none = exp(n * log(q));
  const bound = Math.trunc(Math.min(n, n * p + 10 * Math.sqrt(n * p * q + 1)));
  let count = 0;
  let chance = none;
  let u = random();
  while (u > chance) {
    count++;
    if (count > bound) {
      count = 0;
      chance = none;
      u = random();
    } else {
      u -= chance;
      chance = ((n - count + 1) * p * chance) / (count * q);
    }
  }
  return count;
}

/** Kachitvichyanukul and Schmeiser's algorithm BTPE (1988): a triangle, a parallelogram and two tails around the mode. */
function byBtpe(random: Uniform, n: number, r: number): number {
  const q = 1 - r;
  const fm = n * r + r;
  const m = Math.floor(fm);
  const nrq = n * r * q;
  const p1 = Math.floor(2.195 * Math.sqrt(nrq) - 4.6 * q) + 0.5;
  const xm = m + 0.5;
  const left = xm - p1;
  const right = xm + p1;
  const c = 0.134 + 20.5 / (15.3 + m);
  const slope = (a: number): number => a * (1 + a / 2);
  const leftRate = slope((fm - left) / (fm - left * r));
  const rightRate = slope((right - fm) / (right * q));
  const p2 = p1 * (1 + 2 * c);
  const p3 = p2 + c / leftRate;
  const p4 = p3 + c / rightRate;
  for (;;) {
    const u = random() * p4;
    let v = random();
    if (u <= p1) return Math.floor(xm - p1 * v + u);
    let y: number;
    if (u <= p2) {
      const x = left + (u - p1) / c;
      v = v * c + 1 - Math.abs(m - x + 0.5) / p1;
      if (v > 1) continue;
      y = Math.floor(x);
    } else if (u <= p3) {
      y = Math.floor(left + log(v) / leftRate);
      if (y < 0 || v === 0) continue;
      v = v * (u - p2) * leftRate;
    } else {
      y = Math.floor(right - log(v) / rightRate);
      if (y > n || v === 0) continue;
      v = v * (u - p3) * rightRate;
    }
    const k = Math.abs(y - m);
    if (k > 20 && k < nrq / 2 - 1 ? fitsLogarithms(y, v, k, n, r, m, nrq) : v <= ratio(y, m, n, r)) return y;
  }
}

/** The chance of y over that of the mode m, by its recurrence. */
function ratio(y: number, m: number, n: number, r: number): number {
  const s = r / (1 - r);
  const a = s * (n + 1);
  let f = 1;
  for (let i = m + 1; i <= y; i++) f *= a / i - s;
  for (let i = y + 1; i <= m; i++) f /= a / i - s;
  return f;
}

/** log v against the logarithm of the ratio: squeezed first, then by Stirling's series. */
function fitsLogarithms(y: number, v: number, k: number, n: number, r: number, m: number, nrq: number): boolean {
  const rho = (k / nrq) * ((k * (k / 3 + 0.625) + 1 / 6) / nrq + 0.5);
  const t = (-k * k) / (2 * nrq);
  const a = log(v);
  if (a < t - rho) return true;
  if (a > t + rho) return false;
  const [x1, f1, z, w] = [y + 1, m + 1, n + 1 - m, n - y + 1];
  const tail = (x: number): number => {
    const x2 = x * x;
    return (13680 - (462 - (132 - (99 - 140 / x2) / x2) / x2) / x2) / x / 166320;
  };
  const bound =
    (m + 0.5) * log(f1 / x1) +
    (n - m + 0.5) * log(z / w) +
    (y - m) * log((w * r) / (x1 * (1 - r))) +
    tail(f1) +
    tail(z) +
    tail(x1) +
    tail(w);
  return a <= bound;
}
