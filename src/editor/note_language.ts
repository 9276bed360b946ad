/** Plain-text files with `In [n]:` prompts get the language of notes, so that their code is coloured. */
import * as vscode from "vscode";
import { setting } from "./settings";

const PROMPT = /^In \[(?:\d+|None)\]:\s*$/m;
const REFUSED = "notegrad.plainText";
const MAX_REMEMBERED = 200;

/**
 * Switches on opening. A reader who switches a file back to plain text is not asked and not overruled: the file is
 * remembered and stays plain text.
 */
export function detectNotes(memory: vscode.Memento): vscode.Disposable {
  const switched = new Set<string>();
  const refused = (): string[] => memory.get<string[]>(REFUSED, []);

  const look = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if (
      document.languageId !== "plaintext" ||
      !["file", "untitled", "vscode-remote", "vscode-vfs"].includes(document.uri.scheme)
    )
      return;
    if (switched.has(uri)) {
      switched.delete(uri);
      void memory.update(REFUSED, [...refused().filter((each) => each !== uri), uri].slice(-MAX_REMEMBERED));
      return;
    }
    if (!setting("detectNotes", document) || refused().includes(uri) || !PROMPT.test(document.getText())) return;
    switched.add(uri);
    void vscode.languages.setTextDocumentLanguage(document, "notegrad");
  };

  const open = vscode.workspace.onDidOpenTextDocument(look);
  // A language change closes the document and opens it again; closing the file for good must not count as a refusal.
  const tabs = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    for (const { input } of closed) if (input instanceof vscode.TabInputText) switched.delete(input.uri.toString());
  });
  for (const document of vscode.workspace.textDocuments) look(document);
  return vscode.Disposable.from(open, tabs);
}
