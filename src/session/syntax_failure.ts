/** A cell that is not Python, shown as CPython shows it. */
import type { PySyntaxError } from "../python/syntax_error";
import type { CellCode } from "./protocol";
import type { Failure } from "./traceback";
import { placeText } from "./traceback";

export function syntaxFailure(cell: CellCode, error: PySyntaxError): Failure {
  const text = cell.source.split("\n")[error.line - 1] ?? "";
  const body = text.trimStart();
  const lead = text.length - body.length;
  const end = error.endLine === error.line ? error.endColumn : text.length;
  const documentLine = cell.startLine + error.line - 1;
  const marks = "^".repeat(Math.max(1, end - error.column));
  return {
    detail: {
      ename: error.type,
      evalue: `${error.message} (line ${error.line}, column ${error.column + 1})`,
      frames: [
        {
          cell: cell.index,
          label: cell.label,
          name: "<module>",
          line: error.line,
          documentLine,
          startColumn: cell.indent + error.column,
          endColumn: cell.indent + Math.max(end, error.column + 1),
          anchor: null,
          text,
        },
      ],
      help: null,
    },
    traceback: [
      `  ${placeText(cell.label)}, line ${error.line} (line ${documentLine + 1} of the note), column ${error.column + 1}`,
      `    ${body.trimEnd()}`,
      `    ${" ".repeat(Math.max(0, error.column - lead))}${marks}`,
      `${error.type}: ${error.message}`,
    ],
  };
}
