import { blocksOf, shownIn } from "../blocks";
import type { Chart } from "../chart";
import { axis } from "../marks/axis";
import { course } from "../marks/course";
import { figure } from "../numbers";
import { t } from "../strings";
import { layer } from "../svg";
import { drawRows, positiveScale, type RowsData, rowFrame, rowTable, TOP } from "./rows";

/** Standard deviation of each layer's outputs beside theory's; thin lines are other seeds. */
export const spread: Chart<RowsData> = {
  title: () => t("Standard deviation"),
  note: (data) =>
    data.result.layers.some((each) => each.theoryStd !== null)
      ? t("Dots are measured, open diamonds are mean-field theory.")
      : t("Theory makes no statement for this choice."),
  draw(svg, width, data, interaction) {
    const frame = rowFrame(data.result);
    const left = 34;
    const plot = drawRows(svg, frame, { left, width, names: false }, data, interaction);
    const shown = frame.blocks.map((block) => shownIn(block, data.place));
    const measured = shown.map((stats) => stats.std);
    const theory = shown.map((stats) => stats.theoryStd);
    const others = data.seeds.slice(1).map((result) => blocksOf(result).map((block) => shownIn(block, data.place).std));
    const x = positiveScale([...measured, ...theory, ...others.flat()], [left, width - 14]);
    axis(layer(plot, "axis").attr("transform", `translate(0,${TOP})`), x, {
      side: "top",
      grid: frame.height - TOP - 6,
      ticks: width < 260 ? 3 : 4,
    });
    course(
      plot,
      [
        ...others.map((values) => ({ name: "measured other", values, shape: "none" as const })),
        { name: "theory", values: theory, shape: "diamond" },
        { name: "measured", values: measured, shape: "dot" },
      ],
      x,
      frame.middle,
    );
  },
  table: (data) =>
    rowTable(data, [
      { head: t("std"), cell: (block) => figure(shownIn(block, data.place).std) },
      { head: t("std in theory"), cell: (block) => figure(shownIn(block, data.place).theoryStd) },
    ]),
  json: (data) =>
    data.seeds.map((result) => ({
      seed: result.seed,
      std: blocksOf(result).map((block) => shownIn(block, data.place).std),
      theory: blocksOf(result).map((block) => shownIn(block, data.place).theoryStd),
    })),
};
