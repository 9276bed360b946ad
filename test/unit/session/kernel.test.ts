import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { parseNote } from "../../../src/notes/parse";
import { checkNote } from "../../../src/session/check";
import { cellsOf, newKernel, outputOf, runAll, textOf } from "./harness";

describe("running cells", () => {
  it("keeps variables between cells and shows the last value", () => {
    const [, second] = runAll(newKernel(), "x = 20", "print('x', x)\nx + 1.5");
    assert.equal(second.status, "ok");
    assert.deepEqual(second.outputs, [
      { output_type: "stream", name: "stdout", text: "x 20\n" },
      { output_type: "execute_result", execution_count: 2, data: { "text/plain": "21.5" }, metadata: {} },
    ]);
  });

  it("shows nothing for None or after a semicolon, and long containers over lines", () => {
    assert.equal(outputOf("None"), "");
    assert.equal(outputOf("3;"), "");
    assert.equal(outputOf("['" + "a".repeat(50) + "', '" + "b".repeat(50) + "']").split("\n").length, 2);
    assert.equal(outputOf("_ = 3\n_"), "3");
    assert.equal(outputOf("{2, 1}"), "{1, 2}");
    assert.equal(outputOf("(1,)"), "(1,)");
  });

  it("describes errors in the note's own lines", () => {
    const [, failed] = runAll(newKernel(), "def f(x):\n    y = 1\n    return x.nothing + y", "a = 1\nf(a)");
    assert.equal(failed.status, "error");
    assert.equal(failed.error?.ename, "AttributeError");
    assert.deepEqual(
      failed.error?.frames.map(({ cell, name, line, documentLine }) => [cell, name, line, documentLine]),
      [
        [1, "<module>", 2, 11],
        [0, "f", 3, 2],
      ],
    );
    assert.equal(
      textOf(failed.outputs),
      [
        "Traceback (most recent call last):",
        "  Cell In [2], line 2 (line 12 of the note), in <module>",
        "    f(a)",
        "  Cell In [1], line 3 (line 3 of the note), in f",
        "    return x.nothing + y",
        "           ^^^^^^^^^",
        "AttributeError: 'int' object has no attribute 'nothing'",
      ].join("\n"),
    );
  });

  it("names methods as Python does, and folds recursion", () => {
    const [result] = runAll(newKernel(), "class A:\n    def go(self, n):\n        return self.go(n + 1)\nA().go(0)");
    assert.equal(result.error?.ename, "RecursionError");
    assert.equal(result.error?.frames.at(-1)?.name, "A.go");
    assert.match(textOf(result.outputs), /Previous line repeated \d+ more times/);
  });

  it("names line and column of a syntax error", () => {
    const [result] = runAll(newKernel(), "x = 1\nprint('a'");
    assert.equal(result.status, "error");
    assert.equal(result.error?.ename, "SyntaxError");
    assert.match(textOf(result.outputs), /line 2 \(line 2 of the note\), column 6[\s\S]*was never closed/);
  });

  it("helps with a misspelt name", () => {
    const [result] = runAll(newKernel(), "import torch\ntorch.zeros(2).fiil_(1)");
    assert.equal(result.error?.help, "Did you mean: 'fill_'?");
    assert.match(textOf(result.outputs), /no attribute 'fiil_'\. Did you mean: 'fill_'\?$/);
  });

  it("says with which shapes a matrix product fails", () => {
    const [result] = runAll(newKernel(), "import torch\nfrom torch import nn\nnn.Linear(4, 2)(torch.ones(3, 5))");
    assert.equal(result.error?.evalue, "mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)");
    assert.match(result.error?.help ?? "", /expected rows of 4 numbers, got 3 rows of 5/);
  });

  it("stops an endless loop, keeps the variables and runs on", () => {
    let stop = false;
    let polls = 0;
    const kernel = newKernel(() => stop && polls++ === 0);
    const [first, loop, after] = cellsOf("x = 1", "x = 2\nwhile True:\n    pass", "x");
    kernel.run(first, () => {});
    stop = true;
    const stopped = kernel.run(loop, () => {});
    assert.equal(stopped.error?.ename, "KeyboardInterrupt");
    assert.ok(stopped.interrupted);
    assert.equal(textOf(kernel.run(after, () => {}).outputs), "2");
  });

  it("seeds every random stream", () => {
    const drawn = (): string => {
      const kernel = newKernel();
      kernel.seed(3);
      return runAll(kernel, "import torch, random\nprint(torch.rand(2), random.random())")
        .map((r) => textOf(r.outputs))
        .join("");
    };
    assert.equal(drawn(), drawn());
  });

  it("gives the user's note the outputs that are saved in it", () => {
    const text = readFileSync(join(__dirname, "../../fixtures/pytorch-advanced.ko.txt"), "utf8");
    const { cells } = parseNote(text, { path: "note.txt" });
    const kernel = newKernel();
    const results = cells.map((cell) => kernel.run(cell, () => {}));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["ok", "ok", "ok"],
    );
    assert.deepEqual(checkNote(cells, results), []);
    const changed = parseNote(text.replace("1.0445", "1.0446"), { path: "note.txt" }).cells;
    const [mismatch] = checkNote(changed, results);
    assert.deepEqual([mismatch.label, mismatch.savedValue, mismatch.newValue], ["In [2]", "1.0446", "1.0445"]);
  });
});

describe("values at expressions", () => {
  it("are told after a run, with their places in the document", () => {
    const [result] = runAll(newKernel(), "import torch\nx = torch.ones(2, 3)\ny = x.sum(dim=1)");
    const at = (text: string) => result.shapes.find((shape) => shape.text === text);
    assert.deepEqual(at("x")?.value.shape, [2, 3]);
    assert.deepEqual(at("y")?.value.shape, [2]);
    assert.equal(at("y")?.startLine, 2);
    assert.equal(at("y")?.source, "run");
    assert.equal(at("x")?.value.mean, 1);
  });

  it("are looked up by position, innermost first", () => {
    const kernel = newKernel();
    runAll(kernel, "import torch\nx = torch.arange(10000.0)\nprint((x + 1).shape)");
    const found = kernel.inspect(0, 2, 8);
    assert.equal(found?.text, "x");
    assert.equal(found?.value.max, 9999);
    assert.equal(kernel.inspect(0, 9, 0), null);
  });

  it("include modules with their layers", () => {
    const [result] = runAll(newKernel(), "from torch import nn\nmodel = nn.Sequential(nn.Linear(1, 2), nn.Sigmoid())");
    const model = result.shapes.find(({ text }) => text === "model")?.value;
    assert.equal(model?.kind, "module");
    assert.equal(model?.parameters, 4);
    assert.deepEqual(
      model?.layers?.map(({ type }) => type),
      ["Linear", "Sigmoid"],
    );
  });
});
