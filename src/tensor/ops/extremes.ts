import { int64 } from "../dtype";
import { fromNumbers } from "../elements";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { exactRows, reducedDims, reducedSizes, rowsOf } from "../kernels/rows";
import { defineOp, type Namespace, type Op } from "../op";
import { type Sizes, wrapDim } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { add, div, mul } from "./arithmetic";
import { maximum, minimum } from "./clamp";
import { eq } from "./comparison";
import { logicalAnd, logicalOr } from "./logical";
import { type Dims, dimList, spread, sum } from "./reduction";
import { scatter, scatterAdd } from "./scattering";
import { isnan } from "./unary";
import { unsqueeze } from "./views";

/** Largest and smallest elements, and where they are. nan counts as both; ties go to the first. */

const methods: readonly Namespace[] = ["torch", "Tensor"];

type Better = (candidate: number, best: number) => boolean;
const larger: Better = (x, best) => x > best || (Number.isNaN(x) && !Number.isNaN(best));
const smaller: Better = (x, best) => x < best || (Number.isNaN(x) && !Number.isNaN(best));

/** For each row, the place of its best element. */
function places(x: Tensor, reduced: readonly boolean[], better: Better): number[] {
  if (x.dtype === int64) return exactPlaces(x, reduced, better === larger);
  const { data, start, count, length, release } = rowsOf(x, reduced);
  const found = new Array<number>(count);
  for (let r = 0; r < count; r++) {
    const from = start + r * length;
    let best = 0;
    for (let i = 1; i < length; i++) if (better(data[from + i], data[from + best])) best = i;
    found[r] = best;
  }
  release();
  return found;
}

function exactPlaces(x: Tensor, reduced: readonly boolean[], wantLarger: boolean): number[] {
  const { data, start } = exactRows(x, reduced);
  const length = x.sizes.reduce((n, size, d) => (reduced[d] ? n * size : n), 1);
  return Array.from({ length: x.numel / length }, (_, r) => {
    const from = start + r * length;
    let best = 0;
    for (let i = 1; i < length; i++) {
      if (wantLarger ? data[from + i] > data[from + best] : data[from + i] < data[from + best]) best = i;
    }
    return best;
  });
}

/** The elements at the given places of each row. */
function valuesAt(x: Tensor, reduced: readonly boolean[], found: readonly number[], out: Tensor): void {
  if (x.dtype === int64) {
    const { data, start } = exactRows(x, reduced);
    const length = x.numel / Math.max(1, found.length);
    const to = out.storage.data as BigInt64Array;
    found.forEach((i, r) => {
      to[out.offset + r] = data[start + r * length + i];
    });
    return;
  }
  const { data, start, length, release } = rowsOf(x, reduced);
  fromNumbers(
    out,
    Float64Array.from(found, (i, r) => data[start + r * length + i]),
  );
  release();
}

function checkNotEmpty(name: string, x: Tensor, reduced: readonly boolean[], all: boolean): void {
  if (all) {
    check(
      x.numel > 0,
      () =>
        `${name}(): Expected reduction dim to be specified for input.numel() == 0. ` +
        "Specify the reduction dim with the 'dim' argument.",
    );
    return;
  }
  x.sizes.forEach((n, d) => {
    check(!reduced[d] || n > 0, () => `${name}(): Expected reduction dim ${d} to have non-zero size.`, "IndexError");
  });
}

type Extreme = [self: Tensor, dims?: Dims, keepdim?: boolean];

function extremeValues(name: string, better: Better, [x, dim = null, keepdim = false]: Extreme): Tensor {
  const reduced = reducedDims(x.ndim, dimList(dim));
  checkNotEmpty(name, x, reduced, dim === null || dimList(dim)?.length === 0);
  const out = emptyFrom([x], reducedSizes(x.sizes, reduced, keepdim));
  if (!out.isAbstract && out.numel > 0) valuesAt(x, reduced, places(x, reduced, better), out);
  return out;
}

/** The gradient shared equally among equal elements. */
function evenly(grad: Tensor, x: Tensor, result: Tensor, reduced: readonly boolean[]): Tensor {
  const shown = spread(result, x.sizes, reduced);
  const mask = logicalOr(eq(x, shown), logicalAnd(isnan(x), isnan(shown)));
  const count = spread(
    sum(
      mask,
      [...x.sizes.keys()].filter((d) => reduced[d]),
    ),
    x.sizes,
    reduced,
  );
  return div(mul(spread(grad, x.sizes, reduced), mask), count);
}

function sharing(name: string, form: string, better: Better, words: string, gradName: string): Op<Extreme, Tensor> {
  return defineOp({
    schema: `${name}(${form}) -> Tensor`,
    in: methods,
    summary: words,
    gradName,
    forward: (...args: Extreme) => extremeValues(name, better, args),
    save: ([x, dim = null], result) => [x, result, reducedDims(x.ndim, dimList(dim))] as const,
    backward: (grad, [x, result, reduced]) => [evenly(grad, x, result, reduced)],
  });
}

const along = "Tensor self, int[1] dim=[], bool keepdim=False";

export const amax = sharing("amax", along, larger, "The largest element along dimensions.", "AmaxBackward0");
export const amin = sharing("amin", along, smaller, "The smallest element along dimensions.", "AminBackward0");
export const maxOfAll = sharing("max", "Tensor self", larger, "The largest element.", "MaxBackward1");
export const minOfAll = sharing("min", "Tensor self", smaller, "The smallest element.", "MinBackward1");

/** A gradient of chosen elements, put where they were chosen. */
export function toChosen(grad: Tensor, sizes: Sizes, dim: number, indices: Tensor, keepdim: boolean): Tensor {
  const zeros = filled(sizes, grad.dtype, 0, grad.isAbstract || indices.isAbstract);
  if (sizes.length === 0) return grad;
  return keepdim
    ? scatter(zeros, dim, indices, grad)
    : scatter(zeros, dim, unsqueeze(indices, dim), unsqueeze(grad, dim));
}

type Chosen = [self: Tensor, dim: number, keepdim?: boolean];

function alongDim(name: string, better: Better, words: string, gradName: string): Op<Chosen, Tensor[]> {
  return defineOp({
    schema: `${name}.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`,
    in: methods,
    summary: words,
    gradName,
    forward: (...[x, dim, keepdim = false]: Chosen): Tensor[] => {
      const reduced = reducedDims(x.ndim, [dim]);
      checkNotEmpty(name, x, reduced, false);
      const sizes = reducedSizes(x.sizes, reduced, keepdim);
      const values = emptyFrom([x], sizes);
      const indices = emptyFrom([x], sizes, int64);
      if (values.isAbstract || values.numel === 0) return [values, indices];
      const found = places(x, reduced, better);
      valuesAt(x, reduced, found, values);
      fromNumbers(indices, found);
      return [values, indices];
    },
    save: ([x, dim, keepdim = false], [, indices]) => [x.sizes, wrapDim(dim, x.ndim), indices, keepdim] as const,
    backward: (grad, [sizes, dim, indices, keepdim]) => [toChosen(grad, sizes, dim, indices, keepdim)],
  });
}

defineOp({
  schema: "max.other(Tensor self, Tensor other) -> Tensor",
  in: methods,
  summary: "The larger of two, elementwise.",
  forward: (a: Tensor, b: Tensor) => maximum(a, b),
});
defineOp({
  schema: "min.other(Tensor self, Tensor other) -> Tensor",
  in: methods,
  summary: "The smaller of two, elementwise.",
  forward: (a: Tensor, b: Tensor) => minimum(a, b),
});

export const maxAlong = alongDim(
  "max",
  larger,
  "The largest elements along a dimension, and where they are.",
  "MaxBackward0",
);
export const minAlong = alongDim(
  "min",
  smaller,
  "The smallest elements along a dimension, and where they are.",
  "MinBackward0",
);

type Where = [self: Tensor, dim?: number | null, keepdim?: boolean];

function argument(name: string, better: Better, words: string): Op<Where, Tensor> {
  return defineOp({
    schema: `${name}(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`,
    in: methods,
    summary: words,
    forward: (...[x, dim = null, keepdim = false]: Where) => {
      const reduced = reducedDims(x.ndim, dimList(dim));
      if (dim === null) {
        check(x.numel > 0, `${name}(): Expected reduction dim to be specified for input.numel() == 0.`, "IndexError");
      } else checkNotEmpty(name, x, reduced, false);
      check(x.dtype.kind !== "bool", `${name}(): does not support bool input`);
      const out = emptyFrom([x], reducedSizes(x.sizes, reduced, keepdim), int64);
      if (!out.isAbstract && out.numel > 0) fromNumbers(out, places(x, reduced, better));
      return out;
    },
  });
}

export const argmax = argument("argmax", larger, "The index of the largest element.");
export const argmin = argument("argmin", smaller, "The index of the smallest element.");

type Both = [self: Tensor, dim?: number | null, keepdim?: boolean];

export const aminmax: Op<Both, Tensor[]> = defineOp({
  schema: "aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)",
  in: methods,
  summary: "The smallest and the largest element.",
  forward: (...[x, dim = null, keepdim = false]: Both): Tensor[] => {
    check(
      x.numel > 0 || dim !== null,
      "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.",
    );
    const empty = dim === null || x.ndim === 0 ? false : x.sizes[wrapDim(dim, x.ndim)] === 0;
    check(!empty, () => `aminmax: Expected reduction dim ${dim} to have non-zero size.`, "IndexError");
    return [amin(x, dim, keepdim), amax(x, dim, keepdim)];
  },
  save: ([x, dim = null], [low, high]) => [x, low, high, reducedDims(x.ndim, dimList(dim))] as const,
  backward: (_grad, [x, low, high, reduced], _needs, [lowGrad, highGrad]) => {
    const first = lowGrad && evenly(lowGrad, x, low, reduced);
    const second = highGrad && evenly(highGrad, x, high, reduced);
    return [first && second ? add(first, second) : (first ?? second)];
  },
});

type Cumulative = [self: Tensor, dim: number];

/** Running extremes: of equal elements the last one counts. */
function running(name: string, better: Better, words: string): Op<Cumulative, Tensor[]> {
  return defineOp({
    schema: `${name}(Tensor self, int dim) -> (Tensor values, Tensor indices)`,
    in: methods,
    summary: words,
    forward: (x: Tensor, dim: number): Tensor[] => {
      const d = wrapDim(dim, x.ndim);
      const values = emptyFrom([x], x.sizes);
      const indices = emptyFrom([x], x.sizes, int64);
      if (values.isAbstract || x.numel === 0) return [values, indices];
      const order = [...x.sizes.keys()].filter((k) => k !== d).concat(x.ndim > 0 ? [d] : []);
      const rows = rowsOf(x, reducedDims(x.ndim, [d]));
      const best = new Float64Array(x.numel);
      const located = new Float64Array(x.numel);
      for (let r = 0; r < rows.count; r++) {
        let at = 0;
        for (let i = 0; i < rows.length; i++) {
          const [value, before] = [
            rows.data[rows.start + r * rows.length + i],
            rows.data[rows.start + r * rows.length + at],
          ];
          if (value === before || better(value, before) || Number.isNaN(value)) at = i;
          best[r * rows.length + i] = rows.data[rows.start + r * rows.length + at];
          located[r * rows.length + i] = at;
        }
      }
      rows.release();
      const moved = (t: Tensor): Tensor =>
        t.alias(
          order.map((k) => t.sizes[k]),
          order.map((k) => t.strides[k]),
        );
      fromNumbers(moved(values), best);
      fromNumbers(moved(indices), located);
      return [values, indices];
    },
    save: ([x, dim], [, indices]) => [x.sizes, wrapDim(dim, x.ndim), indices] as const,
    backward: (grad, [sizes, d, indices]) => [
      scatterAdd(filled(sizes, grad.dtype, 0, grad.isAbstract), d, indices, grad),
    ],
  });
}

export const cummax = running("cummax", larger, "The largest element so far along a dimension, and where it is.");
export const cummin = running("cummin", smaller, "The smallest element so far along a dimension, and where it is.");
