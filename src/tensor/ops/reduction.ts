import { bool, type DType, float32, int64, isDifferentiable } from "../dtype";
import { fromNumbers, partNumbers } from "../elements";
import { check } from "../errors";
import { mul as times } from "../kernels/complex_math";
import { byParts, converted, copyInto } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { reducedDims, reducedSizes, rowsOf } from "../kernels/rows";
import { sumFloats, sumIntegers } from "../kernels/sum";
import { modes } from "../modes";
import { defineOp, type Op } from "../op";
import { toFloat } from "../scalar";
import { contiguousStrides, type Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { div, mul } from "./arithmetic";
import { eq } from "./comparison";
import { toDType } from "./copies";
import { isnan } from "./unary";
import { expand, reshape } from "./views";
import { where } from "./where";

export type Dims = readonly number[] | number | null;

export function dimList(dim: Dims | undefined): Sizes | null {
  return dim === null || dim === undefined ? null : typeof dim === "number" ? [dim] : dim;
}

/** A value per result, shown where the reduction took it from: reduced dimensions expanded again. */
export function spread(grad: Tensor, sizes: Sizes, reduced: readonly boolean[]): Tensor {
  return expand(reshape(grad, reducedSizes(sizes, reduced, true)), sizes);
}

/** Number of elements that are reduced to one. */
export function reducedCount(sizes: Sizes, reduced: readonly boolean[]): number {
  return sizes.reduce((n, size, d) => (reduced[d] ? n * size : n), 1);
}

type Sum = [self: Tensor, dim?: Dims, keepdim?: boolean, dtype?: DType | null];

function sumOf(x: Tensor, reduced: readonly boolean[], keepdim: boolean, dtype: DType | null): Tensor {
  const result = dtype ?? (isDifferentiable(x.dtype) ? x.dtype : int64);
  if (result.kind === "complex") {
    const z = x.dtype === result ? x : converted(x, result);
    return byParts((part) => sumOf(part(z), reduced, keepdim, null));
  }
  const wide = result.kind !== "float" ? int64 : result.size < 4 ? float32 : result;
  const sizes = reducedSizes(x.sizes, reduced, keepdim);
  if (modes.abstract || x.isAbstract) return emptyFrom([x], sizes, result);
  const out = filled(sizes, wide, 0, false);
  const kept = reducedSizes(x.sizes, reduced, true);
  const strides = contiguousStrides(kept).map((s, d) => (reduced[d] ? 0 : s));
  if (wide === int64) sumIntegers(x, out, strides);
  else {
    const source = x.dtype === wide ? x : converted(x, wide);
    sumFloats(source, out, strides, reduced);
    if (source !== x) source.storage.release();
  }
  return result === wide ? out : converted(out, result);
}

const gradIndex = ([, dim]: readonly unknown[]): 0 | 1 => (dim === undefined || dim === null ? 0 : 1);

export const sum: Op<Sum, Tensor> = defineOp({
  schema: "sum(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: [],
  summary: "The sum of all elements, or along dimensions.",
  forward: (...[x, dim = null, keepdim = false, dtype = null]: Sum) =>
    sumOf(x, reducedDims(x.ndim, dimList(dim)), keepdim, dtype),
  gradName: (args) => `SumBackward${gradIndex(args)}`,
  save: ([x, dim = null]) => [x.sizes, reducedDims(x.ndim, dimList(dim))] as const,
  backward: (grad, [sizes, reduced]) => [spread(grad, sizes, reduced)],
});

/**
 * Enters a reduction under PyTorch's two forms: everything, or along dimensions. The arguments of both are brought to
 * (self, dim, keepdim, dtype).
 */
function reductionForms(name: string, op: Op<Sum, Tensor>, optionalDim = true): void {
  const { summary } = op.spec;
  defineOp({
    schema: `${name}(Tensor self, *, ScalarType? dtype=None) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward: (x: Tensor, dtype?: DType | null) => op(x, null, false, dtype),
  });
  defineOp({
    schema: `${name}.dim(Tensor self, int[${1}]${optionalDim ? "?" : ""} dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward: (x: Tensor, dim: Dims, keepdim?: boolean, dtype?: DType | null) => op(x, dim ?? [], keepdim, dtype),
  });
}

export const mean: Op<Sum, Tensor> = defineOp({
  schema: "mean(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: [],
  summary: "The mean of all elements, or along dimensions.",
  forward: (...[x, dim = null, keepdim = false, dtype = null]: Sum) => {
    const result = dtype ?? x.dtype;
    check(
      isDifferentiable(result),
      () =>
        `mean(): could not infer output dtype. ${dtype ? "Optional" : "Input"} dtype must be either a floating point ` +
        `or complex dtype. Got: ${result.scalarName}`,
    );
    const reduced = reducedDims(x.ndim, dimList(dim));
    const total = sumOf(x, reduced, keepdim, result);
    return div(total, toFloat(reducedCount(x.sizes, reduced)));
  },
  gradName: (args) => `MeanBackward${gradIndex(args)}`,
  save: ([x, dim = null]) => [x.sizes, reducedDims(x.ndim, dimList(dim))] as const,
  backward: (grad, [sizes, reduced]) => [div(spread(grad, sizes, reduced), toFloat(reducedCount(sizes, reduced)))],
});

export const nansum: Op<Sum, Tensor> = defineOp({
  schema: "nansum(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: [],
  summary: "The sum with nan counted as 0.",
  forward: (...[x, dim = null, keepdim = false, dtype = null]: Sum) =>
    sumOf(x.dtype.kind === "float" ? where(isnan(x), 0, x) : x, reducedDims(x.ndim, dimList(dim)), keepdim, dtype),
  save: ([x, dim = null]) => [x, reducedDims(x.ndim, dimList(dim))] as const,
  backward: (grad, [x, reduced]) => [where(isnan(x), 0, spread(grad, x.sizes, reduced))],
});

export const nanmean: Op<Sum, Tensor> = defineOp({
  schema: "nanmean(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: [],
  summary: "The mean of what is not nan.",
  forward: (...[x, dim = null, keepdim = false, dtype = null]: Sum) =>
    div(nansum(x, dim, keepdim, dtype), sum(eq(isnan(x), false), dim, keepdim)),
});

reductionForms("sum", sum);
reductionForms("mean", mean);
reductionForms("nansum", nansum);
reductionForms("nanmean", nanmean);

type Prod = [self: Tensor, dim?: number | null, keepdim?: boolean, dtype?: DType | null];

export const prod: Op<Prod, Tensor> = defineOp({
  schema: "prod(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: [],
  summary: "The product of all elements, or along a dimension.",
  forward: (...[x, dim = null, keepdim = false, dtype = null]: Prod) => {
    const reduced = reducedDims(x.ndim, dimList(dim));
    const out = emptyFrom(
      [x],
      reducedSizes(x.sizes, reduced, keepdim),
      dtype ?? (isDifferentiable(x.dtype) ? x.dtype : int64),
    );
    if (out.isAbstract) return out;
    if (out.dtype.kind === "complex") {
      fromNumbers(out, complexProducts(toDType(x, out.dtype), reduced));
      return out;
    }
    const rows = rowsOf(x, reduced);
    const round = rows.data instanceof Float32Array ? Math.fround : (v: number) => v;
    const products = new Float64Array(out.numel).fill(1);
    for (let r = 0; r < rows.count; r++) {
      const from = rows.start + r * rows.length;
      let p = 1;
      for (let i = 0; i < rows.length; i++) p = round(p * rows.data[from + i]);
      products[r] = p;
    }
    rows.release();
    fromNumbers(out, products);
    return out;
  },
  gradName: (args) => `ProdBackward${gradIndex(args)}`,
  save: ([x, dim = null], result) => [x, reducedDims(x.ndim, dimList(dim)), result] as const,
  backward: (grad, [x, reduced, result]) => {
    const others = hasZero(x) ? productOfOthers(x, reduced) : div(spread(result, x.sizes, reduced), x);
    return [mul(spread(grad, x.sizes, reduced), others)];
  },
});

defineOp({
  schema: "prod(Tensor self, *, ScalarType? dtype=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product of all elements.",
  forward: (x: Tensor, dtype?: DType | null) => prod(x, null, false, dtype),
});
defineOp({
  schema: "prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product along a dimension.",
  forward: (x: Tensor, dim: number, keepdim?: boolean, dtype?: DType | null) => prod(x, dim, keepdim, dtype),
});

/** Products of complex rows, as pairs. */
function complexProducts(x: Tensor, reduced: readonly boolean[]): Float64Array {
  const order = [...x.sizes.keys()].sort((a, b) => Number(reduced[a]) - Number(reduced[b]) || a - b);
  const moved = x.alias(
    order.map((d) => x.sizes[d]),
    order.map((d) => x.strides[d]),
  );
  const values = partNumbers(moved);
  const length = reducedCount(x.sizes, reduced);
  const count = reducedSizes(x.sizes, reduced, false).reduce((n, size) => n * size, 1);
  const out = new Float64Array(2 * count);
  for (let r = 0; r < count; r++) {
    const z = { re: 1, im: 0 };
    for (let i = r * length; i < (r + 1) * length; i++) times(z, z.re, z.im, values[2 * i], values[2 * i + 1], 0, 0);
    out[2 * r] = z.re;
    out[2 * r + 1] = z.im;
  }
  return out;
}

function hasZero(x: Tensor): boolean {
  if (x.isAbstract || x.dtype.kind === "complex") return false;
  const { data, start, count, length, release } = rowsOf(x, reducedDims(x.ndim, null));
  const end = start + count * length;
  let found = false;
  for (let i = start; i < end && !found; i++) found = data[i] === 0;
  release();
  return found;
}

/** For rows that hold zeros: the product of the other elements, for each. */
const productOfOthers: Op<[self: Tensor, reduced: readonly boolean[]], Tensor> = defineOp({
  schema: "_product_of_others(Tensor self, bool[] reduced) -> Tensor",
  in: ["internal"],
  summary: "For each element the product of the others that are reduced with it.",
  forward: (x: Tensor, reduced: readonly boolean[]) => overOthers(x, reduced, null),
  save: (args) => args,
  backward: (grad, [x, reduced]) => [overOthers(x, reduced, grad)],
});

/**
 * With `grad` null the product of the others of each element; else its gradient: the sum over the others of their
 * gradients times the product without both.
 */
function overOthers(x: Tensor, reduced: readonly boolean[], grad: Tensor | null): Tensor {
  const order = [...x.sizes.keys()].sort((a, b) => Number(reduced[a]) - Number(reduced[b]) || a - b);
  const { data, start, count, length } = rowsOf(x, reduced);
  const given = grad ? rowsOf(grad, reduced) : null;
  const values = new Float64Array(x.numel);
  for (let r = 0; r < count; r++) {
    const from = start + r * length;
    const without = (i: number, j: number): number => {
      let p = 1;
      for (let k = 0; k < length; k++) if (k !== i && k !== j) p *= data[from + k];
      return p;
    };
    for (let i = 0; i < length; i++) {
      let v = given ? 0 : without(i, i);
      if (given) {
        const row = given.start + r * length;
        for (let j = 0; j < length; j++) if (j !== i) v += given.data[row + j] * without(i, j);
      }
      values[r * length + i] = v;
    }
  }
  const sizes = order.map((d) => x.sizes[d]);
  const dense = emptyFrom([x], sizes);
  fromNumbers(dense, values);
  const strides = contiguousStrides(sizes);
  const back = x.sizes.map((_, d) => strides[order.indexOf(d)]);
  const others = emptyFrom([x], x.sizes);
  copyInto(others, dense, back);
  return others;
}

type Truth = [self: Tensor, dim?: Dims, keepdim?: boolean];

function truth(name: string, summary: string, stopAt: boolean): Op<Truth, Tensor> {
  return defineOp({
    schema: `${name}(Tensor self) -> Tensor`,
    overloads: [`${name}.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`],
    in: ["torch", "Tensor"],
    summary,
    forward: (...[given, dim = null, keepdim = false]: Truth) => {
      const x = given.dtype.kind === "complex" ? toDType(given, bool) : given;
      const reduced = reducedDims(x.ndim, dimList(dim));
      const out = emptyFrom([x], reducedSizes(x.sizes, reduced, keepdim), x.dtype.name === "uint8" ? x.dtype : bool);
      if (out.isAbstract) return out;
      const rows = rowsOf(x, reduced);
      const values = new Float64Array(out.numel).fill(Number(!stopAt));
      for (let r = 0; r < rows.count; r++) {
        const from = rows.start + r * rows.length;
        for (let i = 0; i < rows.length; i++) {
          if ((rows.data[from + i] !== 0) === stopAt) {
            values[r] = Number(stopAt);
            break;
          }
        }
      }
      rows.release();
      fromNumbers(out, values);
      return out;
    },
  });
}

export const any = truth("any", "Whether any element is true.", true);
export const all = truth("all", "Whether all elements are true.", false);
