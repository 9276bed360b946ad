/** The text of a displayed value: `repr`, with containers broken over lines as notebooks show them. */
import { CODE, type PyFunction } from "../dsl/code";
import { PyException } from "../dsl/exceptions";
import { repr } from "../dsl/text";
import { PyType, type Value } from "../dsl/type";
import { typeOf } from "../dsl/types";
import { Dict } from "../dsl/values/dict";
import { PySet } from "../dsl/values/set";
import { Tuple } from "../dsl/values/tuple";
import { Layout } from "./layout";

/** Items of one container that are shown. */
const MAX_ITEMS = 1000;

export function displayText(value: Value): string {
  const layout = new Layout();
  write(layout, value, new Set());
  return layout.finish();
}

function write(out: Layout, value: Value, inside: Set<Value>): void {
  if (typeof value !== "object" || value === null) {
    writeText(out, typeof value === "function" ? functionText(value) : repr(value));
    return;
  }
  if (value instanceof PyType) {
    writeText(out, value.module === "builtins" ? value.qualname : `${value.module}.${value.qualname}`);
    return;
  }
  if (value instanceof Dict && typeOf(value).name === "OrderedDict" && value.size > 0 && !inside.has(value)) {
    out.open("OrderedDict(");
    write(
      out,
      value.pairs().map((pair) => new Tuple(pair)),
      inside,
    );
    out.close(")", "OrderedDict(".length);
    return;
  }
  // A class with a `__repr__` of its own shows itself, whatever it is derived from.
  const type = typeOf(value);
  const builtin = type.module === "builtins" && type.lookup("__repr__") === undefined;
  if (!builtin || inside.has(value)) {
    writeText(out, withoutObject(repr(value)));
    return;
  }
  inside.add(value);
  if (Array.isArray(value)) writeItems(out, "[", value as Value[], "]", inside);
  else if (value instanceof Tuple) writeItems(out, "(", value.items, value.items.length === 1 ? ",)" : ")", inside);
  else if (value instanceof Dict && type.name === "dict") writeDict(out, value, inside);
  else if (value instanceof PySet && value.size > 0) {
    const [start, end] = type.name === "set" ? ["{", "}"] : [`${type.name}({`, "})"];
    writeItems(out, start, sorted(value.items()), end, inside);
  } else if (value instanceof PyException) writeItems(out, `${type.name}(`, value.args, ")", inside);
  else writeText(out, withoutObject(repr(value)));
  inside.delete(value);
}

function writeText(out: Layout, text: string): void {
  out.open("");
  text.split("\n").forEach((line, i) => {
    if (i > 0) out.lineBreak();
    out.text(line);
  });
  out.close("");
}

function separate(out: Layout, index: number): boolean {
  if (index > 0) {
    out.text(",");
    out.separator();
  }
  if (index < MAX_ITEMS) return true;
  out.text("...");
  return false;
}

function writeItems(out: Layout, start: string, items: readonly Value[], end: string, inside: Set<Value>): void {
  out.open(start);
  for (let i = 0; i < items.length && separate(out, i); i++) write(out, items[i], inside);
  out.close(end, start.length);
}

function writeDict(out: Layout, dict: Dict, inside: Set<Value>): void {
  out.open("{");
  let i = 0;
  for (const { key, value } of dict.entries()) {
    if (!separate(out, i++)) break;
    write(out, key, inside);
    out.text(": ");
    write(out, value, inside);
  }
  out.close("}");
}

/** Sets are shown sorted when their members can be compared. */
function sorted(items: readonly Value[]): readonly Value[] {
  if (items.every((item) => typeof item === "number")) return [...items].sort((a, b) => a - b);
  if (items.every((item) => typeof item === "string")) return [...items].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return items;
}

/** Notebooks leave "object" out of the default form `<Thing object at 0x…>`. */
function withoutObject(text: string): string {
  return text.replace(/^<([\w.]+) object at (0x[0-9a-f]+)>$/, "<$1 at $2>");
}

function functionText(value: Value): string {
  const code = (value as Partial<PyFunction>)[CODE];
  if (!code || code.native) return repr(value);
  const { signature } = code;
  const firstDefault = signature.positional.length - signature.defaults.length;
  const parts: string[] = signature.positional.map((name, i) =>
    i >= firstDefault ? `${name}=${repr(signature.defaults[i - firstDefault])}` : name,
  );
  if (signature.positionalOnly > 0) parts.splice(signature.positionalOnly, 0, "/");
  if (signature.star !== null) parts.push(`*${signature.star}`);
  else if (signature.keywordOnly.length > 0) parts.push("*");
  for (const each of signature.keywordOnly) {
    parts.push(each.default === undefined ? each.name : `${each.name}=${repr(each.default)}`);
  }
  if (signature.kwargs !== null) parts.push(`**${signature.kwargs}`);
  return `<function ${code.module}.${code.qualname}(${parts.join(", ")})>`;
}
