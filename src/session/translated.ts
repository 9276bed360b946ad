/** "Show Translation": a cell as TypeScript, with the way back to its lines. */
import { PySyntaxError } from "../python/syntax_error";
import { translate } from "../python/translate";
import type { CellCode, TranslatedCell } from "./protocol";

export function translateCell(cell: CellCode): TranslatedCell {
  const { index, label } = cell;
  try {
    const { readable, readableMap } = translate(cell.source, { file: `cell${index}` });
    const documentLines = readableMap.pythonLines.map((line) => (line === null ? -1 : cell.startLine + line - 1));
    return { index, label, text: readable, failed: false, documentLines };
  } catch (error) {
    if (!(error instanceof PySyntaxError)) throw error;
    const text = `// line ${error.line}: ${error.type}: ${error.message}`;
    return { index, label, text, failed: true, documentLines: [cell.startLine + error.line - 1] };
  }
}
