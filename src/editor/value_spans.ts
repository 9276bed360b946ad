/** Values with their places inside a cell, and the search for the one under the mouse. */
import type { ShapeAt, ValueSummary } from "../session/protocol";

/** Lines are 0-based inside the cell; columns are the document's. */
export interface ValueSpan {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
  readonly kind: string;
  readonly value: ValueSummary;
}

export function spanInCell(shape: ShapeAt, cellStart: number): ValueSpan {
  const { startColumn, endColumn, text, kind, value } = shape;
  return {
    startLine: shape.startLine - cellStart,
    endLine: shape.endLine - cellStart,
    startColumn,
    endColumn,
    text,
    kind,
    value,
  };
}

export const spanKey = (span: ValueSpan): string =>
  `${span.startLine}:${span.startColumn}-${span.endLine}:${span.endColumn}`;

function contains(span: ValueSpan, line: number, column: number): boolean {
  if (line < span.startLine || line > span.endLine) return false;
  if (line === span.startLine && column < span.startColumn) return false;
  return line < span.endLine || column < span.endColumn;
}

/** Orders spans by their extent, smallest first. */
function bySize(a: ValueSpan, b: ValueSpan): number {
  return (
    a.endLine - a.startLine - (b.endLine - b.startLine) || a.endColumn - a.startColumn - (b.endColumn - b.startColumn)
  );
}

/** The spans around a place, smallest first; of several with the same extent the last recorded. */
export function spansAround(spans: readonly ValueSpan[], line: number, column: number): ValueSpan[] {
  const found = new Map<string, ValueSpan>();
  for (const span of spans) if (contains(span, line, column)) found.set(spanKey(span), span);
  return [...found.values()].sort(bySize);
}

/**
 * The smallest span around a place and the calls that it is the callee of: on `BatchNorm1d` in
 * `nn.BatchNorm1d(3)(x)` these are the class, the module, and the tensor.
 */
export function calleeChain(spans: readonly ValueSpan[], line: number, column: number): ValueSpan[] {
  const [smallest, ...around] = spansAround(spans, line, column);
  if (!smallest) return [];
  const chain = [smallest];
  if (!["class", "function", "module"].includes(smallest.value.kind)) return chain;
  for (const span of around) {
    const inner = chain.at(-1)!;
    if (span.kind !== "call" || span.startLine !== inner.startLine || span.startColumn !== inner.startColumn) break;
    chain.push(span);
  }
  return chain;
}
