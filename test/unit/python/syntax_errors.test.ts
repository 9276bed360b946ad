/** Syntax errors in CPython's words, on CPython's line. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PySyntaxError } from "../../../src/python/syntax_error";
import { translate } from "../../../src/python/translate";

interface Wrong {
  readonly source: string;
  readonly type: string | null;
  readonly message?: string;
  readonly line?: number;
  readonly column?: number;
}

const texts = JSON.parse(readFileSync(new URL("../../golden/python_errors.json", import.meta.url), "utf8")) as Wrong[];

function outcome(source: string): Omit<Wrong, "source"> {
  try {
    translate(source, { file: "cell" });
    return { type: null };
  } catch (error) {
    if (!(error instanceof PySyntaxError)) throw error;
    const { type, message, line, column } = error;
    return { type, message, line, column };
  }
}

describe("syntax errors", () => {
  for (const { source, column, ...expected } of texts) {
    it(JSON.stringify(source), () => {
      const { column: _, ...found } = outcome(source);
      assert.deepEqual(found, expected);
    });
  }

  it("point at CPython's column, but for f-strings, escapes and indentation", () => {
    const apart = texts.filter(
      ({ source, column, type }) => type === "SyntaxError" && outcome(source).column !== column,
    );
    assert.ok(apart.length <= 17, apart.map(({ source }) => JSON.stringify(source)).join("\n"));
  });

  it("end where the marked text ends", () => {
    try {
      translate("x = 1\ny = f(1) = 2", { file: "cell" });
      assert.fail("translated");
    } catch (error) {
      assert.ok(error instanceof PySyntaxError);
      assert.deepEqual([error.line, error.column, error.endLine, error.endColumn], [2, 4, 2, 8]);
    }
  });
});
