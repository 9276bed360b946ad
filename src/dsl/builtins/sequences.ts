/** Methods of `list`, `tuple`, `range` and `slice`. */

import { compareForSort, same, truthy } from "../comparison";
import { error, indexError, typeError, valueError } from "../exceptions";
import { call, construct, splitKwargs } from "../function";
import { builtinDeleteItem, builtinItem, builtinSetItem, getItem } from "../items";
import { NDArray } from "../numpy/ndarray";
import { step } from "../steps";
import { repr } from "../text";
import { TYPE, type Value } from "../type";
import { ListInstance, listType, NotImplemented, rangeType, sliceType, tupleType, typeName } from "../types";
import { indexOf } from "../values/int";
import { ListIterator, listOf, RangeIterator } from "../values/iterators";
import { Range } from "../values/range";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { getters, methods } from "./table";

type List = Value[];

listType.called = (type, args) => {
  if (type !== listType) return construct(type, args);
  return args.length === 0 ? [] : listOf(args[0]);
};
listType.create = (type) => {
  const list = new ListInstance();
  list[TYPE] = type;
  return list;
};

/** Stable sort with Python's `<`; `reverse` keeps the order of equal items. */
export function sortList(items: List, key: Value, reverse: Value): List {
  if (key === null && items.every((item) => typeof item === "number" && !Number.isNaN(item))) {
    const sorted = Float64Array.from(items as number[]).sort();
    return Array.from(truthy(reverse) ? sorted.reverse() : sorted);
  }
  const keyed = items.map((item) => ({ item, key: key === null ? item : call(key, item) }));
  const turn = truthy(reverse);
  keyed.sort((a, b) => (turn ? compareForSort(b.key, a.key) : compareForSort(a.key, b.key)));
  return keyed.map((each) => each.item);
}

function indexIn(items: readonly Value[], v: Value, start: number, stop: number | null, what: string): number {
  const from = start < 0 ? Math.max(0, start + items.length) : start;
  const to = stop === null ? items.length : stop < 0 ? stop + items.length : Math.min(stop, items.length);
  for (let i = from; i < to; i++) if (same(items[i], v)) return i;
  throw valueError(what);
}

const notInList = (v: Value): string => `${repr(v)} is not in list`;

function pop(list: List, at: Value): Value {
  if (list.length === 0) throw indexError("pop from empty list");
  const index = indexOf(at);
  if (index === undefined) throw typeError(`'${typeName(at)}' object cannot be interpreted as an integer`);
  const i = index < 0 ? index + list.length : index;
  if (i < 0 || i >= list.length) throw indexError("pop index out of range");
  return list.splice(i, 1)[0];
}

function remove(list: List, v: Value): null {
  const at = list.findIndex((item) => same(item, v));
  if (at < 0) throw valueError("list.remove(x): x not in list");
  list.splice(at, 1);
  return null;
}

function repeat(items: readonly Value[], n: Value): Value[] | undefined {
  // An array multiplies the items instead of repeating them.
  if (n instanceof NDArray) return undefined;
  const count = indexOf(n);
  if (count === undefined) return undefined;
  if (count <= 0 || items.length === 0) return [];
  if (count * items.length > LONGEST) throw error("MemoryError");
  const out: Value[] = [];
  for (let i = 0; i < count; i++) {
    if ((i & 0xffff) === 0) step();
    for (let k = 0; k < items.length; k++) out.push(items[k]);
  }
  return out;
}

/** Items of the longest list: engines have no longer arrays. */
const LONGEST = 2 ** 27;

function extend(list: List, more: Value): null {
  for (const item of listOf(more)) list.push(item);
  return null;
}

function extended(list: List, more: Value): List {
  extend(list, more);
  return list;
}

function replaceItems(list: List, items: List): List {
  list.length = 0;
  for (const item of items) list.push(item);
  return list;
}

const timesList = (list: List, n: Value): Value => repeat(list, n) ?? NotImplemented;
const timesTuple = (tuple: Tuple, n: Value): Value => {
  const items = repeat(tuple.items, n);
  return items ? new Tuple(items) : NotImplemented;
};
const length = (v: List): number => v.length;

methods(listType, {
  __init__: ["iterable=, /", (list: List, items: Value) => (items === null ? null : extend(list, items)), null],
  append: ["object, /", (list: List, v: Value) => void list.push(v)],
  clear: ["", (list: List) => void (list.length = 0)],
  copy: ["", (list: List) => [...list]],
  count: ["value, /", (list: List, v: Value) => list.filter((item) => same(item, v)).length],
  extend: ["iterable, /", extend],
  index: [
    "value, start=, stop=, /",
    (l: List, v: Value, a: number, b: number | null) => indexIn(l, v, a, b, notInList(v)),
    0,
    null,
  ],
  insert: ["index, object, /", (list: List, at: number, v: Value) => void list.splice(at, 0, v)],
  pop: ["index=, /", pop, -1],
  remove: ["value, /", remove],
  reverse: ["", (list: List) => void list.reverse()],
  sort: [
    "*, key=, reverse=",
    (l: List, key: Value, reverse: Value) => void replaceItems(l, sortList(l, key, reverse)),
    null,
    false,
  ],
  __add__: ["other, /", (a: List, b: Value) => (Array.isArray(b) ? [...a, ...b] : NotImplemented)],
  __iadd__: ["other, /", extended],
  __mul__: ["n, /", timesList],
  __rmul__: ["n, /", timesList],
  __imul__: ["n, /", (a: List, n: Value) => replaceItems(a, repeat(a, n) ?? [])],
  __len__: ["", length],
  __iter__: ["", (list: List) => new ListIterator(list)],
  __getitem__: ["key, /", builtinItem],
  __setitem__: ["key, value, /", (list: List, k: Value, v: Value) => void builtinSetItem(list, k, v)],
  __delitem__: ["key, /", (list: List, k: Value) => void builtinDeleteItem(list, k)],
  __contains__: ["item, /", (list: List, v: Value) => list.some((item) => same(item, v))],
});
listType.define("__hash__", null);

tupleType.called = (type, args) => {
  if (type !== tupleType) return construct(type, args);
  return new Tuple(args.length === 0 ? [] : listOf(args[0]));
};
tupleType.create = (type, args) => new Tuple(args.length === 0 ? [] : listOf(args[0]), type);

methods(tupleType, {
  count: ["value, /", (t: Tuple, v: Value) => t.items.filter((item) => same(item, v)).length],
  index: [
    "value, start=, stop=, /",
    (t: Tuple, v: Value, a: number, b: number | null) => indexIn(t.items, v, a, b, "tuple.index(x): x not in tuple"),
    0,
    null,
  ],
  __add__: [
    "other, /",
    (a: Tuple, b: Value) => (b instanceof Tuple ? new Tuple([...a.items, ...b.items]) : NotImplemented),
  ],
  __mul__: ["n, /", timesTuple],
  __rmul__: ["n, /", timesTuple],
  __len__: ["", (t: Tuple) => t.items.length],
  __iter__: ["", (t: Tuple) => new ListIterator(t.items)],
  __getitem__: ["key, /", builtinItem],
  __contains__: ["item, /", (t: Tuple, v: Value) => t.items.some((item) => same(item, v))],
});

/** An int argument, as a JS number. */
export function integer(v: Value): number {
  const index = indexOf(v);
  if (index === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return index;
}

rangeType.called = (_type, args) => {
  const { positional } = splitKwargs(args);
  if (positional.length === 0) throw typeError("range expected at least 1 argument, got 0");
  if (positional.length > 3) throw typeError(`range expected at most 3 arguments, got ${positional.length}`);
  const [a, b, c = 1] = positional.map(integer);
  if (c === 0) throw valueError("range() arg 3 must not be zero");
  return positional.length === 1 ? new Range(0, a, 1) : new Range(a, b, c);
};
methods(rangeType, {
  count: ["value, /", (r: Range, v: Value) => listOf(r).filter((item) => same(item, v)).length],
  index: ["value, /", (r: Range, v: Value) => indexIn(listOf(r), v, 0, null, `${repr(v)} is not in range`)],
  __iter__: ["", (r: Range) => new RangeIterator(r)],
  __len__: ["", (r: Range) => r.length],
  __getitem__: ["key, /", builtinItem],
});
getters(rangeType, { start: (r: Range) => r.start, stop: (r: Range) => r.stop, step: (r: Range) => r.step });

sliceType.called = (_type, args) => {
  const [a = null, b, c = null] = args;
  return b === undefined ? new Slice(null, a, null) : new Slice(a, b, c);
};
methods(sliceType, {
  indices: [
    "length, /",
    (s: Slice, n: number) => {
      const { start, stop, step } = s.indices(n);
      return new Tuple([start, stop, step]);
    },
  ],
  __eq__: [
    "other, /",
    (a: Slice, b: Value) => b instanceof Slice && same([a.start, a.stop, a.step], [b.start, b.stop, b.step]),
  ],
});
sliceType.define("__hash__", null);
getters(sliceType, { start: (s: Slice) => s.start, stop: (s: Slice) => s.stop, step: (s: Slice) => s.step });

/** `reversed(v)` for sequences. */
export function backwards(v: Value, length: number): Iterable<Value> {
  return (function* () {
    for (let i = length - 1; i >= 0; i--) yield getItem(v, i);
  })();
}
