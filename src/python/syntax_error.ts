/** Python's class of the error; all three are SyntaxErrors in Python. */
export type SyntaxErrorType = "SyntaxError" | "IndentationError" | "TabError";

/**
 * A cell that is not Python, worded as CPython 3.11 words it. `line` counts from 1, columns from 0 and in UTF-16 units;
 * `endLine`/`endColumn` end the marked text (exclusive).
 */
export class PySyntaxError extends Error {
  readonly type: SyntaxErrorType;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;

  constructor(type: SyntaxErrorType, message: string, start: Position, end: Position) {
    super(message);
    this.name = "PySyntaxError";
    this.type = type;
    this.line = start.line;
    this.column = start.column;
    this.endLine = end.line;
    this.endColumn = end.column;
  }

  /** The same error, said to be inside `what` (once). */
  within(what: string): PySyntaxError {
    if (this.message.startsWith(`${what}: `)) return this;
    const end = { line: this.endLine, column: this.endColumn };
    return new PySyntaxError(this.type, `${what}: ${this.message}`, this, end);
  }
}

/** A place in a text: `line` from 1, `column` from 0 in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets of one text into lines and columns. */
export class LineIndex {
  readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** The 1-based line that holds `offset`. */
  line(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  position(offset: number): Position {
    const line = this.line(offset);
    return { line, column: offset - this.starts[line - 1]! };
  }

  /** The text of a 1-based line without its line end. */
  lineText(line: number): string {
    const end = this.starts[line] ?? this.text.length + 1;
    return this.text.slice(this.starts[line - 1], end - 1);
  }

  error(message: string, start: number, end = start, type: SyntaxErrorType = "SyntaxError"): PySyntaxError {
    return new PySyntaxError(type, message, this.position(start), this.position(Math.max(start, end)));
  }
}
