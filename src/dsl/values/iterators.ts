/** Iterators over built-in values and over anything with `__iter__` or `__getitem__`. */
import { error, PyException, typeError } from "../exceptions";
import { apply } from "../function";
import { step } from "../steps";
import { builtinType, type PyType, TYPE, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { Dict, DictView, type Entry } from "./dict";
import { PyIterator } from "./generator";
import { Range } from "./range";
import { PySet } from "./set";
import { Tuple } from "./tuple";

const listIteratorType = builtinType("list_iterator");
const rangeIteratorType = builtinType("range_iterator");
const iteratorType = builtinType("iterator");

/** Steps over a list by index, so that changes while iterating behave as in Python. */
export class ListIterator extends PyIterator {
  private i = 0;
  constructor(private readonly items: readonly Value[]) {
    super();
  }
  get [TYPE](): PyType {
    return listIteratorType;
  }
  next(): this {
    step();
    return this.i < this.items.length && !this.done ? this.give(this.items[this.i++]) : this.end();
  }
}

export class RangeIterator extends PyIterator {
  private i = 0;
  constructor(private readonly range: Range) {
    super();
  }
  get [TYPE](): PyType {
    return rangeIteratorType;
  }
  next(): this {
    step();
    const { range } = this;
    return this.i < range.length ? this.give(range.start + this.i++ * range.step) : this.end();
  }
}

/** An iterator over a JavaScript iterable of Python values. */
export class NativeIterator extends PyIterator {
  private readonly source: Iterator<Value>;
  readonly [TYPE]: PyType;
  /** @param name what a generator's repr shows */
  constructor(
    source: Iterable<Value>,
    type: PyType = iteratorType,
    readonly name?: string,
  ) {
    super();
    this.source = source[Symbol.iterator]();
    this[TYPE] = type;
  }
  next(): this {
    if (this.done) return this.end();
    step();
    const next = this.source.next();
    return next.done ? this.end() : this.give(next.value);
  }
}

/** An object with `__next__`. */
class ObjectIterator extends PyIterator {
  constructor(private readonly object: Value) {
    super();
  }
  get [TYPE](): PyType {
    return typeOf(this.object);
  }
  next(): this {
    step();
    const dunder = typeOf(this.object).lookup("__next__");
    if (dunder === undefined) throw typeError(`iter() returned non-iterator of type '${typeName(this.object)}'`);
    try {
      return this.give(apply(dunder, [this.object]));
    } catch (thrown) {
      if (isStopIteration(thrown)) return this.end(thrown.args[0] ?? null);
      throw thrown;
    }
  }
}

export function isStopIteration(thrown: unknown): thrown is PyException {
  return thrown instanceof PyException && thrown[TYPE].mro.some((type) => type.name === "StopIteration");
}

function* sequence(v: Value, getItem: Value): Iterable<Value> {
  for (let i = 0; ; i++) {
    let item: Value;
    try {
      item = apply(getItem, [v, i]);
    } catch (thrown) {
      if (thrown instanceof Error && /^(Index|StopIter)/.test(errorTypeName(thrown))) return;
      throw thrown;
    }
    yield item;
  }
}

function errorTypeName(thrown: Error): string {
  return "type" in thrown ? String(thrown.type) : thrown.name;
}

/** Steps over a dict; a change of its size meanwhile is an error. */
class DictIterator extends PyIterator {
  private readonly source: Iterator<Entry>;
  private readonly size: number;
  constructor(
    private readonly dict: Dict,
    private readonly pick: (entry: Entry) => Value,
  ) {
    super();
    this.source = dict.live();
    this.size = dict.size;
  }
  get [TYPE](): PyType {
    return iteratorType;
  }
  next(): this {
    if (this.done) return this.end();
    step();
    if (this.dict.size !== this.size) throw error("RuntimeError", "dictionary changed size during iteration");
    const next = this.source.next();
    return next.done ? this.end() : this.give(this.pick(next.value));
  }
}

const keyOfEntry = (entry: Entry): Value => entry.key;

/** Python's `iter(v)`. */
export function iterate(v: Value): PyIterator {
  if (v instanceof PyIterator) return v;
  if (typeof v === "string") return new NativeIterator(v);
  if (typeof v === "object" && v !== null) {
    const type = typeOf(v);
    const custom = type.heap ? type.lookup("__iter__") : undefined;
    if (custom === undefined) {
      if (Array.isArray(v)) return new ListIterator(v);
      if (v instanceof Tuple) return new ListIterator(v.items);
      if (v instanceof Range) return new RangeIterator(v);
      if (v instanceof Dict) return new DictIterator(v, keyOfEntry);
      if (v instanceof DictView) return new DictIterator(v.dict, v.pick);
      if (v instanceof PySet) return new NativeIterator(v);
    }
    const dunder = type.lookup("__iter__");
    if (dunder !== undefined && dunder !== null) {
      const iterator = apply(dunder, [v]);
      return iterator instanceof PyIterator ? iterator : new ObjectIterator(iterator);
    }
    const getItem = type.lookup("__getitem__");
    if (getItem !== undefined) return new NativeIterator(sequence(v, getItem));
  }
  throw typeError(`'${typeName(v)}' object is not iterable`);
}

/** A `for` loop over what may be a range: counted then, else step by step. */
class Counted {
  constructor(
    readonly start: number,
    readonly step: number,
    readonly length: number,
    readonly iterator: PyIterator | null,
  ) {}

  /** The next step of an iterator that is no range; false at the end. */
  next(): boolean {
    return this.iterator !== null && !this.iterator.next().done;
  }
}

export function counted(v: Value): Counted {
  if (v instanceof Range) return new Counted(v.start, v.step, v.length, null);
  return new Counted(0, 0, 0, iterate(v));
}

/** The items of any iterable as a fresh array. */
export function listOf(v: Value): Value[] {
  if (Array.isArray(v) && !typeOf(v).heap) return v.slice();
  if (v instanceof Tuple && !v[TYPE].heap) return v.items.slice();
  return [...iterate(v)];
}
