/** The sample notes that ship with the extension. */
import * as vscode from "vscode";

/** Offers the notes in the reader's language first and opens a copy that can be changed freely. */
export function sampleNotes(extensionUri: vscode.Uri): vscode.Disposable {
  return vscode.commands.registerCommand("notegrad.openSample", async () => {
    const folder = vscode.Uri.joinPath(extensionUri, "notes");
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
    const language = vscode.env.language.startsWith("ko") ? "ko" : "en";
    const own = names.filter((name) => name.includes(`.${language}.`));
    const chosen = await vscode.window.showQuickPick([...own, ...names.filter((name) => !own.includes(name))], {
      placeHolder: vscode.l10n.t("Which note? A copy of it opens."),
    });
    if (!chosen) return;
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, chosen));
    const content = new TextDecoder().decode(bytes);
    if (chosen.endsWith(".ipynb")) {
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.joinPath(folder, chosen));
      return;
    }
    const document = await vscode.workspace.openTextDocument({ language: languageOf(chosen), content });
    await vscode.window.showTextDocument(document);
  });
}

function languageOf(name: string): string {
  return name.endsWith(".md") ? "markdown" : name.endsWith(".py") ? "python" : "notegrad";
}
