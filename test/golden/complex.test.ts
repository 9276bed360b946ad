import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

interface Program {
  readonly name: string;
  readonly source: string;
  readonly printed: string;
}

const programs = JSON.parse(readFileSync("test/golden/complex.json", "utf8")) as Program[];

/** What each program prints under PyTorch: `python complex.py`. */
describe("programs with complex tensors and transforms", () => {
  for (const { name, source, printed } of programs) {
    it(name, () => assert.equal(startSession().run(source), printed));
  }
});
