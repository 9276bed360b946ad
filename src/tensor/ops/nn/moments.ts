import type { Floats } from "./floats";

const LANES = 8;
const CHUNK = 16;

/** Count, mean and sum of squared deviations of a set of numbers. */
interface Moments {
  n: number;
  mean: number;
  m2: number;
}

/** Merges `a` into `into`, each step rounded by `r`. */
function merge(into: Moments, a: Moments, r: (x: number) => number): void {
  const total = into.n + a.n;
  const share = total === 0 ? 0 : r(a.n / total);
  const d = r(a.mean - into.mean);
  into.mean = r(into.mean + r(share * d));
  into.m2 = r(into.m2 + r(a.m2 + r(r(r(d * d) * share) * into.n)));
  into.n = total;
}

/**
 * Mean and biased variance of `row[start..start+size)` in the order of PyTorch's row-wise moments: 8 lanes, chunks of
 * 16 vectors with Welford updates, chunks merged pairwise, then the tail, then the lanes.
 */
export function rowMoments(
  row: Floats,
  start: number,
  size: number,
  r: (x: number) => number,
): { mean: number; variance: number } {
  const vectors = Math.floor(size / LANES);
  const chunks = Math.ceil(vectors / CHUNK);
  const lanes: Moments[] = [];
  for (let lane = 0; lane < LANES; lane++) lanes.push(laneMoments(row, start + lane, vectors, chunks, r));
  const all: Moments = { n: 0, mean: 0, m2: 0 };
  for (let i = vectors * LANES; i < size; i++) {
    const x = row[start + i];
    const d = r(x - all.mean);
    all.n++;
    all.mean = r(all.mean + r(d / all.n));
    all.m2 = r(all.m2 + r(d * r(x - all.mean)));
  }
  if (vectors > 0) for (const lane of lanes) merge(all, lane, r);
  return { mean: all.mean, variance: r(all.m2 / size) };
}

/** One lane over all chunks; finished chunks are merged like the carries of a binary counter. */
function laneMoments(row: Floats, first: number, vectors: number, chunks: number, r: (x: number) => number): Moments {
  const levels: Moments[] = [{ n: 0, mean: 0, m2: 0 }];
  for (let c = 0; c < chunks; c++) {
    const count = Math.min(CHUNK, vectors - c * CHUNK);
    const chunk: Moments = { n: count, mean: 0, m2: 0 };
    for (let j = 0; j < count; j++) {
      const x = row[first + (c * CHUNK + j) * LANES];
      const d = r(x - chunk.mean);
      chunk.mean = r(chunk.mean + r(d * r(1 / (j + 1))));
      chunk.m2 = r(chunk.m2 + r(d * r(x - chunk.mean)));
    }
    merge(levels[0], chunk, r);
    for (let level = 1, mask = c + 1; (mask & 1) === 0; level++, mask >>= 1) {
      levels[level] ??= { n: 0, mean: 0, m2: 0 };
      merge(levels[level], levels[level - 1], r);
      levels[level - 1] = { n: 0, mean: 0, m2: 0 };
    }
  }
  for (let level = 1; level < levels.length; level++) merge(levels[0], levels[level], r);
  return levels[0];
}
