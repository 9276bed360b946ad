import type { DType, TypedArray } from "./dtype";
import { DataDependent } from "./errors";
import { heap } from "./heap";

const reclaim = new FinalizationRegistry<{ pointer: number; bytes: number }>(({ pointer, bytes }) =>
  heap.release(pointer, bytes),
);

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

  private constructor(
    readonly dtype: DType,
    readonly length: number,
    /** Byte address in the heap; 0 for an abstract storage. */
    readonly pointer: number,
  ) {
    if (pointer !== 0) reclaim.register(this, { pointer, bytes: this.bytes }, this);
  }

  /** Uninitialised memory for `length` elements. */
  static allocate(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, heap.allocate(length * dtype.size));
  }

  static abstract(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, 0);
  }

  get bytes(): number {
    return this.length * this.dtype.size;
  }

  get isAbstract(): boolean {
    return this.pointer === 0;
  }

  /** The elements; valid until the next allocation (which may grow the heap). */
  get data(): TypedArray {
    let view = this.view;
    if (view === null || view.buffer !== heap.buffer) {
      if (this.pointer === 0) throw new DataDependent("the value of this tensor");
      view = new this.dtype.array(heap.buffer, this.pointer, this.length);
      this.view = view;
    }
    return view;
  }

  /** Gives the memory back at once: only for storages that nothing else can see. */
  release(): void {
    reclaim.unregister(this);
    heap.release(this.pointer, this.bytes);
    this.view = null;
  }
}
