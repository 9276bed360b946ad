/** Outputs drawn under their cells as comment threads: the one stable API that shows several lines below a line. */
import * as vscode from "vscode";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { outputMarkdown, outputSummary } from "./output_text";
import { setting } from "./settings";
import { outputFacts, outputTitle } from "./status_text";

interface Drawn {
  readonly thread: vscode.CommentThread;
  readonly cell: LiveCell;
  line: number;
  /** What is drawn, so that nothing is drawn twice. */
  content: string;
  title: string;
  facts: string;
}

const REDRAW_MS = 80;

export class OutputsBelow implements vscode.Disposable {
  readonly #controller = vscode.comments.createCommentController("notegrad.outputs", "Notegrad");
  readonly #drawn = new Map<LiveNote, Map<number, Drawn>>();
  readonly #collapsed = new WeakSet<LiveCell>();
  readonly #timers = new Map<LiveNote, ReturnType<typeof setTimeout>>();
  readonly #summary = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  readonly #subscriptions: vscode.Disposable[];

  constructor(readonly notes: OpenNotes) {
    this.#subscriptions = [
      notes.onDidChange((note) => this.#drawSoon(note)),
      notes.onDidClose((note) => this.#forget(note)),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        for (const note of notes) this.#decorate(note);
      }),
    ];
  }

  /** The cell whose output a thread shows: menus of the thread hand the thread over. */
  cellOf(thread: vscode.CommentThread): { note: LiveNote; cell: LiveCell } | undefined {
    for (const [note, drawn] of this.#drawn) {
      for (const each of drawn.values()) if (each.thread === thread) return { note, cell: each.cell };
    }
    return undefined;
  }

  /** Between the full output under the cell and its last line at the end of the code. */
  toggle(note: LiveNote, cell: LiveCell): void {
    const collapse = !this.#collapsed.has(cell);
    if (collapse) this.#collapsed.add(cell);
    else this.#collapsed.delete(cell);
    this.#draw(note);
  }

  /** Redraws at most every 80 ms: a cell that prints in a loop must not keep the window busy. */
  #drawSoon(note: LiveNote): void {
    if (this.#timers.has(note)) return;
    this.#timers.set(
      note,
      setTimeout(() => {
        this.#timers.delete(note);
        this.#draw(note);
      }, REDRAW_MS),
    );
  }

  #draw(note: LiveNote): void {
    const drawn = this.#drawn.get(note) ?? new Map<number, Drawn>();
    this.#drawn.set(note, drawn);
    const below = setting("outputs.display", note.uri) === "belowCell";
    const wanted = new Map(
      note.cells
        .filter((cell) => below && note.note.format !== "ipynb" && hasOutput(cell))
        .map((cell) => [cell.id, cell]),
    );
    for (const [id, { thread }] of drawn) {
      const cell = wanted.get(id);
      if (cell && !this.#collapsed.has(cell)) continue;
      thread.dispose();
      drawn.delete(id);
    }
    for (const cell of wanted.values()) if (!this.#collapsed.has(cell)) this.#drawCell(note, cell, drawn);
    this.#decorate(note);
  }

  #drawCell(note: LiveNote, cell: LiveCell, drawn: Map<number, Drawn>): void {
    const line = lastCodeLine(cell);
    const content = outputMarkdown(
      cell.run!.outputs,
      { maxLines: setting("outputs.maxLines", note.uri), openLink: openOutputLink(note, cell) },
      vscode.l10n.t,
    );
    const title = outputTitle(cell.cell.label, vscode.l10n.t);
    const facts = outputFacts(cell, note.isStale(cell), vscode.l10n.t);
    let each = drawn.get(cell.id);
    const range = new vscode.Range(line, 0, line, 0);
    if (!each) {
      const thread = this.#controller.createCommentThread(cell.document.uri, range, []);
      thread.canReply = false;
      // Nothing is asked of the reader: VS Code draws resolved threads with a quiet border.
      thread.state = vscode.CommentThreadState.Resolved;
      thread.contextValue = "output";
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
      each = { thread, cell, line, content: "", title: "", facts: "" };
      drawn.set(cell.id, each);
    }
    if (each.line !== line) {
      each.thread.range = range;
      each.line = line;
    }
    if (each.title !== title) {
      each.thread.label = title;
      each.title = title;
    }
    if (each.content !== content || each.facts !== facts) {
      each.thread.comments = [comment(content, facts)];
      each.content = content;
      each.facts = facts;
    }
  }

  /** The last line of an output that is not drawn below stands at the end of the code. */
  #decorate(note: LiveNote): void {
    const display = setting("outputs.display", note.uri);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== note.uri.toString()) continue;
      const options = note.cells
        .filter(
          (cell) =>
            hasOutput(cell) && (display === "endOfLine" || (display === "belowCell" && this.#collapsed.has(cell))),
        )
        .map((cell) => summaryDecoration(note, cell));
      editor.setDecorations(this.#summary, options);
    }
  }

  #forget(note: LiveNote): void {
    clearTimeout(this.#timers.get(note));
    this.#timers.delete(note);
    for (const { thread } of this.#drawn.get(note)?.values() ?? []) thread.dispose();
    this.#drawn.delete(note);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#controller.dispose();
    this.#summary.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

export function hasOutput(cell: LiveCell): boolean {
  return (cell.run?.outputs.length ?? 0) > 0;
}

export function lastCodeLine(cell: LiveCell): number {
  return Math.min(Math.max(cell.cell.startLine, cell.cell.endLine - 1), cell.document.lineCount - 1);
}

function comment(content: string, facts: string): vscode.Comment {
  const body = new vscode.MarkdownString(content, true);
  body.supportHtml = true;
  body.isTrusted = { enabledCommands: ["notegrad.openOutput"] };
  return { body, mode: vscode.CommentMode.Preview, author: { name: "" }, label: facts, contextValue: "output" };
}

function openOutputLink(note: LiveNote, cell: LiveCell): string {
  const args = encodeURIComponent(JSON.stringify([note.uri.toString(), cell.id]));
  return `command:notegrad.openOutput?${args}`;
}

function summaryDecoration(note: LiveNote, cell: LiveCell): vscode.DecorationOptions {
  const line = lastCodeLine(cell);
  const end = cell.document.lineAt(line).range.end;
  const hover = new vscode.MarkdownString(
    outputMarkdown(cell.run!.outputs, { maxLines: 40, openLink: openOutputLink(note, cell) }, vscode.l10n.t),
  );
  hover.supportHtml = true;
  hover.isTrusted = { enabledCommands: ["notegrad.openOutput"] };
  const failed = cell.run!.status === "error";
  return {
    range: new vscode.Range(end, end),
    hoverMessage: hover,
    renderOptions: {
      after: {
        contentText: `⇒ ${outputSummary(cell.run!.outputs)}`,
        ...(failed ? { color: new vscode.ThemeColor("errorForeground") } : {}),
      },
    },
  };
}
