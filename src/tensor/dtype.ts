import { type Scalar, scalarKind } from "./scalar";

export type DTypeName =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool"
  | "complex64"
  | "complex128";

export type TypedArray =
  | Float32Array
  | Float64Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

interface ArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

/**
 * A tensor's element type. float16 and bfloat16 hold their bits in a Uint16Array; a complex element is two floats side
 * by side, its real and its imaginary part.
 */
export interface DType {
  readonly name: DTypeName;
  /** As C++ texts name it: "Float", "Long" … */
  readonly scalarName: string;
  /** Bytes of one element. */
  readonly size: number;
  readonly kind: "bool" | "int" | "float" | "complex";
  readonly array: ArrayConstructor;
  /** Array items of one element: 2 for complex numbers. */
  readonly lanes: 1 | 2;
}

const define = (name: DTypeName, scalarName: string, kind: DType["kind"], array: ArrayConstructor): DType => {
  const lanes = kind === "complex" ? 2 : 1;
  return Object.freeze({ name, scalarName, size: array.BYTES_PER_ELEMENT * lanes, kind, array, lanes });
};

export const float32 = define("float32", "Float", "float", Float32Array);
export const float64 = define("float64", "Double", "float", Float64Array);
export const float16 = define("float16", "Half", "float", Uint16Array);
export const bfloat16 = define("bfloat16", "BFloat16", "float", Uint16Array);
export const int64 = define("int64", "Long", "int", BigInt64Array);
export const int32 = define("int32", "Int", "int", Int32Array);
export const int16 = define("int16", "Short", "int", Int16Array);
export const int8 = define("int8", "Char", "int", Int8Array);
export const uint8 = define("uint8", "Byte", "int", Uint8Array);
export const bool = define("bool", "Bool", "bool", Uint8Array);
export const complex64 = define("complex64", "ComplexFloat", "complex", Float32Array);
export const complex128 = define("complex128", "ComplexDouble", "complex", Float64Array);

export const dtypes: Readonly<Record<DTypeName, DType>> = {
  float32,
  float64,
  float16,
  bfloat16,
  int64,
  int32,
  int16,
  int8,
  uint8,
  bool,
  complex64,
  complex128,
};

/** The complex dtype whose parts are of a floating dtype (of float32 for narrower ones), or the dtype itself. */
export function complexOf(dtype: DType): DType {
  if (dtype.kind === "complex") return dtype;
  return dtype === float64 ? complex128 : complex64;
}

/** The dtype of a complex dtype's parts; any other dtype itself. */
export function realOf(dtype: DType): DType {
  if (dtype.kind !== "complex") return dtype;
  return dtype === complex128 ? float64 : float32;
}

/** Whether tensors of the dtype can have gradients. */
export function isDifferentiable(dtype: DType): boolean {
  return dtype.kind === "float" || dtype.kind === "complex";
}

let defaultDType: DType = float32;

/** `torch.get_default_dtype()`. */
export function getDefaultDType(): DType {
  return defaultDType;
}

/** `torch.set_default_dtype(d)`: floating types only. */
export function setDefaultDType(dtype: DType): void {
  defaultDType = dtype;
}

/** The dtype PyTorch infers for a Python scalar. */
export function dtypeOfScalar(x: Scalar): DType {
  const kind = scalarKind(x);
  if (kind === "complex") return complexOf(defaultDType);
  return kind === "bool" ? bool : kind === "int" ? int64 : defaultDType;
}

const integerRank: readonly DTypeName[] = ["bool", "uint8", "int8", "int16", "int32", "int64"];

/** `torch.promote_types(a, b)`. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a.kind === "complex" || b.kind === "complex") {
    return [a, b].some((d) => d === complex128 || d === float64) ? complex128 : complex64;
  }
  if (a.kind === "float" || b.kind === "float") {
    if (a.kind !== "float") return b;
    if (b.kind !== "float") return a;
    if (a === float64 || b === float64) return float64;
    return float32;
  }
  if ((a === uint8 && b === int8) || (a === int8 && b === uint8)) return int16;
  return integerRank.indexOf(a.name) > integerRank.indexOf(b.name) ? a : b;
}
