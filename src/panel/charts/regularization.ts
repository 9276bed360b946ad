import { line, scaleLinear, select } from "d3";
import type { RegularizationCurve, RegularizationResult } from "../../statistics/format";
import type { Chart, TableData } from "../chart";
import { axis } from "../marks/axis";
import { bars } from "../marks/ridge";
import { penaltyName } from "../names";
import { figure, percent } from "../numbers";
import { t } from "../strings";
import { type Group, layer } from "../svg";

const HEIGHT = 190;

interface Label {
  readonly curve: RegularizationCurve;
  readonly y: number;
}

/** A chart of one of the curves' series by step; L2 and weight_decay may lie on each other, so one is dashed. */
function bySteps(
  title: string,
  note: string,
  series: (curve: RegularizationCurve) => readonly number[],
  label: (value: number) => string,
): Chart<RegularizationResult> {
  return {
    title: () => t(title),
    note: () => t(note),
    draw(svg, width, data, interaction) {
      svg.attr("height", HEIGHT);
      const plot = layer(svg, "plot");
      const right = width < 340 ? 84 : 96;
      const steps = Math.max(...data.curves.map((curve) => curve.steps.at(-1) ?? 0));
      const highest = Math.max(...data.curves.flatMap((curve) => series(curve).filter(Number.isFinite)));
      const x = scaleLinear([0, steps], [46, width - right]);
      const y = scaleLinear([0, highest * 1.05 || 1], [HEIGHT - 26, 10]).nice(4);
      axis(layer(plot, "vertical").attr("transform", "translate(46,0)"), y, {
        side: "left",
        grid: width - right - 46,
        ticks: 4,
        label,
      });
      axis(layer(plot, "axis").attr("transform", `translate(0,${HEIGHT - 26})`), x, {
        side: "bottom",
        grid: 0,
        ticks: width < 340 ? 2 : 4,
        label: String,
      });
      layer(plot, "curves")
        .selectAll<SVGPathElement, RegularizationCurve>("path")
        .data(data.curves as RegularizationCurve[], (curve) => curve.penalty)
        .join("path")
        .attr("class", (curve) => `line ${curve.penalty}`)
        .attr("d", (curve) =>
          line<number>()
            .x((_, i) => x(curve.steps[i]!))
            .y(y)(series(curve) as number[]),
        );
      layer(plot, "labels")
        .selectAll<SVGTextElement, Label>("text")
        .data(apart(data.curves.map((curve) => ({ curve, y: y(series(curve).at(-1) ?? 0) }))))
        .join("text")
        .attr("class", (each) => `label ${each.curve.penalty}`)
        .attr("x", width - right + 6)
        .attr("y", (each) => each.y)
        .attr("dy", "0.35em")
        .text((each) => penaltyName(each.curve.penalty));
      svg
        .on("pointermove", (event: PointerEvent) => {
          const step = x.invert(event.offsetX);
          const steps = data.curves[0]?.steps ?? [];
          const at = steps.findIndex((each) => each >= step);
          if (step < 0 || at < 0) return interaction.tip(null);
          interaction.tip(
            [
              t("step {0}", steps[at]!),
              ...data.curves.map((curve) => `${penaltyName(curve.penalty)}: ${label(series(curve)[at]!)}`),
            ],
            { x: event.clientX, y: event.clientY },
          );
        })
        .on("pointerleave", () => interaction.tip(null));
    },
    table: finals,
    json: (data) => data,
  };
}

/** Moves labels so that none covers another, in their order. */
function apart(labels: Label[]): Label[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  let last = Number.NEGATIVE_INFINITY;
  const placed = sorted.map((label) => {
    last = Math.max(label.y, last + 14);
    return { ...label, y: last };
  });
  const over = Math.max(0, (placed.at(-1)?.y ?? 0) - (HEIGHT - 34));
  return placed.map((label) => ({ ...label, y: label.y - over }));
}

function finals(data: RegularizationResult): TableData {
  return {
    head: [t("Penalty"), t("strength"), t("weight norm"), t("near zero"), t("loss")],
    rows: data.curves.map((curve) => [
      penaltyName(curve.penalty),
      figure(curve.strength),
      figure(curve.weightNorm.at(-1)),
      percent(curve.nearZero.at(-1) ?? 0),
      figure(curve.loss.at(-1)),
    ]),
  };
}

export const weightNorm = bySteps(
  "Weight norm by step",
  "Every penalty pulls the weights in; written by hand or as the optimiser's weight_decay, ridge is the same curve.",
  (curve) => curve.weightNorm,
  figure,
);

export const nearZero = bySteps(
  "Share of weights near zero",
  "Below 0.001 in size: only L1 sets weights to zero.",
  (curve) => curve.nearZero,
  percent,
);

/** The weights that each penalty ends with. */
export const finalWeights: Chart<RegularizationResult> = {
  title: () => t("Weights after training"),
  note: () => t("Counts on a square-root scale, so that few large weights beside many small ones can be seen."),
  draw(svg, width, data, interaction) {
    const columns = width < 520 ? 2 : 4;
    const across = width / columns;
    const down = 118;
    svg.attr("height", Math.ceil(data.curves.length / columns) * down);
    const low = Math.min(...data.curves.map((curve) => curve.finalHistogram.edges[0]!));
    const high = Math.max(...data.curves.map((curve) => curve.finalHistogram.edges.at(-1)!));
    const x = scaleLinear([low, high], [18, across - 18]);
    const most = Math.max(...data.curves.flatMap((curve) => curve.finalHistogram.counts));
    const y = scaleLinear([0, Math.sqrt(most) || 1], [down - 22, 22]);
    const cells = layer(svg, "plot")
      .selectAll<SVGGElement, RegularizationCurve>("g.multiple")
      .data(data.curves as RegularizationCurve[], (curve) => curve.penalty)
      .join((enter) => {
        const cell = enter.append("g");
        cell.append("text").attr("class", "label").attr("x", 8).attr("y", 13);
        cell.append("path");
        return cell;
      })
      .attr("class", (curve) => `multiple ${curve.penalty}`)
      .attr("transform", (_, i) => `translate(${(i % columns) * across},${Math.floor(i / columns) * down})`)
      .on("pointermove", (event: PointerEvent, curve) =>
        interaction.tip(
          [
            `${penaltyName(curve.penalty)}, λ = ${figure(curve.strength)}`,
            t("weight norm {0}", figure(curve.weightNorm.at(-1))),
            t("near zero {0}", percent(curve.nearZero.at(-1) ?? 0)),
            t("loss {0}", figure(curve.loss.at(-1))),
          ],
          { x: event.clientX, y: event.clientY },
        ),
      )
      .on("pointerleave", () => interaction.tip(null));
    cells.select("text.label").text((curve) => penaltyName(curve.penalty));
    cells
      .select<SVGPathElement>(":scope > path")
      .attr("d", ({ finalHistogram: { edges, counts } }) => bars({ edges, counts: counts.map(Math.sqrt) }, x, y));
    cells.each(function () {
      const group = layer(select(this) as unknown as Group, "axis").attr("transform", `translate(0,${down - 22})`);
      axis(group, x, { side: "bottom", grid: 0, ticks: 3 });
    });
  },
  table: finals,
  json: (data) => data.curves.map(({ penalty, finalHistogram }) => ({ penalty, finalHistogram })),
};
