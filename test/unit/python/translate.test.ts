/** What a translation says of a cell besides its text: places, records, names, statements. */
import assert from "node:assert/strict";
import { blankMagics } from "../../../src/python/magics";
import { SourceMap } from "../../../src/python/source_map";
import { translate } from "../../../src/python/translate";

const at = (source: string, executableText: string, options = {}) => {
  const { executable, map } = translate(source, { file: "cell", ...options });
  const offset = executable.indexOf(executableText);
  assert.ok(offset >= 0, executable);
  const before = executable.slice(0, offset).split("\n");
  return map.locate(before.length, before.at(-1)!.length + 1);
};
const slice = (
  source: string,
  place: { start: { line: number; column: number }; end: { line: number; column: number } },
) => {
  const lines = source.split("\n");
  assert.equal(place.start.line, place.end.line);
  return lines[place.start.line - 1]!.slice(place.start.column, place.end.column);
};

describe("the source map", () => {
  const source = "def f(a, b):\n    return a.x + g(b)[0] / 2\nf(1, 2)\n";
  for (const [text, python, anchor] of [
    ["add(", "a.x + g(b)[0] / 2", "+"],
    ["truediv(", "g(b)[0] / 2", "/"],
    ["getitem(", "g(b)[0]", "[0]"],
    ["call(", "g(b)", "(b)"],
    ["get(", "a.x", "x"],
    ['load("g")', "g", null],
  ] as const) {
    it(`${text} is ${python}`, () => {
      const place = at(source, text)!;
      assert.equal(slice(source, place), python);
      assert.equal(place.anchor && slice(source, place.anchor), anchor);
      assert.equal(place.function, "f");
    });
  }

  it("names the function around", () => {
    assert.equal(at("x = [1 / y for y in z]", "truediv(")!.function, "<listcomp>");
    assert.equal(at("x = lambda v: v.q", "get(")!.function, "<lambda>");
    assert.equal(at("x = v.q", "get(")!.function, "<module>");
    assert.equal(at("class A:\n  q = v.q", "get(")!.function, "A");
  });

  it("survives a copy between threads", () => {
    const { map } = translate(source, { file: "cell" });
    const copy = SourceMap.from(structuredClone(map.toJSON()));
    assert.deepEqual(copy.locate(3, 12), map.locate(3, 12));
  });
});

describe("records", () => {
  const source =
    "class M:\n    def go(self, x):\n        self.h = x.y\n        return f(self.h)[0] + x\nm, n = M(), 2\nfor i in n: pass\n";
  const { spans, executable } = translate(source, { file: "cell", record: true });

  it("cover names, attributes, calls, subscripts, operations, parameters and targets", () => {
    const found = spans.map(({ kind, text }) => `${kind} ${text}`);
    for (const each of [
      "parameter x",
      "target self.h",
      "attribute x.y",
      "name x",
      "call f(self.h)",
      "subscript f(self.h)[0]",
      "binary f(self.h)[0] + x",
      "target m",
      "target n",
      "target i",
      "call M()",
    ]) {
      assert.ok(found.includes(each), `${each} in ${found.join("; ")}`);
    }
  });

  it("have the places of their texts", () => {
    for (const span of spans) assert.equal(slice(source, span), span.text);
  });

  it("have one slot each", () => {
    const slots = [...new Set([...executable.matchAll(/\$V\[(\d+)\] = /g)].map(([, slot]) => Number(slot)))].sort(
      (a, b) => a - b,
    );
    assert.deepEqual(
      slots,
      spans.map((_, i) => i),
    );
  });

  it("are left out unless asked for", () => {
    const plain = translate(source, { file: "cell" });
    assert.equal(plain.spans.length, 0);
    assert.ok(!plain.executable.includes("$V["));
  });
});

describe("names and statements", () => {
  it("says what a cell binds and reads", () => {
    const { binds, reads } = translate(
      "import torch\nx = y + torch.z\ndef f():\n  global c\n  c = x + late\nlate = 1\nprint(f)",
      { file: "c" },
    );
    assert.deepEqual([...binds].sort(), ["c", "f", "late", "torch", "x"]);
    assert.deepEqual([...reads].sort(), ["print", "y"]);
  });

  it("lists the top-level statements", () => {
    const { statements } = translate("x = (1 +\n  2)\n\n@d\ndef f():\n  y = 1\n  return y\nif x:\n  z = 1\n", {
      file: "c",
    });
    assert.deepEqual(statements, [
      { start: 1, end: 2, binds: ["x"] },
      { start: 4, end: 7, binds: ["f"] },
      { start: 8, end: 9, binds: ["z"] },
    ]);
  });

  it("wraps top-level statements so that one may fail", () => {
    const { executable } = translate("x = f()\ny = x\ny", { file: "c", statements: true });
    assert.match(executable, /\$\.statement\(0, \(\) => \{\n {2}g\.x = .*\n\}, \["x"\]\);/);
    assert.match(executable, /\$\.statement\(1, \(\) => \{\n {2}g\.y = .*\$\.load\("x"\)\);/);
    assert.match(executable, /\$\.statement\(2, \(\) => \{\n {2}\$\.display\(.*\$\.load\("y"\)\)\);/);
  });

  it("shows the last expression unless a semicolon follows", () => {
    const shows = (source: string) => translate(source, { file: "c" }).executable.includes("$.display(");
    assert.deepEqual(["x", "x;", "x; # why", "x # why;", "x = 1", "y; x"].map(shows), [
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it("is named for stack traces", () => {
    assert.ok(translate("x", { file: "cell 3" }).executable.endsWith("\n//# sourceURL=notegrad:cell_3.js"));
  });
});

describe("magics", () => {
  for (const [source, expected] of [
    ["%matplotlib inline\nx = 1", "\nx = 1"],
    ["if x:\n    !pip install torch\n    y = 1", "if x:\n    pass\n    y = 1"],
    ["x = 10 \\\n  % 3", "x = 10 \\\n  % 3"],
    ['s = """\n%d\n!x\n"""', 's = """\n%d\n!x\n"""'],
    ["f(a\n  % b)", "f(a\n  % b)"],
    ["?torch\ntorch.nn?\nx", "\n\nx"],
    ["files = !ls -la\nx", "files = None   \nx"],
    ["%time y = f(x)", "0;    y = f(x)"],
    ["%%time\nx = 1", "\nx = 1"],
    ["%%bash\nls\n", "      \n  \n"],
    ["%%tab pytorch, jax\nx = 1", "\nx = 1"],
    ["%%tab mxnet\nx", "           \n "],
  ] as const) {
    it(JSON.stringify(source), () => {
      assert.equal(blankMagics(source), expected);
      translate(source, { file: "c" });
    });
  }
});
