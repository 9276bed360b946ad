/**
 * Variates of NumPy's legacy RandomState, from its uniforms and normals, step by step as NumPy draws them, with the C
 * library's functions.
 */
import { exp } from "../../tensor/clib/exponential";
import { log, log1p } from "../../tensor/clib/logarithm";
import { pow } from "../../tensor/clib/power";
import { poisson as poissonOf } from "../../tensor/random/discrete";
import { numpyBinomial } from "./random_binomial";

/** What variates are made of: uniforms in [0, 1), normals, exponentials. */
export interface Draws {
  double(): number;
  gauss(): number;
  exponential(): number;
}

/** Below shape 1 Ahrens and Dieter (1974), above it Marsaglia and Tsang (2000). */
export function standardGamma(g: Draws, shape: number): number {
  if (shape === 1) return g.exponential();
  if (shape === 0) return 0;
  return shape < 1 ? gammaBelowOne(g, shape) : gammaAboveOne(g, shape);
}

function gammaBelowOne(g: Draws, shape: number): number {
  for (;;) {
    const u = g.double();
    const v = g.exponential();
    if (u <= 1 - shape) {
      const x = pow(u, 1 / shape);
      if (x <= v) return x;
    } else {
      const y = -log((1 - u) / shape);
      const x = pow(1 - shape + shape * y, 1 / shape);
      if (x <= v + y) return x;
    }
  }
}

function gammaAboveOne(g: Draws, shape: number): number {
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = g.gauss();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = g.double();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (log(u) < 0.5 * x * x + b * (1 - v + log(v))) return b * v;
  }
}

/** Jöhnk's algorithm where both shapes are at most 1, else a ratio of gammas. */
function beta(g: Draws, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const x = standardGamma(g, a);
    return x / (x + standardGamma(g, b));
  }
  for (;;) {
    const x = pow(g.double(), 1 / a);
    const y = pow(g.double(), 1 / b);
    if (x + y <= 1 && x + y > 0) return x / (x + y);
  }
}

function laplace(g: Draws, loc: number, scale: number): number {
  for (;;) {
    const u = g.double();
    if (u >= 0.5) return loc - scale * log(2 - u - u);
    if (u > 0) return loc + scale * log(u + u);
  }
}

function logistic(g: Draws, loc: number, scale: number): number {
  for (;;) {
    const u = g.double();
    if (u > 0) return loc + scale * log(u / (1 - u));
  }
}

function gumbel(g: Draws, loc: number, scale: number): number {
  for (;;) {
    const u = 1 - g.double();
    if (u < 1) return loc - scale * log(-log(u));
  }
}

function geometric(g: Draws, p: number): number {
  if (p < 1 / 3) return Math.ceil(log1p(-g.double()) / log(1 - p));
  const q = 1 - p;
  const u = g.double();
  let count = 1;
  for (let product = p, sum = p; u > sum; count++) {
    product *= q;
    sum += product;
  }
  return count;
}

function triangular(g: Draws, left: number, mode: number, right: number): number {
  const base = right - left;
  const u = g.double();
  if (u <= (mode - left) / base) return left + Math.sqrt(u * ((mode - left) * base));
  return right - Math.sqrt((1 - u) * ((right - mode) * base));
}

/** Successes for each of several outcomes, one after the other out of what is left. */
export function multinomial(g: Draws, n: number, p: readonly number[]): number[] {
  const counts = p.map(() => 0);
  let [left, share] = [n, 1];
  for (let i = 0; i < p.length - 1 && left > 0; i++) {
    counts[i] = numpyBinomial(() => g.double(), left, p[i] / share);
    left -= counts[i];
    share -= p[i];
  }
  if (left > 0) counts[p.length - 1] = left;
  return counts;
}

export function dirichlet(g: Draws, alpha: readonly number[]): number[] {
  const gammas = alpha.map((a) => standardGamma(g, a));
  let total = 0;
  for (const x of gammas) total += x;
  const inverse = 1 / total;
  return gammas.map((x) => x * inverse);
}

export interface Variate {
  readonly name: string;
  readonly params: readonly string[];
  readonly defaults: readonly number[];
  readonly draw: (g: Draws, a: number, b: number, c: number) => number;
  /** The results are integers. */
  readonly integer?: boolean;
}

const locScale = { params: ["loc", "scale"], defaults: [0, 1] };
const shape = { params: ["a"], defaults: [] };

/** Variates of one to three numbers, which may be arrays that broadcast. */
export const VARIATES: readonly Variate[] = [
  { ...locScale, name: "uniform", params: ["low", "high"], draw: (g, low, high) => low + (high - low) * g.double() },
  { ...locScale, name: "normal", draw: (g, loc, scale) => loc + scale * g.gauss() },
  { ...locScale, name: "laplace", draw: laplace },
  { ...locScale, name: "logistic", draw: logistic },
  { ...locScale, name: "gumbel", draw: gumbel },
  {
    name: "lognormal",
    params: ["mean", "sigma"],
    defaults: [0, 1],
    draw: (g, mean, sigma) => exp(mean + sigma * g.gauss()),
  },
  { name: "exponential", params: ["scale"], defaults: [1], draw: (g, scale) => scale * g.exponential() },
  { name: "rayleigh", params: ["scale"], defaults: [1], draw: (g, s) => s * Math.sqrt(-2 * log1p(-g.double())) },
  { ...shape, name: "weibull", draw: (g, a) => (a === 0 ? 0 : pow(g.exponential(), 1 / a)) },
  { ...shape, name: "pareto", draw: (g, a) => exp(g.exponential() / a) - 1 },
  { ...shape, name: "power", draw: (g, a) => pow(1 - exp(-g.exponential()), 1 / a) },
  { name: "standard_gamma", params: ["shape"], defaults: [], draw: standardGamma },
  { name: "gamma", params: ["shape", "scale"], defaults: [1], draw: (g, k, scale) => scale * standardGamma(g, k) },
  { name: "beta", params: ["a", "b"], defaults: [], draw: beta },
  { name: "chisquare", params: ["df"], defaults: [], draw: (g, df) => 2 * standardGamma(g, df / 2) },
  {
    name: "standard_t",
    params: ["df"],
    defaults: [],
    draw: (g, df) => {
      const x = g.gauss();
      return (Math.sqrt(df / 2) * x) / Math.sqrt(standardGamma(g, df / 2));
    },
  },
  { name: "triangular", params: ["left", "mode", "right"], defaults: [], draw: triangular },
  {
    name: "poisson",
    params: ["lam"],
    defaults: [1],
    integer: true,
    draw: (g, lam) => poissonOf(lam, { uniform53: () => g.double() }),
  },
  {
    name: "binomial",
    params: ["n", "p"],
    defaults: [],
    integer: true,
    draw: (g, n, p) => numpyBinomial(() => g.double(), n, p),
  },
  { name: "geometric", params: ["p"], defaults: [], integer: true, draw: geometric },
];
