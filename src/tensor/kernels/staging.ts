import { heap } from "../heap";
import type { Storage } from "../storage";

/**
 * Room in the heap where kernels find copies of small storages for the time of one call: a storage that moved there
 * itself would have to be tracked and given back.
 */

/** Larger storages move to the heap. */
const SLOT_BYTES = 4096;
const SLOTS = 3;
let room = 0;
let cells = new Float32Array(0);

/** The heap as floats; it may have grown since. */
function floats(): Float32Array {
  if (cells.buffer !== heap.buffer) cells = new Float32Array(heap.buffer);
  return cells;
}

const needsSlot = (storage: Storage): boolean => !storage.inHeap && storage.bytes <= SLOT_BYTES;

/** Byte address of the first element of a float32 storage, or of its copy in a slot. */
export function staged(storage: Storage, slot: number): number {
  if (!needsSlot(storage)) return storage.pointer;
  if (room === 0) room = heap.allocate(SLOT_BYTES * SLOTS);
  const address = room + slot * SLOT_BYTES;
  floats().set(storage.data as Float32Array, address >> 2);
  return address;
}

/** Brings back what a kernel wrote to the copy in a slot. */
export function unstage(storage: Storage, slot: number): void {
  if (!needsSlot(storage)) return;
  const first = (room + slot * SLOT_BYTES) >> 2;
  (storage.data as Float32Array).set(floats().subarray(first, first + storage.length));
}
