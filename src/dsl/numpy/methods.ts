/** `ndarray` in Python: attributes, methods and operators. */
import { bool, uint8 } from "../../tensor/dtype";
import { toDType } from "../../tensor/ops/copies";
import { isScalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { getters, type Method, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { native } from "../function";
import { format, repr } from "../text";
import { elementsOf, toList } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import type { PyType, Value } from "../type";
import { NotImplemented } from "../types";
import { toFloat } from "../values/float";
import { indexOf } from "../values/int";
import { listOf, NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { clip, elementwise, round } from "./arithmetic";
import { arrayData } from "./conversion";
import { dtypeArgument } from "./dtypes";
import { axisErrorType, outputCastingErrorType } from "./errors";
import { assign, read } from "./indexing";
import { product } from "./linear";
import { dtypeObject, genericType, NDArray, NumpyScalar, ndarrayType, wrap } from "./ndarray";
import { arrayRepr, arrayStr, shapeText } from "./printing";
import { axisOf, reductions } from "./reductions";

/** `(2, 3)`, `[2, 3]` or one number as sizes. */
export function shapeOf(v: Value): number[] {
  const items = v instanceof Tuple || Array.isArray(v) ? listOf(v) : [v];
  return items.map((n) => {
    const size = indexOf(n);
    if (size === undefined) throw typeError(`expected a sequence of integers or a single integer, got '${repr(v)}'`);
    return size;
  });
}

const spread = (args: Tuple): Value => (args.items.length === 1 ? args.items[0] : args);

export function reshape(t: Tensor, sizes: readonly number[]): Tensor {
  const known = sizes.reduce((n, size) => (size < 0 ? n : n * size), 1);
  const open = sizes.filter((size) => size < 0).length;
  if (open > 1) throw valueError("can only specify one unknown dimension");
  if (open === 1 ? known === 0 || t.numel % known !== 0 : known !== t.numel) {
    throw valueError(
      `cannot reshape array of size ${t.numel} into shape ${shapeText(sizes).replaceAll(" ", "").replace("-1", "newaxis")}`,
    );
  }
  return runOp("reshape", t, new Tuple(sizes)) as Tensor;
}

export function transposed(t: Tensor, axes: Value): Tensor {
  const dims = axes === null ? t.sizes.map((_, d) => t.ndim - 1 - d) : shapeOf(axes).map((d) => axisOf(d, t.ndim));
  if (dims.length !== t.ndim) throw valueError("axes don't match array");
  return runOp("permute", t, new Tuple(dims)) as Tensor;
}

export const copyOf = (t: Tensor): Tensor => runOp("clone", runOp("contiguous", t)) as Tensor;

function sorted(t: Tensor, axis: Value, op: "sort" | "argsort"): Tensor {
  const flat = axis === null;
  const from = flat ? reshape(t, [-1]) : t;
  if (from.ndim === 0) throw error(axisErrorType, "axis -1 is out of bounds for array of dimension 0");
  const d = flat ? 0 : axisOf(axis, t.ndim);
  // Ties keep their order.
  const [values, indices] = (runOp("sort", from.dtype === bool ? runOp("to", from, uint8) : from, d) as Tuple).items;
  return op === "sort" ? toDType(values as Tensor, t.dtype) : (indices as Tensor);
}

export const sort = (t: Tensor, axis: Value): Tensor => sorted(t, axis, "sort");
export const argsort = (t: Tensor, axis: Value): Tensor => sorted(t, axis, "argsort");

function item(t: Tensor, args: Tuple): Value {
  if (args.items.length > 0) {
    const chosen =
      args.items.length === 1 ? read(new NDArray(reshape(t, [-1])), args.items[0]) : read(new NDArray(t), args);
    return (chosen as NumpyScalar).value;
  }
  if (t.numel !== 1) throw valueError("can only convert an array of size 1 to a Python scalar");
  return elementsOf(t)[0];
}

/** The number of a one-element array. */
function single(t: Tensor): Value {
  if (t.ndim !== 0) throw typeError("only 0-dimensional arrays can be converted to Python scalars");
  return elementsOf(t)[0];
}

function truth(t: Tensor): boolean {
  if (t.numel === 1) return Number(elementsOf(t)[0]) !== 0;
  if (t.numel === 0) {
    throw valueError(
      "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.",
    );
  }
  throw valueError("The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()");
}

/** What arrays and scalars share; scalars are arrays without dimensions here. */
const shared: Readonly<Record<string, Method>> = {
  ...Object.fromEntries(
    Object.entries(reductions).map(([name, [params, run, ...defaults]]): [string, Method] => [
      name,
      [params.replace("a, ", ""), run, ...defaults],
    ]),
  ),
  reshape: [
    "*shape, order=",
    (a: Value, shape: Tuple) => new NDArray(reshape(arrayData(a), shapeOf(spread(shape)))),
    "C",
  ],
  astype: [
    "dtype, order=, casting=, subok=, copy=",
    (a: Value, dtype: Value, _o: Value, _c: Value, _s: Value, copy: Value) => {
      const t = arrayData(a);
      const made = toDType(t, dtypeArgument(dtype) ?? t.dtype);
      return rewrap(a, made === t && truthy(copy) ? copyOf(t) : made);
    },
    "K",
    "unsafe",
    true,
    true,
  ],
  flatten: ["order=", (a: Value) => new NDArray(copyOf(reshape(arrayData(a), [-1]))), "C"],
  ravel: ["order=", (a: Value) => new NDArray(reshape(arrayData(a), [-1])), "C"],
  copy: ["order=", (a: Value) => rewrap(a, copyOf(arrayData(a))), "C"],
  tolist: ["", (a: Value) => toList(arrayData(a))],
  item: ["*args", (a: Value, args: Tuple) => item(arrayData(a), args)],
  dot: ["b", (a: Value, b: Value) => product(a, b, "dot")],
  transpose: [
    "*axes",
    (a: Value, axes: Tuple) => {
      return new NDArray(transposed(arrayData(a), axes.items.length === 0 ? null : spread(axes)));
    },
  ],
  squeeze: [
    "axis=",
    (a: Value, axis: Value) => {
      const t = arrayData(a);
      return new NDArray((axis === null ? runOp("squeeze", t) : runOp("squeeze", t, axis)) as Tensor);
    },
    null,
  ],
  swapaxes: [
    "axis1, axis2",
    (a: Value, p: Value, q: Value) => new NDArray(runOp("transpose", arrayData(a), p, q) as Tensor),
  ],
  repeat: [
    "repeats, axis=",
    (a: Value, n: Value, axis: Value) => {
      return new NDArray(runOp("repeat_interleave", arrayData(a), n, axis) as Tensor);
    },
    null,
  ],
  clip: ["min=, max=", (a: Value, low: Value, high: Value) => clip(a, low, high), null, null],
  round: ["decimals=", (a: Value, decimals: number) => round(a, decimals), 0],
  fill: ["value", (a: NDArray, v: Value) => assign(a, new Tuple([]), v)],
  sort: ["axis=", (a: NDArray, axis: Value) => void runOp("copy_", a.tensor, sort(a.tensor, axis)), -1],
  argsort: ["axis=", (a: Value, axis: Value) => new NDArray(argsort(arrayData(a), axis)), -1],
  nonzero: ["", (a: Value) => nonzero(arrayData(a))],
  __abs__: ["", (a: Value) => elementwise("absolute", a)],
  __neg__: ["", (a: Value) => elementwise("negative", a)],
  __pos__: ["", (a: Value) => elementwise("positive", a)],
  __invert__: ["", (a: Value) => elementwise("invert", a)],
};

export function nonzero(t: Tensor): Tuple {
  const places = runOp("nonzero", t) as Tensor;
  return new Tuple(t.sizes.map((_, d) => new NDArray(copyOf(runOp("select", places, 1, d) as Tensor))));
}

const rewrap = (a: Value, t: Tensor): Value => (a instanceof NumpyScalar ? wrap(t) : new NDArray(t));

/** The operator's method → the function, for both orders. */
const operators: Readonly<Record<string, string>> = {
  add: "add",
  sub: "subtract",
  mul: "multiply",
  truediv: "divide",
  floordiv: "floor_divide",
  mod: "remainder",
  pow: "power",
  and: "bitwise_and",
  or: "bitwise_or",
  xor: "bitwise_xor",
  lshift: "left_shift",
  rshift: "right_shift",
};
const comparisons: Readonly<Record<string, string>> = {
  eq: "equal",
  ne: "not_equal",
  lt: "less",
  le: "less_equal",
  gt: "greater",
  ge: "greater_equal",
};

const takes = (v: Value): boolean =>
  v instanceof NDArray || v instanceof NumpyScalar || isScalar(v) || Array.isArray(v) || v instanceof Tuple;

function defineOperators(type: PyType): void {
  const define = (name: string, run: (a: Value, b: Value) => Value): void => {
    const either = (a: Value, b: Value): Value => (takes(b) ? run(a, b) : NotImplemented);
    type.define(name, native(name, "self, other, /", either));
  };
  for (const [name, f] of Object.entries(operators)) {
    define(`__${name}__`, (a, b) => elementwise(f, a, b));
    define(`__r${name}__`, (a, b) => elementwise(f, b, a));
  }
  for (const [name, f] of Object.entries(comparisons)) define(`__${name}__`, (a, b) => elementwise(f, a, b));
  define("__matmul__", (a, b) => product(a, b, "matmul"));
  define("__rmatmul__", (a, b) => product(b, a, "matmul"));
}

/** `a += b` writes into the array. */
function inPlace(f: string) {
  return (a: NDArray, b: Value): Value => {
    if (!takes(b)) return NotImplemented;
    const result = arrayData(elementwise(f, a, b));
    const { dtype } = a.tensor;
    const ranks = { bool: 0, int: 1, float: 2, complex: 3 };
    if (ranks[result.dtype.kind] > ranks[dtype.kind]) {
      throw error(
        outputCastingErrorType,
        `Cannot cast ufunc '${f}' output from dtype('${result.dtype.name}') to dtype('${dtype.name}') with casting rule 'same_kind'`,
      );
    }
    if (result.sizes.join() !== a.tensor.sizes.join()) {
      throw valueError(
        `non-broadcastable output operand with shape ${shapeText(a.tensor.sizes).replaceAll(" ", "")} doesn't match the ` +
          `broadcast shape ${shapeText(result.sizes).replaceAll(" ", "")}`,
      );
    }
    runOp("copy_", a.tensor, result);
    return a;
  };
}

const attributes: Readonly<Record<string, (t: Tensor) => Value>> = {
  shape: (t) => new Tuple(t.sizes),
  ndim: (t) => t.ndim,
  size: (t) => t.numel,
  dtype: (t) => dtypeObject(t.dtype),
  itemsize: (t) => t.dtype.size,
  nbytes: (t) => t.dtype.size * t.numel,
  strides: (t) => new Tuple(t.strides.map((n) => n * t.dtype.size)),
};

for (const type of [ndarrayType, genericType]) {
  methods(type, shared);
  defineOperators(type);
  getters(
    type,
    Object.fromEntries(Object.entries(attributes).map(([name, get]) => [name, (a: Value) => get(arrayData(a))])),
  );
  getters(type, { T: (a: Value) => rewrap(a, transposed(arrayData(a), null)) });
}

for (const [name, f] of Object.entries(operators)) {
  ndarrayType.define(`__i${name}__`, native(`__i${name}__`, "self, other, /", inPlace(f)));
}

methods(ndarrayType, {
  __getitem__: ["key, /", read],
  __setitem__: ["key, value, /", assign],
  __len__: [
    "",
    ({ tensor }: NDArray) => {
      if (tensor.ndim === 0) throw typeError("len() of unsized object");
      return tensor.sizes[0];
    },
  ],
  __iter__: [
    "",
    (a: NDArray) => {
      if (a.tensor.ndim === 0) throw typeError("iteration over a 0-d array");
      return new NativeIterator((runOp("unbind", a.tensor, 0) as Tuple).items.map((t) => wrap(t as Tensor)));
    },
  ],
  __contains__: [
    "item, /",
    (a: NDArray, v: Value) =>
      arrayData(elementwise("equal", a, v)).numel > 0 &&
      truth(runOp("any", arrayData(elementwise("equal", a, v))) as Tensor),
  ],
  __bool__: ["", (a: NDArray) => truth(a.tensor)],
  __int__: ["", (a: NDArray) => Math.trunc(Number(single(a.tensor)))],
  __float__: ["", (a: NDArray) => toDouble(single(a.tensor))],
  __index__: [
    "",
    (a: NDArray) => {
      if (a.tensor.ndim === 0 && a.tensor.dtype.kind === "int") return single(a.tensor);
      throw typeError("only integer scalar arrays can be converted to a scalar index");
    },
  ],
  __repr__: ["", (a: NDArray) => arrayRepr(a.tensor)],
  __str__: ["", (a: NDArray) => arrayStr(a.tensor)],
  __format__: [
    "spec, /",
    (a: NDArray, spec: string) => {
      if (spec === "") return arrayStr(a.tensor);
      if (a.tensor.ndim === 0) return format(single(a.tensor), spec);
      throw typeError("unsupported format string passed to numpy.ndarray.__format__");
    },
  ],
});
ndarrayType.define("__hash__", null);
ndarrayType.called = () => {
  throw typeError("arrays are made with np.array, np.zeros or np.empty here");
};

const toDouble = (v: Value): Value => toFloat(Number(v));
