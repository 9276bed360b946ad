import { bool, int32, int64 } from "../dtype";
import { accessOf, eachIndex, toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { byParts, copyInto } from "../kernels/convert";
import { filled, fillInto } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { isNumber, type Scalar, toNumber } from "../scalar";
import { formatSizes, numelOf, type Sizes, wrapDim } from "../shape";
import { emptyFrom, Tensor } from "../tensor";
import { cppTypeName } from "../type_names";
import { add, mul, sub } from "./arithmetic";
import { lt } from "./comparison";
import { clone } from "./copies";
import { sum } from "./reduction";
import { expand, flatten, reshape, unsqueeze } from "./views";
import { where } from "./where";

/** Elements picked or written along one dimension by an index tensor. */

/** A copy of the values, contiguous: what an op changes before it gives it back. */
function fresh(x: Tensor, ...others: Tensor[]): Tensor {
  const out = emptyFrom([x, ...others], x.sizes, x.dtype);
  if (!out.isAbstract) copyInto(out, x);
  return out;
}

function checkIndex(name: string, index: Tensor): void {
  check(index.dtype === int64 || index.dtype === int32, () => `${name}(): Expected dtype int32/int64 for index`);
}

function checkRanks(name: string, x: Tensor, index: Tensor, dim: number): void {
  check(
    Math.max(1, x.ndim) === Math.max(1, index.ndim),
    "Index tensor must have the same number of dimensions as " + (name === "gather" ? "input" : "self") + " tensor",
  );
  index.sizes.forEach((n, d) => {
    check(d === dim || n <= x.sizes[d], () =>
      name === "gather"
        ? `Size does not match at dimension ${d} expected index ${formatSizes(index.sizes)} to be no larger than ` +
          `self ${formatSizes(x.sizes)} apart from dimension ${dim}`
        : `Expected index ${formatSizes(index.sizes)} to be no larger than self ${formatSizes(x.sizes)} apart from ` +
          `dimension ${dim}`,
    );
  });
}

/** Calls `visit` with the place in the (contiguous) tensor of `sizes` that each index names, in row-major order. */
function eachTarget(sizes: Sizes, d: number, index: Tensor, visit: (target: number, i: number) => void): void {
  const numbers = toNumbers(index);
  const strides = new Array<number>(sizes.length).fill(1);
  for (let k = sizes.length - 2; k >= 0; k--) strides[k] = strides[k + 1] * sizes[k + 1];
  const n = sizes[d] ?? 1;
  const position = new Array<number>(index.ndim).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const at = numbers[i];
    if (at < 0 || at >= n) {
      throw new TorchError("RuntimeError", `index ${at} is out of bounds for dimension ${d} with size ${n}`);
    }
    let target = 0;
    for (let k = 0; k < position.length; k++) target += (k === d ? at : position[k]) * (strides[k] ?? 1);
    visit(target, i);
    for (let k = index.ndim - 1; k >= 0; k--) {
      if (++position[k] < index.sizes[k]) break;
      position[k] = 0;
    }
  }
}

export const gather: Op<[self: Tensor, dim: number, index: Tensor], Tensor> = defineOp({
  schema: "gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Along a dimension, the elements that the index names.",
  forward: (x: Tensor, dim: number, index: Tensor) => {
    const d = wrapDim(dim, x.ndim);
    if (index.numel > 0) {
      checkIndex("gather", index);
      checkRanks("gather", x, index, d);
    }
    const out = emptyFrom([x, index], index.sizes, x.dtype);
    if (out.isAbstract || index.numel === 0) return out;
    if (x.dtype.kind === "complex") return byParts((part) => gather(part(x), dim, index));
    const source = fresh(x);
    const [from, to] = [source.storage.data, out.storage.data];
    eachTarget(x.sizes, d, index, (target, i) => {
      to[i] = from[target];
    });
    source.storage.release();
    return out;
  },
  save: ([x, dim, index]) => [x.sizes, wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [sizes, d, index]) => [
    scatterAdd(filled(sizes, grad.dtype, 0, grad.isAbstract), d, index, grad),
    null,
  ],
});

type Scatter = [self: Tensor, dim: number, index: Tensor, source: Tensor | Scalar];
type Combine = (before: number, value: number) => number;

/** What `reduce=` of scatter does with the old value. */
const combinations: Readonly<Record<string, Combine>> = {
  add: (before, v) => before + v,
  multiply: (before, v) => before * v,
};

function scattered(name: string, [x, dim, index, source]: Scatter, combine: Combine): Tensor {
  const d = wrapDim(dim, x.ndim);
  if (index.numel > 0) {
    checkIndex(name, index);
    checkRanks(name, x, index, d);
  }
  const given = source instanceof Tensor ? [source] : [];
  for (const s of given) {
    check(s.dtype === x.dtype, "scatter(): Expected self.dtype to be equal to src.dtype");
    check(
      index.numel === 0 || Math.max(1, s.ndim) === Math.max(1, index.ndim),
      "Index tensor must have the same number of dimensions as src tensor",
    );
    check(
      index.sizes.every((n, k) => n <= s.sizes[k]) || index.numel === 0,
      () =>
        `Expected index ${formatSizes(index.sizes)} to be no larger than self ${formatSizes(x.sizes)} apart from ` +
        `dimension ${d} and to be no larger size than src ${formatSizes(s.sizes)}`,
    );
  }
  const out = fresh(x, index, ...given);
  if (out.isAbstract || index.numel === 0) return out;
  if (x.dtype.kind === "complex") {
    return byParts((part) => scattered(name, [part(x), dim, index, part(source)], combine));
  }
  const { get, set } = accessOf(x.dtype);
  const values = source instanceof Tensor ? toNumbers(source.alias(index.sizes, source.strides)) : new Float64Array(0);
  const number = source instanceof Tensor ? 0 : toNumber(source);
  const constant = x.dtype.kind === "int" ? Math.trunc(number) : number;
  const to = out.storage.data;
  eachTarget(x.sizes, d, index, (target, i) => {
    set(to, target, combine(get(to, target), source instanceof Tensor ? values[i] : constant));
  });
  return out;
}

const replace = (_before: number, value: number): number => value;

export const scatter: Op<Scatter, Tensor> = defineOp({
  schema: "scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
  overloads: ["scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "A copy in which the elements that the index names are replaced.",
  inplace: true,
  forward: (...args: Scatter) => scattered("scatter", args, replace),
  gradName: ([, , , source]) => (source instanceof Tensor ? "ScatterBackward0" : "ScatterBackward1"),
  save: ([x, dim, index]) => [wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [d, index], needs) => [
    needs[0] ? scatter(grad, d, index, 0) : null,
    null,
    needs[2] ? gather(grad, d, index) : null,
  ],
});

defineOp({
  schema: "scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor",
  overloads: ["scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "A copy in which values are added or multiplied where the index says.",
  inplace: true,
  forward: (x: Tensor, dim: number, index: Tensor, source: Tensor | Scalar, reduce: string) => {
    check(reduce in combinations, "reduce argument must be either add or multiply.");
    return scattered("scatter", [x, dim, index, source], combinations[reduce]);
  },
});

export const scatterAdd: Op<[self: Tensor, dim: number, index: Tensor, source: Tensor], Tensor> = defineOp({
  schema: "scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy to which values are added where the index says.",
  inplace: true,
  forward: (...args: [Tensor, number, Tensor, Tensor]) => scattered("scatter_add", args, (before, v) => before + v),
  save: ([x, dim, index]) => [wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [d, index], needs) => [grad, null, needs[2] ? gather(grad, d, index) : null],
});

export const takeAlongDim = defineOp({
  schema: "take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Elements along a dimension by an index that broadcasts.",
  forward: (x: Tensor, index: Tensor, dim: number | null = null) => {
    if (dim === null) return gather(reshape(x, [-1]), 0, reshape(index, [-1]));
    const d = wrapDim(dim, x.ndim);
    const common = x.sizes.map((n, k) => (k === d ? index.sizes[k] : Math.max(n, index.sizes[k])));
    const own = common.map((n, k) => (k === d ? x.sizes[k] : n));
    const places = expand(index, common);
    return gather(expand(x, own), d, where(lt(places, 0), add(places, x.sizes[d]), places));
  },
});

/** Index vectors of index_select and its kin, checked and as numbers. */
function indexNumbers(index: Tensor, n: number, outside: string): Float64Array {
  const numbers = toNumbers(index);
  for (const i of numbers) if (i < -n || i >= n) throw new TorchError("IndexError", outside);
  return numbers.map((i) => (i < 0 ? i + n : i));
}

const at = (x: Tensor, d: number, i: number): Tensor =>
  x.ndim === 0
    ? x
    : x.alias(
        x.sizes.filter((_, k) => k !== d),
        x.strides.filter((_, k) => k !== d),
        x.offset + i * x.strides[d],
      );

export const indexSelect: Op<[self: Tensor, dim: number, index: Tensor], Tensor> = defineOp({
  schema: "index_select(Tensor self, int dim, Tensor index) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The slices of a dimension that a vector of indices names.",
  forward: (x: Tensor, dim: number, index: Tensor) => {
    const d = wrapDim(dim, x.ndim);
    check(index.ndim <= 1, "index_select(): Index is supposed to be a vector", "IndexError");
    check(index.dtype === int64 || index.dtype === int32, "index_select(): Expected dtype int32 or int64 for index");
    const out = emptyFrom(
      [x, index],
      x.sizes.map((n, k) => (k === d ? index.numel : n)),
      x.dtype,
    );
    if (out.isAbstract) return out;
    indexNumbers(index, x.sizes[d] ?? 1, "index out of range in self").forEach((i, k) => {
      copyInto(at(out, d, k), at(x, d, i));
    });
    return out;
  },
  save: ([x, dim, index]) => [x.sizes, wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [sizes, d, index]) => [
    indexAdd(filled(sizes, grad.dtype, 0, grad.isAbstract), d, index, grad),
    null,
  ],
});

type IndexAdd = [self: Tensor, dim: number, index: Tensor, source: Tensor, alpha?: Scalar];

export const indexAdd: Op<IndexAdd, Tensor> = defineOp({
  schema: "index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy to whose slices those of source are added, where the index says.",
  inplace: true,
  forward: (...[x, dim, index, source, alpha = 1]: IndexAdd) => {
    const d = wrapDim(dim, x.ndim);
    check(
      x.dtype === source.dtype,
      () =>
        "index_add_(): self and source expected to have the same dtype, but got (self) " +
        `${x.dtype.scalarName} and (source) ${source.dtype.scalarName}`,
    );
    check(
      source.ndim === 0 || source.sizes[d] === index.numel,
      () =>
        `index_add_(): Number of indices (${index.numel}) should be equal to source.size(dim): ` +
        `(${source.sizes[d]}), for dim: ${d}`,
    );
    const others = (t: Tensor): string => t.sizes.filter((_, k) => k !== d).join();
    check(
      source.ndim === 0 || (source.ndim === x.ndim && others(x) === others(source)),
      () =>
        "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = " +
        `${formatSizes(x.sizes)} source.shape = ${formatSizes(source.sizes)}`,
    );
    const out = fresh(x, index, source);
    if (out.isAbstract) return out;
    if (x.dtype.kind === "complex") {
      return byParts((part) => indexAdd(part(x), dim, index, part(scaled(source, alpha))));
    }
    const { get, set } = accessOf(x.dtype);
    const factor = toNumber(alpha);
    const to = out.storage.data;
    indexNumbers(index, x.sizes[d] ?? 1, "index out of range in self").forEach((i, k) => {
      const values = toNumbers(at(source, d, k));
      const part = at(out, d, i);
      let n = 0;
      eachIndex(part.sizes, part.strides, part.offset, (p) => set(to, p, get(to, p) + factor * values[n++]));
    });
    return out;
  },
  save: ([x, dim, index, , alpha = 1]) => [wrapDim(dim, x.ndim), index, alpha] as const,
  backward: (grad, [d, index, alpha], needs) => [
    grad,
    null,
    needs[2] ? scaled(indexSelect(grad, d, index), alpha) : null,
  ],
});

const scaled = (x: Tensor, alpha: Scalar): Tensor => (isNumber(alpha, 1) ? x : mul(x, alpha));

export const indexCopy: Op<[self: Tensor, dim: number, index: Tensor, source: Tensor], Tensor> = defineOp({
  schema: "index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy whose slices at the indices are those of source.",
  inplace: true,
  forward: (x: Tensor, dim: number, index: Tensor, source: Tensor) => {
    const d = wrapDim(dim, x.ndim);
    const out = fresh(x, index, source);
    if (out.isAbstract) return out;
    indexNumbers(index, x.sizes[d] ?? 1, "index out of range in self").forEach((i, k) => {
      copyInto(at(out, d, i), at(source, d, k));
    });
    return out;
  },
  save: ([x, dim, index]) => [wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [d, index], needs) => [
    needs[0] ? indexFill(grad, d, index, 0) : null,
    null,
    needs[2] ? indexSelect(grad, d, index) : null,
  ],
});

export const indexFill: Op<[self: Tensor, dim: number, index: Tensor, value: Scalar | Tensor], Tensor> = defineOp({
  schema: "index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor",
  overloads: ["index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor"],
  gradName: ([, , , value]) => (value instanceof Tensor ? "IndexFillBackward1" : "IndexFillBackward0"),
  slots: ["self", "value"],
  in: ["torch", "Tensor"],
  summary: "A copy whose slices at the indices hold one value.",
  inplace: true,
  forward: (x: Tensor, dim: number, index: Tensor, value: Scalar | Tensor) => {
    const d = wrapDim(dim, x.ndim);
    const out = fresh(x, index);
    if (out.isAbstract) return out;
    const places = indexNumbers(index, x.sizes[d] ?? 1, "index out of range in self");
    if (value instanceof Tensor) {
      check(
        value.ndim === 0,
        () => `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
      );
      for (const i of places)
        copyInto(
          at(out, d, i),
          value,
          at(out, d, i).sizes.map(() => 0),
        );
    } else for (const i of places) fillInto(at(out, d, i), value);
    return out;
  },
  save: ([x, dim, index]) => [wrapDim(dim, x.ndim), index] as const,
  backward: (grad, [d, index], needs) => [
    needs[0] ? indexFill(grad, d, index, 0) : null,
    // Each place once, however often the index names it.
    needs[1] ? sum(sub(grad, indexFill(grad, d, index, 0))) : null,
  ],
});

type MaskedFill = [self: Tensor, mask: Tensor, value: Scalar | Tensor];

export const maskedFill: Op<MaskedFill, Tensor> = defineOp({
  schema: "masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor",
  overloads: ["masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor"],
  gradName: ([, , value]) => (value instanceof Tensor ? "MaskedFillBackward1" : "MaskedFillBackward0"),
  slots: ["self", "value"],
  in: ["torch", "Tensor"],
  summary: "A copy with one value where the mask holds.",
  inplace: true,
  forward: (x: Tensor, mask: Tensor, value: Scalar | Tensor) => {
    check(
      mask.dtype === bool,
      () => `masked_fill_ only supports boolean masks, but got mask with dtype ${cppTypeName(mask.dtype)}`,
    );
    check(
      !(value instanceof Tensor) || value.ndim === 0,
      () =>
        "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with " +
        `${(value as Tensor).ndim} dimension(s).`,
    );
    const filler = emptyFrom([x], [], x.dtype);
    if (!filler.isAbstract) {
      if (value instanceof Tensor) copyInto(filler, value);
      else fillInto(filler, value);
    }
    return where(mask, filler, x);
  },
  save: ([, mask]) => [mask],
  backward: (grad, [mask], needs) => [
    needs[0] ? maskedFill(grad, mask, 0) : null,
    needs[1] ? sum(where(mask, grad, 0)) : null,
  ],
});

export const take: Op<[self: Tensor, index: Tensor], Tensor> = defineOp({
  schema: "take(Tensor self, Tensor index) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Elements by their row-major place.",
  forward: (x: Tensor, index: Tensor) => {
    check(index.dtype === int64, () => `take(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    const out = emptyFrom([x, index], index.sizes, x.dtype);
    if (out.isAbstract) return out;
    if (x.dtype.kind === "complex") return byParts((part) => take(part(x), index));
    const source = fresh(x);
    const [from, to] = [source.storage.data, out.storage.data];
    toNumbers(index).forEach((i, k) => {
      if (i < -x.numel || i >= x.numel) {
        throw new TorchError(
          "IndexError",
          `out of range: tried to access index ${i} on a tensor of ${x.numel} elements.`,
        );
      }
      to[k] = from[i < 0 ? i + x.numel : i];
    });
    return out;
  },
  save: ([x, index]) => [x.sizes, index] as const,
  backward: (grad, [sizes, index]) => {
    const n = numelOf(sizes);
    const flat = reshape(where(lt(index, 0), add(index, n), index), [-1]);
    const zeros = filled([n], grad.dtype, 0, grad.isAbstract);
    return [reshape(indexAdd(zeros, 0, flat, reshape(grad, [-1])), sizes), null];
  },
});

export const repeatInterleave = defineOp({
  schema: "repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor",
  overloads: [
    "repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor",
  ],
  in: ["torch", "Tensor"],
  summary: "Each element (or slice) repeated in place.",
  forward: (x: Tensor, repeats: number | Tensor, dim: number | null = null) => {
    const source = dim === null ? reshape(x, [-1]) : x;
    const d = wrapDim(dim ?? 0, source.ndim);
    if (typeof repeats === "number") {
      const sizes = source.sizes;
      const copies = expand(unsqueeze(source, d + 1), [...sizes.slice(0, d + 1), repeats, ...sizes.slice(d + 1)]);
      return flatten(clone(copies, "contiguous_format"), d, d + 1);
    }
    const counts = toNumbers(repeats);
    const places: number[] = [];
    for (let i = 0; i < source.sizes[d]; i++) {
      const n = counts.length === 1 ? counts[0] : counts[i];
      for (let k = 0; k < n; k++) places.push(i);
    }
    const index = filled([places.length], int64, 0, false);
    const { data } = index.storage;
    places.forEach((i, k) => {
      data[k] = BigInt(i);
    });
    return indexSelect(source, d, index);
  },
});
