/** Inlay hints: the shape of a tensor after the name it is assigned to. */
import * as vscode from "vscode";
import { valuesOf } from "./cell_values";
import { rangeOf } from "./hovers";
import type { OpenNotes } from "./open_notes";
import { onSettingsChange, setting } from "./settings";
import { hintLabel, valueMarkdown } from "./value_text";

export class InlayHints implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeInlayHints = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor(readonly notes: OpenNotes) {
    this.#subscriptions = [notes.onDidChange(() => this.#changed.fire()), onSettingsChange(() => this.#changed.fire())];
  }

  provideInlayHints(document: vscode.TextDocument, visible: vscode.Range): vscode.InlayHint[] {
    const note = this.notes.of(document);
    if (!note || !setting("inlayHints", document)) return [];
    return note.cells
      .filter((live) => live.document === document)
      .flatMap((live) =>
        valuesOf(note, live).flatMap(({ span, source }) => {
          if (span.kind !== "target" || source === "stale") return [];
          const label = hintLabel(span.value);
          const end = rangeOf(live, span).end;
          if (!label || !visible.contains(end)) return [];
          const hint = new vscode.InlayHint(end, label, vscode.InlayHintKind.Type);
          hint.paddingLeft = true;
          hint.tooltip = new vscode.MarkdownString(valueMarkdown(span.value, source, vscode.l10n.t));
          return [hint];
        }),
      );
  }

  dispose(): void {
    this.#changed.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}
