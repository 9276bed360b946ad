import { check } from "../../errors";
import { type Scalar, toNumber } from "../../scalar";

/** One number for all dimensions, or one per dimension. */
export type IntList = Scalar | readonly Scalar[];

/** `n` numbers from an int or a list of ints; a list of one counts for all. */
export function expandInts(value: IntList, n: number, name: string): number[] {
  const list = Array.isArray(value) ? (value as readonly Scalar[]).map(toNumber) : [toNumber(value as Scalar)];
  if (list.length === 1) return new Array<number>(n).fill(list[0]);
  check(
    list.length === n,
    () =>
      `expected ${name} to be a single integer value or a list of ${n} values to match the convolution dimensions, but got ${name}=[${list.join(", ")}]`,
  );
  return list;
}

/** As `expandInts`; null stays null. */
export function expandIntsOr(
  value: IntList | null,
  n: number,
  fallback: readonly number[],
  name: string,
): readonly number[] {
  return value === null || (Array.isArray(value) && value.length === 0) ? fallback : expandInts(value, n, name);
}
