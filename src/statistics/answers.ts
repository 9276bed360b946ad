import { pythonFor } from "./code";
import { INITIALIZATIONS, NORMALIZATIONS } from "./format";
import { modelChoices, type StatisticsSource, subjectOf } from "./models";
import type { StatisticsAnswer, StatisticsRequest } from "./panel_protocol";
import { trainWithPenalties } from "./regularize";
import { grid, overSeeds } from "./sweep";

/**
 * Answers a question of the panel or the terminal, one answer at a time: whoever asks may do other work between two.
 * @param shouldStop asked before each layer; true ends the work with `Stopped`
 * @throws what the measured network raises
 */
export function* answers(
  request: StatisticsRequest,
  source: StatisticsSource,
  shouldStop: () => boolean = () => false,
): Generator<StatisticsAnswer> {
  if (request.kind === "models") yield { kind: "models", models: modelChoices(source) };
  else if (request.kind === "code") yield { kind: "code", text: pythonFor(request.choice) };
  else {
    const subject = subjectOf(request.choice.model, source);
    let done = 0;
    if (request.kind === "regularization") {
      for (const result of trainWithPenalties(subject, request.choice, shouldStop))
        yield { kind: "regularization", result };
    } else if (request.kind === "layers") {
      const { choice, seeds: total, brief } = request;
      for (const result of overSeeds(subject, choice, total, { shouldStop, brief }))
        yield { kind: "layers", result, done: ++done, total };
    } else {
      const total = NORMALIZATIONS.length * INITIALIZATIONS.length;
      for (const entry of grid(subject, request.choice, { shouldStop }))
        yield { kind: "grid", ...entry, done: ++done, total };
    }
  }
}
