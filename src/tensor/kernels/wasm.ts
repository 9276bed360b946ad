import { float32 } from "../dtype";
import { heap } from "../heap";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";
import { plainKernels, relaxedKernels } from "../wasm/kernels.generated";

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** Relaxed vectors (fused multiply-add) where the engine has them, plain 128-bit ones elsewhere. */
function load(): WebAssembly.Instance["exports"] {
  const relaxed = decode(relaxedKernels);
  const bytes = WebAssembly.validate(relaxed) ? relaxed : decode(plainKernels);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: heap.memory } }).exports;
}

/** The WebAssembly kernels by name. They take byte addresses in the heap, counts and strides in elements. */
export const kernels = load();

/** Switched off by tests that compare with the plain loops. */
export const acceleration = { enabled: true };

/** Below this many elements a call costs more than it saves. */
export const FEW = 96;

/** Byte address of an element of four bytes. */
export const address = (storage: Storage, element: number): number => storage.pointer + element * 4;

/** Where the elements of a float32 tensor start that lie side by side in row-major order; 0: use the plain loop. */
export function denseAddress(t: Tensor): number {
  if (!acceleration.enabled || t.dtype !== float32 || t.numel < FEW || t.isAbstract || !t.isContiguous) return 0;
  return address(t.storage, t.offset);
}
