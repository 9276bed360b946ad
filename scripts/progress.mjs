/**
 * Long steps with visible progress: a step is named when it starts, says every few seconds that it is still alive,
 * and ends with the time it took. What a step prints is kept back and shown only when it fails (or with `show`).
 */
import { spawn } from "node:child_process";

const ALIVE_EVERY_MS = 5000;

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/** Runs a command to its end. Rejects with what it printed when it fails; resolves with what it printed otherwise. */
export function run(label, command, args, { cwd, env, show = false, allowFailure = false } = {}) {
  const start = Date.now();
  say(`▸ ${label}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ? { ...process.env, ...env } : process.env,
      stdio: ["ignore", "pipe", "pipe"],
      // npm and npx are .cmd files on Windows, which only a shell can start.
      shell: process.platform === "win32",
    });
    let output = "";
    const collect = (chunk) => {
      output += chunk;
      if (show) process.stdout.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const alive = setInterval(() => {
      const last = output.trimEnd().split("\n").at(-1)?.trim().slice(0, 80) ?? "";
      if (!show) say(`  … ${seconds(start)}${last ? `  ${last}` : ""}`);
    }, ALIVE_EVERY_MS);
    child.on("error", (error) => {
      clearInterval(alive);
      reject(error);
    });
    child.on("close", (code) => {
      clearInterval(alive);
      if (code === 0 || allowFailure) {
        if (code === 0) say(`  ✓ ${seconds(start)}`);
        resolve({ code: code ?? 1, output });
      } else {
        if (!show) process.stdout.write(output);
        reject(new Error(`${label}: \`${command} ${args.join(" ")}\` ended with exit code ${code}`));
      }
    });
  });
}
