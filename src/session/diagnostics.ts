/** What can be said about a note's cells without running them: syntax errors and misspelt attributes. */
import { blankMagics } from "../python/magics";
import { misspellings, type Vocabulary } from "../python/spelling";
import type { PySyntaxError } from "../python/syntax_error";
import type { CellCode, Problem } from "./protocol";
import { isPyTorchName } from "./pytorch_names";

export function syntaxProblem(cell: CellCode, error: PySyntaxError): Problem {
  const sameLine = error.endLine === error.line;
  return {
    cell: cell.index,
    startLine: cell.startLine + error.line - 1,
    startColumn: cell.indent + error.column,
    endLine: cell.startLine + error.endLine - 1,
    endColumn: cell.indent + (sameLine ? Math.max(error.endColumn, error.column + 1) : error.endColumn),
    severity: "error",
    message: `${error.type}: ${error.message}`,
    code: "syntax",
  };
}

/** Attributes that nothing has, close to one that the likely receiver has. The whole note is one text: any cell may assign an attribute. */
export function spellingProblems(cells: readonly CellCode[], vocabulary: Vocabulary): Problem[] {
  const starts: number[] = [];
  let line = 0;
  const texts = cells.map(({ source }) => blankMagics(source));
  for (const text of texts) {
    starts.push(line);
    line += text.split("\n").length;
  }
  const found = misspellings(texts.join("\n"), vocabulary);
  return found.flatMap(({ line: at, column, endColumn, name, suggestion, receiver }) => {
    if (isPyTorchName(name)) return [];
    const index = starts.findLastIndex((start) => start <= at - 1);
    const cell = cells[index];
    if (!cell) return [];
    const documentLine = cell.startLine + (at - 1 - starts[index]);
    return [
      {
        cell: cell.index,
        startLine: documentLine,
        startColumn: cell.indent + column,
        endLine: documentLine,
        endColumn: cell.indent + endColumn,
        severity: "warning" as const,
        message: `${receiver} has no attribute '${name}'. Did you mean '${suggestion}'?`,
        code: "misspelt" as const,
        fix: { title: `Change to '${suggestion}'`, newText: suggestion },
      },
    ];
  });
}
