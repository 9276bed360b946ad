/** `npm ci`, when what is installed is not what package-lock.json says. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run, say } from "./progress.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

export async function ensureDependencies() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    say(`Notegrad needs Node 20 or newer; this is ${process.version}.`);
    process.exit(2);
  }
  const lock = join(root, "package-lock.json");
  // npm writes this file when it has installed everything.
  const installed = join(root, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  await run("Install dependencies (npm ci; the first time takes a minute)", "npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
  });
}
