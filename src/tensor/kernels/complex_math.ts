/** Functions of complex numbers, in double precision. Each writes its value into a cell, so that loops allocate nothing. */

export interface Cell {
  re: number;
  im: number;
}

/** Of one operand (a + bi), two (c + di) or three (e + fi). Answers that are bools are written as 0 or 1. */
export type ComplexRule = (z: Cell, a: number, b: number, c: number, d: number, e: number, f: number) => void;

function put(z: Cell, re: number, im: number): void {
  z.re = re;
  z.im = im;
}

export const add: ComplexRule = (z, a, b, c, d) => put(z, a + c, b + d);
export const sub: ComplexRule = (z, a, b, c, d) => put(z, a - c, b - d);
export const mul: ComplexRule = (z, a, b, c, d) => put(z, a * c - b * d, a * d + b * c);
export const neg: ComplexRule = (z, a, b) => put(z, -a, -b);
export const conj: ComplexRule = (z, a, b) => put(z, a, -b);
export const same: ComplexRule = (z, a, b) => put(z, a, b);
export const one: ComplexRule = (z) => put(z, 1, 0);
export const square: ComplexRule = (z, a, b) => mul(z, a, b, a, b, 0, 0);
export const cube: ComplexRule = (z, a, b) => {
  square(z, a, b, 0, 0, 0, 0);
  mul(z, z.re, z.im, a, b, 0, 0);
};

/** Smith's division: scaled by the larger part of the divisor, so that squares do not overflow. */
export const div: ComplexRule = (z, a, b, c, d) => {
  if (c === 0 && d === 0) {
    put(z, a / Math.abs(c), b / Math.abs(c));
  } else if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const scale = 1 / (c + d * ratio);
    put(z, (a + b * ratio) * scale, (b - a * ratio) * scale);
  } else {
    const ratio = c / d;
    const scale = 1 / (c * ratio + d);
    put(z, (a * ratio + b) * scale, (b * ratio - a) * scale);
  }
};
export const reciprocal: ComplexRule = (z, a, b) => div(z, 1, 0, a, b, 0, 0);

export const scaledAdd: ComplexRule = (z, a, b, c, d, e, f) => put(z, a + (c * e - d * f), b + (c * f + d * e));
export const scaledSub: ComplexRule = (z, a, b, c, d, e, f) => put(z, a - (c * e - d * f), b - (c * f + d * e));
export const choose: ComplexRule = (z, a, b, c, d, e, f) => (a !== 0 || b !== 0 ? put(z, c, d) : put(z, e, f));
export const addcmul =
  (factor: number): ComplexRule =>
  (z, a, b, c, d, e, f) =>
    put(z, a + factor * (c * e - d * f), b + factor * (c * f + d * e));
export const addcdiv =
  (factor: number): ComplexRule =>
  (z, a, b, c, d, e, f) => {
    div(z, c, d, e, f, 0, 0);
    put(z, a + factor * z.re, b + factor * z.im);
  };
export const lerp: ComplexRule = (z, a, b, c, d, e, f) => {
  mul(z, c - a, d - b, e, f, 0, 0);
  put(z, a + z.re, b + z.im);
};

export const equals: ComplexRule = (z, a, b, c, d) => put(z, Number(a === c && b === d), 0);
export const differs: ComplexRule = (z, a, b, c, d) => put(z, Number(a !== c || b !== d), 0);
export const isNan: ComplexRule = (z, a, b) => put(z, Number(Number.isNaN(a) || Number.isNaN(b)), 0);
export const isFiniteNumber: ComplexRule = (z, a, b) => put(z, Number(Number.isFinite(a) && Number.isFinite(b)), 0);
export const isInfinite: ComplexRule = (z, a, b) =>
  put(z, Number(Math.abs(a) === Infinity || Math.abs(b) === Infinity), 0);
export const isZero: ComplexRule = (z, a, b) => put(z, Number(a === 0 && b === 0), 0);

export const exp: ComplexRule = (z, a, b) => {
  const size = Math.exp(a);
  put(z, b === 0 ? size : size * Math.cos(b), b === 0 ? b : size * Math.sin(b));
};
/** e^z − 1 without cancellation: cos b − 1 is −2 sin²(b/2). */
export const expm1: ComplexRule = (z, a, b) => {
  const half = Math.sin(b / 2);
  put(z, Math.expm1(a) * Math.cos(b) - 2 * half * half, b === 0 ? b : Math.exp(a) * Math.sin(b));
};
const scaledExp =
  (factor: number): ComplexRule =>
  (z, a, b) =>
    exp(z, a * factor, b * factor, 0, 0, 0, 0);
export const exp2 = scaledExp(Math.LN2);

const scaledLog =
  (factor: number): ComplexRule =>
  (z, a, b) =>
    put(z, Math.log(Math.hypot(a, b)) * factor, Math.atan2(b, a) * factor);
export const log = scaledLog(1);
export const log2 = scaledLog(Math.LOG2E);
export const log10 = scaledLog(Math.LOG10E);
export const log1p: ComplexRule = (z, a, b) => {
  // |1 + z|² − 1, which is small where z is.
  const excess = a * (2 + a) + b * b;
  put(z, excess > -0.5 && excess < 1 ? Math.log1p(excess) / 2 : Math.log(Math.hypot(1 + a, b)), Math.atan2(b, 1 + a));
};

export const sqrt: ComplexRule = (z, a, b) => {
  if (a === 0 && b === 0) {
    put(z, 0, b);
    return;
  }
  const t = Math.sqrt((Math.abs(a) + Math.hypot(a, b)) / 2);
  if (a >= 0) put(z, t, b / (2 * t));
  else put(z, Math.abs(b) / (2 * t), b < 0 || Object.is(b, -0) ? -t : t);
};
export const rsqrt: ComplexRule = (z, a, b) => {
  sqrt(z, a, b, 0, 0, 0, 0);
  reciprocal(z, z.re, z.im, 0, 0, 0, 0);
};

export const pow: ComplexRule = (z, a, b, c, d) => {
  if (c === 0 && d === 0) put(z, 1, 0);
  else if (a === 0 && b === 0) put(z, c > 0 ? 0 : Infinity, 0);
  else if (b === 0 && d === 0 && (a > 0 || Number.isInteger(c))) put(z, a ** c, 0);
  else {
    log(z, a, b, 0, 0, 0, 0);
    mul(z, z.re, z.im, c, d, 0, 0);
    exp(z, z.re, z.im, 0, 0, 0, 0);
  }
};

export const sinh: ComplexRule = (z, a, b) => put(z, Math.sinh(a) * Math.cos(b), Math.cosh(a) * Math.sin(b));
export const cosh: ComplexRule = (z, a, b) => put(z, Math.cosh(a) * Math.cos(b), Math.sinh(a) * Math.sin(b));
/** Beyond this e^(−2a) is nothing beside 1. */
const FAR = 22;
export const tanh: ComplexRule = (z, a, b) => {
  if (Math.abs(a) > FAR) {
    put(z, Math.sign(a), 4 * Math.sin(b) * Math.cos(b) * Math.exp(-2 * Math.abs(a)));
    return;
  }
  const bottom = Math.cosh(2 * a) + Math.cos(2 * b);
  put(z, Math.sinh(2 * a) / bottom, Math.sin(2 * b) / bottom);
};
export const asinh: ComplexRule = (z, a, b) => {
  // The function is odd; on this half nothing cancels.
  const sign = a < 0 ? -1 : 1;
  const [x, y] = [sign * a, sign * b];
  sqrt(z, x * x - y * y + 1, 2 * x * y, 0, 0, 0, 0);
  log(z, x + z.re, y + z.im, 0, 0, 0, 0);
  put(z, sign * z.re, sign * z.im);
};
export const acosh: ComplexRule = (z, a, b) => {
  sqrt(z, a - 1, b, 0, 0, 0, 0);
  const { re, im } = z;
  sqrt(z, a + 1, b, 0, 0, 0, 0);
  mul(z, z.re, z.im, re, im, 0, 0);
  log(z, a + z.re, b + z.im, 0, 0, 0, 0);
};
export const atanh: ComplexRule = (z, a, b) => {
  log1p(z, a, b, 0, 0, 0, 0);
  const { re, im } = z;
  log1p(z, -a, -b, 0, 0, 0, 0);
  put(z, (re - z.re) / 2, (im - z.im) / 2);
};

/** f(z) of g with f(z) = −i · g(i · z): the circular function of a hyperbolic one. */
const circular =
  (hyperbolic: ComplexRule): ComplexRule =>
  (z, a, b) => {
    hyperbolic(z, -b, a, 0, 0, 0, 0);
    put(z, z.im, -z.re);
  };
export const sin = circular(sinh);
export const tan = circular(tanh);
export const asin = circular(asinh);
export const atan = circular(atanh);
export const cos: ComplexRule = (z, a, b) => cosh(z, -b, a, 0, 0, 0, 0);
export const acos: ComplexRule = (z, a, b) => {
  asin(z, a, b, 0, 0, 0, 0);
  put(z, Math.PI / 2 - z.re, -z.im);
};

export const sigmoid: ComplexRule = (z, a, b) => {
  exp(z, -a, -b, 0, 0, 0, 0);
  reciprocal(z, 1 + z.re, z.im, 0, 0, 0, 0);
};
/** z / |z|, and 0 for 0. */
export const sgn: ComplexRule = (z, a, b) => {
  const size = Math.hypot(a, b);
  put(z, size === 0 ? 0 : a / size, size === 0 ? 0 : b / size);
};
export const sinc: ComplexRule = (z, a, b) => {
  if (a === 0 && b === 0) {
    put(z, 1, 0);
    return;
  }
  sin(z, a * Math.PI, b * Math.PI, 0, 0, 0, 0);
  div(z, z.re, z.im, a * Math.PI, b * Math.PI, 0, 0);
};
