/** Hovers: the value of the expression under the mouse, its shape first. */
import * as vscode from "vscode";
import { type CellValue, valuesAt } from "./cell_values";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import type { ValueSpan } from "./value_spans";
import { valueMarkdown } from "./value_text";

/** A hover must not wait long for numbers that a busy session cannot give. */
const INSPECT_PATIENCE_MS = 400;

export class Hovers implements vscode.HoverProvider {
  constructor(readonly notes: OpenNotes) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const note = this.notes.of(document);
    const live = note?.cellAt(document, position.line);
    if (!note || !live || position.line >= live.cell.endLine) return undefined;
    const values = valuesAt(note, live, position.line - live.cell.startLine, position.character);
    const [first] = values;
    if (!first) return undefined;
    const markdown = new vscode.MarkdownString();
    const severalPlaces = values.some((value) => value.span.text !== first.span.text);
    for (const [i, value] of values.entries()) {
      if (i > 0) markdown.appendMarkdown("\n\n---\n\n");
      const { span, source } = await this.#withNumbers(note, live, value);
      markdown.appendMarkdown(
        valueMarkdown(span.value, source, vscode.l10n.t, {
          ...(severalPlaces ? { text: shortened(span.text) } : {}),
        }),
      );
    }
    return new vscode.Hover(markdown, rangeOf(live, first.span));
  }

  /** Asks the session for the statistics of a value that still lives. */
  async #withNumbers(note: LiveNote, live: LiveCell, value: CellValue): Promise<CellValue> {
    const { span, source } = value;
    if (source !== "run" || span.value.kind !== "tensor" || span.value.mean !== undefined || note.state !== "idle") {
      return value;
    }
    const line = live.cell.startLine + span.startLine;
    const asked = note.client.request("inspect", { cell: live.id, line, column: span.startColumn }).catch(() => null);
    const late = new Promise<null>((resolve) => setTimeout(resolve, INSPECT_PATIENCE_MS, null));
    const answer = await Promise.race([asked, late]);
    return answer && answer.text === span.text ? { source, span: { ...span, value: answer.value } } : value;
  }
}

export function rangeOf(live: LiveCell, span: ValueSpan): vscode.Range {
  const { startLine } = live.cell;
  return new vscode.Range(startLine + span.startLine, span.startColumn, startLine + span.endLine, span.endColumn);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
