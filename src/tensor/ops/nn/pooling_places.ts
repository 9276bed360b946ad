import { check } from "../../errors";
import { compact } from "../../kernels/convert";
import { fastScatterPlanes } from "../../kernels/fast_pooling";
import { inFormatOf } from "../../kernels/memory_format";
import { defineOp, type Op } from "../../op";
import type { Sizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { type Floats, floats, integers, made, write } from "./floats";

/** Sizes of the last `dims` dimensions, and how many planes of them there are. */
export const spatialOf = (x: Tensor, dims: number): Sizes => x.sizes.slice(x.ndim - dims);
export const planesOf = (x: Tensor, dims: number): number => x.sizes.slice(0, x.ndim - dims).reduce((a, b) => a * b, 1);

/** A new tensor that the kernel fills or else the plain loop, unless it is abstract or empty. */
export function filledBy(out: Tensor, fast: (out: Tensor) => boolean, plain: (y: Floats) => void): Tensor {
  if (!out.isAbstract && out.numel > 0 && !fast(out)) write(out, plain);
  return out;
}

/** Elements of each plane of `x` at the plane positions that `indices` holds. */
const gatherPlane: Op<[Tensor, Tensor, number], Tensor> = defineOp({
  schema: "_gather_plane(Tensor self, Tensor indices, int dims) -> Tensor",
  in: ["internal"],
  summary: "Elements of each plane at given positions.",
  forward: (x: Tensor, indices: Tensor, dims: number) =>
    made([x], indices.sizes, (y) => {
      const a = floats(x);
      const at = integers(indices);
      const planes = planesOf(x, dims);
      const [from, to] = [a.length / planes, y.length / planes];
      for (let i = 0; i < y.length; i++) y[i] = a[Math.floor(i / to) * from + at[i]];
    }),
  save: ([x, indices, dims]) => [indices, dims, spatialOf(x, dims)] as const,
  backward: (g, [indices, dims, spatial]) => [scatterPlane(g, indices, dims, spatial), null],
});

/** The transpose of `gatherPlane`: adds each element to its position in planes of the given sizes. */
export const scatterPlane: Op<[Tensor, Tensor, number, Sizes], Tensor> = defineOp({
  schema: "_scatter_plane(Tensor self, Tensor indices, int dims, int[] spatial) -> Tensor",
  in: ["internal"],
  summary: "Adds elements to given positions of each plane.",
  forward: (g: Tensor, indices: Tensor, dims: number, spatial: Sizes) =>
    filledBy(
      emptyFrom([g], [...g.sizes.slice(0, g.ndim - dims), ...spatial]),
      (out) => fastScatterPlanes(out, compact(g), compact(indices), planesOf(g, dims)),
      (out) => {
        const a = floats(g);
        const at = integers(indices);
        const planes = planesOf(g, dims);
        const [from, to] = [a.length / planes, out.length / planes];
        const sums = new Float64Array(out.length);
        for (let i = 0; i < a.length; i++) sums[Math.floor(i / from) * to + at[i]] += a[i];
        out.set(sums);
      },
    ),
  save: ([, indices, dims]) => [indices, dims] as const,
  backward: (gg, [indices, dims]) => [gatherPlane(gg, indices, dims), null],
});

/** Puts elements at given positions of each plane, zeros elsewhere; of several at one position the last stays. */
export const unpool: Op<[Tensor, Tensor, number, Sizes], Tensor> = defineOp({
  schema: "_max_unpool(Tensor self, Tensor indices, int dims, int[] spatial) -> Tensor",
  in: ["internal"],
  summary: "The partial inverse of max pooling.",
  gradName: ([, , dims]) => (dims === 1 ? "SqueezeBackward1" : `MaxUnpool${dims}DBackward0`),
  forward: (x: Tensor, indices: Tensor, dims: number, spatial: Sizes) => {
    const out = made([x], [...x.sizes.slice(0, x.ndim - dims), ...spatial], (y) => {
      const a = floats(x);
      const at = integers(indices);
      const planes = planesOf(x, dims);
      const [from, to] = [a.length / planes, y.length / planes];
      y.fill(0);
      for (let i = 0; i < a.length; i++) {
        check(
          at[i] >= 0 && at[i] < to,
          () => `Found an invalid max index: ${at[i]} (output volumes are of size ${spatial.join("x")}`,
        );
        y[Math.floor(i / from) * to + at[i]] = a[i];
      }
    });
    return dims === 2 ? inFormatOf([x], out) : out;
  },
  save: ([, indices, dims]) => [indices, dims] as const,
  backward: (g, [indices, dims]) => [gatherPlane(g, indices, dims), null],
});
