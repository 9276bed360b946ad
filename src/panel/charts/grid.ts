import { line, scaleLog, select } from "d3";
import {
  INITIALIZATIONS,
  type Initialization,
  type LayerStatsResult,
  NORMALIZATIONS,
  type Normalization,
} from "../../statistics/format";
import { blocksOf, gradientOf, shownIn } from "../blocks";
import type { Chart, Interaction } from "../chart";
import { initializationName, normalizationName } from "../names";
import { figure, ratio } from "../numbers";
import { readingOf, verdictName } from "../reading";
import { t } from "../strings";
import { layer, type Svg } from "../svg";
import { type Course, courseOf, type Verdict } from "../verdict";

export interface GridCell {
  readonly norm: Normalization;
  readonly init: Initialization;
  /** Null while it is not measured yet, or when it could not be. */
  readonly result: LayerStatsResult | null;
  readonly failure: string | null;
}

export interface GridData {
  readonly cells: readonly GridCell[];
  readonly chosen: { readonly norm: Normalization; readonly init: Initialization };
  readonly ownWeights: boolean;
  readonly choose: (norm: Normalization, init: Initialization) => void;
}

interface Placed extends GridCell {
  readonly row: number;
  readonly column: number;
}

/** A shape besides the colour, for readers who cannot tell the colours apart. */
const glyphs: Readonly<Record<Verdict, string>> = {
  explodes: "▲",
  vanishes: "▼",
  identical: "=",
  saturates: "◆",
  dies: "✕",
  healthy: "",
};

/** Every normalization with every initialisation: spread and gradient over depth, and what becomes of them. */
export const grid: Chart<GridData> = {
  title: () => t("Every normalization with every initialisation"),
  note: () =>
    t(
      "In each cell, from the first layer to the last: std of the activations (solid) and gradient (dashed); the dotted line is 1. The number is last over first, or for ∇ first over last; healthy means within a factor of ten.",
    ),
  draw(svg, width, data, interaction) {
    // Narrow panels have room for five columns, not for nine.
    const upright = width < 620;
    const rows = upright ? INITIALIZATIONS.length : NORMALIZATIONS.length;
    const columns = upright ? NORMALIZATIONS.length : INITIALIZATIONS.length;
    const left = upright ? Math.min(118, width * 0.28) : 76;
    const top = 34;
    const cellWidth = (width - left) / columns;
    const cellHeight = upright ? 44 : Math.max(50, Math.min(66, cellWidth * 0.62));
    svg.attr("height", top + rows * cellHeight + 2);
    svg.attr("role", "grid").attr("aria-label", grid.title());
    drawHeadings(svg, data, { upright, left, top, cellWidth, cellHeight });

    const placed: Placed[] = data.cells.map((cell) => {
      const norm = NORMALIZATIONS.indexOf(cell.norm);
      const init = INITIALIZATIONS.indexOf(cell.init);
      return { ...cell, row: upright ? init : norm, column: upright ? norm : init };
    });
    const byRow = Array.from({ length: rows }, (_, row) =>
      placed.filter((cell) => cell.row === row).sort((a, b) => a.column - b.column),
    );
    const groups = layer(svg, "cells")
      .selectAll<SVGGElement, Placed[]>("g.row")
      .data(byRow)
      .join("g")
      .attr("class", "row")
      .attr("role", "row")
      .attr("transform", (_, row) => `translate(${left},${top + row * cellHeight})`);
    const cells = groups
      .selectAll<SVGGElement, Placed>("g.cell")
      .data(
        (row) => row,
        (cell) => `${cell.norm} ${cell.init}`,
      )
      .join((enter) => {
        const cell = enter.append("g").attr("role", "gridcell");
        cell.append("rect");
        cell.append("path").attr("class", "one");
        cell.append("path").attr("class", "gradient");
        cell.append("path").attr("class", "spread");
        cell.append("text").attr("class", "glyph");
        cell.append("text").attr("class", "value");
        return cell;
      });
    const isChosen = (cell: Placed) => cell.norm === data.chosen.norm && cell.init === data.chosen.init;
    cells
      .attr(
        "class",
        (cell) => `cell ${cell.result ? courseOf(cell.result).verdict : cell.failure ? "failed" : "pending"}`,
      )
      .classed("chosen", isChosen)
      .attr("aria-selected", (cell) => isChosen(cell))
      .attr("tabindex", (cell) => (isChosen(cell) ? 0 : -1))
      .attr("aria-label", (cell) => tipOf(cell, data.ownWeights).join(". "))
      .attr("transform", (cell) => `translate(${cell.column * cellWidth},0)`)
      .on("click", (_, cell) => data.choose(cell.norm, cell.init))
      .on("pointermove", (event: PointerEvent, cell) =>
        interaction.tip(tipOf(cell, data.ownWeights), { x: event.clientX, y: event.clientY }),
      )
      .on("focus", function (_, cell) {
        interaction.tip(tipOf(cell, data.ownWeights), this);
      })
      .on("pointerleave blur", () => interaction.tip(null))
      .on("keydown", (event: KeyboardEvent, cell) => onKey(event, cell, svg, data, interaction));
    cells
      .select("rect")
      .attr("x", 1)
      .attr("y", 1)
      .attr("width", cellWidth - 2)
      .attr("height", cellHeight - 2)
      .attr("rx", 2);
    const y = scaleLog([1e-3, 1e3], [cellHeight - 15, 6]).clamp(true);
    cells.select("path.one").attr("d", `M6,${y(1)}H${cellWidth - 6}`);
    const spark = (values: readonly (number | null)[]) =>
      line<number | null>()
        .defined((value) => value !== null && Number.isFinite(value))
        .x((_, i) => 6 + ((cellWidth - 12) * i) / Math.max(values.length - 1, 1))
        .y((value) => y(Math.max(value!, 1e-9)))(values as (number | null)[]) ?? "";
    const values = (cell: Placed) => (cell.result ? blocksOf(cell.result) : []);
    cells.select("path.spread").attr("d", (cell) => spark(values(cell).map((block) => shownIn(block, "after").std)));
    cells.select("path.gradient").attr("d", (cell) => spark(values(cell).map((block) => gradientOf(block).gradRms)));
    cells
      .select("text.glyph")
      .attr("x", cellWidth - 6)
      .attr("y", cellHeight - 6)
      .attr("text-anchor", "end")
      .text((cell) => (cell.result ? glyphs[courseOf(cell.result).verdict] : cell.failure ? "!" : ""));
    cells
      .select("text.value")
      .attr("x", 6)
      .attr("y", cellHeight - 6)
      .text((cell) => (cell.result ? telling(courseOf(cell.result)) : ""));
  },
  table: (data) => ({
    head: [t("Initialisation"), ...NORMALIZATIONS.map(normalizationName)],
    rows: INITIALIZATIONS.map((init) => [
      initializationName(init, data.ownWeights),
      ...NORMALIZATIONS.map((norm) => {
        const cell = data.cells.find((each) => each.norm === norm && each.init === init);
        if (!cell?.result) return cell?.failure ?? "–";
        const course = courseOf(cell.result);
        return `${verdictName(course.verdict)}: ${figure(course.spread)}, ${figure(course.gradient)}`;
      }),
    ]),
  }),
  json: (data) => data.cells.flatMap((cell) => (cell.result ? [cell.result] : [])),
};

/** The ratio that tells most: the gradient's, marked ∇, when it is farther from 1. */
function telling({ spread, gradient }: Course): string {
  const size = (x: number | null) => (x !== null && x > 0 ? Math.abs(Math.log(x)) : 0);
  const byGradient = Number.isFinite(spread) && spread !== 0 && size(gradient) > 2 * size(spread) && size(gradient) > 1;
  return byGradient ? `∇ ${ratio(gradient!)}` : ratio(spread);
}

function tipOf(cell: GridCell, ownWeights: boolean): readonly string[] {
  const head = `${normalizationName(cell.norm)} · ${initializationName(cell.init, ownWeights)}`;
  if (!cell.result) return [head, cell.failure ?? t("not measured yet")];
  return [head, verdictName(courseOf(cell.result).verdict), readingOf(cell.result)];
}

interface Layout {
  readonly upright: boolean;
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

function drawHeadings(svg: Svg, data: GridData, layout: Layout): void {
  const norms = NORMALIZATIONS.map(normalizationName);
  const inits = INITIALIZATIONS.map((init) => initializationName(init, data.ownWeights));
  const [columnNames, rowNames] = layout.upright ? [norms, inits] : [inits, norms];
  layer(svg, "columns")
    .selectAll<SVGTextElement, string>("text")
    .data(columnNames)
    .join("text")
    .attr("text-anchor", "middle")
    .each(function (name, i) {
      // Two words on two lines: nine columns are narrow.
      const words = name.split(" ");
      const lines = words.length > 1 ? [words.slice(0, -1).join(" "), words.at(-1)!] : [name];
      select(this)
        .selectAll("tspan")
        .data(lines)
        .join("tspan")
        .attr("x", layout.left + (i + 0.5) * layout.cellWidth)
        .attr("y", (_, at) => layout.top - 7 - 13 * (lines.length - 1 - at))
        .text((word) => word);
    });
  layer(svg, "lines")
    .selectAll<SVGTextElement, string>("text")
    .data(rowNames)
    .join("text")
    .attr("x", layout.left - 8)
    .attr("y", (_, i) => layout.top + (i + 0.5) * layout.cellHeight)
    .attr("dy", "0.35em")
    .attr("text-anchor", "end")
    .text((name) => name);
}

const steps: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function onKey(event: KeyboardEvent, cell: Placed, svg: Svg, data: GridData, interaction: Interaction): void {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    data.choose(cell.norm, cell.init);
  } else if (event.key === "Escape") interaction.tip(null);
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  svg.selectAll<SVGGElement, Placed>("g.cell").each(function (other) {
    if (other.row === cell.row + step[0] && other.column === cell.column + step[1]) this.focus();
  });
}
