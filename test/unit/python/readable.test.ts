/** Python `==>` the TypeScript that people read. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { translate } from "../../../src/python/translate";

const folder = new URL("fixtures/", import.meta.url);

for (const file of readdirSync(folder)) {
  describe(`readable translations: ${file}`, () => {
    for (const part of readFileSync(new URL(file, folder), "utf8")
      .split(/^##### /m)
      .slice(1)) {
      const [title = "", ...lines] = part.split("\n");
      const [source = "", expected = ""] = lines.join("\n").split("\n==>\n");
      const { readable, readableMap } = translate(source.trim(), { file: "cell" });

      it(title, () => assert.equal(readable.trim(), expected.trim()));

      it(`${title}: is TypeScript`, () => {
        transformSync(readable, { loader: "ts", tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } });
      });

      it(`${title}: each line knows its Python line`, () => {
        const written = readable.trimEnd().split("\n");
        assert.equal(readableMap.pythonLines.length, written.length);
        const helpers = /^import \{ (.*) \} from "notegrad";/.exec(readable)?.[1]?.split(", ") ?? [];
        const python = source.trim().split("\n");
        written.forEach((line, i) => {
          const word = /^\s*(?:const|let) (\w+) =|^\s*(\w+)\(/.exec(line)?.slice(1).find(Boolean);
          const at = readableMap.pythonLines[i];
          if (!word || at == null || /^(super|constructor|require|subject\d)$/.test(word) || helpers.includes(word))
            return;
          assert.ok(python[at - 1]!.includes(word.replace(/_$/, "")), `${line}  ←  ${python[at - 1]}`);
        });
      });
    }
  });
}
