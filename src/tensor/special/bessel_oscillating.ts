/**
 * Bessel functions of the first and second kind of orders 0 and 1, to double precision: backward recurrence (Miller)
 * and Neumann's series for small arguments, Hankel's asymptotic series for large ones (Abramowitz & Stegun 9.1.88,
 * 9.2.5, 9.12).
 */

type Order = 0 | 1;

const FAR = 25;
const EULER = 0.5772156649015329;
const TOO_LARGE = 1e200;

/** J₀(x), J₁(x), J₂(x), …, for 0 < x < FAR: downwards from where they vanish, scaled so that J₀ + 2 Σ J₂ₖ = 1. */
function ladder(x: number): Float64Array {
  const start = 2 * Math.ceil((x + 12 + 6 * Math.cbrt(x)) / 2) + 10;
  const values = new Float64Array(start + 1);
  let above = 0;
  let here = 1e-300;
  let even = 0;
  for (let n = start; n > 0; n--) {
    const below = ((2 * n) / x) * here - above;
    [above, here] = [here, below];
    values[n - 1] = below;
    if ((n - 1) % 2 === 0) even += n === 1 ? below : 2 * below;
    if (Math.abs(below) > TOO_LARGE) {
      for (let k = n - 1; k <= start; k++) values[k] /= TOO_LARGE;
      above /= TOO_LARGE;
      here /= TOO_LARGE;
      even /= TOO_LARGE;
    }
  }
  for (let n = 0; n <= start; n++) values[n] /= even;
  return values;
}

/** J and Y for large x. */
function hankel(order: Order, x: number): { j: number; y: number } {
  const mu = 4 * order * order;
  let term = 1;
  let [p, q] = [1, 0];
  for (let k = 1; k < 60; k++) {
    const next = (term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x);
    if (Math.abs(next) > Math.abs(term) || Math.abs(next) < 1e-18) break;
    term = next;
    // Terms alternate in pairs: + in P and Q, then − in both.
    const signed = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) p += signed;
    else q += signed;
  }
  // cos and sin of x − (order/2 + 1/4) π, from those of x.
  const [s, c] = [Math.sin(x), Math.cos(x)];
  const [cosine, sine] = order === 0 ? [c + s, s - c] : [s - c, -s - c];
  const scale = 1 / Math.sqrt(Math.PI * x);
  return { j: scale * (p * cosine - q * sine), y: scale * (p * sine + q * cosine) };
}

/** Jₙ(x); nan at infinity, as PyTorch has it. */
export function besselJ(order: Order, x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size === Infinity) return Number.NaN;
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (size < 1e-8) return order === 0 ? 1 : x / 2;
  return sign * (size < FAR ? ladder(size)[order] : hankel(order, size).j);
}

/** Yₙ(x); −∞ at 0, nan below it and at infinity. */
export function besselY(order: Order, x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0) || x === Infinity) return Number.NaN;
  if (x >= FAR) return hankel(order, x).y;
  if (x < 1e-8) return order === 0 ? (2 / Math.PI) * (Math.log(x / 2) + EULER) : -2 / (Math.PI * x);
  const j = ladder(x);
  const last = j.length - 1;
  let sum = 0;
  if (order === 0) {
    for (let k = last >> 1; k > 0; k--) sum += (k % 2 === 0 ? 1 : -1) * (j[2 * k] / k);
    return (2 / Math.PI) * ((Math.log(x / 2) + EULER) * j[0] - 2 * sum);
  }
  for (let k = (last - 1) >> 1; k > 0; k--) {
    sum += (k % 2 === 0 ? 1 : -1) * (((2 * k + 1) / (k * (k + 1))) * j[2 * k + 1]);
  }
  return (2 / Math.PI) * ((Math.log(x / 2) + EULER - 1) * j[1] - sum - j[0] / x);
}

/** The spherical Bessel function of order 0: sin(x) / x. */
export function sphericalBesselJ0(x: number): number {
  if (Math.abs(x) === Infinity) return 0;
  return x === 0 ? 1 : Math.sin(x) / x;
}
