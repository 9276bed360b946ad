/** Iterators over built-in values and over anything with `__iter__` or `__getitem__`. */
import { PyException, typeError } from "../exceptions";
import { apply } from "../function";
import { builtinType, type PyType, TYPE, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { Dict, DictView } from "./dict";
import { Generator, PyIterator } from "./generator";
import { Range } from "./range";
import { PySet } from "./set";
import { Tuple } from "./tuple";

const listIteratorType = builtinType("list_iterator");
const rangeIteratorType = builtinType("range_iterator");
const iteratorType = builtinType("iterator");

/** Steps over a list by index, so that changes while iterating behave as in Python. */
export class ListIterator extends PyIterator {
  private i = 0;
  constructor(
    private readonly items: readonly Value[],
    private readonly poll: (() => void) | null = null,
  ) {
    super();
  }
  get [TYPE](): PyType {
    return listIteratorType;
  }
  next(): this {
    if (this.poll !== null) this.poll();
    return this.i < this.items.length && !this.done ? this.give(this.items[this.i++]) : this.end();
  }
}

export class RangeIterator extends PyIterator {
  private i = 0;
  constructor(
    private readonly range: Range,
    private readonly poll: (() => void) | null = null,
  ) {
    super();
  }
  get [TYPE](): PyType {
    return rangeIteratorType;
  }
  next(): this {
    if (this.poll !== null) this.poll();
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
    const step = this.source.next();
    return step.done ? this.end() : this.give(step.value);
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

/** Any other iterator, asking `poll` at each step. */
class Polled extends PyIterator {
  constructor(
    private readonly inner: PyIterator,
    private readonly poll: () => void,
  ) {
    super();
  }
  get [TYPE](): PyType {
    return this.inner[TYPE];
  }
  next(): this {
    this.poll();
    const step = this.inner.next();
    return step.done ? this.end(step.value) : this.give(step.value);
  }
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

function* entriesOf(view: DictView): Iterable<Value> {
  for (const entry of view.dict.entries()) yield view.pick(entry);
}

function* keysOf(dict: Dict): Iterable<Value> {
  for (const entry of dict.entries()) yield entry.key;
}

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
      if (v instanceof Dict) return new NativeIterator(keysOf(v));
      if (v instanceof DictView) return new NativeIterator(entriesOf(v));
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

/** The iterator of a `for` loop, which asks `poll` at each step whether to stop. */
export function loopOver(v: Value, poll: () => void): PyIterator {
  if (Array.isArray(v) && !typeOf(v).heap) return new ListIterator(v, poll);
  if (v instanceof Range) return new RangeIterator(v, poll);
  // A generator polls in its own loops, and must stay itself for `yield from`.
  const iterator = iterate(v);
  return iterator instanceof Generator ? iterator : new Polled(iterator, poll);
}

/** The items of any iterable as a fresh array. */
export function listOf(v: Value): Value[] {
  if (Array.isArray(v) && !typeOf(v).heap) return v.slice();
  if (v instanceof Tuple && !v[TYPE].heap) return v.items.slice();
  return [...iterate(v)];
}
