/**
 * Opens the statistics panel's page in a browser without an editor: a stand-in host answers it from result files.
 *
 *   node test/panel/harness.mjs RESULTS.json OUT_DIR
 *
 * RESULTS.json: { grid: LayerStatsResult[], regularization, models, code }. Writes a screenshot for each theme,
 * language and width. Needs a Chromium (CHROMIUM=/path/to/it).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { themes } from "./themes.mjs";

const [results, out = "out/panel", only = ""] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const data = JSON.parse(readFileSync(results, "utf8"));
const korean = JSON.parse(readFileSync("l10n/bundle.l10n.ko.json", "utf8"));

await build({
  entryPoints: ["src/panel/main.ts"],
  bundle: true,
  format: "iife",
  target: "es2022",
  outfile: join(out, "panel.js"),
  logLevel: "error",
});

/** Runs in the page before its script: answers as the extension would. */
function standIn({ data, language, strings }) {
  const post = (message) => setTimeout(() => window.postMessage(message, "*"), 0);
  window.sent = [];
  window.acquireVsCodeApi = () => ({
    getState: () => undefined,
    setState: () => {},
    postMessage: (message) => {
      window.sent.push(message);
      if (message.kind === "ready") post({ kind: "init", language, strings, models: data.models, choice: data.choice });
      if (message.kind !== "ask") return;
      const { id, request } = message;
      const answers = {
        layers: () => {
          const { norm, init } = request.choice;
          const result = data.grid.find((each) => each.norm === norm && each.init === init);
          return [{ kind: "layers", result, done: 1, total: 1 }];
        },
        regularization: () => [{ kind: "regularization", result: data.regularization }],
        code: () => [{ kind: "code", text: data.code }],
        models: () => [{ kind: "models", models: data.models }],
      };
      for (const answer of answers[request.kind]()) post({ kind: "answer", id, answer });
      post({ kind: "end", id, error: null });
    },
  });
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const cases = [
  { theme: "light", language: "en", width: 1180 },
  { theme: "dark", language: "ko", width: 1180 },
  { theme: "contrast", language: "en", width: 1180 },
  { theme: "contrast-light", language: "ko", width: 760 },
  { theme: "dark", language: "en", width: 400 },
  { theme: "light", language: "ko", width: 400 },
];
for (const { theme, language, width } of cases) {
  const name = `${theme}-${language}-${width}`;
  if (!name.includes(only)) continue;
  const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1.5 });
  page.on("pageerror", (error) => console.error(name, error.message));
  page.on("console", (message) => message.type() === "error" && console.error(name, message.text()));
  await page.addInitScript(standIn, { data, language, strings: language === "ko" ? korean : {} });
  const { className, variables } = themes[theme];
  const style = Object.entries(variables)
    .map(([key, value]) => `--vscode-${key}:${value}`)
    .join(";");
  const html = join(out, `${name}.html`);
  writeFileSync(
    html,
    `<!DOCTYPE html><html lang="${language}" style="${style}"><meta charset="utf-8">
<link rel="stylesheet" href="${pathToFileURL("media/panel.css").href}">
<body class="${className}"><main id="panel"></main><script src="panel.js"></script></body></html>`,
  );
  await page.goto(pathToFileURL(html).href);
  await page.waitForTimeout(300);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) console.error(`${name}: the page is ${wide} px wide`);
  await page.close();
}
await browser.close();
