import assert from "node:assert/strict";
import { codeOf, Expressions, expressionBefore, importsIn, openCall } from "../../../src/editor/expressions";
import { documentationMarkdown, parameterAt, signatureLine } from "../../../src/editor/reference_text";
import { newKernel } from "../session/harness";

const reference = newKernel().reference();
const expressions = (source = "", seen: Record<string, string> = {}): Expressions =>
  new Expressions({ reference, source, seen: (expression) => seen[expression] });

describe("expressions of half-typed code", () => {
  it("are the names, calls and subscripts that end it", () => {
    assert.equal(expressionBefore("y = nn.Linear(2, (1))(x)[0]"), "nn.Linear(2, (1))(x)[0]");
    assert.equal(expressionBefore("a + b.c"), "b.c");
    assert.equal(expressionBefore("foo(a, "), "");
  });

  it("are not inside strings and comments", () => {
    assert.equal(codeOf("x = 1 # torch"), undefined);
    assert.equal(codeOf('print("torch'), undefined);
    assert.equal(codeOf('f("#", x'), 'f(" ", x');
    assert.equal(codeOf("# don't\nx"), codeOf("# don't\nx")?.slice());
  });

  it("know the call they are in", () => {
    assert.deepEqual(openCall("y = torch.sum(x, "), { callee: "torch.sum", index: 1, keyword: undefined });
    assert.deepEqual(openCall("f(g(1, 2), [1, 2], dim=3"), { callee: "f", index: 2, keyword: "dim" });
    assert.deepEqual(openCall("f(a == b"), { callee: "f", index: 0, keyword: undefined });
    assert.equal(openCall("f(1)"), undefined);
    assert.equal(openCall("[1, "), undefined);
  });

  it("follow imports", () => {
    const names = importsIn("import torch.nn.functional as fn, torch\nfrom torch.nn import (Linear,\n  ReLU as R)\n");
    assert.equal(names.get("fn"), "torch.nn.functional");
    assert.equal(names.get("Linear"), "torch.nn.Linear");
    assert.equal(names.get("R"), "torch.nn.ReLU");
    assert.equal(expressions("from torch.nn import Linear").documented("Linear")?.gives, "Module");
  });

  it("have a kind", () => {
    const all = expressions("x = torch.randn(2, 3)\nclass Net(nn.Module):\n    pass\nmodel = Net()\ny = model(x)");
    assert.equal(all.kindOf("nn.init"), "torch.nn.init");
    assert.equal(all.kindOf("x"), "Tensor");
    assert.equal(all.kindOf("x.sum(dim=1).T[0]"), "Tensor");
    assert.equal(all.kindOf("model"), "Module");
    assert.equal(all.kindOf("y"), "Tensor");
    assert.equal(all.kindOf("nn.Linear(1, 2)(x)"), "Tensor");
    assert.equal(all.kindOf("optim.SGD(model.parameters(), lr=1)"), "Optimizer");
    assert.equal(all.kindOf("nothing"), undefined);
    assert.equal(expressions("", { "self.fc": "Module" }).kindOf("self.fc"), "Module");
  });

  it("end for a name that is assigned from itself", () => {
    assert.equal(expressions("x = x.foo()\nx = x").kindOf("x"), undefined);
  });

  it("are documented", () => {
    assert.equal(expressions().documented("nn.BatchNorm1d")?.kind, "class");
    assert.equal(expressions("x = torch.ones(3)").documented("x.sum")?.kind, "method");
    assert.equal(expressions("x = 'text'").documented("x.split"), undefined);
    const markdown = documentationMarkdown(expressions().documented("F.relu")!);
    assert.match(markdown ?? "", /^\w[^\n]+\n```python\nrelu\(input: Tensor[^\n]*\) -> Tensor\n```$/);
  });
});

describe("signatures", () => {
  const signature = { parameters: ["size: list[int]", "*", "dtype: dtype | None = None"], result: " -> Tensor" };

  it("read as Python's", () => {
    assert.equal(signatureLine("ones", signature), "ones(size: list[int], *, dtype: dtype | None = None) -> Tensor");
  });

  it("know the parameter of an argument", () => {
    assert.equal(parameterAt(signature, 0, undefined), 0);
    assert.equal(parameterAt(signature, 4, undefined), 0);
    assert.equal(parameterAt(signature, 1, "dtype"), 2);
    assert.equal(parameterAt({ parameters: ["x: int"], result: "" }, 3, undefined), -1);
  });
});
