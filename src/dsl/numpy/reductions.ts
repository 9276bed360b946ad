/** Functions that take dimensions away, with their `axis` and `keepdims`. */
import { bool, type DType, int64 } from "../../tensor/dtype";
import { toDType } from "../../tensor/ops/copies";
import type { Tensor } from "../../tensor/tensor";
import type { Method } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { typeName } from "../types";
import { indexOf } from "../values/int";
import { Tuple } from "../values/tuple";
import { arrayData } from "./conversion";
import { dtypeArgument } from "./dtypes";
import { axisErrorType } from "./errors";
import { wrap } from "./ndarray";
import { meanOver, stdOver, sumOver, varOver } from "./sums";

/** A dimension counted from the front; AxisError when there is none. */
export function axisOf(v: Value, ndim: number): number {
  const axis = indexOf(v);
  if (axis === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (axis < -ndim || axis >= ndim) {
    throw error(axisErrorType, `axis ${axis} is out of bounds for array of dimension ${ndim}`);
  }
  return axis < 0 ? axis + ndim : axis;
}

function axesOf(v: Value, ndim: number): number[] {
  if (v === null) return Array.from({ length: ndim }, (_, d) => d);
  return (v instanceof Tuple ? v.items : [v]).map((axis) => axisOf(axis, ndim));
}

type Reduce = (t: Tensor, axes: number[], keep: boolean, extra: Value) => Tensor;

/** Parameters: (a, axis, extra, keepdims); `extra` is a dtype or ddof. */
function reduction(extra: string, missing: Value, run: Reduce): Method {
  const reduce = (v: Value, axis: Value, given: Value, _out: Value, keep: Value): Value => {
    const t = arrayData(v);
    return wrap(run(t, axesOf(axis, t.ndim), truthy(keep), given));
  };
  return [`a, axis=, ${extra}=, out=, keepdims=`, reduce, null, missing, null, false];
}

function extreme(op: string): Method {
  const reduce = (v: Value, axis: Value, _out: Value, keep: Value): Value => {
    const t = arrayData(v);
    if (t.numel === 0) {
      throw valueError(
        `zero-size array to reduction operation ${op === "amax" ? "maximum" : "minimum"} which has no identity`,
      );
    }
    const axes = axesOf(axis, t.ndim);
    return wrap(t.ndim === 0 ? t : (runOp(op, t, new Tuple(axes), truthy(keep)) as Tensor));
  };
  return ["a, axis=, out=, keepdims=", reduce, null, null, false];
}

function position(op: string): Method {
  const find = (v: Value, axis: Value): Value => {
    const t = arrayData(v);
    if (t.numel === 0) throw valueError(`attempt to get ${op} of an empty sequence`);
    const typed = t.dtype === bool ? toDType(t, int64) : t;
    return wrap(runOp(op, typed, axis === null ? null : axisOf(axis, t.ndim)) as Tensor);
  };
  return ["a, axis=", find, null];
}

function truth(op: string): Method {
  const reduce = (v: Value, axis: Value, _out: Value, keep: Value): Value => {
    const t = toDType(arrayData(v), bool);
    const kept = truthy(keep);
    const axes = axesOf(axis, t.ndim).sort((a, b) => b - a);
    return wrap(axes.reduce((rest, d) => runOp(op, rest, d, kept) as Tensor, t));
  };
  return ["a, axis=, out=, keepdims=", reduce, null, null, false];
}

/** Products one dimension after the other. */
function product(t: Tensor, axes: number[], keep: boolean, dtype: DType | null): Tensor {
  const start = dtype === null ? t : toDType(t, dtype);
  const wide = start.dtype.kind === "float" ? start : toDType(start, int64);
  return axes.sort((a, b) => b - a).reduce((rest, d) => runOp("prod", rest, d, keep) as Tensor, wide);
}

function cumulative(op: string): Method {
  const run = (v: Value, axis: Value): Value => {
    const t = arrayData(v);
    if (axis === null) return wrap(runOp(op, runOp("reshape", t, -1), 0) as Tensor);
    return wrap(runOp(op, t, axisOf(axis, t.ndim)) as Tensor);
  };
  return ["a, axis=", run, null];
}

function median(t: Tensor, axes: number[], keep: boolean): Tensor {
  const [axis, ...others] = axes;
  const whole = axes.length === t.ndim && !keep;
  if (!whole && others.length > 0) throw valueError("median over several axes is not supported");
  const sorted = runOp("sort", whole ? runOp("reshape", t, -1) : t, whole ? 0 : axis) as Tuple;
  const values = sorted.items[0] as Tensor;
  const d = whole ? 0 : axis;
  const n = values.sizes[d];
  const middle = runOp("narrow", values, d, (n - 1) >> 1, 2 - (n % 2)) as Tensor;
  return meanOver(middle, [d], keep, null);
}

const dtyped =
  (run: (t: Tensor, axes: number[], keep: boolean, dtype: DType | null) => Tensor): Reduce =>
  (t, axes, keep, dtype) =>
    run(t, axes, keep, dtypeArgument(dtype));
const withDdof = (run: (t: Tensor, axes: number[], keep: boolean, ddof: number) => Tensor): Method => {
  const reduce = (v: Value, axis: Value, _d: Value, _out: Value, ddof: Value, keep: Value): Value => {
    const t = arrayData(v);
    return wrap(run(t, axesOf(axis, t.ndim), truthy(keep), Number(ddof)));
  };
  return ["a, axis=, dtype=, out=, ddof=, keepdims=", reduce, null, null, null, 0, false];
};

/** What arrays have as methods and the module as functions. */
export const reductions: Readonly<Record<string, Method>> = {
  sum: reduction("dtype", null, dtyped(sumOver)),
  mean: reduction("dtype", null, dtyped(meanOver)),
  prod: reduction("dtype", null, dtyped(product)),
  std: withDdof(stdOver),
  var: withDdof(varOver),
  max: extreme("amax"),
  min: extreme("amin"),
  argmax: position("argmax"),
  argmin: position("argmin"),
  all: truth("all"),
  any: truth("any"),
  cumsum: cumulative("cumsum"),
  cumprod: cumulative("cumprod"),
};

/** What only the module has. */
export const reducingFunctions: Readonly<Record<string, Method>> = {
  amax: reductions.max,
  amin: reductions.min,
  median: [
    "a, axis=, out=, overwrite_input=, keepdims=",
    (v: Value, axis: Value, _out: Value, _overwrite: Value, keep: Value) => {
      const t = arrayData(v);
      return wrap(median(t, axesOf(axis, t.ndim), truthy(keep)));
    },
    null,
    null,
    false,
    false,
  ],
};
