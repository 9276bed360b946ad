import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import { Layout } from "../../../src/session/layout";
import { MAX_TEXT, OutputCollector } from "../../../src/session/outputs";
import type { Output } from "../../../src/session/protocol";

describe("outputs of a running cell", () => {
  it("join, and reach the reader in pieces while the cell runs", () => {
    let clock = 0;
    const sent: Output[] = [];
    const outputs = new OutputCollector(
      (output) => sent.push(output),
      () => clock,
    );
    outputs.write("stdout", "a");
    outputs.write("stdout", "b");
    assert.deepEqual(sent, []);
    clock = 60;
    outputs.write("stdout", "c");
    assert.deepEqual(sent, [{ output_type: "stream", name: "stdout", text: "abc" }]);
    outputs.write("stderr", "d");
    outputs.write("stdout", "e");
    outputs.flush();
    assert.equal(sent.length, 3);
    assert.equal(outputs.outputs.length, 3);
  });

  it("reach the reader while a loop prints no more", () => {
    let clock = 0;
    const sent: Output[] = [];
    const outputs = new OutputCollector(
      (output) => sent.push(output),
      () => clock,
    );
    outputs.write("stdout", "a");
    clock = 100;
    for (let i = 0; i < 64; i++) outputs.poll();
    assert.equal(sent.length, 1);
  });

  it("are cut when there is too much", () => {
    const outputs = new OutputCollector(
      () => {},
      () => 0,
    );
    for (let i = 0; i < 30; i++) outputs.write("stdout", "x".repeat(MAX_TEXT / 20));
    const [text, notice] = outputs.outputs;
    assert.equal(text.output_type === "stream" && text.text.length, MAX_TEXT);
    assert.match(notice.output_type === "stream" ? notice.text : "", /output cut/);
  });
});

describe("layout of displayed containers", () => {
  const list = (items: readonly string[]): string => {
    const out = new Layout();
    out.open("[");
    items.forEach((item, i) => {
      if (i > 0) {
        out.text(",");
        out.separator();
      }
      item.split("\n").forEach((line, j) => {
        if (j > 0) out.lineBreak();
        out.text(line);
      });
    });
    out.close("]");
    return out.finish();
  };

  it("stays on one line while it fits", () => {
    assert.equal(list(["1", "2"]), "[1, 2]");
  });

  it("breaks at every separator when it does not", () => {
    const items = Array.from({ length: 12 }, () => "'12345678'");
    assert.equal(list(items), `[${items.join(",\n ")}]`);
  });

  it("breaks around items of several lines, which keep their indentation", () => {
    assert.equal(list(["t([[1],\n   [2]])", "3"]), "[t([[1],\n    [2]]),\n 3]");
  });
});
