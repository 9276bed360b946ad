import { error } from "../exceptions";
import { ATTRIBUTES, type PyType, TYPE, type Typed, type Value } from "../type";
import { setType } from "../types";
import { type Key, keyOf } from "./key";

/** A Python set or frozenset. Iterates in order of insertion; small ints come sorted, as CPython's tables show them. */
export class PySet implements Typed {
  readonly [TYPE]: PyType;
  readonly [ATTRIBUTES]: Map<string, Value> | undefined;
  readonly #map = new Map<Key, Value>();

  constructor(items: Iterable<Value> = [], type: PyType = setType) {
    this[TYPE] = type;
    this[ATTRIBUTES] = type.heap ? new Map() : undefined;
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#map.size;
  }

  has(v: Value): boolean {
    return this.#map.has(keyOf(v));
  }

  add(v: Value): void {
    const key = keyOf(v);
    if (!this.#map.has(key)) this.#map.set(key, v);
  }

  delete(v: Value): boolean {
    return this.#map.delete(keyOf(v));
  }

  clear(): void {
    this.#map.clear();
  }

  keys(): Iterable<Key> {
    return this.#map.keys();
  }

  /** The items in iteration order. */
  items(): Value[] {
    const items = [...this.#map.values()];
    const small = items.every((v) => typeof v === "number" && Number.isInteger(v) && v >= 0);
    return small ? tableOrder(items as number[]) : items;
  }

  *[Symbol.iterator](): globalThis.Generator<Value, void> {
    const { size } = this.#map;
    for (const item of this.items()) {
      yield item;
      if (this.#map.size !== size) throw error("RuntimeError", "Set changed size during iteration");
    }
  }
}

/** Non-negative ints hash to themselves: CPython shows them by their slot of a table of 2^k ≥ 5/3 n slots. */
function tableOrder(items: readonly number[]): number[] {
  let slots = 8;
  while (slots * 3 < items.length * 5) slots *= items.length > 50000 ? 2 : 4;
  return [...items].sort((a, b) => (a % slots) - (b % slots) || a - b);
}
