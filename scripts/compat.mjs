/**
 * What Notegrad computes as PyTorch does, measured on the committed answers of PyTorch:
 * `npm run compat` writes docs/compatibility.md and says the totals; `-- --json` prints them as JSON; `-- --raise` also
 * takes what passes now as the floor below which the tests fail.
 */
import { spawnSync } from "node:child_process";

const report = ["--import", "tsx", "test/golden/compat/report.ts", ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, report, { stdio: "inherit" }).status ?? 1;
