import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Outcome, Programs } from "./memory_programs_job";

async function run(programs: Programs): Promise<Outcome> {
  // A worker does not inherit the TypeScript loader; its heap is its own.
  const file = fileURLToPath(new URL("./memory_programs_job.ts", import.meta.url));
  const script = `require("tsx/cjs"); require(${JSON.stringify(file)});`;
  const worker = new Worker(script, { eval: true, workerData: programs });
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  } finally {
    await worker.terminate();
  }
}

describe("random programs under a memory limit of 1 MB", () => {
  for (const reclaim of ["collect", "evacuate"] as const) {
    for (const seed of [1, 2, 3]) {
      it(`never read what was given back (${reclaim}, seed ${seed})`, async function () {
        this.timeout(120_000);
        const { wrong, outOfMemory, released } = await run({ reclaim, seed, steps: 1000 });
        assert.deepEqual(wrong, []);
        assert.ok(outOfMemory > 0, "the limit was never reached");
        assert.ok(released > 300, `only ${released} blocks were given back`);
      });
    }
  }
});
