/** The worker's side of a session: carries out requests in order. What carries messages is injected. */
import { createKernel, type Kernel, type KernelHost } from "./kernel";
import {
  type HostMessage,
  INTERRUPT_SLOT,
  type Port,
  type RequestKind,
  type Requests,
  type WorkerMessage,
} from "./protocol";

type Request = Exclude<HostMessage, { kind: "start" }>;

type Handlers = {
  readonly [K in RequestKind]: (kernel: Kernel, params: Requests[K]["params"], id: number) => Requests[K]["answer"];
};

/** Listens on the port until the worker is ended. */
export function serve(port: Port<WorkerMessage, HostMessage>, now: () => number): void {
  let flag: Int32Array | null = null;
  const host: KernelHost = {
    now,
    // A plain read is enough to notice: loops ask on every step.
    interrupted: () =>
      flag !== null && flag[INTERRUPT_SLOT] === 1 && Atomics.compareExchange(flag, INTERRUPT_SLOT, 1, 0) === 1,
  };
  let kernel: Kernel | undefined;
  const live = (): Kernel => (kernel ??= createKernel(host));

  const handlers: Handlers = {
    run: (k, { cell }, id) => k.run(cell, (output) => port.postMessage({ kind: "output", id, output })),
    infer: (k, { cells, budgetMs }) => k.infer(cells, budgetMs),
    inspect: (k, { cell, line, column }) => k.inspect(cell, line, column),
    translate: (k, { cells }) => k.translate(cells),
    variables: (k) => k.variables(),
    statistics: (k, { request }, id) => {
      k.statistics(request, (answer) => port.postMessage({ kind: "statistics", id, answer }));
      return null;
    },
    seed: (k, { seed }) => {
      k.seed(seed);
      return null;
    },
  };

  const handle = <K extends RequestKind>(kind: K, id: number, params: Requests[K]["params"]): void => {
    try {
      port.postMessage({ kind: "answer", id, answer: handlers[kind](live(), params, id) });
    } catch (error) {
      port.postMessage({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });
    }
  };

  port.onMessage((message) => {
    if (message.kind === "start") {
      flag = message.interrupt && new Int32Array(message.interrupt);
      port.postMessage({ kind: "ready" });
    } else {
      const request: Request = message;
      handle(request.kind, request.id, request.params);
    }
  });
}
