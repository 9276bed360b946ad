/** Continuous variates of CPython's `random`, from uniforms in [0, 1), with the C library's functions. */
import { exp } from "../../tensor/clib/exponential";
import { log } from "../../tensor/clib/logarithm";
import { pow } from "../../tensor/clib/power";
import { cos, sin } from "../../tensor/clib/trigonometry";
import { valueError } from "../exceptions";

export type Uniform = () => number;

const TWO_PI = 2 * Math.PI;
const LOG_4 = log(4);
const CHENG = 1 + log(4.5);
const RATIO = (4 * exp(-0.5)) / Math.sqrt(2);

/** A pair of standard normals by Box and Muller. */
export function normalPair(random: Uniform): [number, number] {
  const angle = random() * TWO_PI;
  const size = Math.sqrt(-2 * log(1 - random()));
  return [cos(angle) * size, sin(angle) * size];
}

/** Kinderman and Monahan's ratio of uniforms (1977). */
export function normalVariate(random: Uniform, mu: number, sigma: number): number {
  for (;;) {
    const u = random();
    const v = 1 - random();
    const z = (RATIO * (u - 0.5)) / v;
    if ((z * z) / 4 <= -log(v)) return mu + z * sigma;
  }
}

export const exponentialVariate = (random: Uniform, rate: number): number => -log(1 - random()) / rate;

/** Above 1 Cheng's algorithm (1977), below it Ahrens and Dieter's (1974). */
export function gammaVariate(random: Uniform, alpha: number, beta: number): number {
  if (alpha <= 0 || beta <= 0) throw valueError("gammavariate: alpha and beta must be > 0.0");
  if (alpha === 1) return -log(1 - random()) * beta;
  return (alpha > 1 ? gammaAboveOne(random, alpha) : gammaBelowOne(random, alpha)) * beta;
}

function gammaAboveOne(random: Uniform, alpha: number): number {
  const root = Math.sqrt(2 * alpha - 1);
  const b = alpha - LOG_4;
  const c = alpha + root;
  for (;;) {
    const u = random();
    if (!(u > 1e-7 && u < 0.9999999)) continue;
    const w = 1 - random();
    const v = log(u / (1 - u)) / root;
    const x = alpha * exp(v);
    const z = u * u * w;
    const r = b + c * v - x;
    if (r + CHENG - 4.5 * z >= 0 || r >= log(z)) return x;
  }
}

function gammaBelowOne(random: Uniform, alpha: number): number {
  const b = (Math.E + alpha) / Math.E;
  for (;;) {
    const p = b * random();
    const x = p <= 1 ? pow(p, 1 / alpha) : -log((b - p) / alpha);
    const u = random();
    if (p > 1 ? u <= pow(x, alpha - 1) : u <= exp(-x)) return x;
  }
}

export function betaVariate(random: Uniform, alpha: number, beta: number): number {
  const y = gammaVariate(random, alpha, 1);
  return y === 0 ? 0 : y / (y + gammaVariate(random, beta, 1));
}

export const logNormalVariate = (random: Uniform, mu: number, sigma: number): number =>
  exp(normalVariate(random, mu, sigma));

export const paretoVariate = (random: Uniform, alpha: number): number => pow(1 - random(), -1 / alpha);

export const weibullVariate = (random: Uniform, scale: number, shape: number): number =>
  scale * pow(-log(1 - random()), 1 / shape);

/** Best and Fisher's rejection (1979). */
export function vonMisesVariate(random: Uniform, mu: number, kappa: number): number {
  if (kappa <= 1e-6) return TWO_PI * random();
  const s = 0.5 / kappa;
  const r = s + Math.sqrt(1 + s * s);
  let z: number;
  for (;;) {
    z = cos(Math.PI * random());
    const d = z / (r + z);
    const u = random();
    if (u < 1 - d * d || u <= (1 - d) * exp(d)) break;
  }
  const q = 1 / r;
  const angle = Math.acos((q + z) / (1 + q * z));
  const theta = (random() > 0.5 ? mu + angle : mu - angle) % TWO_PI;
  return theta < 0 ? theta + TWO_PI : theta;
}

export function triangularVariate(random: Uniform, low: number, high: number, mode: number | null): number {
  const u = random();
  if (mode !== null && high === low) return low;
  const c = mode === null ? 0.5 : (mode - low) / (high - low);
  return u > c ? high + (low - high) * Math.sqrt((1 - u) * (1 - c)) : low + (high - low) * Math.sqrt(u * c);
}
