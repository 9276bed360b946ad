/**
 * Python's operators. Numbers come first and allocate nothing; then text; everything else goes through the operands'
 * classes (`__add__`, `__radd__`, …), native ones included.
 */
import { error, typeError } from "./exceptions";
import { apply, call } from "./function";
import type { Value } from "./type";
import { NotImplemented, typeName, typeOf } from "./types";
import { Complex } from "./values/complex";
import { numberOf, PyFloat, toFloat } from "./values/float";
import { isInt, normalize, toBigInt } from "./values/int";

const { isInteger } = Number;
const EXACT = Number.MAX_SAFE_INTEGER;

/** A binary operator: its sign, its methods, and what it does to two numbers that are not both plain. */
interface Binary {
  readonly sign: string;
  readonly left: string;
  readonly right: string;
  readonly inPlace: string;
  readonly ints?: (a: bigint, b: bigint) => Value;
  readonly floats?: (a: number, b: number) => Value;
  readonly complexes?: (a: Complex, b: Complex) => Complex;
  /** For texts: `** or pow()`, `+=`. */
  readonly shown?: string;
}

const entry = (name: string, sign: string, rest: Partial<Binary> = {}): Binary => ({
  sign,
  left: `__${name}__`,
  right: `__r${name}__`,
  inPlace: `__i${name}__`,
  ...rest,
});

const zero = (message: string): Error => error("ZeroDivisionError", message);

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw zero("integer division or modulo by zero");
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

function floatModulo(a: number, b: number): number {
  if (b === 0) throw zero("float modulo");
  const r = a % b;
  if (r !== 0) return r < 0 !== b < 0 ? r + b : r;
  return b < 0 ? -0 : 0;
}

function floatFloorDivide(a: number, b: number): number {
  if (b === 0) throw zero("float floor division by zero");
  const quotient = (a - floatModulo(a, b)) / b;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** Powers of more bits would take minutes. */
const MOST_BITS = 2n ** 27n;

/** Bits of |a| less one: 0 for 0, 1 and -1. */
function sizeInBits(a: bigint): number {
  const digits = (a < 0n ? -a : a).toString(16);
  return 4 * (digits.length - 1) + 31 - Math.clz32(Number.parseInt(digits[0], 16) || 1);
}

function intPower(a: bigint, b: bigint): Value {
  if (b >= 0n) {
    if (b > 64n && BigInt(sizeInBits(a)) * b > MOST_BITS) throw error("MemoryError");
    return normalize(a ** b);
  }
  if (a === 0n) throw zero("0.0 cannot be raised to a negative power");
  return toFloat(Number(a) ** Number(b));
}

function floatPower(a: number, b: number): Value {
  if (a === 0 && b < 0) throw zero("0.0 cannot be raised to a negative power");
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !isInteger(b))
    return new Complex(a, 0).power(new Complex(b, 0));
  // C says 1 ** nan == 1 and (-1) ** inf == 1.
  if (a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return toFloat(1);
  const r = a ** b;
  if (!Number.isFinite(r) && Number.isFinite(a) && Number.isFinite(b)) {
    throw error("OverflowError", 34, "Numerical result out of range");
  }
  return toFloat(r);
}

function divide(a: number, b: number): Value {
  if (b === 0) throw zero("float division by zero");
  return toFloat(a / b);
}

function shift(a: bigint, b: bigint): bigint {
  if (b < 0n) throw error("ValueError", "negative shift count");
  return a << b;
}

const ADD = entry("add", "+", {
  ints: (a, b) => normalize(a + b),
  floats: (a, b) => toFloat(a + b),
  complexes: (a, b) => a.plus(b),
});
const SUB = entry("sub", "-", {
  ints: (a, b) => normalize(a - b),
  floats: (a, b) => toFloat(a - b),
  complexes: (a, b) => a.minus(b),
});
const MUL = entry("mul", "*", {
  ints: (a, b) => normalize(a * b),
  floats: (a, b) => toFloat(a * b),
  complexes: (a, b) => a.times(b),
});
const TRUEDIV = entry("truediv", "/", {
  ints(a, b) {
    if (b === 0n) throw zero("division by zero");
    return toFloat(Number(a) / Number(b));
  },
  floats: divide,
  complexes: (a, b) => a.over(b),
});
const FLOORDIV = entry("floordiv", "//", {
  ints: (a, b) => normalize(floorDivide(a, b)),
  floats: (a, b) => toFloat(floatFloorDivide(a, b)),
});
const MOD = entry("mod", "%", {
  ints(a, b) {
    if (b === 0n) throw zero("integer division or modulo by zero");
    const r = a % b;
    return normalize(r !== 0n && r < 0n !== b < 0n ? r + b : r);
  },
  floats: (a, b) => toFloat(floatModulo(a, b)),
});
const POW = entry("pow", "**", {
  ints: intPower,
  floats: floatPower,
  complexes: (a, b) => a.power(b),
  shown: "** or pow()",
});
const MATMUL = entry("matmul", "@");
const LSHIFT = entry("lshift", "<<", { ints: (a, b) => normalize(shift(a, b)) });
const RSHIFT = entry("rshift", ">>", { ints: (a, b) => normalize(a >> b) });
const AND = entry("and", "&", { ints: (a, b) => normalize(a & b) });
const OR = entry("or", "|", { ints: (a, b) => normalize(a | b) });
const XOR = entry("xor", "^", { ints: (a, b) => normalize(a ^ b) });

/** The operators by the middle of their method's name: "add", "truediv" … */
export const binaryOperators: Readonly<Record<string, Binary>> = Object.fromEntries(
  [ADD, SUB, MUL, TRUEDIV, FLOORDIV, MOD, POW, MATMUL, LSHIFT, RSHIFT, AND, OR, XOR].map((op) => [
    op.left.slice(2, -2),
    op,
  ]),
);

/** Two numbers of any kind, or undefined when the operator or the operands are not numeric. */
export function numeric(op: Binary, a: Value, b: Value): Value | undefined {
  if (isInt(a) && isInt(b)) return op.ints?.(toBigInt(a), toBigInt(b));
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return op.floats?.(x, y);
  if (a instanceof Complex || b instanceof Complex) {
    const [p, q] = [Complex.of(a), Complex.of(b)];
    if (p && q) return op.complexes?.(p, q);
  }
  return undefined;
}

/** `a op b` by the operands' classes, the right one first when it is of a derived class. */
export function binary(op: Binary, a: Value, b: Value, sign = op.shown ?? op.sign): Value {
  if (op === AND || op === OR || op === XOR) {
    if (typeof a === "boolean" && typeof b === "boolean") return op === AND ? a && b : op === OR ? a || b : a !== b;
  }
  const number = numeric(op, a, b);
  if (number !== undefined) return number;
  const [left, right] = [typeOf(a), typeOf(b)];
  const forward = left.lookup(op.left);
  const backward = right === left ? undefined : right.lookup(op.right);
  if (backward !== undefined && right.isSubtypeOf(left) && backward !== left.lookup(op.right)) {
    const result = call(backward, b, a);
    if (result !== NotImplemented) return result;
  }
  if (forward !== undefined) {
    const result = call(forward, a, b);
    if (result !== NotImplemented) return result;
  }
  if (backward !== undefined) {
    const result = call(backward, b, a);
    if (result !== NotImplemented) return result;
  }
  throw unsupported(op, a, b, sign);
}

function unsupported(op: Binary, a: Value, b: Value, sign: string): Error {
  if (op === ADD && typeof a === "string") {
    return typeError(`can only concatenate str (not "${typeName(b)}") to str`);
  }
  const sequences = ["list", "tuple"];
  if (op === ADD && sequences.includes(typeName(a))) {
    return typeError(`can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
  }
  if (op === MUL) {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      if (["str", ...sequences].includes(typeName(one))) {
        return typeError(`can't multiply sequence by non-int of type '${typeName(other)}'`);
      }
    }
  }
  return typeError(`unsupported operand type(s) for ${sign}: '${typeName(a)}' and '${typeName(b)}'`);
}

/** The number of a float or a plain number; undefined for everything else. */
const real = (v: Value): number | undefined => (typeof v === "number" ? v : v instanceof PyFloat ? v.value : undefined);

/** Is one of them a boxed float? Then what is a number at all is taken as a float. */
const isBoxed = (a: Value, b: Value): boolean => a instanceof PyFloat || b instanceof PyFloat;

export function add(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const r = a + b;
    if (!isInteger(r)) return r;
    if (isInteger(a) && isInteger(b)) return r <= EXACT && r >= -EXACT ? r : BigInt(a) + BigInt(b);
    return new PyFloat(r);
  }
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (isBoxed(a, b)) {
    const [x, y] = [real(a), real(b)];
    if (x !== undefined && y !== undefined) return toFloat(x + y);
  }
  return binary(ADD, a, b);
}

export function sub(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const r = a - b;
    if (!isInteger(r)) return r;
    if (isInteger(a) && isInteger(b)) return r <= EXACT && r >= -EXACT ? r : BigInt(a) - BigInt(b);
    return new PyFloat(r);
  }
  if (isBoxed(a, b)) {
    const [x, y] = [real(a), real(b)];
    if (x !== undefined && y !== undefined) return toFloat(x - y);
  }
  return binary(SUB, a, b);
}

export function mul(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    const r = a * b;
    if (isInteger(a) && isInteger(b)) return r <= EXACT && r >= -EXACT ? r + 0 : BigInt(a) * BigInt(b);
    return isInteger(r) ? new PyFloat(r) : r;
  }
  if (isBoxed(a, b)) {
    const [x, y] = [real(a), real(b)];
    if (x !== undefined && y !== undefined) return toFloat(x * y);
  }
  return binary(MUL, a, b);
}

export function truediv(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") {
    if (b === 0) throw zero(isInteger(a) ? "division by zero" : "float division by zero");
    const r = a / b;
    return isInteger(r) ? new PyFloat(r) : r;
  }
  if (isBoxed(a, b)) {
    const [x, y] = [real(a), real(b)];
    if (x !== undefined && y !== undefined) return divide(x, y);
  }
  return binary(TRUEDIV, a, b);
}

export function floordiv(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && isInteger(a) && isInteger(b)) {
    if (b === 0) throw zero("integer division or modulo by zero");
    let r = a % b;
    if (r !== 0 && r < 0 !== b < 0) r += b;
    return (a - r) / b + 0;
  }
  return binary(FLOORDIV, a, b);
}

export function mod(a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number" && isInteger(a) && isInteger(b)) {
    if (b === 0) throw zero("integer modulo by zero");
    const r = a % b;
    return r !== 0 && r < 0 !== b < 0 ? r + b : r + 0;
  }
  return binary(MOD, a, b);
}

export function pow(a: Value, b: Value): Value {
  if (b === 2 && real(a) !== undefined) return mul(a, a);
  if (typeof a === "number" && typeof b === "number" && isInteger(a) && isInteger(b) && b >= 0) {
    const r = a ** b;
    return r <= EXACT && r >= -EXACT ? r + 0 : intPower(BigInt(a), BigInt(b));
  }
  return binary(POW, a, b);
}

export const matmul = (a: Value, b: Value): Value => binary(MATMUL, a, b);
export const lshift = (a: Value, b: Value): Value => binary(LSHIFT, a, b);
export const rshift = (a: Value, b: Value): Value => binary(RSHIFT, a, b);

const isSmall = (a: Value): a is number => typeof a === "number" && (a | 0) === a;
export const and_ = (a: Value, b: Value): Value => (isSmall(a) && isSmall(b) ? a & b : binary(AND, a, b));
export const or_ = (a: Value, b: Value): Value => (isSmall(a) && isSmall(b) ? a | b : binary(OR, a, b));
export const xor = (a: Value, b: Value): Value => (isSmall(a) && isSmall(b) ? a ^ b : binary(XOR, a, b));

/** `a op= b`: `__iop__` where the left operand's class has one. */
function inPlace(op: Binary, plain: (a: Value, b: Value) => Value): (a: Value, b: Value) => Value {
  return (a, b) => {
    if (typeof a === "object" && a !== null) {
      if (a instanceof PyFloat && real(b) !== undefined) return plain(a, b);
      const dunder = typeOf(a).lookup(op.inPlace);
      if (dunder !== undefined) {
        const result = call(dunder, a, b);
        if (result !== NotImplemented) return result;
      }
      return binary(op, a, b, `${op.sign}=`);
    }
    if (typeof a === "number" && real(b) !== undefined) return plain(a, b);
    return typeof a === "string" && typeof b === "string" ? plain(a, b) : binary(op, a, b, `${op.sign}=`);
  };
}

export const iadd = inPlace(ADD, add);
export const isub = inPlace(SUB, sub);
export const imul = inPlace(MUL, mul);
export const itruediv = inPlace(TRUEDIV, truediv);
export const ifloordiv = inPlace(FLOORDIV, floordiv);
export const imod = inPlace(MOD, mod);
export const ipow = inPlace(POW, pow);
export const imatmul = inPlace(MATMUL, matmul);
export const ilshift = inPlace(LSHIFT, lshift);
export const irshift = inPlace(RSHIFT, rshift);
export const iand = inPlace(AND, and_);
export const ior = inPlace(OR, or_);
export const ixor = inPlace(XOR, xor);

function unary(sign: string, method: string, a: Value): Value {
  const dunder = typeOf(a).lookup(method);
  if (dunder !== undefined) return apply(dunder, [a]);
  throw typeError(`bad operand type for unary ${sign}: '${typeName(a)}'`);
}

export function neg(a: Value): Value {
  if (typeof a === "number") return 0 - a;
  if (a instanceof PyFloat) return new PyFloat(-a.value);
  if (typeof a === "bigint") return normalize(-a);
  if (typeof a === "boolean") return a ? -1 : 0;
  if (a instanceof Complex) return new Complex(-a.re, -a.im);
  return unary("-", "__neg__", a);
}

export function pos(a: Value): Value {
  if (typeof a === "boolean") return Number(a);
  if (numberOf(a) !== undefined || a instanceof Complex) return a;
  return unary("+", "__pos__", a);
}

export function invert(a: Value): Value {
  if (isInt(a)) return normalize(~toBigInt(a));
  return unary("~", "__invert__", a);
}

export { compareEqual, contains, eq, ge, gt, in_, is_, isNot, le, lt, ne, notIn, truthy } from "./comparison";
