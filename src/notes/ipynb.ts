/**
 * Jupyter notebooks. Line numbers inside the JSON mean nothing to a reader, so cells get virtual lines: those of the
 * document that `virtualText` shows (each cell under a `# %%` rule, one blank line between).
 */
import { type CellDraft, extensionOf, linesOf, NoteError, type NoteFormat } from "./note";

/** The parts of nbformat 3 and 4 that are read. */
interface NotebookCell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
  readonly input?: unknown;
  readonly outputs?: unknown;
  readonly execution_count?: unknown;
  readonly prompt_number?: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((part) => typeof part === "string").join("") : "";
}

/** The text of one saved output; "" for pictures and for the error stream, which nobody compares. */
function outputText(output: unknown): string {
  if (!isRecord(output)) return "";
  switch (output.output_type) {
    case "stream":
      return (output.name ?? output.stream) === "stderr" ? "" : textOf(output.text);
    case "execute_result":
    case "pyout":
      return textOf(isRecord(output.data) ? output.data["text/plain"] : output.text) + "\n";
    case "error":
    case "pyerr":
      return `${String(output.ename)}: ${String(output.evalue)}\n`;
    default:
      return "";
  }
}

function cellsOf(notebook: Record<string, unknown>): NotebookCell[] {
  if (Array.isArray(notebook.cells)) return notebook.cells.filter(isRecord);
  const sheets = Array.isArray(notebook.worksheets) ? notebook.worksheets.filter(isRecord) : [];
  return sheets.flatMap((sheet) => (Array.isArray(sheet.cells) ? sheet.cells.filter(isRecord) : []));
}

function readNotebook(text: string): NotebookCell[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new NoteError(`not a notebook: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(parsed) || !(Array.isArray(parsed.cells) || Array.isArray(parsed.worksheets))) {
    throw new NoteError('not a notebook: it has no "cells"');
  }
  return cellsOf(parsed);
}

interface PlacedCell {
  readonly cell: NotebookCell;
  readonly isCode: boolean;
  readonly header: number;
  readonly rows: readonly string[];
}

function place(cells: readonly NotebookCell[]): PlacedCell[] {
  let line = 0;
  return cells.map((cell) => {
    const rows = linesOf(textOf(cell.source ?? cell.input).replace(/\n$/, ""));
    const header = line;
    line += rows.length + 2;
    return { cell, isCode: cell.cell_type === "code", header, rows };
  });
}

/** The notebook as a percent script; its line numbers are those of the notebook's cells. */
export function virtualText(text: string): string {
  return place(readNotebook(text))
    .map(({ isCode, rows }) => (isCode ? `# %%\n${rows.join("\n")}\n` : `# %% [markdown]\n${rows.join("\n")}\n`))
    .join("\n");
}

export const ipynb: NoteFormat = {
  name: "ipynb",
  matches: (text, hint) =>
    extensionOf(hint) === ".ipynb" || (!extensionOf(hint) && /^\s*\{[\s\S]*"nbformat"\s*:/.test(text)),
  parse(text) {
    return place(readNotebook(text)).flatMap(({ cell, isCode, header, rows }): CellDraft[] => {
      if (!isCode) return [];
      const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
      const saved = outputs.map(outputText).join("").replace(/\n$/, "");
      const count = cell.execution_count ?? cell.prompt_number;
      const start = header + 1;
      const end = start + rows.length;
      return [
        {
          ...(typeof count === "number" ? { label: `In [${count}]` } : {}),
          source: rows.join("\n"),
          startLine: start,
          endLine: end,
          headerLine: header,
          indent: 0,
          ...(saved === "" ? {} : { saved: { text: saved, startLine: end, endLine: end, indent: 0 } }),
        },
      ];
    });
  },
};
