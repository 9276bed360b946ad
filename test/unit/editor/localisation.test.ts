import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

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
