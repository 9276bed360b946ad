import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3";
import type { LayerStatsResult } from "../../statistics/format";
import { type Block, blocksOf, describe, type Place, shownIn } from "../blocks";
import type { Interaction } from "../chart";
import { figure, percent } from "../numbers";
import { t } from "../strings";
import { type Group, layer, type Svg } from "../svg";

/** What every chart with one row a layer draws. */
export interface RowsData {
  readonly result: LayerStatsResult;
  /** The same network with other seeds; `result` is the first. */
  readonly seeds: readonly LayerStatsResult[];
  readonly place: Place;
  readonly scale: "shared" | "own";
  readonly selected: number;
}

export const TOP = 34;

/** All charts of rows have the same rows, so that a layer can be followed across them. */
export interface RowFrame {
  readonly blocks: readonly Block[];
  readonly rowHeight: number;
  readonly height: number;
  /** Middle of a row. */
  readonly middle: (row: number) => number;
}

export function rowFrame(result: LayerStatsResult): RowFrame {
  const blocks = blocksOf(result);
  const rowHeight = blocks.length <= 12 ? 38 : blocks.length <= 24 ? 26 : 16;
  return {
    blocks,
    rowHeight,
    height: TOP + blocks.length * rowHeight + 10,
    middle: (row) => TOP + (row + 0.5) * rowHeight,
  };
}

/** Layer numbers (or names), and a band behind each row that reacts to the pointer. */
export function drawRows(
  svg: Svg,
  frame: RowFrame,
  area: { readonly left: number; readonly width: number; readonly names: boolean },
  data: RowsData,
  interaction: Interaction,
): Group {
  svg.attr("height", frame.height);
  const rows = layer(svg, "rows")
    .selectAll<SVGGElement, Block>("g.row")
    .data(frame.blocks as Block[])
    .join((enter) => {
      const row = enter.append("g").attr("class", "row");
      row.append("rect");
      row.append("text").attr("class", "index");
      row.append("text").attr("class", "name");
      return row;
    });
  rows
    .attr("data-row", (_, i) => i)
    .classed("selected", (_, i) => i === data.selected)
    .attr("transform", (_, i) => `translate(0,${TOP + i * frame.rowHeight})`)
    .on("pointerenter pointermove", (event: PointerEvent, block) => {
      interaction.hover(block.index - 1);
      interaction.tip(tipOf(block, data.place), { x: event.clientX, y: event.clientY });
    })
    .on("pointerleave", () => {
      interaction.hover(null);
      interaction.tip(null);
    })
    .on("click", (_, block) => interaction.select(block.index - 1));
  rows.select("rect").attr("width", area.width).attr("height", frame.rowHeight);
  const sparse = frame.rowHeight < 20 ? 2 : 1;
  rows
    .select("text.index")
    .attr("x", area.names ? 20 : area.left - 8)
    .attr("y", frame.rowHeight / 2)
    .attr("dy", "0.35em")
    .attr("text-anchor", "end")
    .text((block, i) => (i % sparse === 0 ? block.index : ""));
  rows
    .select("text.name")
    .attr("x", 28)
    .attr("y", frame.rowHeight / 2)
    .attr("dy", "0.35em")
    .text((block) => (area.names ? clipped(nameOf(block), Math.floor((area.left - 32) / 6)) : ""));
  return layer(svg, "plot");
}

function nameOf(block: Block): string {
  return (block.weight ?? block.norm ?? block.activation)!.name;
}

function clipped(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(text.length - length + 1)}`;
}

/** Exact figures of a row. */
export function tipOf(block: Block, place: Place): readonly string[] {
  const shown = shownIn(block, place);
  const gradient = (block.weight ?? shown).gradRms;
  const lines = [
    `${block.index} · ${describe(block)}`,
    t("{0} puts out {1}", shown.type, shown.shape.join(" × ")),
    t("mean {0}, std {1}, from {2} to {3}", ...[shown.mean, shown.std, shown.min, shown.max].map(figure)),
  ];
  if (shown.theoryStd !== null) lines.push(t("theory: std {0}", figure(shown.theoryStd)));
  if (gradient !== null) lines.push(t("gradient rms {0}", figure(gradient)));
  if (shown.saturated !== null) lines.push(t("saturated {0}", percent(shown.saturated)));
  if (shown.dead !== null) lines.push(t("dead units {0}", percent(shown.dead)));
  if (block.norm) lines.push(t("normalized over {0} values a statistic", block.norm.m));
  return lines;
}

/** A scale for positive figures: logarithmic when they span more than a factor of 30, or when it must be. */
export function positiveScale(
  values: readonly (number | null)[],
  range: readonly [number, number],
  logarithmic = false,
): ScaleContinuousNumeric<number, number> {
  const positive = values.filter((value): value is number => value !== null && value > 0 && Number.isFinite(value));
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  if (positive.length === 0) return scaleLinear([0, 1], range);
  if (!logarithmic && high / low < 30) return scaleLinear([0, high * 1.08], range).nice(4);
  const middle = Math.sqrt(low * high);
  const factor = Math.max(Math.sqrt(high / low) * 1.25, 3.2);
  return scaleLog([middle / factor, middle * factor], range);
}

export function rowTable(
  data: RowsData,
  columns: readonly { readonly head: string; readonly cell: (block: Block) => string }[],
): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    head: [t("Layer"), ...columns.map((column) => column.head)],
    rows: blocksOf(data.result).map((block) => [
      `${block.index} ${describe(block)}`,
      ...columns.map((column) => column.cell(block)),
    ]),
  };
}
