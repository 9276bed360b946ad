/** Joining shapes from runs with inferred ones. */
import type { ShapeAt } from "./protocol";

function key({ cell, startLine, startColumn, endLine, endColumn }: ShapeAt): string {
  return `${cell}:${startLine}:${startColumn}:${endLine}:${endColumn}`;
}

/** Later shapes replace earlier ones of the same place; a run's replace inferred ones whatever their order. */
export function mergeShapes(...lists: readonly (readonly ShapeAt[])[]): ShapeAt[] {
  const merged = new Map<string, ShapeAt>();
  for (const shape of lists.flat()) {
    const place = key(shape);
    if (shape.source === "inferred" && merged.get(place)?.source === "run") continue;
    merged.set(place, shape);
  }
  return [...merged.values()];
}
