/**
 * How many cells of public notes print here what they print in PyTorch: `npm run notes -- --recorded DIR` runs the
 * notes of DIR and compares. DIR lies outside the repository and holds, for every note, NAME.ipynb (its code cells
 * behind one that seeds) and NAME.oracle.json (what each cell did in PyTorch: [{ status, stdout, result, ename }]).
 *
 * Counted are the cells that ran in PyTorch, of the notes that import only torch and the standard library; the other
 * notes are added up by themselves. Addresses, times and the last printed digit are no difference.
 *
 *   --only TEXT    notes whose name has TEXT
 *   --show         prints both texts of each cell that differs
 *   --json         prints { notes, cells, same, identical, percent, different, others } and nothing else
 *   --seconds N    a note's limit (120)
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { alikeExceptLastDigits, normal } from "./notes_compare.mjs";

const PROGRAM = new URL("../dist/notegrad.js", import.meta.url).pathname;
const ENDING = ".oracle.json";
const STANDARD = new Set(
  (
    "__future__ abc argparse array ast asyncio base64 bisect builtins calendar cmath collections contextlib copy csv " +
    "dataclasses datetime decimal difflib dis enum fractions functools gc getpass glob gzip hashlib heapq html http " +
    "importlib inspect io itertools json keyword locale logging math multiprocessing numbers operator os pathlib " +
    "pickle platform pprint queue random re shutil signal socket sqlite3 stat statistics string struct subprocess sys " +
    "tarfile tempfile textwrap threading time timeit traceback types typing unicodedata unittest urllib uuid warnings " +
    "weakref xml zipfile zlib"
  ).split(" "),
);

const { values: options } = parseArgs({
  options: {
    recorded: { type: "string" },
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "120" },
    show: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
if (!options.recorded) {
  console.error("usage: npm run notes -- --recorded DIR [--only TEXT] [--show] [--json] [--seconds N]");
  process.exit(2);
}

const textOf = (text) => (Array.isArray(text) ? text.join("") : (text ?? ""));

/** The top-level packages that a note's cells import, torch and the standard library aside. */
function foreignPackages(cells) {
  const names = new Set();
  for (const { source } of cells) {
    for (const [, from, list] of textOf(source).matchAll(
      /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+(.+))/gm,
    )) {
      for (const name of from ? [from] : list.replace(/#.*/, "").split(/[,;]/))
        names.add(name.trim().split(/[.\s]/)[0]);
    }
  }
  return [...names].filter((name) => name && name !== "torch" && !STANDARD.has(name)).sort();
}

/** @returns {Promise<object[]>} the cells' results, without the seeding cell's; none when the note did not end. */
function run(path) {
  const limits = { timeout: 1000 * Number(options.seconds), maxBuffer: 1 << 28 };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, "run", path, "--json"], limits, (_error, stdout) => {
      try {
        resolve(JSON.parse(stdout).cells.slice(1));
      } catch {
        resolve([]);
      }
    });
  });
}

function printed(outputs, kind) {
  const take =
    kind === "stdout"
      ? (output) => (output.output_type === "stream" && output.name === "stdout" ? textOf(output.text) : "")
      : (output) => (output.output_type === "execute_result" ? textOf(output.data["text/plain"]) : "");
  return outputs.map(take).join("");
}

/** @returns {{ verdict: "identical" | "last digit" | "different", reason?: string, ours?: string, theirs?: string }} */
function judge(ours, theirs) {
  if (!ours) return { verdict: "different", reason: "the note did not end in time" };
  const error = ours.outputs.find(({ output_type }) => output_type === "error");
  if (error) return { verdict: "different", reason: `raises ${error.ename}: ${error.evalue}` };
  const [a, b] = [ours.outputs, null].map((outputs) =>
    ["stdout", "result"].map((kind) => normal(outputs ? printed(outputs, kind) : (theirs[kind] ?? ""))).join("\n"),
  );
  if (a === b) return { verdict: "identical" };
  if (alikeExceptLastDigits(a, b)) return { verdict: "last digit" };
  return { verdict: "different", reason: "other text", ours: a, theirs: b };
}

/** A copy of a note that ends before the first cell that PyTorch did not finish in its time, which nothing says of. */
function withoutUnfinished(name, note, recorded) {
  const unfinished = recorded.findIndex(({ status }) => status === "timeout");
  if (unfinished < 0) return join(options.recorded, `${name}.ipynb`);
  const path = join(scratch, `${name}.ipynb`);
  writeFileSync(path, JSON.stringify({ ...note, cells: note.cells.slice(0, unfinished + 1) }));
  return path;
}

async function measure(name) {
  const path = join(options.recorded, name);
  const note = JSON.parse(readFileSync(`${path}.ipynb`, "utf8"));
  const recorded = JSON.parse(readFileSync(path + ENDING, "utf8"));
  const results = await run(withoutUnfinished(name, note, recorded));
  const counted = recorded.flatMap((theirs, index) =>
    theirs.status === "ok" ? [{ note: name, cell: index + 1, ...judge(results[index], theirs) }] : [],
  );
  return { name, foreign: foreignPackages(note.cells.slice(1)), counted };
}

function totals(notes) {
  const all = notes.flatMap(({ counted }) => counted);
  const different = all.filter(({ verdict }) => verdict === "different");
  const same = all.length - different.length;
  return {
    notes: notes.length,
    cells: all.length,
    same,
    identical: all.filter(({ verdict }) => verdict === "identical").length,
    percent: all.length ? Math.round((1000 * same) / all.length) / 10 : 0,
    different: different.map(({ note, cell, reason, ours, theirs }) =>
      options.show && ours !== undefined ? { note, cell, reason, ours, theirs } : { note, cell, reason },
    ),
  };
}

const names = readdirSync(options.recorded)
  .filter((file) => file.endsWith(ENDING) && file.includes(options.only))
  .map((file) => file.slice(0, -ENDING.length))
  .sort();
const measured = [];
const scratch = mkdtempSync(join(tmpdir(), "notegrad-notes-"));
const queue = names.values();
await Promise.all(
  Array.from({ length: Math.max(1, Math.min(4, cpus().length)) }, async () => {
    for (const name of queue) measured.push(await measure(name));
  }),
);
rmSync(scratch, { recursive: true });
// A note of which no cell ran in PyTorch (its first import is missing there) says nothing.
const told = measured.filter(({ counted }) => counted.length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
const figure = totals(told.filter(({ foreign }) => foreign.length === 0));
const others = totals(told.filter(({ foreign }) => foreign.length > 0));

if (options.json) console.log(JSON.stringify({ ...figure, others }, null, 1));
else {
  for (const [title, part] of [
    ["notes that import only torch and the standard library", figure],
    ["other notes", others],
  ]) {
    for (const { note, cell, reason, ours, theirs } of part.different) {
      console.log(`${note} cell ${cell}: ${reason.slice(0, 200)}`);
      if (ours !== undefined)
        console.log(`  --- PyTorch\n${theirs.slice(0, 1500)}\n  --- here\n${ours.slice(0, 1500)}\n`);
    }
    console.log(
      `${title}: ${part.notes} notes, ${part.cells} cells, ${part.same} the same (${part.percent} %), ${part.identical} to the letter`,
    );
  }
}
