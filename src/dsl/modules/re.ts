/** The `re` module on JavaScript's RegExp: Python's spelling of groups, flags and anchors is rewritten. */
import { functions, methods } from "../builtins/table";
import { error, exceptionType, typeError } from "../exceptions";
import { call } from "../function";
import { repr } from "../text";
import { builtinType, Getter, PyObject, type Value } from "../type";
import { typeName } from "../types";
import { Dict } from "../values/dict";
import { NativeIterator } from "../values/iterators";
import { PyModule } from "../values/module";
import { codePointIndex } from "../values/str";
import { Tuple } from "../values/tuple";

const flags = { IGNORECASE: 2, MULTILINE: 8, DOTALL: 16, VERBOSE: 64, ASCII: 256, UNICODE: 32 } as const;
const letters: readonly (readonly [number, string])[] = [
  [flags.IGNORECASE, "i"],
  [flags.MULTILINE, "m"],
  [flags.DOTALL, "s"],
];
const reError = builtinType("error", [exceptionType("ValueError")], { module: "re" });

const rewrites: readonly (readonly [RegExp, string])[] = [
  [/\(\?P<([A-Za-z_]\w*)>/g, "(?<$1>"],
  [/\(\?P=([A-Za-z_]\w*)\)/g, "\\k<$1>"],
  [/(?<!\\)((?:\\\\)*)\\A/g, "$1(?<![\\s\\S])"],
  [/(?<!\\)((?:\\\\)*)\\Z/g, "$1(?![\\s\\S])"],
];

function translate(pattern: string, given: number): RegExp {
  let [body, bits] = [pattern, given];
  const inline = /^\(\?([aimsxu]+)\)/.exec(body);
  if (inline) {
    body = body.slice(inline[0].length);
    const named: Readonly<Record<string, number>> = { i: 2, m: 8, s: 16, x: 64, a: 256, u: 32 };
    for (const c of inline[1]) bits |= named[c];
  }
  if (bits & flags.VERBOSE)
    body = body.replace(/\\\s|\[(?:\\.|[^\]])*\]|\s+|#[^\n]*/g, (m) => (/^[\\[]/.test(m) ? m : ""));
  for (const [from, to] of rewrites) body = body.replace(from, to);
  // Python's \w, \d and \b know every alphabet.
  if (!(bits & flags.ASCII)) body = widen(body);
  const js = letters.filter(([bit]) => bits & bit).map(([, letter]) => letter);
  try {
    return new RegExp(body, `dg${js.join("")}${/\\p\{/.test(body) ? "u" : ""}`);
  } catch (thrown) {
    try {
      return new RegExp(body.replace(/\\p\{[^}]*\}/g, "\\w"), `dg${js.join("")}`);
    } catch {
      throw error(reError, `${(thrown as Error).message}`);
    }
  }
}

function widen(body: string): string {
  if (!/\\[wW]/.test(body)) return body;
  let inClass = false;
  return body.replace(/\\.|\[|\]/gs, (m) => {
    if (m === "[") inClass = true;
    else if (m === "]") inClass = false;
    else if (m === "\\w") return inClass ? "\\p{L}\\p{N}_" : "[\\p{L}\\p{N}_]";
    else if (m === "\\W" && !inClass) return "[^\\p{L}\\p{N}_]";
    else if (/\\[-_'"#%&,/:;<=>@`~! ]/.test(m) && m !== "\\-" && m !== "\\/") return m[1];
    return m;
  });
}

class Pattern extends PyObject {
  readonly regex: RegExp;
  constructor(
    readonly source: string,
    readonly bits: number,
  ) {
    super(patternType);
    this.regex = translate(source, bits);
  }

  matches(text: string, limit = Infinity): RegExpExecArray[] {
    const found: RegExpExecArray[] = [];
    for (const m of text.matchAll(this.regex)) {
      if (found.length >= limit) break;
      found.push(m as RegExpExecArray);
    }
    return found;
  }

  /** A match at the start of the text, or of all of it. */
  anchored(text: string, whole: boolean): RegExpExecArray | null {
    const regex = new RegExp(
      whole ? `(?:${this.regex.source})(?![\\s\\S])` : this.regex.source,
      `${this.regex.flags.replace("g", "")}y`,
    );
    return regex.exec(text);
  }
}

class Match extends PyObject {
  constructor(
    readonly m: RegExpExecArray,
    readonly pattern: Pattern,
  ) {
    super(matchType);
  }

  group(key: Value): Value {
    const value = typeof key === "string" ? this.m.groups?.[key] : this.m[Number(key)];
    const known = typeof key === "string" ? key in (this.m.groups ?? {}) : Number(key) < this.m.length;
    if (!known) throw error("IndexError", "no such group");
    return value ?? null;
  }

  span(key: Value): Tuple {
    const { indices } = this.m;
    const at = typeof key === "string" ? indices?.groups?.[key] : indices?.[Number(key)];
    if (!at) return new Tuple([-1, -1]);
    return new Tuple(at.map((offset) => codePointIndex(this.m.input, offset)));
  }
}

const patternType = builtinType("Pattern", undefined, { module: "re" });
const matchType = builtinType("Match", undefined, { module: "re" });

const wrap = (m: RegExpExecArray | null | undefined, pattern: Pattern): Value => (m ? new Match(m, pattern) : null);

function textOf(v: Value): string {
  if (typeof v === "string") return v;
  throw typeError(`expected string or bytes-like object, got '${typeName(v)}'`);
}

/** What `findall` gives for a match: the text, its only group, or a tuple of groups. */
function found(m: RegExpExecArray): Value {
  if (m.length === 1) return m[0];
  const groups = m.slice(1).map((group) => group ?? "");
  return groups.length === 1 ? groups[0] : new Tuple(groups);
}

function substitute(pattern: Pattern, by: Value, text: string, count: number): [string, number] {
  let [out, at] = ["", 0];
  const matches = pattern.matches(text, count > 0 ? count : Infinity);
  for (const m of matches) {
    out += text.slice(at, m.index);
    out += typeof by === "string" ? expand(by, m) : String(call(by, new Match(m, pattern)));
    at = m.index + m[0].length;
  }
  return [out + text.slice(at), matches.length];
}

const plainEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

/** `\1`, `\g<name>` in a replacement. */
function expand(template: string, m: RegExpExecArray): string {
  return template.replace(/\\(?:(\d{1,2})|g<(\w+)>|(.))/gs, (_all, number, name, other) => {
    if (number !== undefined) return m[Number(number)] ?? "";
    if (name !== undefined) return (/^\d+$/.test(name) ? m[Number(name)] : m.groups?.[name]) ?? "";
    return plainEscapes[other as string] ?? `\\${other}`;
  });
}

function split(pattern: Pattern, text: string, limit: number): Value[] {
  const out: Value[] = [];
  let at = 0;
  for (const m of pattern.matches(text, limit > 0 ? limit : Infinity)) {
    out.push(text.slice(at, m.index), ...m.slice(1).map((group) => group ?? null));
    at = m.index + m[0].length;
  }
  return [...out, text.slice(at)];
}

const compiled = new Map<string, Pattern>();

function compile(pattern: Value, bits: number): Pattern {
  if (pattern instanceof Pattern) return pattern;
  const source = textOf(pattern);
  const key = `${bits}/${source}`;
  let made = compiled.get(key);
  if (made === undefined) compiled.set(key, (made = new Pattern(source, bits)));
  return made;
}

methods(patternType, {
  search: ["string", (p: Pattern, text: Value) => wrap(p.matches(textOf(text), 1)[0], p)],
  match: ["string", (p: Pattern, text: Value) => wrap(p.anchored(textOf(text), false), p)],
  fullmatch: ["string", (p: Pattern, text: Value) => wrap(p.anchored(textOf(text), true), p)],
  findall: ["string", (p: Pattern, text: Value) => p.matches(textOf(text)).map(found)],
  finditer: ["string", (p: Pattern, text: Value) => new NativeIterator(p.matches(textOf(text)).map((m) => wrap(m, p)))],
  sub: [
    "repl, string, count=",
    (p: Pattern, by: Value, text: Value, n: number) => substitute(p, by, textOf(text), n)[0],
    0,
  ],
  subn: [
    "repl, string, count=",
    (p: Pattern, by: Value, text: Value, n: number) => new Tuple(substitute(p, by, textOf(text), n)),
    0,
  ],
  split: ["string, maxsplit=", (p: Pattern, text: Value, n: number) => split(p, textOf(text), n), 0],
  __repr__: ["", (p: Pattern) => `re.compile(${repr(p.source)})`],
});
patternType.define("pattern", new Getter((p: Pattern) => p.source));

methods(matchType, {
  group: [
    "*groups",
    (m: Match, keys: Tuple) => {
      if (keys.items.length === 0) return m.m[0];
      return keys.items.length === 1 ? m.group(keys.items[0]) : new Tuple(keys.items.map((key) => m.group(key)));
    },
  ],
  groups: ["default=", (m: Match, other: Value) => new Tuple(m.m.slice(1).map((group) => group ?? other)), null],
  groupdict: [
    "default=",
    (m: Match, other: Value) => new Dict(Object.entries(m.m.groups ?? {}).map(([key, v]) => [key, v ?? other])),
    null,
  ],
  start: ["group=", (m: Match, key: Value) => m.span(key).items[0], 0],
  end: ["group=", (m: Match, key: Value) => m.span(key).items[1], 0],
  span: ["group=", (m: Match, key: Value) => m.span(key), 0],
  expand: ["template", (m: Match, template: string) => expand(template, m.m)],
  __getitem__: ["key, /", (m: Match, key: Value) => m.group(key)],
  __repr__: ["", (m: Match) => `<re.Match object; span=${repr(m.span(0))}, match=${repr(m.m[0])}>`],
});
matchType.define("string", new Getter((m: Match) => m.m.input));
matchType.define("re", new Getter((m: Match) => m.pattern));

export function reModule(): PyModule {
  const short = { I: 2, M: 8, S: 16, X: 64, A: 256, U: 32 };
  return new PyModule("re", [
    ...Object.entries({ ...flags, ...short }),
    ["error", reError],
    ["Pattern", patternType],
    ["Match", matchType],
    ...functions({
      compile: ["pattern, flags=", compile, 0],
      search: [
        "pattern, string, flags=",
        (p: Value, text: Value, f: number) => wrap(compile(p, f).matches(textOf(text), 1)[0], compile(p, f)),
        0,
      ],
      match: [
        "pattern, string, flags=",
        (p: Value, text: Value, f: number) => wrap(compile(p, f).anchored(textOf(text), false), compile(p, f)),
        0,
      ],
      fullmatch: [
        "pattern, string, flags=",
        (p: Value, text: Value, f: number) => wrap(compile(p, f).anchored(textOf(text), true), compile(p, f)),
        0,
      ],
      findall: [
        "pattern, string, flags=",
        (p: Value, text: Value, f: number) => compile(p, f).matches(textOf(text)).map(found),
        0,
      ],
      finditer: [
        "pattern, string, flags=",
        (p: Value, text: Value, f: number) =>
          new NativeIterator(
            compile(p, f)
              .matches(textOf(text))
              .map((m) => wrap(m, compile(p, f))),
          ),
        0,
      ],
      sub: [
        "pattern, repl, string, count=, flags=",
        (p: Value, by: Value, text: Value, n: number, f: number) => substitute(compile(p, f), by, textOf(text), n)[0],
        0,
        0,
      ],
      subn: [
        "pattern, repl, string, count=, flags=",
        (p: Value, by: Value, text: Value, n: number, f: number) =>
          new Tuple(substitute(compile(p, f), by, textOf(text), n)),
        0,
        0,
      ],
      split: [
        "pattern, string, maxsplit=, flags=",
        (p: Value, text: Value, n: number, f: number) => split(compile(p, f), textOf(text), n),
        0,
        0,
      ],
      escape: ["pattern", (text: string) => text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, "\\$&")],
      purge: ["", () => null],
    }),
  ]);
}
