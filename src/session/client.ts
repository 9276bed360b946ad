/**
 * The host's side of a session: sends requests to a worker, keeps the queue of cells to run, interrupts, restarts.
 * It knows no Node and no VS Code: the worker comes from the injected `spawn`.
 */

import type { StatisticsAnswer, StatisticsRequest } from "../statistics/panel_protocol";
import {
  CANCEL_SLOT,
  type CellCode,
  type CellResult,
  type HostMessage,
  INTERRUPT_SLOT,
  type Output,
  type Port,
  type RequestKind,
  type Requests,
  SHARED_BYTES,
  type WorkerMessage,
} from "./protocol";

export interface WorkerPort extends Port<HostMessage, WorkerMessage> {
  /** The worker ended without being asked; `reason` is for people. */
  onExit(listener: (reason: string) => void): void;
  terminate(): void;
}

export interface SessionOptions {
  readonly spawn: () => WorkerPort;
  /** An interrupt went unanswered for `patienceMs`, or cannot be sent: only a restart helps. */
  readonly onUnresponsive?: () => void;
  /** The worker ended by itself (out of memory, say); variables are lost, the next run starts a new one. */
  readonly onLost?: (reason: string) => void;
  readonly patienceMs?: number;
  /** Bytes that tensors may take: asked whenever a worker starts. */
  readonly memoryLimit?: () => number;
}

/** Why a request got no answer. */
export class SessionError extends Error {
  override readonly name = "SessionError";
}

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly onOutput?: (output: Output) => void;
  readonly onStatistics?: (answer: StatisticsAnswer) => void;
}

interface QueuedRun {
  readonly cell: CellCode;
  readonly onOutput?: (output: Output) => void;
  readonly onStart?: () => void;
  readonly resolve: (result: CellResult) => void;
  readonly reject: (error: Error) => void;
}

export class SessionClient {
  #worker: WorkerPort | null = null;
  #flag: Int32Array | null = null;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();
  #queue: QueuedRun[] = [];
  #running = false;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly options: SessionOptions) {}

  /** A cell is running or waits to. */
  get busy(): boolean {
    return this.#running || this.#queue.length > 0;
  }

  /** Starts the worker ahead of its first request. */
  start(): void {
    this.#connect();
  }

  /** Runs a cell after those asked for before it. `onOutput` gets its outputs as they come, streams in pieces. */
  run(cell: CellCode, onOutput?: (output: Output) => void, onStart?: () => void): Promise<CellResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ cell, onOutput, onStart, resolve, reject });
      this.#runNext();
    });
  }

  /** Any request but `run` and `statistics`; answered when the worker is free. */
  request<K extends Exclude<RequestKind, "run" | "statistics">>(
    kind: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["answer"]> {
    return this.#send(kind, params);
  }

  /** Resolves when no more answers come: all were given, or the signal was aborted. Cells can run between answers. */
  async statistics(
    request: StatisticsRequest,
    onAnswer: (answer: StatisticsAnswer) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    if (signal?.aborted) return;
    const answered = this.#send("statistics", { request }, { onStatistics: onAnswer });
    const id = this.#nextId - 1;
    const cancel = (): void => {
      const pending = this.#pending.get(id);
      if (!pending) return;
      this.#pending.set(id, { ...pending, onStatistics: undefined });
      if (this.#flag) Atomics.store(this.#flag, CANCEL_SLOT, id);
      this.#worker?.postMessage({ kind: "cancel", id });
    };
    signal?.addEventListener("abort", cancel);
    try {
      await answered;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Stops the running cell with a KeyboardInterrupt and forgets the waiting ones; variables survive. */
  interrupt(): void {
    const waiting = this.#queue;
    this.#queue = [];
    for (const run of waiting) run.resolve(skipped(run.cell));
    if (this.#pending.size === 0) return;
    if (!this.#flag) {
      this.options.onUnresponsive?.();
      return;
    }
    Atomics.store(this.#flag, INTERRUPT_SLOT, 1);
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (this.#pending.size > 0) this.options.onUnresponsive?.();
    }, this.options.patienceMs ?? 3000);
  }

  /** Ends the worker at once and starts a new one: variables are gone, unanswered requests fail. */
  restart(): void {
    this.#disconnect(new SessionError("the session was restarted"));
    this.#connect();
  }

  dispose(): void {
    this.#disconnect(new SessionError("the session was closed"));
  }

  #runNext(): void {
    if (this.#running) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#running = true;
    if (this.#flag) Atomics.store(this.#flag, INTERRUPT_SLOT, 0);
    next.onStart?.();
    this.#send("run", { cell: next.cell }, { onOutput: next.onOutput })
      .then(next.resolve, next.reject)
      .finally(() => {
        this.#running = false;
        this.#runNext();
      });
  }

  #send<K extends RequestKind>(
    kind: K,
    params: Requests[K]["params"],
    listeners: Pick<Pending, "onOutput" | "onStatistics"> = {},
  ): Promise<Requests[K]["answer"]> {
    const worker = this.#connect();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, ...listeners });
      worker.postMessage({ kind, id, params } as HostMessage);
    });
  }

  #connect(): WorkerPort {
    if (this.#worker) return this.#worker;
    const worker = this.options.spawn();
    this.#worker = worker;
    const shared = typeof SharedArrayBuffer === "undefined" ? null : new SharedArrayBuffer(SHARED_BYTES);
    this.#flag = shared && new Int32Array(shared);
    worker.onMessage((message) => {
      if (this.#worker === worker) this.#receive(message);
    });
    worker.onExit((reason) => {
      if (this.#worker !== worker) return;
      this.#disconnect(new SessionError(reason));
      this.options.onLost?.(reason);
    });
    const memoryLimit = this.options.memoryLimit?.();
    worker.postMessage({ kind: "start", interrupt: shared, ...(memoryLimit === undefined ? {} : { memoryLimit }) });
    return worker;
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === "ready") return;
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.kind === "output") pending.onOutput?.(message.output);
    else if (message.kind === "statistics") pending.onStatistics?.(message.answer);
    else {
      this.#pending.delete(message.id);
      if (this.#pending.size === 0) clearTimeout(this.#watch);
      if (message.kind === "answer") pending.resolve(message.answer as never);
      else pending.reject(new SessionError(message.message));
    }
  }

  #disconnect(why: SessionError): void {
    clearTimeout(this.#watch);
    this.#worker?.terminate();
    this.#worker = null;
    this.#flag = null;
    const waiting = this.#queue;
    this.#queue = [];
    for (const run of waiting) run.resolve(skipped(run.cell));
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of unanswered) reject(why);
  }
}

/** The result of a cell that was not run because one before it was interrupted or the session ended. */
export function skipped(cell: CellCode): CellResult {
  return {
    index: cell.index,
    label: cell.label,
    status: "skipped",
    executionCount: 0,
    seconds: 0,
    outputs: [],
    error: null,
    shapes: [],
    interrupted: false,
  };
}
