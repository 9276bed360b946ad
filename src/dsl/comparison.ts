/** Comparisons, membership and truth. */
import { typeError } from "./exceptions";
import { apply, call } from "./function";
import { step } from "./steps";
import { PyType, TYPE, type Value } from "./type";
import { dictType, NotImplemented, setType, tupleType, typeName, typeOf } from "./types";
import { Complex } from "./values/complex";
import { Dict, DictView } from "./values/dict";
import { numberOf, PyFloat } from "./values/float";
import { isInt, toBigInt } from "./values/int";
import { iterate } from "./values/iterators";
import { Range } from "./values/range";
import { PySet } from "./values/set";
import { Tuple } from "./values/tuple";

/** Numbers of any kind as values that JavaScript compares exactly (a float and a bigint compare by value there). */
function comparable(v: Value): number | bigint | undefined {
  return typeof v === "bigint" ? v : numberOf(v);
}

/** `a == b`, whatever the operands answer (tensors answer with a tensor). */
export function eq(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return a === b;
  if (typeof a === "string" && typeof b === "string") return a === b;
  const [x, y] = [comparable(a), comparable(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: == compares a number with a bigint by value
  if (x !== undefined && y !== undefined) return x == y;
  return eqObjects(a, b);
}

function eqObjects(a: Value, b: Value): Value {
  const [left, right] = [typeOf(a), typeOf(b)];
  const forward = left.lookup("__eq__");
  const backward = right === left ? undefined : right.lookup("__eq__");
  if (backward !== undefined && right.isSubtypeOf(left) && right !== left) {
    const result = call(backward, b, a);
    if (result !== NotImplemented) return result;
  }
  if (forward !== undefined) {
    const result = call(forward, a, b);
    if (result !== NotImplemented) return result;
  }
  if (backward !== undefined) {
    const result = call(backward, b, a);
    if (result !== NotImplemented) return result;
  }
  return structural(a, b);
}

/** Equality of built-in containers by content, of everything else by identity. */
function structural(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  if (a instanceof Tuple && b instanceof Tuple) return sameItems(a.items, b.items);
  if (a instanceof Dict && b instanceof Dict) return sameEntries(a, b);
  const [p, q] = [setLike(a), setLike(b)];
  if (p && q) return p.size === q.size && [...p].every((item) => q.has(item));
  if (a instanceof Range && b instanceof Range) {
    return a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)));
  }
  if (a instanceof Complex || b instanceof Complex) {
    const [x, y] = [Complex.of(a), Complex.of(b)];
    return x !== undefined && y !== undefined && x.re === y.re && x.im === y.im;
  }
  return false;
}

function setLike(v: Value): PySet | undefined {
  if (v instanceof PySet) return v;
  if (v instanceof DictView && !v[TYPE].name.endsWith("_values")) return new PySet(iterate(v));
  return undefined;
}

function sameItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]));
}

function sameEntries(a: Dict, b: Dict): boolean {
  if (a.size !== b.size) return false;
  for (const { key, value } of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !same(value, other)) return false;
  }
  return true;
}

/** Identical or equal: what containers ask of their items. */
export function same(a: Value, b: Value): boolean {
  return a === b || truthy(eq(a, b));
}

/** `bool(a == b)`. */
export function compareEqual(a: Value, b: Value): boolean {
  return truthy(eq(a, b));
}

export function ne(a: Value, b: Value): Value {
  if (typeof a === "object" && a !== null) {
    const dunder = typeOf(a).lookup("__ne__");
    if (dunder !== undefined) {
      const result = call(dunder, a, b);
      if (result !== NotImplemented) return result;
    }
  }
  if (typeof b === "object" && b !== null && typeOf(b) !== typeOf(a)) {
    const dunder = typeOf(b).lookup("__ne__");
    if (dunder !== undefined) {
      const result = call(dunder, b, a);
      if (result !== NotImplemented) return result;
    }
  }
  return !truthy(eq(a, b));
}

interface Order {
  readonly sign: string;
  readonly method: string;
  readonly mirrored: string;
  readonly numbers: (a: number | bigint, b: number | bigint) => boolean;
}

const LT: Order = { sign: "<", method: "__lt__", mirrored: "__gt__", numbers: (a, b) => a < b };
const LE: Order = { sign: "<=", method: "__le__", mirrored: "__ge__", numbers: (a, b) => a <= b };
const GT: Order = { sign: ">", method: "__gt__", mirrored: "__lt__", numbers: (a, b) => a > b };
const GE: Order = { sign: ">=", method: "__ge__", mirrored: "__le__", numbers: (a, b) => a >= b };

function order(op: Order, a: Value, b: Value): Value {
  const [x, y] = [comparable(a), comparable(b)];
  if (x !== undefined && y !== undefined) return op.numbers(x, y);
  if (typeof a === "string" && typeof b === "string") return op.numbers(compareText(a, b), 0);
  const [left, right] = [typeOf(a), typeOf(b)];
  const forward = left.lookup(op.method);
  if (forward !== undefined) {
    const result = call(forward, a, b);
    if (result !== NotImplemented) return result;
  }
  const backward = right.lookup(op.mirrored);
  if (backward !== undefined) {
    const result = call(backward, b, a);
    if (result !== NotImplemented) return result;
  }
  if (Array.isArray(a) && Array.isArray(b)) return orderItems(op, a, b);
  if (a instanceof Tuple && b instanceof Tuple) return orderItems(op, a.items, b.items);
  const [p, q] = [setLike(a), setLike(b)];
  if (p && q) return orderSets(op, p, q);
  throw typeError(`'${op.sign}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** By code points; JavaScript's own order differs beyond the basic plane. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const surrogates = (c: number) => (c >= 0xd800 && c <= 0xdfff ? c + 0x10000 : c);
    return surrogates(x) - surrogates(y);
  }
  return a.length - b.length;
}

function orderItems(op: Order, a: readonly Value[], b: readonly Value[]): Value {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (!same(a[i], b[i])) return order(op, a[i], b[i]);
  return op.numbers(a.length, b.length);
}

function orderSets(op: Order, a: PySet, b: PySet): boolean {
  const within = (x: PySet, y: PySet) => [...x].every((item) => y.has(item));
  if (op === LT) return a.size < b.size && within(a, b);
  if (op === LE) return within(a, b);
  return op === GT ? a.size > b.size && within(b, a) : within(b, a);
}

export const lt = (a: Value, b: Value): Value =>
  typeof a === "number" && typeof b === "number" ? a < b : order(LT, a, b);
export const le = (a: Value, b: Value): Value =>
  typeof a === "number" && typeof b === "number" ? a <= b : order(LE, a, b);
export const gt = (a: Value, b: Value): Value =>
  typeof a === "number" && typeof b === "number" ? a > b : order(GT, a, b);
export const ge = (a: Value, b: Value): Value =>
  typeof a === "number" && typeof b === "number" ? a >= b : order(GE, a, b);

/** For sorting: negative when a < b, as far as `<` tells. */
export function compareForSort(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Tuple && b instanceof Tuple && a[TYPE] === tupleType && b[TYPE] === tupleType) {
    return compareTuples(a.items, b.items);
  }
  step();
  if (truthy(lt(a, b))) return -1;
  return truthy(lt(b, a)) ? 1 : 0;
}

function compareTuples(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] === b[i]) continue;
    if (typeof a[i] === "number" && typeof b[i] === "number") {
      return compareForSort(a[i], b[i]);
    }
    if (!same(a[i], b[i])) return compareForSort(a[i], b[i]);
  }
  return a.length - b.length;
}

/** `a is b`: equal numbers and texts of one type count as one object. */
export function is_(a: Value, b: Value): boolean {
  if (a instanceof PyFloat && b instanceof PyFloat) return a === b;
  return a === b;
}

export const isNot = (a: Value, b: Value): boolean => !is_(a, b);

export function contains(container: Value, item: Value): boolean {
  if (typeof container === "string") {
    if (typeof item === "string") return container.includes(item);
    throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (container instanceof Dict && container[TYPE] === dictType) return container.has(item);
  if (container instanceof PySet && container[TYPE] === setType) return container.has(item);
  const type = typeOf(container);
  const dunder = type.lookup("__contains__");
  if (dunder !== undefined) return truthy(call(dunder, container, item));
  if (container instanceof Dict || container instanceof PySet) return container.has(item);
  if (container instanceof Range && isInt(item)) {
    const at = (Number(toBigInt(item)) - container.start) / container.step;
    return Number.isInteger(at) && at >= 0 && at < container.length;
  }
  if (
    type.lookup("__iter__") === undefined &&
    type.lookup("__getitem__") === undefined &&
    !isNativeIterable(container)
  ) {
    throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  }
  for (const each of iterate(container)) if (same(each, item)) return true;
  return false;
}

function isNativeIterable(v: Value): boolean {
  return Array.isArray(v) || v instanceof Tuple || v instanceof Range || v instanceof DictView || hasNext(v);
}

const hasNext = (v: Value): boolean => typeof v === "object" && v !== null && "next" in v;

export const in_ = (item: Value, container: Value): boolean => contains(container, item);
export const notIn = (item: Value, container: Value): boolean => !contains(container, item);

/** `bool(v)`. */
export function truthy(v: Value): boolean {
  switch (typeof v) {
    case "boolean":
      return v;
    case "number":
      return v !== 0;
    case "string":
      return v !== "";
    case "bigint":
      return v !== 0n;
    case "object":
      return v !== null && truthyObject(v);
    default:
      return true;
  }
}

function truthyObject(v: object): boolean {
  if (v instanceof PyFloat) return v.value !== 0;
  if (v instanceof PyType) return true;
  const type = typeOf(v);
  if (!type.heap) {
    if (Array.isArray(v)) return v.length > 0;
    if (v instanceof Tuple) return v.items.length > 0;
    if (v instanceof Dict || v instanceof PySet) return v.size > 0;
    if (v instanceof Range) return v.length > 0;
  }
  const bool = type.lookup("__bool__");
  if (bool !== undefined) return apply(bool, [v]) === true;
  const length = type.lookup("__len__");
  if (length !== undefined) return apply(length, [v]) !== 0;
  return v instanceof Complex ? v.re !== 0 || v.im !== 0 : true;
}
