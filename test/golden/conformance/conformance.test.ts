/** What is CPython's already stays so. */
import assert from "node:assert/strict";
import { runPrograms } from "./programs";

/** Programs that gave CPython's text when this was last raised. */
const FLOOR = 1700;

describe("conformance", () => {
  it(`at least ${FLOOR} recorded programs print what CPython prints`, () => {
    const { passed } = runPrograms();
    assert.ok(passed >= FLOOR, `only ${passed}`);
  });
});
