/**
 * Activation functions as theory and the probes see them: plain functions of one number, keyed by the class name that
 * `torch.nn` has. Adding an activation is adding an entry.
 */
export interface Activation {
  /** φ(x); `a` is the entry's parameter. */
  readonly value: (x: number, a: number) => number;
  /** φ'(x), with PyTorch's choice at kinks (0 for ReLU at 0). */
  readonly slope: (x: number, a: number) => number;
  /** The module's field that holds the parameter, and its usual value. */
  readonly parameter?: { readonly field: string; readonly usual: number };
  /** Puts out exact zeros for a whole range of inputs, so that a unit can die. */
  readonly rectifier?: true;
}

/** Standard normal density. */
export function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Standard normal distribution function, to about 1e-15 (Marsaglia 2004's series; its tails are below 1e-15). */
export function cumulative(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3; ; i += 2) {
    term *= (x * x) / i;
    const next = sum + term;
    if (next === sum) return 0.5 + sum * density(x);
    sum = next;
  }
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const square = (x: number): number => x * x;
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

export const activations: Readonly<Record<string, Activation>> = {
  Identity: { value: (x) => x, slope: () => 1 },
  Tanh: { value: Math.tanh, slope: (x) => 1 - square(Math.tanh(x)) },
  Sigmoid: {
    value: logistic,
    slope: (x) => logistic(x) * logistic(-x),
  },
  ReLU: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0), rectifier: true },
  ReLU6: {
    value: (x) => Math.min(Math.max(x, 0), 6),
    slope: (x) => (x > 0 && x < 6 ? 1 : 0),
    rectifier: true,
  },
  LeakyReLU: {
    value: (x, a) => (x > 0 ? x : a * x),
    slope: (x, a) => (x > 0 ? 1 : a),
    parameter: { field: "negativeSlope", usual: 0.01 },
  },
  ELU: {
    value: (x, a) => (x > 0 ? x : a * Math.expm1(x)),
    slope: (x, a) => (x > 0 ? 1 : a * Math.exp(x)),
    parameter: { field: "alpha", usual: 1 },
  },
  SELU: {
    value: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    slope: (x) => seluScale * (x > 0 ? 1 : seluAlpha * Math.exp(x)),
  },
  GELU: { value: (x) => x * cumulative(x), slope: (x) => cumulative(x) + x * density(x) },
  SiLU: { value: (x) => x * logistic(x), slope: (x) => logistic(x) * (1 + x * logistic(-x)) },
  Mish: {
    value: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * logistic(x) * (1 - t * t);
    },
  },
  Softplus: { value: softplus, slope: logistic },
  Softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / square(1 + Math.abs(x)) },
  Hardtanh: {
    value: (x) => Math.min(Math.max(x, -1), 1),
    slope: (x) => (x > -1 && x < 1 ? 1 : 0),
  },
  Hardsigmoid: {
    value: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
    slope: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  },
  Hardswish: {
    value: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
};

function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}
