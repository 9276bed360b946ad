/**
 * `npm run conformance [-- --json] [-- --cpython DIR]`: how far the language is CPython's, computed now from CPython's
 * committed answers. With the directory of CPython's own tests (`Lib/test` of 3.11; also CPYTHON_TESTS) those run too
 * and their record is written anew; without it the record is summed up. Writes what is left to docs/conformance.md.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { escapeCounts } from "../../unit/dsl/escapes";
import { recordedTests, recordTests } from "./cpython_tests";
import { runPrograms } from "./programs";

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    cpython: { type: "string", default: process.env.CPYTHON_TESTS },
    python: { type: "string", default: process.env.NOTEGRAD_PYTHON },
  },
});

async function main(): Promise<void> {
  const programs = runPrograms();
  const escapes = escapeCounts();
  if (options.cpython !== undefined) await recordTests(options.cpython);
  const tests = recordedTests();
  const loops = new URL("../../../bench/loops.mjs", import.meta.url);
  const figures: Record<string, unknown> = {
    programs: { tried: programs.tried, passed: programs.passed },
    cpython_tests: {
      tried: tests.tried,
      passed: tests.passed,
      source: options.cpython === undefined ? "recorded" : "run",
    },
    escapes,
    loops: await (await import(loops.href)).loopRatios(options.python),
  };

  const share = ({ tried, passed }: { tried: number; passed: number }): string =>
    `${passed} of ${tried} (${tried === 0 ? "0" : ((100 * passed) / tried).toFixed(1)} %)`;

  const groups = new Map<string, number>();
  for (const { group } of programs.mismatches) groups.set(group, (groups.get(group) ?? 0) + 1);

  const page = [
    "# Conformance with CPython 3.11",
    "",
    "Written by `npm run conformance`; the answers compared with are CPython's own.",
    "",
    `- Programs: ${share(programs)}`,
    `- Test methods of CPython's own language tests: ${share(tests)}`,
    `- Known ways out of a sandbox that stay shut: ${share({ tried: escapes.tried, passed: escapes.contained })}`,
    "",
    "## Programs that differ",
    "",
    "| kind | programs |",
    "| --- | --- |",
    ...Array.from(groups, ([group, n]) => `| ${group.replaceAll("|", "\\|")} | ${n} |`),
    "",
    "## CPython's test methods that fail",
    "",
    "| test | reason |",
    "| --- | --- |",
    ...tests.failed.map(([name, reason]) => `| ${name} | ${reason.replaceAll("|", "\\|")} |`),
    "",
    "## Not tried",
    "",
    "| test | reason |",
    "| --- | --- |",
    ...tests.excluded.map(([name, reason]) => `| ${name} | ${reason} |`),
    "",
  ];
  writeFileSync(new URL("../../../docs/conformance.md", import.meta.url), page.join("\n"));

  if (options.json) console.log(JSON.stringify(figures));
  else console.log(page.slice(4, 7).join("\n"));
}

void main();
