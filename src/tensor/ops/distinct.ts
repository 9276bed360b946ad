import { bool, type DType, int32, int64 } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { DataDependent } from "../errors";
import { defineOp, type Namespace } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { type Sizes, wrapDim } from "../shape";
import { empty, emptyFrom, Tensor } from "../tensor";
import { toDType } from "./copies";
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
    values: indexSelect(x, d, vector(first, [first.length], int64)),
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
  const result = indexSelect(x, d, vector(first, [first.length], int64));
  if (!inverse && !counts) return result;
  return [
    result,
    ...(inverse ? [vector(places, [places.length], int64)] : []),
    ...(counts ? [vector(lengths, [lengths.length], int64)] : []),
  ];
}

type Search = [sorted: Tensor, values: Tensor | Scalar, right: boolean];

/** For each value the place where it would keep the (innermost) order. */
function searched(...[sequence, values, right]: Search): Tensor {
  const given = values instanceof Tensor ? values : null;
  const out = emptyFrom([sequence, ...(given ? [given] : [])], given ? given.sizes : [], int64);
  if (out.isAbstract) return out;
  const line = toNumbers(sequence);
  const n = sequence.sizes[sequence.ndim - 1];
  const wanted = given ? toNumbers(given) : Float64Array.of(toNumber(values as Scalar));
  const perRow = given && sequence.ndim > 1 ? given.sizes[given.ndim - 1] : wanted.length;
  fromNumbers(
    out,
    wanted.map((v, i) => {
      const from = sequence.ndim > 1 ? Math.floor(i / perRow) * n : 0;
      let [low, high] = [0, n];
      while (low < high) {
        const mid = (low + high) >> 1;
        const before = right ? line[from + mid] <= v : line[from + mid] < v;
        if (before) low = mid + 1;
        else high = mid;
      }
      return low;
    }),
  );
  return out;
}

export const searchsorted = defineOp({
  schema:
    "searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False) -> Tensor",
  overloads: [
    "searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False) -> Tensor",
  ],
  in: ["torch"],
  summary: "Where values would stand in a sorted sequence.",
  forward: (sequence: Tensor, values: Tensor | Scalar, narrow: boolean = false, right: boolean = false) =>
    toDType(searched(sequence, values, right), narrow ? int32 : int64),
});

export const bucketize = defineOp({
  schema: "bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor",
  overloads: ["bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor"],
  in: ["torch"],
  summary: "The bin between boundaries that each value falls into.",
  forward: (values: Tensor | Scalar, boundaries: Tensor, narrow: boolean = false, right: boolean = false) =>
    toDType(searched(boundaries, values, right), narrow ? int32 : int64),
});

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
