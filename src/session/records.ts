/**
 * What translated code reports while it runs: the last value of every expression. Values are held only until the
 * cell ends; then a summary stays, and a weak reference for statistics that are asked for later.
 */
import type { Value } from "../dsl/type";
import type { Translation } from "../python/translate";
import type { CellCode, ShapeAt, ValueSummary } from "./protocol";
import { type SummaryOptions, summarize } from "./summary";

/** A translated cell: what frames and records refer to. Every run of a cell makes a new one. */
export interface CellUnit {
  /** Unique name of its evaluated text. */
  readonly file: string;
  readonly cell: CellCode;
  readonly translation: Translation;
}

/** No int is -0, and integral floats are no plain numbers. */
const NO_NUMBER = -0;

interface Seen {
  readonly summary: ValueSummary;
  readonly live: WeakRef<object> | null;
}

/** The records of one unit. */
export class Records {
  readonly #seen = new Map<number, Seen>();
  /** The last number of each slot, where that was the last value; else NO_NUMBER. */
  readonly numbers: Float64Array;
  /** The last value of each slot that was no number. */
  readonly values: Value[];

  constructor(readonly unit: CellUnit) {
    const { length } = unit.translation.spans;
    this.numbers = new Float64Array(length).fill(NO_NUMBER);
    this.values = new Array<Value>(length).fill(undefined);
  }

  /** True when the slot was ever reached. */
  has(slot: number): boolean {
    return this.#seen.has(slot) || this.#last(slot) !== undefined;
  }

  #last(slot: number): Value {
    const number = this.numbers[slot];
    return Object.is(number, NO_NUMBER) ? this.values[slot] : number;
  }

  /** Summarises what was recorded since the last call and lets go of the values. Returns the changed places. */
  settle(cache: Map<object, ValueSummary>, source: ShapeAt["source"]): ShapeAt[] {
    const changed: ShapeAt[] = [];
    for (let slot = 0; slot < this.values.length; slot++) {
      const value = this.#last(slot);
      if (value === undefined) continue;
      const summary = cachedSummary(value, cache);
      const live = typeof value === "object" && value !== null ? new WeakRef(value) : null;
      this.#seen.set(slot, { summary, live });
      changed.push(this.#shape(slot, summary, source));
    }
    this.forget();
    return changed;
  }

  /** Lets go of the values since the last call of `settle`. */
  forget(): void {
    this.numbers.fill(NO_NUMBER);
    this.values.fill(undefined);
  }

  /** The innermost recorded expression at a document position, its value summarised afresh if it still lives. */
  at(line: number, column: number, options: SummaryOptions): ShapeAt | null {
    let best: ShapeAt | null = null;
    for (const [slot, { summary, live }] of this.#seen) {
      const place = placeOf(this.unit, slot);
      if (!contains(place, line, column) || (best && !isInside(place, best))) continue;
      const value = live?.deref();
      best = this.#shape(slot, value === undefined ? summary : summarize(value, options), "run");
    }
    return best;
  }

  #shape(slot: number, value: ValueSummary, source: ShapeAt["source"]): ShapeAt {
    const { kind, text } = this.unit.translation.spans[slot];
    return { cell: this.unit.cell.index, ...placeOf(this.unit, slot), kind, text, value, source };
  }
}

function cachedSummary(value: Value, cache: Map<object, ValueSummary>): ValueSummary {
  if (typeof value !== "object" || value === null) return summarize(value);
  let summary = cache.get(value);
  if (!summary) {
    summary = summarize(value);
    cache.set(value, summary);
  }
  return summary;
}

type Place = Pick<ShapeAt, "startLine" | "startColumn" | "endLine" | "endColumn">;

/** A span in document coordinates. */
export function placeOf({ cell, translation }: CellUnit, slot: number): Place {
  const { start, end } = translation.spans[slot];
  return {
    startLine: cell.startLine + start.line - 1,
    startColumn: cell.indent + start.column,
    endLine: cell.startLine + end.line - 1,
    endColumn: cell.indent + end.column,
  };
}

function contains(place: Place, line: number, column: number): boolean {
  const afterStart = line > place.startLine || (line === place.startLine && column >= place.startColumn);
  const beforeEnd = line < place.endLine || (line === place.endLine && column <= place.endColumn);
  return afterStart && beforeEnd;
}

function isInside(inner: Place, outer: Place): boolean {
  return (
    contains(outer, inner.startLine, inner.startColumn) &&
    contains(outer, inner.endLine, inner.endColumn) &&
    (inner.startLine > outer.startLine ||
      inner.startColumn >= outer.startColumn ||
      inner.endLine < outer.endLine ||
      inner.endColumn <= outer.endColumn)
  );
}
