/** A kernel for .ipynb notebooks: the same session behind VS Code's notebook view. */
import * as vscode from "vscode";
import type { Output } from "../session/protocol";
import type { OpenNotes } from "./open_notes";

export function notebookKernel(notes: OpenNotes): vscode.Disposable {
  const controller = vscode.notebooks.createNotebookController("notegrad", "jupyter-notebook", "Notegrad");
  controller.description = vscode.l10n.t("PyTorch without Python");
  controller.supportedLanguages = ["python"];
  controller.supportsExecutionOrder = true;
  controller.interruptHandler = (notebook) => notes.byUri(notebook.uri)?.interrupt();
  controller.executeHandler = async (cells, notebook) => {
    await Promise.all(cells.map((cell) => execute(controller, notes, notebook, cell)));
  };
  return controller;
}

async function execute(
  controller: vscode.NotebookController,
  notes: OpenNotes,
  notebook: vscode.NotebookDocument,
  cell: vscode.NotebookCell,
): Promise<void> {
  const execution = controller.createNotebookCellExecution(cell);
  execution.start(Date.now());
  await execution.clearOutput();
  const note = notes.byUri(notebook.uri);
  const live = note?.cells.find(({ document }) => document === cell.document);
  if (!note || !live) return execution.end(undefined, Date.now());
  try {
    const [result] = await note.run([live]);
    execution.executionOrder = result!.executionCount || undefined;
    await execution.replaceOutput(result!.outputs.map(notebookOutput));
    execution.end(result!.status === "skipped" ? undefined : result!.status === "ok", Date.now());
  } catch {
    execution.end(false, Date.now());
  }
}

function notebookOutput(output: Output): vscode.NotebookCellOutput {
  const { NotebookCellOutput, NotebookCellOutputItem: Item } = vscode;
  switch (output.output_type) {
    case "stream":
      return new NotebookCellOutput([output.name === "stderr" ? Item.stderr(output.text) : Item.stdout(output.text)]);
    case "error":
      return new NotebookCellOutput([
        Item.error({ name: output.ename, message: output.evalue, stack: output.traceback.join("\n") }),
      ]);
    default:
      return new NotebookCellOutput(
        Object.entries(output.data).map(([mime, text]) =>
          mime.startsWith("image/") && mime !== "image/svg+xml"
            ? new Item(
                Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
                mime,
              )
            : Item.text(text, mime),
        ),
      );
  }
}
