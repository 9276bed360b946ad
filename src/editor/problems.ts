/** Squiggles: what inference found, where a run raised, and saved outputs that no longer follow. */
import * as vscode from "vscode";
import { trackLines } from "./line_tracking";
import type { CellProblem, LiveCell, LiveNote } from "./live_note";
import type { OpenNotes } from "./open_notes";
import { sessionText } from "./session_text";

const SOURCE = "Notegrad";
const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
} as const;

interface Fix {
  readonly diagnostic: vscode.Diagnostic;
  readonly newText: string;
  readonly code: CellProblem["code"];
}

export class Problems implements vscode.CodeActionProvider, vscode.Disposable {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.SourceFixAll.append("notegrad")];
  readonly #collection = vscode.languages.createDiagnosticCollection("notegrad");
  readonly #fixes = new Map<string, Fix[]>();
  readonly #documents = new Map<LiveNote, Set<string>>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(readonly notes: OpenNotes) {
    this.#subscriptions = [
      notes.onDidChange((note) => this.#show(note)),
      notes.onDidClose((note) => {
        for (const uri of this.#documents.get(note) ?? []) this.#clear(uri);
        this.#documents.delete(note);
      }),
    ];
  }

  #clear(uri: string): void {
    this.#collection.delete(vscode.Uri.parse(uri));
    this.#fixes.delete(uri);
  }

  #show(note: LiveNote): void {
    const byDocument = new Map<string, Fix[]>();
    const diagnostics = new Map<string, vscode.Diagnostic[]>();
    for (const uri of this.#documents.get(note) ?? []) diagnostics.set(uri, []);
    for (const live of note.cells) {
      const uri = live.document.uri.toString();
      const list = diagnostics.get(uri) ?? [];
      const fixes = byDocument.get(uri) ?? [];
      diagnostics.set(uri, list);
      byDocument.set(uri, fixes);
      for (const problem of problemsOf(live)) {
        const diagnostic = diagnosticOf(live, problem);
        list.push(diagnostic);
        if (problem.fix) fixes.push({ diagnostic, newText: problem.fix.newText, code: problem.code });
      }
      list.push(...raised(note, live));
    }
    this.#documents.set(note, new Set(diagnostics.keys()));
    for (const [uri, list] of diagnostics) {
      this.#collection.set(vscode.Uri.parse(uri), list);
      this.#fixes.set(uri, byDocument.get(uri) ?? []);
    }
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const all = this.#fixes.get(document.uri.toString()) ?? [];
    const near = all.filter(({ diagnostic }) => diagnostic.range.intersection(range));
    const actions = near.map((fix) => {
      const title = vscode.l10n.t("Replace with '{0}'", fix.newText);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = replacing(document, [fix]);
      action.diagnostics = [fix.diagnostic];
      action.isPreferred = fix.code === "misspelt";
      return action;
    });
    const misspelt = all.filter(({ code }) => code === "misspelt");
    const asked = context.only && Problems.kinds[1]!.intersects(context.only);
    if (misspelt.length > 1 && (asked || near.some(({ code }) => code === "misspelt"))) {
      const title = vscode.l10n.t("Fix all {0} misspelt names in this note", misspelt.length);
      const fixAll = new vscode.CodeAction(title, asked ? Problems.kinds[1]! : vscode.CodeActionKind.QuickFix);
      fixAll.edit = replacing(document, misspelt);
      fixAll.diagnostics = misspelt.map(({ diagnostic }) => diagnostic);
      actions.push(fixAll);
    }
    return actions;
  }

  dispose(): void {
    this.#collection.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

function replacing(document: vscode.TextDocument, fixes: readonly Fix[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { diagnostic, newText } of fixes) edit.replace(document.uri, diagnostic.range, newText);
  return edit;
}

/** Problems at their present lines; those in lines that are being edited wait for the next inference. */
function problemsOf(live: LiveCell): CellProblem[] {
  const from = live.inferred?.source ?? live.cell.source;
  const track = trackLines(from, live.cell.source);
  const problems = live.problems.flatMap((problem) => {
    const startLine = track(problem.startLine);
    const endLine = track(problem.endLine);
    return startLine === undefined || endLine === undefined ? [] : [{ ...problem, startLine, endLine }];
  });
  return live.mismatch && live.cell.saved ? [...problems, live.mismatch.problem] : problems;
}

function diagnosticOf(live: LiveCell, problem: CellProblem): vscode.Diagnostic {
  const saved = problem.anchor === "saved";
  const start = saved ? live.cell.saved!.startLine : live.cell.startLine;
  const last = live.document.lineCount - 1;
  const range = live.document.validateRange(
    new vscode.Range(
      Math.min(start + problem.startLine, last),
      problem.startColumn,
      Math.min(start + problem.endLine, last),
      Math.max(problem.endColumn, problem.startLine === problem.endLine ? problem.startColumn + 1 : 0),
    ),
  );
  const severity = saved ? vscode.DiagnosticSeverity.Information : SEVERITIES[problem.severity];
  const diagnostic = new vscode.Diagnostic(range, sessionText(problem.message, vscode.l10n.t), severity);
  diagnostic.source = SOURCE;
  diagnostic.code = problem.code;
  if (saved) {
    const code = new vscode.Location(
      live.document.uri,
      new vscode.Range(live.cell.startLine, 0, Math.max(live.cell.startLine, live.cell.endLine - 1), 0),
    );
    diagnostic.relatedInformation = [
      new vscode.DiagnosticRelatedInformation(code, vscode.l10n.t("the code that gives another output now")),
    ];
  }
  return diagnostic;
}

/** Where the last run raised, as long as the code is the one that ran. */
function raised(note: LiveNote, live: LiveCell): vscode.Diagnostic[] {
  const { run } = live;
  if (run?.status !== "error" || !run.error || run.source !== live.cell.source) return [];
  const frames = run.error.frames.flatMap((frame) => {
    const owner = note.byId(frame.cell);
    return owner ? [{ frame, owner }] : [];
  });
  const own = frames.findLast(({ owner }) => owner === live);
  if (!own) return [];
  const place = (owner: LiveCell, frame: (typeof frames)[number]["frame"]): vscode.Range => {
    const line = owner.cell.startLine + frame.line - 1;
    if (line >= owner.document.lineCount) return new vscode.Range(owner.cell.startLine, 0, owner.cell.startLine, 0);
    const text = owner.document.lineAt(line);
    return frame.endColumn > frame.startColumn
      ? new vscode.Range(line, frame.startColumn, line, frame.endColumn)
      : new vscode.Range(line, text.firstNonWhitespaceCharacterIndex, line, text.range.end.character);
  };
  const { ename, evalue, help } = run.error;
  const message = [`${ename}: ${evalue}`, help].filter(Boolean).join("\n");
  const diagnostic = new vscode.Diagnostic(place(live, own.frame), message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = SOURCE;
  diagnostic.code = ename;
  diagnostic.relatedInformation = frames
    .filter((each) => each !== own)
    .map(
      ({ owner, frame }) =>
        new vscode.DiagnosticRelatedInformation(
          new vscode.Location(owner.document.uri, place(owner, frame)),
          vscode.l10n.t("in {0}", frame.name),
        ),
    );
  return [diagnostic];
}
