/** The `numpy` package: a small, honest part of it. What is absent raises AttributeError. */
import { copy_ } from "../../tensor/ops/inplace";
import { functions, type Method } from "../builtins/table";
import { typeError } from "../exceptions";
import type { Value } from "../type";
import { PyModule } from "../values/module";
import { elementwise, ufuncs } from "./arithmetic";
import "./bridge";
import { arrayData } from "./conversion";
import { creating } from "./creation";
import { dtypeArgument } from "./dtypes";
import { moduleFunctions, resetPrintOptions } from "./functions";
import { abstractTypes, dtypeType, NDArray, NumpyScalar, ndarrayType, scalarTypes } from "./ndarray";
import { polynomials, polynomialType } from "./polynomials";
import { randomModule } from "./random";
import { reducingFunctions, reductions } from "./reductions";
import "./scalar_types";

const binary = new Set(
  (
    "add subtract multiply divide true_divide floor_divide remainder mod power maximum minimum bitwise_and bitwise_or " +
    "bitwise_xor left_shift right_shift equal not_equal less less_equal greater greater_equal logical_and logical_or " +
    "logical_xor hypot arctan2"
  ).split(" "),
);

/** `out=`: the result goes into the given array. */
function written(out: Value, result: Value): Value {
  if (out === null) return result;
  if (!(out instanceof NDArray)) throw typeError("return arrays must be of ArrayType");
  copy_(out.tensor, arrayData(result));
  return out;
}

const elementwiseFunctions = Object.fromEntries(
  Object.keys(ufuncs).map((name): [string, Method] =>
    binary.has(name)
      ? [name, ["x1, x2, /, out=", (a: Value, b: Value, out: Value) => written(out, elementwise(name, a, b)), null]]
      : [name, ["x, /, out=", (a: Value, out: Value) => written(out, elementwise(name, a)), null]],
  ),
);

const constants: Readonly<Record<string, Value>> = {
  pi: Math.PI,
  e: Math.E,
  inf: Infinity,
  nan: Number.NaN,
  newaxis: null,
  True_: new NumpyScalar(true, dtypeOf("bool")),
  False_: new NumpyScalar(false, dtypeOf("bool")),
  __version__: "2.4.6",
};

function dtypeOf(name: string) {
  return dtypeArgument(name)!;
}

/** Other names of the scalar classes. */
const typeNames: Readonly<Record<string, string>> = {
  bool_: "bool",
  int_: "int64",
  long: "int64",
  intc: "int32",
  short: "int16",
  byte: "int8",
  ubyte: "uint8",
  half: "float16",
  single: "float32",
  double: "float64",
};

export function numpyModule(): PyModule {
  resetPrintOptions();
  const random = randomModule();
  return new PyModule("numpy", [
    ...functions({
      ...creating,
      ...elementwiseFunctions,
      ...reductions,
      ...reducingFunctions,
      ...moduleFunctions,
      ...polynomials,
    }),
    ...Object.entries(constants),
    ...Array.from(scalarTypes, ([dtype, type]): [string, Value] => [dtype.name, type]),
    ...Object.entries(typeNames).map(([name, of]): [string, Value] => [name, scalarTypes.get(dtypeOf(of))!]),
    ...abstractTypes.map((type): [string, Value] => [type.name, type]),
    ["ndarray", ndarrayType],
    ["poly1d", polynomialType],
    ["dtype", dtypeType],
    ["random", random],
  ]);
}
