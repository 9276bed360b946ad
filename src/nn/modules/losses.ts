import { check } from "../../tensor/errors";
import { crossEntropy, multiMarginLoss, nllLoss } from "../../tensor/ops/nn/losses_class";
import { ctcLoss } from "../../tensor/ops/nn/losses_ctc";
import {
  cosineEmbeddingLoss,
  gaussianNllLoss,
  hingeEmbeddingLoss,
  marginRankingLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  tripletMarginLoss,
} from "../../tensor/ops/nn/losses_margin";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  poissonNllLoss,
  type Reduction,
  reductionOf,
  smoothL1Loss,
  softMarginLoss,
} from "../../tensor/ops/nn/losses_pointwise";
import { Double, type Scalar, toNumber } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { valueText } from "../text";

type Settings = Readonly<Record<string, unknown>>;

/** A loss module: its constructor's parameters, those of forward, and the functional it calls. */
interface Row {
  readonly name: string;
  /** Parameters as in the schema; `LEGACY` stands for the three that end most losses. */
  readonly params: string;
  readonly forward?: string;
  readonly run: (args: readonly Tensor[], settings: Settings) => unknown;
  readonly summary: string;
  /** The least that the margin must be above. */
  readonly marginAbove?: number;
  /** Tensors that are registered as buffers. */
  readonly buffers?: readonly string[];
}

const LEGACY = "bool? size_average=None, bool? reduce=None, str reduction='mean'";
const PAIR = "forward(Tensor input, Tensor target)";
const reduction = (s: Settings): Reduction => s.reduction as Reduction;
const scalar = (v: unknown): Scalar => v as Scalar;
const tensor = (v: unknown): Tensor | null => v as Tensor | null;

const rows: readonly Row[] = [
  {
    name: "MSELoss",
    params: LEGACY,
    run: ([x, y], s) => mseLoss(x, y, null, null, reduction(s)),
    summary: "The mean of squared differences.",
  },
  {
    name: "L1Loss",
    params: LEGACY,
    run: ([x, y], s) => l1Loss(x, y, null, null, reduction(s)),
    summary: "The mean of absolute differences.",
  },
  {
    name: "SmoothL1Loss",
    params: `${LEGACY}, float beta=1.0`,
    run: ([x, y], s) => smoothL1Loss(x, y, null, null, reduction(s), scalar(s.beta)),
    summary: "Squared differences below beta, absolute ones beyond.",
  },
  {
    name: "HuberLoss",
    params: "str reduction='mean', float delta=1.0",
    run: ([x, y], s) => huberLoss(x, y, reduction(s), scalar(s.delta)),
    summary: "Squared differences below delta, delta times absolute ones beyond.",
  },
  {
    name: "CrossEntropyLoss",
    params:
      "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean', float label_smoothing=0.0",
    buffers: ["weight"],
    run: ([x, y], s) =>
      crossEntropy(x, y, tensor(s.weight), null, s.ignoreIndex as number, null, reduction(s), scalar(s.labelSmoothing)),
    summary: "Cross-entropy of raw class scores and target classes (or distributions).",
  },
  {
    name: "NLLLoss",
    params:
      "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean'",
    buffers: ["weight"],
    run: ([x, y], s) => nllLoss(x, y, tensor(s.weight), null, s.ignoreIndex as number, null, reduction(s)),
    summary: "Negative log-likelihood of target classes, from log-probabilities.",
  },
  {
    name: "NLLLoss2d",
    params:
      "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean'",
    buffers: ["weight"],
    run: ([x, y], s) => nllLoss(x, y, tensor(s.weight), null, s.ignoreIndex as number, null, reduction(s)),
    summary: "The former name of NLLLoss.",
  },
  {
    name: "BCELoss",
    params: `Tensor? weight=None, ${LEGACY}`,
    buffers: ["weight"],
    run: ([x, y], s) => binaryCrossEntropy(x, y, tensor(s.weight), null, null, reduction(s)),
    summary: "Binary cross-entropy of probabilities.",
  },
  {
    name: "BCEWithLogitsLoss",
    params: `Tensor? weight=None, ${LEGACY}, Tensor? pos_weight=None`,
    buffers: ["weight", "pos_weight"],
    run: ([x, y], s) =>
      binaryCrossEntropyWithLogits(x, y, tensor(s.weight), null, null, reduction(s), tensor(s.posWeight)),
    summary: "Binary cross-entropy of raw scores.",
  },
  {
    name: "KLDivLoss",
    params: `${LEGACY}, bool log_target=False`,
    run: ([x, y], s) => klDiv(x, y, null, null, s.reduction as string, s.logTarget as boolean),
    summary: "Kullback–Leibler divergence of log-probabilities from a target distribution.",
  },
  {
    name: "PoissonNLLLoss",
    params:
      "bool log_input=True, bool full=False, bool? size_average=None, float eps=1e-08, bool? reduce=None, str reduction='mean'",
    forward: "forward(Tensor log_input, Tensor target)",
    run: ([x, y], s) =>
      poissonNllLoss(x, y, s.logInput as boolean, s.full as boolean, null, scalar(s.eps), null, reduction(s)),
    summary: "Negative log-likelihood of counts under a Poisson distribution.",
  },
  {
    name: "GaussianNLLLoss",
    params: "*, bool full=False, float eps=1e-06, str reduction='mean'",
    forward: "forward(Tensor input, Tensor target, Any var)",
    run: ([x, y, v], s) => gaussianNllLoss(x, y, v, s.full as boolean, scalar(s.eps), reduction(s)),
    summary: "Negative log-likelihood under normal distributions of given variances.",
  },
  {
    name: "HingeEmbeddingLoss",
    params: `float margin=1.0, ${LEGACY}`,
    run: ([x, y], s) => hingeEmbeddingLoss(x, y, scalar(s.margin), null, null, reduction(s)),
    summary: "Distances where the target is 1, hinged ones where it is −1.",
  },
  {
    name: "SoftMarginLoss",
    params: LEGACY,
    run: ([x, y], s) => softMarginLoss(x, y, null, null, reduction(s)),
    summary: "Logistic loss for targets 1 and −1.",
  },
  {
    name: "MarginRankingLoss",
    params: `float margin=0.0, ${LEGACY}`,
    forward: "forward(Tensor input1, Tensor input2, Tensor target)",
    run: ([a, b, y], s) => marginRankingLoss(a, b, y, scalar(s.margin), null, null, reduction(s)),
    summary: "Hinge loss of the order of two scores.",
  },
  {
    name: "CosineEmbeddingLoss",
    params: `float margin=0.0, ${LEGACY}`,
    forward: "forward(Tensor input1, Tensor input2, Tensor target)",
    run: ([a, b, y], s) => cosineEmbeddingLoss(a, b, y, scalar(s.margin), null, null, reduction(s)),
    summary: "Cosine distance for similar pairs, hinged for dissimilar ones.",
  },
  {
    name: "TripletMarginLoss",
    marginAbove: 0,
    params: `float margin=1.0, float p=2.0, float eps=1e-06, bool swap=False, ${LEGACY}`,
    forward: "forward(Tensor anchor, Tensor positive, Tensor negative)",
    run: ([a, p, n], s) =>
      tripletMarginLoss(
        a,
        p,
        n,
        scalar(s.margin),
        scalar(s.p),
        scalar(s.eps),
        s.swap as boolean,
        null,
        null,
        reduction(s),
      ),
    summary: "Hinge loss of near and far distances.",
  },
  {
    name: "MultiMarginLoss",
    params: `int p=1, float margin=1.0, Tensor? weight=None, ${LEGACY}`,
    buffers: ["weight"],
    run: ([x, y], s) =>
      multiMarginLoss(x, y, scalar(s.p), scalar(s.margin), tensor(s.weight), null, null, reduction(s)),
    summary: "Multi-class hinge loss.",
  },
  {
    name: "MultiLabelMarginLoss",
    params: LEGACY,
    run: ([x, y], s) => multilabelMarginLoss(x, y, null, null, reduction(s)),
    summary: "Multi-label hinge loss.",
  },
  {
    name: "MultiLabelSoftMarginLoss",
    params: `Tensor? weight=None, ${LEGACY}`,
    buffers: ["weight"],
    run: ([x, y], s) => multilabelSoftMarginLoss(x, y, tensor(s.weight), null, null, reduction(s)),
    summary: "Binary cross-entropy averaged over the classes.",
  },
  {
    name: "CTCLoss",
    params: "int blank=0, str reduction='mean', bool zero_infinity=False",
    forward: "forward(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths)",
    run: ([logs, targets, inputs, lengths], s) =>
      ctcLoss(logs, targets, inputs, lengths, s.blank as number, reduction(s), s.zeroInfinity as boolean),
    summary: "Connectionist temporal classification.",
  },
];

const camel = (name: string): string => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

interface Setting {
  readonly name: string;
  /** The module's own field. */
  readonly field: string;
  readonly fallback: unknown;
}

/** Names and defaults of a row's parameters. */
function settingsOf(params: string): Setting[] {
  return params
    .split(", ")
    .filter((p) => p !== "*")
    .map((text) => {
      const [, type, name, value] = /^(\S+) (\w+)=(.*)$/.exec(text) as RegExpExecArray;
      return { name, field: camel(name), fallback: defaultOf(type, value) };
    });
}

function defaultOf(type: string, value: string): unknown {
  if (value === "None") return null;
  if (value === "True" || value === "False") return value === "True";
  if (value.startsWith("'")) return value.slice(1, -1);
  const number = Number(value);
  return type === "float" && Number.isInteger(number) ? new Double(number) : number;
}

/** The class of a row: settings are own fields (camelCase), weights buffers. */
function lossClass({ name, params, run, marginAbove, buffers = [] }: Row) {
  const settings = settingsOf(params);
  const type = class extends Module {
    constructor(...args: readonly unknown[]) {
      super();
      const given = new Map(settings.map((s, i) => [s.name, args[i] === undefined ? s.fallback : args[i]]));
      if (given.has("size_average")) {
        const [average, reduce] = [given.get("size_average"), given.get("reduce")] as (boolean | null)[];
        if (average !== null || reduce !== null) given.set("reduction", reductionOf(average, reduce, "mean"));
      }
      const margin = scalar(given.get("margin") ?? 0);
      check(
        marginAbove === undefined || toNumber(margin) > marginAbove,
        () => `${name}: expected margin to be greater than ${marginAbove}, got ${valueText(margin)} instead`,
        "ValueError",
      );
      const own = this as unknown as Record<string, unknown>;
      for (const [setting, value] of given) {
        if (buffers.includes(setting)) this.registerBuffer(setting, value as Tensor | null);
        else if (setting !== "size_average" && setting !== "reduce") own[camel(setting)] = value;
      }
    }

    override forward(...args: readonly Tensor[]): unknown {
      const own = this as unknown as Record<string, unknown>;
      const values: Record<string, unknown> = {};
      for (const { name: setting, field } of settings) {
        values[field] = buffers.includes(setting) ? this.tensorOrNull(setting) : own[field];
      }
      return run(args, values);
    }
  };
  Object.defineProperty(type, "name", { value: name });
  return type;
}

export const lossEntries: readonly ModuleEntry[] = rows.map((row) =>
  entry(lossClass(row), `${row.name}(${row.params})`, row.summary, row.forward ?? PAIR),
);
