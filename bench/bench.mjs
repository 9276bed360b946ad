/**
 * `npm run bench -- [--only CASE] [--torch PYTHON] [--rounds N] [--json FILE] [--svg FILE] [--profile CASE]`: times the cases of cases.py
 * in Notegrad, and beside it in the same run in the peers: other tensor libraries in JavaScript (installed on the first
 * run) and, where a Python with torch is named, PyTorch with one and two threads; the programs of loops.py have CPython for
 * a peer. Rounds are interleaved: in each, every
 * case runs once in everybody. Ratios are taken within a round; medians and the spread of the ratios are printed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./chart.mjs";
import { bundle, here, median, out, Runner } from "./runner.mjs";
import { CASES } from "./table.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    torch: { type: "string", default: process.env.NOTEGRAD_TORCH },
    rounds: { type: "string", default: "5" },
    budget: { type: "string", default: "0.25" },
    json: { type: "string" },
    svg: { type: "string" },
    profile: { type: "string" },
  },
});

function installPeers() {
  if (existsSync(join(here, "node_modules"))) return true;
  console.error("installing the peers …");
  const npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  return spawnSync("npm", npm, { cwd: here, stdio: "inherit" }).status === 0;
}

/** Who has an answer to which cases. */
const TENSORS = { plays: (each) => !each.plain };
const PLAIN = { plays: (each) => each.plain === true };

async function runners() {
  const ours = await bundle();
  const node = process.execPath;
  const found = [1, 2].map(
    (n) => new Runner("notegrad", n, node, [ours, here], { env: { NOTEGRAD_THREADS: String(n) } }),
  );
  if (installPeers()) {
    for (const peer of ["tfjs-wasm", "jax-js", "js-pytorch"]) {
      found.push(new Runner(peer, 1, node, [join(here, "peers/serve.mjs"), peer, "1"], TENSORS));
    }
    found.push(new Runner("tfjs-wasm", 2, node, [join(here, "peers/serve.mjs"), "tfjs-wasm", "2"], TENSORS));
  }
  if (options.torch) {
    for (const n of [1, 2])
      found.push(new Runner("torch", n, options.torch, [join(here, "torch_peer.py"), String(n)], TENSORS));
    found.push(new Runner("cpython", 1, options.torch, [join(here, "cpython_peer.py")], PLAIN));
  }
  const alive = await Promise.all(found.map((runner) => runner.started()));
  return found.filter((_, i) => alive[i]);
}

/** A round of one case: everybody who can do it, by name. */
async function round(each, all) {
  const seconds = new Map();
  for (const runner of all) {
    if (runner.threads !== (each.threads ?? 1) || !runner.plays(each)) continue;
    const time = await runner.time(each.run ?? each.name, Number(options.budget));
    if (time !== null) seconds.set(runner.name, time);
  }
  return seconds;
}

/** What is reported of a case: figures in its unit, and how many times faster than each peer we are. */
function summary(each, rounds) {
  const figure = (time) => (each.work ? each.work / time / 1e9 : time * each.scale);
  const names = [...rounds[0].keys()];
  const figures = Object.fromEntries(names.map((name) => [name, median(rounds.map((r) => figure(r.get(name))))]));
  const { notegrad: ours, ...peers } = figures;
  const ratios = {};
  const spread = {};
  for (const name of Object.keys(peers)) {
    const all = rounds.map((r) => r.get(name) / r.get("notegrad"));
    ratios[name] = median(all);
    spread[name] = [Math.min(...all), Math.max(...all)];
  }
  return { case: each.name, unit: each.unit, ours, peers, ratios, spread };
}

const digits = (x) => (x >= 100 ? x.toFixed(0) : x >= 1 ? x.toFixed(2) : x.toPrecision(2));

function line({ case: name, unit, ours, peers, ratios, spread }) {
  const others = Object.keys(peers).map((peer) => {
    const [low, high] = spread[peer];
    return `${peer} ${digits(peers[peer])} (×${digits(ratios[peer])}, ${digits(low)}–${digits(high)})`;
  });
  return `${name.padEnd(32)} ${digits(ours).padStart(8)} ${unit.padEnd(8)} ${others.join("  ")}`;
}

function profile(name) {
  const ours = join(out, "ours.js");
  const script = `${name}\t3\n`;
  const flags = ["--cpu-prof", `--cpu-prof-dir=${out}`, "--cpu-prof-name=profile.cpuprofile", ours, here];
  spawnSync(process.execPath, flags, { input: script, stdio: ["pipe", "ignore", "inherit"] });
  return import("./profile.mjs").then(({ report }) => report(join(out, "profile.cpuprofile")));
}

async function main() {
  if (options.profile) {
    await bundle();
    await profile(options.profile);
    return;
  }
  const all = await runners();
  console.log(all.map((r) => `${r.name} ${r.version}, ${r.threads} thread${r.threads > 1 ? "s" : ""}`).join("; "));
  const results = [];
  for (const each of CASES.filter(({ name }) => !options.only || name.includes(options.only))) {
    const rounds = [];
    for (let i = 0; i < Number(options.rounds); i++) rounds.push(await round(each, all));
    if (!rounds[0].has("notegrad")) continue;
    const result = summary(each, rounds);
    results.push(result);
    console.log(line(result));
  }
  for (const runner of all) runner.stop();
  const listed = results.map(({ spread: _, ...rest }) => rest);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(listed, null, 2)}\n`);
  if (options.svg) writeFileSync(options.svg, chart(results));
}

await main();
