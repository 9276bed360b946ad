import { toNumbers } from "../tensor/elements";
import { floatText } from "../tensor/ops/nn/python_text";
import { Double } from "../tensor/scalar";
import { Tensor } from "../tensor/tensor";
import { formatTensor } from "../tensor/text/format";
import { itemsOf } from "./dictionary";

/** A setting as Python's `str` writes it. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof Double) return floatText(value.value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : floatText(value);
  if (value instanceof Tensor) {
    // As an f-string shows it: a 0-dim tensor by its number.
    if (value.ndim > 0 || value.isAbstract) return formatTensor(value);
    const number = toNumbers(value)[0];
    return value.dtype.kind === "float" ? floatText(number) : String(number);
  }
  if (Array.isArray(value) && value.every((v) => typeof v === "string"))
    return `[${value.map((v) => `'${v}'`).join(", ")}]`;
  const items = itemsOf(value);
  if (items) return `(${items.map(settingText).join(", ")}${items.length === 1 ? "," : ""})`;
  return String(value);
}

/** `torch.typename(value)`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (value instanceof Tensor) return `torch.${value.dtype.scalarName}Tensor`;
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (value instanceof Double) return "float";
  if (Array.isArray(value)) return "list";
  return (value as { typeName?: string }).typeName ?? (value as object).constructor?.name ?? "object";
}
