/** The user's note, used as a person would: keyboard, mouse, eyes. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import {
  EXTENSION,
  type Host,
  launchBrowser,
  loadHost,
  ROOT,
  type Server,
  SYSTEM_THEME,
  textOf,
  Workbench,
} from "./workbench";

const NOTE = "pytorch-advanced.ko.txt";

describe("the user's note in VS Code", () => {
  let host: Host;
  let server: Server;
  let browser: Browser;
  let folder: string;
  let code: Workbench;
  let original: Buffer;

  before(async () => {
    host = await loadHost();
    server = await host.startServer({ settings: SYSTEM_THEME });
    browser = await launchBrowser(host);
    folder = host.scratchWorkspace(join(ROOT, "test/fixtures"));
    original = readFileSync(join(folder, NOTE));
    code = await Workbench.open(browser, server, folder, { file: NOTE, extension: EXTENSION });
    await code.seeLens(/Run Cell/, 30_000);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("shows shapes before the run", async () => {
    assert.match(await code.hoverUntil("torch.FloatTensor(", "x", /inferred/), /Tensor\[3, 3\] float32/);
    const norm = await code.hoverUntil("nn.BatchNorm1d(3)(x)", "BatchNorm1d", /Tensor/);
    assert.match(norm, /nn\.BatchNorm1d\(3\)\(x\) → Tensor\[3, 3\] float32/);
    await code.screenshot("note-1-before");
  });

  it("underlines fiil_, which no cell calls, and mends it with the keyboard", async () => {
    await code.goToLine(58);
    await code.page.locator(".squiggly-warning").first().waitFor({ timeout: 15_000 });
    assert.match(await code.hoverUntil("self.layer[0].bias.data", "fiil_", /fill_/), /fiil_/);
    await code.screenshot("note-2-squiggle");
    await code.page.mouse.move(5, 5);
    await code.goToLine(58, "        self.layer[0].bias.data.fi".length);
    await code.page.keyboard.press("Control+.");
    const fix = code.page.locator(".action-widget").getByText("Replace with 'fill_'");
    await fix.first().waitFor({ timeout: 10_000 });
    await code.screenshot("note-3-quick-fix");
    await code.page.keyboard.press("Enter");
    await code.line("self.layer[0].bias.data.fill_(0.01)").waitFor({ timeout: 10_000 });
    await code.page.keyboard.press("Control+z");
    await code.line("self.layer[0].bias.data.fiil_(0.01)").waitFor({ timeout: 10_000 });
  });

  it("draws the outputs under the cells", async () => {
    await code.goToLine(1);
    await code.command("Notegrad: Run All");
    await code.outputs.first().waitFor({ timeout: 20_000 });
    await code.outputs.filter({ hasText: "NativeBatchNormBackward0" }).first().waitFor();
    await code.goToLine(10);
    await code.screenshot("note-4-outputs");
    const text = await textOf(code.outputs.first());
    assert.match(text, /\[ 0\.2334, {2}1\.0445, -0\.9896\]\], grad_fn=<NativeBatchNormBackward0>\)/);
    assert.match(text, /as saved in the note/);
    await code.goToLine(82);
    await code.outputs.filter({ hasText: "apply Net(" }).first().waitFor();
    await code.screenshot("note-5-outputs");
  });

  it("shows values after the run", async () => {
    await code.goToLine(10);
    assert.match(
      await code.hoverUntil("torch.FloatTensor(", "x", /value after run/),
      /mean .*std .*min -0\.65 .*max 1\.52/,
    );
    const norm = await code.hoverUntil("nn.BatchNorm1d(3)(x)", "BatchNorm1d", /value after run/);
    assert.match(norm, /Tensor\[3, 3\] float32 · cpu · requires_grad/);
    assert.match(norm, /grad_fn=<NativeBatchNormBackward0>/);
    await code.screenshot("note-6-hover");
    await code.goToLine(73);
    assert.match(await code.hoverUntil("self.fc = nn.Linear(2,1)", "fc", /value after run/), /Linear/);
    await code.goToLine(80);
    assert.match(await code.hoverUntil("model = Net()", "model", /value after run/), /Net · 7 parameters/);
    await code.screenshot("note-7-hover-model");
    await code.page.mouse.move(5, 5);
  });

  it("collapses an output to its last line", async () => {
    await code.goToLine(20);
    await (await code.seeLens(/\d ms/)).click();
    await code.outputs.filter({ hasText: "NativeBatchNormBackward0" }).first().waitFor({ state: "detached" });
    await code.screenshot("note-8-collapsed");
    await (await code.seeLens(/\d ms/)).click();
    await code.outputs.filter({ hasText: "NativeBatchNormBackward0" }).first().waitFor();
  });

  it("shows its translation beside it", async () => {
    await code.goToLine(67);
    await code.command("Notegrad: Show Translation");
    await code.page.locator(".view-line").filter({ hasText: "extends nn.Module" }).first().waitFor({ timeout: 15_000 });
    await code.screenshot("note-9-translation");
  });

  it("has written nothing to the file", () => {
    assert.deepEqual(readFileSync(join(folder, NOTE)), original);
  });
});
