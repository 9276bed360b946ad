import assert from "node:assert/strict";
import { startSession } from "./harness";

describe("str.maketrans", () => {
  it("makes the tables that translate takes, as CPython", () => {
    const source = `
print("abcab".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1}))
try:
    str.maketrans("a", "bc")
except ValueError as e:
    print(e)
`;
    assert.equal(
      startSession().run(source),
      "xyxy {97: 1}\nthe first two maketrans arguments must have equal length\n",
    );
  });
});
