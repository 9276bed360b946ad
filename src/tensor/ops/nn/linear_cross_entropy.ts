import { int64 } from "../../dtype";
import { check } from "../../errors";
import { defineOp } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { numelOf, type Sizes, sameSizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { warn } from "../../warnings";
import { linear } from "../matmul";
import { named, reshape } from "../views";
import { crossEntropy } from "./losses_class";

/** A linear layer and the cross-entropy of its outputs in one function. */

type MaybeTensor = Tensor | null;

/** Sizes as Python prints tuples. */
const tupleText = (sizes: Sizes): string => `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;

function checkShapes(x: Tensor, weight: Tensor, bias: MaybeTensor): void {
  check(x.ndim === 1 || x.ndim === 2, () => `expected input with dimensionality 1 or 2, got ${x.ndim}`);
  check(weight.ndim >= 2, () => `expected linear_weight with dimensionality at least 2, got ${weight.ndim}`);
  const features = x.sizes[x.ndim - 1];
  const [classes, ...rest] = weight.sizes;
  const last = rest.pop();
  check(
    features === last,
    () =>
      `expected equal input and linear_weight last dimensions (in_features), got ${features} and ${last}, respectively`,
  );
  const rows = [classes, ...rest];
  check(
    bias === null || sameSizes(bias.sizes, rows),
    () => `expected linear_bias shape ${tupleText(rows)}, got ${tupleText(bias?.sizes ?? [])}`,
  );
  check(
    rest.length === 0 || x.ndim === 2,
    () =>
      `K-dimensional loss defined by linear_weight shape ${tupleText(weight.sizes)} requires batched input, ` +
      `(N, ${features}), got unbatched input with shape ${tupleText(x.sizes)}`,
  );
}

/** The node that PyTorch's chunked computation leaves; its numbers are the same. */
const CHUNKED = "GeneratedBackwardFor_torch_nn__linear_cross_entropy_batch_chunked";

export const linearCrossEntropy = defineOp({
  schema:
    "linear_cross_entropy(Tensor input, Tensor linear_weight, Tensor target, *, Tensor? linear_bias=None, " +
    "Tensor? weight=None, str reduction='mean', int? ignore_index=None, float label_smoothing=0.0, " +
    "Any? options=None) -> Tensor",
  in: ["nn.functional"],
  summary: "The cross-entropy of a linear layer's outputs: cross_entropy(linear(input, linear_weight), target).",
  forward: (
    x: Tensor,
    linearWeight: Tensor,
    target: Tensor,
    linearBias: MaybeTensor = null,
    weight: MaybeTensor = null,
    reduction: string = "mean",
    ignoreIndex: number | null = null,
    labelSmoothing: Scalar = 0,
    options: unknown = null,
  ): Tensor => {
    checkShapes(x, linearWeight, linearBias);
    const features = x.sizes[x.ndim - 1];
    const rows = linearWeight.sizes.slice(0, -1);
    const logitsShape = [...x.sizes.slice(0, -1), ...rows];
    check(
      ignoreIndex === null || !sameSizes(target.sizes, logitsShape),
      "ignore_index cannot be specified when target contains probabilities",
    );
    const chunked = ["mean", "sum", "none"].includes(reduction) && toNumber(labelSmoothing) === 0;
    const fits = chunked && target.dtype === int64 && rows.length === 1;
    if (options !== null && !fits) {
      warn(
        "linear_cross_entropy: ``options`` ignored; chunked path needs reduction in {'mean','sum','none'}, " +
          "label_smoothing == 0, target.dtype == int64, out_features == ().",
      );
    }
    const flat = (t: Tensor, sizes: Sizes): Tensor => (rows.length === 1 ? t : reshape(t, sizes));
    const count = numelOf(rows);
    const outputs = linear(x, flat(linearWeight, [count, features]), linearBias && flat(linearBias, [count]));
    const logits = reshape(outputs, logitsShape);
    const loss = crossEntropy(logits, target, weight, null, ignoreIndex ?? -100, null, reduction, labelSmoothing);
    if (options === null || !fits) return loss;
    return named(loss, `${CHUNKED}${reduction === "none" ? "_no_reduction" : ""}_defaultBackward`);
  },
});
