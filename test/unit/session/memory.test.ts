import assert from "node:assert/strict";
import type { CellResult, HostMessage, WorkerMessage } from "../../../src/session/protocol";
import { serve } from "../../../src/session/worker";
import { heap } from "../../../src/tensor/heap";
import { cellsOf, textOf } from "./harness";

describe("a session's memory limit", () => {
  const before = heap.limit;
  afterEach(() => {
    heap.limit = before;
  });

  it("ends a cell that wants more with an error, and the session goes on", () => {
    const answers: WorkerMessage[] = [];
    let send: (message: HostMessage) => void = () => {};
    const port = {
      postMessage: (message: WorkerMessage) => void answers.push(message),
      onMessage: (listener: (message: HostMessage) => void) => {
        send = listener;
      },
    };
    serve(port, { now: () => performance.now(), pause: () => Promise.resolve() });
    send({ kind: "start", interrupt: null, memoryLimit: heap.buffer.byteLength + 2 ** 20 });
    const sources = ["import torch\nkept = torch.ones(3)", "torch.zeros(1024, 1024, 64)", "kept.sum()"];
    const results = cellsOf(...sources).map((cell, id) => {
      send({ kind: "run", id, params: { cell } });
      const answer = answers.at(-1)!;
      assert.ok(answer.kind === "answer");
      return answer.answer as CellResult;
    });
    assert.deepEqual(
      results.map(({ status }) => status),
      ["ok", "error", "ok"],
    );
    assert.match(results[1]!.error!.evalue, /not enough memory: you tried to allocate 268435456 bytes/);
    assert.equal(textOf(results[2]!.outputs), "tensor(3.)");
  });
});
