/** Tricks to get out of the sandbox, and whether they do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CODE } from "../../../src/dsl/code";
import type { Runtime } from "../../../src/dsl/runtime";
import { TYPE } from "../../../src/dsl/type";
import { foreignTypes } from "../../../src/dsl/types";
import { startSession } from "./harness";

/** One a line; `⏎` ends a line of Python. Each puts what it caught into `got`. */
export const escapes: readonly string[] = readFileSync(join(import.meta.dirname, "escapes.txt"), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.replaceAll("⏎", "\n"));

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Map, Error, Promise].map(({ prototype }) => ({
  prototype: prototype as object,
  names: Reflect.ownKeys(prototype as object).length,
}));

/** Is it a value of JavaScript that Python has no name for? */
function isForeign(v: unknown): boolean {
  if (typeof v === "function") return !(CODE in v);
  if (typeof v === "symbol" || v === undefined) return true;
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return !(TYPE in v) && !foreignTypes.has(v);
}

/** Texts that only the machine underneath could have given. */
const LEAKED = /root:x:|uid=\d|native code|\[object |node_modules|notegrad:|\bat .*:\d+:\d+/;

/** What the trick reached, or null when it reached nothing. */
export function reached(trick: string): string | null {
  const session = startSession();
  const out = session.run(trick);
  return leak(session.runtime, out);
}

function leak(runtime: Runtime, out: string): string | null {
  const { got } = runtime.globals;
  if (got !== undefined && isForeign(got)) return `a JavaScript ${typeof got}`;
  const text = `${out}${typeof got === "string" ? got : ""}`;
  if (LEAKED.test(text)) return text;
  if (text.startsWith("SystemError")) return text;
  if ("escaped" in globalThis) return "the global object";
  if (PROTOTYPES.some(({ prototype, names }) => Reflect.ownKeys(prototype).length !== names)) return "a prototype";
  if ("polluted" in {}) return "every object";
  return null;
}

/** For the figures of conformance. */
export function escapeCounts(): { readonly tried: number; readonly contained: number } {
  return { tried: escapes.length, contained: escapes.filter((trick) => reached(trick) === null).length };
}
