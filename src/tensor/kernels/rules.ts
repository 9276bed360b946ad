import { TorchError } from "../errors";
import * as complex from "./complex_math";
import type { Rule } from "./elementwise";
import { roundEven } from "./rounding";

const float = Math.fround;

/** Element rules of the binary and ternary arithmetic. float32 results are rounded when they are stored. */

const zeroDivision = (): never => {
  throw new TorchError("RuntimeError", "ZeroDivisionError");
};

/** Python's `//` on floats, by way of the remainder as C libraries do it. */
function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  let rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return Object.is(x / y, -0) || x / y < 0 ? -0 : 0;
  rest = Math.floor(quotient);
  return quotient - rest > 0.5 ? rest + 1 : rest;
}

/** Python's `%` on floats: the sign of the divisor. */
function remainder(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function exactFloor(x: bigint, y: bigint): bigint {
  if (y === 0n) zeroDivision();
  const quotient = x / y;
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
}

function exactPower(x: bigint, y: bigint): bigint {
  if (y >= 0n) return BigInt.asIntN(64, x ** y);
  if (x === 1n) return 1n;
  return x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
}

/** Math.max and Math.min do not take bigints. */
export function larger(x: bigint, y: bigint): bigint {
  if (x > y) return x;
  return y;
}

export function smaller(x: bigint, y: bigint): bigint {
  if (x < y) return x;
  return y;
}

const nanMax = (x: number, y: number): number => (x > y || Number.isNaN(x) ? x : y);
const nanMin = (x: number, y: number): number => (x < y || Number.isNaN(x) ? x : y);

export const add: Rule = { number: (x, y) => x + y, exact: (x, y) => x + y, fast: "add", complex: complex.add };
export const sub: Rule = { number: (x, y) => x - y, exact: (x, y) => x - y, fast: "sub", complex: complex.sub };
export const mul: Rule = { number: (x, y) => x * y, exact: (x, y) => x * y, fast: "mul", complex: complex.mul };
export const div: Rule = { number: (x, y) => x / y, fast: "div", complex: complex.div };
/** A number over a tensor: the reciprocal first. */
export const divInto: Rule = { number: (x, y) => x / y, single: (x, y) => float(1 / y) * x, complex: complex.div };
export const scaledAdd: Rule = {
  number: (x, y, a) => x + a * y,
  exact: (x, y, a) => x + a * y,
  fast: "axpy",
  complex: complex.scaledAdd,
};
export const scaledSub: Rule = {
  number: (x, y, a) => x - a * y,
  exact: (x, y, a) => x - a * y,
  complex: complex.scaledSub,
};

export const floorDiv: Rule = { number: floorDivide, exact: exactFloor };
export const truncDiv: Rule = {
  number: (x, y) => Math.trunc(x / y),
  single: (x, y) => Math.trunc(Math.fround(x / y)),
  exact: (x, y) => (y === 0n ? zeroDivision() : x / y),
};
export const mod: Rule = { number: remainder, exact: (x, y) => (y === 0n ? zeroDivision() : x - y * exactFloor(x, y)) };
export const fmod: Rule = { number: (x, y) => x % y, exact: (x, y) => (y === 0n ? zeroDivision() : x % y) };
export const pow: Rule = { number: power, exact: exactPower, complex: complex.pow };

/** C's `pow`, which for ±1 and infinite or nan exponents differs from JavaScript's. */
export function power(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  return x === -1 && (y === Infinity || y === -Infinity) ? 1 : x ** y;
}

/** Exponents that have a simpler form, rounded as it rounds. */
export const powers: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [0, { number: () => 1, complex: complex.one }],
  [0.5, { number: Math.sqrt, fast: "sqrt", complex: complex.sqrt }],
  [1, { number: (x) => x, complex: complex.same }],
  [2, { number: (x) => x * x, fast: "square", complex: complex.square }],
  [3, { number: (x) => x * x * x, single: (x) => float(x * x) * x, complex: complex.cube }],
  [-0.5, { number: (x) => 1 / Math.sqrt(x), single: (x) => 1 / float(Math.sqrt(x)), complex: complex.rsqrt }],
  [-1, { number: (x) => 1 / x, complex: complex.reciprocal }],
  [
    -2,
    {
      number: (x) => 1 / (x * x),
      single: (x) => 1 / float(x * x),
      complex: (z, a, b) => {
        complex.square(z, a, b, 0, 0, 0, 0);
        complex.reciprocal(z, z.re, z.im, 0, 0, 0, 0);
      },
    },
  ],
]);

export const maximum: Rule = { number: nanMax, exact: larger, fast: "maximum" };
export const minimum: Rule = { number: nanMin, exact: smaller, fast: "minimum" };
export const fmax: Rule = { number: (x, y) => (x >= y || Number.isNaN(y) ? x : y), exact: maximum.exact };
export const fmin: Rule = { number: (x, y) => (x <= y || Number.isNaN(y) ? x : y), exact: minimum.exact };
export const atan2: Rule = { number: Math.atan2 };
export const hypot: Rule = { number: (x, y) => Math.sqrt(x * x + y * y) };
export const copysign: Rule = {
  number: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
};
export const xlogy: Rule = { number: (x, y) => (Number.isNaN(y) ? NaN : x === 0 ? 0 : x * Math.log(y)) };
export const logaddexp: Rule = {
  number: (x, y) => (x === y && !Number.isFinite(x) ? x : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
};
export const logaddexp2: Rule = {
  number: (x, y) =>
    x === y && !Number.isFinite(x) ? x : Math.max(x, y) + Math.log1p(2 ** -Math.abs(x - y)) * Math.LOG2E,
};
export const heaviside: Rule = { number: (x, y) => (x === 0 ? y : x < 0 ? 0 : 1) };
export const gcd: Rule = { number: (x, y) => Number(exactGcd(BigInt(x), BigInt(y))), exact: exactGcd };

function exactGcd(x: bigint, y: bigint): bigint {
  let [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  while (b) [a, b] = [b, a % b];
  return a;
}

/** x + (factor · y) · z, of which the last product and the sum are one rounding. */
export function addcmul(factor: number): Rule {
  return {
    number: (x, y, z) => x + factor * y * z,
    single: (x, y, z) => x + float(float(factor) * y) * z,
    exact: (x, y, z) => x + BigInt(Math.trunc(factor)) * y * z,
    fast: "addcmul",
    complex: complex.addcmul(factor),
    factor,
  };
}

/** x + (factor · y) / z, rounded at each step. */
export function addcdiv(factor: number): Rule {
  return {
    number: (x, y, z) => x + (factor * y) / z,
    single: (x, y, z) => x + float(float(float(factor) * y) / z),
    fast: "addcdiv",
    complex: complex.addcdiv(factor),
    factor,
  };
}

export const lerp: Rule = {
  number: (x, y, w) => (Math.abs(w) < 0.5 ? x + w * (y - x) : y - (y - x) * (1 - w)),
  single: (x, y, w) => (Math.abs(w) < 0.5 ? x + w * float(y - x) : y - float(y - x) * float(1 - w)),
  fast: "lerp",
  complex: complex.lerp,
};

/** `round(decimals=…)`. */
export function roundDecimals(decimals: number): Rule {
  const scale = 10 ** Math.abs(decimals);
  return decimals >= 0
    ? { number: (x) => roundEven(x * scale) / scale, single: (x) => roundEven(float(x * scale)) / scale }
    : { number: (x) => roundEven(x / scale) * scale, single: (x) => roundEven(float(x / scale)) * scale };
}
