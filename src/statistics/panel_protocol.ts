/**
 * What the statistics panel's page and its host say to each other, and what the statistics room is asked and answers.
 * Plain data only: every message survives `postMessage` and `JSON.stringify`.
 *
 * The host passes a `StatisticsRequest` on to the session unchanged and sends each `StatisticsAnswer` back as it
 * arrives, so that a grid of 45 measurements fills cell by cell.
 */
import type { Initialization, LayerStatsResult, Normalization, RegularizationResult } from "./format";

/** A network that can be measured. */
export interface ModelChoice {
  /** A variable of the note (`model`, `nets[0]`), or a description such as `mlp:256x10:sigmoid`; these hold a colon. */
  readonly id: string;
  /** "note": a value of the note; "offered": a deeper relative of a note's model that is too small to show anything. */
  readonly source: "note" | "offered" | "described";
  /** Class name for a note's model; "MLP" or "CNN" for a description. */
  readonly type: string;
  readonly parameters: number;
  /** Layers with weights that an initialisation would set. */
  readonly weightLayers: number;
  /** Widest layer, in units or channels. */
  readonly width: number;
  /** The activation used most, by its class name ("Sigmoid"); null when no activation module was found. */
  readonly activation: string | null;
  /** The kind of the network's own normalization layers. */
  readonly ownNorm: Normalization;
  /** Whether the note has passed this model an input that can be used again. */
  readonly hasInput: boolean;
  /** Too shallow or too narrow for depth to show in it. */
  readonly tooSmall: boolean;
}

/** One setting of the panel (and of the terminal's `stats`). */
export interface Choice {
  /** A `ModelChoice.id`, or any description. */
  readonly model: string;
  readonly norm: Normalization;
  /** "default" keeps the weights that the model has: those PyTorch draws, or those the note gave it. */
  readonly init: Initialization;
  /** The initialisation's one number (gain, standard deviation, bound or constant); null for PyTorch's own. */
  readonly gain: number | null;
  /** Class name of an activation to use instead of the network's own; null keeps it. */
  readonly activation: string | null;
  readonly input: "note" | "generated";
  readonly batch: number;
  readonly seed: number;
}

export type StatisticsRequest =
  | { readonly kind: "models" }
  /** Measures the chosen setting with the seeds seed, seed + 1, …: one answer each. `brief` spares singular values. */
  | { readonly kind: "layers"; readonly choice: Choice; readonly seeds: number; readonly brief?: boolean }
  /** Measures every normalization with every initialisation; `choice.norm` and `choice.init` are ignored. */
  | { readonly kind: "grid"; readonly choice: Choice }
  | { readonly kind: "regularization"; readonly choice: Choice }
  /** Python code that sets the chosen normalization and initialisation. */
  | { readonly kind: "code"; readonly choice: Choice };

export type StatisticsAnswer =
  | { readonly kind: "models"; readonly models: readonly ModelChoice[] }
  | { readonly kind: "layers"; readonly result: LayerStatsResult; readonly done: number; readonly total: number }
  /** A grid cell that cannot be measured has `failure` instead of a result (batch norm on a batch of one, say). */
  | {
      readonly kind: "grid";
      readonly norm: Normalization;
      readonly init: Initialization;
      readonly result: LayerStatsResult | null;
      readonly failure: string | null;
      readonly done: number;
      readonly total: number;
    }
  /** Sent again with each penalty that is done. */
  | { readonly kind: "regularization"; readonly result: RegularizationResult }
  | { readonly kind: "code"; readonly text: string };

/** Page → host. */
export type PanelRequest =
  /** The page is loaded and waits for `init`. */
  | { readonly kind: "ready" }
  /** `id` grows; every answer to the request carries it. */
  | { readonly kind: "ask"; readonly id: number; readonly request: StatisticsRequest }
  /** Answers to this request are no longer wanted. */
  | { readonly kind: "cancel"; readonly id: number }
  /** Put Python code for this setting into the note. */
  | { readonly kind: "insertCode"; readonly choice: Choice }
  /** The browser refused the clipboard: the host writes the text there. */
  | { readonly kind: "copyText"; readonly text: string }
  /** Offer to save a picture or data; `base64` holds the bytes. */
  | { readonly kind: "save"; readonly fileName: string; readonly mime: string; readonly base64: string };

/** Host → page. */
export type PanelMessage =
  | {
      readonly kind: "init";
      /** BCP 47, e.g. "ko". */
      readonly language: string;
      /** English sentence → localised sentence; VS Code's `l10n.bundle`. Missing ones are shown in English. */
      readonly strings: Readonly<Record<string, string>>;
      readonly models: readonly ModelChoice[];
      /** What to show first; null for the page's own idea. */
      readonly choice: Partial<Choice> | null;
    }
  /** The note's models changed (a cell ran); the page keeps its setting where it still can. */
  | { readonly kind: "models"; readonly models: readonly ModelChoice[] }
  | { readonly kind: "answer"; readonly id: number; readonly answer: StatisticsAnswer }
  /** No more answers; `error` says why there are fewer than expected (null when complete or cancelled). */
  | { readonly kind: "end"; readonly id: number; readonly error: string | null };

/** Activations that can be chosen, by class name; also the spelling `torch.nn` has. */
export const ACTIVATIONS = [
  "Tanh",
  "Sigmoid",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "SELU",
  "GELU",
  "SiLU",
  "Softplus",
  "Identity",
] as const;

/**
 * Warnings that a result may carry, with `{0}` placeholders: results hold the English text, and a page that has a
 * translation finds the sentence here.
 */
export const WARNINGS = {
  ownNormBypassed: "The network's own normalization ({0}) is by-passed.",
  ownNormKept: "The network has its own normalization ({0}); none is added.",
  instanceWithoutSpace:
    "Instance norm averages over positions, and {0} has none: PyTorch reads the (N, C) batch as one (C, L) sample, so each row is normalized over its features, as layer norm does.",
  groups: "Group norm: {0} channels of {1} in {2} groups.",
  onePosition: "Instance norm over a single position leaves only zeros ({0}).",
  notCalled: "{0} was not called.",
  noForward: "{0} has no forward: its layers were called one after the other.",
  noGradient: "No gradient reached the layers: the output does not depend on any parameter.",
  nonFinite: "{0} puts out values that are not finite.",
  outputLeft: "The output layer ({0}) is not normalized.",
  stopped: "Stopped before all layers were measured.",
} as const;
