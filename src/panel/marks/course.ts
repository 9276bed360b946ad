import { line, type ScaleContinuousNumeric, select } from "d3";
import { duration, type Group, layer } from "../svg";

export interface CourseMark {
  /** CSS class: "measured", "theory", "gradient". */
  readonly name: string;
  /** One value a row; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly shape: "dot" | "diamond" | "none";
}

/** A line down the rows with a mark on each: dots are measured, open diamonds are theory. */
export function course(
  plot: Group,
  marks: readonly CourseMark[],
  x: ScaleContinuousNumeric<number, number>,
  middle: (row: number) => number,
): void {
  const groups = layer(plot, "courses")
    .selectAll<SVGGElement, CourseMark>("g.course")
    .data(marks as CourseMark[])
    .join((enter) => {
      const group = enter.append("g");
      group.append("path").attr("class", "line");
      return group;
    });
  const drawable = (value: number | null): value is number =>
    value !== null && Number.isFinite(x(value)) && (!("base" in x) || value > 0);
  groups.attr("class", (mark) => `course ${mark.name}`);
  groups
    .select("path.line")
    .datum((mark) => mark)
    .transition()
    .duration(duration())
    .attr(
      "d",
      (mark) =>
        line<number | null>()
          .defined(drawable)
          .x((value) => x(value!))
          .y((_, i) => middle(i))(mark.values as (number | null)[]) ?? "",
    );
  groups.each(function (mark) {
    const points =
      mark.shape === "none" ? [] : mark.values.flatMap((value, row) => (drawable(value) ? [{ value, row }] : []));
    const path =
      mark.shape === "dot" ? "M0,-3.2A3.2,3.2 0 1 1 0,3.2A3.2,3.2 0 1 1 0,-3.2Z" : "M0,-4.4L4.4,0L0,4.4L-4.4,0Z";
    layer(select(this) as unknown as Group, "points")
      .selectAll<SVGPathElement, { value: number; row: number }>("path")
      .data(points, (point) => point.row)
      .join((enter) =>
        enter
          .append("path")
          .attr("class", "point")
          .attr("transform", (point) => `translate(${x(point.value)},${middle(point.row)})`),
      )
      .attr("d", path)
      .transition()
      .duration(duration())
      .attr("transform", (point) => `translate(${x(point.value)},${middle(point.row)})`);
  });
}
