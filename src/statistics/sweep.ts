import {
  INITIALIZATIONS,
  type Initialization,
  type LayerStatsResult,
  NORMALIZATIONS,
  type Normalization,
} from "./format";
import { type MeasureOptions, measure, type Subject } from "./measure";
import type { Choice } from "./panel_protocol";
import { Stopped } from "./probe";

export interface GridEntry {
  readonly norm: Normalization;
  readonly init: Initialization;
  readonly result: LayerStatsResult | null;
  /** Why there is no result: batch norm on a batch of one, say. */
  readonly failure: string | null;
}

/** Every normalization with every initialisation, one at a time; the same seed for each, so the same numbers are drawn. */
export function* grid(subject: Subject, choice: Choice, options: MeasureOptions = {}): Generator<GridEntry> {
  for (const norm of NORMALIZATIONS) {
    for (const init of INITIALIZATIONS) {
      // A gain chosen for one initialisation means something else to the next.
      const gain = init === choice.init ? choice.gain : null;
      yield entry(subject, { ...choice, norm, init, gain }, options);
    }
  }
}

function entry(subject: Subject, choice: Choice, options: MeasureOptions): GridEntry {
  const { norm, init } = choice;
  try {
    return { norm, init, result: measure(subject, choice, { ...options, brief: true }), failure: null };
  } catch (error) {
    if (error instanceof Stopped) throw error;
    return { norm, init, result: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The same setting with several seeds, counted up from the chosen one. */
export function* overSeeds(
  subject: Subject,
  choice: Choice,
  seeds: number,
  options: MeasureOptions = {},
): Generator<LayerStatsResult> {
  for (let i = 0; i < seeds; i++)
    yield measure(subject, { ...choice, seed: choice.seed + i }, i === 0 ? options : { ...options, brief: true });
}
