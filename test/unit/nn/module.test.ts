import assert from "node:assert/strict";
import { ModuleDict, ModuleList, ParameterList, Sequential } from "../../../src/nn/containers";
import { copyModule } from "../../../src/nn/copy";
import { Module } from "../../../src/nn/module";
import { Linear } from "../../../src/nn/modules/linear";
import { BatchNorm1d } from "../../../src/nn/modules/normalization";
import { parameter } from "../../../src/nn/parameter";
import { entryOf, moduleTable } from "../../../src/nn/table";
import { backward } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { TorchError } from "../../../src/tensor/errors";
import { withAbstract } from "../../../src/tensor/modes";
import { randn } from "../../../src/tensor/ops/random";
import { sum } from "../../../src/tensor/ops/reduction";
import { parseSchema } from "../../../src/tensor/schema";
import type { Tensor } from "../../../src/tensor/tensor";

const raises = (run: () => unknown, type: string, message: string): void => {
  assert.throws(run, (e) => e instanceof TorchError && e.type === type && e.message === message);
};

describe("modules", () => {
  it("has a readable schema for every entry, and no name twice", () => {
    const names = new Set<string>();
    for (const { name, schema, forward, summary } of moduleTable) {
      assert.ok(!names.has(name), name);
      names.add(name);
      assert.ok(summary.length > 3, name);
      if (!schema.includes("*args")) parseSchema(schema);
      parseSchema(forward);
    }
  });

  it("walks parameters, buffers and modules in registration order, shared ones once", () => {
    const shared = new Linear(2, 2);
    const net = new Sequential(shared, new BatchNorm1d(2), shared);
    assert.deepEqual(
      net.namedParameters().map(([name]) => name),
      ["0.weight", "0.bias", "1.weight", "1.bias"],
    );
    assert.deepEqual(
      net.namedBuffers().map(([name]) => name),
      ["1.running_mean", "1.running_var", "1.num_batches_tracked"],
    );
    assert.deepEqual(
      net.namedModules().map(([name]) => name),
      ["", "0", "1"],
    );
    assert.ok(net.stateDict().has("2.weight"));
    const order: string[] = [];
    net.apply((m) => order.push(m.typeName));
    assert.deepEqual(order, ["Linear", "BatchNorm1d", "Sequential"]);
  });

  it("registers what is assigned, and refuses what does not fit", () => {
    const m = new Module();
    assert.equal(m.assign("plain", 3), false);
    assert.equal(m.assign("weight", parameter(randn([2]))), true);
    assert.equal(m.assign("child", new Linear(1, 1)), true);
    raises(
      () => m.assign("weight", randn([2])),
      "TypeError",
      "cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)",
    );
    raises(() => m.registerBuffer("weight", null), "KeyError", "attribute 'weight' already exists");
    assert.equal(m.assign("weight", null), true);
    assert.equal(m.parameters().length, 2);
  });

  it("loads states and lists everything that does not match", () => {
    const from = new Linear(3, 2);
    const to = new Linear(3, 2);
    assert.deepEqual(to.loadStateDict(from.stateDict()), { missingKeys: [], unexpectedKeys: [] });
    assert.deepEqual(toNumbers(to.tensor("weight")), toNumbers(from.tensor("weight")));
    raises(
      () =>
        to.loadStateDict(
          new Map([
            ["weight", randn([4, 3])],
            ["foo", randn([1])],
          ]),
        ),
      "RuntimeError",
      'Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". \n' +
        '\tUnexpected key(s) in state_dict: "foo". \n\tsize mismatch for weight: copying a param with shape ' +
        "torch.Size([4, 3]) from checkpoint, the shape in current model is torch.Size([2, 3]).",
    );
  });

  it("runs hooks around forward and backward, and lets them replace values", () => {
    const m = new Linear(2, 1);
    const seen: string[] = [];
    const pre = m.registerForwardPreHook((_, args) => {
      seen.push(`pre ${(args[0] as Tensor).sizes}`);
      return undefined;
    });
    m.registerForwardHook((_, __, output) => {
      seen.push(`post ${(output as Tensor).sizes}`);
      return undefined;
    });
    m.registerFullBackwardHook((_, gradInput, gradOutput) => {
      seen.push(`backward ${gradInput.map((g) => g?.sizes ?? null)} ${gradOutput.map((g) => g?.sizes ?? null)}`);
    });
    const x = randn([3, 2]);
    x.leafRequiresGrad = true;
    const y = m.call(x) as Tensor;
    assert.equal(y.gradNode?.name, "BackwardHookFunctionBackward");
    backward([sum(y)]);
    assert.deepEqual(seen, ["pre 3,2", "post 3,1", "backward 3,2 3,1"]);
    assert.ok(x.grad);
    pre.remove();
    m.call(randn([3, 2]));
    assert.equal(seen.length, 4);
  });

  it("copies deeply and keeps what is shared shared", () => {
    const shared = new Linear(2, 2);
    const net = new Sequential(shared, shared);
    const copy = copyModule(net);
    assert.equal(copy.at(0), copy.at(1));
    assert.notEqual(copy.at(0), shared);
    assert.deepEqual(toNumbers(copy.at(0).tensor("weight")), toNumbers(shared.tensor("weight")));
    assert.ok(copy.at(0).tensor("weight").isParameter);
    assert.notEqual(copy.at(0).tensor("weight").storage, shared.tensor("weight").storage);
  });

  it("switches modes and clears gradients", () => {
    const net = new Sequential(new Linear(2, 2), entryOf("Dropout").create());
    net.eval();
    assert.ok(net.modules().every((m) => !m.training));
    backward([sum(net.call(randn([1, 2])) as Tensor)]);
    assert.ok(net.parameters().every((p) => p.grad));
    net.zeroGrad();
    assert.ok(net.parameters().every((p) => p.grad === null));
    net.requiresGrad_(false);
    assert.ok(net.parameters().every((p) => !p.requiresGrad));
  });

  it("has containers that behave as lists and dicts", () => {
    const list = new ModuleList([new Linear(1, 2), new Linear(1, 2), new Linear(2, 3)]);
    assert.equal(
      list.repr(),
      "ModuleList(\n  (0-1): 2 x Linear(in_features=1, out_features=2, bias=True)\n" +
        "  (2): Linear(in_features=2, out_features=3, bias=True)\n)",
    );
    list.insert(1, new Linear(5, 5)).pop();
    assert.equal(list.length, 3);
    assert.equal((list.at(-2) as Linear).inFeatures, 5);
    raises(() => list.at(7), "IndexError", "index 7 is out of range");
    raises(() => new ModuleList([1]), "TypeError", "int is not a Module subclass");
    const dict = new ModuleDict(new Map([["a", new Linear(1, 1)]]));
    assert.deepEqual(dict.keys(), ["a"]);
    raises(() => dict.getItem("b"), "KeyError", "b");
    assert.equal(
      new ParameterList([randn([2]), randn([2, 3])]).repr(),
      "ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2]\n" +
        "    (1): Parameter containing: [torch.float32 of size 2x3]\n)",
    );
  });

  it("infers shapes without data", () => {
    withAbstract(() => {
      const net = new Sequential(
        entryOf("Conv2d").create(1, 4, 3),
        entryOf("MaxPool2d").create(2),
        entryOf("Flatten").create(),
        new Linear(4 * 13 * 13, 10),
      );
      const y = net.call(randn([8, 1, 28, 28])) as Tensor;
      assert.ok(y.isAbstract);
      assert.deepEqual([...y.sizes], [8, 10]);
    });
  });
});
