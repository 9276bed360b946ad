import { TorchError } from "./errors";

const PAGE = 65536;
/** The first bytes stay unused so that no block has address 0, and kernels have scratch space there. */
export const SCRATCH_BYTES = 4096;

/**
 * The WebAssembly memory that every storage lives in, and its allocator: blocks in size classes (16-byte steps up to
 * 1 KiB, then four classes per power of two), a free list per class. `grow` detaches the old buffer: take typed
 * views after the last allocation of an operation.
 */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 64 });
  buffer: ArrayBuffer = this.memory.buffer as ArrayBuffer;
  private top = SCRATCH_BYTES;
  private readonly free = new Map<number, number[]>();
  /** Bytes in blocks that are handed out. */
  used = 0;
  /** Bytes the session may use; allocation beyond it first collects, then raises. */
  limit = 2 ** 31;
  /** A collection is worth its time when this much is in use; whoever sets `collect` moves it. */
  collectAbove = Infinity;
  /** Called under pressure; returns after dead storages were released (set by the host where it can collect). */
  collect: () => void = () => {};

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
