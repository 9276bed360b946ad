/** `np.random.choice`: which positions are drawn. */
import { valueError } from "../exceptions";
import type { RandomStream } from "./random_stream";

function cumulated(p: readonly number[]): number[] {
  let sum = 0;
  const sums = p.map((x) => (sum += x));
  return sums.map((x) => x / sum);
}

/** The first place whose sum is above `x`. */
function search(sums: readonly number[], x: number): number {
  const found = sums.findIndex((sum) => x < sum);
  return found < 0 ? sums.length : found;
}

function checkWeights(p: readonly number[], n: number): void {
  if (p.length !== n) throw valueError("a and p must have same size");
  if (p.some((x) => x < 0)) throw valueError("probabilities are not non-negative");
  const sum = p.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) <= 2 ** -26)) throw valueError("probabilities do not sum to 1");
}

/** What positions are drawn from. */
type Positions = Pick<RandomStream, "double" | "upTo" | "permutation">;

/** `count` of `n` positions, with weights or without. */
export function choosePositions(
  stream: Positions,
  n: number,
  count: number,
  replace: boolean,
  p: readonly number[] | null,
): number[] {
  if (n === 0 && count > 0) throw valueError("'a' cannot be empty unless no samples are taken");
  if (p !== null) checkWeights(p, n);
  if (!replace && count > n) throw valueError("Cannot take a larger sample than population when 'replace=False'");
  if (p === null) {
    if (!replace) return stream.permutation(n).slice(0, count);
    return Array.from({ length: count }, () => stream.upTo(n - 1));
  }
  if (replace) {
    const sums = cumulated(p);
    return Array.from({ length: count }, () => search(sums, stream.double()));
  }
  if (p.filter((x) => x > 0).length < count) throw valueError("Fewer non-zero entries in p than size");
  const rest = [...p];
  const taken: number[] = [];
  while (taken.length < count) {
    const draws = Array.from({ length: count - taken.length }, () => stream.double());
    for (const place of taken) rest[place] = 0;
    const sums = cumulated(rest);
    taken.push(...new Set(draws.map((x) => search(sums, x))));
  }
  return taken;
}
