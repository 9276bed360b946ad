/** The worker's entry under Node: messages travel over `parentPort`. */
import "./engine-flags.node";
import v8 from "node:v8";
import vm from "node:vm";
import { parentPort } from "node:worker_threads";
import { collectionInside } from "../tensor/memory/collector";
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
    {
      now: () => performance.now(),
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      collect: collectionInside({ vm, v8 }),
    },
  );
}
