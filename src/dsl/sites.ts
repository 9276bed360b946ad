/**
 * Attributes and methods that remember, place by place of the text, what the class of the last object said about the
 * name. What is remembered holds for one class and until any class changes.
 */
import { attr, method, setAttribute } from "./attributes";
import { CODE, type PyFunction } from "./code";
import { STEPS_OF_A_CALL, steps } from "./steps";
import { ATTRIBUTES, attributesOf, classesEpoch, PyObject, type PyType, TYPE, type Value } from "./type";
import { listType, typeOf } from "./types";
import { Property, Super } from "./values/descriptors";

type Run = (...args: Value[]) => Value;

/** What a place of the text that names an attribute knows. */
class Site {
  type: PyType | null = null;
  epoch = -1;
  /** The name means the object's own attribute and nothing else. */
  own = false;
  /** What to call with the object and the place's arguments. */
  run: Run | null = null;
  constructor(readonly name: string) {}
}

export const site = (name: string): Site => new Site(name);

function isKnown(at: Site, type: PyType): boolean {
  return at.type === type && at.epoch === classesEpoch();
}

/** What takes just so many arguments: the function itself, or it with its defaults. */
function exact(found: Value, count: number): Run | null {
  if (typeof found !== "function") return null;
  const { arity, raw, signature } = (found as unknown as PyFunction)[CODE];
  if (raw || arity < count) return null;
  const run = found as unknown as Run;
  if (arity === count) return run;
  const { defaults } = signature;
  if (arity - count > defaults.length) return null;
  const rest = defaults.slice(defaults.length - (arity - count));
  if (rest.length === 1 && count === 1) return (o) => run(o, rest[0]);
  if (rest.length === 1 && count === 2) return (o, a) => run(o, a, rest[0]);
  return (...args) => run(...args, ...rest);
}

// ---- attributes --------------------------------------------------------------------------------------------------------

/** `o.name`. */
export function get(at: Site, o: Value): Value {
  if (!(o instanceof PyObject)) return attr(o, at.name);
  const type = o[TYPE];
  if (!isKnown(at, type)) {
    const found = type.lookup(at.name);
    remember(at, type, found === undefined, found instanceof Property ? exact(found.getter, 1) : null);
  }
  if (at.own) {
    const own = o[ATTRIBUTES].get(at.name);
    if (own !== undefined) return own;
  } else if (at.run !== null) return at.run(o) ?? null;
  return attr(o, at.name);
}

/** `o.name = v`. */
export function put(at: Site, o: Value, v: Value): void {
  if (!(o instanceof PyObject)) {
    setAttribute(o, at.name, v);
    return;
  }
  const type = o[TYPE];
  if (!isKnown(at, type)) {
    const free = type.lookup(at.name) === undefined && type.lookup("__setattr__") === undefined;
    remember(at, type, free && at.name !== "__class__", null);
  }
  if (at.own) o[ATTRIBUTES].set(at.name, v);
  else setAttribute(o, at.name, v);
}

function remember(at: Site, type: PyType, own: boolean, run: Run | null): void {
  at.type = type;
  at.epoch = classesEpoch();
  at.own = own;
  at.run = run;
}

// ---- methods -----------------------------------------------------------------------------------------------------------

/** Classes whose instances have no attributes of their own and whose methods take no time to speak of. */
const BUILTIN: ReadonlySet<string> = new Set(["list", "str", "dict", "set", "tuple", "int", "float", "generator"]);

/** The function to call with `o` and `count` arguments more, or null when the call needs all of `method`. */
function known(at: Site, o: Value, count: number): Run | null {
  const type = (o as object | null)?.constructor === Array ? listType : typeOf(o);
  if (!isKnown(at, type)) remember(at, type, false, methodOf(at.name, o, type, count));
  if (at.run !== null && o instanceof PyObject && o[ATTRIBUTES].has(at.name)) return null;
  return at.run;
}

function methodOf(name: string, o: Value, type: PyType, count: number): Run | null {
  const isPlain = o instanceof PyObject || (BUILTIN.has(type.name) && attributesOf(o) === undefined);
  return isPlain ? exact(type.lookup(name), count + 1) : null;
}

/** `super().name(…)`: the method after the class, when it takes just these arguments. */
function inherited(at: Site, o: Value, count: number): Run | null {
  if (!(o instanceof Super) || !(o.self instanceof PyObject)) return null;
  return exact(o.self[TYPE].lookupAfter(o.type, at.name), count + 1);
}

export function method0(at: Site, o: Value): Value {
  const run = known(at, o, 0);
  if (run !== null) return run(o) ?? null;
  const after = inherited(at, o, 0);
  if (after !== null) return after((o as Super).self) ?? null;
  steps.left -= STEPS_OF_A_CALL;
  return method(o, at.name);
}

export function method1(at: Site, o: Value, a: Value): Value {
  const run = known(at, o, 1);
  if (run !== null) return run(o, a) ?? null;
  const after = inherited(at, o, 1);
  if (after !== null) return after((o as Super).self, a) ?? null;
  steps.left -= STEPS_OF_A_CALL;
  return method(o, at.name, a);
}

export function method2(at: Site, o: Value, a: Value, b: Value): Value {
  const run = known(at, o, 2);
  if (run !== null) return run(o, a, b) ?? null;
  const after = inherited(at, o, 2);
  if (after !== null) return after((o as Super).self, a, b) ?? null;
  steps.left -= STEPS_OF_A_CALL;
  return method(o, at.name, a, b);
}
