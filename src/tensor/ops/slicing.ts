import { toNumbers } from "../elements";
import { check, DataDependent } from "../errors";
import { copyInto } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { formatSizes, type Sizes, wrapDim } from "../shape";
import { Tensor } from "../tensor";
import { cat, stack } from "./joining";

/** Views that show a part of the memory. */

function replaced<T>(list: readonly T[], at: number, item: T): T[] {
  return list.map((old, d) => (d === at ? item : old));
}

/** A gradient of a part, placed into zeros shaped like the whole. */
function placed(grad: Tensor, sizes: Sizes, part: (whole: Tensor) => Tensor): Tensor {
  const whole = filled(sizes, grad.dtype, 0, grad.isAbstract);
  if (!whole.isAbstract) copyInto(part(whole), grad);
  return whole;
}

const selected = (x: Tensor, d: number, index: number): Tensor =>
  x.alias(
    x.sizes.filter((_, i) => i !== d),
    x.strides.filter((_, i) => i !== d),
    x.offset + index * x.strides[d],
  );

export const select: Op<[self: Tensor, dim: number, index: number], Tensor> = defineOp({
  schema: "select.int(Tensor self, int dim, int index) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "One index of a dimension, which disappears.",
  view: true,
  forward: (x: Tensor, dim: number, index: number) => {
    check(x.ndim > 0, "select() cannot be applied to a 0-dim tensor.", "IndexError");
    const d = wrapDim(dim, x.ndim);
    const n = x.sizes[d];
    check(
      index >= -n && index < n,
      () => `select(): index ${index} out of range for tensor of size ${formatSizes(x.sizes)} at dimension ${d}`,
      "IndexError",
    );
    return selected(x, d, index < 0 ? index + n : index);
  },
  save: ([x, dim, index]) => {
    const d = wrapDim(dim, x.ndim);
    return [x.sizes, d, index < 0 ? index + x.sizes[d] : index] as const;
  },
  backward: (grad, [sizes, d, index]) => [selectBackward(grad, sizes, d, index)],
});

const selectBackward: Op<[grad: Tensor, sizes: Sizes, dim: number, index: number], Tensor> = defineOp({
  schema: "select_backward(Tensor grad_output, int[] input_sizes, int dim, int index) -> Tensor",
  in: ["internal"],
  summary: "The gradient of select.",
  forward: (grad: Tensor, sizes: Sizes, d: number, index: number) =>
    placed(grad, sizes, (whole) => selected(whole, d, index)),
  save: ([, , d, index]) => [d, index] as const,
  backward: (gg, [d, index]) => [select(gg, d, index)],
});

type SliceBounds = [start: number, end: number, step: number];

/** Python's rules for slice bounds: negative ones count from the end, all are kept inside. */
function sliceBounds(n: number, start: number | null, end: number | null, step: number): SliceBounds {
  check(step > 0, "slice step must be positive");
  const inside = (i: number): number => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
  const from = inside(start ?? 0);
  return [from, Math.max(from, inside(end ?? n)), step];
}

const sliced = (x: Tensor, d: number, [start, end, step]: SliceBounds): Tensor =>
  x.alias(
    replaced(x.sizes, d, Math.ceil((end - start) / step)),
    replaced(x.strides, d, x.strides[d] * step),
    x.offset + (end > start ? start * x.strides[d] : 0),
  );

type Slice = [self: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number];

export const slice: Op<Slice, Tensor> = defineOp({
  schema: "slice.Tensor(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor",
  in: ["internal"],
  summary: "A range of a dimension.",
  view: true,
  forward: (...[x, dim = 0, start = null, end = null, step = 1]: Slice) => {
    check(x.ndim > 0, "slice() cannot be applied to a 0-dim tensor.", "IndexError");
    const d = wrapDim(dim, x.ndim);
    return sliced(x, d, sliceBounds(x.sizes[d], start, end, step));
  },
  save: ([x, dim = 0, start = null, end = null, step = 1]) => {
    const d = wrapDim(dim, x.ndim);
    return [x.sizes, d, sliceBounds(x.sizes[d], start, end, step)] as const;
  },
  backward: (grad, [sizes, d, bounds]) => [sliceBackward(grad, sizes, d, bounds)],
});

const sliceBackward: Op<[grad: Tensor, sizes: Sizes, dim: number, bounds: SliceBounds], Tensor> = defineOp({
  schema: "slice_backward(Tensor grad_output, int[] input_sizes, int dim, int[] bounds) -> Tensor",
  in: ["internal"],
  summary: "The gradient of slice.",
  forward: (grad: Tensor, sizes: Sizes, d: number, bounds: SliceBounds) =>
    placed(grad, sizes, (whole) => sliced(whole, d, bounds)),
  save: ([, , d, bounds]) => [d, bounds] as const,
  backward: (gg, [d, [start, end, step]]) => [slice(gg, d, start, end, step)],
});

/** The number in a tensor that says where to start. */
function startOf(begin: Tensor): number {
  check(begin.ndim === 0 && begin.dtype.kind === "int", "start must be an 0-dim integral Tensor.");
  if (begin.isAbstract) throw new DataDependent("narrow()");
  return toNumbers(begin)[0];
}

export const narrow = defineOp({
  schema: "narrow(Tensor self, int dim, int start, int length) -> Tensor",
  overloads: ["narrow.Tensor(Tensor self, int dim, Tensor start, int length) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "The elements start to start + length of a dimension.",
  forward: (x: Tensor, dim: number, begin: number | Tensor, length: number) => {
    const start = typeof begin === "number" ? begin : startOf(begin);
    check(x.ndim > 0, "narrow() cannot be applied to a 0-dim tensor.");
    check(length >= 0, "narrow(): length must be non-negative.");
    const d = wrapDim(dim, x.ndim);
    const n = x.sizes[d];
    check(
      start >= -n && start <= n,
      () => `start out of range (expected to be in range of [${-n}, ${n}], but got ${start})`,
      "IndexError",
    );
    const from = start < 0 ? start + n : start;
    check(from + length <= n, () => `start (${from}) + length (${length}) exceeds dimension size (${n}).`);
    return slice(x, d, from, from + length);
  },
});

/** Gradients of several outputs; what was not used counts as zeros of its size. */
function orZeros(grads: readonly (Tensor | null)[], sizes: readonly Sizes[]): Tensor[] {
  const like = grads.find((g) => g !== null) as Tensor;
  return grads.map((g, i) => g ?? filled(sizes[i], like.dtype, 0, like.isAbstract));
}

function partition(x: Tensor, lengths: readonly number[], d: number): Tensor[] {
  let start = 0;
  return lengths.map((n) => {
    const part = sliced(x, d, [start, start + n, 1]);
    start += n;
    return part;
  });
}

function splitting(
  name: string,
  gradName: string,
): Op<[self: Tensor, lengths: readonly number[], dim: number], Tensor[]> {
  return defineOp({
    schema: `${name}(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]`,
    in: name === "split_with_sizes" ? ["torch", "Tensor"] : ["internal"],
    summary: "Consecutive parts of a dimension.",
    view: true,
    forward: (x: Tensor, lengths: readonly number[], dim: number = 0) => {
      const d = wrapDim(dim, x.ndim);
      check(
        lengths.reduce((a, b) => a + b, 0) === x.sizes[d],
        () =>
          `split_with_sizes expects split_sizes to sum exactly to ${x.sizes[d]} (input tensor's size at dimension ` +
          `${d}), but got split_sizes=${formatSizes(lengths)}`,
      );
      return partition(x, lengths, d);
    },
    gradName,
    save: ([x, , dim], parts) => [wrapDim(dim ?? 0, x.ndim), parts.map((p) => p.sizes)] as const,
    backward: (_grad, [d, sizes], _needs, grads) => [cat(orZeros(grads, sizes), d)],
  });
}

const splitEvenly = splitting("_split", "SplitBackward0");
export const splitWithSizes = splitting("split_with_sizes", "SplitWithSizesBackward0");

function evenParts(n: number, size: number): number[] {
  const parts: number[] = [];
  for (let left = n; left > 0; left -= size) parts.push(Math.min(size, left));
  return parts.length > 0 ? parts : [0];
}

export const split = defineOp({
  schema: "split.Tensor(Tensor self, int split_size, int dim=0) -> Tensor[]",
  overloads: ["split.sizes(Tensor self, int[] split_size, int dim=0) -> Tensor[]"],
  in: ["torch", "Tensor"],
  summary: "Parts of a dimension, each of split_size (the last may be smaller), or of the sizes listed.",
  forward: (x: Tensor, size: number | readonly number[], dim: number = 0) => {
    if (typeof size !== "number") return splitWithSizes(x, size, dim);
    check(size >= 0, () => `split expects split_size be non-negative, but got split_size=${size}`);
    const n = x.sizes[wrapDim(dim, x.ndim)];
    check(size > 0 || n === 0, () => `split_size can only be 0 if dimension size is 0, but got dimension size of ${n}`);
    return splitEvenly(x, evenParts(n, size), dim);
  },
});

export const chunk = defineOp({
  schema: "chunk(Tensor self, int chunks, int dim=0) -> Tensor[]",
  in: ["torch", "Tensor"],
  summary: "At most so many parts of a dimension, of equal size but for the last.",
  forward: (x: Tensor, chunks: number, dim: number = 0) => {
    check(chunks > 0, () => `chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const n = x.sizes[wrapDim(dim, x.ndim)];
    return splitEvenly(x, n === 0 ? new Array<number>(chunks).fill(0) : evenParts(n, Math.ceil(n / chunks)), dim);
  },
});

export const tensorSplit = defineOp({
  schema: "tensor_split.sections(Tensor self, int sections, int dim=0) -> Tensor[]",
  overloads: [
    "tensor_split.indices(Tensor self, int[] indices, int dim=0) -> Tensor[]",
    "tensor_split.tensor_indices_or_sections(Tensor self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor[]",
  ],
  in: ["torch", "Tensor"],
  summary: "Parts of a dimension as even as can be, or cut at the indices listed.",
  forward: (x: Tensor, given: number | readonly number[] | Tensor, dim: number = 0) => {
    const n = x.sizes[wrapDim(dim, x.ndim)];
    const cuts = given instanceof Tensor ? (given.ndim === 0 ? toNumbers(given)[0] : [...toNumbers(given)]) : given;
    if (typeof cuts !== "number") {
      const ends = [...cuts, n];
      return ends.map((end, i) => slice(x, dim, i === 0 ? 0 : ends[i - 1], end));
    }
    let start = 0;
    return Array.from({ length: cuts }, (_, i) => {
      const size = Math.floor(n / cuts) + (i < n % cuts ? 1 : 0);
      start += size;
      return slice(x, dim, start - size, start);
    });
  },
});

export const unbind: Op<[self: Tensor, dim?: number], Tensor[]> = defineOp({
  schema: "unbind.int(Tensor self, int dim=0) -> Tensor[]",
  in: ["torch", "Tensor"],
  summary: "The slices along a dimension, as iteration gives them.",
  view: true,
  forward: (x: Tensor, dim: number = 0) => {
    check(x.ndim > 0, "Dimension specified as 0 but tensor has no dimensions", "IndexError");
    const d = wrapDim(dim, x.ndim);
    return Array.from({ length: x.sizes[d] }, (_, i) => selected(x, d, i));
  },
  save: ([x, dim = 0], parts) => [wrapDim(dim, x.ndim), parts.map((p) => p.sizes)] as const,
  backward: (_grad, [d, sizes], _needs, grads) => [stack(orZeros(grads, sizes), d)],
});

type Diagonal = [self: Tensor, offset?: number, dim1?: number, dim2?: number];

function diagonalOf(x: Tensor, offset: number, d1: number, d2: number): Tensor {
  const length = Math.max(0, Math.min(x.sizes[d1] + Math.min(offset, 0), x.sizes[d2] - Math.max(offset, 0)));
  const start = length === 0 ? 0 : offset >= 0 ? offset * x.strides[d2] : -offset * x.strides[d1];
  const others = x.sizes.map((_, d) => d).filter((d) => d !== d1 && d !== d2);
  return x.alias(
    [...others.map((d) => x.sizes[d]), length],
    [...others.map((d) => x.strides[d]), x.strides[d1] + x.strides[d2]],
    x.offset + start,
  );
}

export const diagonal: Op<Diagonal, Tensor> = defineOp({
  schema: "diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The diagonals of two dimensions, as the last dimension.",
  view: true,
  forward: (...[x, offset = 0, dim1 = 0, dim2 = 1]: Diagonal) => {
    const [a, b] = [wrapDim(dim1, x.ndim), wrapDim(dim2, x.ndim)];
    check(a !== b, () => `diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    return diagonalOf(x, offset, a, b);
  },
  save: ([x, offset = 0, dim1 = 0, dim2 = 1]) =>
    [x.sizes, offset, wrapDim(dim1, x.ndim), wrapDim(dim2, x.ndim)] as const,
  backward: (grad, [sizes, offset, a, b]) => [diagonalBackward(grad, sizes, offset, a, b)],
});

const diagonalBackward: Op<[grad: Tensor, sizes: Sizes, offset: number, dim1: number, dim2: number], Tensor> = defineOp(
  {
    schema: "diagonal_backward(Tensor grad_output, int[] input_sizes, int offset, int dim1, int dim2) -> Tensor",
    in: ["internal"],
    summary: "The gradient of diagonal.",
    forward: (grad: Tensor, sizes: Sizes, offset: number, a: number, b: number) =>
      placed(grad, sizes, (whole) => diagonalOf(whole, offset, a, b)),
    save: ([, , offset, a, b]) => [offset, a, b] as const,
    backward: (gg, [offset, a, b]) => [diagonal(gg, offset, a, b)],
  },
);
