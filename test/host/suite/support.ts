/** Opening notes and waiting for what VS Code shows of them. */
import { join } from "node:path";
import * as vscode from "vscode";

export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error("no workspace folder");
  return vscode.Uri.file(join(folder.uri.fsPath, name));
}

export async function show(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(workspaceFile(name)));
}

export async function showText(content: string, language = "notegrad"): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
}

/** Asks until the answer satisfies, for at most `limit` ms. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  satisfied: (answer: T) => boolean,
  limit = 15_000,
): Promise<T> {
  const end = Date.now() + limit;
  let last: T;
  do {
    last = await ask();
    if (satisfied(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 60));
  } while (Date.now() < end);
  throw new Error(`${what}: still ${JSON.stringify(last)?.slice(0, 600)}`);
}

export const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`notegrad.${command}`, ...args);

export async function lensTitles(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    200,
  );
  return lenses.flatMap(({ command }) => (command ? [command.title] : []));
}

export async function hoverText(document: vscode.TextDocument, line: number, column: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    new vscode.Position(line, column),
  );
  return hovers.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join("\n");
}

/** Position of `word` in the first line that contains `line`. */
export function find(document: vscode.TextDocument, line: string, word: string): vscode.Position {
  for (let row = 0; row < document.lineCount; row++) {
    const { text } = document.lineAt(row);
    const at = text.includes(line) ? text.indexOf(word) : -1;
    if (at >= 0) return new vscode.Position(row, at + Math.floor(word.length / 2));
  }
  throw new Error(`no line with "${line}" and "${word}"`);
}

export const notegradDiagnostics = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "Notegrad");

/** The text of a cell's whole output, as Open Full Output shows it. */
export async function outputOf(editor: vscode.TextEditor, line: number): Promise<string> {
  const { document } = editor;
  await vscode.window.showTextDocument(document);
  const active = vscode.window.activeTextEditor!;
  active.selection = new vscode.Selection(line, 0, line, 0);
  await run("openOutput");
  const view = vscode.window.activeTextEditor!.document;
  const text = view.getText();
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  return text;
}
