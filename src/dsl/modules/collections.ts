/** The `collections` module. */

import { updateDict } from "../builtins/mappings";
import { methods, rawMethods } from "../builtins/table";
import { createClass } from "../class";
import { compareForSort, same } from "../comparison";
import { error, indexError, typeError } from "../exceptions";
import { call, native, rawNative, splitKwargs } from "../function";
import { add, sub } from "../operators";
import { entriesText, repr } from "../text";
import { builtinType, Getter, Kwargs, PyObject, PyType, type Value } from "../type";
import { dictType, isInstance, listType, NotImplemented, setType, tupleType } from "../types";
import { ClassMethod } from "../values/descriptors";
import { Dict } from "../values/dict";
import { indexOf } from "../values/int";
import { iterate, ListIterator, listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { orderedDictType } from "./ordered_dict";

// ---- defaultdict

class DefaultDict extends Dict {
  factory: Value = null;
}

export const defaultDictType = builtinType("defaultdict", [dictType], { module: "collections" });
defaultDictType.create = (type) => new DefaultDict([], type);
rawMethods(defaultDictType, {
  __init__: (d: DefaultDict, ...args: Value[]) => {
    const { positional, keywords } = splitKwargs(args);
    d.factory = positional[0] ?? null;
    updateDict(d, [...positional.slice(1), new Kwargs(new Map(keywords))]);
    return null;
  },
});
methods(defaultDictType, {
  __missing__: [
    "key, /",
    (d: DefaultDict, key: Value) => {
      if (d.factory === null) throw error("KeyError", key);
      const value = call(d.factory);
      d.set(key, value);
      return value;
    },
  ],
  __repr__: ["", (d: DefaultDict) => `defaultdict(${repr(d.factory)}, {${entriesText(d)}})`],
});
defaultDictType.define("default_factory", new Getter((d: DefaultDict) => d.factory));

// ---- Counter

export const counterType = builtinType("Counter", [dictType], { module: "collections" });

function count(counter: Dict, args: readonly Value[], step: (a: Value, b: Value) => Value): void {
  const { positional, keywords } = splitKwargs(args);
  const [from] = positional;
  const raise = (key: Value, by: Value) => counter.set(key, step(counter.get(key) ?? 0, by));
  if (from instanceof Dict) for (const { key, value } of from.entries()) raise(key, value);
  else if (from !== undefined && from !== null) for (const item of iterate(from)) raise(item, 1);
  for (const [key, value] of keywords) raise(key, value);
}

/** Entries from the most common to the least, ties in order of insertion. */
function mostCommon(counter: Dict, n: Value): Value[] {
  const entries = counter.pairs().sort((a, b) => compareForSort(b[1], a[1]));
  return entries.slice(0, n === null ? undefined : Number(n)).map((pair) => new Tuple(pair));
}

const combine = (keep: (a: Value, b: Value) => Value) => (a: Dict, b: Value) => {
  if (!(b instanceof Dict)) return NotImplemented;
  const keys = new Dict([...a.pairs(), ...b.pairs()]).keys();
  const entries = keys.map((key): [Value, Value] => [key, keep(a.get(key) ?? 0, b.get(key) ?? 0)]);
  return new Dict(
    entries.filter(([, n]) => compareForSort(n, 0) > 0),
    counterType,
  );
};
const larger = (a: Value, b: Value): Value => (compareForSort(a, b) < 0 ? b : a);
const smaller = (a: Value, b: Value): Value => (compareForSort(b, a) < 0 ? b : a);

rawMethods(counterType, {
  __init__: (c: Dict, ...args: Value[]) => void count(c, args, add),
  update: (c: Dict, ...args: Value[]) => void count(c, args, add),
  subtract: (c: Dict, ...args: Value[]) => void count(c, args, sub),
});
methods(counterType, {
  __missing__: ["key, /", () => 0],
  __repr__: [
    "",
    (c: Dict) =>
      c.size === 0
        ? "Counter()"
        : `Counter({${entriesText(new Dict(mostCommon(c, null).map((t) => (t as Tuple).items as [Value, Value])))}})`,
  ],
  most_common: ["n=", mostCommon, null],
  elements: [
    "",
    (c: Dict) => new ListIterator(c.pairs().flatMap(([key, n]) => new Array<Value>(Math.max(0, Number(n))).fill(key))),
  ],
  total: ["", (c: Dict) => c.values().reduce((a, b) => add(a, b), 0)],
  __add__: ["other, /", combine(add)],
  __sub__: ["other, /", combine(sub)],
  __or__: ["other, /", combine(larger)],
  __and__: ["other, /", combine(smaller)],
});

// ---- deque

class Deque extends PyObject {
  items: Value[] = [];
  limit: number | null = null;

  push(v: Value): void {
    this.items.push(v);
    if (this.limit !== null && this.items.length > this.limit) this.items.shift();
  }

  pushLeft(v: Value): void {
    this.items.unshift(v);
    if (this.limit !== null && this.items.length > this.limit) this.items.pop();
  }
}

const dequeType = builtinType("deque", undefined, { module: "collections", create: (type) => new Deque(type) });
const nonEmpty = (d: Deque): Deque => {
  if (d.items.length === 0) throw indexError("pop from an empty deque");
  return d;
};
const at = (d: Deque, key: Value): number => {
  const i = indexOf(key);
  if (i === undefined) throw typeError("sequence index must be integer, not 'slice'");
  const place = i < 0 ? i + d.items.length : i;
  if (place < 0 || place >= d.items.length) throw indexError("deque index out of range");
  return place;
};
function rotate(d: Deque, n: number): null {
  const { length } = d.items;
  if (length > 0) {
    const cut = (((-n % length) + length) % length) as number;
    d.items = [...d.items.slice(cut), ...d.items.slice(0, cut)];
  }
  return null;
}
methods(dequeType, {
  __init__: [
    "iterable=, maxlen=",
    (d: Deque, items: Value, limit: number | null) => {
      d.limit = limit;
      if (items !== null) for (const item of iterate(items)) d.push(item);
      return null;
    },
    null,
    null,
  ],
  append: ["x, /", (d: Deque, v: Value) => void d.push(v)],
  appendleft: ["x, /", (d: Deque, v: Value) => void d.pushLeft(v)],
  pop: ["", (d: Deque) => nonEmpty(d).items.pop()],
  popleft: ["", (d: Deque) => nonEmpty(d).items.shift()],
  extend: ["iterable, /", (d: Deque, items: Value) => void listOf(items).forEach((v) => void d.push(v))],
  extendleft: ["iterable, /", (d: Deque, items: Value) => void listOf(items).forEach((v) => void d.pushLeft(v))],
  clear: ["", (d: Deque) => void (d.items = [])],
  count: ["x, /", (d: Deque, v: Value) => d.items.filter((item) => same(item, v)).length],
  rotate: ["n=, /", rotate, 1],
  reverse: ["", (d: Deque) => void d.items.reverse()],
  __len__: ["", (d: Deque) => d.items.length],
  __iter__: ["", (d: Deque) => new ListIterator(d.items)],
  __getitem__: ["key, /", (d: Deque, key: Value) => d.items[at(d, key)]],
  __setitem__: ["key, value, /", (d: Deque, key: Value, v: Value) => void (d.items[at(d, key)] = v)],
  __contains__: ["x, /", (d: Deque, v: Value) => d.items.some((item) => same(item, v))],
  __repr__: ["", (d: Deque) => `deque(${repr(d.items)}${d.limit === null ? "" : `, maxlen=${d.limit}`})`],
});
dequeType.define("maxlen", new Getter((d: Deque) => d.limit));

// ---- namedtuple

/** A class of tuples whose items have names. */
export function namedTuple(name: string, fields: readonly string[], defaults: readonly Value[] = []): PyType {
  const type = createClass(name, [tupleType], []);
  fields.forEach((field, i) => void type.dict.set(field, new Getter((t: Tuple) => t.items[i])));
  const required = fields.length - defaults.length;
  const params = fields.map((field, i) => (i < required ? field : `${field}=`)).join(", ");
  const build = native("__new__", params, (...items: Value[]) => new Tuple(items, type), defaults);
  type.called = (called, args) => {
    const made = call(build, ...args) as Tuple;
    return called === type ? made : new Tuple(made.items, called);
  };
  type.dict.set("_fields", new Tuple(fields));
  type.dict.set(
    "_make",
    new ClassMethod(native("_make", "cls, items", (_c: Value, items: Value) => new Tuple(listOf(items), type))),
  );
  methods(type, {
    __repr__: ["", (t: Tuple) => `${name}(${fields.map((field, i) => `${field}=${repr(t.items[i])}`).join(", ")})`],
    _asdict: ["", (t: Tuple) => new Dict(fields.map((field, i) => [field, t.items[i]]))],
  });
  rawMethods(type, {
    _replace: (t: Tuple, ...args: Value[]) => {
      const { keywords } = splitKwargs(args);
      return new Tuple(
        fields.map((field, i) => keywords.get(field) ?? t.items[i]),
        type,
      );
    },
  });
  return type;
}

const namedTupleFunction = native(
  "namedtuple",
  "typename, field_names, *, rename=, defaults=, module=",
  (name: Value, fields: Value, _rename: Value, defaults: Value) => {
    const names =
      typeof fields === "string" ? fields.split(/[\s,]+/).filter((field) => field !== "") : listOf(fields).map(String);
    return namedTuple(String(name), names, defaults === null ? [] : listOf(defaults));
  },
  [false, null, null],
);

/** Abstract classes: what counts as one of them. */
const abstractClass = (name: string, ...members: PyType[]): PyType => {
  const type = builtinType(name, undefined, { module: "collections.abc" });
  type.define(
    "__instancecheck__",
    rawNative(
      "__instancecheck__",
      (_type, v) => members.some((member) => isInstance(v, member)) || hasProtocol(v, name),
    ),
  );
  return type;
};

const protocols: Readonly<Record<string, string>> = {
  Iterable: "__iter__",
  Iterator: "__next__",
  Callable: "__call__",
  Sized: "__len__",
  Hashable: "__hash__",
};

function hasProtocol(v: Value, name: string): boolean {
  const wanted = protocols[name];
  if (wanted === undefined || v === null) return false;
  if (name === "Callable" && (typeof v === "function" || v instanceof PyType)) return true;
  try {
    if (name === "Iterable") iterate(v);
    else return (v as { next?: unknown }).next !== undefined && name === "Iterator";
    return true;
  } catch {
    return false;
  }
}

export const abstractClasses: readonly PyType[] = [
  abstractClass("Iterable"),
  abstractClass("Iterator"),
  abstractClass("Callable"),
  abstractClass("Sequence", listType, tupleType),
  abstractClass("MutableSequence", listType),
  abstractClass("Mapping", dictType, orderedDictType),
  abstractClass("MutableMapping", dictType, orderedDictType),
  abstractClass("Set", setType),
];

export function collectionsModule(): PyModule {
  const types = [orderedDictType, defaultDictType, counterType, dequeType];
  return new PyModule("collections", [
    ...types.map((type): [string, Value] => [type.name, type]),
    ["namedtuple", namedTupleFunction],
    [
      "abc",
      new PyModule(
        "collections.abc",
        abstractClasses.map((type) => [type.name, type]),
      ),
    ],
  ]);
}
