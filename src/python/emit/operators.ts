import type { BinaryOperator, CompareOperator } from "../ast";
import { LEVEL } from "./doc";

export interface OperatorSpelling {
  /** The helper of `$`; in place it is `i` and this, without a final underscore. */
  readonly executable: string;
  /** The helper a reader sees where TypeScript's operator would mean something else. */
  readonly helper: string;
  /** TypeScript's own operator, right for numbers. */
  readonly native: string;
  readonly level: number;
}

const operator = (executable: string, helper: string, native: string, level: number): OperatorSpelling => ({
  executable,
  helper,
  native,
  level,
});

export const BINARY_OPERATORS: Readonly<Record<BinaryOperator, OperatorSpelling>> = {
  "+": operator("add", "add", "+", LEVEL.additive),
  "-": operator("sub", "sub", "-", LEVEL.additive),
  "*": operator("mul", "mul", "*", LEVEL.multiplicative),
  "/": operator("truediv", "div", "/", LEVEL.multiplicative),
  "//": operator("floordiv", "floorDiv", "", LEVEL.atom),
  "%": operator("mod", "mod", "%", LEVEL.multiplicative),
  "@": operator("matmul", "matmul", "", LEVEL.atom),
  "**": operator("pow", "pow", "**", LEVEL.power),
  "<<": operator("lshift", "lshift", "<<", LEVEL.shift),
  ">>": operator("rshift", "rshift", ">>", LEVEL.shift),
  "&": operator("and_", "bitAnd", "&", 7),
  "|": operator("or_", "bitOr", "|", 5),
  "^": operator("xor", "bitXor", "^", 6),
};

export const inPlace = (spelling: OperatorSpelling): string => `i${spelling.executable.replace(/_$/, "")}`;

export const COMPARE_OPERATORS: Readonly<Record<CompareOperator, OperatorSpelling>> = {
  "==": operator("eq", "eq", "===", LEVEL.equality),
  "!=": operator("ne", "ne", "!==", LEVEL.equality),
  "<": operator("lt", "lt", "<", LEVEL.relational),
  "<=": operator("le", "le", "<=", LEVEL.relational),
  ">": operator("gt", "gt", ">", LEVEL.relational),
  ">=": operator("ge", "ge", ">=", LEVEL.relational),
  is: operator("is_", "", "===", LEVEL.equality),
  "is not": operator("isNot", "", "!==", LEVEL.equality),
  in: operator("in_", "contains", "", LEVEL.atom),
  "not in": operator("notIn", "contains", "", LEVEL.atom),
};

/** Comparisons whose result is always a bool. */
export const BOOLEAN_COMPARISONS: ReadonlySet<CompareOperator> = new Set(["is", "is not", "in", "not in"]);
