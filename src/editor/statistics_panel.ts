/** The statistics panel's host side: one webview a note, questions passed to the session and answers back. */
import * as vscode from "vscode";
import { panelPage } from "../statistics/panel_page";
import type { Choice, ModelChoice, PanelMessage, PanelRequest, StatisticsRequest } from "../statistics/panel_protocol";
import type { LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";

export class StatisticsPanels implements vscode.Disposable {
  readonly #panels = new Map<string, Panel>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    readonly extensionUri: vscode.Uri,
    readonly notes: OpenNotes,
  ) {
    this.#subscriptions = [
      notes.onDidChange((note) => this.#panels.get(note.uri.toString())?.noteChanged(note)),
      notes.onDidClose((note) => this.#panels.get(note.uri.toString())?.dispose()),
    ];
  }

  show(note: LiveNote, choice: Partial<Choice> | null): void {
    const key = note.uri.toString();
    const open = this.#panels.get(key);
    if (open) {
      open.reveal(choice);
      return;
    }
    const panel = new Panel(this.extensionUri, note, choice);
    this.#panels.set(key, panel);
    panel.onDidDispose(() => this.#panels.delete(key));
  }

  dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

class Panel {
  readonly #panel: vscode.WebviewPanel;
  readonly #cancelled = new Set<number>();
  #runs = "";
  #ready = false;

  constructor(
    extensionUri: vscode.Uri,
    readonly note: LiveNote,
    private choice: Partial<Choice> | null,
  ) {
    const title = vscode.l10n.t("Layer Statistics: {0}", note.uri.path.split("/").at(-1) ?? "");
    const roots = ["dist", "media"].map((folder) => vscode.Uri.joinPath(extensionUri, folder));
    this.#panel = vscode.window.createWebviewPanel(
      "notegrad.statistics",
      title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      { enableScripts: true, localResourceRoots: roots, retainContextWhenHidden: true },
    );
    const { webview } = this.#panel;
    const address = (...path: string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
    this.#panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "icon.svg");
    webview.onDidReceiveMessage((message: PanelRequest) => void this.#receive(message));
    webview.html = panelPage({
      script: address("dist", "panel.js"),
      style: address("media", "panel.css"),
      cspSource: webview.cspSource,
      nonce: nonce(),
      language: vscode.env.language,
      title,
    });
  }

  onDidDispose(listener: () => void): void {
    this.#panel.onDidDispose(listener);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  reveal(choice: Partial<Choice> | null): void {
    this.#panel.reveal();
    if (choice) {
      this.choice = choice;
      void this.#init();
    }
  }

  /** A finished run may have made or changed models. */
  noteChanged(note: LiveNote): void {
    const runs = note.cells.map((cell) => `${cell.id}:${cell.run?.executionCount ?? 0}:${cell.run?.status}`).join();
    if (!this.#ready || runs === this.#runs || note.state === "busy") return;
    this.#runs = runs;
    void this.#models().then((models) => this.#send({ kind: "models", models }));
  }

  #send(message: PanelMessage): void {
    void this.#panel.webview.postMessage(message);
  }

  async #models(): Promise<readonly ModelChoice[]> {
    let models: readonly ModelChoice[] = [];
    try {
      await this.note.client.statistics({ kind: "models" }, (answer) => {
        if (answer.kind === "models") models = answer.models;
      });
    } catch (error) {
      this.#say(error);
    }
    return models;
  }

  async #init(): Promise<void> {
    const models = await this.#models();
    this.#ready = true;
    const strings = vscode.l10n.bundle ?? {};
    // A network too small to show anything is not worth starting with: the page picks the deeper one it is offered.
    const tooSmall = models.some(({ id, tooSmall }) => tooSmall && id === this.choice?.model);
    const choice = tooSmall ? null : this.choice;
    this.#send({ kind: "init", language: vscode.env.language, strings, models, choice });
  }

  async #receive(message: PanelRequest): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.#init();
      case "ask":
        return this.#ask(message.id, message.request);
      case "cancel":
        this.#cancelled.add(message.id);
        return;
      case "copyText":
        return vscode.env.clipboard.writeText(message.text);
      case "insertCode":
        return this.#insertCode(message.choice);
      case "save":
        return save(this.note.uri, message.fileName, message.base64);
    }
  }

  async #ask(id: number, request: StatisticsRequest): Promise<void> {
    let error: string | null = null;
    try {
      await this.note.client.statistics(request, (answer) => {
        if (!this.#cancelled.has(id)) this.#send({ kind: "answer", id, answer });
      });
    } catch (reason) {
      error = reason instanceof Error ? reason.message : String(reason);
    }
    if (!this.#cancelled.delete(id)) this.#send({ kind: "end", id, error });
  }

  /** Asks for the code of a setting and puts it after the cell where the cursor is, or at the end of the last cell. */
  async #insertCode(choice: Choice): Promise<void> {
    let code = "";
    try {
      await this.note.client.statistics({ kind: "code", choice }, (answer) => {
        if (answer.kind === "code") code = answer.text;
      });
    } catch (error) {
      return this.#say(error);
    }
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === this.note.uri.toString(),
    );
    const last = this.note.cells.at(-1);
    const document = editor?.document ?? last?.document;
    if (!code || !document || !last) return;
    const live = (editor && this.note.cellAt(editor.document, editor.selection.active.line)) ?? last;
    const line = Math.max(live.cell.startLine, live.cell.endLine - 1);
    const indent = " ".repeat(live.cell.indent);
    const text = code
      .replace(/\n$/, "")
      .split("\n")
      .map((row) => (row ? indent + row : row))
      .join("\n");
    const edit = new vscode.WorkspaceEdit();
    const end = live.document.lineAt(line).range.end;
    edit.insert(live.document.uri, end, `\n\n${text}`);
    await vscode.workspace.applyEdit(edit);
    const shown = await vscode.window.showTextDocument(live.document, editor?.viewColumn ?? vscode.ViewColumn.One);
    shown.revealRange(new vscode.Range(line, 0, line + 3, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #say(error: unknown): void {
    void vscode.window.showErrorMessage(`Notegrad: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function save(note: vscode.Uri, fileName: string, base64: string): Promise<void> {
  const folder =
    note.scheme === "untitled" ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(note, "..");
  const target = await vscode.window.showSaveDialog(
    folder ? { defaultUri: vscode.Uri.joinPath(folder, fileName) } : {},
  );
  if (!target) return;
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  await vscode.workspace.fs.writeFile(target, bytes);
}

function nonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
