import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { Cell, Note } from "../../../src/notes/note";
import { parseNote } from "../../../src/notes/parse";

/** Every line of a cell's source stands in the document where the cell says. */
function assertLinesFit(text: string, note: Note): void {
  const lines = text.split("\n");
  for (const cell of note.cells) {
    cell.source.split("\n").forEach((row, i) => {
      const line = lines[cell.startLine + i] ?? "";
      assert.equal(line.slice(cell.indent).trimEnd(), row.trimEnd(), `${cell.label}, line ${i}`);
    });
    cell.saved?.text.split("\n").forEach((row, i) => {
      const line = lines[cell.saved!.startLine + i] ?? "";
      assert.equal(line.slice(cell.saved!.indent), row, `${cell.label}, saved line ${i}`);
    });
  }
}

function parse(text: string, path = "note.md"): Note {
  const note = parseNote(text, { path });
  assertLinesFit(text, note);
  return note;
}

const sources = (note: Note): string[] => note.cells.map(({ source }) => source);
const saved = (note: Note): (string | undefined)[] => note.cells.map((cell: Cell) => cell.saved?.text);

describe("In [n]: exports", () => {
  const inPrompt = (text: string): Note => {
    const note = parse(text, "note.txt");
    assert.equal(note.format, "in-prompt");
    return note;
  };

  it("end code where printed text begins, and printed text where two blank lines follow", () => {
    const note = inPrompt("# Title\n\nIn [2]:\nx = 1\nprint('x is', x)\n\nx is 1\n\n\n## Next\nprose\n");
    assert.deepEqual(sources(note), ["x = 1\nprint('x is', x)"]);
    assert.deepEqual(saved(note), ["x is 1"]);
    assert.equal(note.cells[0].label, "In [2]");
    assert.equal(note.cells[0].headerLine, 2);
  });

  it("keep blocks of code that blank lines part", () => {
    const code =
      "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n        \na = A()";
    assert.deepEqual(sources(inPrompt(`In [1]:\n${code}\n\nIn [2]:\na.f()\n\n1\n`)), [code, "a.f()"]);
  });

  it("tell the printed forms of values from code", () => {
    for (const value of [
      "tensor([1., 2.])",
      "torch.Size([2, 3])",
      "7",
      "[1, 2]",
      "(tensor(1.), 2)",
      "'abc'",
      "True",
      "Linear(in_features=1, out_features=2, bias=True)",
      "Net(\n  (fc): Linear(in_features=1, out_features=2, bias=True)\n)",
      "torch.float32",
      "device(type='cpu')",
      "<generator object f at 0x7f>",
      "array([1, 2])",
    ]) {
      const note = inPrompt(`In [1]:\nimport torch\ny = f(x)\n\ny\n\n${value}\n\nprose here\n`);
      assert.deepEqual(sources(note), ["import torch\ny = f(x)\n\ny"], value);
      assert.deepEqual(saved(note), [value], value);
    }
  });

  it("know a tensor of three dimensions by its brackets, blank lines and all", () => {
    const value = "tensor([[[1., 2.]],\n\n        [[3., 4.]]])";
    const displayed = inPrompt(`In [1]:\nx\n\n${value}\n\nprose\n\nIn [2]:\nprint(x)\n\n${value}\n\n\nprose\n`);
    assert.deepEqual(sources(displayed), ["x", "print(x)"]);
    assert.deepEqual(saved(displayed), [value, value]);
  });

  it("know a printed assignment by the text that prints it", () => {
    const note = inPrompt(
      "In [1]:\nloss = f()\nprint('loss =', loss)\n\nloss = 0.5\n\n\nIn [2]:\nlr = 0.1\n\nlr = 0.2\n",
    );
    assert.deepEqual(sources(note), ["loss = f()\nprint('loss =', loss)", "lr = 0.1\n\nlr = 0.2"]);
    assert.deepEqual(saved(note), ["loss = 0.5", undefined]);
  });

  it("take a printed text and a displayed value behind it together", () => {
    const note = inPrompt("In [1]:\nprint('a')\nx\n\na\n\n\ntensor([1.])\n\nprose\n");
    assert.deepEqual(saved(note), ["a\n\n\ntensor([1.])"]);
  });

  it("do not take prose behind a cell for its output", () => {
    const note = inPrompt(
      "In [1]:\nimport torch\n\nThis is prose.\n\nIn [2]:\ndef f():\n    print(1)\n\n이것은 설명이다\n",
    );
    assert.deepEqual(sources(note), ["import torch", "def f():\n    print(1)"]);
    assert.deepEqual(saved(note), [undefined, undefined]);
  });

  it("do not take headings, which are Python comments, for code", () => {
    const note = inPrompt("In [1]:\nx = 1\n\n## Heading\n\nIn [2]:\n# only a comment\n\n# and another\nx = 2\n");
    assert.deepEqual(sources(note), ["x = 1", "# only a comment\n\n# and another\nx = 2"]);
  });

  it("keep code with a mistake in it as code", () => {
    const note = inPrompt("In [1]:\nx = 1\n\nfor i in range(3):\n    print(i\n\nIn [2]:\ny = (1\n");
    assert.deepEqual(sources(note), ["x = 1\n\nfor i in range(3):\n    print(i", "y = (1"]);
  });

  it("read unexecuted cells and errors", () => {
    const note = inPrompt("In [None]:\nx = 1\n\nIn [3]:\nx.y\n\nAttributeError: 'int' object has no attribute 'y'\n");
    assert.deepEqual(
      note.cells.map(({ label }) => label),
      ["In [None]", "In [3]"],
    );
    assert.deepEqual(saved(note), [undefined, "AttributeError: 'int' object has no attribute 'y'"]);
  });

  it("strings and brackets may hold blank lines", () => {
    const code = 'text = """one\n\ntwo"""\nx = [\n    1,\n\n    2,\n]';
    assert.deepEqual(sources(inPrompt(`In [1]:\n${code}\n\nIn [2]:\nx\n`)), [code, "x"]);
  });

  it("read IPython sessions", () => {
    const text = "In [1]: for i in range(2):\n   ...:     print(i)\n   ...:\n0\n1\n\nIn [2]: 1 + 1\nOut[2]: 2\n";
    const note = parseNote(text, { path: "session.txt" });
    assert.deepEqual(sources(note), ["for i in range(2):\n    print(i)\n", "1 + 1"]);
    assert.deepEqual(saved(note), ["0\n1", "2"]);
    assert.equal(note.cells[0].indent, 8);
  });

  it("split the user's note where a reader would", () => {
    const text = readFileSync(join(__dirname, "../../fixtures/pytorch-advanced.ko.txt"), "utf8");
    const note = inPrompt(text);
    assert.deepEqual(
      note.cells.map((cell) => [cell.label, cell.startLine, cell.endLine, cell.saved?.startLine, cell.saved?.endLine]),
      [
        ["In [2]", 10, 23, 24, 30],
        ["In [3]", 42, 61, undefined, undefined],
        ["In [5]", 63, 82, 83, 97],
      ],
    );
  });
});

describe("Markdown notes", () => {
  it("find fences however they are tagged", () => {
    for (const tag of [
      "python",
      "Python",
      "py",
      "python3",
      "{.python .input}",
      "{.python .input  n=3}",
      "{code-cell} ipython3",
      "{python}",
      "python title='a.py'",
      "ipython",
    ]) {
      assert.deepEqual(sources(parse(`# T\n\n\`\`\`${tag}\nx = 1\n\`\`\`\n`)), ["x = 1"], tag);
    }
    for (const tag of ["bash", "text", "json", "pythonic-shell", "c++"]) {
      assert.deepEqual(sources(parse(`\`\`\`${tag}\nx = 1\n\`\`\`\n`)), [], tag);
    }
  });

  it("take the output fence behind a cell as its saved output", () => {
    const note = parse(
      "```python\nprint(1)\n```\n\n```\n1\n```\n\n```python\nx\n```\nOutput:\n\n```text\ntensor([1.])\n```\n",
    );
    assert.deepEqual(saved(note), ["1", "tensor([1.])"]);
    const apart = parse("```python\nprint(1)\n```\n\nSome other matter entirely.\n\n```\nunrelated text\n```\n");
    assert.deepEqual(saved(apart), [undefined]);
  });

  it("take a fence tagged python that holds a printed value as output", () => {
    const note = parse("```python\nx\n```\n\n```python\ntensor([[1., 2.],\n        [3., 4.]])\n```\n");
    assert.equal(note.cells.length, 1);
    assert.equal(note.cells[0].saved?.startLine, 5);
  });

  it("run untagged fences that are code and leave the others", () => {
    assert.deepEqual(sources(parse("```\nimport torch\nx = torch.ones(2)\n```\n")), [
      "import torch\nx = torch.ones(2)",
    ]);
    assert.deepEqual(sources(parse("```\npip install torch\n```\n```\na tree\n  of files\n```\n")), []);
  });

  it("keep columns of cells inside lists", () => {
    const note = parse(
      "1. first\n\n   ```python\n   x = 1\n   if x:\n       x = 2\n   ```\n\n- ```python\n  y = 1\n  ```\n",
    );
    assert.deepEqual(sources(note), ["x = 1\nif x:\n    x = 2", "y = 1"]);
    assert.deepEqual(
      note.cells.map(({ indent }) => indent),
      [3, 2],
    );
  });

  it("read Jekyll's highlight tags, tildes and unclosed fences", () => {
    const text =
      "{% highlight python linenos %}\na = 1\n{% endhighlight %}\n\n~~~python\nb = 1\n~~~\n\n```python\nc = 1\n";
    assert.deepEqual(sources(parse(text)), ["a = 1", "b = 1", "c = 1"]);
  });

  it("skip d2l tabs of other frameworks", () => {
    const tab = (name: string): string => `\`\`\`{.python .input}\n#@tab ${name}\nx = 1\n\`\`\`\n`;
    assert.equal(parse(tab("mxnet") + tab("pytorch") + tab("tensorflow") + tab("all")).cells.length, 2);
  });

  it("split >>> examples in fences", () => {
    const note = parse("```python\n>>> x = 1\n>>> x\n1\n>>> for i in range(2):\n...     print(i)\n0\n1\n```\n");
    assert.deepEqual(sources(note), ["x = 1\nx", "for i in range(2):\n    print(i)"]);
    assert.deepEqual(saved(note), ["1", "0\n1"]);
  });
});

describe("scripts", () => {
  it("are cut at # %%", () => {
    const note = parse(
      "# licence\n\nimport torch\n\n# %% [markdown]\n# prose\n\n# %% Title\nx = 1\n\n#%%\ny = 2\n",
      "a.py",
    );
    assert.equal(note.format, "percent");
    assert.deepEqual(sources(note), ["# licence\n\nimport torch", "x = 1", "y = 2"]);
  });

  it("are cut at sphinx-gallery's rules", () => {
    const rule = "#".repeat(70);
    const note = parse(
      `# -*- coding: utf-8 -*-\n"""\nTitle\n=====\n"""\nimport torch\n\n${rule}\n# Prose\n# more\n\nx = 1\n\n${rule}\n# End\n`,
      "t.py",
    );
    assert.deepEqual(sources(note), ["import torch", "x = 1"]);
  });

  it("are cut at nbconvert's prompts", () => {
    const note = parse(
      "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\nx = 1\n\n\n# In[ ]:\n\n\ny = 2\n",
      "n.py",
    );
    assert.deepEqual(
      note.cells.map(({ label, source }) => [label, source]),
      [
        ["In [1]", "x = 1"],
        ["In [None]", "y = 2"],
      ],
    );
  });

  it("are one cell without any mark", () => {
    const note = parse("\nx = 1\n\ny = 2\n\n", "plain.py");
    assert.equal(note.format, "python");
    assert.deepEqual(sources(note), ["x = 1\n\ny = 2"]);
  });
});

describe("notebooks and examples", () => {
  it("read .ipynb with outputs and virtual lines", () => {
    const text = JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: "markdown", source: ["# T\n", "x"] },
        {
          cell_type: "code",
          execution_count: 7,
          source: ["x = 1\n", "x"],
          outputs: [
            { output_type: "stream", name: "stdout", text: ["a\n"] },
            { output_type: "stream", name: "stderr", text: "no" },
            { output_type: "execute_result", data: { "text/plain": ["1"] } },
          ],
        },
        { cell_type: "code", execution_count: null, source: "", outputs: [] },
      ],
    });
    const note = parseNote(text, { path: "n.ipynb" });
    assert.deepEqual(
      note.cells.map(({ label, source, startLine }) => [label, source, startLine]),
      [
        ["In [7]", "x = 1\nx", 5],
        ["cell 2", "", 9],
      ],
    );
    assert.deepEqual(saved(note), ["a\n1", undefined]);
  });

  it("say what is wrong with a broken notebook", () => {
    assert.throws(() => parseNote("{", { path: "n.ipynb" }), /not a notebook/);
    assert.throws(() => parseNote("[]", { path: "n.ipynb" }), /no "cells"/);
  });

  it("read >>> examples in plain text", () => {
    const note = parse("Text\n\n    >>> a = [1,\n    >>>      2]\n    >>> a\n    [1, 2]\n\nmore\n", "notes.rst");
    assert.deepEqual(sources(note), ["a = [1,\n     2]\na"]);
    assert.equal(note.cells[0].indent, 8);
    assert.deepEqual(saved(note), ["[1, 2]"]);
  });

  it("have no cells in prose, whatever the line ends", () => {
    assert.deepEqual(parse("# Title\r\n\r\nprose\r\n").cells, []);
    assert.deepEqual(sources(parseNote("```python\r\nx = 1\r\ny = 2\r\n```\r\n", { path: "a.md" })), ["x = 1\ny = 2"]);
  });
});
