import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { opDb } from "./run";

/** Samples that pass, by op: must not fall. `npm run compat -- --raise` writes the file anew. */
const floors = JSON.parse(readFileSync("test/golden/compat/floors.json", "utf8")) as Record<string, number>;

describe("torch.testing's op_db", () => {
  it("passes as many samples of every op as before", function () {
    this.timeout(120_000);
    const counts = opDb();
    const fallen = counts.rows
      .filter((row) => row.passed < (floors[row.name] ?? 0))
      .map((row) => `${row.name}: ${row.passed} instead of ${floors[row.name]}: ${row.differences.slice(0, 3)}`);
    assert.deepEqual(fallen, []);
  });
});
