/** The whole output of a cell as a read-only document. */
import * as vscode from "vscode";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { outputText } from "./output_text";
import { cellLabel } from "./status_text";

export const OUTPUT_SCHEME = "notegrad-output";

export class OutputView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #open = new Map<string, { note: LiveNote; cell: LiveCell; uri: vscode.Uri }>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(notes: OpenNotes) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(OUTPUT_SCHEME, this),
      notes.onDidChange((note) => {
        for (const each of this.#open.values()) if (each.note === note) this.#changed.fire(each.uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#open.delete(uri.toString())),
    ];
  }

  async show(note: LiveNote, cell: LiveCell): Promise<void> {
    const path = `${cellLabel(cell.cell.label, vscode.l10n.t).replace(/[[\]]/g, "")} · ${note.uri.path.split("/").at(-1)}.txt`;
    const uri = vscode.Uri.from({ scheme: OUTPUT_SCHEME, path, query: `${cell.id}` });
    this.#open.set(uri.toString(), { note, cell, uri });
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const shown = this.#open.get(uri.toString());
    return shown ? outputText(shown.cell.run?.outputs ?? []) : "";
  }

  dispose(): void {
    this.#changed.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}
