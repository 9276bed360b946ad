/** Dims the outputs that a note holds in its text: where the code ends is found by parsing, and is to be seen. */
import * as vscode from "vscode";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { setting } from "./settings";

/** Formats whose saved outputs no grammar can tell from code. */
const FORMATS = new Set(["in-prompt", "doctest"]);

function dimming(): vscode.TextEditorDecorationType {
  const { ColorThemeKind } = vscode;
  const { kind } = vscode.window.activeColorTheme;
  const contrast = kind === ColorThemeKind.HighContrast || kind === ColorThemeKind.HighContrastLight;
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    color: new vscode.ThemeColor("descriptionForeground"),
    // Readers who ask for contrast get the colour alone.
    ...(contrast ? {} : { opacity: "0.75" }),
    fontStyle: "normal",
    fontWeight: "normal",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

export function dimSavedOutputs(notes: OpenNotes): vscode.Disposable {
  let dimmed = dimming();
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
    vscode.window.onDidChangeActiveColorTheme(() => {
      dimmed.dispose();
      dimmed = dimming();
      drawAll();
    }),
  ];
  return vscode.Disposable.from(...subscriptions, { dispose: () => dimmed.dispose() });
}
