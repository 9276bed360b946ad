/** Dims the outputs that a note holds in its text: where the code ends is found by parsing, and is to be seen. */
import * as vscode from "vscode";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { setting } from "./settings";

/** Formats whose saved outputs no grammar can tell from code. */
const FORMATS = new Set(["in-prompt", "doctest"]);

export function dimSavedOutputs(notes: OpenNotes): vscode.Disposable {
  const dimmed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    color: new vscode.ThemeColor("descriptionForeground"),
    opacity: "0.75",
    fontStyle: "normal",
    fontWeight: "normal",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  const draw = (editor: vscode.TextEditor, note: LiveNote | undefined): void => {
    const cells = note && FORMATS.has(note.note.format) && setting("dimSavedOutputs", note.uri) ? note.cells : [];
    const ranges = cells.flatMap(({ cell: { saved } }) =>
      saved ? [new vscode.Range(saved.startLine, 0, saved.endLine - 1, Number.MAX_SAFE_INTEGER)] : [],
    );
    editor.setDecorations(dimmed, ranges);
  };
  const drawAll = (): void => {
    for (const editor of vscode.window.visibleTextEditors) draw(editor, notes.of(editor.document));
  };
  const subscriptions = [
    notes.onDidChange(drawAll),
    notes.onDidClose(drawAll),
    vscode.window.onDidChangeVisibleTextEditors(drawAll),
  ];
  drawAll();
  return vscode.Disposable.from(dimmed, ...subscriptions);
}
