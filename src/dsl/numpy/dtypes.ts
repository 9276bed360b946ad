/** Which dtype NumPy gives: to names, to Python numbers, and to results (NEP 50). */
import {
  bool,
  complex64,
  complex128,
  complexOf,
  type DType,
  dtypes,
  float16,
  float32,
  float64,
  int16,
  int64,
  isDifferentiable,
} from "../../tensor/dtype";
import { isScalar, type Scalar, scalarKind } from "../../tensor/scalar";
import { typeError } from "../exceptions";
import { repr } from "../text";
import type { Value } from "../type";
import { boolType, complexType, floatType, intType } from "../types";
import { NDArray, NumpyDType, NumpyScalar, numpyDTypes, scalarTypes } from "./ndarray";

const aliases: Readonly<Record<string, DType>> = {
  ...Object.fromEntries(numpyDTypes.map((dtype) => [dtype.name, dtype])),
  float: float64,
  double: float64,
  int: int64,
  complex: complex128,
  f4: dtypes.float32,
  f8: float64,
  i4: dtypes.int32,
  i8: int64,
  u1: dtypes.uint8,
  "?": bool,
};

const byType = new Map<Value, DType>([
  [floatType, float64],
  [intType, int64],
  [boolType, bool],
  [complexType, complex128],
  ...Array.from(scalarTypes, ([dtype, type]): [Value, DType] => [type, dtype]),
]);

/** The dtype that an argument names; null for None. TypeError otherwise. */
export function dtypeArgument(v: Value): DType | null {
  if (v === null || v === undefined) return null;
  const found = v instanceof NumpyDType ? v.dtype : typeof v === "string" ? aliases[v] : byType.get(v);
  if (found) return found;
  if (typeof v === "string") throw typeError(`data type ${repr(v)} not understood`);
  throw typeError(`Cannot interpret '${repr(v)}' as a data type`);
}

const ofScalar: Readonly<Record<ReturnType<typeof scalarKind>, DType>> = {
  bool,
  int: int64,
  float: float64,
  complex: complex128,
};
/** The dtype of an array of Python numbers of that kind. */
export const dtypeOfNumber = (x: Scalar): DType => ofScalar[scalarKind(x)];

/** `np.promote_types`: the smallest dtype that holds both. */
export function promote(a: DType, b: DType): DType {
  if (a === b || b === bool) return a;
  if (a === bool) return b;
  if (a.kind === "complex" || b.kind === "complex") {
    const wide = [a, b].some((d) => d === complex128 || (d.size >= 4 && d !== float32 && d !== complex64));
    return wide ? complex128 : complex64;
  }
  if (a.kind === "float" && b.kind === "float") return a.size > b.size ? a : b;
  if (a.kind === "int" && b.kind === "int") {
    if (a.name !== "uint8" && b.name !== "uint8") return a.size > b.size ? a : b;
    const signed = a.name === "uint8" ? b : a;
    return signed.size > 1 ? signed : int16;
  }
  const [float, int] = a.kind === "float" ? [a, b] : [b, a];
  return promote(float, floatOf(int));
}

/** The floating dtype that functions as `sqrt` compute integers in. */
export function floatOf(dtype: DType): DType {
  if (isDifferentiable(dtype)) return dtype;
  if (dtype.size === 1) return float16;
  return dtype.size === 2 ? float32 : float64;
}

/** The dtype of a result; Python numbers raise only the kind of what they meet. */
export function resultType(operands: readonly Value[]): DType {
  let strong: DType | null = null;
  for (const v of operands) {
    const dtype = v instanceof NDArray ? v.tensor.dtype : v instanceof NumpyScalar ? v.dtype : null;
    if (dtype !== null) strong = strong === null ? dtype : promote(strong, dtype);
  }
  for (const v of operands) if (isScalar(v)) strong = withNumber(strong, dtypeOfNumber(v));
  return strong ?? float64;
}

const rank: Readonly<Record<DType["kind"], number>> = { bool: 0, int: 1, float: 2, complex: 3 };
function withNumber(dtype: DType | null, number: DType): DType {
  if (dtype === null) return number;
  if (number.kind === "complex" && dtype.kind !== "complex") return complexOf(floatOf(dtype));
  return rank[number.kind] > rank[dtype.kind] ? number : dtype;
}
