/**
 * Hashing: every hashable value has a key such that equal values have equal keys in a JavaScript `Map`
 * (1 == 1.0 == True; tuples by content; objects by identity unless their class says otherwise).
 */
import { Double } from "../../tensor/scalar";
import { typeError } from "../exceptions";
import { apply, BoundMethod } from "../function";
import { NumpyScalar } from "../numpy/ndarray";
import { compareEqual } from "../operators";
import type { Value } from "../type";
import { typeName, typeOf } from "../types";
import { PySet } from "./set";
import { Tuple } from "./tuple";

export type Key = string | number | bigint | object | null;

export function keyOf(v: Value): Key {
  switch (typeof v) {
    case "string":
      // Keys made up for tuples and the like start with NUL.
      return v.charCodeAt(0) === 0 ? `\0s${v}` : v;
    case "number":
    case "bigint":
      return v;
    case "boolean":
      return v ? 1 : 0;
    case "object":
      return v === null ? null : objectKey(v);
    default:
      return v as object;
  }
}

function objectKey(v: object): Key {
  if (v instanceof Double) return Number.isSafeInteger(v.value) ? v.value : BigInt(v.value);
  if (v instanceof NumpyScalar) return keyOf(v.value);
  if (v instanceof Tuple) return `\0t${v.items.map(keyText).join(",")}`;
  if (v instanceof BoundMethod) return `\0m${keyText(v.self)},${keyText(v.target)}`;
  const hash = typeOf(v).lookup("__hash__");
  if (hash === undefined && !(v instanceof PySet)) return v;
  if (hash === null) throw typeError(`unhashable type: '${typeName(v)}'`);
  if (v instanceof PySet) return `\0f${[...v.keys()].map(textOfKey).sort().join(",")}`;
  return representative(v, String(apply(hash, [v])));
}

/** Objects whose class defines `__hash__`: the first one seen of those that are equal stands for all. */
const classes = new Map<string, WeakRef<object>[]>();

function representative(v: object, hash: string): object {
  const alive = (classes.get(hash) ?? []).filter((ref) => ref.deref() !== undefined);
  for (const ref of alive) {
    const other = ref.deref();
    if (other !== undefined && (other === v || compareEqual(other, v))) return other;
  }
  classes.set(hash, [...alive, new WeakRef(v)]);
  return v;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** A number of its own for an object. */
export function identityOf(o: object): number {
  let id = identities.get(o);
  if (id === undefined) identities.set(o, (id = nextIdentity++));
  return id;
}

/** What `id()` and default reprs show: a plausible address, the same for the same object. */
export function addressOf(v: Value): number {
  if (typeof v === "object" || typeof v === "function") {
    return v === null ? 0x7f1000000010 : 0x7f1234500000 + identityOf(v) * 48;
  }
  return 0x7f1100000000 + (hashText(`${typeof v}${String(v)}`) >>> 0) * 16;
}

export const addressText = (v: Value): string => `0x${addressOf(v).toString(16)}`;

function keyText(v: Value): string {
  return textOfKey(keyOf(v));
}

function textOfKey(key: Key): string {
  if (typeof key === "string") return `s${key.length}:${key}`;
  if (typeof key === "object" && key !== null) return `o${identityOf(key)}`;
  if (typeof key === "function") return `o${identityOf(key)}`;
  return key === null ? "N" : `n${key}`;
}

function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** Python's `hash(v)`: exact for ints; for the rest some number that equal values share. */
export function hashOf(v: Value): number | bigint {
  const key = keyOf(v);
  if (typeof key === "number" && Number.isInteger(key)) return key === -1 ? -2 : key;
  if (typeof key === "bigint") return key % ((1n << 61n) - 1n);
  if (typeof key === "object" && key !== null) {
    const hash = typeOf(v).lookup("__hash__");
    if (hash !== undefined && hash !== null) return apply(hash, [v]) as number;
  }
  return hashText(textOfKey(key)) * 1024 + 7;
}
