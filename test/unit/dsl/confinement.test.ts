import assert from "node:assert/strict";
import { startSession } from "./harness";

describe("nothing of JavaScript shows through", () => {
  const session = startSession();
  session.run(
    "import torch\nfrom torch import nn\nclass A: pass\ndef f(): pass\nt = torch.ones(2)\nm = nn.Linear(1, 1)",
  );
  const values = [
    "1",
    "1.5",
    "2.0",
    "'a'",
    "[1]",
    "(1,)",
    "{}",
    "set()",
    "None",
    "f",
    "len",
    "A",
    "A()",
    "t",
    "m",
    "torch",
    "t.shape",
    "t.dtype",
    "range(3)",
    "iter([])",
    "Exception()",
  ];
  const names = [
    "constructor",
    "__proto__",
    "prototype",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "length",
    "versionCounter",
    "sizes",
    "parameters_",
    "forwardHooks",
    "call",
    "then",
  ];

  for (const value of values) {
    it(`of ${value}`, () => {
      for (const name of names) {
        const out = session.run(`(${value}).${name}`);
        assert.match(out, /^AttributeError: /, `${value}.${name} gave ${out}`);
      }
    });
  }

  it("names of JavaScript are undefined", () => {
    for (const name of [
      "globalThis",
      "process",
      "Function",
      "eval_",
      "constructor",
      "undefined",
      "window",
      "require",
      "g",
    ]) {
      assert.match(session.run(`print(${name})`), /^(NameError|SyntaxError)/, name);
    }
  });

  it("dictionaries take any key", () => {
    assert.equal(
      session.run("d = {'__proto__': 1, 'constructor': 2}\nprint(d, d['__proto__'], 'toString' in d)"),
      "{'__proto__': 1, 'constructor': 2} 1 False\n",
    );
  });

  it("attributes may have any name", () => {
    assert.equal(
      session.run("a = A()\na.__proto__ = 1\na.constructor = 2\nprint(a.__proto__, a.constructor, vars(a))"),
      "1 2 {'__proto__': 1, 'constructor': 2}\n",
    );
  });
});
