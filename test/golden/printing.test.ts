import assert from "node:assert/strict";
import { printingCounts } from "./printing";

describe("tensors of all dtypes, shapes, magnitudes and options", () => {
  it("are printed as PyTorch prints them", function () {
    this.timeout(60_000);
    const { tensors, differences } = printingCounts();
    assert.ok(tensors >= 2000);
    assert.deepEqual(differences, []);
  });
});
