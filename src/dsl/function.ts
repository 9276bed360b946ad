/**
 * Python functions: making them (`define`, `native`), binding arguments to parameters with CPython's error texts, and
 * calling any callable. A call with exactly the positional parameters of a plain function goes straight through.
 */
import { ARITY, CODE, type Code, type PyFunction, plainArity, readSignature, type Signature } from "./code";
import { typeError } from "./exceptions";
import { checkNativeCall } from "./native_arity";
import { STEPS_OF_A_CALL, steps } from "./steps";
import { ATTRIBUTES, Kwargs, objectType, PyObject, PyType, TYPE, type Value } from "./type";
import { builtinFunctionType, functionType, methodType, typeName, typeOf, typeType } from "./types";
import { StaticMethod } from "./values/descriptors";
import { Dict } from "./values/dict";
import { Generator } from "./values/generator";
import { Tuple } from "./values/tuple";

export interface Definition {
  readonly name: string;
  readonly params: string;
  readonly defaults?: readonly Value[];
  readonly doc?: string | null;
  readonly qualname?: string;
  readonly kind?: "generator" | "async";
  readonly annotations?: readonly (readonly [string, Value])[];
}

// biome-ignore lint/complexity/noBannedTypes: the emitted function has whatever parameters the note gave it
type Implementation = Function;

function attach(f: Implementation, code: Code): PyFunction {
  const made = f as unknown as PyFunction;
  made[CODE] = code;
  made[TYPE] = code.native ? builtinFunctionType : functionType;
  made[ATTRIBUTES] = new Map();
  if (!code.raw) made[ARITY] = code.arity;
  return made;
}

/** `def` of a note. The implementation receives all parameters by position. */
export function define(definition: Definition, implementation: Implementation): PyFunction {
  const signature = readSignature(definition.params, definition.defaults);
  return attach(running(definition, implementation), {
    name: definition.name,
    qualname: definition.qualname ?? definition.name,
    module: "__main__",
    doc: definition.doc ?? null,
    arity: plainArity(signature),
    raw: false,
    signature,
    native: false,
    annotations: definition.annotations ?? [],
  });
}

function running({ name, kind }: Definition, implementation: Implementation): Implementation {
  if (kind === undefined) return implementation;
  return (...args: Value[]) =>
    new Generator(name, implementation(...args) as globalThis.Generator<Value, Value, Value>);
}

/** A function of the runtime with a Python parameter list; `undefined` comes back as None. */
export function native(
  name: string,
  params: string,
  implementation: (...args: never[]) => Value,
  defaults: readonly Value[] = [],
): PyFunction {
  const signature = readSignature(params, defaults);
  return attach(implementation, nativeCode(name, signature, plainArity(signature), false));
}

/** A function of the runtime that reads its arguments, keywords included, itself. */
export function rawNative(name: string, implementation: (...args: Value[]) => Value): PyFunction {
  return attach(implementation, nativeCode(name, readSignature("*args, **kwargs"), -1, true));
}

const nativeCode = (name: string, signature: Signature, arity: number, raw: boolean): Code => ({
  name,
  qualname: name,
  module: "builtins",
  doc: null,
  arity,
  raw,
  signature,
  native: true,
  annotations: [],
});

export class BoundMethod {
  constructor(
    readonly self: Value,
    readonly target: Value,
  ) {}
  get [TYPE](): PyType {
    return methodType;
  }
}

export function isFunction(v: Value): v is PyFunction {
  return typeof v === "function";
}

/** `f(*args)`; a trailing `Kwargs` holds the keywords. */
export function call(f: Value, ...args: Value[]): Value {
  return apply(f, args);
}

export function apply(f: Value, args: Value[]): Value {
  if (typeof f === "function") {
    const code = (f as unknown as PyFunction)[CODE];
    const { length } = args;
    if (code.native) steps.left -= STEPS_OF_A_CALL;
    if ((code.arity === length && (length === 0 || !(args[length - 1] instanceof Kwargs))) || code.raw) {
      return ((f as Implementation)(...args) as Value) ?? null;
    }
    return ((f as Implementation)(...bind(code, args)) as Value) ?? null;
  }
  if (f instanceof BoundMethod) return apply(f.target, [f.self, ...args]);
  if (f instanceof PyType) return instantiate(f, args);
  const dunder = typeOf(f).lookup("__call__");
  if (dunder !== undefined) return apply(dunder, [f, ...args]);
  throw typeError(`'${typeName(f)}' object is not callable`);
}

/** Calls a class: makes the instance and initialises it. */
export function instantiate(type: PyType, args: Value[]): Value {
  const metaCall = type.meta?.lookup("__call__");
  if (metaCall !== undefined && metaCall !== typeType.dict.get("__call__")) return apply(metaCall, [type, ...args]);
  return type.called ? type.called(type, args) : construct(type, args);
}

/** `type.__call__`: `__new__`, then `__init__` when an instance of the class came out. */
export function construct(type: PyType, args: Value[]): Value {
  const makes = type.lookup("__new__");
  const init = type.lookup("__init__");
  if (makes === undefined && typeof init === "function" && type.create === objectType.create) {
    const code = (init as unknown as PyFunction)[CODE];
    if (code.arity === args.length + 1 && !code.native && !(args[args.length - 1] instanceof Kwargs)) {
      const made = new PyObject(type);
      const result = (init as unknown as Implementation)(made, ...args) as Value;
      if (result !== null) throw typeError(`__init__() should return None, not '${typeName(result)}'`);
      return made;
    }
  }
  if (makes === undefined && init === undefined && args.length > 0 && isPlain(type)) {
    throw typeError(`${type.name}() takes no arguments`);
  }
  const instance = makes === undefined ? type.create(type, args) : apply(staticTarget(makes), [type, ...args]);
  if (init !== undefined && typeOf(instance).isSubtypeOf(type)) {
    const result = apply(init, [instance, ...args]);
    if (result !== null) throw typeError(`__init__() should return None, not '${typeName(result)}'`);
  }
  return instance;
}

const staticTarget = (v: Value): Value => (v instanceof StaticMethod ? v.target : v);

/** Instances are made by `object` itself. */
function isPlain(type: PyType): boolean {
  return type.create === type.mro[type.mro.length - 1].create;
}

/** Splits a trailing `Kwargs` off. */
export function splitKwargs(args: readonly Value[]): {
  positional: readonly Value[];
  keywords: ReadonlyMap<string, Value>;
} {
  const last = args[args.length - 1];
  return last instanceof Kwargs
    ? { positional: args.slice(0, -1), keywords: last.entries }
    : { positional: args, keywords: none };
}
const none: ReadonlyMap<string, Value> = new Map();

/** All parameters of `code` by position, from the arguments of a call. */
export function bind(code: Code, args: readonly Value[]): Value[] {
  const { signature } = code;
  const { positional, keywords } = splitKwargs(args);
  if (code.owner !== undefined) checkNativeCall(code, positional.length, keywords);
  const { length } = signature.positional;
  const bound: Value[] = positional.slice(0, length);
  while (bound.length < length) bound.push(undefined);
  if (positional.length > length && signature.star === null) throw tooMany(code, positional.length, keywords);
  const extra = signature.kwargs === null ? null : new Dict();
  const onlyValues: Value[] = signature.keywordOnly.map(() => undefined);
  const misplaced: string[] = [];
  for (const [name, value] of keywords) {
    const at = signature.positional.indexOf(name);
    const only = at < 0 ? signature.keywordOnly.findIndex((each) => each.name === name) : -1;
    if (at >= signature.positionalOnly) {
      if (bound[at] !== undefined) throw typeError(`${code.qualname}() got multiple values for argument '${name}'`);
      bound[at] = value;
    } else if (only >= 0) onlyValues[only] = value;
    else if (extra) extra.set(name, value);
    else if (at >= 0) misplaced.push(name);
    else throw typeError(`${code.qualname}() got an unexpected keyword argument '${name}'`);
  }
  if (misplaced.length > 0) {
    throw typeError(
      `${code.qualname}() got some positional-only arguments passed as keyword arguments: '${misplaced.join(", ")}'`,
    );
  }
  fillDefaults(code, bound, length);
  if (signature.star !== null) bound.push(new Tuple(positional.slice(length)));
  const missing: string[] = [];
  signature.keywordOnly.forEach((each, i) => {
    const value = onlyValues[i] === undefined ? each.default : onlyValues[i];
    if (value === undefined && !code.native) missing.push(each.name);
    bound.push(value);
  });
  if (missing.length > 0) throw missingArguments(code, missing, "keyword-only");
  if (extra) bound.push(extra);
  return bound;
}

function fillDefaults(code: Code, bound: Value[], length: number): void {
  const { defaults, positional } = code.signature;
  const required = length - defaults.length;
  const missing: string[] = [];
  for (let i = 0; i < length; i++) {
    if (bound[i] !== undefined) continue;
    if (i < required) missing.push(positional[i]);
    else bound[i] = defaults[i - required];
  }
  if (missing.length > 0) throw missingArguments(code, missing, "positional");
}

function missingArguments(code: Code, names: readonly string[], kind: string): Error {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop();
  const list =
    quoted.length === 0 ? last : quoted.length === 1 ? `${quoted[0]} and ${last}` : `${quoted.join(", ")}, and ${last}`;
  const plural = names.length === 1 ? "" : "s";
  return typeError(`${code.qualname}() missing ${names.length} required ${kind} argument${plural}: ${list}`);
}

function tooMany(code: Code, given: number, keywords: ReadonlyMap<string, Value>): Error {
  const { positional, defaults, keywordOnly } = code.signature;
  // Methods of built-in classes do not count themselves.
  if (code.native && positional.length === 1 && positional[0] === "self") {
    const some = keywordOnly.length > 0 ? "positional arguments" : `arguments (${given - 1} given)`;
    return typeError(`${code.qualname}() takes no ${some}`);
  }
  const most = positional.length;
  const least = most - defaults.length;
  const takes = least === most ? `${most}` : `from ${least} to ${most}`;
  const noun = most === 1 ? "argument" : "arguments";
  const only = keywordOnly.filter((each) => keywords.has(each.name)).length;
  const extra =
    only === 0
      ? ""
      : ` positional argument${given === 1 ? "" : "s"} (and ${only} keyword-only argument${only === 1 ? "" : "s"})`;
  const verb = given === 1 && only === 0 ? "was" : "were";
  return typeError(`${code.qualname}() takes ${takes} positional ${noun} but ${given}${extra} ${verb} given`);
}
