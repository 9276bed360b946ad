/** What every note format is parsed into: cells of Python code and the outputs saved beside them. */

/** Output text that a note holds for a cell: a claim which `notegrad check` can test. */
export interface SavedOutput {
  /** Streams and displayed values, as the note shows them. */
  readonly text: string;
  /** 0-based document lines, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** Columns to add to a column of `text` to get the document's. */
  readonly indent: number;
}

export interface Cell {
  /** Position among the note's cells, from 0. */
  readonly index: number;
  /** How people refer to it: "In [2]" where the note says so, else "cell 3" (from 1). */
  readonly label: string;
  /** Python text; its line i is document line `startLine + i`. */
  readonly source: string;
  /** 0-based document lines of the code, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** The line that opens the cell (prompt, fence, rule), or `startLine` when nothing does. */
  readonly headerLine: number;
  /** Columns to add to a column of `source` to get the document's (cells in lists, doctest prompts). */
  readonly indent: number;
  readonly saved?: SavedOutput;
  readonly kind: "code";
}

export interface Note {
  /** Name of the format that was recognised, e.g. "markdown". */
  readonly format: string;
  readonly cells: readonly Cell[];
}

export interface NoteHint {
  /** File name or path; only its extension is looked at. */
  readonly path?: string;
  /** VS Code's language identifier. */
  readonly languageId?: string;
}

/** One entry of the format table: `matches` must be cheap, it runs on every edit. */
export interface NoteFormat {
  readonly name: string;
  matches(text: string, hint: NoteHint): boolean;
  /** @throws NoteError when the text claims to be this format and is not. */
  parse(text: string): readonly CellDraft[];
}

/** A cell before it is numbered. `label` is left out where the note gives none. */
export type CellDraft = Omit<Cell, "index" | "label" | "kind"> & { readonly label?: string };

/** A document that cannot be read as a note. The message is for the reader. */
export class NoteError extends Error {
  override readonly name = "NoteError";
}

/** Lines without their ends; "\r\n" counts as one end. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** The lower-case extension of the hint's path, with its dot; "" when there is none. */
export function extensionOf(hint: NoteHint): string {
  return /\.[^./\\]+$/.exec(hint.path ?? "")?.[0].toLowerCase() ?? "";
}

/** Removes blank lines at both ends of lines[start, end) and returns the smaller range. */
export function trimRange(lines: readonly string[], start: number, end: number): [start: number, end: number] {
  let from = start;
  let to = end;
  while (from < to && isBlank(lines[from]!)) from++;
  while (to > from && isBlank(lines[to - 1]!)) to--;
  return [from, to];
}
