/** NumPy scalars and dtype objects in Python; `np.float32(x)` as a call. */
import { truncate } from "../builtins/numbers";
import { getters, methods } from "../builtins/table";
import { native, splitKwargs } from "../function";
import { format } from "../text";
import { elementsOf } from "../torch/item";
import type { Value } from "../type";
import { NotImplemented } from "../types";
import { toFloat } from "../values/float";
import { hashOf } from "../values/key";
import { round } from "./arithmetic";
import { arrayData } from "./conversion";
import { dtypeArgument } from "./dtypes";
import {
  dtypeObject,
  dtypeType,
  genericType,
  integerType,
  NDArray,
  type NumpyDType,
  NumpyScalar,
  scalarTypes,
} from "./ndarray";
import { scalarRepr, scalarStr } from "./printing";

for (const [dtype, type] of scalarTypes) {
  type.called = (_type, args) => {
    const [v = 0] = splitKwargs(args).positional;
    const t = arrayData(typeof v === "string" ? Number(v) : v, dtype);
    return t.ndim === 0 ? new NumpyScalar(elementsOf(t)[0], dtype) : new NDArray(t);
  };
}

const kinds = { bool: "b", int: "i", float: "f", complex: "c" };

getters(dtypeType, {
  name: ({ dtype }: NumpyDType) => dtype.name,
  itemsize: ({ dtype }: NumpyDType) => dtype.size,
  kind: ({ dtype }: NumpyDType) => (dtype.name === "uint8" ? "u" : kinds[dtype.kind]),
  type: ({ dtype }: NumpyDType) => scalarTypes.get(dtype) ?? null,
});

/** A dtype equals whatever names it. */
function equals(a: NumpyDType, b: Value): Value {
  try {
    return a.dtype === dtypeArgument(b);
  } catch {
    return NotImplemented;
  }
}

methods(dtypeType, {
  __repr__: ["", ({ dtype }: NumpyDType) => `dtype('${dtype.name}')`],
  __str__: ["", ({ dtype }: NumpyDType) => dtype.name],
  __eq__: ["other, /", equals],
  __hash__: ["", ({ dtype }: NumpyDType) => hashOf(dtype.name)],
});
dtypeType.called = (_type, args) => {
  const [v = null] = splitKwargs(args).positional;
  return dtypeObject(dtypeArgument(v) ?? dtypeArgument("float64")!);
};
dtypeType.define(
  "__ne__",
  native("__ne__", "self, other, /", (a: NumpyDType, b: Value) => equals(a, b) !== true),
);

methods(genericType, {
  __bool__: ["", ({ value }: NumpyScalar) => Number(value) !== 0],
  __int__: ["", ({ value }: NumpyScalar) => (typeof value === "bigint" ? value : truncate(Number(value)))],
  __float__: ["", ({ value }: NumpyScalar) => toFloat(Number(value))],
  __hash__: ["", ({ value }: NumpyScalar) => hashOf(value)],
  __repr__: ["", scalarRepr],
  __str__: ["", scalarStr],
  __format__: ["spec, /", (x: NumpyScalar, spec: string) => (spec === "" ? scalarStr(x) : format(x.value, spec))],
  __round__: [
    "ndigits=",
    (x: NumpyScalar, digits: Value) => {
      if (digits === null) return Math.trunc(Number((round(x, 0) as NumpyScalar).value));
      return round(x, Number(digits));
    },
    null,
  ],
});

methods(integerType, {
  __index__: ["", ({ value }: NumpyScalar) => value],
});
