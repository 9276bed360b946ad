import type { Heap } from "../heap";
import { type Reclaimer, type Storage, useReclaimer } from "../storage";

/** Bytes in the heap before storages move out. As much again and more waits outside for the engine to give it back. */
const ROOM = 24 * 2 ** 20;

/**
 * Keeps memory bounded in loops that never yield, where finalizers do not run, for engines that cannot be asked to
 * collect inside a job (a web worker). The heap is an arena: under pressure, at the next safe point, every storage in it
 * is copied to an ArrayBuffer of its own and forgotten. The engine gives back the memory of those that nobody reaches,
 * at any time, and the others return to the heap when a kernel asks for their address. Weak references would not do:
 * they keep their targets alive until the job ends. Returns a function that moves everything out at once.
 */
export function installEvacuation(heap: Heap): () => void {
  const residents = new Set<Storage>();
  const room = (): number => Math.min(ROOM, heap.limit / 4);

  const relieve = (): void => {
    heap.pressed = false;
    try {
      for (const storage of residents) {
        storage.leaveHeap();
        residents.delete(storage);
      }
    } catch (error) {
      // The engine has no memory left either. Who stayed is safe, and allocations report what is missing.
      if (!(error instanceof RangeError)) throw error;
    }
    heap.collectAbove = heap.used + room();
  };

  const reclaimer: Reclaimer = {
    track: (storage) => residents.add(storage),
    untrack: (storage) => residents.delete(storage),
  };
  heap.collect = () => {
    heap.pressed = true;
  };
  heap.relieve = relieve;
  heap.collectAbove = room();
  useReclaimer(reclaimer);
  return relieve;
}
