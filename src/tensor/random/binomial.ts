import { log, log1p } from "../clib/logarithm";
import type { Generator } from "./generator";

/**
 * Successes among `count` trials of probability `p`.
 *
 * @param round to the dtype of the parameters, in which PyTorch holds the mean
 */
export function binomialVariate(count: number, p: number, round: (x: number) => number, g: Generator): number {
  if (Number.isNaN(p)) return p;
  if (count <= 0 || p <= 0) return 0;
  if (p >= 1) return count;
  const rare = p <= 0.5 ? p : 1 - p;
  const successes = count * rare >= 10 ? byRejection(count, rare, round, g) : byGeometric(count, rare, g);
  return p <= 0.5 ? successes : count - successes;
}

/** Counts the geometric waiting times that fit into all trials. */
function byGeometric(count: number, p: number, g: Generator): number {
  const logFailure = log1p(-p);
  let trials = 0;
  for (let successes = 0; ; successes++) {
    trials += Math.ceil(log(g.uniform53()) / logFailure);
    if (trials > count) return successes;
  }
}

/** Hörmann's transformed rejection with squeeze (BTRS, 1993), with the logarithm of the ratio. */
function byRejection(count: number, p: number, round: (x: number) => number, g: Generator): number {
  const deviation = Math.sqrt(count * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = round(count * p + 0.5);
  const squeeze = 0.92 - 4.2 / b;
  const odds = p / (1 - p);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((count + 1) * p);
  for (;;) {
    const u = g.uniform53() - 0.5;
    const v = g.uniform53();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > count) continue;
    const bound =
      (mode + 0.5) * log((mode + 1) / (odds * (count - mode + 1))) +
      (count + 1) * log((count - mode + 1) / (count - k + 1)) +
      (k + 0.5) * log((odds * (count - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(count - mode) -
      stirlingTail(k) -
      stirlingTail(count - k);
    if (log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

/** log k! less Stirling's approximation, for k from 0 to 9. */
const TAILS = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
] as const;

function stirlingTail(k: number): number {
  if (k <= 9) return TAILS[k];
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}
