/** What CPython says when a function written in C gets arguments that do not fit: other words than for a `def`. */
import type { Code } from "./code";
import { typeError } from "./exceptions";
import type { Value } from "./type";

/** C functions that read their arguments in the old way, with a format string. */
const oldStyle = new Set(["count", "find", "index", "rfind", "rindex", "startswith", "endswith"]);

const counted = (n: number, noun = "argument"): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Throws when `given` positional arguments (the receiver counted) and `keywords` do not fit `code`, a C function. */
export function checkNativeCall(code: Code, given: number, keywords: ReadonlyMap<string, Value>): void {
  const { positional, positionalOnly, defaults, star, keywordOnly, kwargs } = code.signature;
  const own = code.owner === "" ? 0 : 1;
  const full = code.owner === "" ? code.name : `${code.owner}.${code.name}`;
  const most = positional.length - own;
  const least = most - defaults.length;
  const n = given - own;
  const plain = positionalOnly === positional.length && keywordOnly.length === 0;
  if (star !== null || kwargs !== null) return;
  if (!plain && positionalOnly < positional.length) {
    checkNamed(code, n, most, keywords);
    return;
  }
  if (!plain) return;
  if (keywords.size > 0) throw typeError(`${full}() takes no keyword arguments`);
  if (n >= least && n <= most) return;
  if (most === 0) throw typeError(`${full}() takes no arguments (${n} given)`);
  if (least === 1 && most === 1) throw typeError(`${full}() takes exactly one argument (${n} given)`);
  const bound = n < least ? least : most;
  if (oldStyle.has(code.name) && code.owner !== "list" && code.owner !== "tuple") {
    throw typeError(`${code.name}() takes at ${n < least ? "least" : "most"} ${counted(bound)} (${n} given)`);
  }
  const atSome = least === most ? "" : n < least ? "at least " : "at most ";
  throw typeError(`${code.name} expected ${atSome}${counted(bound)}, got ${n}`);
}

/** Functions whose arguments may be named. */
function checkNamed(code: Code, n: number, most: number, keywords: ReadonlyMap<string, Value>): void {
  const { positional, keywordOnly } = code.signature;
  const total = n + keywords.size;
  if (keywordOnly.length === 0 && total > most) {
    throw typeError(`${code.name}() takes at most ${counted(most)} (${total} given)`);
  }
  for (const name of keywords.keys()) {
    if (positional.includes(name) || keywordOnly.some((each) => each.name === name)) continue;
    throw typeError(`'${name}' is an invalid keyword argument for ${code.name}()`);
  }
}
