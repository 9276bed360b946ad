import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import { evaluate } from "../../../src/session/evaluate";
import { newKernel, runAll, textOf } from "./harness";

/** Ways in which code of a note might reach JavaScript. None may print anything but Python's own. */
const ATTEMPTS: readonly string[] = [
  "print.constructor",
  "print.__proto__",
  "(lambda: 0).constructor('return process')()",
  "(lambda: 0).prototype",
  "(lambda: 0).call(None)",
  "(lambda: 0).bind",
  "''.constructor",
  "[].constructor.constructor('return process')()",
  "[].__proto__",
  "{}.constructor",
  "(1).constructor",
  "(1.5).toFixed(2)",
  "True.constructor",
  "getattr([], 'constructor')",
  "getattr(print, 'const' + 'ructor')",
  "getattr('', '__proto__')",
  "hasattr([], 'push') or 1 / 0",
  "[].push(1)",
  "'a'.charCodeAt(0)",
  "process",
  "globalThis",
  "require('fs')",
  "fetch('http://localhost')",
  "console.log('out')",
  "eval('process')",
  "Function('return process')()",
  "globals()['process']",
  "globals()['constructor']",
  "globals().constructor",
  "vars()['__proto__']",
  "vars(print)['constructor']",
  "__builtins__.constructor",
  "__import__('os').system('echo out')",
  "import subprocess\nsubprocess.run(['echo', 'out'])",
  "import ctypes",
  "import socket",
  "open('/etc/passwd').read()",
  'f"{print.constructor}"',
  "'{0.constructor}'.format(print)",
  "'{0.__class__.constructor}'.format('')",
  "'%(constructor)s' % {}",
  "class A: pass\nA.constructor",
  "class A: pass\nA().constructor",
  "class A: pass\nA.prototype",
  "def f(): pass\nf.caller",
  "def f(): pass\nf.arguments",
  "import torch\ntorch.constructor",
  "import torch\ntorch.ones(2).storage_",
  "import torch\ntorch.ones(2).sizes",
  "import torch\ntorch.ones(2).constructor",
  "import torch\ngetattr(torch.ones(2), 'gradNode')",
  "from torch import nn\nnn.Linear(1, 2).modules_",
  "from torch import nn\nnn.Linear(1, 2).constructor",
  "from torch import nn\nnn.Linear.prototype",
  "constructor",
  "toString",
  "hasOwnProperty",
  "d = {}\nd['__proto__']",
  "try:\n    1 / 0\nexcept Exception as e:\n    e.stack",
  "try:\n    1 / 0\nexcept Exception as e:\n    e.constructor",
  "().__class__.__bases__[0].__subclasses__()[0].constructor",
  "(i for i in [1]).constructor",
  "(i for i in [1]).return_",
  "$",
  "g",
  "arguments",
];

describe("code of a note", () => {
  for (const source of ATTEMPTS) {
    it(`cannot reach out: ${JSON.stringify(source)}`, () => {
      const [result] = runAll(newKernel(), source);
      assert.equal(result.status, "error", textOf(result.outputs));
      assert.doesNotMatch(textOf(result.outputs), /\[native code\]|\[object |SystemError/);
    });
  }

  it("starts no program", () => {
    const [result] = runAll(newKernel(), "import os\nos.system('echo ou' + 't')");
    assert.doesNotMatch(textOf(result.outputs), /^out/m);
  });

  it("finds Python behind names that JavaScript also has", () => {
    const tricks =
      "d = {}\nd['__proto__'] = 1\nd['constructor'] = 2\nconstructor = 5\n__proto__ = 6\nclass A: pass\na = A()\na.constructor = 7\na.__proto__ = 8\n";
    const [result] = runAll(newKernel(), `${tricks}print(d, constructor, __proto__, a.constructor, a.__proto__)`);
    assert.equal(textOf(result.outputs), "{'__proto__': 1, 'constructor': 2} 5 6 7 8\n");
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it("finds no JavaScript global, even if translation named one", () => {
    const values = evaluate(
      "(function cell($, g) { 'use strict'; return [typeof process, typeof globalThis, typeof require, typeof fetch, typeof Function, typeof WebAssembly, typeof SharedArrayBuffer]; })",
    )({}, {});
    assert.deepEqual(new Set(values as string[]), new Set(["undefined"]));
  });
});
