/** The `class` statement, `super()` and `isinstance`. */

import { attr } from "./attributes";
import { typeError } from "./exceptions";
import { apply, call, splitKwargs } from "./function";
import { InconsistentBases, Kwargs, objectType, PyType, type Value } from "./type";
import { typeName, typeOf, typeType } from "./types";
import { ClassMethod, Property, StaticMethod, Super } from "./values/descriptors";
import { Dict } from "./values/dict";
import { listOf } from "./values/iterators";
import { Tuple } from "./values/tuple";

export type Namespace = Record<string, Value>;
type Body = (namespace: Namespace, setClass: (callback: (type: PyType) => void) => void) => void;

/** Methods that are class methods or static ones without being marked. */
const implicit: Readonly<Record<string, typeof ClassMethod | typeof StaticMethod>> = {
  __new__: StaticMethod,
  __init_subclass__: ClassMethod,
  __class_getitem__: ClassMethod,
};

/** `class name(*bases, **keywords): body`. */
export function makeClass(
  name: string,
  bases: readonly Value[],
  keywords: Value,
  body: Body,
  options: { readonly doc?: string | null; readonly qualname?: string } = {},
): Value {
  const namespace: Namespace = Object.create(null);
  const callbacks: ((type: PyType) => void)[] = [];
  body(namespace, (callback) => callbacks.push(callback));
  const entries = new Map<string, Value>(keywords instanceof Kwargs ? keywords.entries : []);
  const metaclass = entries.get("metaclass");
  entries.delete("metaclass");
  const meta = metaclass instanceof PyType && metaclass !== typeType ? metaclass : undefined;
  const type = throughMetaclass(name, bases, Object.entries(namespace), { ...options, meta, keywords: entries });
  for (const callback of callbacks) callback(type);
  return type;
}

type Entries = readonly (readonly [string, Value])[];

/** A metaclass may make the class itself (`__new__`) and look at it (`__init__`). */
function throughMetaclass(name: string, bases: readonly Value[], entries: Entries, options: ClassOptions): PyType {
  const inherited = bases.find((base): base is PyType => base instanceof PyType && base.meta !== undefined);
  const meta = options.meta ?? inherited?.meta;
  const makes = meta?.heap ? meta.lookup("__new__") : undefined;
  if (meta === undefined || !meta.heap) return createClass(name, bases, entries, options);
  const args = [name, new Tuple(bases), new Dict(entries)];
  const type = makes === undefined ? createClass(name, bases, entries, options) : apply(unwrap(makes), [meta, ...args]);
  const init = meta.lookup("__init__");
  if (init !== undefined) apply(init, [type, ...args]);
  if (!(type instanceof PyType)) throw typeError(`metaclass ${meta.name} made no class`);
  return type;
}

const unwrap = (v: Value): Value => (v instanceof StaticMethod ? v.target : v);

export interface ClassOptions {
  readonly doc?: string | null;
  readonly qualname?: string;
  readonly meta?: PyType;
  readonly keywords?: ReadonlyMap<string, Value>;
}

export function createClass(
  name: string,
  bases: readonly Value[],
  entries: Entries,
  options: ClassOptions = {},
): PyType {
  const parents = bases.length === 0 ? [objectType] : bases.map(asBase);
  let type: PyType;
  try {
    type = new PyType(name, parents, {
      module: "__main__",
      qualname: options.qualname ?? name,
      doc: options.doc ?? null,
      heap: true,
      meta: options.meta,
    });
  } catch (thrown) {
    if (thrown instanceof InconsistentBases) throw typeError(thrown.message);
    throw thrown;
  }
  for (const [key, value] of entries) type.dict.set(key, dressed(key, value));
  if (type.dict.has("__eq__") && !type.dict.has("__hash__")) type.dict.set("__hash__", null);
  for (const [key, value] of entries) nameDescriptor(type, key, value);
  type.derived?.(type);
  const hook = type.lookupAfter(type, "__init_subclass__");
  if (hook instanceof ClassMethod) apply(hook.target, [type, new Kwargs(new Map(options.keywords))]);
  return type;
}

function asBase(base: Value): PyType {
  if (base instanceof PyType) {
    if (["bool", "NoneType", "function", "range", "slice"].includes(base.name) && !base.heap) {
      throw typeError(`type '${base.name}' is not an acceptable base type`);
    }
    return base;
  }
  // Type hints such as Generic[T] stand for their class.
  const origin = typeOf(base).lookup("__mro_entries__");
  if (origin !== undefined) {
    const entry = listOf(apply(origin, [base, new Tuple([])]))[0];
    if (entry instanceof PyType) return entry;
    return objectType;
  }
  throw typeError(`${typeName(base)}() argument 1 must be str, not tuple`);
}

function dressed(key: string, value: Value): Value {
  const wrapper = implicit[key];
  return wrapper !== undefined && typeof value === "function" ? new wrapper(value) : value;
}

function nameDescriptor(type: PyType, key: string, value: Value): void {
  if (value instanceof Property) value.name = key;
  else if (typeof value === "object" && value !== null) {
    const hook = typeOf(value).lookup("__set_name__");
    if (hook !== undefined) call(hook, value, type, key);
  }
}

/** `super()` in a method of `type`, or `super(type, self)`. */
export function makeSuper(type: Value, self: Value): Super {
  if (!(type instanceof PyType)) throw typeError("super() argument 1 must be a type");
  const owner = self instanceof PyType && self.isSubtypeOf(type) ? self : typeOf(self);
  if (!owner.isSubtypeOf(type)) {
    throw typeError("super(type, obj): obj must be an instance or subtype of type");
  }
  return new Super(type, self);
}

/** `isinstance(v, types)`. */
export function isInstanceOf(v: Value, types: Value): boolean {
  return matchesAny(types, "isinstance() arg 2 must be a type, a tuple of types, or a union", (type) => {
    const check = type.meta?.lookup("__instancecheck__") ?? type.dict.get("__instancecheck__");
    return check === undefined ? typeOf(v).isSubtypeOf(type) : call(check, type, v) === true;
  });
}

/** `issubclass(type, types)`. */
export function isSubclass(type: Value, types: Value): boolean {
  if (!(type instanceof PyType)) throw typeError("issubclass() arg 1 must be a class");
  return matchesAny(types, "issubclass() arg 2 must be a class, a tuple of classes, or a union", (each) =>
    type.isSubtypeOf(each),
  );
}

function matchesAny(types: Value, message: string, test: (type: PyType) => boolean): boolean {
  if (types instanceof PyType) return test(types);
  if (types instanceof Tuple) return types.items.some((each) => matchesAny(each, message, test));
  const union = typeof types === "object" && types !== null ? typeOf(types).lookup("__args__") : undefined;
  if (union !== undefined) return matchesAny(attr(types, "__args__"), message, test);
  throw typeError(message);
}

/** An abstract class cannot be instantiated: its methods that nobody wrote. */
export function checkAbstract(type: PyType): void {
  const names = new Set<string>();
  for (const each of type.mro) for (const name of each.dict.keys()) if (isAbstract(type.lookup(name))) names.add(name);
  if (names.size === 0) return;
  const plural = names.size === 1 ? "" : "s";
  const list = [...names].sort().join(", ");
  throw typeError(`Can't instantiate abstract class ${type.name} with abstract method${plural} ${list}`);
}

const abstractFunctions = new WeakSet<object>();

/** `@abstractmethod`. */
export function markAbstract(f: Value): Value {
  if (typeof f === "object" && f !== null) abstractFunctions.add(f);
  else if (typeof f === "function") abstractFunctions.add(f);
  return f;
}

function isAbstract(v: Value): boolean {
  if (v instanceof Property) return isAbstract(v.getter);
  if (v instanceof StaticMethod || v instanceof ClassMethod) return isAbstract(v.target);
  return ((typeof v === "object" && v !== null) || typeof v === "function") && abstractFunctions.has(v as object);
}

/** `type(name, bases, dict)`, also of a metaclass. */
export function typeCall(meta: PyType, args: readonly Value[]): Value {
  const { positional, keywords } = splitKwargs(args);
  if (positional.length === 1 && meta === typeType) return typeOf(positional[0]);
  if (positional.length !== 3) throw typeError("type() takes 1 or 3 arguments");
  const [name, bases, dict] = positional;
  const pairs = listOf(call(attr(dict, "items"))).map((pair) => (pair as Tuple).items as [string, Value]);
  return createClass(String(name), listOf(bases), pairs, { meta: meta === typeType ? undefined : meta, keywords });
}
