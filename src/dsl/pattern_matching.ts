/** The shapes that `case` patterns ask for. Each helper gives the parts to look at next, or null when a value does not fit. */
import { getAttribute } from "./attributes";
import { isInstanceOf } from "./class";
import { typeError } from "./exceptions";
import { getItem } from "./items";
import { PyType, type Value } from "./type";
import {
  boolType,
  bytesType,
  dictType,
  floatType,
  frozensetType,
  intType,
  listType,
  setType,
  strType,
  tupleType,
} from "./types";
import { Dict } from "./values/dict";
import { Range } from "./values/range";
import { Tuple } from "./values/tuple";

/** Types whose only positional pattern is the value itself. */
const SELF_MATCHING: ReadonlySet<PyType> = new Set([
  boolType,
  bytesType,
  dictType,
  floatType,
  frozensetType,
  intType,
  listType,
  setType,
  strType,
  tupleType,
]);

/** `[a, b]` (`after` is -1) or `[a, *rest, b]`: the list of the rest stands between `before` and `after` parts. */
export function matchSequence(v: Value, before: number, after: number): Value[] | null {
  const items =
    v instanceof Tuple
      ? v.items
      : Array.isArray(v)
        ? v
        : v instanceof Range
          ? Array.from({ length: v.length }, (_, i) => v.at(i))
          : null;
  if (items === null) return null;
  if (after < 0) return items.length === before ? [...items] : null;
  if (items.length < before + after) return null;
  const end = items.length - after;
  return [...items.slice(0, before), items.slice(before, end), ...items.slice(end)];
}

/** `{"k": a, **rest}`: the values of the keys, then, if asked for, a dict of what is left. */
export function matchMapping(v: Value, keys: readonly Value[], rest = false): Value[] | null {
  if (!(v instanceof Dict) || !keys.every((key) => v.has(key))) return null;
  const parts: Value[] = keys.map((key) => getItem(v, key));
  if (!rest) return parts;
  const left = new Dict();
  for (const [key, value] of v.pairs()) left.set(key, value);
  for (const key of keys) left.delete(key);
  return [...parts, left];
}

/** `Point(1, y=b)`: the attributes named by `__match_args__` and by `names`. */
export function matchClass(v: Value, type: Value, positional: number, names: readonly string[]): Value[] | null {
  if (!(type instanceof PyType)) throw typeError("called match pattern must be a class");
  if (!isInstanceOf(v, type)) return null;
  const parts: Value[] = [];
  if (positional === 1 && SELF_MATCHING.has(type)) parts.push(v);
  else if (positional > 0) {
    const order = type.lookup("__match_args__");
    const known = order instanceof Tuple ? order.items : [];
    if (known.length < positional) {
      const plural = known.length === 1 ? "" : "s";
      throw typeError(`${type.name}() accepts ${known.length} positional sub-pattern${plural} (${positional} given)`);
    }
    names = [...(known.slice(0, positional) as string[]), ...names];
  }
  for (const name of names) {
    const value = getAttribute(v, name);
    if (value === undefined) return null;
    parts.push(value);
  }
  return parts;
}
