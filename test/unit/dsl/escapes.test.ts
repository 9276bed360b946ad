import assert from "node:assert/strict";
import { escapes, reached } from "./escapes";

describe("what note code cannot reach", () => {
  it("is tried in many ways", () => assert.ok(escapes.length >= 60));
  for (const trick of escapes) it(trick.replaceAll("\n", " ⏎ "), () => assert.equal(reached(trick), null));
});
