import assert from "node:assert/strict";
import { optimDb } from "./optim_db";

describe("torch.testing's optim_db", () => {
  it("passes all samples of all dense optimisers", () => {
    const { optimizers, supported, samples, passed, rows } = optimDb();
    console.log(`    ${supported} of ${optimizers} optimisers, ${passed} of ${samples} samples`);
    assert.equal(passed, samples, rows.flatMap((row) => row.differences).join("\n"));
  });
});
