import type { Scalar } from "./scalar";
import { Double } from "./scalar";

/** `Tensor?`, `int[2]`, … taken apart. `list`: null for a single value, 0 for `[]`, n for `[n]`. */
export interface ParamType {
  readonly base: string;
  readonly list: number | null;
  readonly optional: boolean;
}

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  /** undefined: required. */
  readonly default: DefaultValue | undefined;
  readonly keywordOnly: boolean;
}

export type DefaultValue = Scalar | string | null | readonly number[];

export interface Schema {
  readonly name: string;
  readonly overload: string;
  readonly params: readonly Param[];
  /** Names and types of the results; names are "" where the schema gives none. */
  readonly returns: readonly { readonly name: string; readonly type: ParamType }[];
}

/**
 * Reads a signature in the form of PyTorch's `native_functions.yaml`, for example
 * `sum.dim_IntList(Tensor self, int[]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`.
 * Defaults: True, False, None, numbers (with a point: float), 'text', bare words (as text), [1, 2].
 */
export function parseSchema(text: string): Schema {
  const head = /^\s*(\w+)(?:\.(\w+))?\((.*?)\)\s*(?:->\s*(.*))?$/.exec(text);
  if (!head) throw new Error(`malformed schema: ${text}`);
  const [, name, overload = "", params, returns = ""] = head;
  let keywordOnly = false;
  const parsed: Param[] = [];
  for (const part of splitTop(params)) {
    if (part === "*") keywordOnly = true;
    else parsed.push(parseParam(part, keywordOnly));
  }
  const inner = returns.trim().replace(/^\((.*)\)$/, "$1");
  return { name, overload, params: parsed, returns: splitTop(inner).map(parseReturn) };
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "(") depth++;
    else if (c === "]" || c === ")") depth--;
    else if ((c === "," && depth === 0) || i === text.length) {
      const part = text.slice(start, i).trim();
      if (part) parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

function parseParam(text: string, keywordOnly: boolean): Param {
  const m = /^(\S+)\s+(\w+)(?:\s*=\s*(.*))?$/.exec(text);
  if (!m) throw new Error(`malformed parameter: ${text}`);
  return {
    name: m[2],
    type: parseType(m[1]),
    default: m[3] === undefined ? undefined : parseDefault(m[3].trim(), parseType(m[1])),
    keywordOnly,
  };
}

function parseReturn(text: string): { name: string; type: ParamType } {
  const [type, name = ""] = text.split(/\s+/);
  return { name, type: parseType(type) };
}

function parseType(text: string): ParamType {
  const m = /^(\w+)(?:\([a-z!]*\))?(?:\??\[(\d*)\])?(\?)?$/.exec(text);
  if (!m) throw new Error(`malformed type: ${text}`);
  return { base: m[1], list: m[2] === undefined ? null : Number(m[2] || 0), optional: m[3] === "?" };
}

function parseDefault(text: string, type: ParamType): DefaultValue {
  if (text === "None") return null;
  if (text === "True" || text === "False") return text === "True";
  if (text.startsWith("[")) return splitTop(text.slice(1, -1)).map(Number);
  if (/^['"]/.test(text)) return text.slice(1, -1);
  const value = Number(text);
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  if (Number.isNaN(value)) return text;
  const isFloat = type.base === "float" || /[.e]/.test(text);
  return isFloat && Number.isInteger(value) ? new Double(value) : value;
}

/** Whether the parameter holds tensors, which take part in autograd. */
export function isTensorParam(param: Param): boolean {
  return param.type.base === "Tensor";
}
