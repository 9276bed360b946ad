import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startSession } from "./harness";

type Cell = { readonly source: string; readonly output: string };
const programs = JSON.parse(readFileSync("test/golden/dsl_programs.json", "utf8")) as Record<string, readonly Cell[]>;

/** Addresses differ from run to run. */
const comparable = (text: string): string => text.replace(/0x[0-9a-f]+/g, "0x…");

for (const [name, cells] of Object.entries(programs)) {
  describe(`${name}.py prints what CPython and PyTorch print`, () => {
    const session = startSession();
    cells.forEach(({ source, output }, i) => {
      it(`cell ${i + 1}: ${source.split("\n")[0]}`, () => {
        assert.equal(comparable(session.run(source)), comparable(output));
      });
    });
  });
}
