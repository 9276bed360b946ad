/**
 * Everything that can be checked, in order of cost; ends with one summary and the line `N passed, N failed`.
 * `node scripts/test.mjs unit e2e` runs only the named steps. NOTEGRAD_TEST_HOST=desktop runs the host suite in desktop
 * VS Code. Needs nothing but Node and npm: the headless VS Code and a browser are fetched on first use.
 */
import { join } from "node:path";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureBrowser, ensureServer, root } from "./host.mjs";
import { run, say, seconds } from "./progress.mjs";

const bin = (name, script) => [process.execPath, [join(root, "node_modules", name, script)]];
const mocha = (spec, { reporter = "dot", retries = 0 } = {}) => {
  const [command, args] = bin("mocha", "bin/mocha.js");
  const options = ["--no-config", "--require", "tsx", "--timeout", "120000"];
  return [command, [...args, ...options, "--reporter", reporter, "--retries", String(retries), ...spec]];
};

/** A command whose success is one passed check. */
const check = (label, command, args) => async () => {
  const { code, output } = await run(label, command, args, { cwd: root, allowFailure: true });
  if (code !== 0) say(output);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

/** Mocha counts for itself; a crash before it counted is one failure. */
const tests = (label, spec, options) => async () => {
  const [command, args] = mocha(spec, options);
  const { code, output } = await run(label, command, args, { cwd: root, allowFailure: true, show: true });
  const count = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}\\b`, "m").exec(output)?.[1] ?? 0);
  const failed = count("failing");
  return { passed: count("passing"), failed: failed || (code === 0 ? 0 : 1) };
};

const hostSuite = async () => {
  const { runHostSuite } = await import("../test/host/runner.mjs");
  return runHostSuite(process.env.NOTEGRAD_TEST_HOST === "desktop" ? "desktop" : "headless");
};

const browser = async () => {
  await ensureServer();
  await ensureBrowser();
  // A real workbench on a busy machine misses a key press now and then: what fails is tried once more.
  const options = { reporter: "spec", retries: 1 };
  return tests("Tests that drive VS Code and the panel in a browser", ["test/e2e/**/*.test.ts"], options)();
};

const STEPS = {
  build: check("Build", process.execPath, ["scripts/build.mjs"]),
  types: check("Types", ...bin("typescript", "bin/tsc").map((part, i) => (i === 0 ? part : [...part, "--noEmit"]))),
  "panel-types": check(
    "Types of the panel's page",
    ...bin("typescript", "bin/tsc").map((part, i) => (i === 0 ? part : [...part, "--noEmit", "-p", "src/panel"])),
  ),
  lint: check(
    "Format and lint",
    ...bin("@biomejs/biome", "bin/biome").map((part, i) => (i === 0 ? part : [...part, "check", "."])),
  ),
  unit: tests("Unit and golden tests", ["test/unit/**/*.test.ts", "test/golden/**/*.test.ts"]),
  host: hostSuite,
  e2e: browser,
};

const started = Date.now();
await ensureDependencies();
const chosen = process.argv.slice(2).filter((name) => name in STEPS);
const rows = [];
for (const [name, step] of Object.entries(STEPS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const start = Date.now();
  let result;
  try {
    result = await step();
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    result = { passed: 0, failed: 1 };
  }
  rows.push({ name, ...result, time: seconds(start) });
}

const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
say(`\n${"step".padEnd(12)}${"passed".padStart(8)}${"failed".padStart(8)}${"time".padStart(10)}`);
for (const { name, passed, failed, time } of rows) {
  say(`${name.padEnd(12)}${String(passed).padStart(8)}${String(failed).padStart(8)}${time.padStart(10)}`);
}
say(`\n${total("passed")} passed, ${total("failed")} failed`);
say(`in ${seconds(started)}`);
process.exit(total("failed") > 0 ? 1 : 0);
