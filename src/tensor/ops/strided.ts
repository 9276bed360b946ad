import { partHistory } from "../autograd/inplace";
import { check } from "../errors";
import { copyInto } from "../kernels/convert";
import { elementwise } from "../kernels/elementwise";
import { filled } from "../kernels/fill";
import * as rules from "../kernels/rules";
import { enableGrad } from "../modes";
import { defineOp, type Op } from "../op";
import { formatSizes, type Sizes, sameSizes, wrapDim } from "../shape";
import { Storage } from "../storage";
import { Tensor, viewHistory } from "../tensor";
import { reshape } from "./views";

/** Views by strides: windows that overlap, any layout of the memory; and copies in which such a part is replaced. */

function replaced<T>(list: readonly T[], at: number, item: T): T[] {
  return list.map((old, d) => (d === at ? item : old));
}

function windows(x: Tensor, d: number, size: number, step: number): Tensor {
  const count = Math.floor((x.sizes[d] - size) / step) + 1;
  return x.alias(
    [...replaced(x.sizes, d, count), size],
    [...replaced(x.strides, d, x.strides[d] * step), x.strides[d]],
  );
}

export const unfold: Op<[self: Tensor, dimension: number, size: number, step: number], Tensor> = defineOp({
  schema: "unfold(Tensor self, int dimension, int size, int step) -> Tensor",
  in: ["Tensor"],
  summary: "Windows along a dimension, as a new last dimension.",
  view: true,
  forward: (x: Tensor, dim: number, size: number, step: number) => {
    const d = wrapDim(dim, x.ndim);
    const n = x.sizes[d] ?? 1;
    check(size <= n, () => `maximum size for tensor at dimension ${d} is ${n} but size is ${size}`);
    check(step > 0, () => `step is ${step} but must be > 0`);
    return x.ndim === 0 ? x.alias([size], [1]) : windows(x, d, size, step);
  },
  save: ([x, dim, size, step]) => [x.sizes, wrapDim(dim, x.ndim), size, step] as const,
  backward: (grad, [sizes, d, size, step]) => [
    sizes.length === 0 ? reshape(grad, []) : unfoldBackward(grad, sizes, d, size, step),
  ],
});

type UnfoldBackward = [grad: Tensor, sizes: Sizes, dim: number, size: number, step: number];

export const unfoldBackward: Op<UnfoldBackward, Tensor> = defineOp({
  schema: "unfold_backward(Tensor grad_in, int[] input_sizes, int dim, int size, int step) -> Tensor",
  in: ["internal"],
  summary: "The gradient of unfold.",
  forward: (...[grad, sizes, d, size, step]: UnfoldBackward) => {
    const whole = filled(sizes, grad.dtype, 0, grad.isAbstract);
    if (!whole.isAbstract) addInto(windows(whole, d, size, step), grad);
    return whole;
  },
  save: ([, , d, size, step]) => [d, size, step] as const,
  backward: (gg, [d, size, step]) => [unfold(gg, d, size, step)],
});

/** Adds to a view whose elements may share memory. */
function addInto(shown: Tensor, values: Tensor): void {
  elementwise(rules.add, [shown, values], values.dtype, values.dtype, shown);
}

/** Memory laid out as a tensor with these strides (and perhaps gaps), filled with zeros; shown with its sizes. */
function zerosLaidOut(like: Tensor, sizes: Sizes, strides: Sizes): Tensor {
  let extent = 1;
  sizes.forEach((n, d) => {
    extent += Math.max(0, n - 1) * strides[d];
  });
  if (like.isAbstract) return new Tensor(Storage.abstract(like.dtype, extent), sizes, strides);
  const zeros = filled([extent], like.dtype, 0, false);
  return zeros.alias(sizes, strides);
}

/** A copy in memory of its own that is laid out by these strides. */
const laidOut: Op<[self: Tensor, strides: Sizes], Tensor> = defineOp({
  schema: "_laid_out(Tensor self, int[] strides) -> Tensor",
  in: ["internal"],
  summary: "A copy with the strides given.",
  gradName: "CloneBackward0",
  forward: (x: Tensor, strides: Sizes) => {
    const out = zerosLaidOut(x, x.sizes, strides);
    if (!out.isAbstract) copyInto(out, x);
    return out;
  },
  save: () => [],
  backward: (grad) => [grad],
});

interface Geometry {
  readonly sizes: Sizes;
  readonly strides: Sizes;
  readonly offset: number;
}

const geometryOf = ({ sizes, strides, offset }: Tensor): Geometry => ({ sizes, strides, offset });

/** That a part given by sizes, strides and offset lies within the memory of `x`. */
function checkInside(x: Tensor, size: Sizes, stride: Sizes, from: number): void {
  check(size.length === stride.length, "mismatch in length of strides and shape");
  let extent = from + 1;
  size.forEach((n, d) => {
    extent += Math.max(0, n - 1) * stride[d];
  });
  check(
    size.includes(0) || extent <= x.storage.length,
    () =>
      `setStorage: sizes ${formatSizes(size)}, strides ${formatSizes(stride)}, storage offset ${from}, and itemsize ` +
      `${x.dtype.size} requiring a storage size of ${extent * x.dtype.size} are out of bounds for storage of size ` +
      `${x.storage.length * x.dtype.size}`,
  );
}

type AsStrided = [self: Tensor, size: Sizes, stride: Sizes, storageOffset?: number | null];

export const asStrided: Op<AsStrided, Tensor> = defineOp({
  schema: "as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A view with the sizes, strides and offset given.",
  view: true,
  forward: (...[x, size, stride, offset = null]: AsStrided) => {
    const from = offset ?? x.offset;
    checkInside(x, size, stride, from);
    return x.alias(size, stride, from);
  },
  save: ([x, size, stride, offset = null]) => [geometryOf(x), size, stride, offset ?? x.offset] as const,
  backward: (grad, [input, size, stride, offset]) => [
    asStridedBackward(grad, input, { sizes: size, strides: stride, offset: offset - input.offset }),
  ],
});

/** `part` lies in the memory of `whole`, its offset counted from there. */
const asStridedBackward: Op<[grad: Tensor, whole: Geometry, part: Geometry], Tensor> = defineOp({
  schema: "as_strided_backward(Tensor grad, Any whole, Any part) -> Tensor",
  in: ["internal"],
  summary: "The gradient of as_strided.",
  forward: (grad: Tensor, whole: Geometry, { sizes, strides, offset }: Geometry) => {
    const out = zerosLaidOut(grad, whole.sizes, whole.strides);
    if (!out.isAbstract) addInto(out.alias(sizes, strides, offset), grad);
    return out;
  },
  save: ([, whole, part]) => [whole, part] as const,
  backward: (gg, [whole, { sizes, strides, offset }]) => [
    asStrided(laidOut(gg, whole.strides), sizes, strides, offset),
  ],
});

type AsStridedScatter = [self: Tensor, src: Tensor, size: Sizes, stride: Sizes, storageOffset?: number | null];

function withPart(...[x, source, size, stride, offset = null]: AsStridedScatter): Tensor {
  const from = (offset ?? x.offset) - x.offset;
  checkInside(x, size, stride, offset ?? x.offset);
  check(
    sameSizes(size, source.sizes),
    () =>
      `expected src to have a size equal to the slice of self. src size = ${formatSizes(source.sizes)}, ` +
      `slice size = ${formatSizes(size)}`,
  );
  const out = laidOut(x, x.strides);
  if (!out.isAbstract) copyInto(out.alias(size, stride, from), source);
  return out;
}

/** PyTorch's own gradient passes on what lies in the part and nothing else, though the part was overwritten. */
export const asStridedScatter: Op<AsStridedScatter, Tensor> = defineOp({
  schema: "as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy with other values in a strided part.",
  forward: withPart,
  save: ([x, , size, stride, offset = null]) => [geometryOf(x), size, stride, (offset ?? x.offset) - x.offset] as const,
  backward: (grad, [whole, size, stride, offset], needs) => {
    const part = asStrided(laidOut(grad, whole.strides), size, stride, offset);
    return [
      needs[0] ? asStridedBackward(part, whole, { sizes: size, strides: stride, offset }) : null,
      needs[1] ? part : null,
    ];
  },
});

/** The same with its true gradient, for the history of parts that were modified in place. */
const writtenPart: Op<AsStridedScatter, Tensor> = defineOp({
  schema: "_written_part(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
  in: ["internal"],
  summary: "A copy with other values in a strided part.",
  gradName: "AsStridedScatterBackward0",
  forward: withPart,
  save: ([x, , size, stride, offset = null]) => [x.strides, size, stride, (offset ?? x.offset) - x.offset] as const,
  backward: (grad, [strides, size, stride, offset], needs) => {
    const laid = laidOut(grad, strides);
    const zeros = filled(size, grad.dtype, 0, grad.isAbstract);
    return [
      needs[0] ? writtenPart(laid, zeros, size, stride, offset) : null,
      needs[1] ? asStrided(laid, size, stride, offset) : null,
    ];
  },
});

viewHistory.renew = (view, base) => enableGrad(() => asStrided(base, view.sizes, view.strides, view.offset).gradNode);

partHistory.read = (grad, base, view) => {
  const whole = laidOut(grad, base.strides);
  return { whole, part: asStrided(whole, view.sizes, view.strides, view.offset - base.offset) };
};
partHistory.write = (whole, part, base, view) =>
  writtenPart(
    whole,
    part ?? filled(view.sizes, whole.dtype, 0, whole.isAbstract),
    view.sizes,
    view.strides,
    view.offset - base.offset,
  );
