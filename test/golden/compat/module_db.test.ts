import assert from "node:assert/strict";
import { moduleDb } from "./module_db";

/** What passes must not fall: raise these numbers when more passes. */
const LEAST = { supported: 114, passed: 983, second: 266 };

describe("torch.testing's module_db", () => {
  it("passes as many samples as before", function () {
    this.timeout(120_000);
    const counts = moduleDb();
    const second = counts.rows.reduce((n, row) => n + row.secondPassed, 0);
    const all = counts.rows.reduce((n, row) => n + row.second, 0);
    console.log(
      `    ${counts.supported} of ${counts.modules} modules, ${counts.passed} of ${counts.samples} samples, ` +
        `${second} of ${all} second derivatives`,
    );
    assert.ok(counts.supported >= LEAST.supported, `${counts.supported} modules`);
    assert.ok(counts.passed >= LEAST.passed, `${counts.passed} samples`);
    assert.ok(second >= LEAST.second, `${second} second derivatives`);
  });
});
