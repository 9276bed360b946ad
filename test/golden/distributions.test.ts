/** torch.distributions against PyTorch: printed values, samples from a seed, reprs and errors (distributions.py). */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { manualSeed } from "../../src/tensor/random/generator";
import { startSession } from "../unit/dsl/harness";

const { preamble, cases } = JSON.parse(readFileSync(new URL("distributions.json", import.meta.url), "utf8")) as {
  preamble: string;
  cases: [string, string][];
};

describe("torch.distributions against PyTorch", () => {
  const session = startSession();
  session.run(preamble);
  for (const [source, printed] of cases) {
    it(source.trim().split("\n")[0], () => {
      manualSeed(0);
      assert.equal(session.run(source.includes("\n") ? source : `print((${source}))`), printed);
    });
  }
});
