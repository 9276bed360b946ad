import { blocksOf, gradientOf } from "../blocks";
import type { Chart } from "../chart";
import { axis } from "../marks/axis";
import { course } from "../marks/course";
import { figure } from "../numbers";
import { t } from "../strings";
import { layer } from "../svg";
import { drawRows, positiveScale, type RowsData, rowFrame, rowTable, TOP } from "./rows";

/** Size of the gradient that reaches each layer's weights' output, on a log scale. */
export const gradients: Chart<RowsData> = {
  title: () => t("Gradient"),
  note: () => t("Root mean square before the activation; the output receives random gradients of size 1."),
  draw(svg, width, data, interaction) {
    const frame = rowFrame(data.result);
    const left = 34;
    const plot = drawRows(svg, frame, { left, width, names: false }, data, interaction);
    const stats = frame.blocks.map(gradientOf);
    const measured = stats.map((each) => each.gradRms);
    const theory = stats.map((each) => each.theoryGradRms);
    const others = data.seeds.slice(1).map((result) => blocksOf(result).map((block) => gradientOf(block).gradRms));
    const x = positiveScale([...measured, ...theory, ...others.flat()], [left, width - 14], true);
    axis(layer(plot, "axis").attr("transform", `translate(0,${TOP})`), x, {
      side: "top",
      grid: frame.height - TOP - 6,
      ticks: width < 260 ? 3 : 4,
    });
    course(
      plot,
      [
        ...others.map((values) => ({ name: "gradient other", values, shape: "none" as const })),
        { name: "theory", values: theory, shape: "diamond" },
        { name: "gradient", values: measured, shape: "dot" },
      ],
      x,
      frame.middle,
    );
  },
  table: (data) =>
    rowTable(data, [
      { head: t("gradient rms"), cell: (block) => figure(gradientOf(block).gradRms) },
      { head: t("in theory"), cell: (block) => figure(gradientOf(block).theoryGradRms) },
      { head: t("gradient rms of the weights"), cell: (block) => figure(block.weight?.weight?.gradRms) },
    ]),
  json: (data) =>
    data.seeds.map((result) => ({
      seed: result.seed,
      gradRms: blocksOf(result).map((block) => gradientOf(block).gradRms),
      theory: blocksOf(result).map((block) => gradientOf(block).theoryGradRms),
    })),
};
