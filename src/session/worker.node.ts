/** The worker's entry under Node: messages travel over `parentPort`. */
import { parentPort } from "node:worker_threads";
import type { HostMessage } from "./protocol";
import { serve } from "./worker";

// Tracebacks are read from V8's stacks: the default of ten frames would cut them.
Error.stackTraceLimit = 200;

if (parentPort) {
  const port = parentPort;
  serve(
    {
      postMessage: (message) => port.postMessage(message),
      onMessage: (listener) => port.on("message", (message: HostMessage) => listener(message)),
    },
    { now: () => performance.now(), pause: () => new Promise((resolve) => setImmediate(resolve)) },
  );
}
