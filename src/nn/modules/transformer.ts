import type { DType } from "../../tensor/dtype";
import { fromNumbers } from "../../tensor/elements";
import { check } from "../../tensor/errors";
import { add } from "../../tensor/ops/arithmetic";
import { xavierUniform_ } from "../../tensor/ops/init";
import { gelu, reluFunctional } from "../../tensor/ops/nn/activations";
import type { Scalar } from "../../tensor/scalar";
import { empty, type Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { ModuleList } from "../containers";
import { copyModule } from "../copy";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { MultiheadAttention } from "./attention";
import { Dropout } from "./dropout";
import { Linear } from "./linear";
import { LayerNorm } from "./normalization";

type MaybeTensor = Tensor | null;
/** The name of an activation or a function of a tensor. */
type Activation = string | ((x: Tensor) => unknown);

function activationOf(activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation as (x: Tensor) => Tensor;
  check(activation === "relu" || activation === "gelu", () => `activation should be relu/gelu, not ${activation}`);
  return activation === "relu" ? (x) => reluFunctional(x, false) : (x) => gelu(x);
}

/** What encoder and decoder layers share: norms, dropouts and the two-layer network. */
abstract class TransformerLayer extends Module {
  constructor(
    protected readonly activation: Activation,
    public normFirst: boolean,
  ) {
    super();
    activationOf(activation);
  }

  /** Registers the feed-forward part in PyTorch's order, with `norms` norms and dropouts. */
  protected registerRest(
    dModel: number,
    feedforward: number,
    drop: Scalar,
    eps: Scalar,
    bias: boolean,
    norms: number,
    dtype: DType | null,
  ): void {
    this.registerModule("linear1", new Linear(dModel, feedforward, bias, null, dtype));
    this.registerModule("dropout", new Dropout(drop));
    this.registerModule("linear2", new Linear(feedforward, dModel, bias, null, dtype));
    for (let i = 1; i <= norms; i++)
      this.registerModule(`norm${i}`, new LayerNorm(dModel, eps, true, bias, null, dtype));
    for (let i = 1; i <= norms; i++) this.registerModule(`dropout${i}`, new Dropout(drop));
  }

  protected feedForward(x: Tensor, last: string): Tensor {
    const hidden = activationOf(this.activation)(this.child("linear1").run(x));
    return this.child(last).run(this.child("linear2").run(this.child("dropout").run(hidden)));
  }

  protected attend(name: string, q: Tensor, kv: Tensor, drop: string, mask: MaybeTensor, padding: MaybeTensor): Tensor {
    const attention = this.child(name) as MultiheadAttention;
    const [out] = attention.call(q, kv, kv, padding, false, mask) as [Tensor];
    return this.child(drop).run(out);
  }

  /** A residual block, normalized before or after. */
  protected block(x: Tensor, norm: string, inner: (x: Tensor) => Tensor): Tensor {
    const n = this.child(norm);
    return this.normFirst ? add(x, inner(n.run(x))) : n.run(add(x, inner(x)));
  }
}

export class TransformerEncoderLayer extends TransformerLayer {
  constructor(
    dModel: number,
    nhead: number,
    dimFeedforward: number = 2048,
    drop: Scalar = 0.1,
    activation: Activation = "relu",
    eps: Scalar = 1e-5,
    batchFirst: boolean = false,
    normFirst: boolean = false,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(activation, normFirst);
    const attention = new MultiheadAttention(
      dModel,
      nhead,
      drop,
      bias,
      false,
      false,
      null,
      null,
      batchFirst,
      null,
      dtype,
    );
    this.registerModule("self_attn", attention);
    this.registerRest(dModel, dimFeedforward, drop, eps, bias, 2, dtype);
  }

  override forward(src: Tensor, mask: MaybeTensor = null, padding: MaybeTensor = null): Tensor {
    const x = this.block(src, "norm1", (t) => this.attend("self_attn", t, t, "dropout1", mask, padding));
    return this.block(x, "norm2", (t) => this.feedForward(t, "dropout2"));
  }
}

export class TransformerDecoderLayer extends TransformerLayer {
  constructor(
    dModel: number,
    nhead: number,
    dimFeedforward: number = 2048,
    drop: Scalar = 0.1,
    activation: Activation = "relu",
    eps: Scalar = 1e-5,
    batchFirst: boolean = false,
    normFirst: boolean = false,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(activation, normFirst);
    for (const name of ["self_attn", "multihead_attn"]) {
      const made = new MultiheadAttention(dModel, nhead, drop, bias, false, false, null, null, batchFirst, null, dtype);
      this.registerModule(name, made);
    }
    this.registerRest(dModel, dimFeedforward, drop, eps, bias, 3, dtype);
  }

  override forward(
    tgt: Tensor,
    memory: Tensor,
    tgtMask: MaybeTensor = null,
    memoryMask: MaybeTensor = null,
    tgtPadding: MaybeTensor = null,
    memoryPadding: MaybeTensor = null,
  ): Tensor {
    const own = this.block(tgt, "norm1", (t) => this.attend("self_attn", t, t, "dropout1", tgtMask, tgtPadding));
    const x = this.block(own, "norm2", (t) =>
      this.attend("multihead_attn", t, memory, "dropout2", memoryMask, memoryPadding),
    );
    return this.block(x, "norm3", (t) => this.feedForward(t, "dropout3"));
  }
}

/** Copies of one layer, with the same weights, and a last norm. */
abstract class TransformerStack extends Module {
  constructor(
    layer: Module,
    public numLayers: number,
    norm: Module | null,
  ) {
    super();
    this.registerModule("layers", new ModuleList(Array.from({ length: numLayers }, () => copyModule(layer))));
    // PyTorch lists an absent norm too: `norm` is a plain None there.
    if (norm) this.registerModule("norm", norm);
  }

  protected run_(x: Tensor, ...rest: readonly unknown[]): Tensor {
    let value = x;
    for (const layer of (this.child("layers") as ModuleList).items()) value = layer.call(value, ...rest) as Tensor;
    const norm = this.modules_.get("norm");
    return norm ? norm.run(value) : value;
  }
}

export class TransformerEncoder extends TransformerStack {
  constructor(
    layer: Module,
    numLayers: number,
    norm: Module | null = null,
    nested: boolean = true,
    _check: boolean = true,
  ) {
    super(layer, numLayers, norm);
    const attention = layer.modules_.get("self_attn");
    if (nested && attention instanceof MultiheadAttention && !attention.batchFirst) {
      warn(
        "enable_nested_tensor is True, but self.use_nested_tensor is False because encoder_layer.self_attn.batch_first " +
          "was not True(use batch_first for better inference performance)",
      );
    }
  }

  override forward(src: Tensor, mask: MaybeTensor = null, padding: MaybeTensor = null): Tensor {
    return this.run_(src, mask, padding);
  }
}

export class TransformerDecoder extends TransformerStack {
  constructor(layer: Module, numLayers: number, norm: Module | null = null) {
    super(layer, numLayers, norm);
  }

  override forward(tgt: Tensor, memory: Tensor, ...masks: readonly MaybeTensor[]): Tensor {
    return this.run_(tgt, memory, ...masks);
  }
}

export class Transformer extends Module {
  constructor(
    public dModel: number = 512,
    public nhead: number = 8,
    encoderLayers: number = 6,
    decoderLayers: number = 6,
    dimFeedforward: number = 2048,
    drop: Scalar = 0.1,
    activation: Activation = "relu",
    customEncoder: Module | null = null,
    customDecoder: Module | null = null,
    eps: Scalar = 1e-5,
    public batchFirst: boolean = false,
    normFirst: boolean = false,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    const settings = [
      dModel,
      nhead,
      dimFeedforward,
      drop,
      activation,
      eps,
      batchFirst,
      normFirst,
      bias,
      null,
      dtype,
    ] as const;
    const norm = (): Module => new LayerNorm(dModel, eps, true, bias, null, dtype);
    this.registerModule(
      "encoder",
      customEncoder ?? new TransformerEncoder(new TransformerEncoderLayer(...settings), encoderLayers, norm()),
    );
    this.registerModule(
      "decoder",
      customDecoder ?? new TransformerDecoder(new TransformerDecoderLayer(...settings), decoderLayers, norm()),
    );
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p);
  }

  /** −∞ above the diagonal: position i may look at positions up to i. */
  static generateSquareSubsequentMask(size: number): Tensor {
    const mask = empty([size, size]);
    if (!mask.isAbstract) {
      const values = Array.from({ length: size * size }, (_, i) => (i % size > Math.floor(i / size) ? -Infinity : 0));
      fromNumbers(mask, values);
    }
    return mask;
  }

  override forward(
    src: Tensor,
    tgt: Tensor,
    srcMask: MaybeTensor = null,
    tgtMask: MaybeTensor = null,
    memoryMask: MaybeTensor = null,
    srcPadding: MaybeTensor = null,
    tgtPadding: MaybeTensor = null,
    memoryPadding: MaybeTensor = null,
  ): Tensor {
    const batchDim = this.batchFirst ? 0 : 1;
    check(
      src.ndim !== 3 || src.sizes[batchDim] === tgt.sizes[batchDim],
      "the batch number of src and tgt must be equal",
    );
    check(
      src.sizes[src.ndim - 1] === this.dModel && tgt.sizes[tgt.ndim - 1] === this.dModel,
      "the feature number of src and tgt must be equal to d_model",
    );
    const memory = this.child("encoder").call(src, srcMask, srcPadding);
    return this.child("decoder").call(tgt, memory, tgtMask, memoryMask, tgtPadding, memoryPadding) as Tensor;
  }
}

const LAYER =
  "int d_model, int nhead, int dim_feedforward=2048, float dropout=0.1, Any activation='relu', " +
  `float layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, bool bias=True, ${FACTORY}`;

export const transformerEntries: readonly ModuleEntry[] = [
  entry(
    TransformerEncoderLayer,
    `TransformerEncoderLayer(${LAYER})`,
    "Self-attention and a feed-forward network, each with a residual and a norm.",
    "forward(Tensor src, Tensor? src_mask=None, Tensor? src_key_padding_mask=None, bool is_causal=False)",
  ),
  entry(
    TransformerDecoderLayer,
    `TransformerDecoderLayer(${LAYER})`,
    "Self-attention, attention to memory and a feed-forward network.",
    "forward(Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, " +
      "Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None, bool tgt_is_causal=False, " +
      "bool memory_is_causal=False)",
  ),
  entry(
    TransformerEncoder,
    "TransformerEncoder(Module encoder_layer, int num_layers, Module? norm=None, bool enable_nested_tensor=True, bool mask_check=True)",
    "Copies of an encoder layer one after the other.",
    "forward(Tensor src, Tensor? mask=None, Tensor? src_key_padding_mask=None, bool? is_causal=None)",
  ),
  entry(
    TransformerDecoder,
    "TransformerDecoder(Module decoder_layer, int num_layers, Module? norm=None)",
    "Copies of a decoder layer one after the other.",
    "forward(Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, " +
      "Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None)",
  ),
  entry(
    Transformer,
    "Transformer(int d_model=512, int nhead=8, int num_encoder_layers=6, int num_decoder_layers=6, " +
      "int dim_feedforward=2048, float dropout=0.1, Any activation='relu', Module? custom_encoder=None, " +
      `Module? custom_decoder=None, float layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, ` +
      `bool bias=True, ${FACTORY})`,
    "An encoder and a decoder.",
    "forward(Tensor src, Tensor tgt, Tensor? src_mask=None, Tensor? tgt_mask=None, Tensor? memory_mask=None, " +
      "Tensor? src_key_padding_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None)",
    [
      {
        schema: "generate_square_subsequent_mask(int sz)",
        run: (size) => Transformer.generateSquareSubsequentMask(size as number),
      },
    ],
  ),
];
