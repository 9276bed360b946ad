import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

const FOLDER = "test/golden/nn_programs";

/** Programs print what real PyTorch prints: see `nn_programs.py`. */
describe("programs of modules, optimisers, schedules, data and files", () => {
  const golden = JSON.parse(readFileSync(`${FOLDER}.json`, "utf8")) as Record<string, Record<string, string>>;
  for (const [theme, outputs] of Object.entries(golden)) {
    const programs = readFileSync(`${FOLDER}/${theme}.txt`, "utf8").split("### ").slice(1);
    for (const program of programs) {
      const [name] = program.split("\n", 1);
      it(`${theme}: ${name}`, () => {
        const printed = startSession().run(program.slice(name.length + 1));
        assert.equal(printed.replace(/0x[0-9a-f]+/g, "0x"), outputs[name]);
      });
    }
  }
});
