/**
 * The methods that bytes share with text: bytes become characters of the same code, the method of `str` answers, and
 * what comes back becomes bytes again. Only ASCII has letters and spaces here, as in CPython.
 */
import { CODE, type PyFunction } from "../code";
import { error, typeError, valueError } from "../exceptions";
import { apply, native } from "../function";
import type { Value } from "../type";
import { bytesType, NotImplemented, strType, typeName } from "../types";
import { Bytes } from "../values/bytes";
import { StaticMethod } from "../values/descriptors";
import { indexOf } from "../values/int";
import { iterate } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { integer } from "./sequences";
import { type Method, methods } from "./table";

const textOf = (b: Bytes): string => Array.from(b.data, (x) => String.fromCharCode(x)).join("");

/** A bytes argument as text. */
function textArgument(v: Value): string {
  if (v instanceof Bytes) return textOf(v);
  throw typeError(`a bytes-like object is required, not '${typeName(v)}'`);
}

function back(v: Value): Value {
  if (typeof v === "string") return Bytes.fromLatin1(v);
  if (Array.isArray(v)) return v.map(back);
  return v instanceof Tuple ? new Tuple(v.items.map(back)) : v;
}

const ask = (name: string, text: string, ...args: Value[]): Value => apply(strType.lookup(name), [text, ...args]);

/** Methods whose text arguments are the first `texts` ones; None passes as it is. */
const shared = (name: string, params: string, texts: number, ...defaults: Value[]): Method => [
  params,
  (b: Bytes, ...args: Value[]) => {
    const given = args.map((v, i) => (i < texts && v !== null ? textArgument(v) : v));
    return back(ask(name, textOf(b), ...given));
  },
  ...defaults,
];

/** Byte values and bytes are looked for alike. */
const searched = (name: string): Method => [
  "sub, start=, end=, /",
  (b: Bytes, sub: Value, start: Value, end: Value) => {
    const byte = indexOf(sub);
    if (byte === undefined && !(sub instanceof Bytes)) {
      throw typeError(`argument should be integer or bytes-like object, not '${typeName(sub)}'`);
    }
    if (byte !== undefined && (byte < 0 || byte > 255)) throw valueError("byte must be in range(0, 256)");
    const wanted = byte === undefined ? textOf(sub as Bytes) : String.fromCharCode(byte);
    const plain = name.replace("index", "find");
    const found = ask(plain, textOf(b), wanted, start, end);
    if (found === -1 && plain !== name) throw valueError("subsection not found");
    return found;
  },
  null,
  null,
];

const affixed = (name: string): Method => [
  "affix, start=, end=, /",
  (b: Bytes, affix: Value, start: Value, end: Value) => {
    if (affix instanceof Tuple) {
      return ask(name, textOf(b), new Tuple(affix.items.map(textArgument)), start, end);
    }
    if (affix instanceof Bytes) return ask(name, textOf(b), textOf(affix), start, end);
    throw typeError(`${name} first arg must be bytes or a tuple of bytes, not ${typeName(affix)}`);
  },
  null,
  null,
];

/** Changes or asks about ASCII letters only. */
const onAscii = (change: (text: string) => Value): Method => ["", (b: Bytes) => back(change(textOf(b)))];
const letters = (text: string, change: (part: string) => string): string => text.replace(/[a-zA-Z]+/g, change);
const every = (pattern: RegExp): Method => onAscii((text) => pattern.test(text));
const SPACE = " \t\n\r\x0b\f";

/** `strip` and its kin: without an argument ASCII's white space goes. */
const stripped = (name: string): Method => [
  "bytes=, /",
  (b: Bytes, chars: Value) => back(ask(name, textOf(b), chars === null ? SPACE : textArgument(chars))),
  null,
];

const filled = (name: string): Method => [
  "width, fillbyte=, /",
  (b: Bytes, width: Value, fill: Value) => {
    const w = integer(width);
    if (!(fill instanceof Bytes) || fill.data.length !== 1) {
      throw typeError(`${name}() argument 2 must be a byte string of length 1, not ${typeName(fill)}`);
    }
    return back(ask(name, textOf(b), w, textOf(fill)));
  },
  Bytes.fromLatin1(" "),
];

function join(separator: Bytes, items: Value): Bytes {
  const parts = Array.from(iterate(items), (item, i) => {
    if (item instanceof Bytes) return textOf(item);
    throw typeError(`sequence item ${i}: expected a bytes-like object, ${typeName(item)} found`);
  });
  return Bytes.fromLatin1(parts.join(textOf(separator)));
}

function translate(b: Bytes, table: Value, drop: Value): Bytes {
  const dropped = new Set(drop === null ? [] : textArgument(drop));
  const to = table === null ? null : textArgument(table);
  if (to !== null && to.length !== 256) throw valueError("translation table must be 256 characters long");
  const kept = [...textOf(b)].filter((c) => !dropped.has(c));
  return Bytes.fromLatin1(kept.map((c) => (to === null ? c : to[c.charCodeAt(0)])).join(""));
}

function makeTranslation(from: Value, to: Value): Bytes {
  const [a, b] = [textArgument(from), textArgument(to)];
  if (a.length !== b.length) throw valueError("maketrans arguments must have same length");
  const table = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) table[a.charCodeAt(i)] = b.charCodeAt(i);
  return new Bytes(table);
}

function fromHex(text: Value): Bytes {
  if (typeof text !== "string") throw typeError(`fromhex() argument must be str, not ${typeName(text)}`);
  const digits = text.replace(/\s+/g, "");
  const bad = [...text].findIndex((c) => !/[\s0-9a-fA-F]/.test(c));
  if (bad >= 0 || digits.length % 2 === 1) {
    throw valueError(`non-hexadecimal number found in fromhex() arg at position ${bad < 0 ? text.length : bad}`);
  }
  return new Bytes(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

function times(b: Bytes, n: Value): Value {
  const count = indexOf(n);
  if (count === undefined) return NotImplemented;
  if (count * b.data.length > 2 ** 30) throw error("MemoryError");
  return Bytes.fromLatin1(textOf(b).repeat(Math.max(0, count)));
}

methods(bytesType, {
  capitalize: onAscii((t) => letters(t, (w) => w.toLowerCase()).replace(/^[a-z]/, (c) => c.toUpperCase())),
  center: filled("center"),
  count: searched("count"),
  endswith: affixed("endswith"),
  expandtabs: shared("expandtabs", "tabsize=", 0, 8),
  find: searched("find"),
  index: searched("index"),
  isalnum: every(/^[a-zA-Z0-9]+$/),
  isalpha: every(/^[a-zA-Z]+$/),
  isascii: every(/^[\0-\x7f]*$/),
  isdigit: every(/^[0-9]+$/),
  islower: onAscii((t) => /[a-z]/.test(t) && !/[A-Z]/.test(t)),
  isspace: every(/^[ \t\n\r\v\f]+$/),
  istitle: onAscii((t) => /[a-zA-Z]/.test(t) && t === letters(t, titled)),
  isupper: onAscii((t) => /[A-Z]/.test(t) && !/[a-z]/.test(t)),
  join: ["iterable, /", join],
  ljust: filled("ljust"),
  lower: onAscii((t) => letters(t, (w) => w.toLowerCase())),
  lstrip: stripped("lstrip"),
  partition: shared("partition", "sep, /", 1),
  removeprefix: shared("removeprefix", "prefix, /", 1),
  removesuffix: shared("removesuffix", "suffix, /", 1),
  replace: shared("replace", "old, new, count=, /", 2, -1),
  rfind: searched("rfind"),
  rindex: searched("rindex"),
  rjust: filled("rjust"),
  rpartition: shared("rpartition", "sep, /", 1),
  rsplit: shared("rsplit", "sep=, maxsplit=", 1, null, -1),
  rstrip: stripped("rstrip"),
  split: shared("split", "sep=, maxsplit=", 1, null, -1),
  splitlines: [
    "keepends=",
    (b: Bytes, keep: Value) => {
      const lines = textOf(b).match(/[^\r\n]*(\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
      return lines.map((line) => Bytes.fromLatin1(keep === true ? line : line.replace(/(\r\n|\r|\n)$/, "")));
    },
    false,
  ],
  startswith: affixed("startswith"),
  strip: stripped("strip"),
  swapcase: onAscii((t) => t.replace(/[a-zA-Z]/g, (c) => (c < "a" ? c.toLowerCase() : c.toUpperCase()))),
  title: onAscii((t) => letters(t, titled)),
  translate: ["table, /, delete=", translate, null],
  upper: onAscii((t) => letters(t, (w) => w.toUpperCase())),
  zfill: shared("zfill", "width, /", 0),
  __mul__: ["n, /", times],
  __rmul__: ["n, /", times],
});

function titled(word: string): string {
  return word[0].toUpperCase() + word.slice(1).toLowerCase();
}

for (const [name, f] of [
  ["maketrans", native("maketrans", "frm, to, /", makeTranslation)],
  ["fromhex", native("fromhex", "string, /", fromHex)],
] as [string, PyFunction][]) {
  f[CODE].owner = "";
  bytesType.define(name, new StaticMethod(f));
}
