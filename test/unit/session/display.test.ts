import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import { outputOf } from "./harness";

const imports =
  "import torch\nfrom torch import nn\nfrom collections import OrderedDict\nclass A: pass\ndef f(x, y=2, *a, k=3, **kw): pass\n";

/** Expression → what IPython 9 displays for it. */
const DISPLAYED: readonly (readonly [expression: string, text: string])[] = [
  ["int", "int"],
  ["A", "__main__.A"],
  ["f", "<function __main__.f(x, y=2, *a, k=3, **kw)>"],
  ["lambda x: x", "<function __main__.<lambda>(x)>"],
  ["ValueError('x')", "ValueError('x')"],
  ["{3, 1, 2}", "{1, 2, 3}"],
  ["torch.Size([1, 2])", "torch.Size([1, 2])"],
  [
    "[torch.zeros(2, 2), torch.ones(2, 2)]",
    "[tensor([[0., 0.],\n         [0., 0.]]),\n tensor([[1., 1.],\n         [1., 1.]])]",
  ],
  ["(torch.zeros(2),)", "(tensor([0., 0.]),)"],
  ["[1, (2, torch.zeros(2, 2))]", "[1,\n (2, tensor([[0., 0.],\n          [0., 0.]]))]"],
  [
    "{'a': torch.zeros(2, 2), 'b': [torch.zeros(2, 2), 3]}",
    "{'a': tensor([[0., 0.],\n         [0., 0.]]),\n 'b': [tensor([[0., 0.],\n          [0., 0.]]),\n  3]}",
  ],
  ["{'k' * 40: 'v' * 50, 'b': {'c': 1}}", `{'${"k".repeat(40)}': '${"v".repeat(50)}',\n 'b': {'c': 1}}`],
  ["[nn.Sequential(nn.Linear(1, 2))]", "[Sequential(\n   (0): Linear(in_features=1, out_features=2, bias=True)\n )]"],
  [
    "OrderedDict([(1, torch.zeros(2, 2)), (2, 3)])",
    "OrderedDict([(1,\n              tensor([[0., 0.],\n                      [0., 0.]])),\n             (2, 3)])",
  ],
  ["[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"],
  ["[], (), {}, set()", "([], (), {}, set())"],
  ["[f, A, int]", "[<function __main__.f(x, y=2, *a, k=3, **kw)>, __main__.A, int]"],
  ["'x\\ny'", "'x\\ny'"],
];

describe("displayed values", () => {
  for (const [expression, text] of DISPLAYED) {
    it(expression, () => assert.equal(outputOf(`${imports}${expression}`), text));
  }

  it("leave 'object' out of the default form", () => {
    assert.match(outputOf(`${imports}A()`), /^<__main__\.A at 0x[0-9a-f]+>$/);
  });

  it("end after a thousand items", () => {
    assert.match(outputOf("list(range(1005))"), / 999,\n \.\.\.\]$/);
  });
});
