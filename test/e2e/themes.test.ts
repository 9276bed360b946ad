/** Outputs and hovers in dark and high contrast, in Korean: pictures to be looked at, and the Korean words. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { EXTENSION, launchBrowser, loadHost, ROOT, SYSTEM_THEME, textOf, Workbench } from "./workbench";

const THEMES = [
  { theme: "dark", file: "normalization.ko.md" },
  { theme: "high-contrast", file: "pytorch-advanced.ko.txt" },
  { theme: "high-contrast-light", file: "rnn.en.py" },
] as const;

describe("themes, formats and Korean", () => {
  for (const { theme, file } of THEMES) {
    it(`${file} in ${theme}`, async () => {
      const host = await loadHost();
      const server = await host.startServer({ settings: SYSTEM_THEME });
      const browser = await launchBrowser(host);
      const folder = host.scratchWorkspace(join(ROOT, "test/fixtures"), join(ROOT, "notes"));
      try {
        const code = await Workbench.open(browser, server, folder, {
          file,
          extension: EXTENSION,
          language: "ko",
          theme,
        });
        await code.seeLens(/셀 실행/, 30_000);
        await code.command("모두 실행");
        await code.outputs.first().waitFor({ timeout: 30_000 });
        assert.match(await textOf(code.outputs.first()), / ms|노트에 저장된/);
        await code.page.waitForTimeout(1500);
        await code.screenshot(`theme-${theme}`);
      } finally {
        await browser.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
