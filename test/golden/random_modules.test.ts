/** Python's `random` and NumPy's `np.random` against CPython and NumPy: values from seeds, errors (random_modules.py). */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

const { preamble, cases } = JSON.parse(readFileSync(new URL("random_modules.json", import.meta.url), "utf8")) as {
  preamble: string;
  cases: [seed: string, source: string, printed: string][];
};
/** Addresses differ from run to run. */
const comparable = (text: string): string => text.replace(/0x[0-9A-Fa-f]+/g, "0x…");

describe("random streams of Python and NumPy", () => {
  const session = startSession();
  session.run(preamble);
  for (const [seed, source, printed] of cases) {
    it(`${seed}; ${source}`, () => {
      assert.equal(comparable(session.run(`${seed}\nprint(repr(${source}))`)), comparable(printed));
    });
  }
});
