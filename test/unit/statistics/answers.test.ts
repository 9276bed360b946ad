import assert from "node:assert/strict";
import { Sequential } from "../../../src/nn/containers";
import { Linear } from "../../../src/nn/modules/linear";
import { answers } from "../../../src/statistics/answers";
import { activationNamed, makeLayer, parseDescription } from "../../../src/statistics/describe";
import { INITIALIZATIONS, NORMALIZATIONS } from "../../../src/statistics/format";
import type { StatisticsSource } from "../../../src/statistics/models";
import { groupsFor } from "../../../src/statistics/normalize";
import type { Choice, StatisticsAnswer, StatisticsRequest } from "../../../src/statistics/panel_protocol";
import { singularValuesOf } from "../../../src/statistics/singular";
import { fromNumbers } from "../../../src/tensor/elements";
import { empty } from "../../../src/tensor/tensor";

const net = new Sequential(new Linear(1, 2), makeLayer("Sigmoid"), new Linear(2, 1));
const source: StatisticsSource = {
  values: () => [
    ["x", 3],
    ["model", net],
    ["fc", net.child("2")],
    ["again", net],
  ],
  lastInput: () => null,
};
const choice: Choice = {
  model: "mlp:6x3:tanh",
  norm: "none",
  init: "xavier_normal",
  gain: null,
  activation: null,
  input: "generated",
  batch: 8,
  seed: 0,
};

function ask<K extends StatisticsAnswer["kind"]>(
  request: StatisticsRequest & { kind: K },
): Extract<StatisticsAnswer, { kind: K }>[] {
  return [...answers(request, source)] as Extract<StatisticsAnswer, { kind: K }>[];
}

describe("answers of the statistics room", () => {
  it("find the note's networks, and offer a deeper one for one that is too small", () => {
    const [{ models }] = ask({ kind: "models" }) as [Extract<StatisticsAnswer, { kind: "models" }>];
    assert.deepEqual(
      models.map(({ id, source, tooSmall }) => [id, source, tooSmall]),
      [
        ["model", "note", true],
        ["mlp:256x10:sigmoid", "offered", false],
      ],
    );
    assert.equal(models[0]!.parameters, 7);
    assert.equal(models[0]!.weightLayers, 2);
    assert.equal(models[1]!.parameters, 10 * (256 * 256 + 256));
  });

  it("fill the grid cell by cell", () => {
    const cells = ask({ kind: "grid", choice });
    assert.equal(cells.length, NORMALIZATIONS.length * INITIALIZATIONS.length);
    assert.ok(cells.every((cell, i) => cell.done === i + 1 && cell.result?.layers.length));
    assert.deepEqual([cells[10]!.norm, cells[10]!.init], ["batch", "constant"]);
  });

  it("say in each cell what could not be measured", () => {
    const cells = ask({ kind: "grid", choice: { ...choice, batch: 1 } });
    const batch = cells.filter((cell) => cell.norm === "batch");
    assert.ok(batch.every((cell) => cell.result === null && /more than 1 value/.test(cell.failure!)));
    assert.ok(cells.filter((cell) => cell.norm === "layer").every((cell) => cell.result !== null));
  });

  it("count seeds up", () => {
    const results = ask({ kind: "layers", choice: { ...choice, seed: 5 }, seeds: 3 });
    assert.deepEqual(
      results.map(({ result }) => result.seed),
      [5, 6, 7],
    );
    assert.ok(results[0]!.result.layers[0]!.weight!.singularValues);
  });

  it("measure the note's tiny network", () => {
    const [{ result }] = ask({ kind: "layers", choice: { ...choice, model: "model", norm: "batch" }, seeds: 1 }) as [
      Extract<StatisticsAnswer, { kind: "layers" }>,
    ];
    assert.deepEqual(
      result.layers.map(({ name }) => name),
      ["0", "0.norm", "1", "2"],
    );
    assert.throws(() => ask({ kind: "layers", choice: { ...choice, model: "nothing" }, seeds: 1 }), /no model named/);
  });

  it("train with each penalty: L1 empties weights, ridge is weight_decay", () => {
    const all = ask({ kind: "regularization", choice });
    assert.deepEqual(
      all.map((answer) => answer.result.curves.length),
      [1, 2, 3, 4],
    );
    const { result } = all.at(-1)!;
    const [none, l1, l2, decay] = result.curves;
    const end = (values: readonly number[]) => values.at(-1)!;
    assert.ok(end(none!.loss) < 0.3 * none!.loss[0]!);
    assert.ok(end(l1!.nearZero) > 0.3 && end(none!.nearZero) < 0.05, `${end(l1!.nearZero)} ${end(none!.nearZero)}`);
    assert.ok(end(l2!.weightNorm) < 0.8 * end(none!.weightNorm));
    assert.deepEqual(l2!.weightNorm, decay!.weightNorm);
    assert.ok(result.curves.every((curve) => curve.steps.length === curve.loss.length));
    assert.deepEqual(none!.finalHistogram.edges, l1!.finalHistogram.edges);
  });

  it("write the setting in Python", () => {
    const [{ text }] = ask({ kind: "code", choice: { ...choice, norm: "layer", gain: 2 } }) as [
      Extract<StatisticsAnswer, { kind: "code" }>,
    ];
    assert.match(text, /layers \+= \[nn\.Linear\(n_in, n_out\), nn\.LayerNorm\(n_out\), nn\.Tanh\(\)\]/);
    assert.match(text, /nn\.init\.xavier_normal_\(module\.weight, gain=2\.0\)/);
    const [own] = ask({ kind: "code", choice: { ...choice, model: "model", norm: "batch", init: "default" } }) as [
      Extract<StatisticsAnswer, { kind: "code" }>,
    ];
    assert.doesNotMatch(own.text, /apply/);
  });
});

describe("small parts of the statistics room", () => {
  it("read descriptions", () => {
    assert.deepEqual(parseDescription("mlp:512x10:tanh").sizes.length, 11);
    assert.deepEqual(parseDescription("mlp:784-256-10:relu"), {
      kind: "mlp",
      sizes: [784, 256, 10],
      activation: "ReLU",
      closed: false,
    });
    assert.deepEqual(parseDescription("cnn:3-16x2:gelu").sizes, [3, 16, 16]);
    assert.equal(activationNamed("leaky_relu"), "LeakyReLU");
    assert.equal(activationNamed("linear"), "Identity");
  });

  it("choose about eight groups", () => {
    assert.deepEqual([1, 6, 7, 8, 10, 12, 24, 64, 100].map(groupsFor), [1, 6, 7, 8, 10, 6, 8, 8, 10]);
  });

  it("decompose matrices", () => {
    const matrix = empty([2, 3]);
    fromNumbers(matrix, [3, 2, 2, 2, 3, -2]);
    const [first, second] = singularValuesOf(matrix)!;
    assert.ok(Math.abs(first! - 5) < 1e-6 && Math.abs(second! - 3) < 1e-6, `${first} ${second}`);
    const large = empty([400, 400]);
    assert.equal(singularValuesOf(large), null);
    const diagonal = empty([100, 100]);
    fromNumbers(
      diagonal,
      Array.from({ length: 10_000 }, (_, i) => (i % 101 === 0 ? 1 + i / 10_100 : 0)),
    );
    const values = singularValuesOf(diagonal)!;
    assert.equal(values.length, 64);
    assert.ok(Math.abs(values[0]! - 1.99) < 1e-6 && Math.abs(values.at(-1)! - 1) < 1e-6);
  });
});
