import { check } from "../errors";
import { formatSizes, sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { defineComposed } from "./composed";
import { clone } from "./copies";
import { copy_ } from "./inplace";
import { diagonal, select, slice } from "./slicing";

/** Copies of which a part, seen through a view op, holds other values. */

function written(x: Tensor, source: Tensor, part: (whole: Tensor) => Tensor): Tensor {
  const out = clone(x);
  const shown = part(out);
  check(
    sameSizes(shown.sizes, source.sizes),
    () =>
      `expected src to have a size equal to the slice of self. src size = ${formatSizes(source.sizes)}, ` +
      `slice size = ${formatSizes(shown.sizes)}`,
  );
  copy_(shown, source);
  return out;
}

export const diagonalScatter = defineComposed({
  schema: "diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy with other values on a diagonal.",
  forward: (x: Tensor, source: Tensor, offset: number = 0, dim1: number = 0, dim2: number = 1) =>
    written(x, source, (whole) => diagonal(whole, offset, dim1, dim2)),
});

export const selectScatter = defineComposed({
  schema: "select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy with other values at one index of a dimension.",
  forward: (x: Tensor, source: Tensor, dim: number, index: number) =>
    written(x, source, (whole) => select(whole, dim, index)),
});

export const sliceScatter = defineComposed({
  schema: "slice_scatter(Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy with other values in a slice of a dimension.",
  forward: (
    x: Tensor,
    source: Tensor,
    dim: number = 0,
    start: number | null = null,
    end: number | null = null,
    step: number = 1,
  ) => written(x, source, (whole) => slice(whole, dim, start, end, step)),
});
