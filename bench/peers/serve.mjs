/** Answers `case<TAB>seconds` lines for one peer: `node serve.mjs PEER THREADS`. */
import { createInterface } from "node:readline";

const WARM_UP = 1.5;
const [peer, threads] = process.argv.slice(2);
const { prepare } = await import(`./${peer}.mjs`);
const { version, cases } = await prepare(Number(threads));
const running = new Map();

/** Seconds per repetition: the median of five parts, as `measure` in cases.py takes it. */
async function measure(name, budget) {
  if (!cases[name]) return "-";
  if (!running.has(name)) {
    const run = await cases[name]();
    const end = performance.now() + WARM_UP * 1000;
    while (performance.now() < end) await run(1);
    running.set(name, run);
  }
  const run = running.get(name);
  const timed = async (n) => {
    const start = performance.now();
    await run(n);
    return (performance.now() - start) / 1000;
  };
  let n = 1;
  for (;;) {
    const elapsed = await timed(n);
    if (elapsed > budget / 10) break;
    n *= elapsed > budget / 80 ? 2 : 8;
  }
  const times = [];
  for (let i = 0; i < 5; i++) times.push((await timed(n)) / n);
  return times.sort((a, b) => a - b)[2];
}

console.log(version);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, budget] = line.split("\t");
  try {
    console.log(await measure(name, Number(budget)));
  } catch (error) {
    console.error(`${peer}: ${name}: ${error.message}`);
    console.log("-");
  }
}
process.exit(0);
