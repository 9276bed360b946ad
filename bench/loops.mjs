/** How many times faster than CPython the ten programs of loops.py run, for the figures of conformance. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundle, here, median, Runner } from "./runner.mjs";
import { PROGRAMS } from "./table.mjs";

const ROUNDS = 5;
const SECONDS = 0.25;

/**
 * Runs the programs in Notegrad and in CPython by turns.
 * @param {string | undefined} python the CPython to compare with
 * @returns {Promise<Record<string, number | string> | "not measured">} by program, how many times faster (the median of
 *   the rounds); their geometric mean; the name of the slowest
 */
export async function loopRatios(python) {
  if (!python || !existsSync(python)) return "not measured";
  const ours = new Runner("notegrad", 1, process.execPath, [await bundle(), here]);
  const peer = new Runner("cpython", 1, python, [join(here, "cpython_peer.py")]);
  const started = [await ours.started(), await peer.started()];
  const ratios = {};
  for (const name of started.every(Boolean) ? PROGRAMS : []) {
    const rounds = [];
    for (let i = 0; i < ROUNDS; i++) {
      const seconds = await ours.time(name, SECONDS);
      rounds.push((await peer.time(name, SECONDS)) / seconds);
    }
    ratios[name] = Number(median(rounds).toFixed(2));
  }
  ours.stop();
  peer.stop();
  const figures = Object.values(ratios);
  if (figures.length === 0) return "not measured";
  const mean = Math.exp(figures.reduce((sum, ratio) => sum + Math.log(ratio), 0) / figures.length);
  const slowest = PROGRAMS.reduce((a, b) => (ratios[b] < ratios[a] ? b : a));
  return { ...ratios, geometric_mean: Number(mean.toFixed(2)), slowest };
}
