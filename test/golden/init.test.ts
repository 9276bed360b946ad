import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { float32 } from "../../src/tensor/dtype";
import { toNumbers } from "../../src/tensor/elements";
import { TorchError } from "../../src/tensor/errors";
import { fillInto } from "../../src/tensor/kernels/fill";
import { opsIn } from "../../src/tensor/op";
import { gainOf } from "../../src/tensor/ops/init";
import { defaultGenerator, manualSeed } from "../../src/tensor/random/generator";
import { empty } from "../../src/tensor/tensor";

interface Case {
  call: string;
  args: (number | string)[];
  sizes: number[];
  seed: number;
  hash?: number;
  values?: number[];
  error?: string;
  next?: number;
}

const golden = JSON.parse(readFileSync("test/golden/init.json", "utf8")) as {
  cases: Case[];
  gains: [string, number | null, number][];
};

function fnv(values: Float64Array): number {
  let h = 0x811c9dc5;
  for (const b of new Uint8Array(Float32Array.from(values).buffer)) h = Math.imul(h ^ b, 0x01000193);
  return h >>> 0;
}

describe("torch.nn.init", () => {
  for (const name of new Set(golden.cases.map((c) => c.call))) {
    it(`${name} writes what PyTorch's writes`, () => {
      for (const c of golden.cases.filter((x) => x.call === name)) {
        manualSeed(c.seed);
        const t = empty(c.sizes, float32, false);
        fillInto(t, 7);
        const title = JSON.stringify([c.args, c.sizes, c.seed]);
        const [op] = opsIn("nn.init").get(name)!;
        const run = (): unknown => op.invoke([t, ...c.args]);
        if (c.error !== undefined) {
          assert.throws(
            run,
            (e: unknown) => e instanceof TorchError && e.type === "ValueError" && e.message === c.error,
            title,
          );
          continue;
        }
        assert.equal(run(), t);
        if (c.hash !== undefined) assert.equal(fnv(toNumbers(t)), c.hash, title);
        for (const [i, x] of (c.values ?? []).entries()) {
          assert.ok(Math.abs(toNumbers(t)[i] - x) < 2e-6, `${title} [${i}]`);
        }
        assert.equal(defaultGenerator.random() & 0xffffff, c.next, `${title}: number of draws`);
      }
    });
  }

  it("gains", () => {
    for (const [name, param, gain] of golden.gains) assert.equal(gainOf(name, param), gain);
    assert.throws(() => gainOf("leaky_relu", true), /negative_slope True not a valid number/);
  });
});
