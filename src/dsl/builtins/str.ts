/** Methods of `str`. */
import { compareText, contains } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { formatFields, formatPercent } from "../format";
import { construct, native, splitKwargs } from "../function";
import { getItem, lengthOf } from "../items";
import { str } from "../text";
import type { Value } from "../type";
import { NotImplemented, strType, typeName, typeOf } from "../types";
import { Bytes } from "../values/bytes";
import { StaticMethod } from "../values/descriptors";
import { Dict } from "../values/dict";
import { indexOf } from "../values/int";
import { iterate, listOf } from "../values/iterators";
import { Slice } from "../values/slice";
import { characters, codePointIndex, codePointLength } from "../values/str";
import { Tuple } from "../values/tuple";
import { encode } from "./bytes";
import { integer } from "./sequences";
import { methods, rawMethods } from "./table";

strType.called = (type, args) => {
  if (type !== strType) return construct(type, args);
  const { positional, keywords } = splitKwargs(args);
  const v = positional[0] ?? keywords.get("object");
  if (v instanceof Bytes && (positional.length > 1 || keywords.has("encoding")))
    return new TextDecoder().decode(v.data);
  return v === undefined ? "" : str(v);
};

/** Part of the text between optional `start` and `end`, which count code points. */
function part(text: string, start: Value, end: Value): string {
  if (start === null && end === null) return text;
  const chars = characters(text);
  const range = new Slice(start, end, null).indices(chars.length);
  return [...chars.slice(range.start, range.start + range.count)].join("");
}

/** An argument that must be a str. */
function mustBeText(v: Value): string {
  if (typeof v !== "string") throw typeError(`must be str, not ${typeName(v)}`);
  return v;
}

function find(text: string, wanted: Value, start: Value, end: Value, last: boolean): number {
  const sub = mustBeText(wanted);
  const from = new Slice(start, end, null).indices(codePointLength(text));
  const inside = part(text, start, end);
  const at = last ? inside.lastIndexOf(sub) : inside.indexOf(sub);
  if (at < 0 || (sub === "" && from.start > codePointLength(text))) return -1;
  return from.start + codePointIndex(inside, at);
}

function findOrFail(text: string, sub: Value, start: Value, end: Value, last: boolean): number {
  const at = find(text, sub, start, end, last);
  if (at < 0) throw valueError("substring not found");
  return at;
}

const space = "\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

function strip(text: string, chars: Value, ends: "l" | "r" | "both"): string {
  if (chars !== null && typeof chars !== "string") {
    throw typeError(`${ends === "both" ? "" : ends}strip arg must be None or str`);
  }
  const set = chars === null ? null : new Set(characters(String(chars)));
  const drop = (c: string) => (set ? set.has(c) : new RegExp(`[${space}]`).test(c));
  const all = [...text];
  let [from, to] = [0, all.length];
  if (ends !== "r") while (from < to && drop(all[from])) from++;
  if (ends !== "l") while (to > from && drop(all[to - 1])) to--;
  return all.slice(from, to).join("");
}

function split(text: string, separator: Value, limit: number): string[] {
  if (separator === null) {
    const parts: string[] = [];
    const matcher = new RegExp(`[^${space}]+`, "g");
    for (let m = matcher.exec(text); m; m = matcher.exec(text)) {
      if (limit >= 0 && parts.length === limit) return [...parts, strip(text.slice(m.index), null, "r")];
      parts.push(m[0]);
    }
    return parts;
  }
  const sep = textArgument(separator);
  if (sep === "") throw valueError("empty separator");
  const parts = text.split(sep);
  return limit < 0 || parts.length <= limit ? parts : [...parts.slice(0, limit), parts.slice(limit).join(sep)];
}

function splitRight(text: string, separator: Value, limit: number): string[] {
  if (limit < 0) return split(text, separator, limit);
  if (separator !== null) {
    const parts = text.split(String(separator));
    const cut = Math.max(parts.length - limit, 1);
    return cut >= parts.length ? parts : [parts.slice(0, cut).join(String(separator)), ...parts.slice(cut)];
  }
  const words = new RegExp(`^(.*?)[${space}]*([^${space}]+)[${space}]*$`, "s");
  const parts: string[] = [];
  let rest = text;
  while (parts.length < limit) {
    const m = words.exec(rest);
    if (!m) return parts;
    parts.unshift(m[2]);
    rest = m[1];
  }
  const left = strip(rest, null, "both");
  return left === "" ? parts : [left, ...parts];
}

function textArgument(v: Value): string {
  if (typeof v !== "string") throw typeError(`must be str or None, not ${typeName(v)}`);
  return v;
}

function join(separator: string, items: Value): string {
  if (
    items === null ||
    (typeof items !== "string" &&
      typeOf(items).lookup("__iter__") === undefined &&
      typeOf(items).lookup("__getitem__") === undefined)
  )
    throw typeError("can only join an iterable");
  const parts = listOf(items);
  parts.forEach((item, i) => {
    if (typeof item !== "string") throw typeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
  });
  return parts.join(separator);
}

function affix(
  text: string,
  wanted: Value,
  start: Value,
  end: Value,
  test: (text: string, w: string) => boolean,
): boolean {
  const inside = part(text, start, end);
  if (typeof wanted === "string") return test(inside, wanted);
  if (wanted instanceof Tuple) return wanted.items.some((w) => test(inside, String(w)));
  const which = test("ab", "a") ? "startswith" : "endswith";
  throw typeError(`${which} first arg must be str or a tuple of str, not ${typeName(wanted)}`);
}

/** The text of argument `i` of a method. */
function textAt(method: string, i: number | null, v: Value): string {
  if (typeof v === "string") return v;
  const kind = v === null ? "None" : typeName(v);
  throw typeError(`${method}() argument ${i === null ? "" : `${i} `}must be str, not ${kind}`);
}

function replace(text: string, from: Value, to: Value, most: Value): string {
  const [old, fresh, count] = [textAt("replace", 1, from), textAt("replace", 2, to), integer(most)];
  if (count < 0) return text.split(old).join(fresh);
  const parts = text.split(old);
  const head = parts.slice(0, count + 1).join(fresh);
  return parts.length > count + 1 ? head + old + parts.slice(count + 1).join(old) : head;
}

function partition(text: string, by: Value, last: boolean): Tuple {
  const separator = mustBeText(by);
  if (separator === "") throw valueError("empty separator");
  const at = last ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at < 0) return new Tuple(last ? ["", "", text] : [text, "", ""]);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function justify(text: string, wide: Value, fill: Value, left: (missing: number) => number): string {
  const width = integer(wide);
  if (typeof fill !== "string") {
    throw typeError(`The fill character must be a unicode character, not ${typeName(fill)}`);
  }
  if (codePointLength(fill) !== 1) throw typeError("The fill character must be exactly one character long");
  const missing = width - codePointLength(text);
  if (missing <= 0) return text;
  const before = left(missing);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

const titled = (text: string): string =>
  text.replace(/\p{L}+/gu, (word) => initial(word) + [...word].slice(1).join("").toLowerCase());

/** The first letter in title case: ß becomes Ss. */
const initial = (word: string): string => {
  const [first = ""] = word;
  const upper = first.toUpperCase();
  return upper.length > first.length ? upper[0] + upper.slice(1).toLowerCase() : upper;
};

const isCased = /[\p{Lu}\p{Ll}\p{Lt}]/u;

const breaks = "[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]";
const lineWithEnd = new RegExp(`[^${breaks.slice(1)}*(\\r\\n|${breaks}|$)`, "g");
const lineEnd = new RegExp(`(\\r\\n|${breaks})$`);

function splitLines(text: string, keep: Value): string[] {
  const lines = text.match(lineWithEnd) ?? [];
  if (lines.at(-1) === "") lines.pop();
  return keep === true ? lines : lines.map((line) => line.replace(lineEnd, ""));
}

function count(text: string, wanted: Value, start: Value, end: Value): number {
  const sub = mustBeText(wanted);
  if (start !== null && integer(start) > codePointLength(text)) return 0;
  const inside = part(text, start, end);
  return sub === "" ? codePointLength(inside) + 1 : inside.split(sub).length - 1;
}

function expandTabs(text: string, size: number): string {
  return text
    .split("\n")
    .map((line) => {
      let out = "";
      for (const c of line) out += c === "\t" ? " ".repeat(size - (out.length % size)) : c;
      return out;
    })
    .join("\n");
}

function translate(text: string, table: Value): string {
  let out = "";
  for (const c of text) {
    const key = c.codePointAt(0)!;
    const to = table instanceof Dict ? table.get(key) : getItem(table, key);
    if (to === undefined) out += c;
    else if (typeof to === "string") out += to;
    else if (to !== null) out += String.fromCodePoint(Number(to));
  }
  return out;
}

const times = (text: string, n: Value): Value => {
  const repeat = indexOf(n);
  return repeat === undefined ? NotImplemented : text.repeat(Math.max(0, repeat));
};

const every = (pattern: RegExp) => (text: string) => pattern.test(text);

methods(strType, {
  capitalize: ["", (t: string) => initial(t) + [...t].slice(1).join("").toLowerCase()],
  casefold: ["", (t: string) => t.toLowerCase().replaceAll("ß", "ss")],
  center: [
    "width, fillchar=, /",
    (t: string, w: Value, f: Value) => justify(t, w, f, (n) => (n >> 1) + (n & integer(w) & 1)),
    " ",
  ],
  count: ["sub, start=, end=, /", count, null, null],
  encode: [
    "encoding=, errors=",
    (t: string, encoding: Value, errors: Value) => {
      for (const [name, v] of [
        ["encoding", encoding],
        ["errors", errors],
      ] as const) {
        if (typeof v !== "string")
          throw typeError(`encode() argument '${name}' must be str, not ${v === null ? "None" : typeName(v)}`);
      }
      return encode(t, encoding as string);
    },
    "utf-8",
    "strict",
  ],
  endswith: [
    "suffix, start=, end=, /",
    (t: string, w: Value, a: Value, b: Value) => affix(t, w, a, b, (x, y) => x.endsWith(y)),
    null,
    null,
  ],
  expandtabs: ["tabsize=", expandTabs, 8],
  find: ["sub, start=, end=, /", (t: string, s: Value, a: Value, b: Value) => find(t, s, a, b, false), null, null],
  index: [
    "sub, start=, end=, /",
    (t: string, s: Value, a: Value, b: Value) => findOrFail(t, s, a, b, false),
    null,
    null,
  ],
  isalnum: ["", every(/^[\p{L}\p{N}]+$/u)],
  isalpha: ["", every(/^\p{L}+$/u)],
  isascii: ["", every(/^[\0-\x7f]*$/)],
  isdecimal: ["", every(/^\p{Nd}+$/u)],
  isdigit: ["", every(/^[\p{Nd}²³¹⁰-⁹₀-₉①-⑨]+$/u)],
  isidentifier: ["", every(/^[\p{L}_][\p{L}\p{Nd}_]*$/u)],
  islower: ["", (t: string) => isCased.test(t) && t === t.toLowerCase()],
  isnumeric: ["", every(/^\p{N}+$/u)],
  isprintable: ["", every(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u)],
  isspace: ["", every(new RegExp(`^[${space}]+$`))],
  istitle: ["", (t: string) => isCased.test(t) && t === titled(t)],
  isupper: ["", (t: string) => isCased.test(t) && t === t.toUpperCase()],
  join: ["iterable, /", join],
  ljust: ["width, fillchar=, /", (t: string, w: Value, f: Value) => justify(t, w, f, () => 0), " "],
  lower: ["", (t: string) => t.toLowerCase()],
  lstrip: ["chars=, /", (t: string, chars: Value) => strip(t, chars, "l"), null],
  partition: ["sep, /", (t: string, s: Value) => partition(t, s, false)],
  removeprefix: [
    "prefix, /",
    (t: string, v: Value) => {
      const p = textAt("removeprefix", null, v);
      return t.startsWith(p) ? t.slice(p.length) : t;
    },
  ],
  removesuffix: [
    "suffix, /",
    (t: string, v: Value) => {
      const p = textAt("removesuffix", null, v);
      return p !== "" && t.endsWith(p) ? t.slice(0, -p.length) : t;
    },
  ],
  replace: ["old, new, count=, /", replace, -1],
  rfind: ["sub, start=, end=, /", (t: string, s: Value, a: Value, b: Value) => find(t, s, a, b, true), null, null],
  rindex: [
    "sub, start=, end=, /",
    (t: string, s: Value, a: Value, b: Value) => findOrFail(t, s, a, b, true),
    null,
    null,
  ],
  rjust: ["width, fillchar=, /", (t: string, w: Value, f: Value) => justify(t, w, f, (n) => n), " "],
  rpartition: ["sep, /", (t: string, s: Value) => partition(t, s, true)],
  rsplit: ["sep=, maxsplit=", splitRight, null, -1],
  rstrip: ["chars=, /", (t: string, chars: Value) => strip(t, chars, "r"), null],
  split: ["sep=, maxsplit=", split, null, -1],
  splitlines: ["keepends=", splitLines, false],
  startswith: [
    "prefix, start=, end=, /",
    (t: string, w: Value, a: Value, b: Value) => affix(t, w, a, b, (x, y) => x.startsWith(y)),
    null,
    null,
  ],
  strip: ["chars=, /", (t: string, chars: Value) => strip(t, chars, "both"), null],
  swapcase: [
    "",
    (t: string) => t.replace(/\p{L}/gu, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())),
  ],
  title: ["", titled],
  translate: ["table, /", translate],
  upper: ["", (t: string) => t.toUpperCase()],
  zfill: [
    "width, /",
    (t: string, w: Value) =>
      /^[+-]/.test(t) ? t[0] + justify(t.slice(1), integer(w) - 1, "0", (n) => n) : justify(t, w, "0", (n) => n),
  ],
  __add__: ["other, /", (a: string, b: Value) => (typeof b === "string" ? a + b : NotImplemented)],
  __mul__: ["n, /", times],
  __rmul__: ["n, /", times],
  __mod__: ["values, /", formatPercent],
  __len__: ["", lengthOf],
  __contains__: ["item, /", (t: string, item: Value) => contains(t, item)],
  __getitem__: ["key, /", getItem],
  __iter__: ["", iterate],
  __lt__: ["other, /", (a: string, b: Value) => (typeof b === "string" ? compareText(a, b) < 0 : NotImplemented)],
  __str__: ["", (t: string) => t],
});
rawMethods(strType, { format: (text: string, ...args: Value[]) => formatFields(text, args) });

/** `str.maketrans`. */
function makeTranslation(from: Value, to: Value, drop: Value): Dict {
  const table = new Dict();
  if (from instanceof Dict) {
    for (const { key, value } of from.entries()) table.set(typeof key === "string" ? key.codePointAt(0) : key, value);
    return table;
  }
  if (to === undefined) throw typeError("if you give only one argument to maketrans it must be a dict");
  if (typeof from !== "string")
    throw typeError("first maketrans argument must be a string if there is a second argument");
  if (drop !== undefined) textAt("maketrans", 3, drop);
  const [a, b] = [[...from], [...textAt("maketrans", 2, to)]];
  if (a.length !== b.length) throw error("ValueError", "the first two maketrans arguments must have equal length");
  a.forEach((c, i) => void table.set(c.codePointAt(0), b[i].codePointAt(0)));
  for (const c of String(drop ?? "")) table.set(c.codePointAt(0), null);
  return table;
}

strType.define(
  "maketrans",
  new StaticMethod(native("maketrans", "x, y=, z=, /", makeTranslation, [undefined, undefined])),
);
