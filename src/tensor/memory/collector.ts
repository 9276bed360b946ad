import type { Heap } from "../heap";
import { type Reclaimer, type Storage, useReclaimer } from "../storage";

/** What is needed of `node:vm` and `node:v8`: the host of the runtime injects them. */
export interface NodeParts {
  readonly vm: {
    createContext(sandbox: object, options: { readonly microtaskMode: "afterEvaluate" }): object;
    runInContext(code: string, context: object): unknown;
    runInNewContext(code: string): unknown;
  };
  readonly v8: { setFlagsFromString(flag: string): void };
}

/**
 * A full garbage collection inside a running job. Weak references keep their targets alive until the job ends, unless
 * a script ran in a context with microtasks of its own since: that clears the engine's list at once.
 */
export function collectionInside({ vm, v8 }: NodeParts): () => void {
  const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  v8.setFlagsFromString("--expose-gc");
  const gc = vm.runInNewContext("gc") as () => void;
  return () => {
    vm.runInContext("0", context);
    gc();
  };
}

/** Bytes in use, and storages made since, before the first collection. */
const FIRST_BYTES = 64 * 2 ** 20;
const FIRST_COUNT = 50_000;
/** Collections that follow each other faster than this many times what they take get more room, up to a bound. */
const PAUSE = 25;
const MOST_ROOM = 512 * 2 ** 20;
/**
 * Room for this many storages of the size that is in use: a loop that makes larger ones has taken as much within its
 * first thousand steps, so that its memory does not go on rising.
 */
const MOST_STORAGES = 1024;

interface Entry {
  readonly ref: WeakRef<Storage>;
  /** 0 once released. */
  pointer: number;
  readonly bytes: number;
}

/**
 * Keeps memory bounded in loops that never yield, where finalizers do not run: storages are held weakly in a list,
 * and under pressure `fullCollection` runs and what died is given back. Returns a function that does so at once.
 */
export function installCollector(heap: Heap, fullCollection: () => void): () => void {
  let entries: Entry[] = [];
  let countLimit = FIRST_COUNT;
  let room = FIRST_BYTES;
  let ended = 0;
  let took = 0;

  const collect = (): void => {
    const started = performance.now();
    const usual = Math.max(FIRST_BYTES, (MOST_STORAGES * heap.used) / Math.max(1, entries.length));
    if (started - ended < PAUSE * took) room = Math.min(2 * room, usual, MOST_ROOM);
    room = Math.min(room, heap.limit / 4);
    fullCollection();
    const live: Entry[] = [];
    for (const entry of entries) {
      if (entry.pointer === 0) continue;
      if (entry.ref.deref() !== undefined) live.push(entry);
      else heap.release(entry.pointer, entry.bytes);
    }
    entries = live;
    countLimit = Math.max(FIRST_COUNT, 2 * live.length);
    heap.collectAbove = heap.used + Math.max(room, heap.used);
    ended = performance.now();
    took = ended - started;
  };

  const reclaimer: Reclaimer = {
    track: (storage) => {
      if (entries.length >= countLimit) collect();
      const entry: Entry = { ref: new WeakRef(storage), pointer: storage.pointer, bytes: storage.bytes };
      entries.push(entry);
      return entry;
    },
    untrack: (_storage, handle) => {
      (handle as Entry).pointer = 0;
    },
  };
  heap.collect = collect;
  heap.collectAbove = FIRST_BYTES;
  useReclaimer(reclaimer);
  return collect;
}
