import { int64 } from "../dtype";
import { fromNumbers } from "../elements";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { type Before, introsort, selectFirst } from "../kernels/introsort";
import { reducedDims, reducedSizes, rowsOf } from "../kernels/rows";
import { defineOp, type Namespace, type Op } from "../op";
import { wrapDim } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { div, mul } from "./arithmetic";
import { eq } from "./comparison";
import { toChosen } from "./extremes";
import { logicalAnd, logicalOr } from "./logical";
import { spread, sum } from "./reduction";
import { gather } from "./scattering";
import { isnan } from "./unary";
import { reshape } from "./views";

/** Orders along a dimension. Sorting is stable; nan counts as the largest. */

const methods: readonly Namespace[] = ["torch", "Tensor"];

/** Ascending, nan last. */
export function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** For each line along `d`: its values and the order that sorts them. */
function orders(
  x: Tensor,
  d: number,
  descending: boolean,
  line: (row: number, values: ArrayLike<number>, order: Int32Array) => void,
): void {
  const { data, start, count, length, release } = rowsOf(x, reducedDims(x.ndim, x.ndim === 0 ? null : [d]));
  const values = new Float64Array(length);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < length; i++) values[i] = data[start + r * length + i];
    const order = Int32Array.from({ length }, (_, i) => i);
    // Ties keep their order in either direction.
    order.sort(
      descending ? (i, k) => compare(values[k], values[i]) || i - k : (i, k) => compare(values[i], values[k]) || i - k,
    );
    line(r, values, order);
  }
  release();
}

/** A tensor with dimension `d` last, to be written row by row. */
function lined(t: Tensor, d: number): Tensor {
  if (t.ndim === 0) return t;
  const order = [...t.sizes.keys()].filter((k) => k !== d).concat(d);
  return t.alias(
    order.map((k) => t.sizes[k]),
    order.map((k) => t.strides[k]),
  );
}

type Sort = [self: Tensor, dim?: number, descending?: boolean, stable?: boolean | null];

/** The first `keep` of each line in order; exact for int64 because values are gathered, not converted. */
function arranged(
  x: Tensor,
  d: number,
  descending: boolean,
  keep: number,
  chosen = false,
): [values: Tensor, indices: Tensor] {
  const sizes = x.sizes.map((n, k) => (k === d ? keep : n));
  const indices = emptyFrom([x], sizes, int64);
  if (indices.isAbstract) return [emptyFrom([x], sizes), indices];
  const found = new Float64Array(indices.numel);
  orders(x, d, descending, (r, values, stable) => {
    const order = chosen ? choice(values, keep, descending) : stable;
    for (let i = 0; i < keep; i++) found[r * keep + i] = order[i];
  });
  fromNumbers(lined(indices, d), found);
  return [x.ndim === 0 ? copyOf(x) : gather(x, d, indices), indices];
}

/** Places of the first of a line as `topk` chooses and arranges them; equal elements in no particular order. */
function choice(values: ArrayLike<number>, count: number, descending: boolean): Int32Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i);
  const nan = (i: number): boolean => Number.isNaN(values[i]);
  const before: Before = descending
    ? (a, b) => values[a] > values[b] || (nan(a) && !nan(b))
    : (a, b) => values[a] < values[b] || (!nan(a) && nan(b));
  selectFirst(order, count, before);
  return order;
}

function copyOf(x: Tensor): Tensor {
  const out = emptyFrom([x], x.sizes);
  out.storage.data[0] = x.storage.data[x.offset];
  return out;
}

export const sort: Op<Sort, Tensor[]> = defineOp({
  schema:
    "sort(Tensor self, int dim=-1, bool descending=False, *, bool? stable=None) -> (Tensor values, Tensor indices)",
  gradName: ([, , , stable = null]) => (stable === null ? "SortBackward0" : "SortBackward1"),
  in: methods,
  summary: "Sorted values along a dimension, and where they were.",
  forward: (...[x, dim = -1, descending = false]: Sort): Tensor[] => {
    const d = wrapDim(dim, x.ndim);
    return arranged(x, d, descending, x.sizes[d] ?? 1);
  },
  save: ([x, dim = -1], [, indices]) => [x.sizes, wrapDim(dim, x.ndim), indices] as const,
  backward: (grad, [sizes, d, indices]) => [toChosen(grad, sizes, d, indices, true)],
});

export const argsort = defineOp({
  schema: "argsort(Tensor self, int dim=-1, bool descending=False, bool stable=False) -> Tensor",
  in: methods,
  summary: "The indices that sort a dimension.",
  forward: (x: Tensor, dim: number = -1, descending: boolean = false) =>
    arranged(x, wrapDim(dim, x.ndim), descending, x.sizes[wrapDim(dim, x.ndim)] ?? 1)[1],
});

export const msort = defineOp({
  schema: "msort(Tensor self) -> Tensor",
  in: methods,
  summary: "Sorted along the first dimension.",
  forward: (x: Tensor) => sort(x, 0)[0],
});

type TopK = [self: Tensor, k: number, dim?: number, largest?: boolean, sorted?: boolean];

export const topk: Op<TopK, Tensor[]> = defineOp({
  schema:
    "topk(Tensor self, int k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)",
  in: methods,
  summary: "The k largest (or smallest) elements of a dimension, and where they are.",
  forward: (...[x, k, dim = -1, largest = true]: TopK): Tensor[] => {
    const d = wrapDim(dim, x.ndim);
    check(k >= 0 && k <= (x.sizes[d] ?? 1), "selected index k out of range");
    return arranged(x, d, largest, k, true);
  },
  save: ([x, , dim = -1], [, indices]) => [x.sizes, wrapDim(dim, x.ndim), indices] as const,
  backward: (grad, [sizes, d, indices]) => [toChosen(grad, sizes, d, indices, true)],
});

type KthValue = [self: Tensor, k: number, dim?: number, keepdim?: boolean];

/** Of each line the element at place `place` of its order. */
function ranked(
  x: Tensor,
  dim: number,
  keepdim: boolean,
  place: (values: ArrayLike<number>, order: Int32Array) => number,
): Tensor[] {
  const d = wrapDim(dim, x.ndim);
  const reduced = reducedDims(x.ndim, x.ndim === 0 ? null : [d]);
  const sizes = reducedSizes(x.sizes, reduced, keepdim);
  const values = emptyFrom([x], sizes);
  const indices = emptyFrom([x], sizes, int64);
  if (values.isAbstract) return [values, indices];
  const found = new Float64Array(values.numel);
  const at = new Float64Array(values.numel);
  orders(x, d, false, (r, line, order) => {
    at[r] = place(line, order);
    found[r] = line[at[r]];
  });
  fromNumbers(values, found);
  fromNumbers(indices, at);
  return [values, indices];
}

const chosenAt = (x: Tensor, dim: number, keepdim: boolean, indices: Tensor) =>
  [x.sizes, wrapDim(dim, x.ndim), indices, keepdim] as const;

export const kthvalue: Op<KthValue, Tensor[]> = defineOp({
  schema: "kthvalue(Tensor self, int k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
  in: methods,
  summary: "The k-th smallest element of a dimension, counted from 1.",
  forward: (...[x, k, dim = -1, keepdim = false]: KthValue) => {
    const d = wrapDim(dim, x.ndim);
    check(k > 0 && k <= (x.sizes[d] ?? 1), () => `kthvalue(): selected number k out of range for dimension ${d}`);
    return ranked(x, dim, keepdim, (_values, order) => order[k - 1]);
  },
  save: ([x, , dim = -1, keepdim = false], [, indices]) => chosenAt(x, dim, keepdim, indices),
  backward: (grad, [sizes, d, indices, keepdim]) => [toChosen(grad, sizes, d, indices, keepdim)],
});

type Median = [self: Tensor, dim: number, keepdim?: boolean];

/** The lower of the two middle elements; nan if there is one (unless they do not count). */
function middle(skipNan: boolean) {
  return (values: ArrayLike<number>, order: Int32Array): number => {
    let n = order.length;
    let firstNan = n;
    while (firstNan > 0 && Number.isNaN(values[order[firstNan - 1]])) firstNan--;
    if (firstNan < n) {
      if (!skipNan) return order[firstNan];
      n = firstNan;
    }
    return n === 0 ? order[0] : order[(n - 1) >> 1];
  };
}

function medianOps(name: string, skipNan: boolean, words: string): [Op<Median, Tensor[]>, Op<[self: Tensor], Tensor>] {
  const camel = skipNan ? "Nanmedian" : "Median";
  const along: Op<Median, Tensor[]> = defineOp({
    schema: `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`,
    in: methods,
    summary: words,
    gradName: `${camel}Backward1`,
    forward: (...[x, dim, keepdim = false]: Median) => ranked(x, dim, keepdim, middle(skipNan)),
    save: ([x, dim, keepdim = false], [, indices]) => chosenAt(x, dim, keepdim, indices),
    backward: (grad, [sizes, d, indices, keepdim]) => [toChosen(grad, sizes, d, indices, keepdim)],
  });
  const whole: Op<[self: Tensor], Tensor> = defineOp({
    schema: `${name}(Tensor self) -> Tensor`,
    in: methods,
    summary: words,
    gradName: `${camel}Backward0`,
    forward: (x: Tensor) => {
      if (x.numel === 0) return filled([], x.dtype, NaN, x.isAbstract);
      return ranked(reshape(x, [-1]), 0, false, middle(skipNan))[0];
    },
    save: ([x], result) => [x, result] as const,
    backward: (grad, [x, result]) => {
      const hits = logicalOr(eq(x, result), logicalAnd(isnan(x), isnan(result)));
      return [div(mul(spread(grad, x.sizes, reducedDims(x.ndim, null)), hits), sum(hits))];
    },
  });
  return [along, whole];
}

export const [medianAlong, median] = medianOps("median", false, "The median: the lower of the two middle elements.");
export const [nanmedianAlong, nanmedian] = medianOps("nanmedian", true, "The median of what is not nan.");

export const mode: Op<[self: Tensor, dim?: number, keepdim?: boolean], Tensor[]> = defineOp({
  schema: "mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)",
  in: methods,
  summary: "The most frequent value of a dimension (the smallest of several), and where it last stands.",
  forward: (x: Tensor, dim: number = -1, keepdim: boolean = false) =>
    ranked(x, dim, keepdim, (values, stable) => {
      // Which of several equal elements is told depends on how they are sorted.
      const order = Int32Array.from(stable.keys());
      introsort(order, (a, b) => values[a] < values[b] || (!Number.isNaN(values[a]) && Number.isNaN(values[b])));
      let best = order[0];
      let most = 0;
      for (let i = 0, run = 0; i < order.length; i++) {
        run = i > 0 && values[order[i]] === values[order[i - 1]] ? run + 1 : 1;
        const ends = i + 1 === order.length || values[order[i + 1]] !== values[order[i]];
        if (ends && run > most) [most, best] = [run, order[i]];
      }
      return best;
    }),
  save: ([x, dim = -1, keepdim = false], [, indices]) => chosenAt(x, dim, keepdim, indices),
  backward: (grad, [sizes, d, indices, keepdim]) => [toChosen(grad, sizes, d, indices, keepdim)],
});
