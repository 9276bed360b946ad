/**
 * One command to see Notegrad: installs, builds, runs a sample note in this terminal, then opens VS Code with the
 * extension on the sample notes: the desktop's `code` when there is one, else the embedded VS Code in the browser,
 * served until Ctrl-C.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies } from "./dependencies.mjs";
import { root, scratchWorkspace, startServer } from "./host.mjs";
import { run, say } from "./progress.mjs";

const korean = /^ko/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || "");

function sampleNote() {
  const notes = readdirSync(join(root, "notes")).sort();
  return notes.find((name) => name.startsWith("normalization.") && name.includes(korean ? ".ko." : ".en.")) ?? notes[0];
}

/** VS Code's command-line program, unless it lives on a machine without a display. */
function desktopCode() {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const found = spawnSync("code", ["--version"], { shell: process.platform === "win32" });
  return found.status === 0 ? "code" : undefined;
}

function openInBrowser(address) {
  const opener = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

await ensureDependencies();
await run("Build", process.execPath, ["scripts/build.mjs"], { cwd: root });

const sample = sampleNote();
say(`\n▸ notegrad run notes/${sample}\n`);
spawnSync(process.execPath, [join(root, "dist/notegrad.js"), "run", join("notes", sample)], {
  cwd: root,
  stdio: "inherit",
});

// The reader may change the notes: copies of them, not the repository's.
const folder = scratchWorkspace(join(root, "notes"));
const code = desktopCode();
if (code) {
  say("\n▸ VS Code opens with Notegrad on copies of the sample notes");
  const profile = mkdtempSync(join(tmpdir(), "notegrad-code-"));
  const args = [
    "--new-window",
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${profile}`,
    folder,
    join(folder, sample),
  ];
  spawn(code, args, { stdio: "ignore", detached: true, shell: process.platform === "win32" }).unref();
} else {
  say("\n▸ No desktop VS Code here: serving it for the browser");
  const port = Number(process.env.PORT) || undefined;
  const server = await startServer(port ? { port } : {});
  const address = server.url(folder, { extension: root, file: join(folder, sample) });
  say(`\nVS Code with Notegrad is at\n\n  ${address}\n\nF1, “Run All”. Ctrl-C ends it.`);
  openInBrowser(address);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.stop().then(() => process.exit(0)));
}
