import { truthy } from "../comparison";
import { rateError, sizeError } from "./python_functions";
/** Calls constructors of native classes (modules, optimisers) from their schemas. */

import { isTensor } from "../../tensor/op";
import { isScalar } from "../../tensor/scalar";
import { type Param, parseSchema } from "../../tensor/schema";
import { typeError } from "../exceptions";
import { call, splitKwargs } from "../function";
import { TYPE, type Value } from "../type";
import { dictType } from "../types";
import { Dict, DictView } from "../values/dict";
import { PyIterator } from "../values/generator";
import { iterate, listOf } from "../values/iterators";
import { Range } from "../values/range";
import { Tuple } from "../values/tuple";
import { fitArguments, prepare, pythonWording, type Signature, unexpectedKeyword } from "./bind";
import { type Converter, MISMATCH } from "./convert";

/** Python containers as native ones, at any depth. */
export function structure(v: Value): unknown {
  if (v instanceof Dict) return new Map(v.pairs().map(([key, value]) => [key, structure(value)]));
  if (v instanceof Tuple || Array.isArray(v)) return (v instanceof Tuple ? v.items : v).map(structure);
  if (v instanceof PyIterator || v instanceof Range || v instanceof DictView) return listOf(v).map(structure);
  return v;
}

/** As `structure`, but a plain dict in the order of its keys: how ParameterDict takes one. */
export function sortedStructure(v: Value): unknown {
  const made = structure(v);
  if (!(v instanceof Dict) || v[TYPE] !== dictType) return made;
  return new Map([...(made as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Python functions as native ones; lists of them too. */
function callback(v: Value): unknown {
  if (Array.isArray(v) || v instanceof Tuple) return listOf(v).map(callback);
  const made = (...args: Value[]): Value => call(v, ...args);
  originals.set(made, v);
  return made;
}

const originals = new WeakMap<object, Value>();
/** The Python function behind a native one that was made of it. */
export const pythonFunction = (native: object): Value => originals.get(native) ?? null;

/** Kinds that constructors take as Python gave them. */
const constructorKinds: Readonly<Record<string, Converter>> = {
  // 1.0 and 1 look different in reprs.
  float: (v) => (isScalar(v) || isTensor(v) ? v : MISMATCH),
  // Anything is a flag by its truth.
  bool: (v) => (typeof v === "boolean" ? v : truthy(v)),
  Any: structure,
  Module: structure,
  SortedDict: sortedStructure,
  Dict: (v) => v,
  Optimizer: (v) => v,
  Callable: callback,
  Params: (v) => (v instanceof Dict || isTensor(v) || v === null || isScalar(v) ? v : listOf(iterate(v))),
};

function constructorSignature(schema: string, filled: boolean): Signature {
  const signature = prepare(parseSchema(schema));
  const slots = signature.slots.map((slot) => {
    const special = slot.param.type.list === null ? constructorKinds[slot.param.type.base] : undefined;
    const convert: Converter = special ? optional(special, slot.param) : slot.convert;
    return { ...slot, convert, fallback: filled ? slot.param.default : undefined };
  });
  return { ...signature, slots, varargs: -1 };
}

const optional = (convert: Converter, param: Param): Converter =>
  param.type.optional ? (v) => (v === null ? null : convert(v)) : convert;

/**
 * Binds the arguments of a call to a constructor's or forward's schema. What is not given is undefined, or with
 * "filled" the schema's default.
 */
export function binder(schema: string, qualname: string, mode?: "filled"): (args: readonly Value[]) => unknown[] {
  if (schema.includes("*args")) return (args) => splitKwargs(args).positional.map(structure);
  const signature = constructorSignature(schema, mode === "filled");
  return (args) => {
    const { positional, keywords } = splitKwargs(args);
    const fitted = fitArguments(signature, qualname, positional, keywords, 0);
    if (Array.isArray(fitted)) return fitted;
    const unknown = unexpectedKeyword(signature, qualname, keywords, positional.length);
    if (unknown !== undefined) throw typeError(unknown);
    const given = (parameter: string): Value =>
      positional[signature.slots.findIndex((slot) => slot.name === parameter)] ?? keywords.get(parameter) ?? null;
    const name = qualname.replace(/\.__init__$/, "");
    const noticed = sizeError(name, fitted.text, given) ?? rateError(name, fitted.text);
    if (noticed) throw noticed;
    throw typeError(pythonWording(fitted.text, qualname, positional.length, 1));
  };
}
