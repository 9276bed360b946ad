/** The processes that run cases: Notegrad's and its peers'. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const here = dirname(fileURLToPath(import.meta.url));
export const out = join(here, "../out/bench");

/** A process that answers `case<TAB>seconds` lines with seconds per repetition, or "-" for what it cannot do. */
export class Runner {
  constructor(name, threads, command, args, { env = {}, plays = () => true } = {}) {
    this.name = name;
    this.plays = plays;
    this.threads = threads;
    this.child = spawn(command, args, {
      cwd: here,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async started() {
    const { value, done } = await this.lines.next();
    if (done) return false;
    this.version = value;
    return true;
  }

  async time(name, budget) {
    this.child.stdin.write(`${name}\t${budget}\n`);
    const { value, done } = await this.lines.next();
    return done || value === "-" ? null : Number(value);
  }

  stop() {
    this.child.stdin.end();
  }
}

/** Bundles ours.ts; gives the file. */
export async function bundle() {
  mkdirSync(out, { recursive: true });
  const outfile = join(out, "ours.js");
  await build({
    entryPoints: [join(here, "ours.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

export const median = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
