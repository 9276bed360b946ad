/**
 * Modified Bessel functions of the first kind, by their power series for small arguments and their asymptotic series
 * for large ones: both good to double precision where they are used.
 */

const FAR = 25;

function series(order: 0 | 1, x: number): number {
  const quarter = (x * x) / 4;
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; k < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum;
}

/** Iₙ(x) · e^−x · √(2πx) for large x. */
function asymptotic(order: 0 | 1, x: number): number {
  const mu = 4 * order * order;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 30; k++) {
    const next = (-term * (mu - (2 * k - 1) ** 2)) / (k * 8 * x);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    sum += term;
  }
  return sum;
}

/** e^−|x| · Iₙ(x). */
export function scaledBesselI(order: 0 | 1, x: number): number {
  const size = Math.abs(x);
  const value =
    size < FAR ? series(order, size) * Math.exp(-size) : asymptotic(order, size) / Math.sqrt(2 * Math.PI * size);
  return order === 1 && x < 0 ? -value : value;
}

/** Iₙ(x). */
export function besselI(order: 0 | 1, x: number): number {
  const size = Math.abs(x);
  const value =
    size < FAR
      ? series(order, size)
      : (asymptotic(order, size) / Math.sqrt(2 * Math.PI * size)) * Math.exp(size / 2) * Math.exp(size / 2);
  return order === 1 && x < 0 ? -value : value;
}
