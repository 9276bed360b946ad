import assert from "node:assert/strict";
import { editDistance } from "../../../src/python/edit_distance";
import { misspellings } from "../../../src/python/spelling";

const words = (text: string) => new Set(text.split(" "));
const vocabulary = new Map([
  ["torch", words("tensor randn FloatTensor manual_seed no_grad nn optim matmul")],
  ["torch.nn", words("Linear Module Sequential Sigmoid init functional CrossEntropyLoss")],
  ["torch.nn.functional", words("relu softmax")],
  ["torch.optim", words("SGD Adam")],
  ["Tensor", words("fill_ zero_ data weight backward view sum mean item shape grad detach")],
  ["Module", words("apply parameters forward train eval state_dict")],
  ["Optimizer", words("step zero_grad")],
  ["str", words("upper lower split")],
  ["list", words("append extend")],
]);
const found = (source: string) =>
  misspellings(source, vocabulary).map(({ line, column, endColumn, name, suggestion, receiver }) => {
    assert.equal(source.split("\n")[line - 1]!.slice(column, endColumn), name);
    return `${line} ${receiver}.${name} → ${suggestion}`;
  });

describe("misspelt attributes", () => {
  it("are found in a method that nobody calls", () => {
    const source = `from torch import nn
class net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def _init_weights(self):
        nn.init.xavier_uniform_(self.layer[0].weight)
        self.layer[0].bias.data.fiil_(0.01)
        self.fc.bias.data.fiil_(0.01)`;
    assert.deepEqual(found(source), ["8 Tensor.fiil_ → fill_", "9 Tensor.fiil_ → fill_"]);
  });

  for (const [source, expected] of [
    ["import torch\nx = torch.radn(2)", ["2 torch.radn → randn"]],
    ["import torch.nn as nn\nm = nn.Liner(1, 2)", ["2 torch.nn.Liner → Linear"]],
    ["import torch\nx = torch.randn(2)\ny = (x * 2).sun()", ["3 Tensor.sun → sum"]],
    [
      "import torch\nfrom torch import nn\nc = nn.CrossEntropyLoss()\nloss = c(a, b)\nloss.backwrad()",
      ["5 Tensor.backwrad → backward"],
    ],
    ["import torch\nopt = torch.optim.SGD(p)\nopt.setp()", ["3 Optimizer.setp → step"]],
    ["class M(nn.Module):\n  def forward(self, x):\n    return x.veiw(1)", ["3 Tensor.veiw → view"]],
    ["xs = []\nxs.apend(1)", ["2 list.apend → append"]],
    ["class M(nn.Module): pass\nm = M()\nm.parametrs()", ["3 Module.parametrs → parameters"]],
  ] as const) {
    it(JSON.stringify(source), () => assert.deepEqual(found(source), expected));
  }

  it("are not what the note itself makes, or has no likely receiver, or is far from everything", () => {
    for (const source of [
      "import torch\nx = torch.randn(2)\nx.fiil_ = 1\nx.fiil_()",
      "def f(x): return x.fiil_()",
      "import torch\ntorch.something_else()",
      "import torch\nx = torch.randn(2)\nsetattr(x, 'fiil_', 1)\nx.fiil_",
      "import torch\nx = torch.randn(2)\nx = 3\nx.fiil_",
    ])
      assert.deepEqual(found(source), [], source);
  });

  it("are found around statements that are no Python", () => {
    assert.deepEqual(found("import torch\nif x\n  y\n\nz = torch.radn(2)"), ["5 torch.radn → randn"]);
  });
});

describe("edit distance", () => {
  it("counts inserts, deletes, changes and swaps", () => {
    const pairs = [
      ["abc", "abc", 0],
      ["abc", "abcd", 1],
      ["abc", "ac", 1],
      ["abc", "axc", 1],
      ["abc", "acb", 1],
      ["abc", "xyz", 3],
      ["a", "abcd", 3],
    ] as const;
    for (const [a, b, edits] of pairs) assert.equal(editDistance(a, b, 2), Math.min(edits, 3));
  });
});
