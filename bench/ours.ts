/**
 * Answers `<case>\t<seconds>` lines with seconds per repetition in Notegrad. The cases are Python text that goes the way
 * of every note: translated, then evaluated by the session's kernel. Some are only ours: `own`.
 */
import "../src/session/engine-flags.node";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import v8 from "node:v8";
import vm from "node:vm";
import { parseNote } from "../src/notes/parse";
import { createKernel, type Kernel } from "../src/session/kernel";
import type { CellCode } from "../src/session/protocol";
import { heap } from "../src/tensor/heap";
import { collectionInside, installCollector } from "../src/tensor/memory/collector";
import { PROGRAMS } from "./table.mjs";

Error.stackTraceLimit = 200;
installCollector(heap, collectionInside({ vm, v8 }));

const [directory] = process.argv.slice(2);

function newKernel(): Kernel {
  return createKernel({ now: () => performance.now(), interrupted: () => false });
}

function cellOf(source: string): CellCode {
  return { index: 0, label: "cell 1", source, startLine: 0, indent: 0 };
}

/** Runs a cell; returns what it printed. */
function run(kernel: Kernel, source: string): string {
  const printed: string[] = [];
  const result = kernel.run(cellOf(source), (output) => {
    if (output.output_type === "stream") printed.push(output.text);
  });
  if (result.status !== "ok") throw new Error(JSON.stringify(result.error));
  return printed.join("").trim();
}

/** A note of the repository, for what it costs to open one. */
const NOTE = "normalization.ko.md";
const note = parseNote(readFileSync(join(directory, "../notes", NOTE), "utf8"), { path: NOTE }).cells;

/** What no peer does: seconds of one repetition. */
const own: Readonly<Record<string, () => void>> = {
  "translate the sample note": () => newKernel().translate(note),
  "infer the sample note's shapes": () => newKernel().infer(note, 5000),
  "run an empty cell": () => run(newKernel(), "1"),
};

function measureOwn(work: () => void, budget: number): number {
  const times: number[] = [];
  const end = performance.now() + budget * 1000;
  do {
    const start = performance.now();
    work();
    times.push((performance.now() - start) / 1000);
  } while (performance.now() < end);
  return times.sort((a, b) => a - b)[times.length >> 1];
}

function kernelWith(file: string): Kernel {
  const kernel = newKernel();
  run(kernel, readFileSync(join(directory, file), "utf8"));
  return kernel;
}

const tensors = kernelWith("cases.py");
const plain = kernelWith("loops.py");
console.log("notegrad");
createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, budget] = line.split("\t");
  const work = own[name];
  const kernel = PROGRAMS.includes(name) ? plain : tensors;
  console.log(
    work ? measureOwn(work, Number(budget)) : run(kernel, `print(measure(${JSON.stringify(name)}, ${budget}))`),
  );
});
