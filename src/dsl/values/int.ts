/** Python ints: JS numbers while they are exact, bigints beyond. */
import { apply } from "../function";
import type { Value } from "../type";
import { typeOf } from "../types";

/** The int as a JS number when it is exact there. */
export function normalize(n: bigint): number | bigint {
  return n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n;
}

export function isInt(v: Value): v is number | bigint | boolean {
  return (typeof v === "number" && Number.isInteger(v)) || typeof v === "boolean" || typeof v === "bigint";
}

export function toBigInt(v: number | bigint | boolean): bigint {
  return BigInt(v);
}

/** The value as an index (`operator.index`), or undefined when it is no integer. */
export function indexOf(v: Value): number | undefined {
  if (typeof v === "number") return Number.isInteger(v) ? v : undefined;
  if (typeof v === "boolean") return v ? 1 : 0;
  if (typeof v === "bigint") return Number(v);
  if (typeof v !== "object" || v === null) return undefined;
  const dunder = typeOf(v).lookup("__index__");
  return dunder === undefined ? undefined : Number(apply(dunder, [v]));
}
