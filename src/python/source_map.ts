import type { Mark, Rendered } from "./emit/doc";
import { LineIndex, type Position } from "./syntax_error";

/** The Python text behind a place of the executable text. Lines count from 1, columns from 0. */
export interface PythonPlace {
  readonly start: Position;
  readonly end: Position;
  /** The operator, brackets or attribute name within, which a traceback points at (`~~^~~`). */
  readonly anchor: { readonly start: Position; readonly end: Position } | null;
  /** The Python function's name: "<module>", "forward", "<lambda>", "<listcomp>". */
  readonly function: string;
}

/** From the emitted text back to Python. `toJSON` and `from` carry it between threads. */
export class SourceMap {
  private readonly lines: LineIndex;

  constructor(
    private readonly executable: string,
    private readonly offsets: readonly number[],
    private readonly places: readonly (PythonPlace | null)[],
  ) {
    this.lines = new LineIndex(executable);
  }

  /** The innermost Python expression at a place; line and column count from 1, as V8's stacks do. */
  locate(line: number, column: number): PythonPlace | undefined {
    const start = this.lines.starts[line - 1];
    if (start === undefined) return undefined;
    const offset = start + column - 1;
    let low = 0;
    let high = this.offsets.length;
    while (high > low) {
      const middle = (low + high) >> 1;
      if (this.offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return this.places[low - 1] ?? undefined;
  }

  toJSON(): SourceMapData {
    return { executable: this.executable, offsets: this.offsets, places: this.places };
  }

  static from({ executable, offsets, places }: SourceMapData): SourceMap {
    return new SourceMap(executable, offsets, places);
  }
}

export interface SourceMapData {
  readonly executable: string;
  readonly offsets: readonly number[];
  readonly places: readonly (PythonPlace | null)[];
}

/** The map of a rendered text that stands behind `prefix` in the executable. */
export function sourceMap(executable: string, prefix: number, rendered: Rendered, index: LineIndex): SourceMap {
  const known = new Map<Mark, PythonPlace>();
  const place = (mark: Mark): PythonPlace => {
    let found = known.get(mark);
    if (!found) {
      const { anchor } = mark;
      found = {
        start: index.position(mark.start),
        end: index.position(mark.end),
        anchor: anchor ? { start: index.position(anchor.start), end: index.position(anchor.end) } : null,
        function: mark.function ?? "<module>",
      };
      known.set(mark, found);
    }
    return found;
  };
  const offsets = rendered.marks.map(({ offset }) => prefix + offset);
  return new SourceMap(
    executable,
    offsets,
    rendered.marks.map(({ mark }) => mark && place(mark)),
  );
}

/** Which line of the readable text came from which line of Python. All lines count from 1. */
export interface LineMap {
  /** Index: readable line − 1. Null for lines without a Python line, such as the import of helpers. */
  readonly pythonLines: readonly (number | null)[];
}

export function lineMap(rendered: Rendered, prefixLines: number, index: LineIndex): LineMap {
  const pythonLines: (number | null)[] = new Array<number | null>(prefixLines).fill(null);
  const { starts } = new LineIndex(rendered.text);
  const { marks } = rendered;
  let at = 0;
  starts.forEach((start, i) => {
    const end = starts[i + 1] ?? rendered.text.length + 1;
    while (at < marks.length && marks[at]!.offset < start) at++;
    let next = at;
    while (next < marks.length && marks[next]!.offset < end && marks[next]!.mark === null) next++;
    const inside = next < marks.length && marks[next]!.offset < end ? marks[next]!.mark : null;
    const mark = inside ?? marks[at - 1]?.mark ?? null;
    pythonLines.push(mark && index.line(mark.start));
  });
  return { pythonLines };
}
