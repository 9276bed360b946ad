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

export type Scalar = number | bigint | boolean | Double;
export type ScalarKind = "bool" | "int" | "float";

export function isScalar(x: unknown): x is Scalar {
  return typeof x === "number" || typeof x === "boolean" || typeof x === "bigint" || x instanceof Double;
}

export function scalarKind(x: Scalar): ScalarKind {
  if (typeof x === "boolean") return "bool";
  if (typeof x === "bigint") return "int";
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
