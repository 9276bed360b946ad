import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

interface Cell {
  readonly source: string;
  readonly output: string;
}

const golden = JSON.parse(readFileSync("test/golden/autograd.json", "utf8")) as Record<string, readonly Cell[]>;

describe("autograd's programs", () => {
  for (const [name, cells] of Object.entries(golden)) {
    describe(name.replaceAll("_", " "), () => {
      const session = startSession();
      for (const [i, { source, output }] of cells.entries()) {
        it(`cell ${i + 1}: ${source.trim().split("\n")[0]}`, () => assert.equal(session.run(source), output));
      }
    });
  }
});
