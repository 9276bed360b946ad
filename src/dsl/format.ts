/** The format mini-language, `%`-formatting and `str.format`. */
import { attr } from "./attributes";
import { error, typeError, valueError } from "./exceptions";
import { splitKwargs } from "./function";
import { getItem } from "./items";
import { format, repr, str } from "./text";
import type { Value } from "./type";
import { typeName } from "./types";
import { Dict } from "./values/dict";
import { exponential, fixed, floatRepr, general, numberOf, PyFloat, specialText } from "./values/float";
import { codePointLength } from "./values/str";
import { Tuple } from "./values/tuple";

interface Spec {
  fill: string;
  align: string;
  sign: string;
  alternate: boolean;
  zero: boolean;
  width: number;
  grouping: string;
  precision: number | null;
  type: string;
}

const pattern = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

function readSpec(text: string, owner: string): Spec {
  const m = pattern.exec(text);
  if (!m) throw valueError(`Invalid format specifier '${text}' for object of type '${owner}'`);
  return {
    fill: m[1] ?? (m[6] && !m[2] ? "0" : " "),
    align: m[2] ?? "",
    sign: m[3] ?? "-",
    alternate: m[5] !== undefined,
    zero: m[6] !== undefined,
    width: Number(m[7] ?? 0),
    grouping: m[8] ?? "",
    precision: m[9] === undefined ? null : Number(m[9]),
    type: m[10] ?? "",
  };
}

function pad(text: string, spec: Spec, align: string): string {
  const missing = spec.width - codePointLength(text);
  if (missing <= 0) return text;
  const left = align === ">" ? missing : align === "^" ? missing >> 1 : 0;
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left);
}

export function formatText(value: string, text: string): string {
  const spec = readSpec(text, "str");
  if (spec.type !== "" && spec.type !== "s") throw unknownCode(spec.type, "str");
  if (spec.align === "=") throw valueError("'=' alignment not allowed in string format specifier");
  if (spec.sign !== "-") throw valueError("Sign not allowed in string format specifier");
  const shown = spec.precision === null ? value : [...value].slice(0, spec.precision).join("");
  return pad(shown, spec, spec.align || "<");
}

const unknownCode = (code: string, owner: string): Error =>
  valueError(`Unknown format code '${code}' for object of type '${owner}'`);

/** Digits and sign apart, so that zero padding and grouping go between them. */
export function formatNumber(value: number | bigint | PyFloat, text: string, kind?: "int"): string {
  const isInt = kind === "int" || typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
  const spec = readSpec(text, isInt ? "int" : "float");
  const integerType = spec.type === "" ? isInt : "bcdnoxX".includes(spec.type) && (isInt || spec.type !== "n");
  if (integerType && !isInt) throw unknownCode(spec.type, "float");
  if (spec.type === "s") throw unknownCode("s", isInt ? "int" : "float");
  if (!integerType && !"eEfFgGn%".includes(spec.type)) throw unknownCode(spec.type, isInt ? "int" : "float");
  const negative = Number(value) < 0 || (value instanceof PyFloat && Object.is(value.value, -0));
  const digits = integerType ? intDigits(value as number | bigint, spec) : floatDigits(Math.abs(Number(value)), spec);
  const sign = negative ? "-" : spec.sign === "-" ? "" : spec.sign;
  return layout(sign, digits, spec);
}

function layout(sign: string, digits: { prefix: string; whole: string; rest: string }, spec: Spec): string {
  const size = "box".includes(spec.type.toLowerCase()) && spec.type !== "" ? 4 : 3;
  const group = (whole: string) =>
    spec.grouping === "" ? whole : whole.replace(new RegExp(`\\B(?=(\\w{${size}})+$)`, "g"), spec.grouping);
  const head = sign + digits.prefix;
  const align = spec.align || (spec.zero ? "=" : ">");
  if (align !== "=") return pad(head + group(digits.whole) + digits.rest, spec, align);
  let whole = group(digits.whole);
  const room = spec.width - head.length - digits.rest.length;
  if (spec.fill === "0" && spec.grouping !== "") {
    let bare = digits.whole;
    while (group(`0${bare}`).length <= room) bare = `0${bare}`;
    whole = group(bare);
    if (whole.length < room) whole = whole.padStart(room, "0");
  } else whole = spec.fill.repeat(Math.max(0, room - whole.length)) + whole;
  return head + whole + digits.rest;
}

/** `%c`. */
function character(code: number | bigint): string {
  if (code < -(2n ** 63n) || code >= 2n ** 63n)
    throw error("OverflowError", "Python int too large to convert to C long");
  if (code < 0 || code > 0x10ffff) throw error("OverflowError", "%c arg not in range(0x110000)");
  return String.fromCodePoint(Number(code));
}

function intDigits(value: number | bigint, spec: Spec): { prefix: string; whole: string; rest: string } {
  if (spec.precision !== null) throw valueError("Precision not allowed in integer format specifier");
  if (spec.type === "c") return { prefix: "", whole: character(value), rest: "" };
  const bases: Record<string, number> = { b: 2, o: 8, x: 16, X: 16 };
  const size = value < 0 ? -value : value;
  const text = (typeof size === "number" ? size + 0 : size).toString(bases[spec.type] ?? 10);
  const prefix = spec.alternate && spec.type in bases ? `0${spec.type}` : "";
  return { prefix, whole: spec.type === "X" ? text.toUpperCase() : text, rest: "" };
}

function floatDigits(size: number, spec: Spec): { prefix: string; whole: string; rest: string } {
  const text = specialText(size) ?? finiteDigits(size, spec);
  const shown = /[EFG]/.test(spec.type) ? text.toUpperCase() : text;
  const percent = spec.type === "%" && !shown.endsWith("%") ? "%" : "";
  const m = /^(\d*)(.*)$/s.exec(shown)!;
  return { prefix: "", whole: m[1], rest: m[2] + percent };
}

function finiteDigits(size: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (spec.type.toLowerCase()) {
    case "f":
      return fixed(size, precision) + (spec.alternate && precision === 0 ? "." : "");
    case "e":
      return exponential(size, precision);
    case "%":
      return `${fixed(size * 100, precision)}%`;
    case "":
      return spec.precision === null ? floatRepr(size) : shortest(size, precision);
    default:
      return general(size, precision, spec.alternate);
  }
}

/** No type but a precision: like `g`, with at least one digit after the point. */
function shortest(size: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const power = size === 0 ? 0 : Number(size.toExponential(digits - 1).split("e")[1]);
  if (power >= digits - 1 && power < digits) return exponential(size, digits - 1).replace(/\.?0+e/, "e");
  const text = general(size, digits);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const conversions: Readonly<Record<string, (v: Value) => Value>> = { r: repr, s: str, a: repr, "": (v) => v };

/** `text.format(*args, **kwargs)`. */
export function formatFields(text: string, args: readonly Value[]): string {
  const { positional, keywords } = splitKwargs(args);
  let auto = 0;
  const lookUp = (field: string): Value => {
    const m = /^([^.[]*)(.*)$/s.exec(field)!;
    const name = m[1] === "" ? String(auto++) : m[1];
    let value = /^\d+$/.test(name) ? positional[Number(name)] : keywords.get(name);
    if (value === undefined) {
      throw /^\d+$/.test(name)
        ? error("IndexError", `Replacement index ${name} out of range for positional args tuple`)
        : error("KeyError", name);
    }
    for (const step of m[2].matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      if (step[1] !== undefined) value = attr(value, step[1]);
      else value = getItem(value, /^\d+$/.test(step[2]) ? Number(step[2]) : step[2]);
    }
    return value;
  };
  return expand(text, lookUp);
}

function expand(text: string, lookUp: (field: string) => Value): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if ((c === "{" || c === "}") && text[i + 1] === c) {
      out += c;
      i++;
    } else if (c === "}") throw valueError("Single '}' encountered in format string");
    else if (c !== "{") out += c;
    else {
      const end = closing(text, i);
      const m = /^((?:[^!:[]|\[[^\]]*\])*)(?:!([rsa]))?(?::(.*))?$/s.exec(text.slice(i + 1, end));
      if (!m) throw valueError("expected '}' before end of string");
      const value = conversions[m[2] ?? ""](lookUp(m[1]));
      out += format(value, m[3] === undefined ? "" : expand(m[3], lookUp));
      i = end;
    }
  }
  return out;
}

function closing(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  throw valueError("Single '{' encountered in format string");
}

/** `text % values`. */
export function formatPercent(text: string, values: Value): string {
  const items = values instanceof Tuple ? values.items : [values];
  const mapping = values instanceof Dict;
  let next = 0;
  const take = (): Value => {
    if (next >= items.length) throw typeError("not enough arguments for format string");
    return items[next++];
  };
  const out = text.replace(
    /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs,
    (_all, key: string | undefined, flags: string, width = "", precision: string | undefined, code: string) => {
      if (code === "%") return "%";
      const w = width === "*" ? str(take()) : width;
      const p = precision === "*" ? str(take()) : precision;
      const value = key === undefined ? take() : getItem(values, key);
      return percentField(value, flags, w, p, code);
    },
  );
  if (next < items.length && !mapping) throw typeError("not all arguments converted during string formatting");
  return out;
}

function percentField(value: Value, flags: string, width: string, precision: string | undefined, code: string): string {
  const left = flags.includes("-") ? "<" : ">";
  if ("sra".includes(code)) {
    const shown = code === "s" ? str(value) : repr(value);
    return formatText(shown, `${left}${width}${precision === undefined ? "" : `.${precision}`}`);
  }
  if (code === "c")
    return formatText(typeof value === "string" ? value : String.fromCodePoint(Number(value)), left + width);
  const number = asNumber(value);
  if (number === undefined) {
    const wants = "diu".includes(code) ? "a real number" : "oxX".includes(code) ? "an integer" : "real";
    throw typeError(
      wants === "real"
        ? `must be real number, not ${typeName(value)}`
        : `%${code} format: ${wants} is required, not ${typeName(value)}`,
    );
  }
  const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const zero = flags.includes("0") && left === ">" ? "0" : "";
  const alternate = flags.includes("#") ? "#" : "";
  const align = zero === "" ? left : "";
  if ("diu".includes(code)) {
    const whole = typeof number === "bigint" ? number : Math.trunc(Number(number)) + 0;
    return formatNumber(whole, `${align}${sign}${zero}${width}d`);
  }
  const spec = `${align}${sign}${alternate}${zero}${width}`;
  if ("oxX".includes(code)) return formatNumber(number as number | bigint, spec + code);
  const float = number instanceof PyFloat ? number : new PyFloat(Number(number));
  return formatNumber(float, `${spec}${precision === undefined ? "" : `.${precision}`}${code}`);
}

/** Numbers, and objects that can be a float (one-element tensors). */
function asNumber(value: Value): number | bigint | PyFloat | undefined {
  if (typeof value === "bigint" || typeof value === "number" || value instanceof PyFloat) return value;
  const plain = numberOf(value);
  return plain ?? numberFromObject(value);
}

let numberFromObject: (value: Value) => number | PyFloat | undefined = () => undefined;

/** Lets `float.ts`'s conversion by `__float__` serve `%d` and `%f` (set once by the numeric built-ins). */
export function convertNumbersWith(convert: typeof numberFromObject): void {
  numberFromObject = convert;
}
