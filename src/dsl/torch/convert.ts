/** Python arguments as ops want them, and results back. */

import { NamedValues } from "../../nn/named_values";
import { bool, complex64, float64, int64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { Generator } from "../../tensor/random/generator";
import { Double, isScalar } from "../../tensor/scalar";
import type { Param, ParamType, Schema } from "../../tensor/schema";
import type { Tensor } from "../../tensor/tensor";
import { error } from "../exceptions";
import { call } from "../function";
import { namedTuple } from "../modules/collections";
import { NumpyScalar } from "../numpy/ndarray";
import { builtinType, type PyType, type Value } from "../type";
import { boolType, complexType, floatType, intType, tupleType, typeName } from "../types";
import { Dict } from "../values/dict";
import { toFloat } from "../values/float";
import { Range } from "../values/range";
import { Tuple } from "../values/tuple";
import { itemOf } from "./item";
import { Device, isDType, NamedConstant, parseDevice } from "./values";

/** What a converter answers when the argument is of the wrong kind. */
export const MISMATCH = Symbol("mismatch");
export type Converter = (v: Value) => unknown;

const pythonDTypes: ReadonlyMap<PyType, unknown> = new Map([
  [floatType, float64],
  [intType, int64],
  [boolType, bool],
  [complexType, complex64],
]);

interface Kind {
  readonly convert: Converter;
  /** As texts of TypeErrors name it, alone and in lists. */
  readonly text: string;
  readonly listText?: string;
}

/** Tensors that stand for a number; as one they would lose their gradient. */
const oneElement = (v: Value): v is Tensor => isTensor(v) && v.ndim === 0 && !v.requiresGrad;

function toInt(v: Value): unknown {
  if (typeof v === "number") return Number.isInteger(v) ? v : MISMATCH;
  if (typeof v === "bigint") return v;
  if (v instanceof NumpyScalar) return v.dtype.kind === "int" ? v.value : MISMATCH;
  return oneElement(v) && v.dtype.kind !== "float" ? Number(itemOf(v)) : MISMATCH;
}

function toNumber(v: Value): unknown {
  if (typeof v === "number") return v;
  if (v instanceof Double || typeof v === "bigint" || typeof v === "boolean") return Number(v);
  if (v instanceof NumpyScalar) return Number(v.value);
  return oneElement(v) ? Number(itemOf(v)) : MISMATCH;
}

function toScalar(v: Value): unknown {
  if (isScalar(v)) return v;
  if (v instanceof NumpyScalar) return v.value;
  return oneElement(v) ? itemOf(v) : MISMATCH;
}

function toDevice(v: Value): unknown {
  const device = v instanceof Device ? v : typeof v === "string" ? parseDevice(v) : undefined;
  if (device?.type === "cuda") throw error("AssertionError", "Torch not compiled with CUDA enabled");
  if (typeof v === "number" && Number.isInteger(v)) {
    throw error("RuntimeError", "Cannot access accelerator device when none is available.");
  }
  return device ?? MISMATCH;
}

function toDType(v: Value): unknown {
  if (isDType(v)) return v;
  return pythonDTypes.get(v as PyType) ?? MISMATCH;
}

const named: Converter = (v) => (v instanceof NamedConstant ? v.text : MISMATCH);

/** Tuples become arrays, at any depth. */
export function plain(v: Value): unknown {
  if (v instanceof Tuple) return v.items.map(plain);
  if (Array.isArray(v)) return v.map(plain);
  return v;
}

const kinds: Readonly<Record<string, Kind>> = {
  Tensor: { convert: (v) => (isTensor(v) ? v : MISMATCH), text: "Tensor", listText: "tuple of Tensors" },
  int: { convert: toInt, text: "int", listText: "tuple of ints" },
  float: { convert: toNumber, text: "float", listText: "tuple of floats" },
  bool: { convert: (v) => (typeof v === "boolean" ? v : MISMATCH), text: "bool", listText: "tuple of bools" },
  str: { convert: (v) => (typeof v === "string" ? v : MISMATCH), text: "str" },
  Scalar: { convert: toScalar, text: "Number", listText: "tuple of Scalars" },
  ScalarType: { convert: toDType, text: "torch.dtype" },
  Device: { convert: toDevice, text: "torch.device" },
  Layout: { convert: named, text: "torch.layout" },
  MemoryFormat: { convert: named, text: "torch.memory_format" },
  Generator: { convert: (v) => (v instanceof Generator ? v : MISMATCH), text: "torch.Generator" },
  Callable: {
    convert:
      (v) =>
      (...args: Value[]) =>
        call(v, ...args),
    text: "Callable",
  },
  Any: { convert: plain, text: "object" },
};

const kindsByText: ReadonlyMap<string, Kind> = new Map(Object.values(kinds).map((kind) => [kind.text, kind]));

/** Whether a value is of the kind that texts call so; of a kind unknown here, everything is. */
export function fitsKind(text: string, v: Value): boolean {
  const kind = kindsByText.get(text);
  // What a device names is looked at when it is used.
  if (text === "torch.device") return v instanceof Device || typeof v === "string" || typeof v === "number";
  return kind === undefined || kind.convert(v) !== MISMATCH;
}

/** How texts of errors name a parameter's type. */
export function kindText(type: ParamType): string {
  const kind = kinds[type.base] ?? kinds.Any;
  return type.list === null ? kind.text : (kind.listText ?? `tuple of ${kind.text}s`);
}

function listConverter(element: Converter, size: number): Converter {
  return (v) => {
    const items = v instanceof Tuple ? v.items : Array.isArray(v) ? v : v instanceof Range ? rangeItems(v) : undefined;
    if (items === undefined) {
      // A single value stands for a list of equal ones.
      const one = size > 0 ? element(v) : MISMATCH;
      return one === MISMATCH ? MISMATCH : new Array(size).fill(one);
    }
    const out = new Array<unknown>(items.length);
    for (let i = 0; i < out.length; i++) {
      const item = element(items[i]);
      if (item === MISMATCH) return MISMATCH;
      out[i] = item;
    }
    return out;
  };
}

const rangeItems = (range: Range): number[] => Array.from({ length: range.length }, (_, i) => range.at(i));

/** Ops whose second operand may be a number. */
const takesNumbers = new Set(
  (
    "add sub subtract mul multiply div divide true_divide floor_divide remainder fmod rsub pow float_power eq ne lt le gt ge " +
    "greater less not_equal greater_equal less_equal bitwise_and bitwise_or bitwise_xor bitwise_left_shift " +
    "bitwise_right_shift copysign xlogy where index_fill masked_fill"
  ).split(" "),
);

export function converterFor(param: Param, schema: Schema, i: number): Converter {
  const { base, list, optional } = param.type;
  let convert = (kinds[base] ?? kinds.Any).convert;
  const afterTensor = i > 0 && schema.params[0].type.base === "Tensor";
  if (base === "Tensor" && list === null && afterTensor && takesNumbers.has(schema.name.replace(/_$/, ""))) {
    convert = (v) => (isTensor(v) || isScalar(v) ? v : MISMATCH);
  }
  if (list !== null) convert = listConverter(convert, list);
  if (!optional) return convert;
  return (v) => (v === null ? null : convert(v));
}

// ---- results

const returnTypes = new Map<string, PyType>();

/** `torch.return_types.max`: a tuple whose items have names. */
export function returnType(op: string, names: readonly string[]): PyType {
  let type = returnTypes.get(op);
  if (type === undefined) {
    type = builtinType(op, [tupleType], { module: "torch.return_types" });
    returnTypes.set(op, type);
    nameFields(type, names);
  }
  return type;
}

let nameFields: (type: PyType, names: readonly string[]) => void = () => {};
export function nameFieldsWith(run: typeof nameFields): void {
  nameFields = run;
}

/** What an op returned as a Python value; `prefix` is what its name has in `torch.return_types`. */
export function toPython(result: unknown, schema: Schema, prefix = ""): Value {
  if (isTensor(result)) return result;
  if (Array.isArray(result)) {
    const items = result.map((item) => (Array.isArray(item) ? new Tuple(item) : item));
    if (schema.returns.length > 1 && schema.returns.every((r) => r.name !== "")) {
      return new Tuple(
        items,
        returnType(
          prefix + schema.name,
          schema.returns.map((r) => r.name),
        ),
      );
    }
    return new Tuple(items);
  }
  if (result === undefined) return null;
  if (typeof result === "number" && schema.returns[0]?.type.base === "float") return toFloat(result);
  return result;
}

const namedTypes = new Map<string, PyType>();

export function namedType(name: string, fields: readonly string[]): PyType {
  let type = namedTypes.get(name);
  if (type === undefined) namedTypes.set(name, (type = namedTuple(name, fields)));
  return type;
}

/** What a native module or callback returned: arrays are tuples there. */
export function fromNative(v: unknown): Value {
  if (Array.isArray(v)) return new Tuple(v.map(fromNative));
  if (v instanceof Map) return new Dict(v);
  if (v instanceof NamedValues) return new Tuple(v.values.map(fromNative), namedType(v.typeName, v.fields));
  return v === undefined ? null : v;
}

export function describe(v: Value): string {
  return isTensor(v) ? (v.isParameter ? "Parameter" : "Tensor") : typeName(v);
}
