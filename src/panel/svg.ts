// For its side effect: selections get `transition`.
import "d3-transition";
import type { Selection } from "d3";

export type Svg = Selection<SVGSVGElement, unknown, null, undefined>;
export type Group = Selection<SVGGElement, unknown, null, undefined>;

/** The child group of that class, made on first use: charts redraw into what they drew before. */
export function layer(parent: Svg | Group, name: string): Group {
  const found = (parent as Group).select<SVGGElement>(`:scope > g.${name}`);
  return found.empty() ? (parent as Group).append("g").attr("class", name) : found;
}

const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Length of transitions in ms; none for readers who ask for reduced motion. */
export function duration(): number {
  return reduced.matches ? 0 : 220;
}
