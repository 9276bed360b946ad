import { bool } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import { defineOp } from "../../op";
import { type Scalar, toFloat, toNumber } from "../../scalar";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, mul, sub } from "../arithmetic";
import { matmul } from "../matmul";
import { transpose } from "../permuting";
import { sum } from "../reduction";
import { repeatInterleave } from "../scattering";
import { sumTo } from "../sum-to";
import { where } from "../where";
import { dropout } from "./dropout";
import { softmax } from "./softmax";

type MaybeTensor = Tensor | null;

/** −∞ above the diagonal, 0 elsewhere: (rows × columns). */
function causalMask(like: Tensor, rows: number, columns: number): Tensor {
  const mask = emptyFrom([like], [rows, columns]);
  if (!mask.isAbstract) {
    fromNumbers(
      mask,
      Array.from({ length: rows * columns }, (_, i) => (i % columns > Math.floor(i / columns) ? -Infinity : 0)),
    );
  }
  return mask;
}

/** What is added to the scores: a boolean mask is true where attention is allowed. */
function additive(mask: MaybeTensor): MaybeTensor {
  return mask && mask.dtype === bool ? where(mask, toFloat(0), -Infinity) : mask;
}

/** softmax(scale · q kᵀ + mask). */
function weights(q: Tensor, k: Tensor, mask: MaybeTensor, scale: number): Tensor {
  const scores = mul(matmul(q, transpose(k, -2, -1)), toFloat(scale));
  return softmax(mask ? add(scores, mask) : scores, -1);
}

/** Attention without dropout as one node, as PyTorch's CPU kernel for four dimensions is. */
const flash = defineOp({
  schema: "_attention(Tensor query, Tensor key, Tensor value, Tensor? mask, float scale) -> Tensor",
  in: ["internal"],
  summary: "softmax(scale · q kᵀ + mask) v.",
  gradName: "ScaledDotProductFlashAttentionForCpuBackward0",
  forward: (q: Tensor, k: Tensor, v: Tensor, mask: MaybeTensor, scale: number) => matmul(weights(q, k, mask, scale), v),
  save: ([q, k, v, mask, scale]) => [q, k, v, mask, scale] as const,
  backward: (grad, [q, k, v, mask, scale], needs) => {
    const p = weights(q, k, mask, scale);
    const toWeights = matmul(grad, transpose(v, -2, -1));
    const toScores = mul(p, sub(toWeights, sum(mul(toWeights, p), [-1], true)));
    const scaled = mul(toScores, toFloat(scale));
    return [
      needs[0] ? sumTo(matmul(scaled, k), q.sizes) : null,
      needs[1] ? sumTo(matmul(transpose(scaled, -2, -1), q), k.sizes) : null,
      needs[2] ? sumTo(matmul(transpose(p, -2, -1), grad), v.sizes) : null,
      mask && needs[3] ? sumTo(toScores, mask.sizes) : null,
    ];
  },
});

export const scaledDotProductAttention = defineOp({
  schema:
    "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, " +
    "float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor",
  in: ["nn.functional"],
  summary: "softmax(q kᵀ / √E + mask) v; a boolean mask is true where attention is allowed.",
  forward: (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attnMask: MaybeTensor = null,
    dropoutP: Scalar = 0,
    isCausal: boolean = false,
    scale: Scalar | null = null,
    enableGqa: boolean = false,
  ): Tensor => {
    check(
      !(isCausal && attnMask),
      "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True",
    );
    const factor = scale === null ? 1 / Math.sqrt(query.sizes[query.ndim - 1]) : toNumber(scale);
    const heads = enableGqa ? query.sizes[query.ndim - 3] : 0;
    const grouped = (t: Tensor): Tensor =>
      enableGqa ? repeatInterleave(t, heads / t.sizes[t.ndim - 3], t.ndim - 3) : t;
    const [k, v] = [grouped(key), grouped(value)];
    const causal = isCausal ? causalMask(query, query.sizes[query.ndim - 2], k.sizes[k.ndim - 2]) : null;
    const mask = causal ?? additive(attnMask);
    const p = toNumber(dropoutP);
    if (p === 0 && query.ndim === 4 && k.ndim === 4 && v.ndim === 4) return flash(query, k, v, mask, factor);
    return matmul(dropout(weights(query, k, mask, factor), p, true), v);
  },
});
