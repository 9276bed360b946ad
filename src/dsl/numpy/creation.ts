/** New arrays: `np.array`, `np.zeros`, `np.arange`, `np.linspace` … */
import { type DType, float64 } from "../../tensor/dtype";
import { toDType } from "../../tensor/ops/copies";
import { tensorFromData } from "../../tensor/ops/creation";
import { numelOf } from "../../tensor/shape";
import { empty, type Tensor } from "../../tensor/tensor";
import type { Method } from "../builtins/table";
import { truthy } from "../comparison";
import { error, valueError } from "../exceptions";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { numberOf } from "../values/float";
import { Tuple } from "../values/tuple";
import { operand } from "./arithmetic";
import { arrayData, memoryOf } from "./conversion";
import { dtypeArgument, resultType } from "./dtypes";
import { copyOf, shapeOf } from "./methods";
import { NDArray, NumpyScalar } from "./ndarray";

function array(v: Value, dtype: Value, copy: Value, _order: Value, _subok: Value, ndmin: number): Value {
  const made = arrayData(v, dtypeArgument(dtype));
  const own = made.storage === memoryOf(v)?.storage;
  const t = own && truthy(copy) ? copyOf(made) : made;
  const missing = Math.max(0, ndmin - t.ndim);
  return new NDArray(
    missing > 0 ? (runOp("reshape", t, new Tuple([...new Array(missing).fill(1), ...t.sizes])) as Tensor) : t,
  );
}

function filled(sizes: readonly number[], value: Value, dtype: DType): NDArray {
  if (sizes.some((n) => n < 0)) throw valueError("negative dimensions are not allowed");
  return new NDArray(copyOf(runOp("broadcast_to", operand(value, dtype), new Tuple(sizes)) as Tensor));
}

const asValue = (v: Value): Value => (typeof v === "object" && Array.isArray(v) ? new NDArray(arrayData(v)) : v);

const number = (v: Value): number =>
  numberOf(v instanceof NumpyScalar ? v.value : v) ?? Number(arrayData(v).numel && runItem(v));
const runItem = (v: Value): number => Number(arrayData(v).storage.data[arrayData(v).offset]);

function arange(first: Value, second: Value, third: Value, given: Value): Value {
  const [from, to] = second === null ? [0, first] : [first, second];
  const step = third ?? 1;
  const dtype = dtypeArgument(given) ?? resultType([from, to, step]);
  const [start, stop, by] = [from, to, step].map(number);
  if (by === 0) throw error("ZeroDivisionError", "division by zero");
  const length = Math.max(0, Math.ceil((stop - start) / by));
  // The second element is rounded before the steps are counted from it.
  const delta = start + by - start;
  return new NDArray(
    tensorFromData(
      Array.from({ length }, (_, i) => start + i * delta),
      [length],
      dtype,
    ),
  );
}

function spaced(from: number, to: number, count: number, endpoint: boolean): { values: number[]; step: number } {
  if (count < 0) throw valueError(`Number of samples, ${count}, must be non-negative.`);
  const parts = endpoint ? count - 1 : count;
  const step = parts > 0 ? (to - from) / parts : Number.NaN;
  const values = Array.from({ length: count }, (_, i) => {
    if (parts <= 0) return i * (to - from) + from;
    return (step === 0 ? (i / parts) * (to - from) : i * step) + from;
  });
  if (endpoint && count > 1) values[count - 1] = to;
  return { values, step };
}

function linspace(start: Value, stop: Value, num: Value, endpoint: Value, withStep: Value, dtype: Value): Value {
  const { values, step } = spaced(number(start), number(stop), Number(number(num)), truthy(endpoint));
  const made = tensorFromData(values, [values.length], float64);
  const wanted = dtypeArgument(dtype) ?? float64;
  const rounded = wanted.kind === "int" ? (runOp("floor", made) as Tensor) : made;
  const result = new NDArray(toDType(rounded, wanted));
  return truthy(withStep) ? new Tuple([result, new NumpyScalar(step, float64)]) : result;
}

function logspace(start: Value, stop: Value, num: Value, endpoint: Value, base: Value): Value {
  const { values } = spaced(number(start), number(stop), number(num), truthy(endpoint));
  const powers = tensorFromData(values, [values.length], float64);
  return new NDArray(runOp("pow", tensorFromData([number(base)], [], float64), powers) as Tensor);
}

function eye(n: number, m: Value, k: number, dtype: Value): Value {
  const columns = m === null ? n : number(m);
  const values = Array.from({ length: n * columns }, (_, i) => Number((i % columns) - Math.floor(i / columns) === k));
  return new NDArray(tensorFromData(values, [n, columns], dtypeArgument(dtype) ?? float64));
}

const constant = (value: number): Method => [
  "shape, dtype=, order=",
  (shape: Value, dtype: Value) => filled(shapeOf(shape), value, dtypeArgument(dtype) ?? float64),
  null,
  "C",
];
const like = (value: number): Method => [
  "a, dtype=, order=, subok=, shape=",
  (a: Value, dtype: Value) => {
    const t = arrayData(a);
    return filled(t.sizes, value, dtypeArgument(dtype) ?? t.dtype);
  },
  null,
  "K",
  true,
  null,
];

export const creating: Readonly<Record<string, Method>> = {
  array: ["object, dtype=, *, copy=, order=, subok=, ndmin=", array, null, true, "K", false, 0],
  asarray: ["a, dtype=", (v: Value, dtype: Value) => new NDArray(arrayData(v, dtypeArgument(dtype))), null],
  ascontiguousarray: [
    "a, dtype=",
    (v: Value, dtype: Value) => new NDArray(runOp("contiguous", arrayData(v, dtypeArgument(dtype))) as Tensor),
    null,
  ],
  copy: ["a", (v: Value) => new NDArray(copyOf(arrayData(v)))],
  zeros: constant(0),
  ones: constant(1),
  empty: [
    "shape, dtype=",
    (shape: Value, dtype: Value) => {
      const sizes = shapeOf(shape);
      const t = empty(sizes, dtypeArgument(dtype) ?? float64);
      return new NDArray(numelOf(sizes) > 0 ? (runOp("zero_", t) as Tensor) : t);
    },
    null,
  ],
  full: [
    "shape, fill_value, dtype=",
    (shape: Value, value: Value, dtype: Value) => {
      const given = asValue(value);
      return filled(shapeOf(shape), given, dtypeArgument(dtype) ?? resultType([given]));
    },
    null,
  ],
  zeros_like: like(0),
  ones_like: like(1),
  empty_like: like(0),
  full_like: [
    "a, fill_value, dtype=",
    (a: Value, value: Value, dtype: Value) => {
      const t = arrayData(a);
      return filled(t.sizes, asValue(value), dtypeArgument(dtype) ?? t.dtype);
    },
    null,
  ],
  arange: ["start, stop=, step=, dtype=", arange, null, null, null],
  linspace: ["start, stop, num=, endpoint=, retstep=, dtype=", linspace, 50, true, false, null],
  logspace: ["start, stop, num=, endpoint=, base=", logspace, 50, true, 10],
  eye: ["N, M=, k=, dtype=", eye, null, 0, null],
  identity: ["n, dtype=", (n: number, dtype: Value) => eye(n, null, 0, dtype), null],
};
