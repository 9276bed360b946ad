import type { DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { fillInto } from "../../tensor/kernels/fill";
import { modes } from "../../tensor/modes";
import { embedding } from "../../tensor/ops/nn/embedding";
import { embeddingBag } from "../../tensor/ops/nn/embedding_bag";
import { Double, type Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { drawNormal } from "../initial";
import { Module } from "../module";
import { emptyParameter, parameter } from "../parameter";
import { settingsText } from "../text";

/** The row of zeros that `paddingIdx` names, counted from the front. */
function paddingRow(paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  check(paddingIdx < rows && paddingIdx >= -rows, "Padding_idx must be within num_embeddings", "AssertionError");
  return paddingIdx < 0 ? rows + paddingIdx : paddingIdx;
}

/** A table of vectors, drawn from N(0, 1) with its padding row zeroed. */
abstract class EmbeddingTable extends Module {
  paddingIdx: number | null;

  constructor(
    public numEmbeddings: number,
    public embeddingDim: number,
    paddingIdx: number | null,
    public maxNorm: Scalar | null,
    public normType: Scalar,
    public scaleGradByFreq: boolean,
    public sparse: boolean,
    weight: Tensor | null,
    dtype: DType | null,
  ) {
    super();
    this.paddingIdx = paddingRow(paddingIdx, numEmbeddings);
    this.registerParameter("weight", weight ? parameter(weight) : emptyParameter([numEmbeddings, embeddingDim], dtype));
    if (!weight) this.resetParameters();
  }

  resetParameters(): void {
    const weight = this.tensor("weight");
    drawNormal(weight);
    if (this.paddingIdx === null || weight.isAbstract || modes.abstract) return;
    fillInto(weight.alias([this.embeddingDim], [1], weight.offset + this.paddingIdx * this.embeddingDim), 0);
  }

  protected settings(): (readonly [string, unknown, boolean])[] {
    return [
      ["padding_idx", this.paddingIdx, this.paddingIdx !== null],
      ["max_norm", this.maxNorm, this.maxNorm !== null],
      ["norm_type", this.normType, Number(this.normType) !== 2],
      ["scale_grad_by_freq", this.scaleGradByFreq, this.scaleGradByFreq],
      ["sparse", true, this.sparse],
    ];
  }

  override extraRepr(): string {
    const settings = settingsText(...this.settings());
    return `${this.numEmbeddings}, ${this.embeddingDim}${settings ? `, ${settings}` : ""}`;
  }
}

export class Embedding extends EmbeddingTable {
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    paddingIdx: number | null = null,
    maxNorm: Scalar | null = null,
    normType: Scalar = new Double(2),
    scaleGradByFreq: boolean = false,
    sparse: boolean = false,
    weight: Tensor | null = null,
    _freeze: boolean = false,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, weight, dtype);
  }

  /** `Embedding.from_pretrained(embeddings, freeze=True, …)`. */
  static fromPretrained(
    embeddings: Tensor,
    freeze: boolean = true,
    paddingIdx: number | null = null,
    maxNorm: Scalar | null = null,
  ): Embedding {
    check(embeddings.ndim === 2, "Embeddings parameter is expected to be 2-dimensional", "AssertionError");
    const [rows, width] = embeddings.sizes;
    const made = new Embedding(rows, width, paddingIdx, maxNorm, new Double(2), false, false, embeddings);
    made.tensor("weight").leafRequiresGrad = !freeze;
    return made;
  }

  override forward(indices: Tensor): Tensor {
    return embedding(indices, this.tensor("weight"), this.paddingIdx, this.maxNorm, this.normType);
  }
}

export class EmbeddingBag extends EmbeddingTable {
  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    maxNorm: Scalar | null = null,
    normType: Scalar = new Double(2),
    scaleGradByFreq: boolean = false,
    public mode: string = "mean",
    sparse: boolean = false,
    weight: Tensor | null = null,
    public includeLastOffset: boolean = false,
    paddingIdx: number | null = null,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, weight, dtype);
  }

  override forward(indices: Tensor, offsets: Tensor | null = null, weights: Tensor | null = null): Tensor {
    return embeddingBag(
      indices,
      this.tensor("weight"),
      offsets,
      this.maxNorm,
      this.normType,
      this.scaleGradByFreq,
      this.mode,
      this.sparse,
      weights,
      this.includeLastOffset,
      this.paddingIdx,
    );
  }

  protected override settings(): (readonly [string, unknown, boolean])[] {
    const [padding, ...rest] = super.settings();
    return [...rest, ["mode", `'${this.mode}'`, true], padding];
  }
}

const TAIL = `float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False`;

export const embeddingEntries: readonly ModuleEntry[] = [
  entry(
    Embedding,
    `Embedding(int num_embeddings, int embedding_dim, int? padding_idx=None, ${TAIL}, bool sparse=False, ` +
      `Tensor? _weight=None, bool _freeze=False, ${FACTORY})`,
    "Looks up rows of a learned table.",
    "forward(Tensor input)",
    [
      {
        schema: "from_pretrained(Tensor embeddings, bool freeze=True, int? padding_idx=None, float? max_norm=None)",
        run: (...args) => Embedding.fromPretrained(...(args as Parameters<typeof Embedding.fromPretrained>)),
      },
    ],
  ),
  entry(
    EmbeddingBag,
    `EmbeddingBag(int num_embeddings, int embedding_dim, ${TAIL}, str mode='mean', bool sparse=False, ` +
      `Tensor? _weight=None, bool include_last_offset=False, int? padding_idx=None, ${FACTORY})`,
    "Sums or averages rows of a learned table.",
    "forward(Tensor input, Tensor? offsets=None, Tensor? per_sample_weights=None)",
  ),
];
