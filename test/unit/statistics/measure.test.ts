import assert from "node:assert/strict";
import { Sequential } from "../../../src/nn/containers";
import { Module } from "../../../src/nn/module";
import { Conv2d } from "../../../src/nn/modules/convolution";
import { Linear } from "../../../src/nn/modules/linear";
import { BatchNorm1d } from "../../../src/nn/modules/normalization";
import { makeLayer } from "../../../src/statistics/describe";
import type { LayerStatsResult } from "../../../src/statistics/format";
import { inputFor } from "../../../src/statistics/inputs";
import { measure, type Subject } from "../../../src/statistics/measure";
import type { Choice } from "../../../src/statistics/panel_protocol";
import { Stopped } from "../../../src/statistics/probe";
import { toNumbers } from "../../../src/tensor/elements";
import { add } from "../../../src/tensor/ops/arithmetic";
import { randn } from "../../../src/tensor/ops/random";
import { relu, tanh } from "../../../src/tensor/ops/unary";
import { defaultGenerator } from "../../../src/tensor/random/generator";
import type { Tensor } from "../../../src/tensor/tensor";

const usual: Choice = {
  model: "model",
  norm: "none",
  init: "default",
  gain: null,
  activation: null,
  input: "generated",
  batch: 16,
  seed: 0,
};
const measureWord = (model: string, choice: Partial<Choice> = {}): LayerStatsResult =>
  measure({ kind: "described", description: model }, { ...usual, model, ...choice });

function noteModel(module: Module, lastInput: readonly unknown[] | null = null): Subject {
  const make = inputFor(module);
  return { kind: "note", module, lastInput, generate: (batch) => make!(batch) };
}
const measureNote = (module: Module, choice: Partial<Choice> = {}): LayerStatsResult =>
  measure(noteModel(module), { ...usual, ...choice });

/** As a note would write it: activations are plain functions. */
class Functional extends Module {
  constructor() {
    super();
    this.registerModule("first", new Linear(6, 12));
    this.registerModule("last", new Linear(12, 2));
  }
  override forward(x: Tensor): Tensor {
    return this.child("last").run(relu(this.child("first").run(x)));
  }
}

const names = (result: LayerStatsResult) => result.layers.map((layer) => `${layer.name} ${layer.type} ${layer.role}`);

describe("measuring described networks", () => {
  // The table, with narrower networks and fewer seeds.
  const rows: [string, number | null, "xavier_normal" | "kaiming_normal", number[], number][] = [
    ["tanh", null, "xavier_normal", [0.628, 0.322, 0.229], 0.06],
    ["tanh", 5 / 3, "xavier_normal", [0.759, 0.654, 0.651], 0.04],
    ["sigmoid", null, "xavier_normal", [0.208, 0.121, 0.121], 0.12],
    ["relu", null, "kaiming_normal", [0.826, 0.826, 0.826], 0.2],
  ];
  for (const [activation, gain, init, expected, tolerance] of rows) {
    it(`comes out near theory for ${activation} and ${init}${gain ? " × 5/3" : ""}`, () => {
      const sums = [0, 0, 0];
      const seeds = 4;
      for (let seed = 0; seed < seeds; seed++) {
        const { layers } = measureWord(`mlp:96x10:${activation}`, { init, gain, seed, batch: 128 });
        const outputs = layers.filter((layer) => layer.role === "activation");
        [0, 4, 9].forEach((depth, i) => {
          sums[i]! += outputs[depth]!.std / seeds;
          assert.ok(Math.abs(outputs[depth]!.theoryStd! - expected[i]!) < 1e-3);
        });
      }
      sums.forEach((std, i) => {
        assert.ok(Math.abs(std / expected[i]! - 1) < tolerance, `${std} is not near ${expected[i]}`);
      });
    });
  }

  it("names layers, norms and activations in the order they work", () => {
    assert.deepEqual(names(measureWord("mlp:8-6-4:relu", { norm: "batch" })), [
      "0 Linear weight",
      "0.norm BatchNorm1d norm",
      "1 ReLU activation",
      "2 Linear weight",
    ]);
  });

  it("counts the values behind each statistic", () => {
    const m = (model: string, norm: Choice["norm"]) =>
      measureWord(model, { norm, batch: 4 }).layers.find((layer) => layer.role === "norm")!.m;
    assert.equal(m("mlp:24x2:relu", "batch"), 4);
    assert.equal(m("mlp:24x2:relu", "layer"), 24);
    assert.equal(m("mlp:24x2:relu", "group"), 3);
    assert.equal(m("cnn:3-8x1:relu", "batch"), 4 * 256);
    assert.equal(m("cnn:3-8x1:relu", "instance"), 256);
  });

  it("says what instance norm does without positions, and which groups it chose", () => {
    assert.match(measureWord("mlp:8x2:relu", { norm: "instance" }).warnings.join(), /reads the \(N, C\) batch/);
    assert.match(measureWord("mlp:10x2:relu", { norm: "group" }).warnings.join(), /10 channels of 0 in 10 groups/);
  });

  it("counts saturated outputs and dead units", () => {
    const tanh = measureWord("mlp:16x2:tanh", { init: "normal", gain: 5 }).layers[1]!;
    assert.ok(tanh.saturated! > 0.7 && tanh.saturated! < 1, String(tanh.saturated));
    const constant = measureWord("mlp:16x2:relu", { init: "constant", gain: -1, batch: 4 });
    assert.equal(constant.layers[1]!.saturated, null);
    // Negative weights behind a rectifier: nothing passes the second layer.
    assert.equal(constant.layers[3]!.dead, 1);
  });

  it("gives orthogonal weights equal singular values", () => {
    const { singularValues } = measureWord("mlp:24x1:tanh", { init: "orthogonal", gain: Math.SQRT2 }).layers[0]!
      .weight!;
    for (const value of singularValues!) assert.ok(Math.abs(value - Math.SQRT2) < 1e-5, String(value));
  });

  it("refuses descriptions it cannot read", () => {
    assert.throws(() => measureWord("mlp:12x3:wobble"), /no activation "wobble"/);
    assert.throws(() => measureWord("mlp:x:relu"), /does not describe a network/);
    assert.throws(() => measureWord("mlp:99999x2:relu"), /widths go from 1/);
  });

  it("can be stopped between layers", () => {
    let calls = 0;
    const options = { shouldStop: () => ++calls > 3 };
    const description = "mlp:8x5:tanh";
    assert.throws(
      () => measure({ kind: "described", description }, { ...usual, model: description }, options),
      Stopped,
    );
    assert.equal(calls, 4);
  });

  it("passes batch norm's error on for a batch of one", () => {
    assert.throws(() => measureWord("mlp:8x2:tanh", { norm: "batch", batch: 1 }), /more than 1 value per channel/);
  });
});

describe("measuring a note's model", () => {
  it("leaves everything as it was", () => {
    const model = new Sequential(new Linear(5, 7), new BatchNorm1d(7), makeLayer("ReLU"), new Linear(7, 2));
    model.eval();
    const before = [...model.stateDict()].map(([name, value]) => [name, [...toNumbers(value)]]);
    const tensors = [...model.parameters(), ...model.buffers()];
    const versions = tensors.map((each) => each.version);
    const state = defaultGenerator.getState();
    measureNote(model, { init: "kaiming_normal", norm: "layer" });
    assert.deepEqual(
      [...model.stateDict()].map(([name, value]) => [name, [...toNumbers(value)]]),
      before,
    );
    assert.deepEqual([...model.parameters(), ...model.buffers()], tensors);
    assert.deepEqual(
      tensors.map((each) => each.version),
      versions,
    );
    assert.ok(model.parameters().every((p) => p.grad === null && p.requiresGrad));
    assert.ok(model.modules().every((each) => !each.training && each.forwardHooks.size === 0));
    assert.deepEqual(defaultGenerator.getState(), state);
  });

  it("leaves it so when the model raises", () => {
    const model = new Sequential(new Linear(5, 7), new Linear(3, 2));
    const parameters = model.parameters();
    const subject: Subject = { kind: "note", module: model, lastInput: [randn([4, 5])], generate: () => [] };
    assert.throws(() => measure(subject, { ...usual, input: "note" }), /mat1 and mat2/);
    assert.deepEqual(model.parameters(), parameters);
    assert.ok(model.modules().every((each) => each.forwardHooks.size === 0 && each.forwardPreHooks.size === 0));
  });

  it("sees activations that are functions", () => {
    const result = measureNote(new Functional());
    assert.deepEqual(names(result), ["first Linear weight", "first → ReLU ReLU activation", "last Linear weight"]);
    assert.ok(result.layers[1]!.gradRms! > 0);
    assert.ok(result.layers[1]!.dead! < 0.5);
  });

  it("sees activation functions behind which something else comes", () => {
    class Residual extends Functional {
      override forward(x: Tensor): Tensor {
        const h = this.child("first").run(x);
        return this.child("last").run(add(h, tanh(h)));
      }
    }
    const result = measureNote(new Residual());
    assert.equal(names(result)[1], "first → Tanh Tanh activation");
    const [first, tanhed] = result.layers;
    assert.ok(Math.abs(tanhed!.max - Math.tanh(first!.max)) < 1e-6);
    assert.ok(tanhed!.gradRms! > 0 && tanhed!.gradRms! < first!.gradRms!);
  });

  it("calls the layers of a model without forward one after the other", () => {
    const model = new Module();
    model.registerModule("layer", new Sequential(new Linear(1, 2), makeLayer("Sigmoid")));
    model.registerModule("fc", new Linear(2, 1));
    const result = measureNote(model);
    assert.deepEqual(
      result.layers.map((layer) => layer.name),
      ["layer.0", "layer.1", "fc"],
    );
    assert.match(result.warnings.join(), /has no forward/);
  });

  it("keeps its own norms when that kind is chosen, and by-passes them otherwise", () => {
    const model = new Sequential(new Linear(6, 9), new BatchNorm1d(9), makeLayer("Sigmoid"), new Linear(9, 2));
    assert.deepEqual(names(measureNote(model, { norm: "batch" })).slice(0, 2), [
      "0 Linear weight",
      "1 BatchNorm1d norm",
    ]);
    const replaced = measureNote(model, { norm: "layer" });
    assert.deepEqual(names(replaced).slice(0, 3), ["0 Linear weight", "0.norm LayerNorm norm", "2 Sigmoid activation"]);
    assert.match(replaced.warnings.join(), /BatchNorm1d\) is by-passed/);
    assert.match(replaced.warnings.join(), /output layer \(3\) is not normalized/);
    assert.deepEqual(names(measureNote(model, { norm: "none" })).slice(0, 2), [
      "0 Linear weight",
      "2 Sigmoid activation",
    ]);
  });

  it("puts another activation in the place of its own", () => {
    const model = new Sequential(new Linear(6, 9), makeLayer("Sigmoid"), new Linear(9, 9), makeLayer("Sigmoid"));
    const result = measureNote(model, { activation: "ReLU" });
    assert.deepEqual(names(result)[1], "1 ReLU activation");
    assert.equal(result.layers[1]!.min, 0);
  });

  it("normalizes a convolution over its channels", () => {
    const model = new Sequential(new Conv2d(3, 6, 3), makeLayer("ReLU"), new Conv2d(6, 4, 3));
    const result = measureNote(model, { norm: "group", batch: 2 });
    assert.deepEqual(names(result)[1], "0.norm GroupNorm norm");
    assert.ok(Math.abs(result.layers[1]!.std - 1) < 1e-2);
    assert.deepEqual(result.input.shape, [2, 3, 28, 28]);
  });

  it("uses the note's own input, and theory measures that", () => {
    const model = new Sequential(new Linear(40, 40), makeLayer("ReLU"));
    const input = randn([30, 40]);
    const subject: Subject = { kind: "note", module: model, lastInput: [input], generate: () => [] };
    const result = measure(subject, { ...usual, input: "note", init: "kaiming_normal" });
    assert.deepEqual(result.input, { source: "note", shape: [30, 40] });
    assert.equal(result.batch, 30);
    assert.ok(Math.abs(result.layers[1]!.theoryStd! / result.layers[1]!.std - 1) < 0.1);
  });
});
