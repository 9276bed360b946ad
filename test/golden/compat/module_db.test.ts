import assert from "node:assert/strict";
import { moduleDb } from "./module_db";

/** Second derivatives that pass must not fall: raise the number when more pass. */
const SECOND = 266;

describe("torch.testing's module_db", () => {
  it("passes all samples of all modules", function () {
    this.timeout(120_000);
    const counts = moduleDb();
    const second = counts.rows.reduce((n, row) => n + row.secondPassed, 0);
    const all = counts.rows.reduce((n, row) => n + row.second, 0);
    console.log(
      `    ${counts.supported} of ${counts.modules} modules, ${counts.passed} of ${counts.samples} samples, ` +
        `${second} of ${all} second derivatives`,
    );
    const failed = counts.rows.flatMap(({ name, differences }) => differences.map((text) => `${name} ${text}`));
    assert.equal(counts.passed, counts.samples, failed.join("\n"));
    assert.ok(second >= SECOND, `${second} second derivatives`);
  });
});
