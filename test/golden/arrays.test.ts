/** Programs with numpy against real NumPy: printed text, dtypes, errors, random streams (arrays.py). */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

const cases = JSON.parse(readFileSync(new URL("arrays.json", import.meta.url), "utf8")) as [string, string][];

describe("numpy against NumPy", () => {
  for (const [source, printed] of cases) {
    it(source, () => {
      const session = startSession();
      session.run("import numpy as np, torch");
      assert.equal(session.run(source), printed);
    });
  }

  it("is seeded with the session", () => {
    const session = startSession();
    session.runtime.seed(0);
    assert.equal(session.run("import numpy as np\nprint(np.random.rand())"), "0.5488135039273248\n");
  });
});
