/** Context keys for `when` clauses: whether there is a note, whether the cursor is in a cell, whether one runs. */
import * as vscode from "vscode";
import { activeNote } from "./active_note";
import type { OpenNotes } from "./open_notes";
import { hasOutput } from "./outputs_below";

export function keepContextKeys(notes: OpenNotes): vscode.Disposable {
  const last = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand("setContext", `notegrad.${key}`, value);
  };
  const update = (): void => {
    const editor = vscode.window.activeTextEditor;
    const note = activeNote(notes);
    const cell = editor && note?.cellAt(editor.document, editor.selection.active.line);
    set("hasCells", note !== undefined);
    set("inCell", cell !== undefined && note?.note.format !== "ipynb");
    set("busy", note?.cells.some(({ run }) => run?.status === "running" || run?.status === "queued") ?? false);
    set("hasOutputs", note?.cells.some(hasOutput) ?? false);
    set("cellHasOutput", cell !== undefined && hasOutput(cell));
  };
  return vscode.Disposable.from(
    notes.onDidChange(update),
    notes.onDidClose(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.window.onDidChangeTextEditorSelection(update),
  );
}
