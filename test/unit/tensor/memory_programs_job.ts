/**
 * A worker that runs random programs under a tiny memory limit beside a model of plain arrays. What is given back is
 * overwritten with NaN at once, so that whoever still reads it is found out.
 */
import v8 from "node:v8";
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { backward } from "../../../src/tensor/autograd/engine";
import { TorchError } from "../../../src/tensor/errors";
import { heap } from "../../../src/tensor/heap";
import { collectionInside, installCollector } from "../../../src/tensor/memory/collector";
import { installEvacuation } from "../../../src/tensor/memory/evacuation";
import { add, add_, mul, neg } from "../../../src/tensor/ops/arithmetic";
import { clone } from "../../../src/tensor/ops/copies";
import { sum } from "../../../src/tensor/ops/reduction";
import { slice } from "../../../src/tensor/ops/slicing";
import { empty, type Tensor } from "../../../src/tensor/tensor";
import { noise, numbers, tensor } from "./help";

export interface Programs {
  readonly reclaim: "collect" | "evacuate";
  readonly seed: number;
  readonly steps: number;
}

export interface Outcome {
  /** What was read and should not have been, one line each. */
  readonly wrong: readonly string[];
  readonly outOfMemory: number;
  /** Blocks given back. */
  readonly released: number;
}

const LIMIT = 2 ** 20;
const MOST_ROWS = 40;

/** Whole rows of a matrix; in the model those of a plain array that views share. */
interface Slot {
  readonly tensor: Tensor;
  readonly base: number[];
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
}

const { reclaim, seed, steps } = workerData as Programs;
heap.limit = LIMIT;
if (reclaim === "collect") installCollector(heap, collectionInside({ vm, v8 }));
else installEvacuation(heap);

let released = 0;
const release = heap.release.bind(heap);
heap.release = (pointer, bytes) => {
  released++;
  new Uint8Array(heap.buffer, pointer, bytes).fill(0xff);
  release(pointer, bytes);
};

const source = noise(seed);
const random = (n: number): number => Math.floor(((source.next().value + 1) / 2) * n);
const pick = <T>(from: readonly T[]): T => from[random(from.length)];

let slots: Slot[] = [];
const wrong: string[] = [];
let outOfMemory = 0;

const model = ({ base, first, rows, columns }: Slot): number[] => base.slice(first * columns, (first + rows) * columns);

function whole(made: Tensor, values: number[], like: Pick<Slot, "rows" | "columns">): void {
  slots.push({ tensor: made, base: values, first: 0, rows: like.rows, columns: like.columns });
}

function create(): void {
  const rows = 1 + random(MOST_ROWS);
  const columns = pick([1, 7, 40, 200, 1000]);
  const values = Array.from({ length: rows * columns }, () => random(100));
  whole(tensor(values, [rows, columns]), values, { rows, columns });
}

/** What a program does with one of its matrices. Numbers stay small integers, so that every result is exact. */
const actions: Readonly<Record<string, (slot: Slot) => void>> = {
  create,
  view: (slot) => {
    const start = random(slot.rows);
    const rows = 1 + random(slot.rows - start);
    const part = slice(slot.tensor, 0, start, start + rows);
    slots.push({ ...slot, tensor: part, first: slot.first + start, rows });
  },
  inPlace: (slot) => {
    add_(slot.tensor, 1);
    const end = (slot.first + slot.rows) * slot.columns;
    for (let i = slot.first * slot.columns; i < end; i++) slot.base[i]++;
  },
  copy: (slot) => whole(clone(slot.tensor), model(slot), slot),
  negate: (slot) => {
    const made = neg(slot.tensor);
    whole(
      made,
      model(slot).map((v) => -v),
      slot,
    );
  },
  gradient: (slot) => {
    const w = clone(slot.tensor);
    w.leafRequiresGrad = true;
    const twice = add(w, w);
    backward([sum(mul(twice, slot.tensor))]);
    whole(
      w.grad as Tensor,
      model(slot).map((v) => 2 * v),
      slot,
    );
  },
  forget: (slot) => {
    slots = slots.filter((other) => other !== slot);
  },
  tooMuch: () => {
    if (random(10) === 0) empty([1 + LIMIT / 4]);
  },
  forgetMost: () => {
    if (random(8) === 0) slots = slots.slice(-2);
  },
};

function verify(slot: Slot, step: number, action: string): void {
  const expected = model(slot);
  const got = numbers(slot.tensor);
  const at = expected.findIndex((v, i) => v !== got[i]);
  if (at >= 0) wrong.push(`step ${step} (${action}): ${got[at]} instead of ${expected[at]} at ${at}`);
}

for (let step = 0; step < steps && wrong.length < 5; step++) {
  heap.safePoint();
  if (slots.length === 0) create();
  const action = pick(Object.keys(actions));
  try {
    actions[action](pick(slots));
  } catch (error) {
    if (!(error instanceof TorchError && error.type === "RuntimeError" && /not enough memory/.test(error.message))) {
      throw error;
    }
    outOfMemory++;
    // As a person would: something has to go, and then there is room again.
    for (const slot of slots) verify(slot, step, action);
    slots = slots.slice(0, 1);
  }
  if (slots.length > 0) verify(pick(slots), step, action);
}
for (const slot of slots) verify(slot, steps, "end");
parentPort?.postMessage({ wrong, outOfMemory, released } satisfies Outcome);
