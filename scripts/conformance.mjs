/**
 * How far the language is CPython's: `npm run conformance` writes docs/conformance.md and says the totals; `-- --json`
 * prints them as JSON; `-- --cpython DIR` also runs CPython's own tests (the `Lib/test` of a CPython 3.11),
 * `-- --python PYTHON` times ten programs beside it.
 */
import { spawnSync } from "node:child_process";

const report = ["--import", "tsx", "test/golden/conformance/report.ts", ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, report, { stdio: "inherit" }).status ?? 1;
