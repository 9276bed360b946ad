/** Makes Python functions of op table entries: binds arguments, chooses overloads, words TypeErrors as PyTorch does. */
import { heap } from "../../tensor/heap";
import type { AnyOp, Namespace } from "../../tensor/op";
import { isTensor } from "../../tensor/op";
import type { Param, Schema } from "../../tensor/schema";
import { CODE, type PyFunction } from "../code";
import { typeError } from "../exceptions";
import { rawNative, splitKwargs } from "../function";
import { NumpyScalar } from "../numpy/ndarray";
import { Kwargs, type Value } from "../type";
import { Tuple } from "../values/tuple";
import { type Converter, converterFor, describe, kindText, MISMATCH, toPython } from "./convert";
import { writeOut } from "./out_argument";
import { allowsNumber, parserError, parserOf } from "./parser_errors";
import { noTensorError } from "./python_functions";

interface Slot {
  readonly name: string;
  readonly param: Param;
  readonly convert: Converter;
  readonly fallback: unknown;
  readonly required: boolean;
}

/** A signature ready to be called: of an op, or of a module's or optimiser's constructor. */
export interface Signature {
  readonly schema: Schema;
  readonly slots: readonly Slot[];
  /** How many slots can be given by position. */
  readonly positional: number;
  /** The slot that takes all positional ints (`x.view(2, 3)`), or -1. */
  readonly varargs: number;
}

const aliases: Readonly<Record<string, string>> = {
  axis: "dim",
  keepdims: "keepdim",
  x: "input",
  a: "input",
  // `torch.split` is Python in PyTorch, with names of its own.
  split_size_or_sections: "split_size",
  tensor: "input",
};

/** @param method the first parameter is `self`, and errors do not count it. */
export function prepare(schema: Schema, method = false): Signature {
  const slots = schema.params.map((param, i): Slot => {
    const convert = converterFor(param, schema, i);
    const name = param.name === "self" && !method ? "input" : param.name;
    const fallback = param.default === undefined ? undefined : convert(param.default);
    return {
      name,
      param,
      convert,
      fallback: fallback === MISMATCH ? param.default : fallback,
      required: param.default === undefined,
    };
  });
  const positional = slots.filter((slot) => !slot.param.keywordOnly).length;
  const first = slots.findIndex(
    (slot) => slot.param.type.list !== null || !["Tensor", "str"].includes(slot.param.type.base),
  );
  const candidate = slots[first]?.param;
  const alone = first === (method ? 1 : 0) && positional === first + 1;
  const open =
    candidate?.type.list === 0 &&
    (candidate.type.base === "int" ? alone : candidate.type.base === "Tensor" && first <= 1);
  return { schema, slots, positional, varargs: open && !candidate.keywordOnly ? first : -1 };
}

/** Why a call does not fit. */
interface Misfit {
  readonly text: string;
}

/** The converted arguments, or why they do not fit. `offset` is 1 where `self` is not counted. */
export function fitArguments(
  signature: Signature,
  name: string,
  positional: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  offset: number,
): unknown[] | Misfit {
  const { slots, varargs } = signature;
  let given = positional;
  if (varargs >= 0 && given.length > varargs && isLoose(given[varargs], slots[varargs])) {
    given = [...given.slice(0, varargs), given.slice(varargs)];
  }
  if (given.length > signature.positional) return { text: tooMany(signature, name, given.length, offset) };
  const args = new Array<unknown>(slots.length);
  let taken = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    let value: Value;
    if (i < given.length) value = given[i];
    else if (keywords.size > 0) {
      value = keywords.has(slot.name) ? keywords.get(slot.name) : aliased(keywords, slot.name);
      if (value !== undefined) taken++;
    }
    if (value === undefined) {
      if (slot.required) return { text: missing(signature, name, given.length, keywords) };
      args[i] = slot.fallback;
      continue;
    }
    const converted = slot.convert(value);
    if (converted === MISMATCH) return { text: mismatch(name, slot, i < given.length ? i + 1 - offset : 0, value) };
    args[i] = converted;
  }
  if (taken < keywords.size) {
    const unknown = unexpectedKeyword(signature, name, keywords, given.length);
    if (unknown) return { text: unknown };
  }
  return args;
}

/** The converted arguments of the usual call: all by position, all of the right kind. Null: look closer. */
function positionalOnly({ slots, varargs, positional }: Signature, args: readonly Value[]): unknown[] | null {
  const given = args.length;
  if (varargs >= 0 || given > positional || args[given - 1] instanceof Kwargs) return null;
  const out = new Array<unknown>(slots.length);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const value = i < given ? args[i] : undefined;
    if (value === undefined) {
      if (slot.required) return null;
      out[i] = slot.fallback;
    } else if ((out[i] = slot.convert(value)) === MISMATCH) return null;
  }
  return out;
}

/** What a result's type has before its name in `torch.return_types`. */
const prefixOf = (op: AnyOp): string => (op.spec.in[0] === "linalg" ? "linalg_" : "");

const isIndex = (v: Value): boolean =>
  (isTensor(v) && v.ndim === 0) || (v instanceof NumpyScalar && v.dtype.kind === "int");

/** The first of several loose ints (or tensors) of `x.view(2, 3)`. */
function isLoose(v: Value, slot: Slot): boolean {
  if (slot.param.type.base === "Tensor") return isTensor(v);
  return (typeof v === "number" && Number.isInteger(v)) || typeof v === "bigint" || isIndex(v);
}

function aliased(keywords: ReadonlyMap<string, Value>, name: string): Value {
  for (const [alias, target] of Object.entries(aliases))
    if (target === name && keywords.has(alias)) return keywords.get(alias);
  return undefined;
}

/** CPython looks at keywords before it counts arguments. */
export function unexpectedKeyword(
  { slots }: Signature,
  name: string,
  keywords: ReadonlyMap<string, Value>,
  given: number,
): string | undefined {
  for (const key of keywords.keys()) {
    const at = slots.findIndex((slot) => slot.name === key || slot.name === aliases[key]);
    if (at < 0) return `${name}() got an unexpected keyword argument '${key}'`;
    if (at < given) return `${name}() got multiple values for argument '${key}'`;
  }
  return undefined;
}

function tooMany(signature: Signature, name: string, given: number, offset: number): string {
  const most = signature.positional - offset;
  const least = signature.slots.filter((slot) => slot.required && !slot.param.keywordOnly).length - offset;
  const takes = least < most ? `from ${least} to ${most}` : `${most}`;
  return `${name}() takes ${takes} positional argument${most === 1 ? "" : "s"} but ${given - offset} ${given - offset === 1 ? "was" : "were"} given`;
}

function missing(signature: Signature, name: string, given: number, keywords: ReadonlyMap<string, Value>): string {
  const names = signature.slots
    .filter((slot, i) => slot.required && i >= given && !keywords.has(slot.name))
    .map((slot) => `"${slot.name}"`);
  return `${name}() missing ${names.length} required positional arguments: ${names.join(", ")}`;
}

function mismatch(name: string, slot: Slot, position: number, value: Value): string {
  const where = position > 0 ? ` (position ${position})` : "";
  const { type } = slot.param;
  const items = value instanceof Tuple ? value.items : Array.isArray(value) ? value : null;
  const wanted = kindText(type);
  if (type.list !== null && items !== null) {
    const at = items.findIndex((item) => slot.convert(new Tuple([item])) === MISMATCH);
    const got = describe(items[at]);
    if (type.base === "Tensor") return `expected Tensor as element ${at} in argument 0, but got ${got}`;
    if (at > 0) {
      return `${name}(): argument '${slot.name}' failed to unpack the object at pos ${at + 1} with error "type must be ${wanted},but got ${got}"`;
    }
    return `${name}(): argument '${slot.name}'${where} must be ${wanted}, but found element of type ${got} at pos ${at}`;
  }
  return `${name}(): argument '${slot.name}'${where} must be ${wanted}, not ${describe(value)}`;
}

/** One Python function for an op's overloads; `space` is where PyTorch has it: as a method, in `nn.functional`, … */
export function bindOp(name: string, overloads: readonly AnyOp[], space: Namespace): PyFunction {
  const offset = space === "Tensor" ? 1 : 0;
  const prepared = overloads
    .filter((op) => !takesTooMuch(op.schema, space, name))
    .map((op) => ({ op, signature: listed(prepare(op.schema, space === "Tensor"), space, name) }));
  const hasOut = prepared.some(({ signature }) => signature.slots.some((slot) => slot.name === "out"));
  const [usual] = prepared;
  const made = rawNative(name, (...args: Value[]) => {
    const plain = usual && positionalOnly(usual.signature, args);
    if (plain) {
      heap.safePoint();
      return toPython(usual.op.invoke(plain), usual.op.schema, prefixOf(usual.op));
    }

    let { positional, keywords } = splitKwargs(args);
    const out = hasOut ? undefined : keywords.get("out");
    if (out !== undefined) keywords = without(keywords, "out");
    const misfits: Misfit[] = [];
    for (const { op, signature } of prepared) {
      const fitted = fitArguments(signature, name, positional, keywords, offset);
      if (Array.isArray(fitted)) {
        heap.safePoint();
        const result = toPython(op.invoke(fitted), op.schema, prefixOf(op));
        if (out === undefined || out === null) return result;
        return writeOut({ name, args: positional, asked: keywords.has("dtype") }, out, result);
      }
      misfits.push(fitted);
    }
    const parser = parserOf(space, name);
    const told = parser && parserError(parser, { positional: positional.slice(offset), keywords });
    if (told) throw typeError(told);
    const plausible = prepared.filter(({ signature }) => takes(signature, positional.length + keywords.size));
    const best = plausible.length === 0 ? 0 : prepared.indexOf(plausible[0]);
    const { text } = misfits[best];
    if (!space.startsWith("nn.")) throw typeError(text);
    const strange = noTensorError(name, text);
    if (strange) throw strange;
    const { signature } = prepared[best];
    throw typeError(
      unexpectedKeyword(signature, pythonName(name), keywords, positional.length) ??
        pythonWording(text, pythonName(name), positional.length),
    );
  });
  made[CODE].doc = overloads[0].spec.summary;
  return made;
}

/** What CPython calls a function of `nn.functional`: some are chosen between two by a flag. */
const pythonName = (name: string): string => name.replace(/^(?=(adaptive_|fractional_)?max_pool\dd$)/, "_");

/** PyTorch's own parser takes tensors in a list only; functions that are Python there may take them one by one. */
function listed(signature: Signature, space: Namespace, name: string): Signature {
  const loose = signature.slots[signature.varargs]?.param.type.base === "Tensor" && parserOf(space, name) !== null;
  return loose ? { ...signature, varargs: -1 } : signature;
}

/** Whether an overload is for a number where PyTorch's function takes none. */
function takesTooMuch(schema: Schema, space: Namespace, name: string): boolean {
  return schema.params.some((param, i) => {
    if (param.type.base !== "Scalar" || param.default !== undefined || (space === "Tensor" && i === 0)) return false;
    return allowsNumber(space, name, space === "Tensor" ? i - 1 : i) === false;
  });
}

/** Whether a signature can be called with that many arguments. */
function takes({ slots }: Signature, given: number): boolean {
  return given <= slots.length && slots.filter((slot) => slot.required).length <= given;
}

function without(keywords: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  const rest = new Map(keywords);
  rest.delete(name);
  return rest;
}

/** CPython's words for missing and surplus arguments; methods count `self` (`extra` 1). */
export function pythonWording(text: string, qualname: string, given: number, extra = 0): string {
  const missing = /missing \d+ required positional arguments: (.*)$/.exec(text);
  if (missing) {
    const names = missing[1].replaceAll('"', "'").split(", ");
    const last = names.pop();
    const separator = names.length > 1 ? ", and " : " and ";
    const list = names.length === 0 ? last : names.join(", ") + separator + last;
    const plural = names.length === 0 ? "" : "s";
    return `${qualname}() missing ${names.length + 1} required positional argument${plural}: ${list}`;
  }
  const surplus = /takes (?:from (\d+) to )?(\d+) positional/.exec(text);
  if (!surplus) return text;
  const [, least, most] = surplus;
  const most_ = Number(most) + extra;
  const takes = least === undefined ? `${most_}` : `from ${Number(least) + extra} to ${most_}`;
  return `${qualname}() takes ${takes} positional argument${most_ === 1 ? "" : "s"} but ${given + extra} were given`;
}
