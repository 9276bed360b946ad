/** Code lenses over each cell: what can be done with it and how its last run went. */
import * as vscode from "vscode";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { hasOutput } from "./outputs_below";
import { onSettingsChange, setting } from "./settings";
import { runText } from "./status_text";

interface LensKind {
  readonly command: string;
  title(): string;
  tooltip(): string;
  applies(cell: LiveCell, note: LiveNote): boolean;
}

const AGAIN_MS = 600;

const active = (cell: LiveCell): boolean => cell.run?.status === "running" || cell.run?.status === "queued";

const LENSES: readonly LensKind[] = [
  {
    command: "notegrad.runCell",
    title: () => `$(play) ${vscode.l10n.t("Run Cell")}`,
    tooltip: () => vscode.l10n.t("Run this cell"),
    applies: (cell) => !active(cell),
  },
  {
    command: "notegrad.interrupt",
    title: () => `$(debug-stop) ${vscode.l10n.t("Interrupt")}`,
    tooltip: () => vscode.l10n.t("Stop the running cell; variables stay"),
    applies: active,
  },
  {
    command: "notegrad.runAbove",
    title: () => vscode.l10n.t("Run Above"),
    tooltip: () => vscode.l10n.t("Run all cells above this one"),
    applies: (cell, note) => !active(cell) && note.cells[0] !== cell,
  },
  {
    command: "notegrad.showLayerStatistics",
    title: () => vscode.l10n.t("Layer Statistics"),
    tooltip: () =>
      vscode.l10n.t("What each layer's activations look like under every normalization and initialisation"),
    applies: definesModel,
  },
];

/** Something in the cell is assigned a module. */
function definesModel(cell: LiveCell): boolean {
  const spans = [...(cell.ran?.spans ?? []), ...(cell.inferred?.spans ?? [])];
  return spans.some((span) => span.kind === "target" && span.value.kind === "module" && !span.text.includes("."));
}

export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly notes: OpenNotes) {
    this.#subscriptions = [
      notes.onDidChange(() => {
        this.#changed.fire();
        // A refresh that overtakes another can get lost in VS Code: the last one is repeated.
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.#changed.fire(), AGAIN_MS);
      }),
      notes.onDidClose(() => this.#changed.fire()),
      onSettingsChange(() => this.#changed.fire()),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const note = this.notes.of(document);
    if (!note || note.note.format === "ipynb" || !setting("codeLens", document)) return [];
    return note.cells.flatMap((cell) => this.#lensesOf(note, cell));
  }

  #lensesOf(note: LiveNote, cell: LiveCell): vscode.CodeLens[] {
    const line = Math.min(cell.cell.headerLine, cell.document.lineCount - 1);
    const range = new vscode.Range(line, 0, line, 0);
    const args = [note.uri.toString(), cell.id];
    const lenses = LENSES.filter((lens) => lens.applies(cell, note)).map(
      (lens) =>
        new vscode.CodeLens(range, {
          title: lens.title(),
          tooltip: lens.tooltip(),
          command: lens.command,
          arguments: args,
        }),
    );
    const state = runText(cell, note.isStale(cell), vscode.l10n.t);
    if (state) {
      const tooltip = hasOutput(cell) ? vscode.l10n.t("Show the output below the cell, or only its last line") : "";
      const command = hasOutput(cell) ? "notegrad.toggleOutput" : "";
      lenses.push(new vscode.CodeLens(range, { title: state, tooltip, command, arguments: args }));
    }
    return lenses;
  }

  dispose(): void {
    clearTimeout(this.#again);
    this.#changed.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}
