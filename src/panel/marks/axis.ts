import type { ScaleContinuousNumeric } from "d3";
import { figure } from "../numbers";
import type { Group } from "../svg";

export interface AxisOptions {
  readonly side: "top" | "bottom" | "left";
  /** Length of the grid lines. */
  readonly grid: number;
  readonly ticks: number;
  readonly label?: (value: number) => string;
}

/** Labelled grid lines for a scale: no axis line, few ticks, the zero line stronger. */
export function axis(group: Group, scale: ScaleContinuousNumeric<number, number>, options: AxisOptions): void {
  const { side, grid, label = figure } = options;
  const values = thin(scale.ticks(options.ticks), options.ticks, "base" in scale);
  const ticks = group
    .selectAll<SVGGElement, number>("g.tick")
    .data(values, (value) => value)
    .join((enter) => {
      const tick = enter.append("g").attr("class", "tick");
      tick.append("line");
      tick.append("text");
      return tick;
    });
  const horizontal = side !== "left";
  ticks
    .classed("zero", (value) => value === 0)
    .attr("transform", (value) => (horizontal ? `translate(${scale(value)},0)` : `translate(0,${scale(value)})`));
  ticks
    .select("line")
    .attr("x2", horizontal ? 0 : grid)
    .attr("y2", side === "top" ? grid : side === "bottom" ? -grid : 0);
  ticks
    .select("text")
    .attr("x", horizontal ? 0 : -6)
    .attr("y", side === "top" ? -6 : side === "bottom" ? 14 : 0)
    .attr("dy", horizontal ? 0 : "0.32em")
    .attr("text-anchor", horizontal ? "middle" : "end")
    .text(label);
}

/** A log scale's ticks ignore the wished number below one a decade: only whole powers are kept, evenly spaced. */
function thin(values: readonly number[], wished: number, logarithmic: boolean): readonly number[] {
  if (!logarithmic || values.length <= wished + 1) return values;
  const powers = values.filter((value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9);
  if (powers.length < 2) return values.filter((_, i) => i % Math.ceil(values.length / wished) === 0);
  const step = Math.ceil(powers.length / wished);
  return powers.filter((_, i) => i % step === 0);
}
