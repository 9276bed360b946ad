import { TorchError } from "./errors";

const PAGE = 65536;
/** The first bytes stay unused so that no block has address 0, and kernels have scratch space there. */
export const SCRATCH_BYTES = 4096;

interface Span {
  pointer: number;
  size: number;
}

/**
 * The WebAssembly memory that every storage lives in, and its allocator: blocks in size classes (16-byte steps up to
 * 1 KiB, then four classes per power of two), a free list per class. Before memory grows, free neighbours are joined if
 * that promises much, so that what was freed in one size serves another. `grow` detaches the old buffer: take typed
 * views after the last allocation of an operation.
 */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 64 });
  buffer: ArrayBuffer = this.memory.buffer as ArrayBuffer;
  private top = SCRATCH_BYTES;
  private readonly free = new Map<number, number[]>();
  /** Joined free memory, by address. */
  private spans: Span[] = [];
  /** No span is larger. */
  private largestSpan = 0;
  /** Bytes in blocks that are handed out. */
  used = 0;
  /** Bytes the session may use; allocation beyond it first collects, then raises. */
  limit = 2 ** 31;
  /** A collection is worth its time when this much is in use; whoever sets `collect` moves it. */
  collectAbove = Infinity;
  /** Called under pressure; returns after dead storages were released (set by the host where it can collect). */
  collect: () => void = () => {};
  /** Memory is wanted that can only come back where no operation is under way: at the next `safePoint`. */
  pressed = false;
  /** What a safe point does then. */
  relieve: () => void = () => {};

  /** Called between operations, where nobody holds an address or a typed view of a storage. */
  safePoint(): void {
    if (this.pressed) this.relieve();
  }

  allocate(bytes: number): number {
    const size = sizeClass(bytes);
    if (this.used + size > this.collectAbove) this.collect();
    let pointer = this.take(size);
    if (pointer === 0) {
      this.collect();
      pointer = this.take(size);
    }
    if (pointer === 0) {
      throw new TorchError(
        "RuntimeError",
        `[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory: you tried to allocate ${bytes} bytes.`,
      );
    }
    this.used += size;
    return pointer;
  }

  release(pointer: number, bytes: number): void {
    const size = sizeClass(bytes);
    this.used -= size;
    const list = this.free.get(size);
    if (list) list.push(pointer);
    else this.free.set(size, [pointer]);
  }

  private take(size: number): number {
    const reused = this.free.get(size)?.pop();
    if (reused !== undefined) return reused;
    const carved = this.carve(size);
    if (carved !== 0) return carved;
    const end = this.top + size;
    const full = !(end <= Math.min(this.limit, this.buffer.byteLength));
    if (full && (end > this.limit || this.top - this.used > this.top / 4)) {
      this.join();
      const joined = this.carve(size);
      if (joined !== 0) return joined;
    }
    return this.extend(size);
  }

  /** From memory never handed out, or handed out no more. */
  private extend(size: number): number {
    const end = this.top + size;
    // Not `end > limit`: a size that came out NaN must fail here, not hand out one address for ever.
    if (!(end <= this.limit)) return 0;
    if (end > this.buffer.byteLength) {
      const missing = Math.ceil((end - this.buffer.byteLength) / PAGE);
      const comfortable = Math.max(missing, Math.ceil(this.buffer.byteLength / PAGE / 4));
      if (!this.grow(comfortable) && !this.grow(missing)) return 0;
    }
    const pointer = this.top;
    this.top = end;
    return pointer;
  }

  /** From the first span that is large enough. */
  private carve(size: number): number {
    if (size > this.largestSpan) return 0;
    const index = this.spans.findIndex((span) => span.size >= size);
    if (index < 0) {
      this.largestSpan = size - 1;
      return 0;
    }
    const span = this.spans[index];
    const { pointer } = span;
    span.pointer += size;
    span.size -= size;
    if (span.size === 0) this.spans.splice(index, 1);
    return pointer;
  }

  /** Makes spans of all free memory, joined where it touches. */
  private join(): void {
    const all = this.spans;
    for (const [size, pointers] of this.free) for (const pointer of pointers) all.push({ pointer, size });
    this.free.clear();
    all.sort((a, b) => a.pointer - b.pointer);
    const joined: Span[] = [];
    for (const span of all) {
      const last = joined.at(-1);
      if (last && last.pointer + last.size === span.pointer) last.size += span.size;
      else joined.push(span);
    }
    const last = joined.at(-1);
    if (last && last.pointer + last.size === this.top) {
      this.top = last.pointer;
      joined.pop();
    }
    this.spans = joined;
    this.largestSpan = joined.reduce((most, span) => Math.max(most, span.size), 0);
  }

  private grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.buffer = this.memory.buffer as ArrayBuffer;
    return true;
  }
}

function sizeClass(bytes: number): number {
  if (bytes <= 1024) return Math.max(16, (bytes + 15) & ~15);
  const step = 2 ** Math.max(6, Math.floor(Math.log2(bytes)) - 2);
  return Math.ceil(bytes / step) * step;
}

export const heap = new Heap();
