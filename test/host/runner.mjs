/**
 * Runs the suite inside a real VS Code: bundles it, opens the workbench on a scratch folder with the extension, lets
 * mocha run in the extension host, and reads what it counted.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { ensureBrowser, root, scratchWorkspace, startServer } from "../../scripts/host.mjs";
import { say, seconds } from "../../scripts/progress.mjs";

const SUITE = join(root, "test/host/suite");
const OUT = join(root, "out/host");
const TIME_LIMIT_MS = 300_000;

async function bundle() {
  rmSync(OUT, { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(SUITE)
      .filter((file) => file.endsWith(".test.ts") || file === "run.ts")
      .map((file) => join(SUITE, file)),
    outdir: OUT,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return join(OUT, "run.cjs");
}

async function headless(tests, folder) {
  const { chromium } = await import("playwright-core");
  const server = await startServer();
  const browser = await chromium.launch({ ...(await ensureBrowser()), headless: true });
  try {
    const page = await browser.newPage();
    const ended = new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error("the suite did not end in time")), TIME_LIMIT_MS);
      page.exposeFunction("codeAutomationExit", (code) => {
        clearTimeout(limit);
        resolve(code);
      });
      page.exposeFunction("codeAutomationLog", () => undefined);
    });
    await page.goto(server.url(folder, { extension: root, tests }));
    await ended;
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function desktop(tests, folder) {
  const { runTests } = await import("@vscode/test-electron");
  await runTests({
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    launchArgs: [folder, "--disable-extensions", "--disable-workspace-trust", "--skip-welcome"],
  }).catch(() => undefined);
}

/** @param {"headless" | "desktop"} kind */
export async function runHostSuite(kind) {
  const start = Date.now();
  say(`▸ Suite inside VS Code's extension host (${kind})`);
  const tests = await bundle();
  const folder = scratchWorkspace(join(root, "test/fixtures"), join(root, "notes"));
  const results = join(mkdtempSync(join(tmpdir(), "notegrad-results-")), "results.json");
  // The extension host inherits it.
  process.env.NOTEGRAD_TEST_RESULTS = results;
  try {
    await (kind === "desktop" ? desktop(tests, folder) : headless(tests, folder));
    const { passed, failed } = JSON.parse(readFileSync(results, "utf8"));
    for (const title of passed) say(`    ✓ ${title}`);
    for (const { title, error } of failed) say(`    ✗ ${title}\n${error.replace(/^/gm, "        ")}`);
    say(`  ${failed.length === 0 ? "✓" : "✗"} ${seconds(start)}`);
    return { passed: passed.length, failed: failed.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (basename(process.argv[1] ?? "") === "runner.mjs") {
  const { failed } = await runHostSuite(process.env.NOTEGRAD_TEST_HOST === "desktop" ? "desktop" : "headless");
  process.exit(failed > 0 ? 1 : 0);
}
