import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Job, Report } from "./collector_job";

const MB = 2 ** 20;

async function run(job: Job): Promise<Report> {
  // A worker does not inherit the TypeScript loader.
  const file = fileURLToPath(new URL("./collector_job.ts", import.meta.url));
  const worker = new Worker(`require("tsx/cjs"); require(${JSON.stringify(file)});`, { eval: true, workerData: job });
  try {
    return await new Promise<Report>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  } finally {
    await worker.terminate();
  }
}

for (const reclaim of ["collect", "evacuate"] as const) {
  describe(`memory in a job that never yields (${reclaim})`, () => {
    for (const batch of [8, 2048]) {
      it(`is flat over 100,000 training steps on batches of ${batch}`, async function () {
        this.timeout(240_000);
        const report = await run({ reclaim, steps: 100_000, batch, kept: 0, keptSize: 0 });
        assert.ok(Math.abs(report.weight - 3) < 1e-4, `learnt ${report.weight}`);
        assert.ok(report.mostHeap < 96 * MB, `tensor memory rose to ${report.mostHeap / MB} MB`);
        const more = (report.late - report.early) / MB;
        assert.ok(more < 64, `resident memory rose by ${more} MB after 2,000 steps`);
      });
    }

    for (const keptSize of [4, 300, 3000]) {
      it(`keeps 10,000 tensors of ${keptSize} numbers valid`, async function () {
        this.timeout(120_000);
        const report = await run({ reclaim, steps: 12_000, batch: 2048, kept: 10_000, keptSize });
        assert.equal(report.spoilt, 0);
        assert.ok(Math.abs(report.weight - 3) < 1e-4, `learnt ${report.weight}`);
      });
    }
  });
}
