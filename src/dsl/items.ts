/** Subscripts: `o[k]`, `o[k] = v`, `del o[k]`, unpacking. */
import { error, indexError, typeError, valueError } from "./exceptions";
import { apply, call } from "./function";
import { PyType, TYPE, type Value } from "./type";
import { dictType, typeName, typeOf } from "./types";
import { Bytes } from "./values/bytes";
import { Dict } from "./values/dict";
import { indexOf } from "./values/int";
import { iterate, listOf } from "./values/iterators";
import { Range } from "./values/range";
import { Slice } from "./values/slice";
import { characters } from "./values/str";
import { Tuple } from "./values/tuple";

/** Position of an index in a sequence of `length` items; negative ones count from the end. */
export function position(k: Value, length: number, what: string): number {
  const index = indexOf(k);
  if (index === undefined) {
    throw typeError(
      what === "string"
        ? `string indices must be integers, not '${typeName(k)}'`
        : `${what} indices must be integers or slices, not ${typeName(k)}`,
    );
  }
  const at = index < 0 ? index + length : index;
  if (at < 0 || at >= length) throw indexError(`${what === "range" ? "range object" : what} index out of range`);
  return at;
}

export function getItem(o: Value, k: Value): Value {
  if (Array.isArray(o) && typeof k === "number") {
    const at = k < 0 ? k + o.length : k;
    const item: Value = o[at];
    if (item !== undefined && !typeOf(o).heap) return item;
  }
  if (o instanceof Dict && o[TYPE] === dictType) {
    const value = o.get(k);
    if (value === undefined) throw error("KeyError", k);
    return value;
  }
  if (typeof o === "string")
    return k instanceof Slice ? sliceText(o, k) : characters(o)[position(k, characters(o).length, "string")];
  if (typeof o === "object" && o !== null) {
    const dunder = typeOf(o).lookup("__getitem__");
    if (dunder !== undefined) return call(dunder, o, k);
    const item = builtinItem(o, k);
    if (item !== undefined) return item;
    if (o instanceof PyType) return classItem(o, k);
  }
  throw typeError(`'${typeName(o)}' object is not subscriptable`);
}

/** Items of built-in containers; what `super().__getitem__` reaches too. */
export function builtinItem(o: object, k: Value): Value | undefined {
  if (Array.isArray(o)) return k instanceof Slice ? k.of(o) : o[position(k, o.length, "list")];
  if (o instanceof Dict) return dictItem(o, k);
  if (o instanceof Tuple) {
    return k instanceof Slice ? new Tuple(k.of(o.items), sliceType(o)) : o.items[position(k, o.items.length, "tuple")];
  }
  if (o instanceof Range) return k instanceof Slice ? sliceRange(o, k) : o.at(position(k, o.length, "range"));
  if (o instanceof Bytes) {
    const data = [...o.data];
    return k instanceof Slice ? new Bytes(Uint8Array.from(k.of(data))) : data[position(k, data.length, "index")];
  }
  return undefined;
}

/** A slice of a `torch.Size` is one; of other derived tuples a plain tuple. */
function sliceType(o: Tuple): PyType | undefined {
  const type = typeOf(o);
  return type.name === "Size" ? type : undefined;
}

function dictItem(o: Dict, k: Value): Value {
  const value = o.get(k);
  if (value !== undefined) return value;
  const missing = typeOf(o).lookup("__missing__");
  if (missing !== undefined) return call(missing, o, k);
  throw error("KeyError", k);
}

/** `list[int]`, `Optional[str]`: type hints mean nothing at run time and give the class back. */
function classItem(o: PyType, k: Value): Value {
  const hook = o.meta?.lookup("__getitem__") ?? o.lookup("__class_getitem__");
  if (hook !== undefined) return apply(hook, [o, k]);
  if (o.module === "builtins" && ["list", "dict", "tuple", "set", "frozenset", "type"].includes(o.name)) return o;
  throw typeError(`type '${o.name}' is not subscriptable`);
}

function sliceText(text: string, slice: Slice): string {
  const chars = characters(text);
  const { start, step, count } = slice.indices(chars.length);
  if (step === 1 && typeof chars === "string") return text.slice(start, start + count);
  return Array.from({ length: count }, (_, i) => chars[start + i * step]).join("");
}

function sliceRange(range: Range, slice: Slice): Range {
  const { start, step, count } = slice.indices(range.length);
  const first = range.at(start);
  return new Range(first, first + count * step * range.step, step * range.step);
}

export function setItem(o: Value, k: Value, v: Value): void {
  if (o instanceof Dict && o[TYPE] === dictType) {
    o.set(k, v);
    return;
  }
  if (typeof o === "object" && o !== null) {
    const type = typeOf(o);
    const dunder = type.lookup("__setitem__");
    if (dunder !== undefined) {
      call(dunder, o, k, v);
      return;
    }
    if (builtinSetItem(o, k, v)) return;
  }
  throw typeError(`'${typeName(o)}' object does not support item assignment`);
}

export function builtinSetItem(o: object, k: Value, v: Value): boolean {
  if (Array.isArray(o)) {
    if (k instanceof Slice) setSlice(o, k, v);
    else {
      const index = indexOf(k);
      const at = index !== undefined && index < 0 ? index + o.length : index;
      if (at !== undefined && (at < 0 || at >= o.length)) throw indexError("list assignment index out of range");
      o[position(k, o.length, "list")] = v;
    }
    return true;
  }
  if (!(o instanceof Dict)) return false;
  o.set(k, v);
  return true;
}

function setSlice(list: Value[], slice: Slice, v: Value): void {
  const items = listOf(v);
  const { start, step, count } = slice.indices(list.length);
  if (step === 1) list.splice(start, count, ...items);
  else if (items.length !== count) {
    throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  } else items.forEach((item, i) => void (list[start + i * step] = item));
}

export function deleteItem(o: Value, k: Value): void {
  if (typeof o === "object" && o !== null) {
    const dunder = typeOf(o).lookup("__delitem__");
    if (dunder !== undefined) {
      call(dunder, o, k);
      return;
    }
    if (builtinDeleteItem(o, k)) return;
  }
  throw typeError(`'${typeName(o)}' object doesn't support item deletion`);
}

export function builtinDeleteItem(o: object, k: Value): boolean {
  if (Array.isArray(o)) {
    if (k instanceof Slice) {
      const { start, step, count } = k.indices(o.length);
      const gone = new Set(Array.from({ length: count }, (_, i) => start + i * step));
      o.splice(0, o.length, ...o.filter((_, i) => !gone.has(i)));
    } else o.splice(position(k, o.length, "list"), 1);
    return true;
  }
  if (!(o instanceof Dict)) return false;
  if (!o.delete(k)) throw error("KeyError", k);
  return true;
}

/** `len(v)`. */
export function lengthOf(v: Value): number {
  if (typeof v === "string") return characters(v).length;
  if (typeof v === "object" && v !== null) {
    const dunder = typeOf(v).lookup("__len__");
    if (dunder !== undefined) return call(dunder, v) as number;
    if (Array.isArray(v)) return v.length;
    if (v instanceof Tuple) return v.items.length;
    if (v instanceof Range) return v.length;
    if (v instanceof Bytes) return v.data.length;
    if ("size" in v && typeof v.size === "number") return v.size;
    if ("dict" in v && v.dict instanceof Dict) return v.dict.size;
  }
  throw typeError(`object of type '${typeName(v)}' has no len()`);
}

/** `a, b = v`: exactly `n` items. */
export function unpack(v: Value, n: number): Value[] {
  const items = iterableFor(v, n);
  if (items.length < n) throw valueError(`not enough values to unpack (expected ${n}, got ${items.length})`);
  if (items.length > n) throw valueError(`too many values to unpack (expected ${n})`);
  return items;
}

/** At most one item more than wanted is taken, as endless iterators may be unpacked (and fail). */
function iterableFor(v: Value, n: number): Value[] {
  if (v instanceof Tuple || Array.isArray(v)) return listOf(v);
  let iterator: Iterable<Value>;
  try {
    iterator = iterate(v);
  } catch (thrown) {
    if (typeOf(v).lookup("__iter__") === undefined) throw typeError(`cannot unpack non-iterable ${typeName(v)} object`);
    throw thrown;
  }
  const items: Value[] = [];
  for (const item of iterator) {
    items.push(item);
    if (items.length > n) break;
  }
  return items;
}

/** `a, *b, c = v`: `before` items, the rest as a list, `after` items. */
export function unpackStar(v: Value, before: number, after: number): Value[] {
  const items = listOf(v);
  if (items.length < before + after) {
    throw valueError(`not enough values to unpack (expected at least ${before + after}, got ${items.length})`);
  }
  const end = items.length - after;
  return [...items.slice(0, before), items.slice(before, end), ...items.slice(end)];
}
