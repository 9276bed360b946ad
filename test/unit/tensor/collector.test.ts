import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

interface Report {
  readonly mostHeap: number;
  readonly mostScript: number;
  readonly weight: number;
}

describe("memory in a job that never yields", () => {
  it("stays bounded over 100,000 training steps", async function () {
    this.timeout(120_000);
    // A worker does not inherit the TypeScript loader.
    const job = fileURLToPath(new URL("./collector_job.ts", import.meta.url));
    const worker = new Worker(`require("tsx/cjs"); require(${JSON.stringify(job)});`, {
      eval: true,
      workerData: { steps: 100_000 },
    });
    const report = await new Promise<Report>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    assert.ok(Math.abs(report.weight - 3) < 1e-4, `learnt ${report.weight}`);
    assert.ok(report.mostHeap < 96 * 2 ** 20, `tensor memory rose to ${report.mostHeap >> 20} MB`);
    assert.ok(report.mostScript < 512 * 2 ** 20, `JavaScript memory rose to ${report.mostScript >> 20} MB`);
  });
});
