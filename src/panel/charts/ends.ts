import { scaleLinear } from "d3";
import { type Block, shownIn } from "../blocks";
import type { Chart } from "../chart";
import { axis } from "../marks/axis";
import { percent } from "../numbers";
import { t } from "../strings";
import { duration, layer } from "../svg";
import { drawRows, type RowsData, rowFrame, rowTable, TOP } from "./rows";

interface Bar {
  readonly row: number;
  readonly kind: "saturated" | "dead";
  readonly share: number;
}

const barsOf = (block: Block): Bar[] => {
  const stats = shownIn(block, "after");
  return (["saturated", "dead"] as const).flatMap((kind) => {
    const share = stats[kind];
    return share === null ? [] : [{ row: block.index - 1, kind, share }];
  });
};

/** Share of saturated outputs and of dead units in each layer. */
export const ends: Chart<RowsData> = {
  title: () => t("Saturated and dead"),
  note: (data) => {
    const bars = rowFrame(data.result).blocks.flatMap(barsOf);
    if (bars.length === 0) return t("This activation neither saturates nor leaves units dead.");
    return bars.some((bar) => bar.kind === "dead")
      ? t("Dead: units that put out zero for every sample of the batch.")
      : t("Saturated: outputs at the ends of the activation's range.");
  },
  draw(svg, width, data, interaction) {
    const frame = rowFrame(data.result);
    const left = 34;
    const plot = drawRows(svg, frame, { left, width, names: false }, data, interaction);
    const x = scaleLinear([0, 1], [left, width - 40]);
    axis(layer(plot, "axis").attr("transform", `translate(0,${TOP})`), x, {
      side: "top",
      grid: frame.height - TOP - 6,
      ticks: 2,
      label: (value) => percent(value),
    });
    const thickness = Math.min(frame.rowHeight * 0.42, 14);
    const bars = layer(plot, "bars")
      .selectAll<SVGGElement, Bar>("g.bar")
      .data(frame.blocks.flatMap(barsOf), (bar) => `${bar.row}${bar.kind}`)
      .join((enter) => {
        const bar = enter.append("g");
        bar.append("rect").attr("width", 0);
        bar.append("text").attr("class", "value");
        return bar;
      })
      .attr("class", (bar) => `bar ${bar.kind}`)
      .attr("transform", (bar) => `translate(0,${frame.middle(bar.row)})`);
    bars
      .select("rect")
      .attr("x", left)
      .attr("y", -thickness / 2)
      .attr("height", thickness)
      .transition()
      .duration(duration())
      .attr("width", (bar) => Math.max(x(bar.share) - left, bar.share > 0 ? 1 : 0));
    bars
      .select("text")
      .attr("x", (bar) => x(bar.share) + 5)
      .attr("dy", "0.35em")
      .text((bar) => percent(bar.share));
  },
  table: (data) =>
    rowTable(data, [
      { head: t("saturated"), cell: (block) => shareText(shownIn(block, "after").saturated) },
      { head: t("dead units"), cell: (block) => shareText(shownIn(block, "after").dead) },
    ]),
  json: (data) => rowFrame(data.result).blocks.flatMap(barsOf),
};

function shareText(share: number | null): string {
  return share === null ? "–" : percent(share);
}
