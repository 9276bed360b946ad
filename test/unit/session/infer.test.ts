import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parseNote } from "../../../src/notes/parse";
import type { Inference } from "../../../src/session/protocol";
import { cellsOf, newKernel, runAll, textOf } from "./harness";

const infer = (...sources: readonly string[]): Inference => newKernel().infer(cellsOf(...sources), 2000);
const messages = (...sources: readonly string[]): string[] => infer(...sources).problems.map(({ message }) => message);

describe("shapes without running", () => {
  it("follow the code, over cells", () => {
    const { shapes, complete } = infer(
      "import torch\nfrom torch import nn\nx = torch.randn(8, 3)",
      "model = nn.Sequential(nn.Linear(3, 5), nn.ReLU())\ny = model(x)",
    );
    assert.ok(complete);
    const y = shapes.find(({ text, kind }) => text === "y" && kind === "target");
    assert.deepEqual(y?.value.shape, [8, 5]);
    assert.equal(y?.value.abstract, true);
    assert.equal(y?.source, "inferred");
    assert.equal(y?.startLine, 11);
  });

  it("go on after what depends on data, quietly", () => {
    const { shapes, problems } = infer(
      "import torch\nx = torch.ones(3)\nif x.sum() > 2:\n    z = 1\nk = x.sum().item()\nw = k + 1\ny = x * 2",
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(shapes.find(({ text, kind }) => text === "y" && kind === "target")?.value.shape, [3]);
  });

  it("say what will fail, in PyTorch's words, once", () => {
    const { problems } = infer(
      "import torch\nfrom torch import nn\nnet = nn.Linear(4, 2)\nout = net(torch.ones(3, 5))\nout + 1",
    );
    assert.equal(problems.length, 1);
    assert.equal(problems[0].code, "will-fail");
    assert.equal(problems[0].startLine, 3);
    assert.match(problems[0].message, /mat1 and mat2 shapes cannot be multiplied \(3x5 and 4x2\)/);
  });

  it("say nothing of names that another cell binds, or the live session has", () => {
    assert.deepEqual(messages("print(later)", "later = 1"), []);
    const kernel = newKernel();
    runAll(kernel, "elsewhere = 1");
    assert.deepEqual(kernel.infer(cellsOf("elsewhere + 1"), 1000).problems, []);
    assert.match(messages("nowhere + 1")[0], /NameError: name 'nowhere' is not defined/);
  });

  it("reach code that nobody calls", () => {
    const { shapes, problems } = infer(
      "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(2, 1)\n    def probe(self):\n        return self.fc.weight.view(5, 5)",
    );
    assert.ok(shapes.some(({ text, value }) => text === "self.fc" && value.kind === "module"));
    assert.match(problems[0].message, /when called: RuntimeError: shape '\[5, 5\]' is invalid/);
  });

  it("underline the user's misspelt method, twice, with a fix", () => {
    const text = readFileSync(join(__dirname, "../../fixtures/pytorch-advanced.ko.txt"), "utf8");
    const { cells } = parseNote(text, { path: "note.txt" });
    const { problems } = newKernel().infer(cells, 5000);
    const lines = text.split("\n");
    assert.deepEqual(
      problems.map(({ code, startLine, startColumn, endColumn, fix }) => [
        code,
        lines[startLine].slice(startColumn, endColumn),
        fix?.newText,
      ]),
      [
        ["misspelt", "fiil_", "fill_"],
        ["misspelt", "fiil_", "fill_"],
      ],
    );
  });

  it("report syntax errors and go on with the other cells", () => {
    const { problems, shapes } = infer("x = (", "import torch\ny = torch.ones(2)");
    assert.equal(problems[0].code, "syntax");
    assert.ok(shapes.some(({ text }) => text === "y"));
  });

  it("end in time when a loop does not", () => {
    const started = performance.now();
    const { problems } = newKernel().infer(cellsOf("while True:\n    pass", "import torch\nx = torch.ones(2)"), 500);
    assert.ok(performance.now() - started < 2000);
    assert.deepEqual(problems, []);
  });

  it("leave the live session as it was", () => {
    const kernel = newKernel();
    runAll(kernel, "import torch\ntorch.manual_seed(0)\nx = torch.ones(2)");
    const draw = cellsOf("import torch\nprint(torch.rand(2), torch.is_grad_enabled(), torch.get_default_dtype())")[0];
    const before = newKernel();
    runAll(before, "import torch\ntorch.manual_seed(0)");
    const expected = textOf(before.run(draw, () => {}).outputs);
    runAll(kernel, "torch.manual_seed(0)");
    kernel.infer(
      cellsOf(
        "import torch\ntorch.manual_seed(7)\ntorch.rand(5)\ntorch.set_grad_enabled(False)\ntorch.set_default_dtype(torch.float64)\nx = 3\n1/0",
      ),
      1000,
    );
    assert.equal(textOf(kernel.run(draw, () => {}).outputs), expected);
    assert.equal(textOf(runAll(kernel, "x")[0].outputs), "tensor([1., 1.])");
  });
});
