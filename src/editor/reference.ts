/** The reference of torch's names, asked for once and only when somebody points at one or types one. */
import * as vscode from "vscode";
import type { Documented, Reference } from "../session/protocol";
import { Expressions, expressionBefore } from "./expressions";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";

const KINDS: Readonly<Record<string, string>> = { tensor: "Tensor", module: "Module", optimizer: "Optimizer" };

export class NoteReference {
  #asked: Promise<Reference> | undefined;

  constructor(readonly notes: OpenNotes) {}

  load(): Promise<Reference> {
    this.#asked ??= this.notes.analysis.request("reference", {}).catch((error) => {
      this.#asked = undefined;
      throw error;
    });
    return this.#asked;
  }

  /** What expressions of a cell mean. */
  async expressions(note: LiveNote, live: LiveCell): Promise<Expressions> {
    const reference = await this.load();
    const cells = note.cells.slice(0, note.cells.indexOf(live) + 1);
    const source = cells.map(({ cell }) => cell.source).join("\n");
    return new Expressions({ reference, source, seen: (expression) => seenIn(cells, expression) });
  }

  /** What the name at a position is, with its place. */
  async at(
    note: LiveNote,
    live: LiveCell,
    position: vscode.Position,
  ): Promise<{ documented: Documented; range: vscode.Range } | undefined> {
    const { document } = live;
    const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
    if (!range) return undefined;
    const before = document.getText(new vscode.Range(position.line, 0, position.line, range.end.character));
    const documented = (await this.expressions(note, live)).documented(expressionBefore(before));
    return documented && { documented, range };
  }
}

/** The kind of the last value that an expression of this text had in these cells. */
function seenIn(cells: readonly LiveCell[], expression: string): string | undefined {
  for (const live of cells.toReversed()) {
    for (const spans of [live.ran?.spans, live.inferred?.spans]) {
      const span = spans?.findLast((each) => each.text === expression);
      const kind = span && KINDS[span.value.kind];
      if (kind) return kind;
    }
  }
  return undefined;
}
