/** Show Translation: the TypeScript that a note's cells became, beside the note, with the cursor linked both ways. */
import * as vscode from "vscode";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { cellLabel } from "./status_text";

export const TRANSLATION_SCHEME = "notegrad-translation";
const UPDATE_DELAY_MS = 300;

interface Shown {
  readonly note: LiveNote;
  readonly uri: vscode.Uri;
  text: string;
  /** For each line of the translation its cell and the line inside the cell's code, or null. */
  lines: ({ readonly cell: number; readonly line: number } | null)[];
  sources: string;
  timer?: ReturnType<typeof setTimeout>;
}

export class TranslationView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #shown = new Map<string, Shown>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #linked = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
  });

  constructor(readonly notes: OpenNotes) {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(TRANSLATION_SCHEME, this),
      notes.onDidChange((note) => this.#updateSoon(note)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#follow(event)),
    ];
  }

  async show(note: LiveNote): Promise<void> {
    const name = note.uri.path.split("/").at(-1) ?? "note";
    const uri = vscode.Uri.from({ scheme: TRANSLATION_SCHEME, path: `/${name}.ts`, query: note.uri.toString() });
    const shown = this.#shown.get(uri.toString()) ?? { note, uri, text: "", lines: [], sources: "" };
    this.#shown.set(uri.toString(), shown);
    await this.#translate(shown);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, "typescript");
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.toString())?.text ?? "";
  }

  #updateSoon(note: LiveNote): void {
    for (const shown of this.#shown.values()) {
      if (shown.note.uri.toString() !== note.uri.toString() || sourcesOf(note) === shown.sources) continue;
      clearTimeout(shown.timer);
      shown.timer = setTimeout(() => {
        void this.#translate({ ...shown, note }).then(() => this.#changed.fire(shown.uri));
      }, UPDATE_DELAY_MS);
    }
  }

  async #translate(shown: Shown): Promise<void> {
    const codes = shown.note.codes();
    const sources = sourcesOf(shown.note);
    const cells = await this.notes.analysis.request("translate", { cells: codes });
    const text: string[] = [];
    const lines: Shown["lines"] = [];
    for (const [i, cell] of cells.entries()) {
      if (i > 0) {
        text.push("");
        lines.push(null);
      }
      text.push(`// ${cellLabel(cell.label, vscode.l10n.t)}`);
      lines.push(null);
      const start = codes[i]?.startLine ?? 0;
      const rows = cell.text.replace(/\n$/, "").split("\n");
      rows.forEach((row, line) => {
        const documentLine = cell.documentLines[line] ?? -1;
        text.push(row);
        lines.push(documentLine < 0 ? null : { cell: cell.index, line: documentLine - start });
      });
    }
    this.#shown.set(shown.uri.toString(), { ...shown, text: `${text.join("\n")}\n`, lines, sources });
  }

  /** The cursor moved in a note or in its translation: show the same place in the other. */
  #follow({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    if (kind === undefined || textEditor !== vscode.window.activeTextEditor) return;
    const { document, selection } = textEditor;
    for (const shown of this.#shown.values()) {
      const translation = editorOf(shown.uri);
      if (!translation) continue;
      const fromTranslation = document.uri.toString() === shown.uri.toString();
      const note = fromTranslation ? editorOf(shown.note.uri) : textEditor;
      if (!note || note.document.uri.toString() !== shown.note.uri.toString()) continue;
      const rows = fromTranslation
        ? noteLines(shown, selection.active.line)
        : translationLines(shown, document, selection.active.line);
      const target = fromTranslation ? note : translation;
      const ranges = rows.map((row) => new vscode.Range(row, 0, row, 0));
      target.setDecorations(this.#linked, ranges);
      (fromTranslation ? translation : note).setDecorations(this.#linked, []);
      if (ranges[0]) target.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  dispose(): void {
    for (const { timer } of this.#shown.values()) clearTimeout(timer);
    this.#changed.dispose();
    this.#linked.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

const sourcesOf = (note: LiveNote): string => note.cells.map(({ cell }) => `${cell.label}\n${cell.source}`).join("\0");

function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
}

function noteLines(shown: Shown, row: number): number[] {
  const place = shown.lines[row];
  const live = place && shown.note.byId(place.cell);
  return live ? [live.cell.startLine + place.line] : [];
}

function translationLines(shown: Shown, document: vscode.TextDocument, line: number): number[] {
  const live = shown.note.cellAt(document, line);
  if (!live) return [];
  const inside = line - live.cell.startLine;
  return shown.lines.flatMap((place, row) => (place?.cell === live.id && place.line === inside ? [row] : []));
}
