/** Hovers: the value of the expression under the mouse, its shape first; below it what is known of its name. */
import * as vscode from "vscode";
import { type CellValue, valuesAt } from "./cell_values";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import type { NoteReference } from "./reference";
import { documentationMarkdown } from "./reference_text";
import type { ValueSpan } from "./value_spans";
import { valueMarkdown } from "./value_text";

/** A hover must not wait long for what a busy session cannot give. */
const PATIENCE_MS = 400;

async function withPatience<T>(asked: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([asked.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Hovers implements vscode.HoverProvider {
  constructor(
    readonly notes: OpenNotes,
    readonly reference: NoteReference,
  ) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const note = this.notes.of(document);
    const live = note?.cellAt(document, position.line);
    if (!note || !live || position.line >= live.cell.endLine) return undefined;
    const values = valuesAt(note, live, position.line - live.cell.startLine, position.character);
    const [first] = values;
    const documented = await withPatience(this.reference.at(note, live, position));
    const documentation = documented && documentationMarkdown(documented.documented);
    if (!first && !documentation) return undefined;
    const markdown = await this.#valuesMarkdown(note, live, values);
    if (documentation) markdown.appendMarkdown(`${first ? "\n\n---\n\n" : ""}${documentation}`);
    return new vscode.Hover(markdown, first ? rangeOf(live, first.span) : documented?.range);
  }

  async #valuesMarkdown(note: LiveNote, live: LiveCell, values: readonly CellValue[]): Promise<vscode.MarkdownString> {
    const markdown = new vscode.MarkdownString();
    const severalPlaces = values.some((value) => value.span.text !== values[0]?.span.text);
    for (const [i, value] of values.entries()) {
      if (i > 0) markdown.appendMarkdown("\n\n---\n\n");
      const { span, source } = await this.#withNumbers(note, live, value);
      markdown.appendMarkdown(
        valueMarkdown(span.value, source, vscode.l10n.t, {
          ...(severalPlaces ? { text: shortened(span.text) } : {}),
        }),
      );
    }
    return markdown;
  }

  /** Asks the session for the statistics of a value that still lives. */
  async #withNumbers(note: LiveNote, live: LiveCell, value: CellValue): Promise<CellValue> {
    const { span, source } = value;
    if (source !== "run" || span.value.kind !== "tensor" || span.value.mean !== undefined || note.state !== "idle") {
      return value;
    }
    const line = live.cell.startLine + span.startLine;
    const answer = await withPatience(
      note.client.request("inspect", { cell: live.id, line, column: span.startColumn }),
    );
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
