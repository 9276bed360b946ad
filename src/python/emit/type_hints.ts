import type { Expression } from "../ast";

/** Python's own types in TypeScript's words. A hint that says less, or that a value may be None, reads `Value`. */
const TYPES: Readonly<Record<string, string>> = {
  int: "number",
  float: "number",
  str: "string",
  bool: "boolean",
  None: "void",
  Tensor: "Tensor",
};

/**
 * A Python type hint in TypeScript's words. Python does not hold values to their hints, so only those are kept that
 * nothing a note does contradicts.
 */
export function typeScriptType(node: Expression): string {
  if (node.type === "Name") return TYPES[node.id] ?? "Value";
  if (node.type === "Const") return node.value === null ? "void" : "Value";
  if (node.type === "Attribute" && node.value.type === "Name" && node.value.id === "torch")
    return TYPES[node.name] ?? "Value";
  return "Value";
}
