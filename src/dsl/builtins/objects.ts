/** What `object`, classes, functions, methods, properties and generators bring along. */
import { attr, noAttribute, objectMethods, setOwn } from "../attributes";
import { checkAbstract, typeCall } from "../class";
import { CODE, type PyFunction } from "../code";
import { compareEqual } from "../comparison";
import { error, typeError } from "../exceptions";
import { apply, BoundMethod, call, construct, native, rawNative, splitKwargs } from "../function";
import { repr, str } from "../text";
import { ATTRIBUTES, builtinType, Getter, PyType, type Value } from "../type";
import {
  builtinFunctionType,
  classmethodType,
  functionType,
  generatorType,
  methodType,
  NotImplemented,
  objectType,
  propertyType,
  staticmethodType,
  superType,
  typeOf,
  typeType,
} from "../types";
import { ClassMethod, Property, StaticMethod, Super } from "../values/descriptors";
import { Dict } from "../values/dict";
import type { Generator } from "../values/generator";
import { addressText, hashOf } from "../values/key";
import { Tuple } from "../values/tuple";
import { getters, methods } from "./table";

function plainRepr(o: Value): string {
  const type = typeOf(o);
  return `<${type.fullName} object at ${addressText(o)}>`;
}

for (const f of [
  rawNative("__new__", (type, ...args) => (type as PyType).create(type as PyType, args)),
  rawNative("__init__", () => null),
  native("__setattr__", "self, name, value, /", (o: Value, name: string, value: Value) => void setOwn(o, name, value)),
  native("__delattr__", "self, name, /", (o: Value, name: string) => {
    if (!typeOf(o).fields.delete(o, name)) throw noAttribute(o, name);
    return null;
  }),
  native("__getattribute__", "self, name, /", (o: Value, name: string) => attr(o, name)),
  native("__repr__", "self, /", (o: Value) => (typeOf(o).heap ? plainRepr(o) : repr(o))),
  native("__str__", "self, /", (o: Value) => repr(o)),
  native("__format__", "self, spec, /", (o: Value) => str(o)),
  native("__eq__", "self, other, /", (a: Value, b: Value) => (a === b ? true : NotImplemented)),
  native("__ne__", "self, other, /", (a: Value, b: Value) => !compareEqual(a, b)),
  native("__hash__", "self, /", (o: Value) => hashOf(o)),
  rawNative("__init_subclass__", () => null),
]) {
  objectMethods.set(f[CODE].name, f);
}

// ---- classes

typeType.called = (type, args) => typeCall(type, args);
typeType.define(
  "__new__",
  rawNative("__new__", (meta, ...args) => typeCall(meta as PyType, args)),
);
typeType.define(
  "__call__",
  rawNative("__call__", (type, ...args) => construct(type as PyType, args)),
);
methods(typeType, {
  mro: ["", (type: PyType) => [...type.mro]],
  __subclasses__: ["", () => []],
});
typeType.undefine("__init__");
objectType.called = (type, args) => {
  if (type !== objectType) return construct(type, args);
  if (args.length > 0) throw typeError("object() takes no arguments");
  return type.create(type, []);
};

/** Classes of `abc`: an instance needs every abstract method. */
export const abcMetaType = builtinType("ABCMeta", [typeType], { module: "abc" });
abcMetaType.define(
  "__call__",
  rawNative("__call__", (type, ...args) => {
    checkAbstract(type as PyType);
    return construct(type as PyType, args);
  }),
);
export const abcType = builtinType("ABC", [objectType], { module: "abc", meta: abcMetaType });

// ---- functions

const code = (f: PyFunction) => f[CODE];
for (const type of [functionType, builtinFunctionType]) {
  getters(type, {
    __qualname__: (f: PyFunction) => code(f).qualname,
    __module__: (f: PyFunction) => code(f).module,
    __doc__: (f: PyFunction) => code(f).doc,
    __defaults__: (f: PyFunction) =>
      code(f).signature.defaults.length > 0 ? new Tuple(code(f).signature.defaults) : null,
    __annotations__: (f: PyFunction) => new Dict(code(f).annotations),
    __dict__: (f: PyFunction) => new Dict(f[ATTRIBUTES]),
  });
  type.define(
    "__name__",
    new Getter(
      (f: PyFunction) => code(f).name,
      (f: PyFunction, name) => {
        code(f).name = String(name);
      },
    ),
  );
  for (const name of ["__qualname__", "__doc__", "__module__"] as const) {
    const get = type.dict.get(name) as Getter;
    type.define(name, new Getter(get.get, (f: PyFunction, value) => setCodeText(f, name, value)));
  }
}

function setCodeText(f: PyFunction, name: "__qualname__" | "__doc__" | "__module__", value: Value): void {
  if (name === "__doc__") code(f).doc = value as string | null;
  else code(f)[name === "__qualname__" ? "qualname" : "module"] = String(value);
}
functionType.define(
  "__call__",
  rawNative("__call__", (f, ...args) => apply(f, args)),
);
functionType.define(
  "__get__",
  rawNative("__get__", (f, owner) => (owner === null ? f : new BoundMethod(owner, f))),
);

methodType.define(
  "__getattr__",
  native("__getattr__", "self, name, /", (m: BoundMethod, name: string) => attr(m.target, name)),
);
methodType.called = (_type, [f, self]) => new BoundMethod(self, f);
getters(methodType, { __self__: (m: BoundMethod) => m.self, __func__: (m: BoundMethod) => m.target });
methods(methodType, {
  __eq__: [
    "other, /",
    (a: BoundMethod, b: Value) => b instanceof BoundMethod && a.self === b.self && a.target === b.target,
  ],
});

// ---- property, staticmethod, classmethod, super

propertyType.called = (_type, args) => {
  const { positional, keywords } = splitKwargs(args);
  const given = ["fget", "fset", "fdel", "doc"].map((name, i) => positional[i] ?? keywords.get(name) ?? null);
  return new Property(given[0], given[1], given[2], given[3]);
};
methods(propertyType, {
  getter: ["f, /", (p: Property, f: Value) => new Property(f, p.setter, p.deleter, p.doc)],
  setter: ["f, /", (p: Property, f: Value) => new Property(p.getter, f, p.deleter, p.doc)],
  deleter: ["f, /", (p: Property, f: Value) => new Property(p.getter, p.setter, f, p.doc)],
});
getters(propertyType, {
  fget: (p: Property) => p.getter,
  fset: (p: Property) => p.setter,
  __doc__: (p: Property) => p.doc,
});
staticmethodType.called = (_type, [f]) => new StaticMethod(f);
staticmethodType.define(
  "__call__",
  rawNative("__call__", (s, ...args) => apply((s as StaticMethod).target, args)),
);
classmethodType.called = (_type, [f]) => new ClassMethod(f);
superType.called = (_type, [type, self]) => {
  if (!(type instanceof PyType)) throw error("RuntimeError", "super(): no arguments");
  return new Super(type, self);
};

// ---- generators

methods(generatorType, {
  __next__: ["", (g: Generator) => stepped(g.next())],
  send: ["value, /", (g: Generator, v: Value) => stepped(g.next(v))],
  throw: [
    "exception, value=, /",
    (g: Generator, e: Value) => stepped(g.throw(e instanceof PyType ? call(e) : e)),
    null,
  ],
  close: ["", (g: Generator) => void g.return()],
  __iter__: ["", (g: Generator) => g],
});
generatorType.define(
  "__repr__",
  native("__repr__", "self, /", (g: Generator) => `<generator object ${g.name} at ${addressText(g)}>`),
);

function stepped(g: Generator): Value {
  if (!g.done) return g.value;
  throw error("StopIteration", ...(g.value === null ? [] : [g.value]));
}
