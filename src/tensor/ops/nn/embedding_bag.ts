import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import { defineOp, type Op } from "../../op";
import type { Scalar } from "../../scalar";
import { emptyFrom, type Tensor } from "../../tensor";
import { mul } from "../arithmetic";
import { lastGradient } from "../last_gradient";
import { reshape } from "../views";
import { embedding } from "./embedding";
import { floats, integers, made } from "./floats";

type MaybeTensor = Tensor | null;

/** Where each bag starts, and the end of the last. */
function boundaries(count: number, offsets: Tensor, includeLast: boolean): number[] {
  const starts = Array.from(integers(offsets));
  return includeLast ? starts : [...starts, count];
}

/** `padding` tells which rows count for nothing. */
type BagArgs = [rows: Tensor, bounds: Tensor, mode: string, padding: ReadonlySet<number>];

/** Sums, means or maxima of runs of rows. */
const bags: Op<BagArgs, Tensor> = defineOp({
  schema: "_embedding_bag(Tensor rows, Tensor bounds, str mode, Any padding) -> Tensor",
  in: ["internal"],
  summary: "Sums, means or maxima of runs of rows.",
  gradName: "EmbeddingBagBackward0",
  forward: (...[rows, bounds, mode, padding]: BagArgs) =>
    made(
      [rows, bounds],
      [bounds.numel - 1, rows.sizes[1]],
      (y) => {
        y.fill(0);
        eachCell([rows, bounds, mode, padding], (out, at, share, a) => {
          y[out] += a[at] * share;
        });
      },
      rows.dtype,
    ),
  save: (args) => args,
  backward: (grad, [rows, bounds, mode, padding]) => {
    const flow = (): Tensor =>
      made([grad, rows], rows.sizes, (out) => {
        const g = floats(grad);
        out.fill(0);
        eachCell([rows, bounds, mode, padding], (cell, at, share) => (out[at] = g[cell] * share));
      });
    return [bagGradient([grad, rows], flow), null];
  },
});

const bagGradient = lastGradient("_embedding_bag_backward", "kernel");

/** Calls `visit` with every element that a cell of the result is made of and its share. */
function eachCell(
  [rows, bounds, mode, padding]: BagArgs,
  visit: (cell: number, at: number, share: number, a: ArrayLike<number>) => void,
): void {
  const a = floats(rows);
  const width = rows.sizes[1];
  const ends = integers(bounds);
  for (let bag = 0; bag + 1 < ends.length; bag++) {
    const positions = Array.from({ length: ends[bag + 1] - ends[bag] }, (_, i) => ends[bag] + i);
    const kept = positions.filter((position) => !padding.has(position));
    for (let k = 0; k < width; k++) {
      const cell = bag * width + k;
      const members = kept.map((position) => position * width + k);
      if (mode !== "max") for (const at of members) visit(cell, at, mode === "mean" ? 1 / members.length : 1, a);
      else if (members.length > 0)
        visit(
          cell,
          members.reduce((best, at) => (a[at] > a[best] ? at : best)),
          1,
          a,
        );
    }
  }
}

export const embeddingBag = defineOp({
  schema:
    "embedding_bag(Tensor input, Tensor weight, Tensor? offsets=None, float? max_norm=None, float norm_type=2.0, " +
    "bool scale_grad_by_freq=False, str mode='mean', bool sparse=False, Tensor? per_sample_weights=None, " +
    "bool include_last_offset=False, int? padding_idx=None) -> Tensor",
  in: ["nn.functional"],
  summary: "Sums or averages rows of a table, bag by bag.",
  forward: (
    indices: Tensor,
    weight: Tensor,
    offsets: MaybeTensor = null,
    maxNorm: Scalar | null = null,
    normType: Scalar = 2,
    _scaleGradByFreq: boolean = false,
    mode: string = "mean",
    _sparse: boolean = false,
    perSampleWeights: MaybeTensor = null,
    includeLastOffset: boolean = false,
    paddingIdx: number | null = null,
  ): Tensor => {
    check(["sum", "mean", "max"].includes(mode), "mode has to be one of sum, mean or max", "ValueError");
    if (indices.ndim === 2) {
      check(
        offsets === null,
        "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences.",
        "ValueError",
      );
    } else {
      check(
        indices.ndim === 1,
        () => `input has to be 1D or 2D Tensor, but got Tensor of dimension ${indices.ndim}`,
        "ValueError",
      );
      check(offsets !== null, "offsets has to be a 1D Tensor but got None", "ValueError");
    }
    const flat = indices.ndim === 2 ? indices.numel : indices.sizes[0];
    const bagCount = indices.ndim === 2 ? indices.sizes[0] : offsets!.numel - (includeLastOffset ? 1 : 0);
    const bounds = emptyFrom([indices, ...(offsets ? [offsets] : [])], [bagCount + 1], indices.dtype);
    if (!bounds.isAbstract) {
      const width = indices.ndim === 2 ? indices.sizes[1] : 0;
      const ends = offsets
        ? boundaries(flat, offsets, includeLastOffset)
        : Array.from({ length: bagCount + 1 }, (_, i) => i * width);
      fromNumbers(bounds, ends);
    }
    const single = reshape(indices, [flat]);
    let rows = embedding(single, weight, paddingIdx, maxNorm, normType);
    if (perSampleWeights) rows = mul(rows, reshape(perSampleWeights, [flat, 1]));
    const padding = new Set<number>();
    if (paddingIdx !== null && !single.isAbstract) {
      const row = paddingIdx < 0 ? weight.sizes[0] + paddingIdx : paddingIdx;
      for (const [i, index] of integers(single).entries()) if (index === row) padding.add(i);
    }
    return bags(rows, bounds, mode, padding);
  },
});
