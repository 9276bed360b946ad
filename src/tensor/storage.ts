import type { DType, TypedArray } from "./dtype";
import { DataDependent } from "./errors";
import { heap } from "./heap";

/** How memory of storages that nobody reaches any more comes back. A host that can collect puts its own here. */
export interface Reclaimer {
  /** Returns what `untrack` needs. */
  track(storage: Storage): unknown;
  untrack(storage: Storage, handle: unknown): void;
}

const registry = new FinalizationRegistry<{ pointer: number; bytes: number }>(({ pointer, bytes }) =>
  heap.release(pointer, bytes),
);

let reclaimer: Reclaimer = {
  track: (storage) => registry.register(storage, { pointer: storage.pointer, bytes: storage.bytes }, storage),
  untrack: (storage) => registry.unregister(storage),
};

/** Storages made from now on are given back by `next`; earlier ones by what tracked them. */
export function useReclaimer(next: Reclaimer): void {
  reclaimer = next;
}

let serial = 0;
/** Storages allocated while a scope is open; see `releaseScope`. */
let scope: Storage[] | null = null;

/** The serial of the newest storage: what `run` allocates is newer. */
export function newestSerial(): number {
  return serial;
}

/**
 * Runs code whose allocations are temporaries, and gives back at once all of them but those `keep` names. For code
 * of the runtime itself, which hides no tensor anywhere else.
 */
export function releaseScope<T>(run: () => T, keep: (result: T) => Iterable<Storage>): T {
  const outer = scope;
  const mine: Storage[] = [];
  scope = mine;
  let result: T;
  try {
    result = run();
  } finally {
    scope = outer;
  }
  const kept = new Set(keep(result));
  for (const storage of mine) {
    if (kept.has(storage) || (storage.twin && kept.has(storage.twin))) outer?.push(storage);
    else storage.release();
  }
  return result;
}

/** The version counter that a tensor shares with its views and with `detach()`ed aliases. */
export class VersionCounter {
  value = 0;
}

/**
 * A run of elements of one dtype in the heap. An abstract storage (pointer 0) has a length and no data: shape
 * inference runs on those.
 */
export class Storage {
  private view: TypedArray | null = null;
  private tracker: Reclaimer | null = null;
  private handle: unknown = null;
  /** The same memory under the other reading of `reread`; each keeps the other alive. */
  twin: Storage | null = null;
  /** Grows with each allocation: tells what is newer than a moment (see `newestSerial`). */
  serial = ++serial;

  private constructor(
    readonly dtype: DType,
    readonly length: number,
    /** Byte address in the heap; 0 for an abstract storage and after `release`. */
    public pointer: number,
  ) {
    if (pointer === 0) return;
    this.tracker = reclaimer;
    this.handle = reclaimer.track(this);
    scope?.push(this);
  }

  /** Uninitialised memory for `length` elements. */
  static allocate(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, heap.allocate(length * dtype.size));
  }

  static abstract(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, 0);
  }

  /**
   * The same memory read as another dtype with items of the same array type: complex numbers as their parts, floats as
   * complex numbers. Only two readings of a memory exist, so that the twin of a twin is the storage itself.
   */
  reread(dtype: DType): Storage {
    if (dtype === this.dtype) return this;
    if (this.twin) return this.twin;
    const twin = new Storage(dtype, Math.floor(this.bytes / dtype.size), 0);
    twin.pointer = this.pointer;
    twin.serial = this.serial;
    twin.twin = this;
    this.twin = twin;
    return twin;
  }

  /** The storage that stands for this memory: of two readings the one that was allocated. */
  get memory(): Storage {
    return this.twin?.tracker ? this.twin : this;
  }

  /** Whether both are (readings of) the same memory. */
  shares(other: Storage): boolean {
    return this === other || this.twin === other;
  }

  get bytes(): number {
    return this.length * this.dtype.size;
  }

  get isAbstract(): boolean {
    return this.memory.tracker === null;
  }

  /** The elements; valid until the next allocation (which may grow the heap). */
  get data(): TypedArray {
    let view = this.view;
    if (view === null || view.buffer !== heap.buffer) {
      if (this.pointer === 0) throw new DataDependent("the value of this tensor");
      view = new this.dtype.array(heap.buffer, this.pointer, this.length * this.dtype.lanes);
      this.view = view;
    }
    return view;
  }

  /** Gives the memory back at once: only for storages that nothing else can see. */
  release(): void {
    if (this.pointer === 0) return;
    const owner = this.memory;
    owner.tracker?.untrack(owner, owner.handle);
    heap.release(owner.pointer, owner.bytes);
    for (const reading of [this, this.twin]) {
      if (!reading) continue;
      reading.pointer = 0;
      reading.view = null;
    }
  }
}
