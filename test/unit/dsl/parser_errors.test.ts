import assert from "node:assert/strict";
import { parserError, parserOf } from "../../../src/dsl/torch/parser_errors";
import type { Value } from "../../../src/dsl/type";
import { Tuple } from "../../../src/dsl/values/tuple";
import { empty } from "../../../src/tensor/tensor";
import { startSession } from "./harness";

function told(name: string, positional: readonly Value[], keywords: Record<string, Value> = {}): string | null {
  const parser = parserOf("torch", name);
  assert.ok(parser);
  return parserError(parser, { positional, keywords: new Map(Object.entries(keywords)) });
}

describe("the argument parser's texts", () => {
  const t = empty([2]);

  it("name the argument where one signature is possible", () => {
    assert.equal(told("atan2", [t, 1]), "atan2(): argument 'other' (position 2) must be Tensor, not int");
    assert.equal(told("transpose", [t, 0]), 'transpose() missing 1 required positional arguments: "dim1"');
    assert.equal(told("transpose", [t, 0, 1, 2]), "transpose() takes 3 positional arguments but 4 were given");
    assert.equal(told("exp", [t], { foo: 1 }), "exp() got an unexpected keyword argument 'foo'");
    assert.equal(
      told("zeros", [new Tuple([2, "a"])]),
      `zeros(): argument 'size' failed to unpack the object at pos 2 with error "type must be tuple of ints,but got str"`,
    );
  });

  it("list the signatures where several are", () => {
    assert.match(
      told("max", [t, t, t]) ?? "",
      /^max\(\) received an invalid combination of arguments - got \(Tensor, Tensor, Tensor\), but expected one of:\n/,
    );
    assert.match(told("max", [t, t, t]) ?? "", /invalid types: \(Tensor, !Tensor!, !Tensor!\)\n/);
  });

  it("have nothing to say of a call that fits", () => {
    assert.equal(told("max", [t]), null);
    assert.equal(told("zeros", [2, 3]), null);
  });
});

describe("anomaly mode", () => {
  it("refuses nan, and ends with its block", () => {
    const session = startSession();
    const printed = session.run(
      "import torch\n" +
        "x = torch.tensor([-1.0], requires_grad=True)\n" +
        "try:\n" +
        "    with torch.autograd.detect_anomaly():\n" +
        "        torch.sqrt(x).sum().backward()\n" +
        "except RuntimeError as e: print(e)\n" +
        "print(torch.is_anomaly_enabled())\n" +
        "torch.sqrt(x).sum().backward()\n",
    );
    assert.equal(printed, "Function 'SqrtBackward0' returned nan values in its 0th output.\nFalse\n");
  });
});
