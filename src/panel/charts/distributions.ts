import { type ScaleContinuousNumeric, scaleLinear } from "d3";
import { type LayerStats, SATURATION } from "../../statistics/format";
import { type Block, blocksOf, shownIn } from "../blocks";
import type { Chart } from "../chart";
import { axis } from "../marks/axis";
import { ridge } from "../marks/ridge";
import { figure, percent } from "../numbers";
import { t } from "../strings";
import { duration, layer } from "../svg";
import { drawRows, type RowsData, rowFrame, rowTable, TOP } from "./rows";

type Scale = ScaleContinuousNumeric<number, number>;

/** Distribution of each layer's outputs over the depth, with mean ± std as measured and as theory expects. */
export const distributions: Chart<RowsData> = {
  title: () => t("Activations, layer by layer"),
  note: (data) =>
    data.scale === "own"
      ? t("Each row has its own scale, in its standard deviations; the number is one of them.")
      : t("All rows share one scale. Below each shape: mean ± std, solid as measured, open as theory expects."),
  draw(svg, width, data, interaction) {
    const frame = rowFrame(data.result);
    const left = width < 360 ? 72 : 104;
    const right = data.scale === "own" ? 54 : 14;
    const plot = drawRows(svg, frame, { left, width, names: true }, data, interaction);
    const shown = frame.blocks.map((block) => shownIn(block, data.place));
    const range: [number, number] = [left, width - right];
    const shared = scaleLinear(sharedDomain(shown), range).nice(5);
    const sigmas = sigmaDomain(shown);
    const scaleOf = (stats: LayerStats): Scale =>
      data.scale === "shared"
        ? shared
        : scaleLinear(
            sigmas.map((s) => stats.mean + s * (stats.std || 1)),
            range,
          );

    clip(svg, left, width - right, frame.height);
    const axisGroup = layer(plot, "axis").attr("transform", `translate(0,${TOP})`);
    if (data.scale === "shared")
      axis(axisGroup, shared, { side: "top", grid: frame.height - TOP - 6, ticks: width < 420 ? 4 : 6 });
    else
      axis(axisGroup, scaleLinear(sigmas, range), {
        side: "top",
        grid: frame.height - TOP - 6,
        ticks: 5,
        label: (value) => (value === 0 ? t("mean") : `${value > 0 ? "+" : "−"}${Math.abs(value)}σ`),
      });
    drawEnds(plot, data, frame, shared);

    const reach = frame.rowHeight - Math.min(12, frame.rowHeight * 0.4);
    const rows = layer(plot, "ridges")
      .selectAll<SVGGElement, Block>("g.ridge")
      .data(frame.blocks as Block[])
      .join((enter) => {
        const group = enter.append("g").attr("class", "ridge");
        group.append("path").attr("class", "area");
        group.append("path").attr("class", "outline");
        group.append("line").attr("class", "theory span");
        group.append("path").attr("class", "theory ends");
        group.append("line").attr("class", "measured span");
        group.append("circle").attr("class", "measured").attr("r", 2.6);
        group.append("text").attr("class", "cut");
        group.append("text").attr("class", "own");
        return group;
      });
    rows
      .attr("clip-path", `url(#${clipId(svg)})`)
      .attr("transform", (_, i) => `translate(0,${TOP + (i + 1) * frame.rowHeight - 8})`)
      .each(function (block) {
        const stats = shownIn(block, data.place);
        const x = scaleOf(stats);
        const drawn = ridge(stats.histogram, x, reach);
        const select = (name: string) => this.querySelector(`:scope > ${name}`)!;
        select("path.area").setAttribute("d", drawn.area);
        select("path.outline").setAttribute("d", drawn.outline);
        span(select("line.measured"), x, stats.mean, stats.std, 3);
        const dot = select("circle");
        dot.setAttribute("cx", String(x(stats.mean)));
        dot.setAttribute("cy", "3");
        const known = stats.theoryStd !== null && data.scale === "shared";
        const mean = stats.theoryMean ?? stats.mean;
        span(select("line.theory"), x, mean, known ? stats.theoryStd! : Number.NaN, 6);
        select("path.theory").setAttribute("d", known ? ticks(x, mean, stats.theoryStd!) : "");
        const cut = select("text.cut");
        cut.textContent = drawn.cut ? percent(drawn.cut.share) : "";
        cut.setAttribute("x", String((drawn.cut?.x ?? 0) + 5));
        cut.setAttribute("y", String(-reach + 9));
        const own = select("text.own");
        own.textContent = data.scale === "own" ? figure(stats.std) : "";
        own.setAttribute("x", String(width - 4));
        own.setAttribute("y", "-4");
        own.setAttribute("text-anchor", "end");
      });
    rows.select("path.area").transition().duration(duration()).style("opacity", 1);
  },
  table: (data) =>
    rowTable(data, [
      { head: t("mean"), cell: (block) => figure(shownIn(block, data.place).mean) },
      { head: t("std"), cell: (block) => figure(shownIn(block, data.place).std) },
      { head: t("least"), cell: (block) => figure(shownIn(block, data.place).min) },
      { head: t("greatest"), cell: (block) => figure(shownIn(block, data.place).max) },
      { head: t("std in theory"), cell: (block) => figure(shownIn(block, data.place).theoryStd) },
    ]),
  json: (data) => blocksOf(data.result).map((block) => shownIn(block, data.place)),
};

/** Wide enough for four standard deviations of the widest row, and no wider than its values. */
function sharedDomain(rows: readonly LayerStats[]): [number, number] {
  const lows = rows.map((row) => Math.max(row.min, row.mean - 4 * row.std));
  const highs = rows.map((row) => Math.min(row.max, row.mean + 4 * row.std));
  const finite = (values: number[]) => values.filter(Number.isFinite);
  const low = Math.min(0, ...finite(lows));
  const high = Math.max(0, ...finite(highs));
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** How many standard deviations to show to either side of the mean: four, or as far as any row reaches. */
function sigmaDomain(rows: readonly LayerStats[]): [number, number] {
  const reach = (row: LayerStats, end: number) =>
    row.std > 0 && Number.isFinite(end) ? (end - row.mean) / row.std : 0;
  return [
    Math.max(-4, Math.min(-1.5, ...rows.map((row) => reach(row, row.min)))),
    Math.min(4, Math.max(1.5, ...rows.map((row) => reach(row, row.max)))),
  ];
}

function span(line: Element, x: Scale, mean: number, std: number, y: number): void {
  const visible = Number.isFinite(std);
  line.setAttribute("x1", String(visible ? x(mean - std) : 0));
  line.setAttribute("x2", String(visible ? x(mean + std) : 0));
  line.setAttribute("y1", String(y));
  line.setAttribute("y2", String(y));
}

/** Brackets at mean ± std. */
function ticks(x: Scale, mean: number, std: number): string {
  return [mean - std, mean + std].map((value) => `M${x(value).toFixed(2)},0V7`).join("");
}

const ids = new WeakMap<SVGSVGElement, string>();
let nextId = 0;

function clipId(svg: { node(): SVGSVGElement | null }): string {
  const node = svg.node()!;
  let id = ids.get(node);
  if (!id) ids.set(node, (id = `plot-${nextId++}`));
  return id;
}

function clip(svg: Parameters<Chart<RowsData>["draw"]>[0], left: number, right: number, height: number): void {
  const id = clipId(svg);
  svg
    .selectAll<SVGClipPathElement, string>("clipPath")
    .data([id])
    .join((enter) => {
      const path = enter.append("clipPath").attr("id", id);
      path.append("rect");
      return path;
    })
    .select("rect")
    .attr("x", left - 4)
    .attr("y", -height)
    .attr("width", Math.max(right - left, 0) + 60)
    .attr("height", 2 * height);
}

/** Where the outputs of a bounded activation count as saturated. */
function drawEnds(plot: ReturnType<typeof layer>, data: RowsData, frame: ReturnType<typeof rowFrame>, x: Scale): void {
  const type = data.place === "after" ? frame.blocks.find((block) => block.activation)?.activation?.type : undefined;
  const ends = type === undefined || data.scale === "own" ? undefined : SATURATION[type];
  const [from, to] = x.domain() as [number, number];
  const zones = ends
    ? [
        [from, ends.low],
        [ends.high, to],
      ].filter(([low, high]) => high! > low!)
    : [];
  layer(plot, "ends")
    .selectAll<SVGRectElement, number[]>("rect")
    .data(zones)
    .join("rect")
    .attr("class", "saturation")
    .attr("x", ([low]) => x(low!))
    .attr("width", ([low, high]) => Math.max(x(high!) - x(low!), 1.5))
    .attr("y", TOP)
    .attr("height", frame.height - TOP - 6);
}
