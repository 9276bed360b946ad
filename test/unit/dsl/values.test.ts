import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { startSession } from "./harness";

const recorded = JSON.parse(readFileSync("test/golden/python_values.json", "utf8")) as [string, string][];

describe("expressions answer as in CPython", () => {
  const session = startSession();
  const evaluate = (expression: string): string =>
    session.run(`__r = None\n__r = repr(${expression})\nprint(__r)`).replace(/\n$/, "");
  const groups = new Map<string, [string, string][]>();
  for (const entry of recorded) {
    const kind = /^(format|repr|round)\(|^['(b]|^\[/.exec(entry[0])?.[0] ?? "other";
    groups.set(kind, [...(groups.get(kind) ?? []), entry]);
  }
  for (const [kind, entries] of groups) {
    it(`${entries.length} of kind ${kind}`, () => {
      const wrong = entries.flatMap(([expression, expected]) => {
        const got = evaluate(expression);
        return got === expected ? [] : [`${expression}\n  expected ${expected}\n  got      ${got}`];
      });
      assert.equal(wrong.length, 0, wrong.join("\n"));
    });
  }
});
