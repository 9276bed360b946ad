/** "Show Translation": a note's cells as TypeScript, with the way back to their lines. */
import { PySyntaxError } from "../python/syntax_error";
import { translateNote } from "../python/translate_note";
import type { CellCode, TranslatedCell } from "./protocol";

export function translateCells(cells: readonly CellCode[]): TranslatedCell[] {
  const translations = translateNote(
    cells.map((cell) => cell.source),
    "cell",
  );
  return cells.map((cell, i) => {
    const { index, label } = cell;
    const translation = translations[i]!;
    if (translation instanceof PySyntaxError) {
      const text = `// line ${translation.line}: ${translation.type}: ${translation.message}`;
      return { index, label, text, failed: true, documentLines: [cell.startLine + translation.line - 1] };
    }
    const { readable, readableMap } = translation;
    const documentLines = readableMap.pythonLines.map((line) => (line === null ? -1 : cell.startLine + line - 1));
    return { index, label, text: readable, failed: false, documentLines };
  });
}
