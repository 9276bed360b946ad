/** int, float, bool, complex: constructors, conversions and methods. */

import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { convertNumbersWith, formatNumber, formatText } from "../format";
import { call, construct, native, splitKwargs } from "../function";
import { binary, binaryOperators, invert, neg, numeric, pos } from "../operators";
import { repr } from "../text";
import type { PyType, Value } from "../type";
import { boolType, complexType, floatType, intType, NotImplemented, typeName, typeOf } from "../types";
import { Bytes } from "../values/bytes";
import { Complex } from "../values/complex";
import { floatRepr, numberOf, PyFloat, toFloat } from "../values/float";
import { indexOf, isInt, normalize, toBigInt } from "../values/int";
import { Tuple } from "../values/tuple";
import { getters, methods } from "./table";

/** An exact int from a finite number without fraction. */
export function wholeToInt(x: number): number | bigint {
  return Number.isSafeInteger(x) ? x + 0 : normalize(BigInt(x));
}

/** `int(v)`. */
export function toInt(v: Value, base: Value = undefined): Value {
  if (typeof v === "string" || v instanceof Bytes)
    return parseInt_(typeof v === "string" ? v : String.fromCharCode(...v.data), base);
  if (base !== undefined) throw typeError("int() can't convert non-string with explicit base");
  if (typeof v === "boolean") return Number(v);
  if (isInt(v)) return v;
  const x = typeof v === "number" ? v : v instanceof PyFloat ? v.value : undefined;
  if (x !== undefined) return truncate(x);
  for (const name of ["__int__", "__index__", "__trunc__"]) {
    const dunder = v === null ? undefined : typeOf(v).lookup(name);
    if (dunder !== undefined) return call(dunder, v);
  }
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(v)}'`);
}

export function truncate(x: number): number | bigint {
  if (Number.isNaN(x)) throw valueError("cannot convert float NaN to integer");
  if (!Number.isFinite(x)) throw error("OverflowError", "cannot convert float infinity to integer");
  return wholeToInt(Math.trunc(x));
}

const prefixes: Readonly<Record<number, string>> = { 2: "0b", 8: "0o", 16: "0x" };

function parseInt_(text: string, baseValue: Value): number | bigint {
  const base = baseValue === undefined ? 10 : (indexOf(baseValue) ?? 10);
  const bad = () => valueError(`invalid literal for int() with base ${base}: ${repr(text)}`);
  let body = text.trim().toLowerCase();
  const negative = body.startsWith("-");
  if (/^[+-]/.test(body)) body = body.slice(1);
  let radix = base;
  if (base === 0) radix = body.startsWith("0x") ? 16 : body.startsWith("0b") ? 2 : body.startsWith("0o") ? 8 : 10;
  if (prefixes[radix] !== undefined && body.startsWith(prefixes[radix])) body = body.slice(2);
  if (!/^[0-9a-z]+(_[0-9a-z]+)*$/.test(body)) throw bad();
  let value = 0n;
  for (const c of body.replaceAll("_", "")) {
    const digit = Number.parseInt(c, 36);
    if (digit >= radix) throw bad();
    value = value * BigInt(radix) + BigInt(digit);
  }
  return normalize(negative ? -value : value);
}

/** `float(v)` as a JS number. */
export function toDouble(v: Value): number {
  const x = numberOf(v);
  if (x !== undefined) return x;
  if (typeof v === "string") return parseFloat_(v);
  for (const name of ["__float__", "__index__"]) {
    const dunder = v === null ? undefined : typeOf(v).lookup(name);
    if (dunder !== undefined) return numberOf(call(dunder, v))!;
  }
  throw typeError(`float() argument must be a string or a real number, not '${typeName(v)}'`);
}

function parseFloat_(text: string): number {
  const body = text.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(body);
  if (special) return (special[1] === "-" ? -1 : 1) * (special[2] === "nan" ? Number.NaN : Infinity);
  if (!/^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+)(e[+-]?\d+)?$/.test(body)) {
    throw valueError(`could not convert string to float: ${repr(text)}`);
  }
  return Number(body.replaceAll("_", ""));
}

function converts(type: PyType, make: (args: readonly Value[], keywords: ReadonlyMap<string, Value>) => Value): void {
  type.called = (called, args) => {
    if (called !== type) return construct(called, args);
    const { positional, keywords } = splitKwargs(args);
    return make(positional, keywords);
  };
}

converts(intType, ([v = 0, base], keywords) => toInt(v, base ?? keywords.get("base")));
converts(floatType, ([v = 0]) => toFloat(toDouble(v)));
converts(boolType, ([v = false]) => truthy(v));
/** Both parts in the format's number type, within its width. */
function formatComplex(v: Complex, spec: string): string {
  const [, align = "", sign = "", width = "", rest = ""] = /^((?:.?[<>^])?)([-+ ]?)(\d*)(.*)$/s.exec(spec) ?? [];
  if (!/[a-zA-Z]$/.test(rest)) return formatText(v.text(), `${align || ">"}${width}`);
  const number = `${formatNumber(toFloat(v.re), sign + rest)}${formatNumber(toFloat(v.im), `+${rest}`)}j`;
  return formatText(number, `${align || ">"}${width}`);
}

const DIGITS = String.raw`(?:\d[\d_]*\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?|nan)`;
const COMPLEX = new RegExp(`^(?:([+-]?${DIGITS})(?:([+-]${DIGITS}?)j)?|([+-]?${DIGITS}?)j)$`, "i");

/** `complex("1+2j")`. */
function complexOfText(text: string): Complex {
  const found = COMPLEX.exec(text.trim().replace(/^\((.*)\)$/, "$1"));
  if (!found) throw valueError("complex() arg is a malformed string");
  const [, re = "0", added, alone] = found;
  const im = added ?? alone ?? "0";
  return new Complex(toDouble(re), /^[+-]?$/.test(im) ? Number(`${im}1`) : toDouble(im));
}

converts(complexType, ([re = 0, im = 0], keywords) => {
  const own = re === null ? undefined : typeOf(re).lookup("__complex__");
  if (own !== undefined) return call(own, re);
  if (typeof re === "string") return complexOfText(re);
  const [x, y] = [Complex.of(keywords.get("real") ?? re), Complex.of(keywords.get("imag") ?? im)];
  if (!x || !y) throw typeError(`complex() first argument must be a string or a number, not '${typeName(re)}'`);
  // Infinite parts would become nan in the product.
  return x.im === 0 && y.im === 0 ? new Complex(x.re, y.re) : x.plus(y.times(new Complex(0, 1)));
});

convertNumbersWith((v) => {
  const dunder = v === null ? undefined : typeOf(v).lookup("__float__");
  return dunder === undefined ? undefined : (call(dunder, v) as number | PyFloat);
});

// `x.__add__(y)` and the like: also what classes derived from numbers inherit.
for (const type of [intType, floatType]) {
  for (const op of Object.values(binaryOperators)) {
    if (type === floatType && op.floats === undefined) continue;
    if (op.ints === undefined) continue;
    type.define(
      op.left,
      native(op.left, "self, value, /", (a, b) => numeric(op, a, b) ?? NotImplemented),
    );
    type.define(
      op.right,
      native(op.right, "self, value, /", (a, b) => numeric(op, b, a) ?? NotImplemented),
    );
  }
  methods(type, {
    __neg__: ["", neg],
    __pos__: ["", pos],
    __abs__: ["", (v: Value) => absolute(v)],
    __int__: ["", (v: Value) => toInt(v)],
    __float__: ["", (v: Value) => toFloat(toDouble(v))],
    __bool__: ["", truthy],
    conjugate: ["", (v: Value) => v],
  });
  getters(type, { real: (v) => v, imag: () => 0 });
}

methods(intType, {
  __invert__: ["", invert],
  __index__: ["", (v: Value) => toInt(v)],
  bit_length: ["", (v: number | bigint | boolean) => absBig(v).toString(2).replace(/^0$/, "").length],
  bit_count: ["", (v: number | bigint | boolean) => absBig(v).toString(2).replaceAll("0", "").length],
  as_integer_ratio: ["", (v: Value) => new Tuple([v, 1])],
  is_integer: ["", () => true],
});
getters(intType, { numerator: (v) => v, denominator: () => 1 });

methods(floatType, {
  is_integer: ["", (v: Value) => Number.isInteger(Number(v))],
  hex: ["", (v: Value) => floatRepr(Number(v))],
  as_integer_ratio: ["", (v: Value) => ratio(Number(v))],
});

methods(complexType, {
  __format__: ["spec, /", formatComplex],
  conjugate: ["", (v: Complex) => new Complex(v.re, -v.im)],
  __abs__: ["", (v: Complex) => toFloat(Math.hypot(v.re, v.im))],
});
getters(complexType, { real: (v: Complex) => toFloat(v.re), imag: (v: Complex) => toFloat(v.im) });

function absBig(v: number | bigint | boolean): bigint {
  const n = toBigInt(v);
  return n < 0n ? -n : n;
}

function ratio(x: number): Tuple {
  let denominator = 1n;
  let scaled = x;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return new Tuple([wholeToInt(scaled), normalize(denominator)]);
}

/** `abs(v)`. */
export function absolute(v: Value): Value {
  if (typeof v === "number") return Math.abs(v);
  if (v instanceof PyFloat) return new PyFloat(Math.abs(v.value));
  if (typeof v === "bigint" || typeof v === "boolean") return normalize(absBig(v));
  const dunder = v === null ? undefined : typeOf(v).lookup("__abs__");
  if (dunder !== undefined) return call(dunder, v);
  throw typeError(`bad operand type for abs(): '${typeName(v)}'`);
}

/** `pow(a, b, modulus)`. */
export function power(a: Value, b: Value, modulus: Value): Value {
  if (modulus === null) return binary(binaryOperators.pow, a, b);
  if (!isInt(a) || !isInt(b) || !isInt(modulus)) {
    throw typeError("pow() 3rd argument not allowed unless all arguments are integers");
  }
  const m = toBigInt(modulus);
  if (m === 0n) throw valueError("pow() 3rd argument cannot be 0");
  let [base, exponent, result] = [((toBigInt(a) % m) + m) % m, toBigInt(b), 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % m;
    base = (base * base) % m;
  }
  return normalize(((result % m) + m) % m);
}
