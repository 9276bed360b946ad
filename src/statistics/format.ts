/**
 * The layer statistics format, `application/vnd.notegrad.layerstats+json`: written by the statistics room (or by any
 * other program that measures a PyTorch network), read by the panel, the terminal and exports. Additions keep the
 * schema's number; a change of meaning raises it.
 */
export const LAYER_STATS_SCHEMA = "notegrad.layerstats/1";

export const NORMALIZATIONS = ["none", "batch", "layer", "instance", "group"] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

export const INITIALIZATIONS = [
  "default",
  "constant",
  "uniform",
  "normal",
  "xavier_uniform",
  "xavier_normal",
  "kaiming_uniform",
  "kaiming_normal",
  "orthogonal",
] as const;
export type Initialization = (typeof INITIALIZATIONS)[number];

/** Where the outputs of bounded activations count as saturated, by class name. */
export const SATURATION: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  Tanh: { low: -0.97, high: 0.97 },
  Sigmoid: { low: 0.015, high: 0.985 },
  Hardtanh: { low: -1, high: 1 },
  Hardsigmoid: { low: 0, high: 1 },
};

/** Equal-width bins: `edges` has one more entry than `counts`; values outside lie in the end bins. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly histogram: Histogram;
}

/** What one layer of the network does to one batch. `mean` … `histogram` describe the layer's output. */
export interface LayerStats extends Moments {
  /** Dotted module path as in `named_modules()`. */
  readonly name: string;
  /** Class name, e.g. "Linear". */
  readonly type: string;
  /** One of: "weight" (linear, conv, recurrent), "norm", "activation", "other". */
  readonly role: "weight" | "norm" | "activation" | "other";
  /** Sizes of the output, batch first. */
  readonly shape: readonly number[];
  /** Values behind each normalization statistic (N·H·W per channel for batch norm); batch size elsewhere. */
  readonly m: number;
  /** Share of outputs at a bounded activation's ends (|tanh| > .97, sigmoid within .015 of 0 or 1); null if unbounded. */
  readonly saturated: number | null;
  /** Share of units that are zero for the whole batch (rectifiers); null where that has no meaning. */
  readonly dead: number | null;
  /** Root mean square of ∂loss/∂output; null if no gradient reached the layer. */
  readonly gradRms: number | null;
  readonly gradMean: number | null;
  readonly gradStd: number | null;
  readonly gradHistogram: Histogram | null;
  /** The layer's own weight after initialisation; null for layers without one. */
  readonly weight: WeightStats | null;
  /** What mean-field theory expects of std for this layer; null where it makes no statement. */
  readonly theoryStd: number | null;
  /** The same for the mean and for gradRms. */
  readonly theoryMean: number | null;
  readonly theoryGradRms: number | null;
}

export interface WeightStats extends Moments {
  readonly shape: readonly number[];
  readonly gradRms: number | null;
  /** Descending; at most 64 of them, evenly chosen; null when the matrix is too large to decompose. */
  readonly singularValues: readonly number[] | null;
}

export interface LayerStatsResult {
  readonly schema: typeof LAYER_STATS_SCHEMA;
  readonly model: string;
  readonly activation: string | null;
  readonly norm: Normalization;
  readonly init: Initialization;
  readonly gain: number | null;
  readonly seed: number;
  readonly step: number;
  readonly batch: number;
  /** "note": the last input the note passed; "generated": unit normal numbers of the right shape. */
  readonly input: { readonly source: "note" | "generated"; readonly shape: readonly number[] };
  readonly layers: readonly LayerStats[];
  /** Why a normalization could not be placed, a layer was never called, and the like. */
  readonly warnings: readonly string[];
}

/** The weights’ course under a penalty. Steps are 0 … steps; each list has one entry a recorded step. */
export interface RegularizationCurve {
  readonly penalty: "none" | "l1" | "l2" | "weight_decay";
  readonly strength: number;
  readonly steps: readonly number[];
  readonly weightNorm: readonly number[];
  readonly loss: readonly number[];
  /** Share of weights with |w| < 1e-3. */
  readonly nearZero: readonly number[];
  readonly finalHistogram: Histogram;
}

export interface RegularizationResult {
  readonly schema: "notegrad.regularization/1";
  readonly model: string;
  readonly seed: number;
  readonly lr: number;
  readonly curves: readonly RegularizationCurve[];
}
