import assert from "node:assert/strict";
import { alignCells } from "../../../src/editor/cell_alignment";
import { trackLines } from "../../../src/editor/line_tracking";

describe("cells of an edited note", () => {
  it("stay who they are when nothing, or only one of them, changed", () => {
    assert.deepEqual(alignCells(["a", "b", "c"], ["a", "b", "c"]), [0, 1, 2]);
    assert.deepEqual(alignCells(["a", "b", "c"], ["a", "B", "c"]), [0, 1, 2]);
  });

  it("move when a cell is put in or taken out", () => {
    assert.deepEqual(alignCells(["a", "b", "c"], ["new", "a", "b", "c"]), [-1, 0, 1, 2]);
    assert.deepEqual(alignCells(["a", "b", "c"], ["a", "c"]), [0, 2]);
    assert.deepEqual(alignCells(["a", "b"], ["a", "x", "y", "b"]), [0, -1, -1, 1]);
    assert.deepEqual(alignCells([], ["a"]), [-1]);
    assert.deepEqual(alignCells(["a"], []), []);
  });

  it("are found again around two separate edits", () => {
    assert.deepEqual(alignCells(["a", "b", "c", "d", "e"], ["a", "B", "c", "x", "d", "E"]), [0, 1, 2, -1, 3, 4]);
  });

  it("never claim one old cell twice", () => {
    const after = alignCells(["a", "a", "b"], ["a", "a", "a", "b"]);
    const used = after.filter((index) => index >= 0);
    assert.equal(new Set(used).size, used.length);
  });
});

describe("lines of an edited cell", () => {
  it("keep their values above and below the edit", () => {
    const track = trackLines("a\nb\nc\nd", "a\nB\nx\nc\nd");
    assert.deepEqual([0, 1, 2, 3].map(track), [0, undefined, 3, 4]);
  });

  it("are themselves when nothing changed", () => {
    assert.equal(trackLines("a", "a")(0), 0);
  });

  it("do not overlap when lines repeat", () => {
    const track = trackLines("a\na", "a\na\na");
    assert.deepEqual([0, 1].map(track), [0, 1]);
  });
});
