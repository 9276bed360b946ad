import assert from "node:assert/strict";
import { mistakeCounts } from "./mistakes";

/** How many are answered as PyTorch answers them; must not fall. */
const FLOOR = 521;

describe("mistakes of notes", () => {
  it(`are answered in PyTorch's words (at least ${FLOOR})`, () => {
    const { cases, passed } = mistakeCounts();
    assert.ok(passed >= FLOOR, `${passed} of ${cases}`);
  });
});
