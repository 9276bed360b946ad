/** Every command: found by id in one table, applied to the cell of a lens, a menu, or the cursor. */
import * as vscode from "vscode";
import { activeNote } from "./active_note";
import type { LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { outputText } from "./output_text";
import type { OutputView } from "./output_view";
import { hasOutput, type OutputsBelow } from "./outputs_below";
import { savedOutputEdit } from "./saved_output_edit";
import type { StatisticsPanels } from "./statistics_panel";
import type { TranslationView } from "./translation_view";

export interface Rooms {
  readonly notes: OpenNotes;
  readonly outputs: OutputsBelow;
  readonly outputView: OutputView;
  readonly translation: TranslationView;
  readonly statistics: StatisticsPanels;
}

/** What a command is applied to; `cell` is missing when the cursor is in none. */
interface Target {
  readonly note: LiveNote;
  readonly cell?: LiveCell;
}

type Action = (target: Target, rooms: Rooms) => unknown;

const needsCell =
  (action: (note: LiveNote, cell: LiveCell, rooms: Rooms) => unknown): Action =>
  ({ note, cell }, rooms) =>
    cell
      ? action(note, cell, rooms)
      : vscode.window.showInformationMessage(vscode.l10n.t("Put the cursor in a cell first."));

const COMMANDS: Readonly<Record<string, Action>> = {
  runCell: needsCell((note, cell) => run(note, [cell])),
  runCellAndAdvance: needsCell(async (note, cell) => {
    const place = advance(note, cell);
    await run(note, [cell]);
    if (place) setTimeout(() => keepInSight(place), DRAWN_MS);
  }),
  runAll: ({ note }) => run(note, note.cells),
  runAbove: needsCell((note, cell) => run(note, note.cells.slice(0, note.cells.indexOf(cell)))),
  interrupt: ({ note }) => note.interrupt(),
  restart: ({ note }) => note.restart(),
  clearOutputs: ({ note }) => note.clearOutputs(),
  showTranslation: ({ note }, { translation }) => translation.show(note),
  showLayerStatistics: ({ note, cell }, { statistics }) => showStatistics(note, cell, statistics),
  insertOutput: needsCell(insertOutput),
  copyOutput: needsCell((_note, cell) => vscode.env.clipboard.writeText(outputText(cell.run?.outputs ?? []))),
  openOutput: needsCell((note, cell, { outputView }) => outputView.show(note, cell)),
  toggleOutput: needsCell((note, cell, { outputs }) => outputs.toggle(note, cell)),
};

/** What the status bar offers, in this order. */
const OFFERED = [
  "runAll",
  "interrupt",
  "restart",
  "clearOutputs",
  "showTranslation",
  "showLayerStatistics",
] as const satisfies readonly (keyof typeof COMMANDS)[];

export function registerCommands(rooms: Rooms): vscode.Disposable {
  const registered = Object.entries(COMMANDS).map(([name, action]) =>
    vscode.commands.registerCommand(`notegrad.${name}`, async (...args: unknown[]) => {
      const target = targetOf(args, rooms);
      if (!target) {
        void vscode.window.showInformationMessage(vscode.l10n.t("There is no note with cells in the active editor."));
        return undefined;
      }
      return action(target, rooms);
    }),
  );
  const actions = vscode.commands.registerCommand("notegrad.showActions", () => showActions());
  return vscode.Disposable.from(...registered, actions);
}

/** Lenses pass (note address, cell id); thread menus the thread or its comment; the palette nothing. */
function targetOf(args: readonly unknown[], { notes, outputs }: Rooms): Target | undefined {
  const [first, second] = args;
  if (typeof first === "string" && typeof second === "number") {
    const note = notes.byUri(vscode.Uri.parse(first));
    const cell = note?.byId(second);
    return note && { note, ...(cell ? { cell } : {}) };
  }
  const thread = threadOf(first);
  if (thread) return outputs.cellOf(thread);
  const editor = vscode.window.activeTextEditor;
  const note = activeNote(notes);
  const cell = editor && note?.cellAt(editor.document, editor.selection.active.line);
  return note && { note, ...(cell ? { cell } : {}) };
}

function threadOf(arg: unknown): vscode.CommentThread | undefined {
  if (typeof arg !== "object" || arg === null) return undefined;
  if ("thread" in arg) return arg.thread as vscode.CommentThread;
  return "comments" in arg ? (arg as vscode.CommentThread) : undefined;
}

async function run(note: LiveNote, cells: readonly LiveCell[]): Promise<void> {
  try {
    await note.run(cells);
  } catch {
    // The session was restarted, closed or lost; whoever did that has said so.
  }
}

/** An output drawn above the cursor pushes its line down: time for it to be drawn. */
const DRAWN_MS = 250;

/** @returns the start of the next cell, where the cursor now is. */
function advance(note: LiveNote, cell: LiveCell): vscode.Position | undefined {
  const editor = vscode.window.activeTextEditor;
  const next = note.cells[note.cells.indexOf(cell) + 1];
  if (!editor || !next || next.document !== editor.document) return undefined;
  const place = new vscode.Position(next.cell.startLine, next.cell.indent);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return place;
}

/** Unless the reader has moved on in the meantime. */
function keepInSight(place: vscode.Position): void {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.active.isEqual(place)) return;
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The panel starts with the model that the cell under the cursor made last. */
async function showStatistics(note: LiveNote, cell: LiveCell | undefined, panels: StatisticsPanels): Promise<void> {
  if (note.cells.every((each) => !each.run)) await run(note, note.cells);
  const spans = cell?.ran?.spans ?? [];
  const model = spans.findLast(
    (span) => span.kind === "target" && span.value.kind === "module" && !span.text.includes("."),
  );
  panels.show(note, model ? { model: model.text } : null);
}

async function insertOutput(note: LiveNote, cell: LiveCell): Promise<void> {
  if (!hasOutput(cell)) {
    void vscode.window.showInformationMessage(vscode.l10n.t("This cell has no output yet: run it first."));
    return;
  }
  const { document } = cell;
  const lines = document.getText().split(/\r?\n/);
  const edit = savedOutputEdit(note.note, cell.cell, outputText(cell.run!.outputs), lines);
  if (!edit) {
    void vscode.window.showInformationMessage(vscode.l10n.t("The notebook keeps its outputs itself."));
    return;
  }
  const change = new vscode.WorkspaceEdit();
  const atEnd = edit.startLine >= document.lineCount;
  const start = atEnd ? document.lineAt(document.lineCount - 1).range.end : new vscode.Position(edit.startLine, 0);
  const end = document.validatePosition(new vscode.Position(edit.endLine, 0));
  const text = edit.lines.join("\n");
  change.replace(
    document.uri,
    new vscode.Range(start, end.isBefore(start) ? start : end),
    atEnd ? `\n${text}` : `${text}\n`,
  );
  await vscode.workspace.applyEdit(change);
}

async function showActions(): Promise<void> {
  const titles: Readonly<Record<(typeof OFFERED)[number], string>> = {
    runAll: `$(run-all) ${vscode.l10n.t("Run All")}`,
    interrupt: `$(debug-stop) ${vscode.l10n.t("Interrupt")}`,
    restart: `$(debug-restart) ${vscode.l10n.t("Restart")}`,
    clearOutputs: `$(clear-all) ${vscode.l10n.t("Clear Outputs")}`,
    showTranslation: `$(code) ${vscode.l10n.t("Show Translation")}`,
    showLayerStatistics: `$(graph) ${vscode.l10n.t("Show Layer Statistics")}`,
  };
  const chosen = await vscode.window.showQuickPick(
    OFFERED.map((name) => ({ label: titles[name], name })),
    { placeHolder: "Notegrad" },
  );
  if (chosen) await vscode.commands.executeCommand(`notegrad.${chosen.name}`);
}
