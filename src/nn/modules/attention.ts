import { bool, type DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { fillInto } from "../../tensor/kernels/fill";
import { modes } from "../../tensor/modes";
import { add, mul } from "../../tensor/ops/arithmetic";
import { xavierNormal_, xavierUniform_ } from "../../tensor/ops/init";
import { cat } from "../../tensor/ops/joining";
import { baddbmm, bmm, linear } from "../../tensor/ops/matmul";
import { scaledDotProductAttention } from "../../tensor/ops/nn/attention";
import { dropout } from "../../tensor/ops/nn/dropout";
import { constantPad } from "../../tensor/ops/nn/pad";
import { sizeText } from "../../tensor/ops/nn/python_text";
import { softmax } from "../../tensor/ops/nn/softmax";
import { permute, transpose } from "../../tensor/ops/permuting";
import { mean } from "../../tensor/ops/reduction";
import { chunk } from "../../tensor/ops/slicing";
import { expand, reshape, squeeze, unsqueeze, view } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import { type Scalar, toFloat, toNumber } from "../../tensor/scalar";
import { sameSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import { NonDynamicallyQuantizableLinear } from "./linear";

type MaybeTensor = Tensor | null;

/** A boolean mask is true where attention is NOT allowed: −∞ there, 0 elsewhere. */
function additive(mask: MaybeTensor): MaybeTensor {
  return mask && mask.dtype === bool ? where(mask, -Infinity, toFloat(0)) : mask;
}

function checkPadding(mask: Tensor, batch: number, source: number): void {
  for (const [dim, wanted] of [batch, source].entries()) {
    check(
      mask.sizes[dim] === wanted,
      () => `Expected key_padded_mask.shape[${dim}] to be ${wanted}, but got ${mask.sizes[dim]}`,
      "AssertionError",
    );
  }
}

/** Split keys and values that take the place of the projected ones. */
export interface StaticSources {
  readonly k?: Tensor;
  readonly v?: Tensor;
}

export class MultiheadAttention extends Module {
  headDim: number;
  kdim: number;
  vdim: number;

  constructor(
    public embedDim: number,
    public numHeads: number,
    public dropout: Scalar = toFloat(0),
    bias: boolean = true,
    addBiasKv: boolean = false,
    public addZeroAttn: boolean = false,
    kdim: number | null = null,
    vdim: number | null = null,
    public batchFirst: boolean = false,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    check(
      embedDim > 0 && numHeads > 0,
      () =>
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embedDim} and num_heads=${numHeads} instead`,
      "ValueError",
    );
    this.kdim = kdim ?? embedDim;
    this.vdim = vdim ?? embedDim;
    this.headDim = Math.floor(embedDim / numHeads);
    check(this.headDim * numHeads === embedDim, "embed_dim must be divisible by num_heads", "AssertionError");
    const same = this.kdim === embedDim && this.vdim === embedDim;
    const part = (width: number): Tensor | null => (same ? null : emptyParameter([embedDim, width], dtype));
    this.registerParameter("in_proj_weight", same ? emptyParameter([3 * embedDim, embedDim], dtype) : null);
    this.registerParameter("q_proj_weight", part(embedDim));
    this.registerParameter("k_proj_weight", part(this.kdim));
    this.registerParameter("v_proj_weight", part(this.vdim));
    this.registerParameter("in_proj_bias", bias ? emptyParameter([3 * embedDim], dtype) : null);
    this.registerModule("out_proj", new NonDynamicallyQuantizableLinear(embedDim, embedDim, bias, null, dtype));
    const extra = (): Tensor | null => (addBiasKv ? emptyParameter([1, 1, embedDim], dtype) : null);
    this.registerParameter("bias_k", extra());
    this.registerParameter("bias_v", extra());
    this.resetParameters();
  }

  resetParameters(): void {
    for (const name of ["in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight"]) {
      const weight = this.tensorOrNull(name);
      if (weight) xavierUniform_(weight);
    }
    for (const bias of [this.tensorOrNull("in_proj_bias"), this.child("out_proj").tensorOrNull("bias")]) {
      if (bias && !bias.isAbstract && !modes.abstract) fillInto(bias, 0);
    }
    for (const name of ["bias_k", "bias_v"]) {
      const bias = this.tensorOrNull(name);
      if (bias) xavierNormal_(bias);
    }
  }

  /** The projected query, key and value, each (steps, batch, embed). */
  private project(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const joint = this.tensorOrNull("in_proj_weight");
    const bias = this.tensorOrNull("in_proj_bias");
    if (joint && query === key && key === value) return chunk(linear(query, joint, bias), 3, -1);
    const weights = joint
      ? chunk(joint, 3, 0)
      : ["q_proj_weight", "k_proj_weight", "v_proj_weight"].map((name) => this.tensor(name));
    const biases = bias ? chunk(bias, 3, 0) : [null, null, null];
    return [query, key, value].map((x, i) => linear(x, weights[i], biases[i]));
  }

  /** (steps, batch, embed) → (batch · heads, steps, head). */
  private split(x: Tensor): Tensor {
    const [steps, batch] = x.sizes;
    return transpose(reshape(x, [steps, batch * this.numHeads, this.headDim]), 0, 1);
  }

  /** The attention mask and the key padding mask as one that adds to (batch · heads, target, source) scores. */
  private mergedMask(attention: MaybeTensor, padding: MaybeTensor, batch: number, source: number): MaybeTensor {
    const mask = additive(attention);
    const given = mask && mask.ndim === 2 ? unsqueeze(mask, 0) : mask;
    const pad = additive(padding);
    if (!pad) return given;
    const wide = expand(view(pad, [batch, 1, 1, source]), [batch, this.numHeads, 1, source]);
    const flat = reshape(wide, [batch * this.numHeads, 1, source]);
    return given ? add(given, flat) : flat;
  }

  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    keyPaddingMask: MaybeTensor = null,
    needWeights: boolean = true,
    attnMask: MaybeTensor = null,
    averageWeights: boolean = true,
    isCausal: boolean = false,
    fixed: StaticSources = {},
  ): unknown {
    check(
      query.ndim === 2 || query.ndim === 3,
      () => `query should be unbatched 2D or batched 3D tensor but received ${query.ndim}-D query tensor`,
      "AssertionError",
    );
    const batched = query.ndim === 3;
    const cache = new Map<Tensor, Tensor>();
    // Equal arguments stay equal, so that self-attention is one product.
    const enter = (t: Tensor): Tensor => {
      const known = cache.get(t);
      if (known) return known;
      const made = !batched ? unsqueeze(t, 1) : this.batchFirst ? transpose(t, 0, 1) : t;
      cache.set(t, made);
      return made;
    };
    const padding = keyPaddingMask && !batched ? unsqueeze(keyPaddingMask, 0) : keyPaddingMask;
    const { output, weights } = this.attend(
      enter(query),
      enter(key),
      enter(value),
      padding,
      needWeights,
      attnMask,
      averageWeights,
      isCausal,
      fixed,
    );
    const shown = weights && (batched ? weights : squeeze(weights, 0));
    if (!batched) return [squeeze(output, 1), shown];
    return [this.batchFirst ? transpose(output, 1, 0) : output, shown];
  }

  /** Keys or values that are given in the form of split ones: (batch · heads, source, head). */
  private given(name: string, t: Tensor | undefined, batch: number): Tensor | undefined {
    if (!t) return undefined;
    const heads = batch * this.numHeads;
    check(t.sizes[0] === heads, () => `expecting ${name}.size(0) of ${heads}, but got ${t.sizes[0]}`, "AssertionError");
    check(
      t.sizes[2] === this.headDim,
      () => `expecting ${name}.size(2) of ${this.headDim}, but got ${t.sizes[2]}`,
      "AssertionError",
    );
    return t;
  }

  private checkMask(mask: Tensor, target: number, source: number, batch: number): void {
    check(mask.ndim === 2 || mask.ndim === 3, `attn_mask's dimension ${mask.ndim} is not supported`);
    const wanted = mask.ndim === 2 ? [target, source] : [batch * this.numHeads, target, source];
    check(
      sameSizes(mask.sizes, wanted),
      () =>
        `The shape of the ${mask.ndim}D attn_mask is ${sizeText(mask.sizes)}, but should be (${wanted.join(", ")}).`,
    );
  }

  private attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    padding: MaybeTensor,
    needWeights: boolean,
    attnMask: MaybeTensor,
    averageWeights: boolean,
    isCausal: boolean,
    fixed: StaticSources,
  ): { output: Tensor; weights: MaybeTensor } {
    const [target, batch, embed] = query.sizes;
    check(
      embed === this.embedDim,
      () => `was expecting embedding dimension of ${this.embedDim}, but got ${embed}`,
      "AssertionError",
    );
    const separate = this.tensorOrNull("in_proj_weight") === null;
    const sized = (t: Tensor): string => sizeText(t.sizes);
    check(
      separate ? sameSizes(key.sizes.slice(0, 2), value.sizes.slice(0, 2)) : sameSizes(key.sizes, value.sizes),
      () =>
        separate
          ? `key's sequence and batch dims ${sizeText(key.sizes.slice(0, 2))} do not match value's ${sizeText(value.sizes.slice(0, 2))}`
          : `key shape ${sized(key)} does not match value shape ${sized(value)}`,
      "AssertionError",
    );
    check(
      !isCausal || attnMask !== null,
      "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method " +
        "`generate_square_subsequent_mask` to create this mask.",
    );
    if (attnMask) this.checkMask(attnMask, target, key.sizes[0], batch);
    if (padding) checkPadding(padding, batch, key.sizes[0]);
    let [q, k, v] = this.project(query, key, value);
    let [mask, pad] = [attnMask, padding];
    const widen = (): void => {
      mask = mask && constantPad(additive(mask) as Tensor, [0, 1], 0);
      pad = pad && constantPad(additive(pad) as Tensor, [0, 1], 0);
    };
    const [biasK, biasV] = [this.tensorOrNull("bias_k"), this.tensorOrNull("bias_v")];
    if (biasK && biasV) {
      k = cat([k, expand(biasK, [1, batch, embed])], 0);
      v = cat([v, expand(biasV, [1, batch, embed])], 0);
      widen();
    }
    [q, k, v] = [
      this.split(q),
      this.given("static_k", fixed.k, batch) ?? this.split(k),
      this.given("static_v", fixed.v, batch) ?? this.split(v),
    ];
    if (this.addZeroAttn) {
      const longer = (t: Tensor): Tensor => constantPad(t, [0, 0, 0, 1], 0);
      [k, v] = [longer(k), longer(v)];
      widen();
    }
    const source = k.sizes[1];
    const merged = this.mergedMask(mask, pad, batch, source);
    const drop = this.training ? toNumber(this.dropout) : 0;
    const outProjection = this.child("out_proj");
    const project = (t: Tensor): Tensor =>
      view(linear(t, outProjection.tensor("weight"), outProjection.tensorOrNull("bias")), [target, batch, embed]);
    const heads = [batch, this.numHeads];
    if (needWeights) {
      const scaled = mul(q, toFloat(Math.sqrt(1 / this.headDim)));
      const scores = merged ? baddbmm(merged, scaled, transpose(k, -2, -1)) : bmm(scaled, transpose(k, -2, -1));
      const weights = dropout(softmax(scores, -1), toFloat(drop), drop > 0);
      const joined = reshape(transpose(bmm(weights, v), 0, 1), [target * batch, embed]);
      const perHead = view(weights, [...heads, target, source]);
      return { output: project(joined), weights: averageWeights ? mean(perHead, [1]) : perHead };
    }
    const four = (t: Tensor): Tensor => view(t, [...heads, t.sizes[1], this.headDim]);
    const wide = merged && (merged.sizes[0] === 1 ? unsqueeze(merged, 0) : view(merged, [...heads, -1, source]));
    const attended = scaledDotProductAttention(four(q), four(k), four(v), wide, toFloat(drop));
    return { output: project(reshape(permute(attended, [2, 0, 1, 3]), [batch * target, embed])), weights: null };
  }
}

export const multiheadEntry: ModuleEntry = entry(
  MultiheadAttention,
  "MultiheadAttention(int embed_dim, int num_heads, float dropout=0.0, bool bias=True, bool add_bias_kv=False, " +
    `bool add_zero_attn=False, int? kdim=None, int? vdim=None, bool batch_first=False, ${FACTORY})`,
  "Attention in several heads.",
  "forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask=None, bool need_weights=True, " +
    "Tensor? attn_mask=None, bool average_attn_weights=True, bool is_causal=False)",
);
