import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Initialization, Normalization } from "../../src/statistics/format";
import { measure } from "../../src/statistics/measure";

interface Golden {
  readonly net: string;
  readonly norm: Normalization;
  readonly init: Initialization;
  readonly gain: number | null;
  readonly seed: number;
  readonly batch: number;
  /** Name, mean, std, min, max, rms of the gradient. */
  readonly layers: readonly (readonly [string, number, number, number, number, number])[];
  readonly weightGradRms: number;
  readonly singular: readonly number[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "layer_statistics.json"), "utf8")) as {
  readonly small: readonly Golden[];
  readonly full: readonly Golden[];
};

/** Relative to the value, or to `scale` for values that may cancel out. */
function agree(actual: number | null, expected: number, what: string, scale = Math.abs(expected)): void {
  const error = Math.abs((actual ?? Number.NaN) - expected) / (scale || 1);
  assert.ok(error <= 1e-4, `${what}: ${actual} is not ${expected}`);
}

describe("layer statistics against real PyTorch", () => {
  for (const wanted of [...golden.small, ...golden.full]) {
    const { net, norm, init, gain, seed, batch } = wanted;
    it(`${net} ${norm} ${init}${gain === null ? "" : ` ${gain.toFixed(2)}`}, seed ${seed}`, () => {
      const choice = { model: net, norm, init, gain, seed, batch, activation: null, input: "generated" } as const;
      const { layers } = measure({ kind: "described", description: net }, choice);
      assert.deepEqual(
        layers.map((layer) => layer.name),
        wanted.layers.map(([name]) => name),
      );
      wanted.layers.forEach(([name, mean, std, min, max, gradRms], i) => {
        const layer = layers[i]!;
        agree(layer.std, std, `${name} std`, Math.max(std, 1e-6));
        agree(layer.mean, mean, `${name} mean`, Math.max(std, Math.abs(mean)));
        agree(layer.min, min, `${name} min`, Math.max(std, Math.abs(min)));
        agree(layer.max, max, `${name} max`, Math.max(std, Math.abs(max)));
        agree(layer.gradRms, gradRms, `${name} gradient`);
      });
      agree(layers[0]!.weight!.gradRms, wanted.weightGradRms, "gradient of the first weight");
      const singular = layers[0]!.weight!.singularValues;
      if (singular)
        wanted.singular.forEach((value, i) => {
          agree(singular[i]!, value, `singular value ${i}`);
        });
    });
  }
});
