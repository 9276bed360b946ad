import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, describe as describeBlock, gradientOf, shownIn } from "../../../src/panel/blocks";
import { figure, percent, ratio } from "../../../src/panel/numbers";
import { readingOf } from "../../../src/panel/reading";
import { t, translatedWarning, useStrings } from "../../../src/panel/strings";
import { courseOf } from "../../../src/panel/verdict";
import type { LayerStats, LayerStatsResult } from "../../../src/statistics/format";
import { WARNINGS } from "../../../src/statistics/panel_protocol";

const histogram = { edges: [-1, 0, 1], counts: [1, 1] };
const moments = { mean: 0, min: -1, max: 1, histogram };

function layer(name: string, role: LayerStats["role"], type: string, values: Partial<LayerStats> = {}): LayerStats {
  return {
    ...{ ...moments, name, type, role, shape: [8, 4], m: 8, std: 1, saturated: null, dead: null, gradRms: 1 },
    ...{ gradMean: 0, gradStd: 1, gradHistogram: histogram, weight: null },
    ...{ theoryStd: null, theoryMean: null, theoryGradRms: null },
    ...values,
  };
}

function result(layers: readonly LayerStats[]): LayerStatsResult {
  return {
    schema: "notegrad.layerstats/1",
    model: "model",
    activation: "Tanh",
    norm: "none",
    init: "default",
    gain: null,
    seed: 0,
    step: 0,
    batch: 8,
    input: { source: "generated", shape: [8, 4] },
    layers,
    warnings: [],
  };
}

function network(stds: readonly number[], gradients: readonly number[], last: Partial<LayerStats> = {}) {
  return result(
    stds.flatMap((std, i) => [
      layer(`${2 * i}`, "weight", "Linear", { gradRms: gradients[i]! }),
      layer(`${2 * i + 1}`, "activation", "Tanh", { std, ...(i === stds.length - 1 ? last : {}) }),
    ]),
  );
}

describe("rows of the panel", () => {
  it("put a weight layer, its norm and its activation together", () => {
    const blocks = blocksOf(
      result([
        layer("conv", "weight", "Conv2d"),
        layer("conv.norm", "norm", "BatchNorm2d"),
        layer("relu", "activation", "ReLU"),
        layer("pool", "other", "MaxPool2d"),
        layer("fc", "weight", "Linear"),
      ]),
    );
    assert.deepEqual(blocks.map(describeBlock), ["conv Conv2d → BatchNorm2d → ReLU", "fc Linear"]);
    assert.equal(shownIn(blocks[0]!, "after").name, "relu");
    assert.equal(shownIn(blocks[0]!, "before").name, "conv.norm");
    assert.equal(shownIn(blocks[1]!, "after").name, "fc");
    assert.equal(gradientOf(blocks[0]!).name, "conv");
  });

  it("keep layers without weights that stand alone", () => {
    const blocks = blocksOf(result([layer("bn", "norm", "BatchNorm1d"), layer("act", "activation", "Tanh")]));
    assert.deepEqual(blocks.map(describeBlock), ["bn BatchNorm1d → Tanh"]);
  });
});

describe("the reading above the charts", () => {
  beforeEach(() => useStrings({}));

  const cases: [string, LayerStatsResult, string, string][] = [
    [
      "a healthy network",
      network([0.6, 0.5, 0.3], [0.5, 0.8, 1]),
      "healthy",
      "Activations shrink ×0.5 by layer 3; gradients shrink ×0.5 back at layer 1.",
    ],
    [
      "vanishing gradients",
      network([0.2, 0.2, 0.2], [1e-6, 1e-3, 1]),
      "vanishes",
      "Activations keep their spread: ×1 by layer 3; gradients vanish: ×1e−6 back at layer 1.",
    ],
    [
      "explosion",
      network([1, 20, 400], [3, 2, 1]),
      "explodes",
      "Activations explode: ×400 by layer 3; gradients grow ×3 back at layer 1.",
    ],
    [
      "saturation",
      network([0.9, 0.95, 0.97], [3, 2, 1], { saturated: 0.8 }),
      "saturates",
      "Activations keep their spread: ×1.08 by layer 3; gradients grow ×3 back at layer 1. " +
        "80 % of the last layer's outputs are saturated.",
    ],
    [
      "overflow",
      network([1, Number.POSITIVE_INFINITY, Number.NaN], [1, 1, 1]),
      "explodes",
      "The numbers overflow: activations or gradients are no longer finite.",
    ],
  ];
  for (const [name, network, verdict, sentence] of cases) {
    it(`speaks of ${name}`, () => {
      assert.equal(courseOf(network).verdict, verdict);
      assert.equal(readingOf(network), sentence);
    });
  }

  it("sees that constant weights make all units alike", () => {
    const weight = { ...moments, std: 0, min: 0.01, max: 0.01, shape: [4, 4], gradRms: 1, singularValues: null };
    const same = result([layer("0", "weight", "Linear", { weight }), layer("1", "activation", "Tanh")]);
    assert.equal(courseOf(same).verdict, "identical");
    assert.match(readingOf(same), /All units of a layer are alike/);
  });

  it("says whether theory agrees", () => {
    const agreeing = network([0.6, 0.3], [1, 1]);
    const layers = (expected: number) =>
      agreeing.layers.map((each, i) => ({ ...each, theoryStd: i === 3 ? expected : 0.6 }));
    assert.match(readingOf({ ...agreeing, layers: layers(0.31) }), /Theory agrees\.$/);
    assert.match(readingOf({ ...agreeing, layers: layers(0.6) }), /Theory expects ×1 for the activations\.$/);
  });
});

describe("figures and sentences", () => {
  it("have three digits", () => {
    assert.deepEqual([0.35712, 0, -2, 1e-7, 123456, Number.NaN].map(figure), [
      "0.357",
      "0",
      "−2",
      "1e−7",
      "1.23e5",
      "nan",
    ]);
    assert.equal(ratio(0.5), "×0.5");
    assert.deepEqual([0, 0.001, 0.0541, 0.5, 1].map(percent), ["0 %", "0.10 %", "5.4 %", "50 %", "100 %"]);
  });

  it("are filled in, and translated where there is a translation", () => {
    useStrings({ "{0} was not called.": "{0} 호출 안 됨" });
    assert.equal(t("step {0}", 3), "step 3");
    assert.equal(translatedWarning(WARNINGS.notCalled.replace("{0}", "fc.0")), "fc.0 호출 안 됨");
    assert.equal(translatedWarning("Something else."), "Something else.");
    useStrings({});
  });

  it("are all there in Korean, with the same places to fill in", () => {
    const korean = JSON.parse(readFileSync("l10n/bundle.l10n.ko.json", "utf8")) as Record<string, string>;
    const files = readdirSync("src/panel", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const keys = new Set<string>(Object.values(WARNINGS));
    for (const file of files) {
      const source = readFileSync(join("src/panel", file), "utf8");
      for (const [, key] of source.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) keys.add(JSON.parse(`"${key}"`) as string);
    }
    const places = (text: string) => [...new Set(text.match(/\{\d\}/g) ?? [])].sort().join();
    for (const key of keys) {
      assert.ok(key in korean, `no Korean for "${key}"`);
      assert.equal(places(korean[key]!), places(key), key);
    }
  });
});
