/** The worker's side of a session: carries out requests in order. What carries messages is injected. */
import { heap } from "../tensor/heap";
import { installCollector } from "../tensor/memory/collector";
import { installEvacuation } from "../tensor/memory/evacuation";
import { createKernel, type Kernel, type KernelHost } from "./kernel";
import {
  CANCEL_SLOT,
  type HostMessage,
  INTERRUPT_SLOT,
  type Port,
  type RequestKind,
  type Requests,
  type WorkerMessage,
} from "./protocol";

export interface WorkerHost {
  /** Milliseconds, from any start. */
  now(): number;
  /** Resolves after messages that have arrived were delivered. */
  pause(): Promise<void>;
  /** A full garbage collection inside a running job, where the engine can be asked for one. */
  readonly collect?: () => void;
}

type Immediate = Exclude<RequestKind, "statistics">;

type Handlers = {
  readonly [K in Immediate]: (kernel: Kernel, params: Requests[K]["params"], id: number) => Requests[K]["answer"];
};

/** Listens on the port until the worker is ended. */
export function serve(port: Port<WorkerMessage, HostMessage>, { now, pause, collect }: WorkerHost): void {
  // A training loop in one cell never yields to the engine's own finalizers.
  if (collect) installCollector(heap, collect);
  else installEvacuation(heap);
  let shared: Int32Array | null = null;
  const host: KernelHost = {
    now,
    // A plain read is enough to notice: loops ask on every step.
    interrupted: () =>
      shared !== null && shared[INTERRUPT_SLOT] === 1 && Atomics.compareExchange(shared, INTERRUPT_SLOT, 1, 0) === 1,
  };
  let kernel: Kernel | undefined;
  const live = (): Kernel => (kernel ??= createKernel(host));
  const cancelled = new Set<number>();

  const handlers: Handlers = {
    run: (k, { cell }, id) => k.run(cell, (output) => port.postMessage({ kind: "output", id, output })),
    infer: (k, { cells, budgetMs }) => k.infer(cells, budgetMs),
    inspect: (k, { cell, line, column }) => k.inspect(cell, line, column),
    translate: (k, { cells }) => k.translate(cells),
    variables: (k) => k.variables(),
    reference: (k) => k.reference(),
    seed: (k, { seed }) => {
      k.seed(seed);
      return null;
    },
  };

  const fail = (id: number, error: unknown): void =>
    port.postMessage({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });

  const handle = <K extends Immediate>(kind: K, id: number, params: Requests[K]["params"]): void => {
    try {
      port.postMessage({ kind: "answer", id, answer: handlers[kind](live(), params, id) });
    } catch (error) {
      fail(id, error);
    }
  };

  const answerStatistics = async (id: number, { request }: Requests["statistics"]["params"]): Promise<void> => {
    const stopped = (): boolean => cancelled.has(id) || (shared !== null && shared[CANCEL_SLOT] === id);
    try {
      for (const answer of live().statistics(request, stopped)) {
        port.postMessage({ kind: "statistics", id, answer });
        await pause();
        if (stopped()) break;
      }
      port.postMessage({ kind: "answer", id, answer: null });
    } catch (error) {
      fail(id, error);
    } finally {
      cancelled.delete(id);
    }
  };

  port.onMessage((message) => {
    switch (message.kind) {
      case "start":
        shared = message.interrupt && new Int32Array(message.interrupt);
        if (message.memoryLimit !== undefined) heap.limit = message.memoryLimit;
        port.postMessage({ kind: "ready" });
        break;
      case "cancel":
        cancelled.add(message.id);
        break;
      case "statistics":
        void answerStatistics(message.id, message.params);
        break;
      default:
        handle(message.kind, message.id, message.params);
    }
  });
}
