/** What NumPy's values are here: an array is a tensor outside the graph, a scalar a Python number with a dtype. */
import { bfloat16, type DType, type DTypeName, dtypes } from "../../tensor/dtype";
import type { Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { itemOf } from "../torch/item";
import { builtinType, objectType, type PyType, TYPE, type Typed, type Value } from "../type";
import { floatType } from "../types";

export const ndarrayType = builtinType("ndarray", [objectType], { module: "numpy" });
export const dtypeType = builtinType("dtype", [objectType], { module: "numpy" });
export const genericType = builtinType("generic", [objectType], { module: "numpy" });
const numberType = builtinType("number", [genericType], { module: "numpy" });
export const integerType = builtinType("integer", [numberType], { module: "numpy" });
const floatingType = builtinType("floating", [numberType], { module: "numpy" });
const complexFloatingType = builtinType("complexfloating", [numberType], { module: "numpy" });
/** The abstract classes of scalars, for `isinstance(x, np.integer)`. */
export const abstractTypes: readonly PyType[] = [
  genericType,
  numberType,
  integerType,
  floatingType,
  complexFloatingType,
];

/** NumPy's dtypes among those of tensors: all but bfloat16. */
export const numpyDTypes: readonly DType[] = Object.values(dtypes).filter((dtype) => dtype !== bfloat16);

const parents: Readonly<Record<DType["kind"], PyType>> = {
  bool: genericType,
  int: integerType,
  float: floatingType,
  complex: complexFloatingType,
};

/** `np.float32` and its kin: the classes of scalars, which also name dtypes. */
export const scalarTypes: ReadonlyMap<DType, PyType> = new Map(
  numpyDTypes.map((dtype) => {
    // np.float64 is a Python float as well.
    const bases = dtype.name === "float64" ? [floatingType, floatType] : [parents[dtype.kind]];
    return [dtype, builtinType(dtype.name, bases, { module: "numpy" })];
  }),
);

export class NDArray implements Typed {
  constructor(readonly tensor: Tensor) {}
  get [TYPE](): PyType {
    return ndarrayType;
  }
}

export class NumpyScalar implements Typed {
  constructor(
    /** As Python would hold it. */
    readonly value: Scalar,
    readonly dtype: DType,
  ) {}
  get [TYPE](): PyType {
    return scalarTypes.get(this.dtype) ?? genericType;
  }
}

/** `a.dtype`. */
export class NumpyDType implements Typed {
  constructor(readonly dtype: DType) {}
  get [TYPE](): PyType {
    return dtypeType;
  }
}

const wrapped = new Map<DTypeName, NumpyDType>(numpyDTypes.map((dtype) => [dtype.name, new NumpyDType(dtype)]));
export const dtypeObject = (dtype: DType): Value => wrapped.get(dtype.name) ?? null;

/** For PyTorch's own functions: arrays as tensors on the same memory, scalars as Python numbers. */
export function forTorch(v: Value): Value {
  if (typeof v !== "object" || v === null) return v;
  if (v instanceof NDArray) return v.tensor.alias();
  return v instanceof NumpyScalar ? v.value : v;
}

/** A result: what has no dimensions is a scalar, as in NumPy. */
export function wrap(t: Tensor): Value {
  return t.ndim === 0 ? new NumpyScalar(itemOf(t), t.dtype) : new NDArray(t);
}
