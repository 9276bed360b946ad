/** The `json` module. */

import { attr } from "../attributes";
import { functions } from "../builtins/table";
import { error, exceptionType, typeError } from "../exceptions";
import { call } from "../function";
import { builtinType, type Value } from "../type";
import { typeName } from "../types";
import { Dict } from "../values/dict";
import { floatRepr, numberOf, toFloat } from "../values/float";
import { isInt, normalize } from "../values/int";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

const decodeError = builtinType("JSONDecodeError", [exceptionType("ValueError")], { module: "json.decoder" });

interface Layout {
  readonly indent: string | null;
  readonly item: string;
  readonly key: string;
  readonly ascii: boolean;
  readonly sort: boolean;
  readonly otherwise: Value;
}

function text(s: string, ascii: boolean): string {
  const quoted = JSON.stringify(s);
  return ascii
    ? quoted.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : quoted;
}

function numberText(v: Value): string | undefined {
  if (isInt(v)) return String(v);
  const x = numberOf(v);
  if (x === undefined) return undefined;
  if (Number.isNaN(x)) return "NaN";
  return Number.isFinite(x) ? floatRepr(x) : x > 0 ? "Infinity" : "-Infinity";
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  const number = numberText(key);
  if (number === undefined) throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
  return number;
}

function write(v: Value, layout: Layout, depth: number): string {
  if (v === null) return "null";
  if (typeof v === "boolean") return String(v);
  if (typeof v === "string") return text(v, layout.ascii);
  const number = numberText(v);
  if (number !== undefined) return number;
  const items = Array.isArray(v) ? v : v instanceof Tuple ? v.items : undefined;
  if (items)
    return enclose(
      "[",
      items.map((item) => write(item, layout, depth + 1)),
      "]",
      layout,
      depth,
    );
  if (v instanceof Dict) {
    const entries = v.pairs().map(([key, value]) => [keyText(key), value] as const);
    if (layout.sort) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = entries.map(([key, value]) => text(key, layout.ascii) + layout.key + write(value, layout, depth + 1));
    return enclose("{", lines, "}", layout, depth);
  }
  if (layout.otherwise !== null) return write(call(layout.otherwise, v), layout, depth);
  throw typeError(`Object of type ${typeName(v)} is not JSON serializable`);
}

function enclose(
  open: string,
  parts: readonly string[],
  close: string,
  { indent, item }: Layout,
  depth: number,
): string {
  if (parts.length === 0) return open + close;
  if (indent === null) return open + parts.join(item) + close;
  const pad = `\n${indent.repeat(depth + 1)}`;
  return `${open}${pad}${parts.join(item.trimEnd() + pad)}\n${indent.repeat(depth)}${close}`;
}

function dumps(
  v: Value,
  _skip: Value,
  ascii: Value,
  _circular: Value,
  _nan: Value,
  _cls: Value,
  indent: Value,
  separators: Value,
  otherwise: Value,
  sort: Value,
): string {
  const step = indent === null ? null : typeof indent === "string" ? indent : " ".repeat(Number(indent));
  const [item, key] = separators instanceof Tuple ? separators.items.map(String) : [step === null ? ", " : ",", ": "];
  return write(v, { indent: step, item, key, ascii: ascii === true, sort: sort === true, otherwise }, 0);
}

const skip = /[ \t\n\r]*/y;
const token = /"(?:[^"\\\n]|\\.)*"|-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|-?Infinity|NaN|true|false|null|[[\]{},:]/y;

/** A reader of its own, as JSON.parse forgets which numbers were floats. */
class Reader {
  private at = 0;
  constructor(private readonly source: string) {}

  read(): Value {
    const v = this.value();
    if (this.peek() !== undefined) throw this.fail("Extra data");
    return v;
  }

  private fail(what: string): Error {
    const before = this.source.slice(0, this.at);
    const line = before.split("\n").length;
    return error(decodeError, `${what}: line ${line} column ${this.at - before.lastIndexOf("\n")} (char ${this.at})`);
  }

  private peek(): string | undefined {
    skip.lastIndex = this.at;
    this.at += skip.exec(this.source)?.[0].length ?? 0;
    token.lastIndex = this.at;
    const found = token.exec(this.source)?.[0];
    if (found === undefined && this.at < this.source.length) throw this.fail("Expecting value");
    return found;
  }

  private take(wanted?: string): string {
    const found = this.peek();
    if (found === undefined || (wanted !== undefined && found !== wanted)) {
      throw this.fail(wanted === undefined ? "Expecting value" : `Expecting '${wanted}' delimiter`);
    }
    this.at += found.length;
    return found;
  }

  private value(): Value {
    const word = this.take();
    const known = words.get(word);
    if (known !== undefined) return known;
    if (word === "[") return this.list();
    if (word === "{") return this.dict();
    if (word.startsWith('"')) return JSON.parse(word) as string;
    if (/^[\]},:]/.test(word)) throw this.fail("Expecting value");
    return /[.eE]/.test(word) ? toFloat(Number(word)) : normalize(BigInt(word));
  }

  private list(): Value {
    const items: Value[] = [];
    if (this.peek() === "]") {
      this.take();
      return items;
    }
    do items.push(this.value());
    while (this.more("]"));
    return items;
  }

  private dict(): Value {
    const out = new Dict();
    if (this.peek() === "}") {
      this.take();
      return out;
    }
    do {
      const key = this.take();
      if (!key.startsWith('"')) throw this.fail("Expecting property name enclosed in double quotes");
      this.take(":");
      out.set(JSON.parse(key), this.value());
    } while (this.more("}"));
    return out;
  }

  private more(close: string): boolean {
    if (this.peek() === close) {
      this.take();
      return false;
    }
    this.take(",");
    return true;
  }
}

const words = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

export function jsonModule(): PyModule {
  const params =
    "obj, *, skipkeys=, ensure_ascii=, check_circular=, allow_nan=, cls=, indent=, separators=, default=, sort_keys=";
  return new PyModule("json", [
    ["JSONDecodeError", decodeError],
    ...functions({
      dumps: [params, dumps, false, true, true, true, null, null, null, null, false],
      loads: ["s, *, cls=", (s: string) => new Reader(s).read(), null],
      load: ["fp", (fp: Value) => new Reader(String(call(attr(fp, "read")))).read()],
      dump: [
        "obj, fp",
        (v: Value, fp: Value) =>
          void call(attr(fp, "write"), dumps(v, null, true, null, null, null, null, null, null, false)),
      ],
    }),
  ]);
}
