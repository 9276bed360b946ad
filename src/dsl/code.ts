/**
 * What makes a JavaScript function a Python function: a `Code` under a symbol. Functions take all their parameters by
 * position (`*args` as a Tuple, `**kw` as a Dict); `function.ts` binds calls to them.
 */
import { ATTRIBUTES, type PyType, TYPE, type Value } from "./type";

export const CODE: unique symbol = Symbol("python code");

/** How many arguments a function takes that can be called directly with just those (-1: none); absent on raw ones. */
export const ARITY: unique symbol = Symbol("python arity");

export interface Code {
  name: string;
  qualname: string;
  module: string;
  doc: string | null;
  /** How many positional arguments reach the function unchanged; -1 when every call must be bound. */
  readonly arity: number;
  /** Takes its arguments exactly as called, a trailing `Kwargs` included. */
  readonly raw: boolean;
  readonly signature: Signature;
  readonly native: boolean;
  /** Of a function that CPython has in C: the class whose method it is, "" for a function. */
  owner?: string;
  readonly annotations: readonly (readonly [string, Value])[];
}

export interface Signature {
  /** Parameters that can be given by position. */
  readonly positional: readonly string[];
  readonly positionalOnly: number;
  /** Defaults of the last positional parameters. */
  readonly defaults: readonly Value[];
  readonly star: string | null;
  readonly keywordOnly: readonly { readonly name: string; readonly default: Value | undefined }[];
  readonly kwargs: string | null;
}

export interface PyFunction {
  (...args: never[]): Value;
  [CODE]: Code;
  [ARITY]?: number;
  [TYPE]: PyType;
  [ATTRIBUTES]: Map<string, Value>;
}

const signatures = new Map<string, Omit<Signature, "defaults">>();

/** Reads a Python parameter list (`a, b=, /, *args, c, d=, **kw`); `defaults` are the values of the `=` in order. */
export function readSignature(params: string, defaults: readonly Value[] = []): Signature {
  let names = signatures.get(params);
  if (names === undefined) {
    names = parse(params);
    signatures.set(params, names);
  }
  const plain = (names as { positionalDefaults?: number }).positionalDefaults ?? 0;
  let next = plain;
  const keywordOnly = names.keywordOnly.map((each) => ({
    name: each.name,
    default: each.default === undefined ? undefined : defaults[next++],
  }));
  return { ...names, keywordOnly, defaults: Array.from({ length: plain }, (_, i) => defaults[i]) };
}

function parse(params: string): Omit<Signature, "defaults"> & { positionalDefaults: number } {
  const positional: string[] = [];
  const keywordOnly: { name: string; default: Value | undefined }[] = [];
  let [positionalOnly, positionalDefaults] = [0, 0];
  let [star, kwargs]: (string | null)[] = [null, null];
  let afterStar = false;
  for (const part of params.split(",")) {
    const text = part.trim();
    if (text === "") continue;
    if (text === "/") positionalOnly = positional.length;
    else if (text.startsWith("**")) kwargs = text.slice(2).trim();
    else if (text.startsWith("*")) {
      afterStar = true;
      if (text.length > 1) star = text.slice(1).trim();
    } else {
      const name = text.replace(/\s*=.*$/, "");
      const hasDefault = text.includes("=");
      if (afterStar) keywordOnly.push({ name, default: hasDefault ? null : undefined });
      else {
        positional.push(name);
        if (hasDefault) positionalDefaults++;
      }
    }
  }
  return { positional, positionalOnly, star, keywordOnly, kwargs, positionalDefaults };
}

/** How many plain positional arguments a signature passes through unchanged; -1 when it always needs binding. */
export function plainArity(signature: Signature): number {
  const simple = signature.star === null && signature.kwargs === null && signature.keywordOnly.length === 0;
  return simple ? signature.positional.length : -1;
}
