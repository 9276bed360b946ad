/**
 * The built-in classes and which of them a value belongs to. They are created empty here, so that every value file can
 * name them, and filled by the file of each value.
 */

import { Double } from "../tensor/scalar";
import { CODE, type PyFunction } from "./code";
import { builtinType, objectType, PyObject, type PyType, TYPE, type Typed, typeType, type Value } from "./type";

export const intType = builtinType("int");
export const boolType = builtinType("bool", [intType]);
export const floatType = builtinType("float");
export const complexType = builtinType("complex");
export const strType = builtinType("str");
export const bytesType = builtinType("bytes");
export const listType = builtinType("list");
export const tupleType = builtinType("tuple");
export const dictType = builtinType("dict");
export const setType = builtinType("set");
export const frozensetType = builtinType("frozenset");
export const rangeType = builtinType("range");
export const sliceType = builtinType("slice");
export const noneType = builtinType("NoneType");
export const ellipsisType = builtinType("ellipsis");
export const notImplementedType = builtinType("NotImplementedType");
export const functionType = builtinType("function");
export const builtinFunctionType = builtinType("builtin_function_or_method");
export const methodType = builtinType("method");
export const moduleType = builtinType("module");
export const propertyType = builtinType("property");
export const staticmethodType = builtinType("staticmethod");
export const classmethodType = builtinType("classmethod");
export const superType = builtinType("super");
export const generatorType = builtinType("generator");

/** `NotImplemented` and `...`. */
export const NotImplemented = new PyObject(notImplementedType);
export const Ellipsis = new PyObject(ellipsisType);

/** A list of a class derived from `list`. */
export class ListInstance extends Array<Value> implements Typed {
  [TYPE]: PyType = listType;
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Classes of frozen objects of other rooms (dtypes), which cannot carry the symbol. */
export const foreignTypes = new Map<object, PyType>();

// Floats are made in the tensor room, which knows no Python classes.
(Double.prototype as { [TYPE]?: PyType })[TYPE] = floatType;

/** The class of a value: Python's `type(v)`. */
export function typeOf(v: Value): PyType {
  switch (typeof v) {
    case "number":
      return Number.isInteger(v) ? intType : floatType;
    case "string":
      return strType;
    case "boolean":
      return boolType;
    case "bigint":
      return intType;
    case "function":
      return (v as unknown as PyFunction)[CODE]?.native === false ? functionType : builtinFunctionType;
    case "object":
      if (v === null) return noneType;
      if (Array.isArray(v)) return v instanceof ListInstance ? v[TYPE] : listType;
      return (v as Partial<Typed>)[TYPE] ?? foreignTypes.get(v) ?? objectType;
    default:
      throw new Error("a JavaScript value that is no Python value");
  }
}

export function isInstance(v: Value, type: PyType): boolean {
  return typeOf(v).isSubtypeOf(type);
}

/** Classes written in C whose names have their module in them. */
const namesModule =
  /^(numpy\.|torch\.(dtype|device|Size|layout|memory_format|finfo|iinfo)$|torch\.(return_types|_C)\.)/;

/** The class name that CPython's error texts show. */
export function typeName(v: Value): string {
  const type = typeOf(v);
  return namesModule.test(type.fullName) ? type.fullName : type.name;
}

export { objectType, typeType };
