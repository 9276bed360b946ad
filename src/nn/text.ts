import { floatText } from "../tensor/ops/nn/python_text";
import { Double } from "../tensor/scalar";
import { Tensor } from "../tensor/tensor";
import { formatTensor } from "../tensor/text/format";

/** A setting of a module as Python's `repr` writes it; arrays stand for tuples. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return `'${value}'`;
  if (value instanceof Double) return floatText(value.value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : floatText(value);
  if (Array.isArray(value)) return tupleText(value);
  if (value instanceof Tensor) return formatTensor(value);
  return String(value);
}

/** `(1,)`, `(1, 2)`. */
export function tupleText(values: readonly unknown[]): string {
  return values.length === 1 ? `(${valueText(values[0])},)` : `(${values.map(valueText).join(", ")})`;
}

/** A setting as `str` writes it: text without quotes. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : valueText(value);
}

/** `name=value` pairs joined by commas; pairs whose third member is false are left out. */
export function settingsText(...pairs: readonly (readonly [name: string, value: unknown, show?: boolean])[]): string {
  return pairs
    .filter(([, , show]) => show !== false)
    .map(([name, value]) => `${name}=${plainText(value)}`)
    .join(", ");
}
