import { line, scaleLinear } from "d3";
import type { LayerStatsResult, WeightStats } from "../../statistics/format";
import { blocksOf } from "../blocks";
import type { Chart } from "../chart";
import { axis } from "../marks/axis";
import { bars } from "../marks/ridge";
import { figure, shape } from "../numbers";
import { t } from "../strings";
import { duration, layer } from "../svg";

export interface WeightsData {
  readonly result: LayerStatsResult;
  /** Row of the layer to show. */
  readonly selected: number;
}

interface Owner {
  readonly index: number;
  readonly name: string;
  readonly weight: WeightStats;
}

function owners(result: LayerStatsResult): Owner[] {
  return blocksOf(result).flatMap((block) =>
    block.weight?.weight ? [{ index: block.index, name: block.weight.name, weight: block.weight.weight }] : [],
  );
}

function chosen(data: WeightsData): Owner | undefined {
  const all = owners(data.result);
  return all.find((owner) => owner.index - 1 === data.selected) ?? all[0];
}

const HEIGHT = 190;

/** Histogram of one layer's weights. */
export const weightHistogram: Chart<WeightsData> = {
  title: () => t("Weights"),
  note: (data) => {
    const owner = chosen(data);
    return owner
      ? t(
          "Layer {0} ({1}), {2}: mean {3}, std {4}. Choose another layer by its row above.",
          owner.index,
          owner.name,
          shape(owner.weight.shape),
          figure(owner.weight.mean),
          figure(owner.weight.std),
        )
      : t("The network has no weights.");
  },
  draw(svg, width, data, interaction) {
    svg.attr("height", HEIGHT);
    const owner = chosen(data);
    const plot = layer(svg, "plot");
    if (!owner) return void plot.selectAll("*").remove();
    const { histogram } = owner.weight;
    const x = scaleLinear([histogram.edges[0]!, histogram.edges.at(-1)!], [14, width - 14]);
    const y = scaleLinear([0, Math.max(...histogram.counts)], [HEIGHT - 26, 10]);
    axis(layer(plot, "axis").attr("transform", `translate(0,${HEIGHT - 26})`), x, {
      side: "bottom",
      grid: HEIGHT - 36,
      ticks: width < 300 ? 3 : 5,
    });
    layer(plot, "shape")
      .selectAll<SVGPathElement, unknown>("path")
      .data([histogram])
      .join("path")
      .attr("class", "area")
      .on("pointermove", (event: PointerEvent) => {
        const value = x.invert(event.offsetX);
        const bin = histogram.edges.findIndex((edge) => edge > value) - 1;
        if (bin < 0) return;
        interaction.tip(
          [
            t("{0} to {1}", figure(histogram.edges[bin]), figure(histogram.edges[bin + 1])),
            t("{0} weights", String(histogram.counts[bin])),
          ],
          { x: event.clientX, y: event.clientY },
        );
      })
      .on("pointerleave", () => interaction.tip(null))
      .transition()
      .duration(duration())
      .attr("d", bars(histogram, x, y));
  },
  table: (data) => ({
    head: [t("Layer"), t("shape"), t("mean"), t("std"), t("least"), t("greatest"), t("gradient rms")],
    rows: owners(data.result).map(({ index, name, weight }) => [
      `${index} ${name}`,
      shape(weight.shape),
      ...[weight.mean, weight.std, weight.min, weight.max, weight.gradRms].map(figure),
    ]),
  }),
  json: (data) => owners(data.result),
};

/** Singular values of the weight matrices: by how much each stretches what passes through. */
export const singularValues: Chart<WeightsData> = {
  title: () => t("Singular values"),
  note: (data) => {
    const values = chosen(data)?.weight.singularValues;
    return values?.length
      ? t("From {0} down to {1}; thin lines are the other layers.", figure(values[0]), figure(values.at(-1)))
      : t("The matrix is too large to decompose.");
  },
  draw(svg, width, data, interaction) {
    svg.attr("height", HEIGHT);
    const plot = layer(svg, "plot");
    const current = chosen(data);
    const lines = owners(data.result)
      .filter((owner) => owner.weight.singularValues?.length)
      .sort((a, b) => Number(a.index === current?.index) - Number(b.index === current?.index));
    if (lines.length === 0) return void plot.selectAll("*").remove();
    const highest = Math.max(...lines.flatMap((owner) => owner.weight.singularValues!));
    const x = scaleLinear([0, 1], [40, width - 14]);
    const y = scaleLinear([0, highest * 1.08 || 1], [HEIGHT - 26, 10]);
    axis(layer(plot, "vertical").attr("transform", "translate(40,0)"), y, {
      side: "left",
      grid: width - 54,
      ticks: 4,
    });
    axis(layer(plot, "axis").attr("transform", `translate(0,${HEIGHT - 26})`), x, {
      side: "bottom",
      grid: 0,
      ticks: 2,
      label: (at) => (at === 0 ? t("greatest") : at === 1 ? t("least") : ""),
    });
    const path = line<number>().y(y);
    layer(plot, "values")
      .selectAll<SVGPathElement, Owner>("path")
      .data(lines, (owner) => owner.index)
      .join("path")
      .attr("class", (owner) => (owner.index === current?.index ? "line selected" : "line"))
      .on("pointermove", (event: PointerEvent, owner) =>
        interaction.tip(
          [t("Layer {0}", owner.index), owner.weight.singularValues!.slice(0, 6).map(figure).join("  ")],
          {
            x: event.clientX,
            y: event.clientY,
          },
        ),
      )
      .on("pointerleave", () => interaction.tip(null))
      .attr("d", ({ weight: { singularValues: values } }) =>
        path.x((_, i) => x(values!.length === 1 ? 0.5 : i / (values!.length - 1)))(values as number[]),
      )
      .order();
  },
  table: (data) => ({
    head: [t("Layer"), t("greatest"), t("median"), t("least")],
    rows: owners(data.result).map(({ index, name, weight: { singularValues: values } }) => [
      `${index} ${name}`,
      figure(values?.[0]),
      figure(values?.[Math.floor(values.length / 2)]),
      figure(values?.at(-1)),
    ]),
  }),
  json: (data) =>
    owners(data.result).map(({ index, name, weight }) => ({ index, name, values: weight.singularValues })),
};
