/** One value as people want to see it at a glance. Never runs code of the note (no `__repr__` of its classes). */
import { CODE, type PyFunction } from "../dsl/code";
import { PyException } from "../dsl/exceptions";
import { BoundMethod } from "../dsl/function";
import { repr } from "../dsl/text";
import { PyType, type Value } from "../dsl/type";
import { typeOf } from "../dsl/types";
import { Dict } from "../dsl/values/dict";
import { PyFloat } from "../dsl/values/float";
import { PySet } from "../dsl/values/set";
import { Tuple } from "../dsl/values/tuple";
import { Module } from "../nn/module";
import { isTensor } from "../tensor/op";
import type { Tensor } from "../tensor/tensor";
import { summarizeNumbers } from "./numbers";
import type { LayerSummary, ValueSummary } from "./protocol";

const MAX_TEXT = 200;
const MAX_LAYERS = 200;
/** Elements whose statistics are computed without being asked for. */
const SMALL = 4096;

export interface SummaryOptions {
  /** Statistics of tensors of any size, rather than of small ones only. */
  readonly full?: boolean;
}

function cut(text: string, length = MAX_TEXT): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function sizes(t: Tensor): string {
  return `[${t.sizes.join(", ")}]`;
}

function summarizeTensor(t: Tensor, { full }: SummaryOptions): ValueSummary {
  const numbers = full || t.numel <= SMALL ? summarizeNumbers(t) : undefined;
  const type = t.isParameter ? "Parameter" : "Tensor";
  return {
    kind: "tensor",
    type,
    text: `${type} ${sizes(t)} ${t.dtype.name}`,
    shape: [...t.sizes],
    dtype: t.dtype.name,
    device: "cpu",
    requiresGrad: t.requiresGrad,
    ...(t.gradNode ? { gradFn: t.gradNode.name } : {}),
    ...numbers,
    ...(t.isAbstract ? { abstract: true } : {}),
  };
}

function countParameters(module: Module, own: boolean): { all: number; trainable: number } {
  let all = 0;
  let trainable = 0;
  for (const parameter of module.parameters(!own)) {
    all += parameter.numel;
    if (parameter.requiresGrad) trainable += parameter.numel;
  }
  return { all, trainable };
}

/** The first line of a module's repr: "Linear(in_features=1, …)", "Net(". */
function moduleLine(module: Module): string {
  const extra = module.extraRepr();
  return cut(`${module.typeName}(${extra.replace(/\s*\n\s*/g, " ")})`, 120);
}

function summarizeModule(module: Module): ValueSummary {
  const { all, trainable } = countParameters(module, false);
  const layers: LayerSummary[] = module
    .namedModules()
    .slice(1, MAX_LAYERS + 1)
    .map(([name, layer]) => ({
      name,
      type: layer.typeName,
      repr: moduleLine(layer),
      parameters: countParameters(layer, true).all,
    }));
  const text = layers.length === 0 ? moduleLine(module) : `${module.typeName}: ${layers.length} layers`;
  return {
    kind: "module",
    type: module.typeName,
    text: `${text}, ${all.toLocaleString("en-US")} parameters`,
    parameters: all,
    trainable,
    layers,
    ...(module.parameters().some((parameter) => parameter.isAbstract) ? { abstract: true } : {}),
  };
}

/** False between `__new__` and `super().__init__()` of a note's own class. */
function isReady(module: Module): boolean {
  return module.parameters_ instanceof Map && module.modules().every((each) => each.parameters_ instanceof Map);
}

function unready(module: Module): ValueSummary {
  const type = typeOf(module).name;
  return { kind: "module", type, text: `${type} (not initialised)` };
}

/** Items of a container, shown shortly; more than a few end in an ellipsis. */
function items(values: Iterable<Value>, size: number, depth: number): string {
  const shown: string[] = [];
  for (const value of values) {
    if (shown.length === 4) break;
    shown.push(brief(value, depth + 1));
  }
  return shown.join(", ") + (size > shown.length ? ", …" : "");
}

function* pairs(dict: Dict, depth: number): Generator<string> {
  for (const { key, value } of dict.entries()) yield `${brief(key, depth)}: ${brief(value, depth)}`;
}

/** A value inside a line of text. */
function brief(value: Value, depth = 0): string {
  if (value === null || typeof value !== "object") {
    return typeof value === "function" ? functionText(value) : cut(repr(value), 60);
  }
  if (isTensor(value)) return `${value.isParameter ? "Parameter" : "Tensor"} ${sizes(value)}`;
  if (value instanceof Module) return value.typeName;
  if (value instanceof PyFloat) return repr(value);
  if (value instanceof PyType) return value.name;
  const type = typeOf(value);
  if (depth > 2) return `${type.name}(…)`;
  if (Array.isArray(value)) return `[${items(value as Value[], value.length, depth)}]`;
  if (value instanceof Tuple) {
    const inner = items(value.items, value.items.length, depth);
    return type.name === "tuple" ? `(${inner})` : `${type.name}(${inner})`;
  }
  if (value instanceof Dict) {
    const shown: string[] = [];
    for (const pair of pairs(value, depth + 1)) {
      if (shown.length === 4) break;
      shown.push(pair);
    }
    return `{${shown.join(", ")}${value.size > shown.length ? ", …" : ""}}`;
  }
  if (value instanceof PySet) return `{${items(value.items(), value.size, depth)}}`;
  if (value instanceof PyException || type.heap) return `${type.name} object`;
  try {
    return cut(repr(value), 80);
  } catch {
    return `${type.name} object`;
  }
}

function functionText(value: Value): string {
  const code = (value as Partial<PyFunction>)[CODE];
  if (!code) return "function";
  const { positional, star, keywordOnly, kwargs } = code.signature;
  const parameters = [
    ...positional,
    ...(star === null ? (keywordOnly.length > 0 ? ["*"] : []) : [`*${star}`]),
    ...keywordOnly.map(({ name }) => name),
    ...(kwargs === null ? [] : [`**${kwargs}`]),
  ];
  return `${code.qualname}(${parameters.join(", ")})`;
}

function kindOf(value: Value): ValueSummary["kind"] {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return "number";
  if (value instanceof PyFloat) return "number";
  if (typeof value === "string") return "text";
  if (typeof value === "function" || value instanceof BoundMethod) return "function";
  if (value instanceof PyType) return "class";
  if (typeof value === "object" && value !== null) {
    const names = typeOf(value).mro.map(({ name }) => name);
    if (names.includes("Optimizer")) return "optimizer";
  }
  return "other";
}

export function summarize(value: Value, options: SummaryOptions = {}): ValueSummary {
  if (isTensor(value)) return summarizeTensor(value, options);
  if (value instanceof Module) return isReady(value) ? summarizeModule(value) : unready(value);
  const kind = kindOf(value);
  const type = typeOf(value).name;
  const size = Array.isArray(value) ? value.length : value instanceof Dict ? value.size : undefined;
  const text = value instanceof BoundMethod ? functionText(value.target) : brief(value);
  return { kind, type, text: size !== undefined && size > 4 ? `${type} of ${size}: ${cut(text)}` : cut(text) };
}
