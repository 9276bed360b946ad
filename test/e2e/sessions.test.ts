/** Running cells by keyboard: a runaway loop, an error, Restricted Mode, the packaged extension. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { EXTENSION, type Host, launchBrowser, loadHost, ROOT, type Server, textOf, Workbench } from "./workbench";

describe("cells run by keyboard", () => {
  let host: Host;
  let server: Server;
  let browser: Browser;
  let folder: string;

  before(async () => {
    host = await loadHost();
    // Restricted Mode, as a folder opens the first time.
    server = await host.startServer({
      settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" },
    });
    browser = await launchBrowser(host);
    folder = host.scratchWorkspace(join(ROOT, "test/fixtures"));
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("show errors in red, shorten long outputs, and are interrupted, in a folder that is not trusted", async () => {
    const code = await Workbench.open(browser, server, folder, {
      file: "outputs.note.txt",
      extension: EXTENSION,
      height: 1500,
    });
    await code.seeLens(/Run Cell/, 30_000);
    await code.goToLine(5);
    // Shift+Enter goes from cell to cell.
    for (const next of [9, 13, 18, 23]) {
      await code.page.keyboard.press("Shift+Enter");
      await code.cursorOn(next);
    }
    await code.page.keyboard.press("Shift+Enter");
    await code.goToLine(25);
    await code.seeLens(/running…/, 20_000);
    await code.screenshot("outputs-running");
    await code.goToLine(6);
    const first = await textOf(code.outputs.first());
    assert.match(first, /76 more lines: open the full output/);
    assert.match(first, /epoch 99/);
    await code.page.keyboard.press("Control+Alt+i");
    await code.goToLine(25);
    await code.seeLens(/interrupted/, 10_000);
    await code.screenshot("outputs-interrupted");
    await code.goToLine(10);
    const error = await textOf(code.outputs.filter({ hasText: "Traceback" }).first());
    assert.match(error, /RuntimeError: shape '\[4, 4\]' is invalid for input of size 9/);
    await code.page.keyboard.press("Escape");
    await code.outputs.first().getByText("open the full output").click();
    await code.page.locator(".tab").filter({ hasText: "In 1" }).waitFor({ timeout: 10_000 });
    await code.close();
  });

  it("write their output into the note when asked", async () => {
    const code = await Workbench.open(browser, server, folder, { file: "outputs.note.txt", extension: EXTENSION });
    await code.seeLens(/Run Cell/, 30_000);
    await code.goToLine(13);
    await code.page.keyboard.press("Control+Enter");
    await code.outputs.filter({ hasText: "not bold" }).first().waitFor({ timeout: 20_000 });
    await code.command("Notegrad: Insert Output");
    await code.line("after a blank line <b>not bold</b> & *not italic*").waitFor({ timeout: 10_000 });
    assert.ok(!readFileSync(join(folder, "outputs.note.txt"), "utf8").includes("\nafter a blank line"));
    await code.close();
  });
});

describe("the packaged extension", () => {
  it("installs and works as in development", async () => {
    const host = await loadHost();
    const { packageExtension } = (await import(join(ROOT, "scripts/package.mjs"))) as {
      packageExtension(): Promise<string>;
    };
    const vsix = await packageExtension();
    const server = await host.startServer({ vsix });
    const browser = await launchBrowser(host);
    const folder = host.scratchWorkspace(join(ROOT, "test/fixtures"));
    try {
      const code = await Workbench.open(browser, server, folder, { file: "pytorch-advanced.ko.txt" });
      await code.seeLens(/Run Cell/, 30_000);
      await code.command("Notegrad: Run All");
      await code.outputs.filter({ hasText: "NativeBatchNormBackward0" }).first().waitFor({ timeout: 20_000 });
      await code.goToLine(80);
      await code.command("Notegrad: Show Layer Statistics");
      await code.webview("#panel svg");
      await code.screenshot("packaged");
    } finally {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(vsix);
    }
  });
});
