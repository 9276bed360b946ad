/** Functions of the module that are no elementwise functions: joining, shaping, sorting, comparing. */
import { type DType, float64 } from "../../tensor/dtype";
import { toDType } from "../../tensor/ops/copies";
import type { Tensor } from "../../tensor/tensor";
import type { Method } from "../builtins/table";
import { truthy } from "../comparison";
import { valueError } from "../exceptions";
import { elementsOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { listOf } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { choose, clip, elementwise, round } from "./arithmetic";
import { arrayData } from "./conversion";
import { promote } from "./dtypes";
import { product } from "./linear";
import { argsort, nonzero, reshape, shapeOf, sort, transposed } from "./methods";
import { NDArray, wrap } from "./ndarray";
import { defaultOptions, options, type PrintOptions } from "./printing";
import { axisOf } from "./reductions";

const made = (op: string, ...args: Value[]): NDArray => new NDArray(runOp(op, ...args) as Tensor);

/** Arrays of one dtype, for joining. */
function joined(v: Value): Tensor[] {
  const arrays = listOf(v).map((each) => arrayData(each));
  if (arrays.length === 0) throw valueError("need at least one array to concatenate");
  const dtype = arrays.map((t) => t.dtype).reduce(promote);
  return arrays.map((t) => toDType(t, dtype));
}

function concatenate(arrays: Tensor[], axis: Value): NDArray {
  if (axis === null)
    return concatenate(
      arrays.map((t) => reshape(t, [-1])),
      0,
    );
  const [first] = arrays;
  if (first.ndim === 0) throw valueError("zero-dimensional arrays cannot be concatenated");
  const d = axisOf(axis, first.ndim);
  arrays.forEach((t, i) => {
    if (t.ndim !== first.ndim) {
      throw valueError(
        "all the input arrays must have same number of dimensions, but the array at index 0 has " +
          `${first.ndim} dimension(s) and the array at index ${i} has ${t.ndim} dimension(s)`,
      );
    }
    const differs = t.sizes.findIndex((n, at) => at !== d && n !== first.sizes[at]);
    if (differs >= 0) {
      throw valueError(
        "all the input array dimensions except for the concatenation axis must match exactly, but along dimension " +
          `${differs}, the array at index 0 has size ${first.sizes[differs]} and the array at index ${i} has size ${t.sizes[differs]}`,
      );
    }
  });
  return made("cat", arrays, d);
}

function stack(arrays: Tensor[], axis: number): NDArray {
  if (arrays.some((t) => t.sizes.join() !== arrays[0].sizes.join())) {
    throw valueError("all input arrays must have the same shape");
  }
  return made("stack", arrays, axis);
}

const atLeast = (t: Tensor, ndim: number): Tensor =>
  t.ndim >= ndim ? t : reshape(t, [...new Array<number>(ndim - t.ndim).fill(1), ...t.sizes]);

function unique(v: Value, _index: Value, inverse: Value, counts: Value): Value {
  const t = arrayData(v);
  const found = runOp("unique", reshape(t, [-1]), true, truthy(inverse), truthy(counts));
  if (!(found instanceof Tuple)) return new NDArray(found as Tensor);
  return new Tuple(found.items.map((each) => new NDArray(each as Tensor)));
}

const pair = (a: Value, b: Value): [Tensor, Tensor] => {
  const [x, y] = [arrayData(a), arrayData(b)];
  const dtype: DType = promote(promote(x.dtype, y.dtype), float64);
  return [toDType(x, dtype), toDType(y, dtype)];
};

function isClose(a: Value, b: Value, rtol: number, atol: number, equalNan: Value): Tensor {
  elementwise("equal", a, b);
  const [x, y] = pair(a, b);
  return runOp("isclose", x, y, Number(rtol), Number(atol), truthy(equalNan)) as Tensor;
}

const all = (t: Tensor): boolean => elementsOf(t).every((v) => v === true);

function setPrintOptions(...given: Value[]): null {
  const names: (keyof PrintOptions)[] = ["precision", "threshold", "edgeitems", "linewidth", "suppress"];
  names.forEach((name, i) => {
    if (given[i] !== null)
      Object.assign(options, { [name]: name === "suppress" ? truthy(given[i]) : Number(given[i]) });
  });
  return null;
}

export function resetPrintOptions(): void {
  Object.assign(options, defaultOptions);
}

const closeDefaults: readonly Value[] = [1e-5, 1e-8, false];

export const moduleFunctions: Readonly<Record<string, Method>> = {
  concatenate: ["arrays, axis=", (v: Value, axis: Value) => concatenate(joined(v), axis), 0],
  append: [
    "arr, values, axis=",
    (arr: Value, values: Value, axis: Value) => concatenate(joined([arr, values]), axis),
    null,
  ],
  stack: ["arrays, axis=", (v: Value, axis: number) => stack(joined(v), axis), 0],
  vstack: [
    "tup",
    (v: Value) =>
      concatenate(
        joined(v).map((t) => atLeast(t, 2)),
        0,
      ),
  ],
  hstack: [
    "tup",
    (v: Value) => {
      const arrays = joined(v).map((t) => atLeast(t, 1));
      return concatenate(arrays, arrays[0].ndim === 1 ? 0 : 1);
    },
  ],
  column_stack: [
    "tup",
    (v: Value) => {
      return concatenate(
        joined(v).map((t) => (t.ndim < 2 ? reshape(t, [-1, 1]) : t)),
        1,
      );
    },
  ],
  reshape: ["a, shape", (a: Value, shape: Value) => new NDArray(reshape(arrayData(a), shapeOf(shape)))],
  ravel: ["a", (a: Value) => new NDArray(reshape(arrayData(a), [-1]))],
  transpose: ["a, axes=", (a: Value, axes: Value) => new NDArray(transposed(arrayData(a), axes)), null],
  swapaxes: ["a, axis1, axis2", (a: Value, p: Value, q: Value) => made("transpose", arrayData(a), p, q)],
  expand_dims: ["a, axis", (a: Value, axis: Value) => made("unsqueeze", arrayData(a), axis)],
  squeeze: [
    "a, axis=",
    (a: Value, axis: Value) => {
      return axis === null ? made("squeeze", arrayData(a)) : made("squeeze", arrayData(a), axis);
    },
    null,
  ],
  broadcast_to: [
    "array, shape",
    (a: Value, shape: Value) => made("broadcast_to", arrayData(a), new Tuple(shapeOf(shape))),
  ],
  tile: ["A, reps", (a: Value, reps: Value) => made("tile", arrayData(a), new Tuple(shapeOf(reps)))],
  repeat: [
    "a, repeats, axis=",
    (a: Value, n: Value, axis: Value) => {
      return made("repeat_interleave", arrayData(a), typeof n === "number" ? n : arrayData(n), axis);
    },
    null,
  ],
  flip: [
    "m, axis=",
    (a: Value, axis: Value) => {
      const t = arrayData(a);
      const dims = axis === null ? t.sizes.map((_, d) => d) : shapeOf(axis).map((d) => axisOf(d, t.ndim));
      return made("flip", t, new Tuple(dims));
    },
    null,
  ],
  sort: ["a, axis=", (a: Value, axis: Value) => new NDArray(sort(arrayData(a), axis)), -1],
  argsort: ["a, axis=", (a: Value, axis: Value) => new NDArray(argsort(arrayData(a), axis)), -1],
  unique: ["ar, return_index=, return_inverse=, return_counts=", unique, false, false, false],
  nonzero: ["a", (a: Value) => nonzero(arrayData(a))],
  where: [
    "condition, x=, y=",
    (condition: Value, x: Value, y: Value) => {
      return x === null ? nonzero(arrayData(condition)) : choose(condition, x, y);
    },
    null,
    null,
  ],
  clip: ["a, a_min=, a_max=", clip, null, null],
  round: ["a, decimals=", round, 0],
  around: ["a, decimals=", round, 0],
  dot: ["a, b", (a: Value, b: Value) => product(a, b, "dot")],
  matmul: ["x1, x2", (a: Value, b: Value) => product(a, b, "matmul")],
  outer: [
    "a, b",
    (a: Value, b: Value) => {
      const [x, y] = [reshape(arrayData(a), [-1, 1]), reshape(arrayData(b), [1, -1])];
      return elementwise("multiply", new NDArray(x), new NDArray(y));
    },
  ],
  diag: ["v, k=", (v: Value, k: Value) => made("diag", arrayData(v), k), 0],
  triu: ["m, k=", (v: Value, k: Value) => made("triu", arrayData(v), k), 0],
  tril: ["m, k=", (v: Value, k: Value) => made("tril", arrayData(v), k), 0],
  trace: ["a", (v: Value) => wrap(runOp("trace", arrayData(v)) as Tensor)],
  diff: ["a, n=, axis=", (v: Value, n: Value, axis: Value) => made("diff", arrayData(v), n, axis), 1, -1],
  isclose: [
    "a, b, rtol=, atol=, equal_nan=",
    (a: Value, b: Value, r: number, t: number, n: Value) => wrap(isClose(a, b, r, t, n)),
    ...closeDefaults,
  ],
  allclose: [
    "a, b, rtol=, atol=, equal_nan=",
    (a: Value, b: Value, r: number, t: number, n: Value) => all(isClose(a, b, r, t, n)),
    ...closeDefaults,
  ],
  array_equal: [
    "a1, a2",
    (a: Value, b: Value) => {
      const [x, y] = pair(a, b);
      return x.sizes.join() === y.sizes.join() && all(runOp("eq", x, y) as Tensor);
    },
  ],
  bincount: ["x", (v: Value) => made("bincount", arrayData(v))],
  count_nonzero: ["a", (v: Value) => wrap(runOp("count_nonzero", arrayData(v)) as Tensor)],
  shape: ["a", (v: Value) => new Tuple(arrayData(v).sizes)],
  ndim: ["a", (v: Value) => arrayData(v).ndim],
  size: ["a", (v: Value) => arrayData(v).numel],
  set_printoptions: [
    "precision=, threshold=, edgeitems=, linewidth=, suppress=",
    setPrintOptions,
    null,
    null,
    null,
    null,
    null,
  ],
};
