import {
  INITIALIZATIONS,
  type LayerStatsResult,
  NORMALIZATIONS,
  type RegularizationResult,
} from "../statistics/format";
import type { Choice, ModelChoice } from "../statistics/panel_protocol";
import type { Place } from "./blocks";
import type { GridCell } from "./charts/grid";

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** All that the page shows. Replaced, never changed in place. */
export interface PanelState {
  readonly models: readonly ModelChoice[];
  readonly choice: Choice;
  readonly seeds: number;
  readonly place: Place;
  readonly scale: "shared" | "own" | "auto";
  /** Row of the layer whose figures and weights are shown. */
  readonly selected: number;
  /** One result a seed; those of the last choice until the first of the new one arrives. */
  readonly layers: readonly LayerStatsResult[];
  readonly measuring: Progress | null;
  readonly failure: string | null;
  readonly cells: readonly GridCell[];
  readonly sweeping: Progress | null;
  readonly regularization: RegularizationResult | null;
  readonly training: boolean;
  readonly trainingFailure: string | null;
  readonly code: string;
}

/** The part that outlives a hidden page. */
export interface Remembered {
  readonly choice: Choice;
  readonly seeds: number;
  readonly place: Place;
  readonly scale: PanelState["scale"];
}

export const DESCRIBED = "mlp:256x10:tanh";

const usual: Choice = {
  model: DESCRIBED,
  norm: "none",
  init: "xavier_normal",
  gain: null,
  activation: null,
  input: "generated",
  batch: 256,
  seed: 0,
};

export function initialState(): PanelState {
  return {
    models: [],
    choice: usual,
    seeds: 1,
    place: "after",
    scale: "auto",
    selected: 0,
    layers: [],
    measuring: null,
    failure: null,
    cells: emptyGrid(),
    sweeping: null,
    regularization: null,
    training: false,
    trainingFailure: null,
    code: "",
  };
}

export function emptyGrid(): readonly GridCell[] {
  return NORMALIZATIONS.flatMap((norm) => INITIALIZATIONS.map((init) => ({ norm, init, result: null, failure: null })));
}

export function modelOf(state: PanelState): ModelChoice | undefined {
  return state.models.find((model) => model.id === state.choice.model);
}

export const isDescription = (id: string): boolean => id.includes(":");

/** A note's model that shows something comes first, then the deeper relative of one that does not. */
export function firstChoice(models: readonly ModelChoice[], wished: Partial<Choice> | null): Choice {
  const model =
    models.find((each) => each.id === wished?.model) ??
    models.find((each) => each.source === "note" && !each.tooSmall) ??
    models.find((each) => each.source === "offered") ??
    models[0];
  const own: Partial<Choice> = model ? settingsFor(model) : {};
  return { ...usual, ...own, ...wished, model: wished?.model ?? model?.id ?? usual.model };
}

/** What to begin with when a model is chosen. */
export function settingsFor(model: ModelChoice): Partial<Choice> {
  return {
    model: model.id,
    activation: null,
    norm: model.ownNorm,
    init: "default",
    gain: null,
    input: model.hasInput ? "note" : "generated",
  };
}
