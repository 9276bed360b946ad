import { error } from "../exceptions";
import { ATTRIBUTES, type PyType, TYPE, type Typed, type Value } from "../type";
import { dictType } from "../types";
import { type Key, keyOf } from "./key";

export interface Entry {
  readonly key: Value;
  value: Value;
}

/** A Python dict: keeps the order of insertion and the first spelling of each key. */
export class Dict implements Typed {
  [TYPE]: PyType;
  [ATTRIBUTES]: Map<string, Value> | undefined;
  readonly #map = new Map<Key, Entry>();

  constructor(entries: Iterable<readonly [Value, Value]> = [], type: PyType = dictType) {
    this[TYPE] = type;
    this[ATTRIBUTES] = type.heap ? new Map() : undefined;
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: Value): Value | undefined {
    return this.#map.get(keyOf(key))?.value;
  }

  has(key: Value): boolean {
    return this.#map.has(keyOf(key));
  }

  set(key: Value, value: Value): void {
    const k = keyOf(key);
    const entry = this.#map.get(k);
    if (entry) entry.value = value;
    else this.#map.set(k, { key, value });
  }

  delete(key: Value): boolean {
    return this.#map.delete(keyOf(key));
  }

  clear(): void {
    this.#map.clear();
  }

  /** Live entries in order; a change of size meanwhile is an error, as in Python. */
  *entries(): globalThis.Generator<Entry, void> {
    const { size } = this.#map;
    for (const entry of this.#map.values()) {
      yield entry;
      if (this.#map.size !== size) throw error("RuntimeError", "dictionary changed size during iteration");
    }
  }

  /** Live entries in order, whatever happens to the dict. */
  live(): IterableIterator<Entry> {
    return this.#map.values();
  }

  keys(): Value[] {
    return Array.from(this.#map.values(), (entry) => entry.key);
  }

  values(): Value[] {
    return Array.from(this.#map.values(), (entry) => entry.value);
  }

  pairs(): [Value, Value][] {
    return Array.from(this.#map.values(), (entry) => [entry.key, entry.value]);
  }

  /** The last entry in order. */
  last(): Entry | undefined {
    let last: Entry | undefined;
    for (const entry of this.#map.values()) last = entry;
    return last;
  }

  copy(): Dict {
    return new Dict(this.pairs(), this[TYPE].heap ? dictType : this[TYPE]);
  }
}

/** `d.keys()`, `d.values()`, `d.items()`: live views. */
export class DictView implements Typed {
  readonly [TYPE]: PyType;
  constructor(
    readonly dict: Dict,
    type: PyType,
    readonly pick: (entry: Entry) => Value,
  ) {
    this[TYPE] = type;
  }
}
