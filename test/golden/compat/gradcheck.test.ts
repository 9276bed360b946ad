import assert from "node:assert/strict";
import { gradcheckCounts } from "./gradcheck_samples";

describe("gradients against differences in float64", () => {
  it("agree for every entry of the op table that has one, and so do gradients of gradients", function () {
    this.timeout(120_000);
    const counts = gradcheckCounts();
    assert.deepEqual(counts.differs, []);
    assert.deepEqual(counts.unchecked, []);
    assert.equal(counts.passed, counts.ops);
  });
});
