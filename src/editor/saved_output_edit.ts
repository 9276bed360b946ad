/** Writes a cell's output into the note, in the way the note's format saves outputs. */
import type { Cell, Note } from "../notes/note";

/** Replaces the lines [startLine, endLine) by `lines`. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  readonly lines: readonly string[];
}

type Writer = (cell: Cell, output: readonly string[], lines: readonly string[]) => LineEdit;

const FENCE = /^\s*(`{3,}|~{3,})/;

const inPrompt: Writer = (cell, output, lines) => {
  // The cell's code, a blank line, the output, and the two blank lines that exports leave after printed text.
  let next = cell.endLine;
  while (next < lines.length && lines[next]!.trim() === "") next++;
  return { startLine: cell.endLine, endLine: next, lines: ["", ...output, "", ...(next < lines.length ? [""] : [])] };
};

const markdown: Writer = (cell, output, lines) => {
  let fence = cell.endLine;
  while (fence < lines.length && !FENCE.test(lines[fence]!)) fence++;
  const indent = " ".repeat(cell.indent);
  const block = ["", "```text", ...output, "```"].map((line) => (line ? indent + line : line));
  return { startLine: fence + 1, endLine: fence + 1, lines: block };
};

const comments: Writer = (cell, output) => ({
  startLine: cell.endLine,
  endLine: cell.endLine,
  lines: ["", "# Out:", ...output.map((line) => `# ${line}`.trimEnd())],
});

const plain: Writer = (cell, output) => ({ startLine: cell.endLine, endLine: cell.endLine, lines: output });

const WRITERS: Readonly<Record<string, Writer>> = {
  "in-prompt": inPrompt,
  markdown,
  percent: comments,
  python: comments,
  doctest: plain,
};

/** The prefix that the lines of a saved output have in the document, read off the first of them. */
function prefixOf(cell: Cell, lines: readonly string[]): string {
  return cell.saved ? (lines[cell.saved.startLine]?.slice(0, cell.saved.indent) ?? "") : "";
}

/** @param text the output; @param lines the whole document. Undefined when the format keeps no outputs in its text. */
export function savedOutputEdit(note: Note, cell: Cell, text: string, lines: readonly string[]): LineEdit | undefined {
  const output = text.replace(/\n+$/, "").split("\n");
  if (cell.saved) {
    const prefix = prefixOf(cell, lines);
    const { startLine, endLine } = cell.saved;
    return { startLine, endLine, lines: output.map((line) => (prefix + line).trimEnd()) };
  }
  return WRITERS[note.format]?.(cell, output, lines);
}
