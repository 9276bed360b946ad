/** The statistics panel inside VS Code: opens, measures, follows the theme, works in Korean. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Frame } from "playwright-core";
import { EXTENSION, type Host, launchBrowser, loadHost, ROOT, SYSTEM_THEME, Workbench } from "./workbench";

const NOTE = "pytorch-advanced.ko.txt";
const THEMES = [
  { theme: "light", language: "en" },
  { theme: "dark", language: "ko" },
  { theme: "high-contrast", language: "ko" },
] as const;

const TITLES = {
  en: {
    show: "Show Layer Statistics",
    batch: "batch",
    xavier: /^xavier uniform/i,
    run: /Run Cell/,
    grid: "Every normalization",
  },
  ko: { show: "층별 통계 보기", batch: "배치", xavier: /제르비어|xavier/i, run: /셀 실행/, grid: "모든 정규화" },
};

describe("the statistics panel in VS Code", () => {
  let host: Host;
  let browser: Browser;
  let folder: string;

  before(async () => {
    host = await loadHost();
    browser = await launchBrowser(host);
    folder = host.scratchWorkspace(join(ROOT, "test/fixtures"));
  });

  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  for (const { theme, language } of THEMES) {
    it(`measures the note's networks (${theme}, ${language})`, async () => {
      const titles = TITLES[language];
      const server = await host.startServer({ settings: SYSTEM_THEME });
      const code = await Workbench.open(browser, server, folder, {
        file: NOTE,
        extension: EXTENSION,
        language,
        theme,
        width: 1600,
        height: 1100,
      });
      try {
        await code.seeLens(titles.run, 30_000);
        await code.goToLine(80);
        await code.command(titles.show);
        const page = await code.webview("#panel svg");
        await measured(page);
        const chosen = page.getByRole("radio", { checked: true });
        assert.ok((await chosen.count()) >= 2);
        await page.getByRole("radio", { name: titles.batch, exact: false }).first().click();
        await measured(page);
        assert.match(
          (await page.getByRole("radio", { checked: true }).first().textContent()) ?? "",
          new RegExp(titles.batch, "i"),
        );
        await page.getByRole("radio", { name: titles.xavier }).first().click();
        await measured(page);
        await code.screenshot(`panel-${theme}-${language}`);
        const grid = page.locator("section").filter({ hasText: titles.grid }).last();
        await grid.locator("svg").first().waitFor();
        await grid.locator("progress").waitFor({ state: "hidden", timeout: 90_000 });
        await grid.scrollIntoViewIfNeeded();
        await code.screenshot(`panel-grid-${theme}-${language}`);
      } finally {
        await code.close();
        await server.stop();
      }
    });
  }

  it("begins with a deeper network and measures the note's own, which has no forward", async () => {
    const server = await host.startServer({ settings: SYSTEM_THEME });
    const code = await Workbench.open(browser, server, folder, { file: NOTE, extension: EXTENSION, width: 1600 });
    try {
      await code.seeLens(/Run Cell/, 30_000);
      await code.command("Notegrad: Run All");
      await code.outputs.filter({ hasText: "NativeBatchNormBackward0" }).first().waitFor({ timeout: 20_000 });
      await code.goToLine(80);
      await code.seeLens(/Layer Statistics/);
      await code.command("Show Layer Statistics");
      const page = await code.webview("#panel svg");
      await measured(page);
      const networks = page.getByRole("combobox").first();
      assert.match(await networks.inputValue(), /^mlp:256x10:sigmoid$/);
      await networks.selectOption("model");
      await page.getByText("Net has no forward").waitFor({ timeout: 20_000 });
      await measured(page);
      assert.ok((await page.locator("svg").filter({ hasText: "layer.0" }).count()) > 0);
      await code.screenshot("panel-own-network");
    } finally {
      await code.close();
      await server.stop();
    }
  });
});

/** No measurement is under way. */
async function measured(page: Frame): Promise<void> {
  await page.waitForTimeout(200);
  await page.locator("progress").first().waitFor({ state: "hidden", timeout: 60_000 });
}
