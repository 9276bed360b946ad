/** Outputs and hovers in dark and high contrast, in Korean: pictures to be looked at, and the Korean words. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { EXTENSION, launchBrowser, loadHost, ROOT, textOf, themed, Workbench } from "./workbench";

const THEMES = [
  { name: "dark", theme: "Dark Modern", file: "normalization.ko.md" },
  { name: "high-contrast", theme: "Dark Modern", file: "pytorch-advanced.ko.txt", highContrast: "dark" },
  { name: "high-contrast-light", theme: "Light Modern", file: "rnn.en.py", highContrast: "light" },
] as const;

describe("themes, formats and Korean", () => {
  for (const { name, theme, file, ...contrast } of THEMES) {
    it(`${file} in ${name}`, async () => {
      const host = await loadHost();
      const server = await host.startServer({ settings: themed(theme) });
      const browser = await launchBrowser(host);
      const folder = host.scratchWorkspace(join(ROOT, "test/fixtures"), join(ROOT, "notes"));
      try {
        const code = await Workbench.open(browser, server, folder, {
          file,
          extension: EXTENSION,
          language: "ko",
          ...contrast,
        });
        await code.seeLens(/셀 실행/, 30_000);
        await code.command("모두 실행");
        await code.outputs.first().waitFor({ timeout: 30_000 });
        assert.match(await textOf(code.outputs.first()), / ms|노트에 저장된/);
        await code.page.waitForTimeout(1500);
        await code.screenshot(`theme-${name}`);
      } finally {
        await browser.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
