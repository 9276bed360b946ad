import { accessOf, toNumbers } from "../elements";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { div, mul } from "./arithmetic";
import { eq } from "./comparison";
import { clone, toDType } from "./copies";
import { gather, scatter, scatterAdd } from "./scattering";
import { narrow } from "./slicing";
import { expand, named, reshape } from "./views";
import { where } from "./where";

/** Scatters that reduce what meets at one place. */

type Reduce = [self: Tensor, dim: number, index: Tensor, source: Tensor, reduce: string, includeSelf?: boolean];

/** How values combine, and from which value on when the old ones do not count. */
const reductions: Readonly<Record<string, { start: number; combine: (a: number, b: number) => number }>> = {
  sum: { start: 0, combine: (a, b) => a + b },
  prod: { start: 1, combine: (a, b) => a * b },
  mean: { start: 0, combine: (a, b) => a + b },
  amax: { start: -Infinity, combine: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b)) },
  amin: { start: Infinity, combine: (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.min(a, b)) },
};

/** Calls `visit` with the place in a contiguous tensor of x's sizes that each index names. */
function eachPlace(x: Tensor, d: number, index: Tensor, source: Tensor, visit: (at: number, value: number) => void) {
  const places = toNumbers(index);
  const values = toNumbers(source.alias(index.sizes, source.strides));
  const steps = x.sizes.map((_, k) => x.sizes.slice(k + 1).reduce((a, b) => a * b, 1));
  const at = index.sizes.map(() => 0);
  places.forEach((place, i) => {
    check(
      place >= 0 && place < (x.sizes[d] ?? 1),
      () => `index ${place} is out of bounds for dimension ${d} with size ${x.sizes[d]}`,
    );
    visit(
      at.reduce((sum, p, k) => sum + (k === d ? place : p) * (steps[k] ?? 1), 0),
      values[i],
    );
    for (let k = at.length - 1; k >= 0 && ++at[k] === index.sizes[k]; k--) at[k] = 0;
  });
}

function reduced([x, dim, index, source, reduce, includeSelf = true]: Reduce): Tensor {
  const d = wrapDim(dim, x.ndim);
  check(reduce in reductions, () => `reduce argument must be either sum, prod, mean, amax or amin, got ${reduce}.`);
  check(x.dtype === source.dtype, "scatter(): Expected self.dtype to be equal to src.dtype");
  const out = clone(x, "contiguous_format");
  if (out.isAbstract || index.isAbstract || source.isAbstract || index.numel === 0) return out;
  const { get, set } = accessOf(x.dtype);
  const { start, combine } = reductions[reduce];
  const to = out.storage.data;
  const counts = new Map<number, number>();
  const totals = new Map<number, number>();
  eachPlace(x, d, index, source, (at, value) => {
    const before = totals.get(at) ?? (includeSelf ? get(to, at) : start);
    totals.set(at, combine(before, value));
    counts.set(at, (counts.get(at) ?? (includeSelf ? 1 : 0)) + 1);
  });
  const whole = x.dtype.kind !== "float";
  for (const [at, value] of totals) {
    const mean = value / (counts.get(at) ?? 1);
    set(to, at, reduce !== "mean" ? value : whole ? Math.floor(mean) : mean);
  }
  return out;
}

type Gradients = [Tensor | null, null, Tensor | null];

/** What the gradient of each kind is, for the old values and the new. */
function gradients(grad: Tensor, [x, d, index, source, reduce, includeSelf = true]: Reduce, result: Tensor): Gradients {
  const own = (g: Tensor): Tensor => (includeSelf ? g : scatter(g, d, index, 0));
  const zeros = filled(x.sizes, x.dtype, 0);
  const ones = filled(source.sizes, x.dtype, 1);
  if (reduce === "sum") return [own(grad), null, gather(grad, d, index)];
  if (reduce === "mean") {
    let counts = scatterAdd(includeSelf ? filled(x.sizes, x.dtype, 1) : zeros, d, index, ones);
    counts = where(eq(counts, 0), 1, counts);
    return [own(div(grad, counts)), null, gather(div(grad, counts), d, index)];
  }
  if (reduce === "prod") {
    const start = includeSelf ? x : scatter(x, d, index, 1);
    const zerosOf = (t: Tensor): Tensor => toDType(eq(t, 0), x.dtype);
    const zeroCount = scatterAdd(zerosOf(start), d, index, zerosOf(source));
    const fill = (t: Tensor): Tensor => where(eq(t, 0), 1, t);
    const rest = kernel(fill(start), d, index, fill(source), "prod", true);
    // Without zeros the product over the factor; with one, only the zero itself has a gradient.
    const share = (t: Tensor, count: Tensor, others: Tensor, g: Tensor): Tensor =>
      mul(g, where(eq(count, 0), div(others, fill(t)), where(eq(mul(count, zerosOf(t)), 1), others, mul(others, 0))));
    return [
      own(share(start, zeroCount, rest, grad)),
      null,
      share(source, gather(zeroCount, d, index), gather(rest, d, index), gather(grad, d, index)),
    ];
  }
  const mine = toDType(eq(x, result), x.dtype);
  const theirs = toDType(eq(source, gather(result, d, index)), x.dtype);
  const ties = scatterAdd(includeSelf ? mine : scatter(mine, d, index, 0), d, index, theirs);
  const part = div(grad, where(eq(ties, 0), 1, ties));
  const kept = includeSelf ? mul(mine, part) : scatter(grad, d, index, 0);
  return [kept, null, mul(theirs, gather(part, d, index))];
}

const kernel: Op<Reduce, Tensor> = defineOp({
  schema: "scatter_reduce(Tensor self, int dim, Tensor index, Tensor src, str reduce, bool include_self) -> Tensor",
  in: ["internal"],
  summary: "A copy into which values are reduced, one for each index.",
  forward: (...args: Reduce) => reduced(args),
  save: (args, result) => [args, args[0], args[2], args[3], result] as const,
  backward: (grad, [[, dim, , , reduce, includeSelf], x, index, source, result]) =>
    gradients(grad, [x, wrapDim(dim, x.ndim), index, source, reduce, includeSelf], result),
});

export const scatterReduce: Op<Reduce, Tensor> = defineOp({
  schema:
    "scatter_reduce(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy into which values are reduced where the index says.",
  inplace: true,
  forward: (...[x, dim, index, source, reduce, includeSelf]: Reduce) => {
    const read = index.ndim === source.ndim && index.numel > 0 ? index.sizes : source.sizes;
    const shown = read.reduce((t, n, k) => (n < t.sizes[k] ? narrow(t, k, 0, n) : t), source);
    return kernel(x, dim, index, shown, reduce, includeSelf);
  },
});

export const indexReduce = defineOp({
  schema:
    "index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy into whose slices those of source are reduced, where the index says.",
  inplace: true,
  forward: (
    x: Tensor,
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: string,
    includeSelf: boolean = true,
  ): Tensor => {
    const d = wrapDim(dim, x.ndim);
    const column = source.sizes.map((_, k) => (k === d ? index.numel : 1));
    const spread = expand(reshape(index, column), source.sizes);
    return named(scatterReduce(x, d, spread, source, reduce, includeSelf), "IndexReduceBackward0");
  },
});
