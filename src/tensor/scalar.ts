import { check } from "./errors";

/**
 * Scalars as Python sees them: `1` and `1.0` differ there and not in JavaScript. A JS number that is integral is an
 * int, any other (nan and infinities too) is a float; `Double` boxes the float whose value happens to be integral.
 */
export class Double {
  constructor(readonly value: number) {}

  valueOf(): number {
    return this.value;
  }
}

/** A complex scalar. As a plain number only one without an imaginary part will do. */
export class ComplexNumber {
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}

  valueOf(): number {
    check(this.im === 0, "value cannot be converted to type double without overflow");
    return this.re;
  }
}

export type Scalar = number | bigint | boolean | Double | ComplexNumber;
export type ScalarKind = "bool" | "int" | "float" | "complex";

export function isScalar(x: unknown): x is Scalar {
  if (typeof x === "object") return x instanceof Double || x instanceof ComplexNumber;
  return typeof x === "number" || typeof x === "boolean" || typeof x === "bigint";
}

/** Whether the scalar is that number. */
export function isNumber(x: Scalar, n: number): boolean {
  return x instanceof ComplexNumber ? x.re === n && x.im === 0 : toNumber(x) === n;
}

/** The real and the imaginary part of a scalar. */
export function partsOfScalar(x: Scalar): readonly [re: number, im: number] {
  return x instanceof ComplexNumber ? [x.re, x.im] : [toNumber(x), 0];
}

export function scalarKind(x: Scalar): ScalarKind {
  if (typeof x === "boolean") return "bool";
  if (typeof x === "bigint") return "int";
  if (x instanceof ComplexNumber) return "complex";
  return typeof x === "number" && Number.isInteger(x) ? "int" : "float";
}

/** The value as a JS number (a bigint beyond 2^53 is rounded). */
export function toNumber(x: Scalar): number {
  return typeof x === "number" ? x : Number(x);
}

/** A float scalar for a JS number: boxed when its value is integral. */
export function toFloat(x: number): number | Double {
  return Number.isInteger(x) ? new Double(x) : x;
}
