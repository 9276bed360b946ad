import { type DType, promoteTypes } from "../dtype";
import { check } from "../errors";
import { copyInto } from "../kernels/convert";
import { formatStrides, suggestedFormat, withStrides } from "../kernels/layout";
import { defineOp, type Op } from "../op";
import { broadcastSizes, formatSizes, type Sizes, sameSizes, wrapDim } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { warn } from "../warnings";
import { sum } from "./reduction";
import { narrow, select } from "./slicing";
import { expand, reshape, unsqueeze } from "./views";

/** Ops that make one tensor of several. */

function widest(tensors: readonly Tensor[]): DType {
  return tensors.map((t) => t.dtype).reduce(promoteTypes);
}

/** An empty vector takes part without counting, for the sake of loops that start from one. */
const counts = (t: Tensor): boolean => !(t.ndim === 1 && t.sizes[0] === 0);

function catSizes(tensors: readonly Tensor[], d: number): Sizes {
  const first = tensors.find(counts) ?? tensors[0];
  let total = 0;
  tensors.forEach((t, i) => {
    if (!counts(t)) return;
    check(t.ndim === first.ndim, () => `Tensors must have same number of dimensions: got ${first.ndim} and ${t.ndim}`);
    t.sizes.forEach((n, k) => {
      check(
        k === d || n === first.sizes[k],
        () =>
          `Sizes of tensors must match except in dimension ${d}. Expected size ${first.sizes[k]} but got size ${n} for ` +
          `tensor number ${i} in the list.`,
      );
    });
    total += t.sizes[d];
  });
  return first.sizes.map((n, k) => (k === d ? total : n));
}

/** The strides of the memory format that all of the tensors have; null: row-major. */
function commonFormat(tensors: readonly Tensor[], out: Tensor): Sizes | null {
  const format = tensors[0].isContiguous ? null : suggestedFormat(tensors[0]);
  const shared = format && tensors.every((t) => suggestedFormat(t) === format);
  return shared ? formatStrides(out.sizes, format) : null;
}

export const cat: Op<[tensors: readonly Tensor[], dim?: number], Tensor> = defineOp({
  schema: "cat(Tensor[] tensors, int dim=0) -> Tensor",
  aliases: ["concat", "concatenate"],
  in: ["torch"],
  summary: "Tensors joined along a dimension.",
  forward: (tensors: readonly Tensor[], dim: number = 0) => {
    check(tensors.length > 0, "torch.cat(): expected a non-empty list of Tensors", "ValueError");
    tensors.forEach((t, i) => {
      check(t.ndim > 0, () => `zero-dimensional tensor (at position ${i}) cannot be concatenated`);
    });
    const d = wrapDim(dim, (tensors.find(counts) ?? tensors[0]).ndim);
    const fresh = emptyFrom(tensors, catSizes(tensors, d), widest(tensors));
    const out = withStrides(fresh, commonFormat(tensors, fresh));
    if (out.isAbstract) return out;
    let at = 0;
    for (const t of tensors) {
      if (!counts(t)) continue;
      const sizes = out.sizes.map((n, k) => (k === d ? t.sizes[d] : n));
      copyInto(out.alias(sizes, out.strides, at * out.strides[d]), t);
      at += t.sizes[d];
    }
    return out;
  },
  save: ([tensors, dim = 0]) => {
    const ndim = (tensors.find(counts) ?? tensors[0]).ndim;
    const d = wrapDim(dim, ndim);
    return [d, tensors.map((t) => (counts(t) ? t.sizes[d] : -1))] as const;
  },
  backward: (grad, [d, lengths], needs) => {
    let start = 0;
    return lengths.map((n, i) => {
      start += Math.max(n, 0);
      if (!needs[i]) return null;
      return n < 0 ? reshape(narrow(grad, d, 0, 0), [0]) : narrow(grad, d, start - n, n);
    });
  },
});

export const stack: Op<[tensors: readonly Tensor[], dim?: number], Tensor> = defineOp({
  schema: "stack(Tensor[] tensors, int dim=0) -> Tensor",
  in: ["torch"],
  summary: "Tensors of equal sizes joined along a new dimension.",
  forward: (tensors: readonly Tensor[], dim: number = 0) => {
    check(tensors.length > 0, "stack expects a non-empty TensorList");
    const [first] = tensors;
    const d = wrapDim(dim, first.ndim + 1);
    tensors.forEach((t, i) => {
      check(
        sameSizes(t.sizes, first.sizes),
        () =>
          `stack expects each tensor to be equal size, but got ${formatSizes(first.sizes)} at entry 0 and ` +
          `${formatSizes(t.sizes)} at entry ${i}`,
      );
    });
    const out = emptyFrom(
      tensors,
      [...first.sizes.slice(0, d), tensors.length, ...first.sizes.slice(d)],
      widest(tensors),
    );
    if (out.isAbstract) return out;
    const strides = out.strides.filter((_, k) => k !== d);
    tensors.forEach((t, i) => {
      copyInto(out.alias(first.sizes, strides, i * out.strides[d]), t);
    });
    return out;
  },
  save: ([tensors, dim = 0]) => [wrapDim(dim, tensors[0].ndim + 1), tensors.length] as const,
  backward: (grad, [d, n], needs) => Array.from({ length: n }, (_, i) => (needs[i] ? select(grad, d, i) : null)),
});

const atLeast = (x: Tensor, n: number): Tensor => (x.ndim >= n ? x : reshape(x, n === 1 ? [1] : [1, x.numel]));

function checkSome(name: string, tensors: readonly Tensor[]): void {
  check(tensors.length > 0, `${name} expects a non-empty TensorList`);
}

export const hstack = defineOp({
  schema: "hstack(Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "Joined along the second dimension (vectors along their only one).",
  forward: (tensors: readonly Tensor[]) => {
    checkSome("hstack", tensors);
    const wide = tensors.map((t) => atLeast(t, 1));
    return cat(wide, wide[0].ndim === 1 ? 0 : 1);
  },
});

export const vstack = defineOp({
  schema: "vstack(Tensor[] tensors) -> Tensor",
  aliases: ["row_stack"],
  in: ["torch"],
  summary: "Joined as rows.",
  forward: (tensors: readonly Tensor[]) => {
    checkSome("vstack", tensors);
    return cat(tensors.map((t) => atLeast(t, 2)));
  },
});

export const columnStack = defineOp({
  schema: "column_stack(Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "Joined as columns.",
  forward: (tensors: readonly Tensor[]) =>
    cat(
      tensors.map((t) => (t.ndim <= 1 ? reshape(t, [t.numel, 1]) : t)),
      1,
    ),
});

export const broadcastTensors = defineOp({
  schema: "broadcast_tensors(Tensor[] tensors) -> Tensor[]",
  in: ["torch"],
  summary: "Each tensor expanded to the sizes common to all.",
  forward: (tensors: readonly Tensor[]) => {
    const sizes = tensors.map((t) => t.sizes).reduce(broadcastSizes, [] as Sizes);
    return tensors.map((t) => (sameSizes(t.sizes, sizes) ? t : expand(t, sizes)));
  },
});

export const meshgrid = defineOp({
  schema: "meshgrid(Tensor[] tensors, *, str? indexing=None) -> Tensor[]",
  in: ["torch"],
  summary: "Coordinate grids of vectors.",
  forward: (tensors: readonly Tensor[], indexing: string | null = null) => {
    if (indexing === null) {
      warn("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.");
    }
    const columns = indexing === "xy" && tensors.length >= 2;
    const given = columns ? [tensors[1], tensors[0], ...tensors.slice(2)] : tensors;
    const sizes = given.map((t) => t.numel);
    const grids = given.map((t, i) =>
      expand(
        reshape(
          t,
          sizes.map((n, d) => (d === i ? n : 1)),
        ),
        sizes,
      ),
    );
    return columns ? [grids[1], grids[0], ...grids.slice(2)] : grids;
  },
});

export const cartesianProd = defineOp({
  schema: "cartesian_prod(Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "All combinations of elements of vectors, one per row.",
  forward: (tensors: readonly Tensor[]) => {
    if (tensors.length === 1) return tensors[0];
    return stack(
      meshgrid(tensors, "ij").map((g) => reshape(g, [-1])),
      1,
    );
  },
});

/** `x.repeat(2, 3)`: the tensor tiled. */
export const repeat: Op<[self: Tensor, repeats: Sizes], Tensor> = defineOp({
  schema: "repeat(Tensor self, int[] repeats) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor repeated along each dimension.",
  forward: (x: Tensor, repeats: Sizes) => {
    check(
      repeats.length >= x.ndim,
      "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
    );
    const sizes = padded(x, repeats);
    const out = emptyFrom(
      [x],
      sizes.map((n, d) => n * repeats[d]),
    );
    if (out.isAbstract) return out;
    const lead = repeats.length - x.ndim;
    const own = repeats.map((_, d) => (d < lead ? 0 : x.strides[d - lead]));
    const tiles = sizes.flatMap((n, d) => [repeats[d], n]);
    const to = out.alias(
      tiles,
      sizes.flatMap((n, d) => [n * out.strides[d], out.strides[d]]),
    );
    copyInto(
      to,
      x,
      own.flatMap((s) => [0, s]),
    );
    return out;
  },
  save: ([x, repeats]) => [padded(x, repeats), repeats] as const,
  backward: (grad, [sizes, repeats]) => {
    const tiles = reshape(
      grad,
      sizes.flatMap((n, d) => [repeats[d], n]),
    );
    return [
      sum(
        tiles,
        sizes.map((_, d) => 2 * d),
      ),
    ];
  },
});

function padded(x: Tensor, repeats: Sizes): number[] {
  return [...new Array<number>(repeats.length - x.ndim).fill(1), ...x.sizes];
}

export const tile = defineOp({
  schema: "tile(Tensor self, int[] dims) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The tensor repeated along each dimension.",
  forward: (x: Tensor, dims: Sizes) =>
    repeat(x, [...new Array<number>(Math.max(0, x.ndim - dims.length)).fill(1), ...dims]),
});

export const dstack = defineOp({
  schema: "dstack(Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "Joined along the third dimension.",
  forward: (tensors: readonly Tensor[]) => {
    checkSome("dstack", tensors);
    const deep = tensors.map((t) => (t.ndim >= 3 ? t : unsqueeze(atLeast(t, 2), 2)));
    return cat(deep, 2);
  },
});
