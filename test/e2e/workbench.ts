/** Drives VS Code in a browser as a person does: keyboard, mouse, eyes. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Locator,
  type Page,
} from "playwright-core";

export const ROOT = resolve(__dirname, "../..");
/** The extension under test; another build of it can be named. */
export const EXTENSION = process.env.NOTEGRAD_TEST_EXTENSION ?? ROOT;
const SCREENSHOTS = join(ROOT, "out/screenshots");

/** What these tests use of scripts/host.mjs. */
export interface Host {
  startServer(options?: { settings?: object; vsix?: string }): Promise<Server>;
  ensureBrowser(): Promise<{ executablePath: string; args: string[]; env?: Record<string, string> }>;
  scratchWorkspace(...sources: string[]): string;
}

export interface Server {
  readonly address: string;
  url(folder: string, options?: { extension?: string; tests?: string; file?: string; web?: boolean }): string;
  stop(): Promise<void>;
}

export const loadHost = (): Promise<Host> => import(join(ROOT, "scripts/host.mjs")) as Promise<Host>;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Runs in the page: the middle of a word inside an element. Text, because these tests are typed without a DOM. */
const middleOfWord = new Function(
  "element",
  "wanted",
  `
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  const at = text.replace(/\\u00a0/g, " ").indexOf(wanted);
  if (at < 0) return null;
  const middle = at + Math.floor(wanted.length / 2);
  const holder = nodes.findLast((each) => each.start <= middle);
  const range = document.createRange();
  range.setStart(holder.node, middle - holder.start);
  range.setEnd(holder.node, middle - holder.start + 1);
  const { x, y, width, height } = range.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };`,
) as (element: unknown, wanted: string) => Point | null;

export interface OpenOptions {
  readonly file?: string;
  /** Without it the extension that is installed in the host is used. */
  readonly extension?: string;
  /** VS Code's display language, as far as the extension sees it. */
  readonly language?: string;
  /** What the reader's system asks for; light by default. */
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

export async function launchBrowser(host: Host): Promise<Browser> {
  return chromium.launch({ ...(await host.ensureBrowser()), headless: true });
}

/** VS Code follows the system's colours. */
export const SYSTEM_THEME = { "window.autoDetectColorScheme": true };

export type Theme = "light" | "dark" | "high-contrast" | "high-contrast-light";

/** What the system says for a theme, and the class that the workbench then has. */
const THEMES: Readonly<Record<Theme, { page: BrowserContextOptions; shown: string }>> = {
  light: { page: { colorScheme: "light" }, shown: ".vs" },
  dark: { page: { colorScheme: "dark" }, shown: ".vs-dark" },
  "high-contrast": { page: { colorScheme: "dark", forcedColors: "active" }, shown: ".hc-black" },
  "high-contrast-light": { page: { colorScheme: "light", forcedColors: "active" }, shown: ".hc-light" },
};

/** Text as a reader has it, lines and plain blanks kept. */
export async function textOf(element: Locator): Promise<string> {
  return ((await element.textContent()) ?? "").replace(/\u00a0/g, " ");
}

export class Workbench {
  readonly consoleLines: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, server: Server, folder: string, options: OpenOptions = {}): Promise<Workbench> {
    const { width = 1280, height = 860 } = options;
    const theme = THEMES[options.theme ?? "light"];
    const page = await browser.newPage({ viewport: { width, height }, ...theme.page });
    const workbench = new Workbench(page);
    page.on("console", (message) => workbench.consoleLines.push(message.text()));
    // The smoke-test driver reports to these; VS Code waits for them.
    await page.exposeFunction("codeAutomationLog", () => undefined);
    await page.exposeFunction("codeAutomationExit", () => undefined);
    if (options.language) {
      const language = JSON.stringify(options.language);
      await page.addInitScript(
        `Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => ${language}, set: () => undefined })`,
      );
    }
    const { file, extension } = options;
    await page.goto(
      server.url(folder, { ...(file ? { file: join(folder, file) } : {}), ...(extension ? { extension } : {}) }),
    );
    await page.locator(`.monaco-workbench${theme.shown}`).waitFor({ timeout: 60_000 });
    if (file) await workbench.editor.waitFor({ timeout: 60_000 });
    return workbench;
  }

  get editor(): Locator {
    return this.page.locator(".editor-instance .monaco-editor").first();
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a, .codelens-decoration span").filter({ hasText: text });
  }

  /** Outputs under cells, from the top. */
  get outputs(): Locator {
    return this.page.locator(".review-widget");
  }

  get hoverBox(): Locator {
    return this.page.locator(".monaco-resizable-hover .monaco-hover:not(.hidden), .monaco-hover.workbench-hover");
  }

  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget");
  }

  /** F1, the command's title, Enter. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.quickInput.locator("input.input").first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.quickInput.locator(".monaco-list-row").filter({ hasText: title }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** A line of the editor that shows `text`. */
  line(text: string): Locator {
    return this.editor.locator(".view-line").filter({ hasText: text }).first();
  }

  /** Moves the mouse over `word` in a visible line that contains `line`: of several the lowest. */
  async pointAt(line: string, word: string): Promise<void> {
    const rows = await this.editor.locator(".view-line").filter({ hasText: line }).all();
    const boxes = await Promise.all(rows.map((row) => row.evaluate(middleOfWord, word)));
    const box = boxes.filter((each) => each !== null).sort((a, b) => b.y - a.y)[0];
    if (!box) throw new Error(`no "${word}" in the line "${line}"`);
    await this.page.mouse.move(box.x - 3, box.y - 2);
    await this.page.mouse.move(box.x, box.y, { steps: 4 });
  }

  async hover(line: string, word: string): Promise<string> {
    await this.page.mouse.move(5, 5);
    await this.pointAt(line, word);
    await this.page.locator(".monaco-hover .hover-contents").first().waitFor({ timeout: 5000 });
    return (await this.page.locator(".monaco-hover .hover-contents").allInnerTexts())
      .join("\n")
      .replace(/\u00a0/g, " ");
  }

  /** Hovers again until the text is as awaited: inference and runs need a moment. */
  async hoverUntil(line: string, word: string, awaited: RegExp, limit = 20_000): Promise<string> {
    const end = Date.now() + limit;
    let text = "";
    while (Date.now() < end) {
      text = await this.hover(line, word).catch(() => "");
      if (awaited.test(text)) return text;
      await this.page.waitForTimeout(200);
    }
    throw new Error(`hovering ${word} shows ${JSON.stringify(text)}, not ${awaited}`);
  }

  /** The cursor goes to a line (and column), both from 1, which is scrolled into view. */
  async goToLine(line: number, column = 1): Promise<void> {
    await this.editor.locator(".native-edit-context, textarea.inputarea").first().focus();
    await this.page.keyboard.press("Control+g");
    const input = this.quickInput.locator("input.input").first();
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.quickInput.waitFor({ state: "hidden" });
    await this.page.waitForTimeout(250);
  }

  /** Waits until the status bar says that the cursor is on a line (from 1): a command has moved it there. */
  async cursorOn(line: number, timeout = 20_000): Promise<void> {
    const position = this.page
      .locator('[id="status.editor.selection"]')
      .filter({ hasText: new RegExp(`\\D${line}\\D+\\d`) });
    await position.first().waitFor({ timeout });
  }

  /** A lens is rendered twice while it changes; only what is seen counts. */
  async seeLens(text: string | RegExp, timeout = 20_000): Promise<Locator> {
    const lens = this.lens(text).filter({ visible: true }).first();
    await lens.waitFor({ timeout });
    return lens;
  }

  /** The frame in which a webview's page shows `selector`. */
  async webview(selector: string, timeout = 20_000): Promise<Frame> {
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) {
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`no webview shows ${selector}`);
  }

  async screenshot(name: string): Promise<void> {
    // Hovers and menus fade in.
    await this.page.waitForTimeout(400);
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
