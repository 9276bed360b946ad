/** Builds for production and writes notegrad-<version>.vsix. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildTypes } from "./build-types.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { root } from "./host.mjs";
import { run, say } from "./progress.mjs";

/** @returns the path of the package */
export async function packageExtension() {
  await ensureDependencies();
  await run("Build for production", process.execPath, ["scripts/build.mjs", "--production"], { cwd: root });
  await buildTypes();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const file = join(root, `notegrad-${version}.vsix`);
  const vsce = join(root, "node_modules/@vscode/vsce/vsce");
  // Links in the README stay relative: there is no public repository that they could be rewritten to.
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", file];
  await run("Package", process.execPath, [vsce, "package", ...flags], { cwd: root });
  return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) say(await packageExtension());
