/**
 * Attribute access. A name is looked up in explicit tables only: the class and its bases, then the instance's own
 * attributes; never as a JavaScript property.
 */
import { CODE, type PyFunction } from "./code";
import { error, PyException, typeError } from "./exceptions";
import { apply, BoundMethod, call } from "./function";
import { AbsentModule } from "./modules/absent";
import { closest } from "./spelling";
import { ATTRIBUTES, attributesOf, Getter, Kwargs, PyObject, PyType, TYPE, type Value } from "./type";
import { typeName, typeOf } from "./types";
import { ClassMethod, Property, StaticMethod, Super } from "./values/descriptors";
import { Dict } from "./values/dict";
import { PyModule } from "./values/module";
import { Tuple } from "./values/tuple";

/** A class attribute as seen through an instance: functions become methods. */
export function bindTo(found: Value, owner: Value, type: PyType): Value {
  if (typeof found === "function") return new BoundMethod(owner, found);
  if (typeof found !== "object" || found === null) return found;
  if (found instanceof StaticMethod) return found.target;
  if (found instanceof ClassMethod) return new BoundMethod(type, found.target);
  if (found instanceof Getter) return found.get(owner as never);
  if (found instanceof Property) return found.read(owner);
  if (found instanceof PyType) return found;
  const get = typeOf(found).lookup("__get__");
  return get === undefined ? found : apply(get, [found, owner, type]);
}

/** Whether a class attribute goes before the instance's own. */
function isData(found: Value): boolean {
  if (typeof found !== "object" || found === null) return false;
  return found instanceof Getter || found instanceof Property || typeOf(found).lookup("__set__") !== undefined;
}

/** The attribute, or undefined; `__getattr__` is not asked. */
export function findAttribute(o: Value, name: string): Value | undefined {
  if (o instanceof PyModule) return name === "__dict__" ? new Dict(o.dict) : o.dict.get(name);
  if (o instanceof PyType) return typeAttribute(o, name);
  if (o instanceof Super) return superAttribute(o, name);
  const type = typeOf(o);
  const found = type.lookup(name);
  if (found !== undefined && isData(found)) return bindTo(found, o, type);
  const own = type.fields.get(o, name);
  if (own !== undefined) return own;
  if (found !== undefined) return bindTo(found, o, type);
  return common(o, name, type);
}

/** Methods of `object` for who names them (`super().__init__()`); classes without their own need not look them up. */
export const objectMethods = new Map<string, Value>();

/** What every object has. */
function common(o: Value, name: string, type: PyType): Value | undefined {
  if (name === "__class__") return type;
  if (name === "__doc__") return type.doc;
  if (name === "__dict__") {
    const own = attributesOf(o);
    return own && new Dict(own);
  }
  if (name === "__module__") return type.heap ? type.module : undefined;
  const method = objectMethods.get(name);
  return method === undefined ? undefined : bindTo(method, o, type);
}

function typeAttribute(type: PyType, name: string): Value | undefined {
  const meta = type.meta?.lookup(name);
  if (meta !== undefined && isData(meta)) return bindTo(meta, type, type.meta!);
  const own = typeFields[name]?.(type);
  if (own !== undefined) return own;
  const found = type.lookup(name);
  if (found !== undefined) {
    if (found instanceof StaticMethod) return found.target;
    if (found instanceof ClassMethod) return new BoundMethod(type, found.target);
    const get = typeof found === "object" && found !== null ? typeOf(found).lookup("__get__") : undefined;
    return get === undefined ? found : apply(get, [found, null, type]);
  }
  return meta === undefined ? objectMethods.get(name) : bindTo(meta, type, type.meta!);
}

const typeFields: Readonly<Record<string, (type: PyType) => Value>> = Object.assign(Object.create(null), {
  __name__: (type: PyType) => type.name,
  __qualname__: (type: PyType) => type.qualname,
  __module__: (type: PyType) => type.module,
  __doc__: (type: PyType) => type.doc,
  __mro__: (type: PyType) => new Tuple(type.mro),
  __bases__: (type: PyType) => new Tuple(type.bases),
  __dict__: (type: PyType) => new Dict(type.dict),
  __class__: (type: PyType) => typeOf(type),
  __annotations__: (type: PyType) => type.dict.get("__annotations__") ?? new Dict(),
});

function superAttribute(o: Super, name: string): Value | undefined {
  const start = o.self instanceof PyType && o.self.isSubtypeOf(o.type) ? o.self : typeOf(o.self);
  const found = start.lookupAfter(o.type, name) ?? objectMethods.get(name);
  if (found === undefined) return undefined;
  if (name === "__new__") return found instanceof StaticMethod ? found.target : found;
  if (o.self instanceof PyType && start === o.self) {
    if (found instanceof ClassMethod) return new BoundMethod(o.self, found.target);
    return found instanceof StaticMethod ? found.target : found;
  }
  return bindTo(found, o.self, start);
}

/** `o.name`. */
export function attr(o: Value, name: string): Value {
  if (o instanceof PyObject && o[TYPE].lookup(name) === undefined) {
    const own = o[ATTRIBUTES].get(name);
    if (own !== undefined) return own;
  }
  const found = findAttribute(o, name);
  if (found !== undefined) return found;
  const hook = o instanceof PyModule || o instanceof PyType ? undefined : typeOf(o).lookup("__getattr__");
  if (hook !== undefined) return apply(hook, [o, name]);
  throw noAttribute(o, name);
}

/** `o.name(*args)` without making a bound method. */
export function method(o: Value, name: string, ...args: Value[]): Value {
  if (o instanceof PyModule) {
    const found = o.dict.get(name);
    return apply(found === undefined ? attr(o, name) : found, args);
  }
  if (!(o instanceof PyType) && !(o instanceof Super)) {
    const type = typeOf(o);
    const found = type.lookup(name);
    if (typeof found === "function" && type.fields.get(o, name) === undefined) {
      const { arity } = (found as unknown as PyFunction)[CODE];
      const run = found as (...args: Value[]) => Value;
      // The usual calls, without an array of arguments.
      if (arity === 1 && args.length === 0) return run(o) ?? null;
      if (arity === 2 && args.length === 1 && !(args[0] instanceof Kwargs)) return run(o, args[0]) ?? null;
      return apply(found, [o, ...args]);
    }
  }
  return apply(attr(o, name), args);
}

/** The error for an attribute that is not there; what was probably meant stands apart, for tracebacks. */
export function noAttribute(o: Value, name: string): PyException {
  if (o instanceof AbsentModule) return o.notFound();
  const exception = error("AttributeError", missingText(o, name));
  exception.suggest = () => closest(name, attributeNames(o));
  exception[ATTRIBUTES].set("name", name);
  exception[ATTRIBUTES].set("obj", o);
  return exception;
}

function missingText(o: Value, name: string): string {
  if (o instanceof PyModule) return `module '${o.name}' has no attribute '${name}'`;
  if (o instanceof PyType) return `type object '${o.name}' has no attribute '${name}'`;
  return `'${typeName(o)}' object has no attribute '${name}'`;
}

/** `dir(o)`, unsorted. */
export function attributeNames(o: Value): Set<string> {
  if (o instanceof PyModule) return new Set(o.dict.keys());
  const names = new Set<string>();
  const type = o instanceof PyType ? o : typeOf(o);
  for (const each of type.mro) for (const name of each.dict.keys()) names.add(name);
  if (!(o instanceof PyType)) for (const name of type.fields.names(o)) names.add(name);
  return names;
}

export function setAttribute(o: Value, name: string, value: Value): void {
  if (o instanceof PyModule) {
    o.dict.set(name, value);
    return;
  }
  if (o instanceof PyType) {
    if (!o.heap) throw typeError(`cannot set '${name}' attribute of immutable type '${o.name}'`);
    setTypeAttribute(o, name, value);
    return;
  }
  const type = typeOf(o);
  const dunder = type.lookup("__setattr__");
  if (o instanceof PyObject && dunder === undefined && type.lookup(name) === undefined && name !== "__class__") {
    o[ATTRIBUTES].set(name, value);
  } else if (dunder !== undefined) call(dunder, o, name, value);
  else setOwn(o, name, value);
}

function setTypeAttribute(type: PyType, name: string, value: Value): void {
  if (name === "__name__" && typeof value === "string") type.name = value;
  else if (name === "__qualname__" && typeof value === "string") type.qualname = value;
  else type.define(name, value);
}

/** `object.__setattr__`. */
export function setOwn(o: Value, name: string, value: Value): void {
  const type = typeOf(o);
  const found = type.lookup(name);
  if (found instanceof Property) found.write(o, name, value);
  else if (found instanceof Getter) {
    if (!found.set) throw error("AttributeError", `attribute '${name}' of '${type.fullName}' objects is not writable`);
    found.set(o as never, value);
  } else {
    const set = typeof found === "object" && found !== null ? typeOf(found).lookup("__set__") : undefined;
    if (set !== undefined) apply(set, [found, o, value]);
    else if (typeof o === "function" && (name === "__name__" || name === "__qualname__" || name === "__doc__")) {
      const code = (o as unknown as PyFunction)[CODE];
      if (name === "__name__") code.name = String(value);
      else if (name === "__qualname__") code.qualname = String(value);
      else code.doc = value as string | null;
    } else if (name === "__class__" && value instanceof PyType) reclass(o, value);
    else if (!type.fields.set(o, name, value)) throw noAttribute(o, name);
  }
}

function reclass(o: Value, type: PyType): never {
  throw typeError(`__class__ assignment of '${typeName(o)}' object to '${type.name}' is not supported`);
}

export function deleteAttribute(o: Value, name: string): void {
  if (o instanceof PyModule ? o.dict.delete(name) : o instanceof PyType ? o.undefine(name) : deleteOwn(o, name)) return;
  throw noAttribute(o, name);
}

function deleteOwn(o: Value, name: string): boolean {
  const type = typeOf(o);
  const dunder = type.lookup("__delattr__");
  if (dunder !== undefined) {
    call(dunder, o, name);
    return true;
  }
  const found = type.lookup(name);
  if (found instanceof Property) {
    found.remove(o, name);
    return true;
  }
  if (found instanceof Getter && found.set) {
    found.set(o as never, null);
    return true;
  }
  return type.fields.delete(o, name);
}

/** `hasattr(o, name)`. */
export function hasAttribute(o: Value, name: string): boolean {
  return getAttribute(o, name) !== undefined;
}

/** `getattr(o, name, …)`: undefined instead of an AttributeError. */
export function getAttribute(o: Value, name: string): Value | undefined {
  try {
    return attr(o, name);
  } catch (thrown) {
    if (isAttributeError(thrown)) return undefined;
    throw thrown;
  }
}

function isAttributeError(thrown: unknown): boolean {
  if (thrown instanceof PyException) return typeOf(thrown).mro.some((type) => type.name === "AttributeError");
  return thrown instanceof Error && "type" in thrown && thrown.type === "AttributeError";
}
