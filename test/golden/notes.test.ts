/** Every sample note, and the user's: each cell runs, and what it saved in real PyTorch follows from its code here. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseNote } from "../../src/notes/parse";
import { checkNote } from "../../src/session/check";
import type { CellResult } from "../../src/session/protocol";
import { newKernel } from "../unit/session/harness";

const ROOT = resolve(__dirname, "../..");
const NOTES = [
  ...readdirSync(join(ROOT, "notes")).map((name) => join(ROOT, "notes", name)),
  join(ROOT, "test/fixtures/pytorch-advanced.ko.txt"),
];

function run(text: string, path: string): { cells: ReturnType<typeof parseNote>["cells"]; results: CellResult[] } {
  const { cells } = parseNote(text, { path });
  const kernel = newKernel();
  return { cells, results: cells.map((cell) => kernel.run(cell, () => {})) };
}

describe("notes with outputs of real PyTorch", () => {
  for (const path of NOTES) {
    it(path.slice(ROOT.length + 1), () => {
      const { cells, results } = run(readFileSync(path, "utf8"), path);
      assert.ok(cells.some((cell) => cell.saved));
      for (const { label, status, error } of results) assert.equal(status, "ok", `${label}: ${error?.evalue}`);
      assert.deepEqual(checkNote(cells, results), []);
    });
  }

  it("tells the cell, the line and both values of one changed digit", () => {
    const path = join(ROOT, "test/fixtures/pytorch-advanced.ko.txt");
    const text = readFileSync(path, "utf8");
    const at = text.indexOf("1.0445");
    const { cells, results } = run(text.replace("1.0445", "1.0446"), path);
    const [mismatch, ...others] = checkNote(cells, results);
    assert.equal(others.length, 0);
    assert.equal(mismatch.label, "In [2]");
    assert.equal(mismatch.line, text.slice(0, at).split("\n").length - 1);
    assert.deepEqual([mismatch.savedValue, mismatch.newValue], ["1.0446", "1.0445"]);
  });
});
