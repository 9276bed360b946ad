/** Wires the editor room to VS Code. Nothing heavy starts here: a session's worker starts with the first request. */
import * as vscode from "vscode";
import { registerCommands } from "./editor/commands";
import { Completion } from "./editor/completion";
import { keepContextKeys } from "./editor/context_keys";
import { Hovers } from "./editor/hovers";
import { InlayHints } from "./editor/inlay_hints";
import { Lenses } from "./editor/lenses";
import { detectNotes } from "./editor/note_language";
import { notebookKernel } from "./editor/notebook";
import { NOTE_LANGUAGES, OpenNotes } from "./editor/open_notes";
import { OutputView } from "./editor/output_view";
import { OutputsBelow } from "./editor/outputs_below";
import { Problems } from "./editor/problems";
import { NoteReference } from "./editor/reference";
import { sampleNotes } from "./editor/sample_notes";
import { dimSavedOutputs } from "./editor/saved_outputs";
import { StatisticsPanels } from "./editor/statistics_panel";
import { StatusBar } from "./editor/status_bar";
import { TranslationView } from "./editor/translation_view";
import { spawnWorker } from "./session/spawn.node";

export function activate(context: vscode.ExtensionContext): void {
  const worker = vscode.Uri.joinPath(context.extensionUri, "dist", "worker.js").fsPath;
  const log = vscode.window.createOutputChannel("Notegrad", { log: true });
  const notes = new OpenNotes(() => spawnWorker(worker), log);
  const outputs = new OutputsBelow(notes);
  const outputView = new OutputView(notes);
  const translation = new TranslationView(notes);
  const statistics = new StatisticsPanels(context.extensionUri, notes);
  const lenses = new Lenses(notes);
  const hints = new InlayHints(notes);
  const problems = new Problems(notes);
  const reference = new NoteReference(notes);
  const completion = new Completion(notes, reference);
  const selector = NOTE_LANGUAGES.map((language) => ({ language }));
  const { languages } = vscode;
  context.subscriptions.push(
    log,
    notes,
    outputs,
    outputView,
    translation,
    statistics,
    lenses,
    hints,
    problems,
    new StatusBar(notes),
    languages.registerCodeLensProvider(selector, lenses),
    languages.registerHoverProvider(selector, new Hovers(notes, reference)),
    languages.registerCompletionItemProvider(selector, completion, "."),
    languages.registerSignatureHelpProvider(selector, completion, "(", ","),
    languages.registerInlayHintsProvider(selector, hints),
    languages.registerCodeActionsProvider(selector, problems, { providedCodeActionKinds: Problems.kinds }),
    registerCommands({ notes, outputs, outputView, translation, statistics }),
    keepContextKeys(notes),
    dimSavedOutputs(notes),
    detectNotes(context.workspaceState),
    notebookKernel(notes),
    sampleNotes(context.extensionUri),
  );
}
