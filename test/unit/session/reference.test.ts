import assert from "node:assert/strict";
import type { Documented } from "../../../src/session/protocol";
import { newKernel } from "./harness";

describe("the reference of torch's names", () => {
  const reference = newKernel().reference();
  const find = (owner: string, name: string): Documented => {
    const found = reference[owner]?.find((each) => each.name === name);
    assert.ok(found, `${owner}.${name}`);
    return found;
  };

  it("has signatures as Python writes them", () => {
    const [signature] = find("torch", "relu").signatures;
    assert.deepEqual(signature, { parameters: ["input: Tensor"], result: " -> Tensor" });
    const norm = find("torch.nn", "BatchNorm1d");
    assert.equal(norm.kind, "class");
    assert.equal(norm.gives, "Module");
    assert.ok(norm.signatures[0]!.parameters.includes("num_features: int"));
    assert.ok(norm.signatures[0]!.parameters.includes("affine: bool = True"));
    assert.ok(norm.signatures[0]!.parameters.includes("eps: float = 1e-05"));
    assert.notEqual(norm.summary, "");
  });

  it("leaves self out of methods", () => {
    const sum = find("Tensor", "sum");
    assert.equal(sum.kind, "method");
    for (const { parameters } of sum.signatures) assert.ok(!parameters.some((text) => /^(?:self|input)\b/.test(text)));
    assert.equal(sum.gives, "Tensor");
  });

  it("knows modules, optimisers, schedulers and functionals", () => {
    for (const [owner, name] of [
      ["torch", "randn"],
      ["torch.nn", "Linear"],
      ["torch.nn.functional", "relu"],
      ["torch.nn.init", "xavier_uniform_"],
      ["torch.optim", "SGD"],
      ["torch.optim.lr_scheduler", "StepLR"],
    ] as const) {
      assert.ok(find(owner, name).signatures.length > 0, name);
    }
  });

  it("lists names that are in no table, and no private ones", () => {
    assert.equal(find("torch", "float32").kind, "other");
    assert.ok(find("Module", "parameters"));
    assert.ok(!Object.values(reference).some((names) => names.some(({ name }) => name.startsWith("_"))));
  });

  it("says nothing twice", () => {
    for (const [owner, names] of Object.entries(reference)) {
      for (const { name, signatures } of names) {
        const texts = signatures.map(({ parameters }) => parameters.join());
        assert.equal(new Set(texts).size, texts.length, `${owner}.${name}`);
      }
    }
  });
});
