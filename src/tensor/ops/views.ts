import { check, TorchError } from "../errors";
import { defineOp, type Op } from "../op";
import { broadcastStrides, formatSizes, numelOf, type Sizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";
import { clone } from "./copies";
import { sumTo } from "./sum-to";

/** Ops whose result shows the same memory in another shape. */

/** Replaces a -1 by what the number of elements leaves; raises where the sizes do not fit. */
export function inferSizes(sizes: Sizes, numel: number): Sizes {
  const at = sizes.indexOf(-1);
  const invalid = (): never => {
    throw new TorchError("RuntimeError", `shape '${formatSizes(sizes)}' is invalid for input of size ${numel}`);
  };
  check(at < 0 || sizes.indexOf(-1, at + 1) < 0, "only one dimension can be inferred");
  sizes.forEach((n, d) => {
    check(n >= -1, () => `invalid shape dimension ${n} at index ${d} of shape ${formatSizes(sizes)}`);
  });
  if (at < 0) return numelOf(sizes) === numel ? sizes : invalid();
  const known = numelOf(sizes.filter((_, d) => d !== at));
  check(
    known !== 0 || numel !== 0,
    () =>
      `cannot reshape tensor of 0 elements into shape ${formatSizes(sizes)} because the unspecified dimension size -1 ` +
      "can be any value and is ambiguous",
  );
  if (known === 0 || numel % known !== 0) return invalid();
  return sizes.map((n, d) => (d === at ? numel / known : n));
}

/** Strides under which the same memory has sizes `to`; null when only a copy can. */
export function viewStrides(x: Tensor, to: Sizes): number[] | null {
  const strides = new Array<number>(to.length);
  if (x.numel === 0 || x.isContiguous) {
    let step = 1;
    for (let d = to.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= Math.max(1, to[d]);
    }
    return strides;
  }
  let d = to.length - 1;
  let start = x.ndim - 1;
  // Runs of dimensions that lie without a gap can be cut up anew; `start` is the last dimension of the run.
  for (let from = start; from >= 0; from--) {
    const ends =
      from === 0 || (x.sizes[from - 1] !== 1 && x.strides[from - 1] !== runLength(x, from, start) * x.strides[start]);
    if (!ends) continue;
    let left = runLength(x, from, start);
    let step = x.strides[start];
    while (d >= 0 && (left > 1 || to[d] === 1)) {
      if (left % to[d] !== 0) return null;
      strides[d] = step;
      step *= to[d];
      left /= to[d];
      d--;
    }
    if (left !== 1) return null;
    start = from - 1;
  }
  return d === -1 ? strides : null;
}

function runLength(x: Tensor, from: number, to: number): number {
  let n = 1;
  for (let d = from; d <= to; d++) n *= x.sizes[d];
  return n;
}

export const view: Op<[self: Tensor, size: Sizes], Tensor> = defineOp({
  schema: "view(Tensor self, int[] size) -> Tensor",
  in: ["Tensor"],
  summary: "The same elements in another shape, without a copy.",
  view: true,
  forward: (x: Tensor, size: Sizes) => {
    const sizes = inferSizes(size, x.numel);
    const strides = viewStrides(x, sizes);
    if (strides === null) {
      throw new TorchError(
        "RuntimeError",
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two " +
          "contiguous subspaces). Use .reshape(...) instead.",
      );
    }
    return x.alias(sizes, strides);
  },
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [sizes]) => [reshape(grad, sizes)],
});

const reshapeAlias: Op<[self: Tensor, size: Sizes], Tensor> = defineOp({
  schema: "_reshape_alias(Tensor self, int[] size) -> Tensor",
  in: ["internal"],
  summary: "A view of a tensor that is not contiguous.",
  view: true,
  forward: (x: Tensor, sizes: Sizes) => x.alias(sizes, viewStrides(x, sizes)!),
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [sizes]) => [reshape(grad, sizes)],
});

/** A view of a fresh copy, which counts as a new tensor. */
export const unsafeView: Op<[self: Tensor, size: Sizes], Tensor> = defineOp({
  schema: "_unsafe_view(Tensor self, int[] size) -> Tensor",
  in: ["internal"],
  summary: "A new shape for a tensor nobody else sees.",
  forward: (x: Tensor, size: Sizes) => x.alias(inferSizes(size, x.numel), viewStrides(x, inferSizes(size, x.numel))!),
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [sizes]) => [reshape(grad, sizes)],
});

export const reshape: Op<[self: Tensor, shape: Sizes], Tensor> = defineOp({
  schema: "reshape(Tensor self, int[] shape) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The same elements in another shape; copies only where it must.",
  forward: (x: Tensor, shape: Sizes) => {
    const sizes = inferSizes(shape, x.numel);
    if (viewStrides(x, sizes) === null) return unsafeView(clone(x, "contiguous_format"), sizes);
    return x.isContiguous ? view(x, sizes) : reshapeAlias(x, sizes);
  },
});

export const viewAs = defineOp({
  schema: "view_as(Tensor self, Tensor other) -> Tensor",
  in: ["Tensor"],
  summary: "A view with the shape of another tensor.",
  forward: (x: Tensor, other: Tensor) => view(x, other.sizes),
});

export const reshapeAs = defineOp({
  schema: "reshape_as(Tensor self, Tensor other) -> Tensor",
  in: ["Tensor"],
  summary: "Reshaped to the shape of another tensor.",
  forward: (x: Tensor, other: Tensor) => reshape(x, other.sizes),
});

export const ravel = defineOp({
  schema: "ravel(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "All elements in one dimension.",
  forward: (x: Tensor) => (x.isContiguous ? reshape(x, [-1]) : view(clone(x, "contiguous_format"), [-1])),
});

export const flatten = defineOp({
  schema: "flatten(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Dimensions start_dim to end_dim made one.",
  forward: (x: Tensor, startDim: number = 0, endDim: number = -1) => {
    const start = wrapDim(startDim, x.ndim);
    const end = wrapDim(endDim, x.ndim);
    check(start <= end, "flatten() has invalid args: start_dim cannot come after end_dim");
    if (x.ndim === 0) return reshape(x, [1]);
    if (start === end) return x;
    const joined = numelOf(x.sizes.slice(start, end + 1));
    return reshape(x, [...x.sizes.slice(0, start), joined, ...x.sizes.slice(end + 1)]);
  },
});

export const unflatten = defineOp({
  schema: "unflatten(Tensor self, int dim, int[] sizes) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "One dimension made several.",
  forward: (x: Tensor, dim: number, sizes: Sizes) => {
    const d = wrapDim(dim, x.ndim);
    const known = numelOf(sizes.filter((n) => n !== -1));
    check(
      sizes.includes(-1) ? known !== 0 && x.sizes[d] % known === 0 : known === x.sizes[d],
      () =>
        `unflatten: Provided sizes ${formatSizes(sizes)} don't multiply up to the size of dim ${dim} (${x.sizes[d]}) ` +
        "in the input tensor",
    );
    return view(x, [...x.sizes.slice(0, d), ...inferSizes(sizes, x.sizes[d]), ...x.sizes.slice(d + 1)]);
  },
});

export const expand: Op<[self: Tensor, size: Sizes], Tensor> = defineOp({
  schema: "expand(Tensor self, int[] size) -> Tensor",
  in: ["Tensor"],
  summary: "Dimensions of size 1 repeated without copying.",
  view: true,
  forward: (x: Tensor, size: Sizes) => {
    check(
      size.length >= x.ndim,
      () =>
        `expand(torch.${x.dtype.scalarName}Tensor{${formatSizes(x.sizes)}}, size=${formatSizes(size)}): the number of ` +
        `sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${x.ndim})`,
    );
    const lead = size.length - x.ndim;
    const sizes = size.map((n, d) => {
      if (d < lead) {
        check(
          n !== -1,
          () => `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${d}`,
        );
        return n;
      }
      const own = x.sizes[d - lead];
      check(
        n === -1 || n === own || own === 1,
        () =>
          `The expanded size of the tensor (${n}) must match the existing size (${own}) at non-singleton dimension ` +
          `${d}.  Target sizes: ${formatSizes(size)}.  Tensor sizes: ${formatSizes(x.sizes)}`,
      );
      return n === -1 ? own : n;
    });
    return x.alias(sizes, broadcastStrides(x.sizes, x.strides, sizes));
  },
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [sizes]) => [sumTo(grad, sizes)],
});

export const expandAs = defineOp({
  schema: "expand_as(Tensor self, Tensor other) -> Tensor",
  in: ["Tensor"],
  summary: "Expanded to the shape of another tensor.",
  forward: (x: Tensor, other: Tensor) => expand(x, other.sizes),
});

export const broadcastTo = defineOp({
  schema: "broadcast_to(Tensor self, int[] size) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Dimensions of size 1 repeated without copying.",
  forward: (x: Tensor, size: Sizes) => expand(x, size),
});

function removed<T>(list: readonly T[], dims: readonly number[]): T[] {
  return list.filter((_, d) => !dims.includes(d));
}

function inserted<T>(list: readonly T[], at: number, item: T): T[] {
  return [...list.slice(0, at), item, ...list.slice(at)];
}

/** The dimensions of size 1 among those named (all when null). */
function ones(x: Tensor, dim: number | Sizes | null | undefined): number[] {
  const named = dim === null || dim === undefined ? x.sizes.map((_, d) => d) : typeof dim === "number" ? [dim] : dim;
  return named.map((d) => wrapDim(d, x.ndim)).filter((d) => x.sizes[d] === 1);
}

export const squeeze: Op<[self: Tensor, dim?: number | Sizes | null], Tensor> = defineOp({
  schema: "squeeze(Tensor self) -> Tensor",
  overloads: ["squeeze.dim(Tensor self, int dim) -> Tensor", "squeeze.dims(Tensor self, int[] dim) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "Without dimensions of size 1 (all, or those named).",
  view: true,
  forward: (x: Tensor, dim?: number | Sizes | null) => {
    const gone = ones(x, dim);
    return x.alias(removed(x.sizes, gone), removed(x.strides, gone));
  },
  gradName: ([, dim]) =>
    dim === null || dim === undefined
      ? "SqueezeBackward0"
      : typeof dim === "number"
        ? "SqueezeBackward1"
        : "SqueezeBackward2",
  save: ([x]) => [x.sizes] as const,
  backward: (grad, [sizes]) => [reshape(grad, sizes)],
});

export const unsqueeze: Op<[self: Tensor, dim: number], Tensor> = defineOp({
  schema: "unsqueeze(Tensor self, int dim) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "With a new dimension of size 1.",
  view: true,
  forward: (x: Tensor, dim: number) => {
    const d = wrapDim(dim, x.ndim + 1);
    const stride = d < x.ndim ? x.sizes[d] * x.strides[d] : 1;
    return x.alias(inserted(x.sizes, d, 1), inserted(x.strides, d, stride));
  },
  save: ([x, dim]) => [wrapDim(dim, x.ndim + 1)] as const,
  backward: (grad, [dim]) => [squeeze(grad, dim)],
});

const alias: Op<[self: Tensor], Tensor> = defineOp({
  schema: "alias(Tensor self) -> Tensor",
  in: ["internal"],
  summary: "A view of the whole tensor.",
  view: true,
  forward: (x: Tensor) => x.alias(),
  save: () => [],
  backward: (grad) => [grad],
});

const renamed: Op<[self: Tensor, name: string], Tensor> = defineOp({
  schema: "_named(Tensor self, str name) -> Tensor",
  in: ["internal"],
  summary: "The tensor under another grad_fn.",
  forward: (x: Tensor, _name: string) => x.alias(),
  gradName: ([, name]) => name,
  save: () => [],
  backward: (grad) => [grad],
});

/** A fresh result under the grad_fn name of PyTorch's own last step, where ours is another. */
export function named(x: Tensor, gradName: string): Tensor {
  return x.gradNode === null || x.gradNode.name === gradName ? x : renamed(x, gradName);
}

/** `x[...]`: the whole tensor as a view. */
export function aliasOf(x: Tensor): Tensor {
  return alias(x);
}
