/** Starts a session's worker under Node (extension host, terminal). */
import { Worker } from "node:worker_threads";
import type { WorkerPort } from "./client";
import type { WorkerMessage } from "./protocol";

/** Deep recursion in a note ends in Python's RecursionError, not in a crash: 1000 Python frames need this much. */
const STACK_MB = 48;
/** JavaScript objects only; numbers live in WebAssembly memory. */
const HEAP_MB = 4096;

/** @param path the bundled worker (`dist/worker.js`). */
export function spawnWorker(path: string): WorkerPort {
  const worker = new Worker(path, {
    env: {},
    execArgv: [],
    resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: HEAP_MB },
  });
  let ended = false;
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", (message: WorkerMessage) => listener(message)),
    onExit: (listener) => {
      let reason = "the session's worker ended";
      worker.on("error", (error: Error & { code?: string }) => {
        reason =
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? "the session ran out of memory"
            : `the session ended: ${error.message}`;
      });
      worker.on("exit", () => {
        if (!ended) listener(reason);
      });
    },
    terminate: () => {
      ended = true;
      void worker.terminate();
    },
  };
}
