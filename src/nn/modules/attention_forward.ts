import { check } from "../../tensor/errors";
import { withAbstract } from "../../tensor/modes";
import { defineOp } from "../../tensor/op";
import type { Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { MultiheadAttention } from "./attention";

type MaybeTensor = Tensor | null;

/** The module's forward with weights that are given. */
export const multiHeadAttentionForward = defineOp({
  schema:
    "multi_head_attention_forward(Tensor query, Tensor key, Tensor value, int embed_dim_to_check, int num_heads, " +
    "Tensor? in_proj_weight, Tensor? in_proj_bias, Tensor? bias_k, Tensor? bias_v, bool add_zero_attn, " +
    "float dropout_p, Tensor out_proj_weight, Tensor? out_proj_bias, bool training=True, " +
    "Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, " +
    "bool use_separate_proj_weight=False, Tensor? q_proj_weight=None, Tensor? k_proj_weight=None, " +
    "Tensor? v_proj_weight=None, Tensor? static_k=None, Tensor? static_v=None, bool average_attn_weights=True, " +
    "bool is_causal=False) -> Any",
  in: ["nn.functional"],
  summary: "Multi-head attention with given projections: the output and, if wanted, the attention weights.",
  forward: (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embedDim: number,
    heads: number,
    inWeight: MaybeTensor,
    inBias: MaybeTensor,
    biasK: MaybeTensor,
    biasV: MaybeTensor,
    addZeroAttn: boolean,
    dropout: Scalar,
    outWeight: Tensor,
    outBias: MaybeTensor,
    training: boolean = true,
    keyPaddingMask: MaybeTensor = null,
    needWeights: boolean = true,
    attnMask: MaybeTensor = null,
    separate: boolean = false,
    q: MaybeTensor = null,
    k: MaybeTensor = null,
    v: MaybeTensor = null,
    staticK: MaybeTensor = null,
    staticV: MaybeTensor = null,
    average: boolean = true,
    isCausal: boolean = false,
  ): unknown => {
    check(
      query.sizes[query.ndim - 1] === embedDim,
      () => `was expecting embedding dimension of ${embedDim}, but got ${query.sizes[query.ndim - 1]}`,
      "AssertionError",
    );
    // Abstract: nothing is drawn for weights that are replaced at once.
    const module = withAbstract(() => new MultiheadAttention(embedDim, heads, dropout, false, false, addZeroAttn));
    const given: Readonly<Record<string, MaybeTensor>> = {
      in_proj_weight: separate ? null : inWeight,
      q_proj_weight: q,
      k_proj_weight: k,
      v_proj_weight: v,
      in_proj_bias: inBias,
      bias_k: biasK,
      bias_v: biasV,
    };
    for (const [name, t] of Object.entries(given)) module.parameters_.set(name, t);
    const out = module.child("out_proj");
    out.parameters_.set("weight", outWeight);
    out.parameters_.set("bias", outBias);
    module.train(training);
    return module.forward(query, key, value, keyPaddingMask, needWeights, attnMask, average, isCausal, {
      k: staticK ?? undefined,
      v: staticV ?? undefined,
    });
  },
});
