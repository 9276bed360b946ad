import type { Expression, Subscript } from "../ast";
import { readableName } from "./names";

const SIMPLE_TYPES: Readonly<Record<string, string>> = {
  int: "number",
  float: "number",
  complex: "Complex",
  str: "string",
  bool: "boolean",
  None: "null",
  list: "unknown[]",
  List: "unknown[]",
  dict: "Dict",
  Dict: "Dict",
  tuple: "unknown[]",
  Tuple: "unknown[]",
  Any: "unknown",
  object: "unknown",
};

/** A Python type hint in TypeScript's words; null where there are none. */
export function typeScriptType(node: Expression): string | null {
  switch (node.type) {
    case "Name":
      return SIMPLE_TYPES[node.id] ?? readableName(node.id);
    case "Const":
      return node.value === null ? "null" : String(node.value);
    case "Attribute": {
      const owner = node.value.type === "Name" && node.value.id === "typing" ? "" : typeScriptType(node.value);
      return owner === null ? null : owner === "" ? (SIMPLE_TYPES[node.name] ?? node.name) : `${owner}.${node.name}`;
    }
    case "Binary": {
      const [left, right] = [typeScriptType(node.left), typeScriptType(node.right)];
      return node.op === "|" && left && right ? `${left} | ${right}` : null;
    }
    case "Subscript":
      return genericType(node);
    default:
      return null;
  }
}

function genericType(node: Subscript): string | null {
  const name = node.value.type === "Attribute" ? node.value.name : node.value.type === "Name" ? node.value.id : "";
  const args = (node.index.type === "Tuple" ? node.index.items : [node.index]).map((item) =>
    item.type === "Ellipsis" ? "..." : (typeScriptType(item) ?? "unknown"),
  );
  const [first = "unknown"] = args;
  switch (name) {
    case "Optional":
      return `${first} | null`;
    case "Union":
      return args.join(" | ");
    case "List":
    case "list":
    case "Sequence":
      return /[ |]/.test(first) ? `(${first})[]` : `${first}[]`;
    case "Iterable":
    case "Iterator":
      return `${name}<${first}>`;
    case "Tuple":
    case "tuple":
      return args[1] === "..." ? `${first}[]` : `[${args.join(", ")}]`;
    case "Dict":
    case "dict":
      return `Dict<${args.join(", ")}>`;
    case "Set":
    case "set":
      return `Set<${first}>`;
    case "Callable":
      return "(...args: unknown[]) => unknown";
    default:
      return null;
  }
}
