/**
 * A real VS Code without a desktop: the workbench of code-server served on a local port, a Node extension host, and a
 * Chromium to drive it. Everything comes from the npm registry into `.vscode-test/` on first use.
 *
 * As a program: `node scripts/host.mjs [FOLDER]` serves VS Code with this extension on FOLDER until Ctrl-C.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run, say } from "./progress.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(root, ".vscode-test");

const CODE_SERVER = "code-server@4.139.1";
// VS Code 1.139's server needs Node 24, whatever Node runs this script.
const NODE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const NODE_VERSION = "24";
const CHROMIUM = "@sparticuz/chromium@^153";

const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** A first-use installation: `fill` runs once; a stamp file says that it came to its end. */
async function install(name, spec, fill) {
  const folder = join(cache, name);
  const stamp = join(folder, ".complete");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === spec) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  await fill(folder);
  writeFileSync(stamp, spec);
  return folder;
}

const quietly = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Installs the server when needed. Returns the Node binary and the folder of VS Code. */
export async function ensureServer() {
  const packages = [CODE_SERVER, `${NODE}@${NODE_VERSION}`];
  const folder = await install("server", packages.join(" "), async (target) => {
    const flags = ["install", "--ignore-scripts", ...quietly];
    await run(`Fetch VS Code for headless use (${packages.join(", ")}; once)`, "npm", [...flags, ...packages], {
      cwd: target,
    });
    await run("Fetch what the VS Code server needs (once)", "npm", [...flags, "--omit=dev", "--legacy-peer-deps"], {
      cwd: join(target, "node_modules/code-server/lib/vscode"),
    });
  });
  const modules = join(folder, "node_modules");
  const node = process.platform === "win32" ? "node.exe" : "node";
  return { node: join(modules, NODE, "bin", node), vscode: join(modules, "code-server/lib/vscode") };
}

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Launch options for playwright: the system's Chromium, else one unpacked from an npm package. */
export async function ensureBrowser() {
  const named = process.env.NOTEGRAD_TEST_BROWSER;
  const system = named === "packaged" ? undefined : (named ?? SYSTEM_BROWSERS.find(existsSync));
  if (system) return { executablePath: system, args: BROWSER_FLAGS };
  const folder = await install("browser", CHROMIUM, (target) =>
    run(`Fetch a browser (${CHROMIUM}; once)`, "npm", ["install", ...quietly, CHROMIUM], { cwd: target }),
  );
  // With a Lambda-like environment the package unpacks the libraries and fonts that a bare machine lacks.
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
  const entry = join(folder, "node_modules/@sparticuz/chromium/package.json");
  const { exports, main } = JSON.parse(readFileSync(entry, "utf8"));
  const file = exports?.["."]?.import?.default ?? exports?.["."]?.import ?? exports?.["."]?.default ?? main;
  const { default: chromium } = await import(pathToFileURL(join(dirname(entry), file)).href);
  const executablePath = await chromium.executablePath();
  delete process.env.AWS_LAMBDA_JS_RUNTIME;
  const libraries = join(tmpdir(), "al2023/lib");
  return {
    executablePath,
    args: BROWSER_FLAGS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
      FONTCONFIG_PATH: join(tmpdir(), "fonts"),
    },
  };
}

function freePort() {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolvePort(port));
    });
  });
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
};

/**
 * Starts the server with a profile of its own.
 * @param {{ settings?: object, vsix?: string, port?: number }} options `vsix`: a packaged extension to install first.
 */
export async function startServer({ settings = {}, vsix, port } = {}) {
  const { node, vscode } = await ensureServer();
  const profile = mkdtempSync(join(tmpdir(), "notegrad-vscode-"));
  const user = join(profile, "data/User");
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  const entry = join(vscode, "out/server-main.js");
  const folders = ["--user-data-dir", join(profile, "data"), "--extensions-dir", join(profile, "extensions")];
  if (vsix) {
    await run("Install the packaged extension", node, [entry, "--install-extension", vsix, "--force", ...folders]);
  }
  const chosen = port ?? (await freePort());
  const child = spawn(
    node,
    [
      entry,
      ...["--host", "127.0.0.1", "--port", String(chosen)],
      ...["--without-connection-token", "--accept-server-license-terms", "--enable-smoke-test-driver"],
      ...["--disable-telemetry", ...folders],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stdout.on("data", (chunk) => (log += chunk));
  child.stderr.on("data", (chunk) => (log += chunk));
  const address = `http://127.0.0.1:${chosen}`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`VS Code's server did not start.\n${log}`);
    const up = await fetch(`${address}/version`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return {
    address,
    log: () => log,
    /** The workbench's address for a folder; `payload` holds what desktop VS Code takes as command-line options. */
    url(folder, { extension, tests, file, web = false } = {}) {
      const remote = (path) => `vscode-remote://127.0.0.1:${chosen}${path}`;
      const payload = [["skipWelcome", "true"]];
      if (extension) payload.push(["extensionDevelopmentPath", remote(extension)]);
      if (tests) payload.push(["extensionTestsPath", remote(tests)]);
      if (file) payload.push(["openFile", remote(file)]);
      if (web) payload.push(["extensionDevelopmentKind", "web"]);
      return `${address}/?folder=${encodeURI(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    },
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      if (child.exitCode === null) {
        child.kill();
        await Promise.race([ended, new Promise((done) => setTimeout(done, 5000))]);
        if (child.exitCode === null) child.kill("SIGKILL");
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A throw-away copy of a folder, so that nothing a test does reaches the repository. */
export function scratchWorkspace(...sources) {
  const folder = mkdtempSync(join(tmpdir(), "notegrad-notes-"));
  for (const source of sources) cpSync(source, folder, { recursive: true });
  return folder;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(root, "notes"));
  const server = await startServer();
  say(`\nVS Code with Notegrad: ${server.url(folder, { extension: root })}\nCtrl-C ends it.`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => server.stop().then(() => process.exit(0)));
  }
}
