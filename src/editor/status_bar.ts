/** Status bar: the session of the note in the active editor. */
import * as vscode from "vscode";
import { activeNote } from "./active_note";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { cellLabel } from "./status_text";

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("notegrad.session", vscode.StatusBarAlignment.Left, -10);
  readonly #subscriptions: vscode.Disposable[];

  constructor(readonly notes: OpenNotes) {
    this.#item.name = vscode.l10n.t("Notegrad Session");
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.#show()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#show()),
      notes.onDidChange(() => this.#show()),
      notes.onDidClose(() => this.#show()),
    ];
  }

  #show(): void {
    const note = activeNote(this.notes);
    if (!note) {
      this.#item.hide();
      return;
    }
    const { text, tooltip, command } = describe(note);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.command = command;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

function describe(note: LiveNote): { text: string; tooltip: string; command: string } {
  const { l10n } = vscode;
  const total = note.cells.length;
  const running = note.cells.find((cell) => cell.run?.status === "running");
  if (running) {
    return {
      text: `$(sync~spin) Notegrad: ${cellLabel(running.cell.label, l10n.t)}`,
      tooltip: l10n.t("Running. Click to interrupt; variables stay."),
      command: "notegrad.interrupt",
    };
  }
  const ran = note.cells.filter((cell) => cell.run?.status === "ok").length;
  const failed = note.cells.filter((cell) => cell.run?.status === "error").length;
  const command = "notegrad.showActions";
  if (ran + failed === 0) {
    return {
      text: `$(beaker) Notegrad: ${l10n.t("{0} cells", total)}`,
      tooltip: l10n.t("Nothing has run yet. Click for what can be done."),
      command,
    };
  }
  const icon = failed > 0 ? "$(error)" : "$(check)";
  return {
    text: `${icon} Notegrad: ${l10n.t("{0} of {1} ran", ran + failed, total)}`,
    tooltip:
      failed > 0
        ? l10n.t("{0} cells raised an error. Click for what can be done.", failed)
        : l10n.t("Click for what can be done."),
    command,
  };
}
