import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Value } from "../../src/dsl/type";
import { startSession } from "../unit/dsl/harness";

interface Program {
  readonly name: string;
  readonly source: string;
  /** After the steps below. */
  readonly losses: readonly number[];
}

const golden = JSON.parse(readFileSync("test/golden/training.json", "utf8")) as {
  readonly steps: readonly number[];
  readonly programs: readonly Program[];
};

/** Step → how far a loss may be from PyTorch's: the first by itself, later ones relative to it. */
const allowed: Readonly<Record<number, number>> = { 1: 1e-6, 10: 1e-4, 100: 1e-3 };

describe("100 steps of training", () => {
  for (const { name, source, losses } of golden.programs) {
    it(name, function () {
      this.timeout(20_000);
      const session = startSession();
      assert.equal(session.run(source), "");
      const found = (session.runtime.globals as { losses: Value[] }).losses.map(Number);
      assert.equal(found.length, 100);
      golden.steps.forEach((step, i) => {
        const distance = Math.abs(found[step - 1] - losses[i]);
        const limit = allowed[step] * (step === 1 ? 1 : Math.abs(losses[i]));
        assert.ok(distance <= limit, `step ${step}: ${found[step - 1]} is not ${losses[i]}`);
      });
    });
  }
});
