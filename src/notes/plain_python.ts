/** Plain Python files: one cell, the whole file. */
import { extensionOf, linesOf, type NoteFormat, trimRange } from "./note";

export const plainPython: NoteFormat = {
  name: "python",
  matches: (_text, hint) => extensionOf(hint) === ".py" || extensionOf(hint) === ".pyw" || hint.languageId === "python",
  parse(text) {
    const lines = linesOf(text);
    const [start, end] = trimRange(lines, 0, lines.length);
    if (start === end) return [];
    return [
      { source: lines.slice(start, end).join("\n"), startLine: start, endLine: end, headerLine: start, indent: 0 },
    ];
  },
};
