/** A worker that trains without ever yielding while it keeps a list of tensors, and reports how much memory that took. */
import v8 from "node:v8";
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { backward } from "../../../src/tensor/autograd/engine";
import { fromNumbers } from "../../../src/tensor/elements";
import { heap } from "../../../src/tensor/heap";
import { collectionInside, installCollector } from "../../../src/tensor/memory/collector";
import { installEvacuation } from "../../../src/tensor/memory/evacuation";
import { noGrad } from "../../../src/tensor/modes";
import { add_, mul, sub } from "../../../src/tensor/ops/arithmetic";
import { mean } from "../../../src/tensor/ops/reduction";
import { empty, type Tensor } from "../../../src/tensor/tensor";

export interface Job {
  readonly reclaim: "collect" | "evacuate";
  readonly steps: number;
  /** Numbers in a batch, and in each of the tensors that are kept. */
  readonly batch: number;
  readonly kept: number;
  readonly keptSize: number;
}

/** Bytes; `early` is the most resident memory of the first 2,000 steps, `late` of those after. */
export interface Report {
  readonly mostHeap: number;
  readonly early: number;
  readonly late: number;
  readonly weight: number;
  /** Kept tensors that do not hold any more what was put in. */
  readonly spoilt: number;
}

const job = workerData as Job;
if (job.reclaim === "collect") installCollector(heap, collectionInside({ vm, v8 }));
else installEvacuation(heap);

function filled(values: readonly number[]): Tensor {
  const x = empty([values.length]);
  fromNumbers(x, values);
  return x;
}

const x = filled(Array.from({ length: job.batch }, (_, i) => Math.sin(i)));
const y = filled(Array.from({ length: job.batch }, (_, i) => 3 * Math.sin(i)));
const w = filled([0]);
w.leafRequiresGrad = true;
const kept: Tensor[] = [];
let mostHeap = 0;
let early = 0;
let late = 0;
for (let i = 0; i < job.steps; i++) {
  heap.safePoint();
  if (kept.length < job.kept) kept.push(filled(new Array<number>(job.keptSize).fill(i)));
  const error = sub(mul(x, w), y);
  backward([mean(mul(error, error))]);
  noGrad(() => add_(w, w.grad as Tensor, -0.1));
  w.grad = null;
  mostHeap = Math.max(mostHeap, heap.used);
  if (i % 100 !== 0) continue;
  const resident = process.memoryUsage.rss();
  if (i < 2000) early = Math.max(early, resident);
  else late = Math.max(late, resident);
}
const spoilt = kept.filter((t, i) => !(t.storage.data as Float32Array).every((v) => v === i)).length;
parentPort?.postMessage({ mostHeap, early, late, weight: Number(w.storage.data[0]), spoilt } satisfies Report);
