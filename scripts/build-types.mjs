/** Writes types/modules.generated.d.ts, the types of what translated notes import. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./host.mjs";

export async function buildTypes() {
  const entry = {
    contents: 'export { notegradTypes } from "./src/dsl/shipped_types";',
    resolveDir: root,
    loader: "ts",
  };
  const { outputFiles } = await build({ stdin: entry, bundle: true, format: "esm", platform: "node", write: false });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`;
  const { notegradTypes } = await import(url);
  const written = readFileSync(join(root, "types/notegrad.d.ts"), "utf8");
  writeFileSync(join(root, "types/modules.generated.d.ts"), notegradTypes(written));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildTypes();
