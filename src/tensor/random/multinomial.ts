import { log1p } from "../clib/logarithm";
import { largestPlaces } from "../clib/selection";
import type { DType } from "../dtype";
import { accessOf } from "../elements";
import { check } from "../errors";
import type { Generator } from "./generator";

/** How a weight that is no probability is refused: drawing without replacement looks at all of them at once. */
function refusal(w: number, replacement: boolean): string {
  if (!replacement) return "probability tensor contains either `inf`, `nan` or element < 0";
  // nan is not at least 0 either.
  const found = w >= 0 ? "= infinity or NaN" : "< 0";
  return `invalid multinomial distribution (encountering probability entry ${found})`;
}

/**
 * Draws category indices from rows of weights, as PyTorch 2.7 and later on the CPU: an exponential race when one sample
 * is wanted or samples must differ (all rows draw first), else the inverse of the cumulative distribution.
 *
 * @param weights rows × categories, row-major
 * @returns rows × samples indices
 */
export function multinomialIndices(
  weights: Float64Array,
  dtype: DType,
  rows: number,
  samples: number,
  replacement: boolean,
  g: Generator,
): Float64Array {
  const categories = rows === 0 ? 0 : weights.length / rows;
  for (let r = 0; r < rows; r++) {
    let total = 0;
    for (let c = 0; c < categories; c++) {
      const w = weights[r * categories + c];
      check(w >= 0 && w < Infinity, () => refusal(w, replacement));
      total += w;
    }
    check(total > 0, "invalid multinomial distribution (sum of probabilities <= 0)");
  }
  const out = new Float64Array(rows * samples);
  if (samples === 1 || !replacement) race(weights, dtype, rows, samples, g, out);
  else invert(weights, dtype, rows, samples, g, out);
  return out;
}

function race(w: Float64Array, dtype: DType, rows: number, samples: number, g: Generator, out: Float64Array): void {
  const { round } = accessOf(dtype);
  const categories = w.length / rows;
  const arrival = Float64Array.from(w, (x) => round(x / round(-log1p(-g.uniform53()))));
  for (let r = 0; r < rows; r++) {
    const row = arrival.subarray(r * categories, (r + 1) * categories);
    if (samples === 1) {
      let best = 0;
      for (let c = 1; c < categories; c++) if (row[c] > row[best]) best = c;
      out[r] = best;
    } else {
      out.set(largestPlaces(row, samples), r * samples);
    }
  }
}

function invert(w: Float64Array, dtype: DType, rows: number, samples: number, g: Generator, out: Float64Array): void {
  const { round } = accessOf(dtype);
  const categories = w.length / rows;
  const cumulative = new Float64Array(categories);
  for (let r = 0; r < rows; r++) {
    let total = 0;
    for (let c = 0; c < categories; c++) {
      total = round(total + w[r * categories + c]);
      cumulative[c] = total;
    }
    for (let c = 0; c < categories; c++) cumulative[c] = round(cumulative[c] / total);
    cumulative[categories - 1] = 1;
    for (let s = 0; s < samples; s++) {
      const u = g.uniform53();
      let low = 0;
      let high = categories;
      while (high - low > 0) {
        const middle = low + ((high - low) >> 1);
        if (cumulative[middle] < u) low = middle + 1;
        else high = middle;
      }
      out[r * samples + s] = low;
    }
  }
}
