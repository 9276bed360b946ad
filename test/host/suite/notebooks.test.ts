import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hoverText, until, workspaceFile } from "./support";

describe("an .ipynb notebook", () => {
  let notebook: vscode.NotebookDocument;

  before(async () => {
    notebook = await vscode.workspace.openNotebookDocument(workspaceFile("regularization.ko.ipynb"));
    await vscode.window.showNotebookDocument(notebook);
    await vscode.extensions.getExtension("notegrad.notegrad")!.activate();
    await vscode.commands.executeCommand("notebook.selectKernel", { id: "notegrad", extension: "notegrad.notegrad" });
  });

  const codeCells = (): vscode.NotebookCell[] =>
    notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);

  it("runs on Notegrad's kernel and gives what is saved in it", async () => {
    const [first] = codeCells();
    const text = (cell: vscode.NotebookCell): string =>
      cell.outputs
        .flatMap(({ items }) => items.filter(({ mime }) => /stdout|text\/plain/.test(mime)))
        .map(({ data }) => new TextDecoder().decode(data))
        .join("");
    const saved = codeCells().map(text);
    await vscode.commands.executeCommand("notebook.execute");
    await until(
      "executed",
      () => codeCells().map(({ executionSummary }) => executionSummary?.success),
      (states) => states.every((state) => state === true),
      60_000,
    );
    assert.ok(first);
    assert.deepEqual(codeCells().map(text), saved);
  });

  it("has hovers in its cells", async () => {
    const cell = codeCells().find(({ document }) => /^\w+ = /m.test(document.getText()));
    assert.ok(cell);
    const match = /^(\w+) = /m.exec(cell.document.getText())!;
    const place = cell.document.positionAt(match.index);
    await until(
      "hover",
      () => hoverText(cell.document, place.line, place.character),
      (text) => text.includes("value after run"),
    );
  });

  after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
});
