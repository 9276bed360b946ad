import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { startSession } from "../../unit/dsl/harness";

const FOLDER = "test/golden/compat/programs";

/** Each program prints what real PyTorch has printed: `python programs/x.py > programs/x.txt`. */
describe("programs that use torch's modules and optimisers", () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".py"))) {
    it(file.replace(".py", "").replaceAll("_", " "), () => {
      const printed = startSession().run(readFileSync(`${FOLDER}/${file}`, "utf8"));
      assert.equal(printed.trimEnd(), readFileSync(`${FOLDER}/${file.replace(".py", ".txt")}`, "utf8").trimEnd());
    });
  }
});
