/** `>>>` examples: in docstrings, in text files, and inside Markdown fences. */
import { type CellDraft, extensionOf, isBlank, linesOf, type NoteFormat } from "./note";

const PROMPT = /^(\s*)>>>(?: (.*)|)$/;
const CONTINUATION = /^(\s*)\.\.\.(?: (.*)|)$/;
/** What ends an example's output besides a blank line: the end of the docstring, or text further to the left. */
const DOCSTRING_END = /^\s*(?:"""|''')/;

/**
 * Cells of the examples in lines[start, end). Prompts that follow one another are one cell (docstrings use `>>>` for
 * continuation lines too); text behind them, up to a blank line, is their saved output.
 */
export function doctestCells(lines: readonly string[], start = 0, end = lines.length): CellDraft[] {
  const cells: CellDraft[] = [];
  for (let line = start; line < end; ) {
    const opening = PROMPT.exec(lines[line]!);
    if (!opening) {
      line++;
      continue;
    }
    const margin = opening[1]!.length;
    const first = line;
    const source: string[] = [];
    for (; line < end; line++) {
      const row = PROMPT.exec(lines[line]!) ?? CONTINUATION.exec(lines[line]!);
      if (!row || row[1]!.length !== margin) break;
      source.push(row[2] ?? "");
    }
    const outputStart = line;
    while (
      line < end &&
      !isBlank(lines[line]!) &&
      !PROMPT.test(lines[line]!) &&
      !DOCSTRING_END.test(lines[line]!) &&
      lines[line]!.search(/\S/) >= margin
    )
      line++;
    const text = lines
      .slice(outputStart, line)
      .map((row) => (row.slice(margin) === "<BLANKLINE>" ? "" : row.slice(margin)));
    if (source.every((row) => isBlank(row) || row.trimStart().startsWith("#"))) continue;
    cells.push({
      source: source.join("\n"),
      startLine: first,
      endLine: outputStart,
      headerLine: first,
      indent: margin + 4,
      ...(text.length > 0
        ? { saved: { text: text.join("\n"), startLine: outputStart, endLine: line, indent: margin } }
        : {}),
    });
  }
  return cells;
}

export const doctest: NoteFormat = {
  name: "doctest",
  matches(text, hint) {
    const extension = extensionOf(hint);
    if (extension === ".md" || extension === ".markdown" || extension === ".py" || hint.languageId === "python") {
      return false;
    }
    return /^\s*>>> \S/m.test(text) && !/^ {0,3}(?:`{3,}|~{3,})/m.test(text);
  },
  parse: (text) => doctestCells(linesOf(text)),
};
