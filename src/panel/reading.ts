import type { LayerStatsResult } from "../statistics/format";
import { percent, ratio } from "./numbers";
import { t } from "./strings";
import { type Course, courseOf, LIMIT, type Verdict } from "./verdict";

/** What the charts say, in a sentence or two. */
export function readingOf(result: LayerStatsResult): string {
  const course = courseOf(result);
  if (course.depth === 0) return t("The network has no layer to measure.");
  if (!course.finite) return t("The numbers overflow: activations or gradients are no longer finite.");
  const sentences = [t("{0}; {1}.", forward(course), backward(course))];
  if (course.verdict === "identical")
    sentences.push(t("All units of a layer are alike, and would stay alike in training."));
  if (course.saturated !== null && course.saturated > 0.02)
    sentences.push(t("{0} of the last layer's outputs are saturated.", percent(course.saturated)));
  if (course.dead !== null && course.dead > 0.02)
    sentences.push(t("{0} of the last layer's units are dead.", percent(course.dead)));
  if (course.theorySpread !== null) sentences.push(against(course.spread, course.theorySpread));
  return sentences.join(" ");
}

function forward({ spread, depth }: Course): string {
  if (depth === 1 || Number.isNaN(spread)) return t("One layer alone has nothing to shrink or grow against");
  if (spread === 0) return t("Activations have no spread left at layer {0}", depth);
  if (spread < 1 / LIMIT) return t("Activations vanish: {0} by layer {1}", ratio(spread), depth);
  if (spread < 0.9) return t("Activations shrink {0} by layer {1}", ratio(spread), depth);
  if (spread <= 1.1) return t("Activations keep their spread: {0} by layer {1}", ratio(spread), depth);
  if (spread <= LIMIT) return t("Activations grow {0} by layer {1}", ratio(spread), depth);
  return t("Activations explode: {0} by layer {1}", ratio(spread), depth);
}

function backward({ gradient, depth }: Course): string {
  if (gradient === null || Number.isNaN(gradient)) return t("no gradient reaches the first layer");
  if (depth === 1) return t("its gradient is the loss's own");
  if (gradient < 1 / LIMIT) return t("gradients vanish: {0} back at layer 1", ratio(gradient));
  if (gradient < 0.9) return t("gradients shrink {0} back at layer 1", ratio(gradient));
  if (gradient <= 1.1) return t("gradients keep their size: {0} back at layer 1", ratio(gradient));
  if (gradient <= LIMIT) return t("gradients grow {0} back at layer 1", ratio(gradient));
  return t("gradients explode: {0} back at layer 1", ratio(gradient));
}

function against(measured: number, theory: number): string {
  return Math.abs(measured / theory - 1) < 0.1
    ? t("Theory agrees.")
    : t("Theory expects {0} for the activations.", ratio(theory));
}

/** A verdict in one word, for a cell of the grid. */
export function verdictName(verdict: Verdict): string {
  return t(verdict);
}
