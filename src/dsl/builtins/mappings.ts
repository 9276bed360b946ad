/** Methods of `dict`, its views, `set` and `frozenset`. */

import { getAttribute } from "../attributes";
import { error, typeError, valueError } from "../exceptions";
import { call, construct, native, splitKwargs } from "../function";
import { builtinDeleteItem, builtinItem, builtinSetItem, getItem } from "../items";
import { builtinType, TYPE, type Value } from "../type";
import { dictType, frozensetType, NotImplemented, setType } from "../types";
import { ClassMethod } from "../values/descriptors";
import { Dict, DictView } from "../values/dict";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";
import { methods, rawMethods } from "./table";

export const dictKeysType = builtinType("dict_keys");
export const dictValuesType = builtinType("dict_values");
export const dictItemsType = builtinType("dict_items");

/** `d.update(...)`: a mapping, pairs, keywords. */
export function updateDict(dict: Dict, args: readonly Value[]): void {
  const { positional, keywords } = splitKwargs(args);
  const [from] = positional;
  if (from instanceof Dict) for (const { key, value } of from.entries()) dict.set(key, value);
  else if (from !== undefined) fill(dict, from);
  for (const [key, value] of keywords) dict.set(key, value);
}

function fill(dict: Dict, from: Value): void {
  const keys = getAttribute(from, "keys");
  if (keys !== undefined) {
    for (const key of iterate(call(keys))) dict.set(key, getItem(from, key));
    return;
  }
  let i = 0;
  for (const pair of iterate(from)) {
    const items = pairItems(pair, i++);
    dict.set(items[0], items[1]);
  }
}

function pairItems(pair: Value, i: number): Value[] {
  let items: Value[];
  try {
    items = listOf(pair);
  } catch {
    throw typeError(`cannot convert dictionary update sequence element #${i} to a sequence`);
  }
  if (items.length !== 2) {
    throw valueError(`dictionary update sequence element #${i} has length ${items.length}; 2 is required`);
  }
  return items;
}

dictType.create = (type) => new Dict([], type);
dictType.called = (type, args) => construct(type, args);

const view = (name: "keys" | "values" | "items") => (d: Dict) =>
  name === "keys"
    ? new DictView(d, dictKeysType, (e) => e.key)
    : name === "values"
      ? new DictView(d, dictValuesType, (e) => e.value)
      : new DictView(d, dictItemsType, (e) => new Tuple([e.key, e.value]));

function pop(d: Dict, key: Value, otherwise: Value): Value {
  const value = d.get(key);
  if (value === undefined) {
    if (otherwise === undefined) throw error("KeyError", key);
    return otherwise;
  }
  d.delete(key);
  return value;
}

function popItem(d: Dict): Tuple {
  const last = d.last();
  if (!last) throw error("KeyError", "popitem(): dictionary is empty");
  d.delete(last.key);
  return new Tuple([last.key, last.value]);
}

function setDefault(d: Dict, key: Value, otherwise: Value): Value {
  const value = d.get(key);
  if (value !== undefined) return value;
  d.set(key, otherwise);
  return otherwise;
}

function mergeInto(a: Dict, b: Value): Dict {
  updateDict(a, [b]);
  return a;
}

const merged = (a: Dict, b: Value): Value => {
  if (!(b instanceof Dict)) return NotImplemented;
  const out = a.copy();
  updateDict(out, [b]);
  return out;
};

rawMethods(dictType, {
  __init__: (d: Dict, ...args: Value[]) => {
    const { positional } = splitKwargs(args);
    if (positional.length > 1) throw typeError(`dict expected at most 1 argument, got ${positional.length}`);
    updateDict(d, args);
    return null;
  },
  update: (d: Dict, ...args: Value[]) => void updateDict(d, args),
});
methods(dictType, {
  clear: ["", (d: Dict) => void d.clear()],
  copy: ["", (d: Dict) => d.copy()],
  get: ["key, default=, /", (d: Dict, key: Value, otherwise: Value) => d.get(key) ?? otherwise, null],
  items: ["", view("items")],
  keys: ["", view("keys")],
  values: ["", view("values")],
  pop: ["key, default=, /", pop],
  popitem: ["", popItem],
  setdefault: ["key, default=, /", setDefault, null],
  __len__: ["", (d: Dict) => d.size],
  __iter__: ["", (d: Dict) => new NativeIterator(keysOf(d))],
  __reversed__: ["", (d: Dict) => new NativeIterator(d.keys().reverse())],
  __getitem__: ["key, /", builtinItem],
  __setitem__: ["key, value, /", (d: Dict, k: Value, v: Value) => void builtinSetItem(d, k, v)],
  __delitem__: ["key, /", (d: Dict, k: Value) => void builtinDeleteItem(d, k)],
  __contains__: ["key, /", (d: Dict, k: Value) => d.has(k)],
  __or__: ["other, /", merged],
  __ior__: ["other, /", mergeInto],
});
function* keysOf(d: Dict): Iterable<Value> {
  for (const entry of d.entries()) yield entry.key;
}
dictType.define("__hash__", null);
dictType.define(
  "fromkeys",
  new ClassMethod(
    native(
      "fromkeys",
      "cls, iterable, value=, /",
      (_cls: Value, keys: Value, value: Value) => new Dict(listOf(keys).map((key) => [key, value])),
      [null],
    ),
  ),
);

for (const type of [dictKeysType, dictValuesType, dictItemsType]) {
  methods(type, {
    __len__: ["", (v: DictView) => v.dict.size],
    __reversed__: ["", (v: DictView) => new NativeIterator([...v.dict.entries()].reverse().map(v.pick))],
  });
}
dictKeysType.define(
  "__contains__",
  native("__contains__", "self, key, /", (v: DictView, key: Value) => v.dict.has(key)),
);

// ---- sets

setType.create = (type) => new PySet([], type);
setType.called = (type, args) =>
  type === setType ? new PySet(args.length === 0 ? [] : iterate(args[0])) : construct(type, args);
frozensetType.called = (_type, args) => new PySet(args.length === 0 ? [] : iterate(args[0]), frozensetType);

const asSet = (v: Value): PySet => (v instanceof PySet ? v : new PySet(iterate(v)));
const like = (a: PySet, items: Iterable<Value>): PySet => new PySet(items, a[TYPE]);

const union = (a: PySet, ...others: Value[]): PySet => like(a, [...a, ...others.flatMap((each) => listOf(each))]);
const intersection = (a: PySet, ...others: Value[]): PySet => {
  const sets = others.map(asSet);
  return like(
    a,
    [...a].filter((item) => sets.every((s) => s.has(item))),
  );
};
const difference = (a: PySet, ...others: Value[]): PySet => {
  const sets = others.map(asSet);
  return like(
    a,
    [...a].filter((item) => !sets.some((s) => s.has(item))),
  );
};
const symmetric = (a: PySet, b: Value): PySet => {
  const other = asSet(b);
  return like(a, [...[...a].filter((item) => !other.has(item)), ...[...other].filter((item) => !a.has(item))]);
};

const setOperators = { and: intersection, or: union, sub: difference, xor: symmetric };
const views = [dictKeysType, dictItemsType];
for (const type of [setType, frozensetType, ...views]) {
  for (const [name, run] of Object.entries(setOperators)) {
    const forward = (a: Value, b: Value): Value =>
      b instanceof PySet || b instanceof DictView ? run(asSet(a), b) : NotImplemented;
    type.define(`__${name}__`, native(`__${name}__`, "self, other, /", forward));
  }
}

function replaceItems(s: PySet, items: PySet): PySet {
  const list = items.items();
  s.clear();
  for (const item of list) s.add(item);
  return s;
}

for (const type of [setType, frozensetType]) {
  rawMethods(type, { union, intersection, difference });
  methods(type, {
    symmetric_difference: ["other, /", symmetric],
    issubset: ["other, /", (a: PySet, b: Value) => [...a].every((item) => asSet(b).has(item))],
    issuperset: ["other, /", (a: PySet, b: Value) => listOf(b).every((item) => a.has(item))],
    isdisjoint: ["other, /", (a: PySet, b: Value) => !listOf(b).some((item) => a.has(item))],
    copy: ["", (s: PySet) => like(s, s)],
    __len__: ["", (s: PySet) => s.size],
    __iter__: ["", (s: PySet) => new NativeIterator(s)],
    __contains__: ["item, /", (s: PySet, item: Value) => s.has(item)],
  });
}

function addAll(s: PySet, items: Value): void {
  for (const item of listOf(items)) s.add(item);
}

function removeItem(s: PySet, item: Value): null {
  if (!s.delete(item)) throw error("KeyError", item);
  return null;
}

function popAny(s: PySet): Value {
  const [first] = s.items();
  if (first === undefined) throw error("KeyError", "pop from an empty set");
  s.delete(first);
  return first;
}

setType.define("__hash__", null);
rawMethods(setType, {
  update: (s: PySet, ...others: Value[]) => others.forEach((each) => void addAll(s, each)),
  intersection_update: (s: PySet, ...others: Value[]) => void replaceItems(s, intersection(s, ...others)),
  difference_update: (s: PySet, ...others: Value[]) => void replaceItems(s, difference(s, ...others)),
});
methods(setType, {
  __init__: ["iterable=, /", (s: PySet, items: Value) => (items === null ? null : addAll(s, items)), null],
  add: ["item, /", (s: PySet, item: Value) => void s.add(item)],
  discard: ["item, /", (s: PySet, item: Value) => void s.delete(item)],
  remove: ["item, /", removeItem],
  clear: ["", (s: PySet) => void s.clear()],
  pop: ["", popAny],
  __ior__: ["other, /", (a: PySet, b: Value) => replaceItems(a, union(a, b))],
  __iand__: ["other, /", (a: PySet, b: Value) => replaceItems(a, intersection(a, b))],
  __isub__: ["other, /", (a: PySet, b: Value) => replaceItems(a, difference(a, b))],
  __ixor__: ["other, /", (a: PySet, b: Value) => replaceItems(a, symmetric(a, b))],
});
