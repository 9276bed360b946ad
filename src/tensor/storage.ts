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
/** What runs between `openScope` and `closeScope`: its storages in the heap are temporaries. */
export interface Scope {
  readonly outer: Scope | null;
  /** The newest storage when the scope was opened: older ones are not its temporaries. */
  readonly start: number;
  made: Storage[] | null;
}
let scope: Scope | null = null;

/** The serial of the newest storage: what `run` allocates is newer. */
export function newestSerial(): number {
  return serial;
}

/** From now on allocations are noted, until `closeScope`; the caller closes it in `finally`. */
export function openScope(): Scope {
  scope = { outer: scope, start: serial, made: null };
  return scope;
}

export function closeScope(mine: Scope): void {
  scope = mine.outer;
}

/** Gives back at once what was allocated in a closed scope, but for what `keep` holds. */
export function releaseTemporaries(
  { made, outer }: Scope,
  keep: readonly ({ readonly storage: Storage } | null)[],
): void {
  if (made !== null) releaseBut(made, outer, new Set(keep.flatMap((t) => t?.storage ?? [])));
}

function releaseBut(made: readonly Storage[], outer: Scope | null, kept: ReadonlySet<Storage>): void {
  for (const storage of made) {
    if (!kept.has(storage) && !(storage.twin && kept.has(storage.twin))) storage.release();
    else if (outer) (outer.made ??= []).push(storage);
  }
}

/**
 * Runs code whose allocations are temporaries, and gives back at once all of them but those `keep` names. For code
 * of the runtime itself, which hides no tensor anywhere else.
 */
export function releaseScope<T>(run: () => T, keep: (result: T) => Iterable<Storage>): T {
  const mine = openScope();
  let result: T;
  try {
    result = run();
  } finally {
    closeScope(mine);
  }
  if (mine.made !== null) releaseBut(mine.made, mine.outer, new Set(keep(result)));
  return result;
}

/** The version counter that a tensor shares with its views and with `detach()`ed aliases. */
export class VersionCounter {
  value = 0;
}

/** Storages up to this size stay in JavaScript's own memory until a kernel asks for their address. */
const SMALL_BYTES = 4096;
/** V8 keeps a typed array up to this size inside the object itself. */
const INLINE_BYTES = 64;
/** One long-lived array keeps its whole slab: small ones, so that a list of 10,000 keeps 80 MB at the very most. */
const SLAB_BYTES = 8192;

let slab = new ArrayBuffer(SLAB_BYTES);
let slabTop = 0;

/** A typed array in memory that the engine's own collector gives back: made in a tenth of a microsecond. */
function smallArray(dtype: DType, count: number): TypedArray {
  const bytes = dtype.array.BYTES_PER_ELEMENT * count;
  if (bytes <= INLINE_BYTES) return new dtype.array(count);
  const start = slabTop;
  slabTop = start + ((bytes + 15) & ~15);
  if (slabTop <= SLAB_BYTES) return new dtype.array(slab, start, count);
  slab = new ArrayBuffer(SLAB_BYTES);
  slabTop = (bytes + 15) & ~15;
  return new dtype.array(slab, 0, count);
}

/**
 * A run of elements of one dtype. It lives in the heap, where kernels reach it by its address; a small one moves there
 * when its address is asked for, so that most never need to be tracked. Ask for addresses before taking `data`. An
 * abstract storage has a length and no data: shape inference runs on those.
 */
export class Storage {
  private view: TypedArray | null;
  private tracker: Reclaimer | null = null;
  private handle: unknown = null;
  /** The same memory under the other reading of `reread`; each keeps the other alive. */
  twin: Storage | null = null;
  /** Grows with each allocation: tells what is newer than a moment (see `newestSerial`). */
  serial = ++serial;
  /** How many results of a gradient rule lie in this memory; the engine counts anew for each rule. */
  uses = 0;

  private constructor(
    readonly dtype: DType,
    readonly length: number,
    view: TypedArray | null,
    /** Byte address in the heap; 0 while it has none. */
    private address: number,
    readonly isAbstract: boolean,
  ) {
    this.view = view;
    if (address !== 0) this.track();
  }

  /** Uninitialised memory for `length` elements. */
  static allocate(dtype: DType, length: number): Storage {
    const bytes = length * dtype.size;
    if (bytes <= SMALL_BYTES) return new Storage(dtype, length, smallArray(dtype, length * dtype.lanes), 0, false);
    return new Storage(dtype, length, null, heap.allocate(bytes), false);
  }

  static abstract(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, null, 0, true);
  }

  private track(): void {
    this.tracker = reclaimer;
    this.handle = reclaimer.track(this);
    if (scope !== null && this.serial > scope.start) (scope.made ??= []).push(this);
  }

  /**
   * Byte address in the heap, for kernels; 0 for an abstract storage and after `release`. Moves a small storage there:
   * typed arrays of it taken before are copies from then on.
   */
  get pointer(): number {
    if (this.address === 0 && this.view !== null) this.memory.enterHeap();
    return this.address;
  }

  private enterHeap(): void {
    const view = this.view as TypedArray;
    const address = heap.allocate(this.bytes);
    new Uint8Array(heap.buffer, address, view.byteLength).set(
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    );
    this.settle(address, null);
    this.track();
  }

  /**
   * Moves the elements to memory of JavaScript's own, as a small storage's are, until the address is asked for again.
   * Only at a safe point (see `Heap.safePoint`), and only by the reclaimer, which forgets the storage.
   */
  leaveHeap(): void {
    const { address } = this;
    const copy = new ArrayBuffer(this.bytes);
    new Uint8Array(copy).set(new Uint8Array(heap.buffer, address, this.bytes));
    this.settle(0, copy);
    heap.release(address, this.bytes);
  }

  /** Tells both readings of the memory where it is now. */
  private settle(address: number, outside: ArrayBuffer | null): void {
    for (const reading of [this, this.twin]) {
      if (!reading) continue;
      reading.address = address;
      reading.view = outside && new reading.dtype.array(outside, 0, reading.length * reading.dtype.lanes);
    }
  }

  /**
   * The same memory read as another dtype with items of the same array type: complex numbers as their parts, floats as
   * complex numbers. Only two readings of a memory exist, so that the twin of a twin is the storage itself.
   */
  reread(dtype: DType): Storage {
    if (dtype === this.dtype) return this;
    if (this.twin) return this.twin;
    const twin = new Storage(dtype, Math.floor(this.bytes / dtype.size), null, 0, this.isAbstract);
    twin.address = this.pointer;
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

  /** Whether it lies in the heap: taking its address moves nothing. */
  get inHeap(): boolean {
    return this.address !== 0;
  }

  get bytes(): number {
    return this.length * this.dtype.size;
  }

  /** The elements; valid until the next allocation (which may grow the heap). */
  get data(): TypedArray {
    const { view } = this;
    return view !== null && (this.address === 0 || view.buffer === heap.buffer) ? view : this.viewed();
  }

  private viewed(): TypedArray {
    if (this.address === 0) throw new DataDependent("the value of this tensor");
    const view = new this.dtype.array(heap.buffer, this.address, this.length * this.dtype.lanes);
    this.view = view;
    return view;
  }

  /** Gives the memory back at once: only for storages that nothing else can see. */
  release(): void {
    const owner = this.memory;
    const { address } = owner;
    owner.settle(0, null);
    if (address === 0) return;
    owner.tracker?.untrack(owner, owner.handle);
    heap.release(address, owner.bytes);
  }
}
