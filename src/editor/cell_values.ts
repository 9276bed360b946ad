/** The values of a cell at their present places: of the last run where they still hold, else inferred, else stale. */

import { trackLines } from "./line_tracking";
import type { LiveCell, LiveNote } from "./live_note";
import { calleeChain, spanKey, type ValueSpan } from "./value_spans";
import type { ValueSource } from "./value_text";

export interface CellValue {
  readonly span: ValueSpan;
  readonly source: ValueSource;
}

function moved(spans: readonly ValueSpan[], from: string, to: string): ValueSpan[] {
  if (from === to) return [...spans];
  const track = trackLines(from, to);
  return spans.flatMap((span) => {
    const startLine = track(span.startLine);
    const endLine = track(span.endLine);
    return startLine === undefined || endLine === undefined ? [] : [{ ...span, startLine, endLine }];
  });
}

/** Best source first. */
function layers(note: LiveNote, live: LiveCell): { source: ValueSource; spans: ValueSpan[] }[] {
  const { source } = live.cell;
  const stale = note.isStale(live);
  const ran = live.ran ? moved(live.ran.spans, live.ran.source, source) : [];
  const inferred = live.inferred ? moved(live.inferred.spans, live.inferred.source, source) : [];
  return stale
    ? [
        { source: "inferred", spans: inferred },
        { source: "stale", spans: ran },
      ]
    : [
        { source: "run", spans: ran },
        { source: "inferred", spans: inferred },
      ];
}

/** Every value of the cell, one a place. */
export function valuesOf(note: LiveNote, live: LiveCell): CellValue[] {
  const found = new Map<string, CellValue>();
  for (const { source, spans } of layers(note, live)) {
    const own = new Map(spans.map((span) => [spanKey(span), { span, source }]));
    for (const [key, value] of own) if (!found.has(key)) found.set(key, value);
  }
  return [...found.values()];
}

/**
 * What to show for a place: the smallest expression around it and the calls it is the callee of. `line` counts inside
 * the cell. A stale value is added under an inferred one of the same place, since only it has numbers.
 */
export function valuesAt(note: LiveNote, live: LiveCell, line: number, column: number): CellValue[] {
  const values = valuesOf(note, live);
  const sourceOf = new Map(values.map((value) => [value.span, value.source]));
  const chain = calleeChain(
    values.map((value) => value.span),
    line,
    column,
  ).map((span) => ({ span, source: sourceOf.get(span)! }));
  const [first] = chain;
  if (chain.length === 1 && first?.source === "inferred") {
    const stale = layers(note, live)
      .find((layer) => layer.source === "stale")
      ?.spans.findLast((span) => spanKey(span) === spanKey(first.span));
    if (stale) chain.push({ span: stale, source: "stale" });
  }
  return chain;
}
