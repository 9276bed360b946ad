import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import { SessionClient, type WorkerPort } from "../../../src/session/client";
import type { CellCode, CellResult, HostMessage, WorkerMessage } from "../../../src/session/protocol";

const cell = (index: number): CellCode => ({ index, label: `cell ${index + 1}`, source: "", startLine: 0, indent: 0 });
const result = (code: CellCode): CellResult => ({
  index: code.index,
  label: code.label,
  status: "ok",
  executionCount: 1,
  seconds: 0,
  outputs: [],
  error: null,
  shapes: [],
  interrupted: false,
});

/** A worker that answers only when it is told to. */
class FakeWorker implements WorkerPort {
  readonly sent: HostMessage[] = [];
  terminated = false;
  tell: (message: WorkerMessage) => void = () => {};
  exit: (reason: string) => void = () => {};
  postMessage(message: HostMessage): void {
    this.sent.push(message);
  }
  onMessage(listener: (message: WorkerMessage) => void): void {
    this.tell = listener;
  }
  onExit(listener: (reason: string) => void): void {
    this.exit = listener;
  }
  terminate(): void {
    this.terminated = true;
  }
  get runs(): Extract<HostMessage, { kind: "run" }>[] {
    return this.sent.filter((message) => message.kind === "run");
  }
  finish(run: Extract<HostMessage, { kind: "run" }>): void {
    this.tell({ kind: "answer", id: run.id, answer: result(run.params.cell) });
  }
}

function session(options: Partial<ConstructorParameters<typeof SessionClient>[0]> = {}) {
  const workers: FakeWorker[] = [];
  const client = new SessionClient({
    spawn: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    ...options,
  });
  return { client, workers };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the session's client", () => {
  it("runs cells one after the other and passes on their outputs", async () => {
    const { client, workers } = session();
    const texts: string[] = [];
    const first = client.run(cell(0), (output) => texts.push(output.output_type === "stream" ? output.text : ""));
    const second = client.run(cell(1));
    const [worker] = workers;
    assert.equal(worker.runs.length, 1);
    assert.ok(client.busy);
    const { id } = worker.runs[0];
    worker.tell({ kind: "output", id, output: { output_type: "stream", name: "stdout", text: "hi" } });
    worker.finish(worker.runs[0]);
    assert.equal((await first).index, 0);
    await settled();
    assert.equal(worker.runs.length, 2);
    worker.finish(worker.runs[1]);
    await second;
    assert.deepEqual(texts, ["hi"]);
  });

  it("interrupts through the shared flag and skips the cells that wait", async () => {
    const { client, workers } = session();
    const running = client.run(cell(0));
    const waiting = client.run(cell(1));
    client.interrupt();
    assert.equal((await waiting).status, "skipped");
    const start = workers[0].sent[0];
    assert.ok(start.kind === "start" && start.interrupt);
    assert.equal(new Int32Array(start.interrupt)[0], 1);
    workers[0].finish(workers[0].runs[0]);
    await running;
  });

  it("tells when an interrupt goes unanswered", async () => {
    let unresponsive = 0;
    const { client, workers } = session({ onUnresponsive: () => unresponsive++, patienceMs: 5 });
    const lost = client.run(cell(0));
    client.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(unresponsive, 1);
    client.restart();
    await assert.rejects(lost, /restarted/);
    assert.ok(workers[0].terminated);
    assert.equal(workers.length, 2);
  });

  it("survives a worker that dies: the next run gets a new one", async () => {
    let reason = "";
    const { client, workers } = session({ onLost: (why) => (reason = why) });
    const lost = client.run(cell(0));
    const waiting = client.run(cell(1));
    workers[0].exit("out of memory");
    await assert.rejects(lost, /out of memory/);
    assert.equal((await waiting).status, "skipped");
    assert.equal(reason, "out of memory");
    await settled();
    const again = client.run(cell(2));
    workers[1].finish(workers[1].runs[0]);
    assert.equal((await again).index, 2);
    client.dispose();
    assert.ok(workers[1].terminated);
  });

  it("rejects a request that failed in the worker", async () => {
    const { client, workers } = session();
    const seeded = client.request("seed", { seed: 1 });
    const sent = workers[0].sent.at(-1)!;
    assert.ok(sent.kind === "seed");
    workers[0].tell({ kind: "failed", id: sent.id, message: "no" });
    await assert.rejects(seeded, /no/);
  });
});
