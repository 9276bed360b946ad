import assert from "node:assert/strict";
import { activations, cumulative } from "../../../src/statistics/activations";
import { expectation, fixedPoint, predict, type TheoryStep } from "../../../src/statistics/theory";

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

function network(activation: string, weightVariance: number, options: { bias?: number; norm?: boolean } = {}) {
  const steps: TheoryStep[] = [];
  for (let i = 0; i < 10; i++) {
    steps.push({
      kind: "weight",
      fanIn: 512,
      fanOut: 512,
      weightVariance: weightVariance / 512,
      biasVariance: options.bias ?? 0,
    });
    if (options.norm) steps.push({ kind: "norm", over: "batch" });
    steps.push({ kind: "activation", activation: activations[activation]! });
  }
  const points = predict(steps, { mean: 0, meanSquare: 1 });
  const layer = (place: number) => points.filter((_, i) => i % (steps.length / 10) === place).map((point) => point!);
  // Spread is judged behind the activation, the gradient where it enters the weights: before the activation.
  return layer(steps.length / 10 - 1).map(({ std }, i) => ({ std, gradRms: layer(0)[i]!.gradRms }));
}

describe("mean-field theory", () => {
  it("integrates against the normal density", () => {
    near(
      expectation(() => 1),
      1,
      1e-14,
    );
    near(
      expectation((z) => z ** 4),
      3,
      1e-12,
    );
    near(expectation(Math.abs), Math.sqrt(2 / Math.PI), 1e-13);
    near(cumulative(1.96), 0.9750021048517795, 1e-15);
    near(cumulative(-3), 0.0013498980316300933, 1e-15);
  });

  // Standard deviations at layers 1, 5, 10 and the gradient at layer 1 over that at layer 10.
  const expected: [string, number, number, number[], number, number][] = [
    ["Tanh", 1, 0, [0.628, 0.322, 0.229], 0.281, 6e-4],
    ["Tanh", 25 / 9, 0, [0.759, 0.654, 0.651], 1.77, 6e-3],
    ["Sigmoid", 1, 0, [0.208, 0.121, 0.121], 2.03e-6, 6e-9],
    ["ReLU", 1, 0, [0.584, 0.146, 0.0258], 0.0442, 6e-5],
    ["ReLU", 2, 0, [0.8256, 0.8256, 0.8256], 1, 1e-9],
    ["ReLU", 1 / 3, 1 / 1536, [0.337, 0.0188, 0.0163], 3.15e-4, 6e-7],
  ];
  for (const [activation, variance, bias, stds, ratio, tolerance] of expected) {
    it(`follows ${activation} with σw² = ${variance.toFixed(2)} through ten layers`, () => {
      const points = network(activation, variance, { bias });
      [0, 4, 9].forEach((layer, i) => {
        near(points[layer]!.std, stds[i]!, 6e-4);
      });
      near(points[0]!.gradRms / points[9]!.gradRms, ratio, tolerance);
    });
  }

  it("finds tanh's fixed point at gain 5/3", () => {
    const point = fixedPoint(activations.Tanh!, 25 / 9)!;
    near(point.q, 1.178, 5e-4);
    near(point.std, 0.6513, 5e-5);
    near(point.chi, 1.2098, 5e-5);
    near(2 * cumulative(-Math.atanh(0.97) / Math.sqrt(point.q)), 0.054, 5e-4);
    assert.equal(fixedPoint(activations.ReLU!, 1), null);
  });

  it("knows what batch norm does to forward signals and to gradients", () => {
    near(network("Tanh", 1, { norm: true })[5]!.std, 0.6279, 5e-5);
    const relu = network("ReLU", 1, { norm: true });
    near(relu[3]!.gradRms / relu[4]!.gradRms, Math.sqrt(Math.PI / (Math.PI - 1)), 1e-4);
    const linear = network("Identity", 1, { norm: true });
    near(linear[3]!.gradRms / linear[4]!.gradRms, 1, 1e-4);
  });

  it("has each slope right", () => {
    for (const [name, { value, slope, parameter }] of Object.entries(activations)) {
      const a = parameter?.usual ?? 0;
      for (const x of [-3.7, -2.2, -0.8, 0.3, 0.9, 2.6]) {
        const numeric = (value(x + 1e-5, a) - value(x - 1e-5, a)) / 2e-5;
        assert.ok(Math.abs(numeric - slope(x, a)) < 1e-8, `${name} at ${x}: ${numeric}, ${slope(x, a)}`);
      }
    }
  });

  it("says nothing behind a layer it does not know", () => {
    const weight: TheoryStep = { kind: "weight", fanIn: 4, fanOut: 4, weightVariance: 0.25, biasVariance: 0 };
    const points = predict([weight, null, weight], { mean: 0, meanSquare: 1 });
    assert.deepEqual(
      points.map((point) => point === null),
      [false, true, true],
    );
  });
});
