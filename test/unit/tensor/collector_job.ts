/** A worker that trains without ever yielding, and reports how much memory that took. */
import v8 from "node:v8";
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { backward } from "../../../src/tensor/autograd/engine";
import { fromNumbers } from "../../../src/tensor/elements";
import { heap } from "../../../src/tensor/heap";
import { collectionInside, installCollector } from "../../../src/tensor/memory/collector";
import { noGrad } from "../../../src/tensor/modes";
import { add_, mul, sub } from "../../../src/tensor/ops/arithmetic";
import { mean } from "../../../src/tensor/ops/reduction";
import { empty, type Tensor } from "../../../src/tensor/tensor";

installCollector(heap, collectionInside({ vm, v8 }));

function filled(...values: number[]): Tensor {
  const x = empty([values.length]);
  fromNumbers(x, values);
  return x;
}

const x = filled(...Array.from({ length: 256 }, (_, i) => Math.sin(i)));
const y = filled(...Array.from({ length: 256 }, (_, i) => 3 * Math.sin(i)));
const w = filled(0);
w.leafRequiresGrad = true;
let mostHeap = 0;
let mostScript = 0;
const { steps } = workerData as { steps: number };
for (let i = 0; i < steps; i++) {
  const error = sub(mul(x, w), y);
  backward([mean(mul(error, error))]);
  noGrad(() => add_(w, w.grad as Tensor, -0.1));
  w.grad = null;
  mostHeap = Math.max(mostHeap, heap.used);
  if (i % 1000 === 0) mostScript = Math.max(mostScript, process.memoryUsage().heapUsed);
}
parentPort?.postMessage({ mostHeap, mostScript, weight: Number(w.storage.data[0]) });
