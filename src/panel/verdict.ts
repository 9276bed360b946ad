import type { LayerStatsResult } from "../statistics/format";
import { blocksOf, gradientOf, shownIn } from "./blocks";

export type Verdict = "explodes" | "vanishes" | "identical" | "saturates" | "dies" | "healthy";

export interface Course {
  readonly verdict: Verdict;
  readonly depth: number;
  /** Spread of the last block's output over the first's. */
  readonly spread: number;
  /** Gradient at the first block over that at the last. */
  readonly gradient: number | null;
  readonly theorySpread: number | null;
  /** Shares of the last block that can have them. */
  readonly saturated: number | null;
  readonly dead: number | null;
  readonly finite: boolean;
}

/** Beyond a factor of ten between the first and the last layer, training suffers. */
export const LIMIT = 10;

export function courseOf(result: LayerStatsResult): Course {
  const blocks = blocksOf(result);
  const outputs = blocks.map((block) => shownIn(block, "after"));
  const gradients = blocks.map((block) => gradientOf(block).gradRms);
  const first = outputs[0];
  const last = outputs.at(-1);
  const spread = first && last ? last.std / first.std : Number.NaN;
  const gradientStart = gradients[0] ?? null;
  const gradientEnd = gradients.at(-1) ?? null;
  const gradient = gradientStart !== null && gradientEnd !== null ? gradientStart / gradientEnd : null;
  const shares = (key: "saturated" | "dead") => outputs.map((o) => o[key]).filter((share) => share !== null);
  const saturated = shares("saturated").at(-1) ?? null;
  const dead = shares("dead").at(-1) ?? null;
  const finite =
    outputs.every((o) => Number.isFinite(o.std)) && gradients.every((g) => g === null || Number.isFinite(g));
  const course = {
    depth: blocks.length,
    spread,
    gradient,
    theorySpread: first?.theoryStd && last?.theoryStd ? last.theoryStd / first.theoryStd : null,
    saturated,
    dead,
    finite,
  };
  const identical = blocks.some((block) => block.weight?.weight && isConstant(block.weight.weight));
  return { ...course, verdict: verdictOf(course, identical) };
}

function isConstant(weight: { readonly std: number; readonly min: number; readonly max: number }): boolean {
  return weight.min === weight.max;
}

function verdictOf(course: Omit<Course, "verdict">, identical: boolean): Verdict {
  const { finite, spread, gradient, saturated, dead } = course;
  if (!finite) return "explodes";
  if (identical) return "identical";
  if (spread > LIMIT || (gradient ?? 1) > LIMIT) return "explodes";
  if (!(spread >= 1 / LIMIT) || (gradient ?? 1) < 1 / LIMIT) return "vanishes";
  if ((saturated ?? 0) > 0.5) return "saturates";
  return (dead ?? 0) > 0.5 ? "dies" : "healthy";
}
