import assert from "node:assert/strict";
import { createRuntime } from "../../../src/dsl/runtime";
import { translate } from "../../../src/python/translate";
import { DataDependent } from "../../../src/tensor/errors";
import { withAbstract } from "../../../src/tensor/modes";
import { startSession } from "./harness";

describe("runtime", () => {
  it("stops loops when the host asks", () => {
    let steps = 0;
    const runtime = createRuntime({
      write() {},
      display() {},
      interrupted: () => ++steps > 1000,
      now: () => 0,
      result() {},
    });
    for (const source of [
      "while True: pass",
      "for i in range(10**12): pass",
      "import itertools\nfor i in itertools.count(): pass",
    ]) {
      steps = 0;
      const { executable } = translate(source, { file: "stop.js" });
      // biome-ignore lint/security/noGlobalEval: what the session does in its worker
      const cell = globalThis.eval(executable) as ($: unknown, g: unknown) => void;
      assert.throws(
        () => cell(runtime.$, runtime.globals),
        (e) => runtime.formatException(e).ename === "KeyboardInterrupt",
      );
    }
  });

  it("says what was probably meant", () => {
    const { runtime, run } = startSession();
    run("import torch\nt = torch.ones(1)");
    const meant = (source: string): string => {
      try {
        // biome-ignore lint/security/noGlobalEval: what the session does in its worker
        const cell = globalThis.eval(translate(source, { file: "meant.js" }).executable) as (
          $: unknown,
          g: unknown,
        ) => void;
        cell(runtime.$, runtime.globals);
      } catch (e) {
        return runtime.formatException(e).evalue;
      }
      return "";
    };
    assert.equal(meant("t.fiil_(1)"), "'Tensor' object has no attribute 'fiil_'. Did you mean: 'fill_'?");
    assert.equal(meant("pritn(1)"), "name 'pritn' is not defined. Did you mean: 'print'?");
    assert.equal(meant("torch.zeroes(1)"), "module 'torch' has no attribute 'zeroes'. Did you mean: 'zeros'?");
  });

  it("lets unknown data pass through except clauses", () => {
    const session = startSession();
    session.run("import torch\nt = torch.ones(2)");
    withAbstract(() => {
      const { executable } = translate("try:\n    torch.ones(1).item()\nexcept:\n    pass", { file: "abstract.js" });
      // biome-ignore lint/security/noGlobalEval: what the session does in its worker
      const cell = globalThis.eval(executable) as ($: unknown, g: unknown) => void;
      assert.throws(() => cell(session.runtime.$, session.runtime.globals), DataDependent);
    });
  });

  it("refuses modules that do not exist", () => {
    assert.equal(
      startSession().run("import no_such_package.pyplot as plt"),
      "ModuleNotFoundError: No module named 'no_such_package'\n",
    );
  });

  it("knows the vocabulary of notes", () => {
    const words = startSession().runtime.vocabulary();
    assert.ok(words.get("Tensor")?.has("fill_"));
    assert.ok(words.get("torch.nn.init")?.has("xavier_uniform_"));
    assert.ok(words.get("str")?.has("upper"));
    assert.ok(words.get("Module")?.has("state_dict"));
  });
});
