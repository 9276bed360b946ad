/**
 * `nn.Module` and its native classes as Python classes. An instance of a Python subclass is an object of the native
 * class whose own properties are adopted from a freshly made one when `super().__init__(…)` runs.
 */
import type { ModuleEntry } from "../../nn/entry";
import { foreign, Module } from "../../nn/module";
import { moduleTable } from "../../nn/table";
import { attr } from "../attributes";
import { CODE, type PyFunction } from "../code";
import { error, PyException, typeError } from "../exceptions";
import { apply, call, construct, isFunction, rawNative, splitKwargs } from "../function";
import { str } from "../text";
import { builtinType, objectType, type PyType, TYPE, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { StaticMethod } from "../values/descriptors";
import { binder } from "./construct";
import { fromNative } from "./convert";
import { isInitialised, moduleFields } from "./module_fields";
import { functionOfModule, noTensorError } from "./python_functions";
import { adoptClass } from "./values";

type NativeClass = ModuleEntry["type"];

/** What a native class needs to be called from Python. */
interface Binding {
  readonly native: NativeClass;
  /** `className`: of the object that is being made, for error texts. */
  readonly make: (args: readonly Value[], className: string) => Module;
  readonly forwardArguments: (args: readonly Value[]) => unknown[];
}

export const moduleType = builtinType("Module", [objectType], {
  module: "torch.nn.modules.module",
  fields: moduleFields,
});
const types = new Map<unknown, PyType>([[Module, moduleType]]);
const bindings = new Map<PyType, Binding>();

/** The Python class of a native one; classes without an entry of their own (parts of others) get one on sight. */
function typeOfClass(native: unknown): PyType {
  const known = types.get(native);
  if (known) return known;
  const parent = typeOfClass(Object.getPrototypeOf(native));
  const type = builtinType((native as { name: string }).name, [parent], { module: parent.module });
  types.set(native, type);
  return type;
}

adoptClass(Module.prototype, (module: Module) => typeOfClass(module.constructor));

function bindingOf(type: PyType): Binding {
  for (const each of type.mro) {
    const binding = bindings.get(each);
    if (binding) return binding;
  }
  throw new Error("no native module class");
}

/** A bare instance of a Python subclass: its native fields come with `super().__init__`. */
function bare(type: PyType): Module {
  const module = Object.create(bindingOf(type).native.prototype) as Module;
  Object.defineProperty(module, TYPE, { value: type });
  dress(module, type);
  return module;
}

/** What native code calls on the module goes to the Python methods that replace it. */
const overridable: Readonly<Record<string, (module: Module, f: Value) => (...args: Value[]) => unknown>> = {
  forward:
    (module, _f) =>
    (...args) =>
      apply(attr(module, "forward"), args),
  extra_repr: (module, f) => () => str(call(f, module)),
  __repr__: (module, f) => () => str(call(f, module)),
  train:
    (module, f) =>
    (...args) =>
      apply(f, [module, ...args]),
};
const nativeNames: Readonly<Record<string, string>> = { extra_repr: "extraRepr", __repr__: "repr" };
/** Wraps for Python methods of the given names, from the files that know what they take. */
export function overridden(name: string, nativeName: string, wrap: (typeof overridable)[string]): void {
  (overridable as Record<string, unknown>)[name] = wrap;
  (nativeNames as Record<string, string>)[name] = nativeName;
}

const isNative = (f: Value): boolean => typeof f === "function" && (f as unknown as PyFunction)[CODE].native;

export function dress(module: Module, type: PyType): void {
  const define = (name: string, value: unknown) =>
    Object.defineProperty(module, name, { value, enumerable: false, configurable: true, writable: true });
  const ownName = type.lookup("_get_name");
  define("typeName", ownName !== undefined && !isNative(ownName) ? str(call(ownName, module)) : type.name);
  for (const [name, wrap] of Object.entries(overridable)) {
    const f = type.lookup(name);
    if (f !== undefined && !isNative(f)) define(nativeNames[name] ?? name, wrap(module, f));
  }
}

/** Takes over the own properties of a fresh native module. */
function adopt(module: Module, made: Module): void {
  for (const key of Object.keys(made)) {
    Object.defineProperty(module, key, { ...Object.getOwnPropertyDescriptor(made, key)! });
  }
}

/** Whether Python code defines the module's forward. */
export function hasPythonForward(module: Module): boolean {
  return Object.hasOwn(module, "forward") || findOwnForward(module);
}

const findOwnForward = (module: Module): boolean => moduleFields.get(module, "forward") !== undefined;

function callModule(module: Module, args: Value[]): Value {
  if (!isInitialised(module)) {
    const { name } = typeOf(module);
    // The first of the fields that a call looks for.
    throw error("AttributeError", `'${name}' object has no attribute '_backward_hooks'`);
  }
  if (hasPythonForward(module)) {
    if (Object.hasOwn(module, "forward")) return asPython(module.call(...args));
    return apply(moduleFields.get(module, "forward"), args);
  }
  return fromNative(module.call(...bindingOf(typeOf(module)).forwardArguments(args)));
}

const asPython = (v: unknown): Value => (v === undefined ? null : v);

function nativeForward(module: Module, args: Value[]): Value {
  const binding = bindingOf(typeOf(module));
  const { forward } = binding.native.prototype as Module;
  return fromNative(forward.apply(module, binding.forwardArguments(args)));
}

function register(type: PyType, binding: Binding): void {
  types.set(binding.native, type);
  bindings.set(type, binding);
  type.create = (made) => bare(made);
  type.called = (made, args) => (made.heap ? construct(made, args) : binding.make(args, made.name));
  type.define(
    "__init__",
    rawNative("__init__", (module, ...args) => {
      adopt(module as Module, binding.make(args, typeName(module)));
      return null;
    }),
  );
}

/** What `Module.__init__` says of arguments that it does not take; `**kwargs` with nothing in it is none. */
function unwanted(className: string, given: number, keywords: ReadonlyMap<string, Value>): string {
  const [name] = keywords.keys();
  return name === undefined
    ? `${className}.__init__() takes 1 positional argument but ${given} were given`
    : `${className}.__init__() got an unexpected keyword argument '${name}'`;
}

register(moduleType, {
  native: Module,
  make(args, className) {
    const { positional, keywords } = splitKwargs(args);
    if (positional.length > 0 || keywords.size > 0)
      throw typeError(unwanted(className, positional.length + 1, keywords));
    return new Module();
  },
  forwardArguments: (args) => [...args],
});
moduleType.define(
  "__call__",
  rawNative("__call__", (module, ...args) => callModule(module as Module, args)),
);
moduleType.define(
  "forward",
  rawNative("forward", (module, ...args) => nativeForward(module as Module, args)),
);

foreign.kind = (v) => {
  const value = v as Value;
  if (!isFunction(value)) return typeName(value);
  const { native, qualname } = value[CODE];
  return `${native ? "torch.nn.functional" : "__main__"}.${qualname}`;
};

/** `torch.nn`'s classes by name. */
export const moduleTypes = new Map<string, PyType>([["Module", moduleType]]);

/** Wrong kinds of arguments are noticed by the functional that forward calls: "linear(): argument 'input' …". */
function forwardBinder(entry: ModuleEntry): (args: readonly Value[]) => unknown[] {
  const qualname = `${entry.name}.forward`;
  const functional = functionOfModule(entry.name);
  const bind = binder(entry.forward, qualname);
  return (args) => {
    try {
      return bind(args);
    } catch (thrown) {
      if (thrown instanceof PyException && String(thrown.args[0]).startsWith(`${qualname}():`)) {
        throw noTensorError(functional, String(thrown.args[0]), true) ?? thrown;
      }
      throw thrown;
    }
  };
}

/** The file of PyTorch that defines a class: what `<class '…'>` shows. */
const files: readonly (readonly [RegExp, string])[] = [
  [/^(Linear|Identity|Bilinear)$/, "linear"],
  [/^(Sequential|Module(List|Dict)|Parameter(List|Dict))$/, "container"],
  [/Conv/, "conv"],
  [/BatchNorm/, "batchnorm"],
  [/InstanceNorm/, "instancenorm"],
  [/Norm$/, "normalization"],
  [/Pool|Unpool/, "pooling"],
  [/Dropout/, "dropout"],
  [/Embedding/, "sparse"],
  [/Pad\dd$/, "padding"],
  [/Flatten$/i, "flatten"],
  [/Transformer/, "transformer"],
  [/^(RNN|LSTM|GRU)/, "rnn"],
  [/Upsampl/, "upsampling"],
  [/^Pixel/, "pixelshuffle"],
  [/Shuffle/, "channelshuffle"],
  [/^(Un)?[Ff]old$/, "fold"],
  [/^(CosineSimilarity|PairwiseDistance)$/, "distance"],
  [/Loss/, "loss"],
];
const fileOf = (name: string): string => files.find(([pattern]) => pattern.test(name))?.[1] ?? "activation";

// Classes first by depth of inheritance, so that bases exist before what derives from them.
const depth = (native: unknown): number => (native === Module ? 0 : 1 + depth(Object.getPrototypeOf(native)));
const ordered = [...moduleTable].sort((a, b) => depth(a.type) - depth(b.type));
const entryClasses = new Set<unknown>(ordered.map((entry) => entry.type));
for (const entry of ordered) {
  let parent: unknown = Object.getPrototypeOf(entry.type);
  while (parent !== Module && !entryClasses.has(parent)) parent = Object.getPrototypeOf(parent);
  const base = types.get(parent) ?? moduleType;
  const type = builtinType(entry.name, [base], {
    module: `torch.nn.modules.${fileOf(entry.name)}`,
    doc: entry.summary,
  });
  const constructorArguments = binder(entry.schema, `${entry.name}.__init__`);
  register(type, {
    native: entry.type,
    make: (args) => entry.create(...constructorArguments(args)),
    forwardArguments: forwardBinder(entry),
  });
  for (const { schema, run } of entry.statics) {
    const name = schema.slice(0, schema.indexOf("("));
    const bind = binder(schema, `${entry.name}.${name}`);
    type.define(name, new StaticMethod(rawNative(name, (...args) => fromNative(run(...bind(args))))));
  }
  moduleTypes.set(entry.name, type);
}

/** The native class behind a Python class of modules. */
export const nativeClassOf = (type: PyType): NativeClass => bindingOf(type).native;
