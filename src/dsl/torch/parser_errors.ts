/**
 * TypeErrors in the words of PyTorch's argument parser, from the signatures it tells (`parser_signatures.json`, which
 * `test/golden/parser_signatures.py` writes). Asked only when a call does not fit.
 */
import type { Namespace } from "../../tensor/op";
import { NumpyScalar } from "../numpy/ndarray";
import type { Value } from "../type";
import { Tuple } from "../values/tuple";
import { describe, fitsKind } from "./convert";
import table from "./parser_signatures.json";

interface Parameter {
  readonly kind: string;
  readonly name: string;
  readonly optional: boolean;
  readonly allowNone: boolean;
  readonly keywordOnly: boolean;
}

interface ParserSignature {
  readonly text: string;
  readonly params: readonly Parameter[];
  readonly positional: number;
}

interface Parser {
  /** What texts call the function: `special_zeta`. */
  readonly name: string;
  /** Overloads that PyTorch does not tell of exist too. */
  readonly hidden: boolean;
  readonly signatures: readonly ParserSignature[];
}

const spaces: Readonly<Record<string, Readonly<Record<string, string>>>> = table;
const parsers = new Map<string, Parser | null>();

/** Functions whose Tensor parameters take numbers. */
const takesNumbers = /^(add|sub|subtract|mul|multiply|div|divide|true_divide|floor_divide)_?$/;
const prefixed = /^(special|linalg|fft)$/;

function readParameter(text: string, keywordOnly: boolean): Parameter {
  const [head, fallback] = text.split(" = ");
  const at = head.lastIndexOf(" ");
  return {
    kind: head.slice(0, at),
    name: head.slice(at + 1),
    optional: fallback !== undefined,
    allowNone: fallback === "None",
    keywordOnly,
  };
}

/** The pieces between top-level commas of `(int a, tuple of ints b = (1, 1))`. */
function pieces(signature: string): string[] {
  const inner = signature.slice(1, -1);
  return inner === "" ? [] : inner.split(/, (?![^(]*\))/);
}

function readSignature(text: string): ParserSignature {
  const params: Parameter[] = [];
  let keywordOnly = false;
  for (const piece of pieces(text)) {
    if (piece === "*") keywordOnly = true;
    else params.push(readParameter(piece, keywordOnly));
  }
  return { text, params, positional: params.filter((param) => !param.keywordOnly).length };
}

/** A method's signature from the function's. */
function asMethod(text: string): string {
  const parts = pieces(text).filter((part) => part !== "Tensor input" && !/^(Tensor|tuple of Tensors) out /.test(part));
  if (parts.at(-1) === "*") parts.pop();
  return `(${parts.join(", ")})`;
}

function stored(space: string, name: string): string | undefined {
  const plain = name.replace(/([a-z0-9])_$/, "$1");
  const own = spaces[space]?.[name] ?? spaces[space]?.[plain];
  if (own !== undefined || space !== "Tensor") return own;
  const text = spaces.torch[plain];
  if (text === undefined || text.startsWith("~")) return undefined;
  const method = text.split("|").map(asMethod).join("|");
  return method === "()" ? "-" : method;
}

/** The parser of a function, null where PyTorch has none (the function is Python there). */
export function parserOf(space: Namespace, name: string): Parser | null {
  const key = `${space}.${name}`;
  let parser = parsers.get(key);
  if (parser === undefined) {
    const text = stored(space, name);
    parser = null;
    if (text !== undefined) {
      const signatures = text === "-" ? [] : text.replace(/^~/, "").split("|").map(readSignature);
      parser = { name: prefixed.test(space) ? `${space}_${name}` : name, hidden: text.startsWith("~"), signatures };
    }
    parsers.set(key, parser);
  }
  return parser;
}

/** Whether PyTorch's function takes a plain number at a position; unknown where it has no parser. */
export function allowsNumber(space: Namespace, name: string, position: number): boolean | undefined {
  const parser = parserOf(space, name);
  if (parser === null || parser.signatures.length === 0) return undefined;
  if (takesNumbers.test(name)) return true;
  const known = parser.signatures.flatMap(({ params }) => params.slice(position, position + 1));
  return known.length === 0 ? undefined : known.some(({ kind }) => kind === "Number" || kind === "float");
}

const listElement = /^tuple of (\w+)s$/;

function fits({ kind }: Parameter, v: Value, name: string): boolean {
  const element = listElement.exec(kind)?.[1];
  if (element === undefined) {
    const isNumber = typeof v === "number" || typeof v === "boolean" || v instanceof NumpyScalar;
    return fitsKind(kind, v) || (kind === "Tensor" && takesNumbers.test(name) && isNumber);
  }
  const items = itemsOf(v);
  // One int stands for a list of a fixed size.
  if (items === null) return element === "int" && fitsKind("int", v);
  return (element === "int" ? items.slice(0, 1) : items).every((item) => fitsKind(element, item));
}

const itemsOf = (v: Value): readonly Value[] | null => (v instanceof Tuple ? v.items : Array.isArray(v) ? v : null);

const plural = (n: number): string => (n === 1 ? "" : "s");

interface Given {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** Why a call does not fit a signature, or null when it does. */
function misfit(name: string, { params, positional }: ParserSignature, given: Given): string | null {
  const count = given.positional.length;
  const variadic = positional === 1 && params[0].kind === "tuple of ints";
  const surplus = (): string => {
    const least = params.filter((param) => !param.optional && !param.keywordOnly).length;
    const takes = least === positional ? `${positional} positional argument${plural(positional)}` : "";
    const were = `${count} ${count === 1 ? "was" : "were"} given`;
    return `${name}() takes ${takes || `from ${least} to ${positional} positional arguments`} but ${were}`;
  };
  if (count > positional && !variadic) return surplus();
  let at = 0;
  let taken = 0;
  for (const [i, param] of params.entries()) {
    const byPosition = at < count;
    if (byPosition && param.keywordOnly) return surplus();
    const value = byPosition ? given.positional[at] : given.keywords.get(param.name);
    if (value === undefined ? param.optional : value === null && param.allowNone) {
      if (byPosition) at++;
      else if (value !== undefined) taken++;
      continue;
    }
    if (value === undefined) return missing(name, params.slice(i));
    if (!fits(param, value, name) || (variadic && count > 1)) {
      const open = variadic && byPosition && i === 0;
      if (open && given.positional.slice(0, 1).every((v) => fitsKind("int", v))) {
        at = count;
        continue;
      }
      return unfit(name, param, byPosition ? at + 1 : 0, value);
    }
    if (byPosition) at++;
    else taken++;
  }
  return taken < given.keywords.size ? surplusKeyword(name, params, given) : null;
}

function missing(name: string, params: readonly Parameter[]): string {
  const names = params.filter((param) => !param.optional).map((param) => `"${param.name}"`);
  return `${name}() missing ${names.length} required positional argument${names.length === 1 ? "s" : ""}: ${names.join(", ")}`;
}

function unfit(name: string, param: Parameter, position: number, value: Value): string {
  if (position === 0) return `${name}(): argument '${param.name}' must be ${param.kind}, not ${describe(value)}`;
  const where = `${name}(): argument '${param.name}' (position ${position}) must be ${param.kind}`;
  const items = itemsOf(value);
  const element = listElement.exec(param.kind)?.[1];
  const at = items && element ? items.findIndex((item) => !fitsKind(element, item)) : -1;
  if (items && element && at >= 0) {
    if (element === "Tensor") return `expected Tensor as element ${at} in argument 0, but got ${describe(items[at])}`;
    return `${where}, but found element of type ${describe(items[at])} at pos ${at}`;
  }
  return `${where}, not ${describe(value)}`;
}

function surplusKeyword(name: string, params: readonly Parameter[], { positional, keywords }: Given): string {
  for (const key of keywords.keys()) {
    const at = params.findIndex((param) => param.name === key);
    if (at < 0) return `${name}() got an unexpected keyword argument '${key}'`;
    if (at < positional.length) return `${name}() got multiple values for argument '${key}'`;
  }
  return `${name}(): invalid keyword arguments`;
}

/** Only the first element of a list decides whether it fits; the others are noticed when they are taken out. */
function unpacking(name: string, { params, positional }: ParserSignature, given: Given): string | null {
  const variadic =
    positional === 1 && params[0].kind === "tuple of ints" && fitsKind("int", given.positional[0] ?? null);
  for (const [i, param] of params.entries()) {
    const value = i < given.positional.length ? given.positional[i] : given.keywords.get(param.name);
    const items = i === 0 && variadic ? given.positional : itemsOf(value ?? null);
    if (items === null || param.kind !== "tuple of ints") continue;
    const at = items.findIndex((item) => !fitsKind("int", item));
    if (at < 0) continue;
    const reason = `type must be ${param.kind},but got ${describe(items[at])}`;
    return `${name}(): argument '${param.name}' failed to unpack the object at pos ${at + 1} with error "${reason}"`;
  }
  return null;
}

/** The text for a call that does not fit, or null when PyTorch would take it. */
export function parserError(parser: Parser, given: Given): string | null {
  const { name, signatures, hidden } = parser;
  const count = given.positional.length + given.keywords.size;
  if (signatures.length === 0) {
    return given.keywords.size > 0
      ? `TensorBase.${name}() takes no keyword arguments`
      : `TensorBase.${name}() takes no arguments (${count} given)`;
  }
  const fitting = signatures.find((signature) => misfit(name, signature, given) === null);
  if (fitting) return unpacking(name, fitting, given);
  if (signatures.length === 1 && !hidden) return misfit(name, signatures[0], given);
  const plausible = signatures.filter(
    ({ params }) => count >= params.filter((param) => !param.optional).length && count <= params.length,
  );
  if (plausible.length === 1) return misfit(name, plausible[0], given);
  return noneFits(name, signatures, given);
}

// ---- the text that lists the signatures

/** Keywords in the order in which PyTorch's map gives them: the last one first. */
const backwards = (keywords: ReadonlyMap<string, Value>): [string, Value][] => [...keywords].reverse();

function noneFits(name: string, signatures: readonly ParserSignature[], given: Given): string {
  const head = `${name}() received an invalid combination of arguments - got`;
  if (signatures.length === 1) {
    return `${head} ${markedTypes(signatures[0], given)}, but expected ${signatures[0].text}`;
  }
  const types = given.positional.map((v) => `${describe(v)}, `);
  const named = backwards(given.keywords).map(([key, v]) => `${key}=${describe(v)}, `);
  const all = [...types, ...named].join("");
  const got = given.positional.length > 0 ? all.slice(0, -2) : all;
  return `${head} (${got}), but expected one of:\n${signatures.map((signature) => listed(signature, given)).join("")}`;
}

/** How the text's own reader takes a signature apart: defaults and the star are arguments of strange types to it. */
function loosely(signature: ParserSignature): { kind: string; name: string }[] {
  return pieces(signature.text).map((piece) => {
    const at = piece.lastIndexOf(" ");
    return { kind: piece.slice(0, Math.max(at, 0)), name: piece.slice(at + 1) };
  });
}

function listed(signature: ParserSignature, given: Given): string {
  const line = ` * ${signature.text}\n`;
  const expected = loosely(signature);
  if (expected.length !== given.positional.length + given.keywords.size) return line;
  const rest = expected.slice(given.positional.length).map(({ name }) => name);
  const wrong = backwards(given.keywords)
    .map(([key]) => key)
    .filter((key) => !rest.includes(key));
  const reason =
    wrong.length > 0
      ? `keywords were incorrect: ${wrong.join(", ")}`
      : `arguments have invalid types: ${markedTypes(signature, given)}`;
  return `${line}      didn't match because some of the ${reason}\n`;
}

/** `(Tensor, !int!)`: types that differ in name are marked. */
function markedTypes(signature: ParserSignature, { positional, keywords }: Given): string {
  const expected = loosely(signature);
  const marked = expected.slice(0, positional.length + keywords.size).map(({ kind, name }, i) => {
    const isKeyword = i >= positional.length;
    const value = isKeyword ? keywords.get(name) : positional[i];
    const key = isKeyword ? `${name}=` : "";
    const type = describe(value ?? null);
    if (type === kind || (kind === "float" && type === "int")) return key + type;
    return `!${key}${spread(value ?? null)}!`;
  });
  return `(${marked.join(", ")})`;
}

function spread(v: Value): string {
  const items = itemsOf(v);
  if (items === null) return describe(v);
  const types = items.map(describe).join(", ");
  return v instanceof Tuple ? `tuple of (${types})` : `list of [${types}]`;
}
