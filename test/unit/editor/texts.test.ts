import assert from "node:assert/strict";
import { outputLines, outputMarkdown, outputSummary, outputText } from "../../../src/editor/output_text";
import { savedOutputEdit } from "../../../src/editor/saved_output_edit";
import { duration, outputTitle } from "../../../src/editor/status_text";
import { calleeChain, spansAround, type ValueSpan } from "../../../src/editor/value_spans";
import { hintLabel, shortNumber, type Translate, valueMarkdown } from "../../../src/editor/value_text";
import { parseNote } from "../../../src/notes/parse";
import type { Output, ValueSummary } from "../../../src/session/protocol";

const t: Translate = (text, ...args) => text.replace(/\{(\d)\}/g, (_, i) => String(args[i]));
const stdout = (text: string): Output => ({ output_type: "stream", name: "stdout", text });

describe("outputs as text", () => {
  it("settle carriage returns and colours as a terminal shows them", () => {
    assert.equal(outputText([stdout("10%\r50%\r100%\ndone\u001b[31m!\u001b[0m\n")]), "100%\ndone!");
  });

  it("show an error by its traceback", () => {
    const error: Output = { output_type: "error", ename: "E", evalue: "v", traceback: ["Traceback:", "E: v"] };
    assert.deepEqual(
      outputLines([error]).map(({ kind }) => kind),
      ["error", "error"],
    );
    assert.match(outputMarkdown([error], { maxLines: 9, openLink: "" }, t), /errorForeground[^>]*>Traceback:\nE: v</);
  });

  it("keep streams on lines of their own", () => {
    const stderr: Output = { output_type: "stream", name: "stderr", text: "careful\n" };
    const html = outputMarkdown([stderr, stdout("1\n")], { maxLines: 9, openLink: "" }, t);
    assert.match(html, />careful\n<\/span><span>1<\/span>/);
  });

  it("are no HTML of their own, blank lines and all", () => {
    const html = outputMarkdown([stdout("<b>&\n\nx\n")], { maxLines: 9, openLink: "" }, t);
    assert.match(html, /&lt;b&gt;&amp;/);
    assert.doesNotMatch(html.slice(0, -1), /\n\n/);
  });

  it("are shortened in the middle, the end weighing more", () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n");
    const html = outputMarkdown([stdout(text)], { maxLines: 12, openLink: "command:x" }, t);
    assert.match(html, /line 3\b/);
    assert.doesNotMatch(html, /line 4\b/);
    assert.match(html, /\[… 88 more lines: open the full output\]\(command:x\)/);
    assert.match(html, /line 92\b[\s\S]*line 99/);
  });

  it("have a last line for the end of the cell", () => {
    assert.equal(outputSummary([stdout("a\nb\n\n")]), "b");
    assert.equal(outputSummary([stdout("x".repeat(200))]).length, 60);
  });
});

describe("durations and titles", () => {
  it("read as people say them", () => {
    assert.deepEqual([0, 0.012, 1.44, 125].map(duration), ["1 ms", "12 ms", "1.4 s", "2 min 5 s"]);
    assert.equal(outputTitle("In [2]", t), "Out [2]");
    assert.equal(outputTitle("cell 3", t), "cell 3");
    assert.equal(
      outputTitle("cell 3", (text, n) => (text === "cell {0}" ? `셀 ${n}` : text)),
      "셀 3",
    );
  });
});

const tensor: ValueSummary = {
  kind: "tensor",
  type: "Tensor",
  text: "",
  shape: [3, 3],
  dtype: "float32",
  device: "cpu",
  requiresGrad: true,
  gradFn: "NativeBatchNormBackward0",
  mean: 1e-9,
  std: 1.06066,
  first: "[[1, 2]]",
};

describe("values in words", () => {
  it("have the shape first, then where it comes from", () => {
    const text = valueMarkdown(tensor, "run", t);
    assert.match(text, /^\*\*`Tensor\[3, 3\] float32 · cpu · requires_grad`\*\* — \*value after run\*/);
    assert.match(text, /`grad_fn=<NativeBatchNormBackward0>` · mean 1\.000e-9 · std 1\.061/);
    assert.match(text, /```text\n\[\[1, 2\]\]\n```/);
  });

  it("are hints only where they say something new", () => {
    assert.equal(hintLabel(tensor), "[3, 3]");
    assert.equal(hintLabel({ ...tensor, dtype: "int64", shape: [] }), "[] int64");
    assert.equal(hintLabel({ kind: "number", type: "int", text: "3" }), undefined);
  });

  it("have four digits", () => {
    assert.deepEqual([0, 1.23456, -1234.56, 1e-7, 1e9, Number.NaN].map(shortNumber), [
      "0",
      "1.235",
      "-1235",
      "1.000e-7",
      "1.000e+9",
      "nan",
    ]);
  });
});

describe("the value under the mouse", () => {
  const span = (startColumn: number, endColumn: number, kind: string, value: ValueSummary): ValueSpan => ({
    startLine: 0,
    endLine: 0,
    startColumn,
    endColumn,
    text: "nn.BatchNorm1d(3)(x)".slice(startColumn, endColumn),
    kind,
    value,
  });
  const spans = [
    span(0, 2, "name", { kind: "other", type: "module", text: "" }),
    span(0, 14, "attribute", { kind: "class", type: "type", text: "" }),
    span(0, 17, "call", { kind: "module", type: "BatchNorm1d", text: "" }),
    span(0, 20, "call", tensor),
    span(18, 19, "name", tensor),
  ];

  it("is the smallest expression around it", () => {
    assert.deepEqual(
      spansAround(spans, 0, 18).map(({ text }) => text),
      ["x", "nn.BatchNorm1d(3)(x)"],
    );
    assert.deepEqual(spansAround(spans, 0, 25), []);
  });

  it("is followed by the calls that it is the callee of", () => {
    assert.deepEqual(
      calleeChain(spans, 0, 8).map(({ text }) => text),
      ["nn.BatchNorm1d", "nn.BatchNorm1d(3)", "nn.BatchNorm1d(3)(x)"],
    );
    assert.equal(calleeChain(spans, 0, 18).length, 1);
  });
});

describe("an output written into the note", () => {
  const written = (text: string, path: string, cell: number, output: string): string => {
    const note = parseNote(text, { path });
    const lines = text.split("\n");
    const edit = savedOutputEdit(note, note.cells[cell]!, output, lines)!;
    return [...lines.slice(0, edit.startLine), ...edit.lines, ...lines.slice(edit.endLine)].join("\n");
  };

  it("takes the place of the saved one", () => {
    const text = "In [1]:\nprint(1)\n\n7\n\n\n## End\n";
    assert.equal(written(text, "a.note.txt", 0, "1\n"), text.replace("7", "1"));
  });

  it("is read back as the saved output, in every format", () => {
    const notes: [text: string, path: string][] = [
      ["In [1]:\nprint(1)\n\n## End\n", "a.note.txt"],
      ["```python\nprint(1)\n```\n\nprose\n", "a.md"],
      ["# %%\nprint(1)\n\n# %%\nprint(2)\n", "a.py"],
    ];
    for (const [text, path] of notes) {
      const after = written(text, path, 0, "1\n2");
      const cell = parseNote(after, { path }).cells[0]!;
      assert.equal(cell.source.trimEnd(), "print(1)", path);
      assert.equal(cell.saved?.text.trimEnd(), "1\n2", path);
    }
  });
});
