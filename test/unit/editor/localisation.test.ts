import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { sessionText } from "../../../src/editor/session_text";
import { mismatchProblem } from "../../../src/session/check";
import { cellsOf, newKernel } from "../session/harness";

const ROOT = resolve(__dirname, "../../..");
const json = (name: string): Record<string, string> => JSON.parse(readFileSync(join(ROOT, name), "utf8"));

describe("Korean", () => {
  it("has every sentence of the manifest, and each is used", () => {
    const english = json("package.nls.json");
    assert.deepEqual(Object.keys(json("package.nls.ko.json")), Object.keys(english));
    const used = new Set(
      [...readFileSync(join(ROOT, "package.json"), "utf8").matchAll(/"%([^%"]+)%"/g)].map((m) => m[1]),
    );
    assert.deepEqual([...used].sort(), Object.keys(english).sort());
  });

  it("has every sentence that the editor says", () => {
    const bundle = json("l10n/bundle.l10n.ko.json");
    const folder = join(ROOT, "src/editor");
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), "utf8");
      for (const [, sentence] of text.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) {
        assert.ok(bundle[sentence!], `${file}: "${sentence}"`);
      }
    }
  });

  it("has what sessions say", () => {
    const bundle = json("l10n/bundle.l10n.ko.json");
    const korean = (text: string): string =>
      sessionText(text, (key, ...args) => (bundle[key] ?? key).replace(/\{(\d)\}/g, (_, i) => String(args[i])));
    for (const file of ["client.ts", "spawn.node.ts"]) {
      const text = readFileSync(join(ROOT, "src/session", file), "utf8");
      const reasons = [...text.matchAll(/["`](the session\b[^"`]*)["`]/g)].map(([, reason]) => reason!);
      assert.ok(reasons.length > 0, file);
      for (const reason of reasons) assert.match(korean(reason), /[가-힣]/, reason);
    }
    const mismatch = { cell: 0, line: 0, startColumn: 0, endColumn: 1, savedLine: "1", newLine: "2" };
    for (const [savedLine, newLine] of [
      ["1", "2"],
      ["1", null],
      [null, "2"],
    ]) {
      const { message } = mismatchProblem({
        ...mismatch,
        label: "",
        savedLine,
        newLine,
        savedValue: "1",
        newValue: "2",
      });
      assert.match(korean(message), /[가-힣]/, message);
    }
    const cells = cellsOf("import torch", "torch.ones(2).fiil_(1)");
    const found = newKernel()
      .infer(cells, 2000)
      .problems.find(({ code }) => code === "misspelt");
    assert.match(korean(found?.message ?? ""), /^Tensor에는 'fiil_'/);
  });

  it("keeps every placeholder", () => {
    const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}/g))].sort();
    for (const [english, korean] of Object.entries(json("l10n/bundle.l10n.ko.json"))) {
      assert.deepEqual(placeholders(korean), placeholders(english), english);
    }
  });

  it("is sorted", () => {
    const keys = Object.keys(json("l10n/bundle.l10n.ko.json"));
    assert.deepEqual(keys, [...keys].sort());
  });
});
