import { bool, type DType, int64 } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { DataDependent } from "../errors";
import { defineOp, type Namespace } from "../op";
import { type Sizes, wrapDim } from "../shape";
import { empty, emptyFrom, type Tensor } from "../tensor";
import { movedim } from "./permuting";
import { indexSelect } from "./scattering";
import { select } from "./slicing";
import { compare } from "./sorting";

/** Distinct elements, and places in sorted sequences. */

const methods: readonly Namespace[] = ["torch", "Tensor"];

type Unique = [self: Tensor, sorted?: boolean, inverse?: boolean, counts?: boolean, dim?: number | null];

export interface UniqueResult {
  readonly values: Tensor;
  readonly inverse: Tensor;
  readonly counts: Tensor;
}

const vector = (numbers: readonly number[], sizes: Sizes, dtype: DType): Tensor => {
  const out = empty(sizes, dtype, false);
  fromNumbers(out, numbers);
  return out;
};

/** Some slices of a dimension, which is the outermost in memory. */
function chosen(x: Tensor, d: number, at: readonly number[]): Tensor {
  return movedim(indexSelect(movedim(x, [d], [0]), 0, vector(at, [at.length], int64)), [0], [d]);
}

/** Groups equal slices of dimension 0, in ascending order of their elements. */
function grouped(rows: readonly (readonly number[])[]): { first: number[]; inverse: number[]; counts: number[] } {
  const order = [...rows.keys()].sort((i, k) => {
    for (let c = 0; c < rows[i].length; c++) {
      const by = compare(rows[i][c], rows[k][c]);
      if (by !== 0) return by;
    }
    return i - k;
  });
  const result = { first: [] as number[], inverse: new Array<number>(rows.length), counts: [] as number[] };
  order.forEach((i, at) => {
    const same = at > 0 && rows[i].every((v, c) => v === rows[order[at - 1]][c]);
    if (!same) {
      result.first.push(i);
      result.counts.push(0);
    }
    result.counts[result.counts.length - 1]++;
    result.inverse[i] = result.first.length - 1;
  });
  return result;
}

/** Unique elements (or slices of a dimension) with where each element went and how many there were. */
export function uniqueOf(x: Tensor, dim: number | null): UniqueResult {
  if (x.isAbstract) throw new DataDependent("the number of unique elements");
  const numbers = toNumbers(x);
  if (dim === null) {
    const { first, inverse, counts } = grouped(Array.from(numbers, (v) => [v]));
    return {
      values: vector(
        first.map((i) => numbers[i]),
        [first.length],
        x.dtype,
      ),
      inverse: vector(inverse, x.sizes, int64),
      counts: vector(counts, [counts.length], int64),
    };
  }
  const d = wrapDim(dim, x.ndim);
  const slices = Array.from({ length: x.sizes[d] }, (_, i) => [...toNumbers(select(x, d, i))]);
  const { first, inverse, counts } = grouped(slices);
  return {
    values: chosen(x, d, first),
    inverse: vector(inverse, [inverse.length], int64),
    counts: vector(counts, [counts.length], int64),
  };
}

export const unique = defineOp({
  schema:
    "unique(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Tensor",
  in: methods,
  summary: "The distinct elements in ascending order.",
  forward: (...[x, , inverse = false, counts = false, dim = null]: Unique): Tensor | Tensor[] => {
    const found = uniqueOf(x, dim);
    if (!inverse && !counts) return found.values;
    return [found.values, ...(inverse ? [found.inverse] : []), ...(counts ? [found.counts] : [])];
  },
});

type Consecutive = [self: Tensor, inverse?: boolean, counts?: boolean, dim?: number | null];

export const uniqueConsecutive = defineOp({
  schema:
    "unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> Tensor",
  in: methods,
  summary: "Runs of equal elements, each once.",
  forward: (...[x, inverse = false, counts = false, dim = null]: Consecutive): Tensor | Tensor[] => {
    if (x.isAbstract) throw new DataDependent("the number of runs");
    if (dim !== null) return runsOf(x, wrapDim(dim, x.ndim), inverse, counts);
    const values: number[] = [];
    const lengths: number[] = [];
    const places = Array.from(toNumbers(x), (v) => {
      if (values.length === 0 || values[values.length - 1] !== v) {
        values.push(v);
        lengths.push(0);
      }
      lengths[lengths.length - 1]++;
      return values.length - 1;
    });
    const result = vector(values, [values.length], x.dtype);
    if (!inverse && !counts) return result;
    return [
      result,
      ...(inverse ? [vector(places, x.sizes, int64)] : []),
      ...(counts ? [vector(lengths, [lengths.length], int64)] : []),
    ];
  },
});

/** Runs of equal slices. */
function runsOf(x: Tensor, d: number, inverse: boolean, counts: boolean): Tensor | Tensor[] {
  const first: number[] = [];
  const lengths: number[] = [];
  let last: string | null = null;
  const places = Array.from({ length: x.sizes[d] }, (_, i) => {
    const key = toNumbers(select(x, d, i)).join();
    if (key !== last) {
      first.push(i);
      lengths.push(0);
    }
    last = key;
    lengths[lengths.length - 1]++;
    return lengths.length - 1;
  });
  const result = chosen(x, d, first);
  if (!inverse && !counts) return result;
  return [
    result,
    ...(inverse ? [vector(places, [places.length], int64)] : []),
    ...(counts ? [vector(lengths, [lengths.length], int64)] : []),
  ];
}

export const isin = defineOp({
  schema: "isin(Tensor elements, Tensor test_elements) -> Tensor",
  in: ["torch"],
  summary: "Where elements are among the test elements.",
  forward: (elements: Tensor, among: Tensor) => {
    const out = emptyFrom([elements, among], elements.sizes, bool);
    if (out.isAbstract) return out;
    const set = new Set(toNumbers(among));
    fromNumbers(
      out,
      toNumbers(elements).map((v) => Number(set.has(v))),
    );
    return out;
  },
});
