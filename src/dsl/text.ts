/** `repr`, `str` and `format` of any value. */
import { CODE, type PyFunction } from "./code";
import { PyException, typeError } from "./exceptions";
import { formatNumber, formatText } from "./format";
import { apply, BoundMethod } from "./function";
import { ATTRIBUTES, PyType, TYPE, type Value } from "./type";
import { Ellipsis, NotImplemented, typeName, typeOf } from "./types";
import { Bytes } from "./values/bytes";
import { Complex } from "./values/complex";
import { Dict, DictView } from "./values/dict";
import { floatRepr, numberOf, PyFloat } from "./values/float";
import { addressText } from "./values/key";
import { PyModule } from "./values/module";
import { Range } from "./values/range";
import { PySet } from "./values/set";
import { Slice } from "./values/slice";
import { quote } from "./values/str";
import { Tuple } from "./values/tuple";

/** Containers being written, to show a container inside itself as `[...]`. */
const open = new Set<object>();

function nested(v: object, cut: string, write: () => string): string {
  if (open.has(v)) return cut;
  open.add(v);
  try {
    return write();
  } finally {
    open.delete(v);
  }
}

export function repr(v: Value): string {
  switch (typeof v) {
    case "string":
      return quote(v);
    case "number":
      return Number.isInteger(v) ? String(v + 0) : floatRepr(v);
    case "boolean":
      return v ? "True" : "False";
    case "bigint":
      return String(v);
    case "function":
      return reprFunction(v as unknown as PyFunction);
    default:
      return v === null ? "None" : reprObject(v as object);
  }
}

function reprObject(v: object): string {
  if (v instanceof PyFloat) return floatRepr(v.value);
  const type = typeOf(v);
  const dunder = type.lookup("__repr__");
  if (dunder !== undefined && dunder !== null) {
    const text = apply(dunder, [v]);
    if (typeof text !== "string") throw typeError(`__repr__ returned non-string (type ${typeName(text)})`);
    return text;
  }
  return (
    reprBuiltin(v) ??
    `<${type.module === "builtins" ? type.qualname : `${type.module}.${type.qualname}`} object at ${addressText(v)}>`
  );
}

function reprBuiltin(v: object): string | undefined {
  if (Array.isArray(v)) return nested(v, "[...]", () => `[${v.map(repr).join(", ")}]`);
  if (v instanceof Tuple) return nested(v, "(...)", () => tupleText(v.items));
  if (v instanceof Dict) return nested(v, "{...}", () => `{${entriesText(v)}}`);
  if (v instanceof PySet) return setText(v);
  if (v instanceof Range) {
    return `range(${v.start}, ${v.stop}${v.step === 1 ? "" : `, ${v.step}`})`;
  }
  if (v instanceof Slice) return `slice(${repr(v.start)}, ${repr(v.stop)}, ${repr(v.step)})`;
  if (v instanceof DictView)
    return `${v[TYPE].name}([${Array.from(v.dict.entries(), (e) => repr(v.pick(e))).join(", ")}])`;
  if (v instanceof Bytes) return v.repr();
  if (v instanceof Complex) return v.text();
  if (v instanceof PyType) return `<class '${v.fullName}'>`;
  if (v instanceof PyModule) return `<module '${v.name}'${v.builtin ? " (built-in)" : ""}>`;
  if (v instanceof BoundMethod) return reprMethod(v);
  if (v instanceof PyException) return `${v[TYPE].name}(${v.args.map(repr).join(", ")})`;
  if (v === Ellipsis) return "Ellipsis";
  if (v === NotImplemented) return "NotImplemented";
  return undefined;
}

function tupleText(items: readonly Value[]): string {
  return items.length === 1 ? `(${repr(items[0])},)` : `(${items.map(repr).join(", ")})`;
}

export function entriesText(dict: Dict): string {
  return Array.from(dict.entries(), ({ key, value }) => `${repr(key)}: ${repr(value)}`).join(", ");
}

function setText(set: PySet): string {
  const { name } = set[TYPE];
  if (set.size === 0) return `${name}()`;
  const items = `{${set.items().map(repr).join(", ")}}`;
  return name === "set" ? items : `${name}(${items})`;
}

function reprFunction(f: PyFunction): string {
  const code = f[CODE];
  return code.native ? `<built-in function ${code.name}>` : `<function ${code.qualname} at ${addressText(f)}>`;
}

function reprMethod(method: BoundMethod): string {
  const f = method.target;
  if (typeof f === "function") {
    const code = (f as unknown as PyFunction)[CODE];
    if (code.native)
      return `<built-in method ${code.name} of ${typeName(method.self)} object at ${addressText(method.self)}>`;
    return `<bound method ${code.qualname} of ${repr(method.self)}>`;
  }
  return `<bound method of ${repr(method.self)}>`;
}

export function str(v: Value): string {
  if (typeof v === "string") return v;
  if (typeof v !== "object" || v === null || v instanceof PyFloat) return repr(v);
  const dunder = typeOf(v).lookup("__str__");
  if (dunder !== undefined) {
    const text = apply(dunder, [v]);
    if (typeof text !== "string") throw typeError(`__str__ returned non-string (type ${typeName(text)})`);
    return text;
  }
  if (v instanceof PyException) return exceptionText(v);
  return repr(v);
}

/** `str` of an exception: nothing, its argument, or the tuple of them. */
export function exceptionText(e: PyException): string {
  if (e.args.length === 0) return "";
  if (e.args.length > 1) {
    if (e[TYPE].mro.some((type) => type.name === "OSError")) {
      const file = e[ATTRIBUTES].get("filename");
      const about = file === undefined ? "" : `: ${repr(file)}`;
      return `[Errno ${str(e.args[0])}] ${str(e.args[1])}${about}`;
    }
    return tupleText(e.args);
  }
  return e[TYPE].mro.some((type) => type.name === "KeyError") ? repr(e.args[0]) : str(e.args[0]);
}

/** `format(v, spec)`. */
export function format(v: Value, spec: Value = ""): string {
  const text = str(spec);
  if (typeof v === "string") return text === "" ? v : formatText(v, text);
  if (typeof v === "boolean") return text === "" ? str(v) : formatNumber(Number(v), text, "int");
  if (numberOf(v) !== undefined) return text === "" ? repr(v) : formatNumber(v as number | bigint | PyFloat, text);
  const dunder = v === null ? undefined : typeOf(v).lookup("__format__");
  if (dunder !== undefined) return apply(dunder, [v, text]) as string;
  if (text === "") return str(v);
  throw typeError(`unsupported format string passed to ${typeName(v)}.__format__`);
}
