/** Derivatives of log Γ by the steps of PyTorch's CPU kernels, in float32 throughout where the tensor is float32. */

const f = Math.fround;
const FAR = 10;
/** The digamma function at 10. */
const AT_FAR = f(2.251752589066721);
/** B₂ₙ / 2n of the asymptotic series, highest power first. */
const SERIES = [1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12].map(f);

export function singleDigamma(given: number): number {
  if (given === 0) return -Infinity / Math.sign(1 / given);
  if (given < 0) {
    if (Number.isInteger(given)) return Number.NaN;
    // The fractional part keeps the tangent accurate.
    const cotangent = f(Math.PI / Math.tan(Math.PI * (given % 1)));
    return f(singleDigamma(f(1 - given)) - cotangent);
  }
  let x = given;
  let result = 0;
  while (x < FAR) {
    result = f(result - f(1 / x));
    x = f(x + 1);
  }
  if (x === FAR) return f(result + AT_FAR);
  let y = 0;
  if (x < 1e17) {
    const z = f(1 / f(x * x));
    for (const c of SERIES) y = f(f(y * z) + c);
    y = f(z * y);
  }
  return f(f(f(result + f(Math.log(x))) - f(0.5 / x)) - y);
}

/**
 * The derivative of digamma, by six steps of its recurrence and the first terms of its asymptotic series.
 *
 * @param round `Math.fround` for float32; float64 takes the same steps in doubles.
 */
export function trigamma(given: number, round: (x: number) => number = (v) => v): number {
  const f = round;
  const pi = f(Math.PI);
  let x = given;
  let sign = 1;
  let result = 0;
  if (x < 0.5) {
    sign = -1;
    const sine = f(Math.sin(f(pi * x)));
    result = f(-f(f(pi * pi) / f(sine * sine)));
    x = f(1 - x);
  }
  for (let i = 0; i < 6; i++) {
    result = f(result + f(1 / f(x * x)));
    x = f(x + 1);
  }
  const ixx = f(1 / f(x * x));
  const inner = f(f(1 / 30) - f(ixx * f(1 / 42)));
  const outer = f(f(1 / 6) - f(ixx * inner));
  const sum = f(f(1 + f(1 / f(2 * x))) + f(ixx * outer));
  return sign * f(result + f(sum / x));
}
