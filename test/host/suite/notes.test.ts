import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import {
  find,
  hoverText,
  lensTitles,
  notegradDiagnostics,
  outputOf,
  run,
  show,
  showText,
  until,
  workspaceFile,
} from "./support";

const NOTE = "pytorch-advanced.ko.txt";
const OK = /\$\(check\)/;

describe("the extension", () => {
  it("is activated by a note, quickly", async () => {
    await show(NOTE);
    const extension = vscode.extensions.getExtension("notegrad.notegrad");
    assert.ok(extension);
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it("has every command that it contributes", async () => {
    const { packageJSON } = vscode.extensions.getExtension("notegrad.notegrad")!;
    const commands = new Set(await vscode.commands.getCommands(true));
    for (const { command } of packageJSON.contributes.commands) assert.ok(commands.has(command), command);
  });
});

describe("a note of In [n]: prompts", () => {
  let editor: vscode.TextEditor;
  before(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    editor = await show(NOTE);
  });

  it("is given the language of notes", async () => {
    await until(
      "language",
      () => vscode.window.activeTextEditor?.document.languageId,
      (id) => id === "notegrad",
    );
    editor = vscode.window.activeTextEditor!;
  });

  it("has a lens over each of its cells", async () => {
    const titles = await until(
      "lenses",
      () => lensTitles(editor.document),
      (all) => all.length > 0,
    );
    assert.equal(titles.filter((title) => title.includes("Run Cell")).length, 3);
  });

  it("shows shapes before anything ran", async () => {
    const { line, character } = find(editor.document, "x = torch.FloatTensor", "x");
    const text = await until(
      "hover",
      () => hoverText(editor.document, line, character),
      (t) => t.includes("[3, 3]"),
    );
    assert.match(text, /Tensor\[3, 3\] float32/);
    assert.match(text, /inferred before run/);
  });

  it("underlines the misspelt method that no cell calls, and mends it", async () => {
    const problems = await until(
      "problems",
      () => notegradDiagnostics(editor.document.uri),
      (all) => all.length >= 2,
    );
    const misspelt = problems.filter(({ code }) => code === "misspelt");
    assert.equal(misspelt.length, 2);
    for (const { range } of misspelt) assert.equal(editor.document.getText(range), "fiil_");
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      editor.document.uri,
      misspelt[0]!.range,
    );
    assert.deepEqual(
      actions.map(({ title }) => title),
      ["Replace with 'fill_'", "Fix all 2 misspelt names in this note"],
    );
    await vscode.workspace.applyEdit(actions[1]!.edit!);
    assert.ok(!editor.document.getText().includes("fiil_"));
    await until(
      "problems",
      () => notegradDiagnostics(editor.document.uri),
      (all) => all.length === 0,
    );
    await vscode.commands.executeCommand("undo");
    assert.ok(editor.document.getText().includes("fiil_"));
  });

  it("runs, says what its saved outputs say, and stays as it is on disk", async () => {
    const before = readFileSync(workspaceFile(NOTE).fsPath);
    await run("runAll");
    const titles = await until(
      "states",
      () => lensTitles(editor.document),
      (all) => all.filter((title) => OK.test(title)).length === 3,
    );
    assert.ok(titles.length > 0);
    assert.match(
      await outputOf(editor, find(editor.document, "정규화 예시", "정규화").line),
      /\[ 0\.2334, {2}1\.0445, -0\.9896\]\], grad_fn=<NativeBatchNormBackward0>\)/,
    );
    const saved = notegradDiagnostics(editor.document.uri).filter(({ code }) => code === "saved-output");
    assert.deepEqual(
      saved.map(({ message }) => message),
      [],
    );
    assert.ok(!editor.document.isDirty || editor.document.getText() === before.toString("utf8"));
    assert.deepEqual(readFileSync(workspaceFile(NOTE).fsPath), before);
  });

  it("shows the values of its expressions after the run", async () => {
    const { document } = editor;
    const at = (line: string, word: string): Promise<string> => {
      const place = find(document, line, word);
      return hoverText(document, place.line, place.character);
    };
    assert.match(
      await at("x = torch.FloatTensor", "x"),
      /Tensor\[3, 3\] float32 · cpu[\s\S]*value after run[\s\S]*mean/,
    );
    assert.match(
      await at("nn.BatchNorm1d(3)(x)", "BatchNorm1d"),
      /nn\.BatchNorm1d\(3\)\(x\)` → \*\*`Tensor\[3, 3\] float32 · cpu · requires_grad/,
    );
    assert.match(await at("model = Net()", "model"), /Net[\s\S]*7 parameters[\s\S]*Sigmoid/);
    assert.match(await at("self.fc = nn.Linear(2,1)", "fc"), /Linear/);
  });

  it("marks values as stale after an edit of the code above", async () => {
    const { document } = editor;
    const place = find(document, "# 정규화 예시", "정규화");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(place.line + 1, 0), "# edited\n");
    await vscode.workspace.applyEdit(edit);
    const x = find(document, "x = torch.FloatTensor", "x");
    await until(
      "hover",
      () => hoverText(document, x.line, x.character),
      (text) => text.includes("from before your edit"),
    );
    await vscode.commands.executeCommand("undo");
    await until(
      "hover",
      () => hoverText(document, x.line - 1, x.character),
      (text) => text.includes("value after run"),
    );
  });

  it("has inlay hints with shapes", async () => {
    const { document } = editor;
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      "vscode.executeInlayHintProvider",
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.ok(hints.some(({ label }) => label === "[3, 3]"));
  });

  it("reports a saved output that no longer follows, with both values", async () => {
    const { document } = editor;
    const line = find(document, "[ 0.7300,  0.2100,  1.5200],", "0.7300").line;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(
      document.uri,
      new vscode.Range(line, 0, line, document.lineAt(line).text.length),
      "        [ 0.7301,  0.2100,  1.5200],",
    );
    await vscode.workspace.applyEdit(edit);
    await run("runAll");
    const [problem] = await until(
      "problem",
      () => notegradDiagnostics(document.uri).filter(({ code }) => code === "saved-output"),
      (all) => all.length === 1,
    );
    assert.equal(problem!.range.start.line, line);
    assert.equal(document.getText(problem!.range), "0.7301");
    assert.match(problem!.message, /0\.7301.*0\.7300/);
    assert.equal(problem!.severity, vscode.DiagnosticSeverity.Information);
    await vscode.commands.executeCommand("undo");
  });

  it("shows its translation", async () => {
    await vscode.window.showTextDocument(editor.document);
    await run("showTranslation");
    const view = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.scheme === "notegrad-translation",
    );
    assert.match(view?.document.getText() ?? "", /nn\.Sequential\(/);
    assert.equal(view?.document.languageId, "typescript");
  });

  after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
});

describe("a running session", () => {
  it("keeps its variables when a runaway cell is interrupted", async () => {
    const editor = await showText(
      "In [1]:\nimport torch\na = torch.ones(2)\n\nIn [2]:\nwhile True:\n    a += 1\n\nIn [3]:\nprint(a.shape)\n",
    );
    await until(
      "lenses",
      () => lensTitles(editor.document),
      (all) => all.length > 0,
    );
    const all = run("runAll");
    await until(
      "running",
      () => lensTitles(editor.document),
      (titles) => titles.some((t) => OK.test(t)) && titles.some((t) => t.includes("running")),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await run("interrupt");
    await all;
    await until(
      "interrupted",
      () => lensTitles(editor.document),
      (titles) => titles.some((t) => t.includes("interrupted")),
    );
    editor.selection = new vscode.Selection(9, 0, 9, 0);
    await run("runCell");
    assert.match(await outputOf(editor, 9), /torch\.Size\(\[2\]\)/);
  });

  it("documents, completes and explains torch's names before anything ran", async () => {
    const text = "In [1]:\nimport torch\nimport torch.nn as nn\nx = torch.randn(2, 3)\nnn.BatchNorm1d(3)(x).sum()\n";
    const { document } = await showText(text);
    const at = (line: string, word: string): Promise<string> => {
      const { line: row, character } = find(document, line, word);
      return until(
        word,
        () => hoverText(document, row, character),
        (hover) => hover.includes("```python"),
      );
    };
    assert.match(await at("nn.BatchNorm1d", "BatchNorm1d"), /BatchNorm1d\(\s*num_features: int,/);
    assert.match(await at("torch.randn", "randn"), /randn\(\s*size: list\[int\]/);
    const sum = await at(").sum()", "sum");
    assert.match(sum, /sum\([\s\S]*-> Tensor/);
    const closing = document.lineAt(4).text.indexOf(").sum");
    const top = await until(
      "tensor",
      () => hoverText(document, 4, closing),
      (hover) => hover.includes("Tensor["),
    );
    assert.match(top, /^\*\*`Tensor\[2, 3\] float32/);

    const typed = async (code: string): Promise<vscode.Position> => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(5, 0), code);
      await vscode.workspace.applyEdit(edit);
      return new vscode.Position(5, code.length);
    };
    const completed = async (code: string): Promise<string[]> => {
      const place = await typed(code);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        place,
      );
      await vscode.commands.executeCommand("undo");
      return items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text).map(({ label }) => String(label));
    };
    assert.ok((await completed("nn.Lin")).includes("Linear"));
    assert.ok((await completed("x.")).includes("unsqueeze"));
    assert.ok((await completed("torch.optim.")).includes("SGD"));
    assert.deepEqual(await completed("# nn."), []);
    const place = await typed("y = torch.sum(x, ");
    const help = await vscode.commands.executeCommand<vscode.SignatureHelp>(
      "vscode.executeSignatureHelpProvider",
      document.uri,
      place,
    );
    assert.match(help.signatures[help.activeSignature]!.label, /^sum\(input: Tensor, dim:/);
    await vscode.commands.executeCommand("undo");
  });

  it("goes on after a cell that raises and marks the line", async () => {
    const editor = await showText("In [1]:\nimport torch\ntorch.ones(3).view(4)\n\nIn [2]:\nprint(1 + 1)\n");
    await until(
      "lenses",
      () => lensTitles(editor.document),
      (all) => all.length > 0,
    );
    await run("runAll");
    const titles = await lensTitles(editor.document);
    assert.ok(titles.some((title) => title.includes("RuntimeError")));
    assert.equal(await outputOf(editor, 5), "2");
    const raised = notegradDiagnostics(editor.document.uri).filter(({ code }) => code === "RuntimeError");
    assert.equal(raised[0]?.range.start.line, 2);
  });

  it("names line and column of a syntax error", async () => {
    const editor = await showText("In [1]:\nimport torch\nx = torch.ones(3\n\nIn [2]:\nprint(1)\n");
    const [problem] = await until(
      "problem",
      () => notegradDiagnostics(editor.document.uri),
      (all) => all.length > 0,
    );
    assert.equal(problem!.code, "syntax");
    assert.equal(problem!.range.start.line, 2);
  });

  it("writes an output into the note only when asked", async () => {
    const editor = await showText("In [1]:\nimport torch\ntorch.arange(3)\n\n## End\n");
    await until(
      "lenses",
      () => lensTitles(editor.document),
      (all) => all.length > 0,
    );
    const text = editor.document.getText();
    await run("runAll");
    assert.equal(editor.document.getText(), text);
    editor.selection = new vscode.Selection(2, 0, 2, 0);
    await run("insertOutput");
    assert.equal(
      editor.document.getText(),
      "In [1]:\nimport torch\ntorch.arange(3)\n\ntensor([0, 1, 2])\n\n\n## End\n",
    );
  });

  it("runs the cells of a Markdown note and of a percent script", async () => {
    for (const name of ["normalization.ko.md", "rnn.en.py"]) {
      const editor = await show(name);
      await until(
        "lenses",
        () => lensTitles(editor.document),
        (all) => all.length > 0,
      );
      await run("runAll");
      const titles = await lensTitles(editor.document);
      assert.deepEqual(
        titles.filter((title) => title.includes("$(error)")),
        [],
        name,
      );
      assert.ok(
        titles.some((title) => OK.test(title)),
        name,
      );
      const stale = notegradDiagnostics(editor.document.uri).filter(({ code }) => code === "saved-output");
      assert.deepEqual(
        stale.map(({ message }) => message),
        [],
        name,
      );
    }
  });

  it("leaves documents alone that are not notes", async () => {
    const editor = await showText("# nothing\nprint('no tensors here')\n", "python");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(await lensTitles(editor.document), []);
  });
});
