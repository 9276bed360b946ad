import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import type { Cell } from "../../../src/notes/note";
import { compareSaved, firstDifference, mismatchProblem } from "../../../src/session/check";
import type { Output } from "../../../src/session/protocol";

const cellWith = (text: string): Cell => ({
  index: 0,
  label: "In [2]",
  source: "print(x)",
  startLine: 1,
  endLine: 2,
  headerLine: 0,
  indent: 0,
  kind: "code",
  saved: { text, startLine: 3, endLine: 3 + text.split("\n").length, indent: 0 },
});
const printed = (text: string): Output[] => [{ output_type: "stream", name: "stdout", text }];

describe("saved outputs", () => {
  it("follow when the text is equal, blank lines and trailing blanks aside", () => {
    assert.equal(compareSaved(cellWith("a  \n\n\nb"), printed("a\nb\n")), undefined);
  });

  it("join printed text and the displayed value", () => {
    const outputs: Output[] = [
      ...printed("a\n"),
      { output_type: "stream", name: "stderr", text: "warning\n" },
      { output_type: "execute_result", execution_count: 1, data: { "text/plain": "tensor(1)" }, metadata: {} },
    ];
    assert.equal(compareSaved(cellWith("a\n\n\ntensor(1)"), outputs), undefined);
  });

  it("may differ in addresses and durations", () => {
    assert.equal(compareSaved(cellWith("<f at 0x7f01> 1.5 s"), printed("<f at 0xabcd> 12 s")), undefined);
  });

  it("may differ in the sign of zero", () => {
    assert.equal(compareSaved(cellWith("mean -0.0000 +0."), printed("mean +0.0000 0.\n")), undefined);
    assert.ok(compareSaved(cellWith("-0.0001"), printed("0.0001\n")));
  });

  it("do not follow when one digit differs: the line, the column and both values are told", () => {
    const mismatch = compareSaved(cellWith("one\nx = [ 1.0912, 0.3035]"), printed("one\nx = [ 1.0912, 0.3036]\n"));
    assert.ok(mismatch);
    assert.equal(mismatch.line, 4);
    assert.equal(mismatch.startColumn, 14);
    assert.equal(mismatch.savedValue, "0.3035");
    assert.equal(mismatch.newValue, "0.3036");
    const problem = mismatchProblem(mismatch);
    assert.equal(problem.code, "saved-output");
    assert.match(problem.message, /saved 0\.3035, now 0\.3036/);
    assert.equal(problem.endColumn - problem.startColumn, 6);
  });

  it("do not follow when lines are missing or added", () => {
    assert.equal(compareSaved(cellWith("a\nb"), printed("a\n"))?.newLine, null);
    assert.equal(compareSaved(cellWith("a"), printed("a\nb\n"))?.savedLine, null);
  });

  it("compare an error by its last line", () => {
    const saved = "-----------\nTraceback (most recent call last)\n  File 'x'\nValueError: no";
    const error: Output = { output_type: "error", ename: "ValueError", evalue: "no", traceback: [] };
    assert.equal(compareSaved(cellWith(saved), [error]), undefined);
  });

  it("name the first number, sign or word that differs", () => {
    assert.deepEqual(firstDifference("a -1.5", "a 1.5"), { savedValue: "-1.5", newValue: "1.5", column: 2 });
    assert.equal(firstDifference("Linear(a=1)", "Linear(a=1, b=2)").newValue, ",");
  });
});
