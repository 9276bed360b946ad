import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check, TorchError } from "../../errors";
import { noGrad } from "../../modes";
import { defineOp, type Op } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import type { Sizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { floats, integers, made } from "./floats";

function checkIndices(indices: Tensor): void {
  check(
    indices.dtype.kind === "int" && indices.dtype.size >= 4,
    () =>
      `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ` +
      `torch.${indices.dtype.scalarName}Tensor instead (while checking arguments for embedding)`,
  );
}

const embeddingKernel: Op<[Tensor, Tensor, number], Tensor> = defineOp({
  schema: "embedding(Tensor weight, Tensor indices, int padding_idx=-1) -> Tensor",
  in: ["torch"],
  summary: "Rows of weight at the given indices.",
  forward: (weight: Tensor, indices: Tensor, _paddingIdx: number) => {
    check(weight.ndim === 2, "'weight' must be 2-D");
    checkIndices(indices);
    const [rows, width] = weight.sizes;
    return made(
      [weight, indices],
      [...indices.sizes, width],
      (y) => {
        const w = floats(weight);
        integers(indices).forEach((row, i) => {
          if (row < 0 || row >= rows) throw new TorchError("IndexError", "index out of range in self");
          y.set(w.subarray(row * width, (row + 1) * width), i * width);
        });
      },
      weight.dtype,
    );
  },
  save: ([weight, indices, paddingIdx]) => [weight.sizes, indices, paddingIdx] as const,
  backward: (g, [sizes, indices, paddingIdx]) => [embeddingBackward(g, indices, sizes, paddingIdx), null],
});

const embeddingBackward: Op<[Tensor, Tensor, Sizes, number], Tensor> = defineOp({
  schema: "embedding_dense_backward(Tensor grad_output, Tensor indices, int[] sizes, int padding_idx) -> Tensor",
  in: ["internal"],
  summary: "Sums gradients of equal indices; the padding row gets none.",
  forward: (grad: Tensor, indices: Tensor, sizes: Sizes, paddingIdx: number) =>
    made([grad, indices], sizes, (out) => {
      const g = floats(grad);
      const width = sizes[1];
      const sums = new Float64Array(out.length);
      integers(indices).forEach((row, i) => {
        if (row === paddingIdx) return;
        for (let k = 0; k < width; k++) sums[row * width + k] += g[i * width + k];
      });
      out.set(sums);
    }),
  save: ([, indices, , paddingIdx]) => [indices, paddingIdx] as const,
  backward: (gg, [indices, paddingIdx]) => [embeddingKernel(gg, indices, paddingIdx), null],
});

/** Scales down, in place, the rows that will be looked up and whose norm exceeds `maxNorm`. */
function renormalize(weight: Tensor, indices: Tensor, maxNorm: number, normType: number): void {
  if (weight.isAbstract || indices.isAbstract) return;
  noGrad(() => {
    const values = Float64Array.from(floats(weight));
    const width = weight.sizes[1];
    for (const row of new Set(integers(indices))) {
      const part = values.subarray(row * width, (row + 1) * width);
      const norm = part.reduce((sum, v) => sum + Math.abs(v) ** normType, 0) ** (1 / normType);
      if (norm > maxNorm)
        part.forEach((v, k) => {
          part[k] = v * (maxNorm / (norm + 1e-7));
        });
    }
    fromNumbers(weight, values);
    weight.versionCounter.value++;
  });
}

export const embedding = defineOp({
  schema:
    "embedding(Tensor input, Tensor weight, int? padding_idx=None, float? max_norm=None, float norm_type=2.0, " +
    "bool scale_grad_by_freq=False, bool sparse=False) -> Tensor",
  in: ["nn.functional"],
  summary: "Rows of weight at the given indices.",
  forward: (
    indices: Tensor,
    weight: Tensor,
    paddingIdx: number | null = null,
    maxNorm: Scalar | null = null,
    normType: Scalar = 2,
  ): Tensor => {
    const rows = weight.sizes[0];
    check(
      paddingIdx === null || (paddingIdx >= -rows && paddingIdx < rows),
      "Padding_idx must be within num_embeddings",
      "AssertionError",
    );
    if (maxNorm !== null) renormalize(weight, indices, toNumber(maxNorm), toNumber(normType));
    const padding = paddingIdx === null ? -1 : paddingIdx < 0 ? rows + paddingIdx : paddingIdx;
    return embeddingKernel(weight, indices, padding);
  },
});

export const oneHot = defineOp({
  schema: "one_hot(Tensor input, int num_classes=-1) -> Tensor",
  in: ["nn.functional"],
  summary: "For each class index a row of zeros with a one.",
  forward: (classes: Tensor, numClasses: number = -1): Tensor => {
    check(classes.dtype === int64, `one_hot is only applicable to index tensor of type LongTensor.`);
    const known = !classes.isAbstract || numClasses > 0;
    const at = known && !classes.isAbstract ? integers(classes) : new Float64Array(0);
    check(at.length > 0 || numClasses > 0 || !known, "Can not infer total number of classes from empty tensor.");
    check(
      at.every((c) => c >= 0),
      "Class values must be non-negative.",
    );
    // Reading the data of an abstract tensor is what tells inference to stop.
    const width = numClasses > 0 ? numClasses : Math.max(...(classes.isAbstract ? integers(classes) : at)) + 1;
    check(
      at.every((c) => c < width),
      "Class values must be smaller than num_classes.",
    );
    const out = emptyFrom([classes], [...classes.sizes, width], int64);
    if (!out.isAbstract) {
      const rows = new Float64Array(out.numel);
      at.forEach((c, i) => {
        rows[i * width + c] = 1;
      });
      fromNumbers(out, rows);
    }
    return out;
  },
});
