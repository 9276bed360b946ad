import { check } from "../errors";
import { copyInto } from "../kernels/convert";
import { filled, fillInto } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { wrapDim } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { cat } from "./joining";
import { diagonal, slice } from "./slicing";
import { reshape } from "./views";

/** Elements put in another order, by copy. */

type Flip = [self: Tensor, dims: readonly number[]];

export const flip: Op<Flip, Tensor> = defineOp({
  schema: "flip(Tensor self, int[] dims) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Dimensions reversed.",
  forward: (x: Tensor, dims: readonly number[]) => {
    const turned = new Set(dims.map((d) => wrapDim(d, x.ndim)));
    check(turned.size === dims.length, "dim appears multiple times in the list of dims");
    const out = emptyFrom([x], x.sizes);
    if (out.isAbstract || out.numel === 0) return out;
    let { offset } = x;
    const strides = x.strides.map((s, d) => {
      if (!turned.has(d)) return s;
      offset += (x.sizes[d] - 1) * s;
      return -s;
    });
    copyInto(out, x.alias(x.sizes, strides, offset));
    return out;
  },
  save: ([, dims]) => [dims] as const,
  backward: (grad, [dims]) => [flip(grad, dims)],
});

export const fliplr = defineOp({
  schema: "fliplr(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Columns reversed.",
  forward: (x: Tensor) => {
    check(x.ndim >= 2, "Input must be >= 2-d.");
    return flip(x, [1]);
  },
});

export const flipud = defineOp({
  schema: "flipud(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Rows reversed.",
  forward: (x: Tensor) => {
    check(x.ndim >= 1, "Input must be >= 1-d.");
    return flip(x, [0]);
  },
});

type Roll = [self: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]];

function rolled(x: Tensor, shift: number, d: number): Tensor {
  const n = x.sizes[d];
  if (n === 0) return x;
  const by = ((shift % n) + n) % n;
  return by === 0 ? x : cat([slice(x, d, n - by), slice(x, d, 0, n - by)], d);
}

export const roll: Op<Roll, Tensor> = defineOp({
  schema: "roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Elements moved along dimensions, around the end.",
  forward: (...[x, shifts, dims = []]: Roll) => {
    const by = [shifts].flat();
    const along = [dims].flat();
    check(by.length > 0, "`shifts` required");
    if (along.length === 0) {
      check(by.length === 1, "shifts and dimensions must align. shifts: " + `${by.length}, dims:0`);
      const flat = rolled(reshape(x, [-1]), by[0], 0);
      return copied(reshape(flat, x.sizes));
    }
    check(
      by.length === along.length,
      () => `shifts and dimensions must align. shifts: ${by.length}, dims:${along.length}`,
    );
    for (const d of along) {
      check(x.ndim > 0, () => `Dimension specified as ${d} but tensor has no dimensions`, "IndexError");
    }
    return copied(along.reduce((t, d, i) => rolled(t, by[i], wrapDim(d, x.ndim)), x));
  },
  save: ([, shifts, dims = []]) => [[shifts].flat().map((s) => -s), dims] as const,
  backward: (grad, [shifts, dims]) => [roll(grad, shifts, dims)],
});

function copied(x: Tensor): Tensor {
  const out = emptyFrom([x], x.sizes);
  if (!out.isAbstract) copyInto(out, x);
  return out;
}

export const rot90: Op<[self: Tensor, k?: number, dims?: readonly number[]], Tensor> = defineOp({
  schema: "rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A plane of two dimensions turned by quarter turns.",
  forward: (x: Tensor, k: number = 1, dims: readonly number[] = [0, 1]) => {
    check(dims.length === 2, () => `expected total rotation dims == 2, but got dims = ${dims.length}`);
    check(x.ndim >= 2, () => `expected total dims >= 2, but got total dims = ${x.ndim}`);
    const [a, b] = dims.map((d) => wrapDim(d, x.ndim));
    check(a !== b, () => `expected rotation dims to be different, but got dim0 = ${dims[0]} and dim1 = ${dims[1]}`);
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return copied(x);
    if (turns === 2) return flip(x, [a, b]);
    const turned = flip(x, [turns === 1 ? b : a]);
    const order = [...x.sizes.keys()].map((d) => (d === a ? b : d === b ? a : d));
    return turned.alias(
      order.map((d) => turned.sizes[d]),
      order.map((d) => turned.strides[d]),
    );
  },
  save: ([, k = 1, dims = [0, 1]]) => [k, dims] as const,
  backward: (grad, [k, dims]) => [rot90(grad, -k, dims)],
});

type DiagEmbed = [self: Tensor, offset?: number, dim1?: number, dim2?: number];

export const diagEmbed: Op<DiagEmbed, Tensor> = defineOp({
  schema: "diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The last dimension as the diagonal of a matrix.",
  forward: (...[x, offset = 0, dim1 = -2, dim2 = -1]: DiagEmbed) => {
    const n = x.sizes[x.ndim - 1] + Math.abs(offset);
    const [a, b] = [wrapDim(dim1, x.ndim + 1), wrapDim(dim2, x.ndim + 1)];
    check(a !== b, () => `diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const sizes = [...x.sizes.slice(0, -1)];
    for (const d of [Math.min(a, b), Math.max(a, b)]) sizes.splice(d, 0, n);
    const out = filled(sizes, x.dtype, 0, x.isAbstract);
    if (!out.isAbstract) copyInto(diagonal(out, offset, a, b), x);
    return out;
  },
  save: ([, offset = 0, dim1 = -2, dim2 = -1]) => [offset, dim1, dim2] as const,
  backward: (grad, [offset, dim1, dim2]) => [diagonal(grad, offset, dim1, dim2)],
});

export const blockDiag = defineOp({
  schema: "block_diag(Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "Matrices along the diagonal of one.",
  forward: (tensors: readonly Tensor[]) => {
    const blocks = tensors.map((t) => (t.ndim === 2 ? t : reshape(t, [1, t.numel])));
    const [rows, columns] = [0, 1].map((d) => blocks.reduce((n, t) => n + t.sizes[d], 0));
    const out = emptyFrom(blocks, [rows, columns]);
    if (out.isAbstract) return out;
    fillInto(out, 0);
    let [i, j] = [0, 0];
    for (const t of blocks) {
      copyInto(out.alias(t.sizes, out.strides, i * columns + j), t);
      i += t.sizes[0];
      j += t.sizes[1];
    }
    return out;
  },
  save: ([tensors]) => [tensors.map((t) => t.sizes)] as const,
  backward: (grad, [sizes]) => {
    let [i, j] = [0, 0];
    return sizes.map((s) => {
      const [m, n] = s.length === 2 ? s : [1, s.reduce((a, b) => a * b, 1)];
      const part = slice(slice(grad, 0, i, i + m), 1, j, j + n);
      i += m;
      j += n;
      return reshape(part, s);
    });
  },
});
