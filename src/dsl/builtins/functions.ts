/** The built-in functions that need nothing of the host. */
import { attr, attributeNames, deleteAttribute, getAttribute, hasAttribute, setAttribute } from "../attributes";
import { isInstanceOf, isSubclass } from "../class";
import { CODE, type PyFunction } from "../code";
import { gt, lt, same, truthy } from "../comparison";
import { error, exceptionTypes, typeError, valueError } from "../exceptions";
import { apply, call, rawNative, splitKwargs } from "../function";
import { getItem, lengthOf } from "../items";
import { add, floordiv, mod } from "../operators";
import { format, repr } from "../text";
import { builtinType, PyType, type Value } from "../type";
import * as types from "../types";
import { PyFloat, roundFloat, roundHalfEven, toFloat } from "../values/float";
import { PyIterator } from "../values/generator";
import { isInt, toBigInt } from "../values/int";
import { isStopIteration, iterate, listOf, NativeIterator } from "../values/iterators";
import { addressOf, hashOf } from "../values/key";
import { PyModule } from "../values/module";
import { characters } from "../values/str";
import { Tuple } from "../values/tuple";
import { absolute, power, wholeToInt } from "./numbers";
import { integer, sortList } from "./sequences";
import { functions, methods } from "./table";

const { typeName, typeOf } = types;

// ---- iterator classes

type IteratorBody = (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Iterable<Value>;

function iteratorClass(name: string, body: IteratorBody): PyType {
  const type = builtinType(name);
  type.called = (_type, args) => {
    const { positional, keywords } = splitKwargs(args);
    return new NativeIterator(body(positional, keywords), type);
  };
  methods(type, { __iter__: ["", (it: PyIterator) => it], __next__: ["", nextOf] });
  return type;
}

function nextOf(it: PyIterator): Value {
  const step = it.next();
  if (step.done) throw error("StopIteration");
  return step.value;
}

const enumerateType = iteratorClass("enumerate", ([items, start], keywords) => {
  const source = iterate(items);
  const first = integer(start ?? keywords.get("start") ?? 0);
  return (function* () {
    let i = first;
    for (const item of source) yield new Tuple([i++, item]);
  })();
});

const zipType = iteratorClass("zip", (iterables, keywords) => {
  const sources = iterables.map(iterate);
  const strict = truthy(keywords.get("strict") ?? false);
  return zipped(sources, strict);
});

function* zipped(sources: readonly PyIterator[], strict: boolean): Iterable<Value> {
  if (sources.length === 0) return;
  for (;;) {
    const row: Value[] = [];
    for (const [i, source] of sources.entries()) {
      const step = source.next();
      if (step.done) {
        if (strict) checkStrict(sources, i);
        return;
      }
      row.push(step.value);
    }
    yield new Tuple(row);
  }
}

function checkStrict(sources: readonly PyIterator[], ended: number): void {
  const others = ended === 1 ? "argument 1" : `arguments 1-${ended}`;
  if (ended > 0) throw valueError(`zip() argument ${ended + 1} is shorter than ${others}`);
  for (let i = 1; i < sources.length; i++) {
    const before = i === 1 ? "argument 1" : `arguments 1-${i}`;
    if (!sources[i].next().done) throw valueError(`zip() argument ${i + 1} is longer than ${before}`);
  }
}

const mapType = iteratorClass("map", ([f, ...iterables]) => {
  const sources = iterables.map(iterate);
  return (function* () {
    for (;;) {
      const args: Value[] = [];
      for (const source of sources) {
        const step = source.next();
        if (step.done) return;
        args.push(step.value);
      }
      yield apply(f, args);
    }
  })();
});

const filterType = iteratorClass("filter", ([f, items]) => {
  const source = iterate(items);
  return (function* () {
    for (const item of source) if (truthy(f === null ? item : call(f, item))) yield item;
  })();
});

const reversedType = iteratorClass("reversed", ([v]) => {
  const dunder = v === null ? undefined : typeOf(v).lookup("__reversed__");
  if (dunder !== undefined) return iterate(call(dunder, v));
  if (v instanceof PyIterator || (typeof v !== "string" && typeOf(v).lookup("__getitem__") === undefined)) {
    throw typeError(`'${typeName(v)}' object is not reversible`);
  }
  const length = lengthOf(v);
  return (function* () {
    for (let i = length - 1; i >= 0; i--) yield getItem(v, i);
  })();
});

export const iteratorClasses = [enumerateType, zipType, mapType, filterType, reversedType];

/** `next(it, default)`. */
function next(it: Value, otherwise: Value): Value {
  if (it instanceof PyIterator) {
    const step = it.next();
    if (!step.done) return step.value;
    if (otherwise !== undefined) return otherwise;
    throw error("StopIteration", ...(step.value === null ? [] : [step.value]));
  }
  const dunder = it === null ? undefined : typeOf(it).lookup("__next__");
  if (dunder === undefined) throw typeError(`'${typeName(it)}' object is not an iterator`);
  try {
    return call(dunder, it);
  } catch (thrown) {
    if (otherwise !== undefined && isStopIteration(thrown)) return otherwise;
    throw thrown;
  }
}

function iter(v: Value, sentinel: Value): Value {
  if (sentinel === undefined) return iterate(v);
  return new NativeIterator(
    (function* () {
      for (let value = call(v); !same(value, sentinel); value = call(v)) yield value;
    })(),
  );
}

/** `sum(items, start)`: CPython adds floats one after the other, as here. */
export function sum(items: Value, start: Value): Value {
  if (typeof start === "string") throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  let total = start;
  for (const item of iterate(items)) total = add(total, item);
  return total;
}

function extreme(name: "max" | "min", args: readonly Value[]): Value {
  const { positional, keywords } = splitKwargs(args);
  const key = keywords.get("key") ?? null;
  if (positional.length === 0) throw typeError(`${name} expected at least 1 argument, got 0`);
  const items = positional.length === 1 ? iterate(positional[0]) : positional;
  let best: Value;
  let bestKey: Value;
  for (const item of items) {
    const k = key === null ? item : call(key, item);
    const better = best === undefined || truthy(name === "max" ? gt(k, bestKey) : lt(k, bestKey));
    if (better) [best, bestKey] = [item, k];
  }
  if (best !== undefined) return best;
  const otherwise = keywords.get("default");
  if (otherwise === undefined) throw valueError(`${name}() arg is an empty sequence`);
  return otherwise;
}

function round(v: Value, digits: Value): Value {
  if (isInt(v)) {
    if (digits === null || Number(digits) >= 0) return typeof v === "boolean" ? Number(v) : v;
    const unit = 10 ** -Number(digits);
    return wholeToInt(roundHalfEven(Number(v) / unit) * unit);
  }
  if (typeof v === "number" || v instanceof PyFloat) {
    const x = Number(v);
    if (digits !== null) return toFloat(roundFloat(x, integer(digits)));
    if (Number.isNaN(x)) throw valueError("cannot convert float NaN to integer");
    if (!Number.isFinite(x)) throw error("OverflowError", "cannot convert float infinity to integer");
    return wholeToInt(roundHalfEven(x));
  }
  const dunder = v === null ? undefined : typeOf(v).lookup("__round__");
  if (dunder !== undefined) return digits === null ? call(dunder, v) : call(dunder, v, digits);
  throw typeError(`type ${typeName(v)} doesn't define __round__ method`);
}

const inBase = (prefix: string, base: number) => (v: Value) => {
  const n = toBigInt(isInt(v) ? v : integer(v));
  return `${n < 0n ? "-" : ""}${prefix}${(n < 0n ? -n : n).toString(base)}`;
};

function ord(v: Value): number {
  const chars = typeof v === "string" ? [...v] : [];
  if (typeof v !== "string") throw typeError(`ord() expected string of length 1, but ${typeName(v)} found`);
  if (chars.length !== 1)
    throw typeError(`ord() expected a character, but string of length ${characters(v).length} found`);
  return chars[0].codePointAt(0)!;
}

function chr(v: Value): string {
  const code = integer(v);
  if (code < 0 || code > 0x10ffff) throw valueError("chr() arg not in range(0x110000)");
  return String.fromCodePoint(code);
}

function getattr(o: Value, name: Value, otherwise: Value): Value {
  if (typeof name !== "string") throw typeError(`attribute name must be string, not '${typeName(name)}'`);
  return otherwise === undefined ? attr(o, name) : (getAttribute(o, name) ?? otherwise);
}

function vars(o: Value): Value {
  if (o instanceof PyModule || o instanceof PyType) return attr(o, "__dict__");
  const own = getAttribute(o, "__dict__");
  if (own === undefined) throw typeError("vars() argument must have __dict__ attribute");
  return own;
}

function callable(v: Value): boolean {
  return (
    typeof v === "function" ||
    v instanceof PyType ||
    typeName(v) === "method" ||
    (v !== null && typeOf(v).lookup("__call__") !== undefined)
  );
}

function divmod(a: Value, b: Value): Tuple {
  return new Tuple([floordiv(a, b), mod(a, b)]);
}

export const builtinFunctions: readonly (readonly [string, Value])[] = [
  ...functions({
    abs: ["x, /", absolute],
    all: ["iterable, /", (items: Value) => listUntil(items, false)],
    any: ["iterable, /", (items: Value) => !listUntil(items, true)],
    ascii: ["object, /", (v: Value) => repr(v).replace(/[^\0-\x7f]/gu, escapeCodePoint)],
    bin: ["number, /", inBase("0b", 2)],
    callable: ["object, /", callable],
    chr: ["i, /", chr],
    delattr: ["object, name, /", (o: Value, name: string) => void deleteAttribute(o, name)],
    dir: ["object, /", (o: Value) => [...attributeNames(o)].sort()],
    divmod: ["x, y, /", divmod],
    format: ["value, format_spec=, /", format, ""],
    getattr: ["object, name, default=, /", getattr, undefined],
    hasattr: ["object, name, /", (o: Value, name: string) => hasAttribute(o, name)],
    hash: ["object, /", hashOf],
    hex: ["number, /", inBase("0x", 16)],
    id: ["object, /", addressOf],
    isinstance: ["object, classinfo, /", isInstanceOf],
    issubclass: ["class, classinfo, /", isSubclass],
    iter: ["object, sentinel=, /", iter, undefined],
    len: ["obj, /", lengthOf],
    next: ["iterator, default=, /", next, undefined],
    oct: ["number, /", inBase("0o", 8)],
    ord: ["c, /", ord],
    pow: ["base, exp, mod=", power, null],
    repr: ["object, /", repr],
    round: ["number, ndigits=", round, null],
    setattr: ["object, name, value, /", (o: Value, name: string, v: Value) => void setAttribute(o, name, v)],
    sorted: [
      "iterable, /, *, key=, reverse=",
      (items: Value, key: Value, reverse: Value) => sortList(listOf(items), key, reverse),
      null,
      false,
    ],
    sum: ["iterable, /, start=", sum, 0],
    vars: ["object, /", vars],
  }),
  ["max", rawNative("max", (...args) => extreme("max", args))],
  ["min", rawNative("min", (...args) => extreme("min", args))],
];

/** Whether no item's truth is `stop`. */
function listUntil(items: Value, stop: boolean): boolean {
  for (const item of iterate(items)) if (truthy(item) === stop) return false;
  return true;
}

function escapeCodePoint(c: string): string {
  const code = c.codePointAt(0)!;
  return code < 0x100
    ? `\\x${code.toString(16)}`
    : code < 0x10000
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\U${code.toString(16).padStart(8, "0")}`;
}

export const builtinTypes: readonly PyType[] = [
  types.intType,
  types.boolType,
  types.floatType,
  types.complexType,
  types.strType,
  types.bytesType,
  types.listType,
  types.tupleType,
  types.dictType,
  types.setType,
  types.frozensetType,
  types.rangeType,
  types.sliceType,
  types.propertyType,
  types.staticmethodType,
  types.classmethodType,
  types.superType,
  types.objectType,
  types.typeType,
  ...iteratorClasses,
];

/** Everything a note finds without import, except what writes or reads (`print`, `input`). */
export function builtinNames(): Map<string, Value> {
  const names = new Map<string, Value>(builtinFunctions);
  for (const [, f] of builtinFunctions) (f as PyFunction)[CODE].owner = "";
  for (const type of builtinTypes) names.set(type.name, type);
  for (const [name, type] of exceptionTypes) names.set(name, type);
  names.set("NotImplemented", types.NotImplemented);
  names.set("Ellipsis", types.Ellipsis);
  return names;
}
