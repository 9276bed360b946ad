/** What the runtime uses of WebAssembly: the compiler's libraries declare it only together with the whole DOM. */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number;
    readonly maximum?: number;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer;
    /** Adds 64 KiB pages; returns the former number of pages. Detaches the old buffer. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  }
  function validate(bytes: Uint8Array): boolean;
}
