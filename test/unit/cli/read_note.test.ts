import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "mocha";
import { readNote, UnreadableError } from "../../../src/cli/read_note";

describe("reading a note", () => {
  const folder = mkdtempSync(join(tmpdir(), "notegrad-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const refused = (path: string, pattern: RegExp): void =>
    assert.throws(
      () => readNote(path),
      (error) => error instanceof UnreadableError && pattern.test(error.message),
    );

  it("gives its cells", () => {
    assert.equal(readNote(file("a.md", "```python\nx = 1\n```\n")).cells.length, 1);
    assert.equal(readNote(file("bom.md", "\uFEFF```python\nx = 1\n```\n")).cells.length, 1);
    assert.equal(readNote(file("wide.md", Buffer.from("\uFEFF```python\nx = 1\n```\n", "utf16le"))).cells.length, 1);
  });

  it("says why a file cannot be a note", () => {
    refused(join(folder, "absent.md"), /there is no file/);
    refused(folder, /is a folder/);
    refused(file("empty.md", " \n"), /is empty/);
    refused(file("picture.md", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])), /binary file/);
    refused(file("latin.md", Buffer.from([0xe9, 0x20, 0x41])), /not text in UTF-8/);
    refused(file("broken.ipynb", "{"), /not a notebook/);
    const large = file("large.md", "");
    truncateSync(large, 200 * 1024 * 1024);
    refused(large, /too large for a note: 200 MB \(the limit is 20 MB\)/);
  });
});
