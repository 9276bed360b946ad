/** The note that a command or the status bar is about. */
import * as vscode from "vscode";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";

/** The active editor's note; with the focus in a panel or a translation, the only note in sight. */
export function activeNote(notes: OpenNotes): LiveNote | undefined {
  const editor = vscode.window.activeTextEditor;
  const own = editor && notes.of(editor.document);
  if (own) return own;
  const visible = new Set(
    vscode.window.visibleTextEditors.flatMap(({ document }) => {
      const note = notes.of(document);
      return note ? [note] : [];
    }),
  );
  const [only] = visible;
  return visible.size === 1 ? only : undefined;
}
