/** Which open documents are notes, and the live note of each. Reads them again, and infers shapes, as they change. */
import * as vscode from "vscode";
import type { Cell } from "../notes/note";
import { parseNote } from "../notes/parse";
import { SessionClient, type WorkerPort } from "../session/client";
import { type CellSlot, LiveNote } from "./live_note";
import { sessionText } from "./session_text";
import { onSettingsChange, setting } from "./settings";

export const NOTE_LANGUAGES = ["notegrad", "markdown", "python", "plaintext"] as const;
const NOTEBOOK_TYPE = "jupyter-notebook";

/** Documents made by programs: diffs, output channels, chat code blocks. */
const FOREIGN_SCHEMES = new Set(["output", "git", "vscode-scm", "comment", "notegrad", "vscode-chat-code-block"]);

/** Documents larger than this are not read as notes: nobody studies them, and each edit would read them anew. */
const MAX_LENGTH = 4_000_000;
const MIB = 2 ** 20;
const INFERENCE_DELAY_MS = 350;
const MENTIONS_TORCH = /\b(?:torch|nn|tensor|Tensor)\b/;

export class OpenNotes implements vscode.Disposable {
  readonly #notes = new Map<string, LiveNote>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #changed = new vscode.EventEmitter<LiveNote>();
  readonly onDidChange = this.#changed.event;
  readonly #closed = new vscode.EventEmitter<LiveNote>();
  readonly onDidClose = this.#closed.event;
  readonly #subscriptions: vscode.Disposable[] = [];
  #analysis: SessionClient | null = null;
  #hasReadOpen = false;

  /** @param log gets what a reader need not see. */
  constructor(
    readonly spawn: () => WorkerPort,
    readonly log: vscode.LogOutputChannel,
  ) {
    const { workspace } = vscode;
    this.#subscriptions.push(
      workspace.onDidOpenTextDocument((document) => this.#read(document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#read(document);
      }),
      workspace.onDidCloseTextDocument((document) => this.#close(document.uri)),
      workspace.onDidOpenNotebookDocument((notebook) => this.#readNotebook(notebook)),
      workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
        if (contentChanges.length > 0) this.#readNotebook(notebook);
      }),
      workspace.onDidCloseNotebookDocument((notebook) => this.#close(notebook.uri)),
      onSettingsChange(() => {
        for (const note of this.#notes.values()) {
          this.#inferSoon(note);
          this.#changed.fire(note);
        }
      }),
    );
    // Reading what is open already is not part of activation, which others wait for.
    setTimeout(() => this.#readOpen(), 0);
  }

  #readOpen(): void {
    if (this.#hasReadOpen) return;
    this.#hasReadOpen = true;
    for (const document of vscode.workspace.textDocuments) this.#read(document);
    for (const notebook of vscode.workspace.notebookDocuments) this.#readNotebook(notebook);
  }

  [Symbol.iterator](): IterableIterator<LiveNote> {
    this.#readOpen();
    return this.#notes.values();
  }

  of(document: vscode.TextDocument): LiveNote | undefined {
    return this.byUri(notebookOf(document)?.uri ?? document.uri);
  }

  byUri(uri: vscode.Uri): LiveNote | undefined {
    this.#readOpen();
    return this.#notes.get(uri.toString());
  }

  /** A session of its own for looking at code: it answers while a cell runs. */
  get analysis(): SessionClient {
    return (this.#analysis ??= new SessionClient({
      spawn: this.spawn,
      onLost: (reason) => this.log.warn(`analysis: ${reason}`),
    }));
  }

  #read(document: vscode.TextDocument): void {
    const notebook = notebookOf(document);
    if (notebook) this.#readNotebook(notebook);
    else if (isCandidate(document)) this.#readText(document);
  }

  #readText(document: vscode.TextDocument): void {
    const text = document.getText();
    try {
      const note = parseNote(text, { path: document.uri.path, languageId: document.languageId });
      // A program that has nothing to do with tensors is not a note; neither is prose that matched no format.
      const foreign = note.format === "python" && !MENTIONS_TORCH.test(text);
      const slots = note.cells.map((cell) => ({ document, cell }));
      // A note that loses its last cell keeps its session: an undo may bring the cell back.
      if ((slots.length > 0 && !foreign) || this.byUri(document.uri)) this.#update(document.uri, slots, note.format);
    } catch (error) {
      this.log.warn(`${document.uri.toString()}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #readNotebook(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    const cells = notebook
      .getCells()
      .filter(({ kind, document }) => kind === vscode.NotebookCellKind.Code && document.languageId === "python");
    this.#update(notebook.uri, cells.map(notebookSlot), "ipynb");
  }

  #update(uri: vscode.Uri, slots: readonly CellSlot[], format: string): void {
    const key = uri.toString();
    let live = this.#notes.get(key);
    if (!live) {
      live = new LiveNote({
        uri,
        spawn: this.spawn,
        memoryLimit: () => setting("memoryLimit", uri) * MIB,
        onUnresponsive: (note) => void offerRestart(note),
        onLost: (note, reason) => {
          note.restart();
          void vscode.window.showWarningMessage(
            vscode.l10n.t(
              "Notegrad: {0}. Variables are gone; run the cells again.",
              sessionText(reason, vscode.l10n.t),
            ),
          );
        },
      });
      this.#notes.set(key, live);
      const opened = live;
      live.onDidChange(() => this.#changed.fire(opened));
    }
    live.update({ format, cells: slots.map((slot) => slot.cell) }, slots);
    this.#inferSoon(live);
  }

  #close(uri: vscode.Uri): void {
    const key = uri.toString();
    const live = this.#notes.get(key);
    if (!live) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#notes.delete(key);
    live.dispose();
    this.#closed.fire(live);
  }

  #inferSoon(live: LiveNote): void {
    const key = live.uri.toString();
    clearTimeout(this.#timers.get(key));
    if (!setting("inference.enabled", live.uri)) {
      live.placeInference(NOTHING, live.codes());
      return;
    }
    if (!live.cells.some(({ cell }) => MENTIONS_TORCH.test(cell.source))) return;
    this.#timers.set(
      key,
      setTimeout(() => void this.infer(live), INFERENCE_DELAY_MS),
    );
  }

  /** Infers shapes and finds problems now. The answer is dropped when an edit has overtaken it. */
  async infer(live: LiveNote): Promise<void> {
    const codes = live.codes();
    const sources = codes.map((code) => code.source).join("\0");
    try {
      const budgetMs = setting("inference.budget", live.uri);
      const inference = await this.analysis.request("infer", { cells: codes, budgetMs });
      const now = live
        .codes()
        .map((code) => code.source)
        .join("\0");
      if (this.#notes.get(live.uri.toString()) === live && now === sources) live.placeInference(inference, codes);
    } catch (error) {
      this.log.warn(`inference: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const live of this.#notes.values()) live.dispose();
    this.#analysis?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
    this.#changed.dispose();
    this.#closed.dispose();
  }
}

const NOTHING = { shapes: [], problems: [], complete: true };

function isCandidate(document: vscode.TextDocument): boolean {
  return (
    (NOTE_LANGUAGES as readonly string[]).includes(document.languageId) &&
    !FOREIGN_SCHEMES.has(document.uri.scheme) &&
    document.offsetAt(document.lineAt(document.lineCount - 1).range.end) <= MAX_LENGTH
  );
}

export function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  if (document.uri.scheme !== "vscode-notebook-cell") return undefined;
  return vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}

function notebookSlot(cell: vscode.NotebookCell, index: number): CellSlot {
  const { document } = cell;
  const code: Cell = {
    index,
    label: cell.executionSummary?.executionOrder ? `In [${cell.executionSummary.executionOrder}]` : `cell ${index + 1}`,
    source: document.getText(),
    startLine: 0,
    endLine: document.lineCount,
    headerLine: 0,
    indent: 0,
    kind: "code",
  };
  return { document, cell: code };
}

async function offerRestart(note: LiveNote): Promise<void> {
  const restart = vscode.l10n.t("Restart");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("The running cell does not answer. Restart the session? Its variables will be gone."),
    restart,
    vscode.l10n.t("Wait"),
  );
  if (answer === restart) note.restart();
}
