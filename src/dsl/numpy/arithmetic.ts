/** Elementwise functions: operands of any kind, NumPy's dtypes, tensor ops underneath. */
import { bool, type DType, float64, int64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { toDType } from "../../tensor/ops/copies";
import { tensorFromData } from "../../tensor/ops/creation";
import { isScalar, toFloat } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { error, typeError, valueError } from "../exceptions";
import { elementsOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { arrayData } from "./conversion";
import { floatOf, resultType } from "./dtypes";
import { NDArray, NumpyScalar, wrap } from "./ndarray";
import { shapeText } from "./printing";

/** An operand as data of a dtype. */
export function operand(v: Value, dtype: DType): Tensor {
  if (v instanceof NumpyScalar) return tensorFromData([v.value], [], dtype);
  if (!isScalar(v)) return toDType(arrayData(v), dtype);
  const n = Number(v);
  const wide = dtype.kind !== "int" || dtype.size === 8;
  const least = dtype.name === "uint8" ? 0 : -(2 ** (8 * dtype.size - 1));
  if (!wide && (n < least || n >= least + 2 ** (8 * dtype.size))) {
    throw error("OverflowError", `Python integer ${n} out of bounds for ${dtype.name}`);
  }
  return tensorFromData([v], [], dtype);
}

/** Lists become arrays, so that every operand has a dtype or is a Python number. */
function known(v: Value): Value {
  return v instanceof NDArray || v instanceof NumpyScalar || isScalar(v) ? v : new NDArray(arrayData(v));
}

const sizesOf = (v: Value): readonly number[] => (v instanceof NDArray ? v.tensor.sizes : []);

function checkShapes(operands: readonly Value[]): void {
  const all = operands.map(sizesOf);
  const ndim = Math.max(...all.map((sizes) => sizes.length));
  for (let back = 1; back <= ndim; back++) {
    const lengths = new Set(all.map((sizes) => sizes.at(-back) ?? 1));
    lengths.delete(1);
    if (back <= ndim && lengths.size > 1) {
      throw valueError(`operands could not be broadcast together with shapes ${all.map(shapeText).join(" ")} `);
    }
  }
}

/** Which dtype an elementwise function computes in. */
type Rule = (dtype: DType) => DType;
const floating: Rule = floatOf;
const asIs: Rule = (dtype) => dtype;

interface Elementwise {
  readonly op: string;
  readonly rule: Rule;
  readonly check?: (dtype: DType, operands: readonly Value[]) => void;
}

function noBooleans(what: string, instead: string): Elementwise["check"] {
  return (dtype) => {
    if (dtype !== bool) return;
    throw typeError(`numpy boolean ${what}, is not supported, use ${instead} instead.`);
  };
}

function checkPower(dtype: DType, [, exponent]: readonly Value[]): void {
  if (dtype.kind !== "int") return;
  if (elementsOf(operand(exponent, dtype)).some((n) => Number(n) < 0)) {
    throw valueError("Integers to negative integer powers are not allowed.");
  }
}

const entry = (op: string, rule: Rule = asIs, check?: Elementwise["check"]): Elementwise => ({ op, rule, check });
const XOR = "the bitwise_xor, the `^` operator, or the logical_xor function";

/** NumPy's name → the op, and the dtype it computes in. */
export const ufuncs: Readonly<Record<string, Elementwise>> = {
  add: entry("add"),
  subtract: entry("sub", asIs, noBooleans("subtract, the `-` operator", XOR)),
  multiply: entry("mul"),
  divide: entry("div", floating),
  true_divide: entry("div", floating),
  floor_divide: entry("floor_divide"),
  remainder: entry("remainder"),
  mod: entry("remainder"),
  power: entry("pow", asIs, checkPower),
  maximum: entry("maximum"),
  minimum: entry("minimum"),
  bitwise_and: entry("bitwise_and"),
  bitwise_or: entry("bitwise_or"),
  bitwise_xor: entry("bitwise_xor"),
  left_shift: entry("bitwise_left_shift"),
  right_shift: entry("bitwise_right_shift"),
  equal: entry("eq"),
  not_equal: entry("ne"),
  less: entry("lt"),
  less_equal: entry("le"),
  greater: entry("gt"),
  greater_equal: entry("ge"),
  logical_and: entry("logical_and"),
  logical_or: entry("logical_or"),
  logical_xor: entry("logical_xor"),
  hypot: entry("hypot", floating),
  arctan2: entry("atan2", floating),
  logical_not: entry("logical_not"),
  invert: entry("bitwise_not"),
  negative: entry(
    "neg",
    asIs,
    noBooleans("negative, the `-` operator", "the `~` operator or the logical_not function"),
  ),
  positive: entry("positive"),
  absolute: entry("abs"),
  abs: entry("abs"),
  square: entry("square"),
  sign: entry("sign"),
  sqrt: entry("sqrt", floating),
  exp: entry("exp", floating),
  exp2: entry("exp2", floating),
  expm1: entry("expm1", floating),
  log: entry("log", floating),
  log2: entry("log2", floating),
  log10: entry("log10", floating),
  log1p: entry("log1p", floating),
  sin: entry("sin", floating),
  cos: entry("cos", floating),
  tan: entry("tan", floating),
  arcsin: entry("asin", floating),
  arccos: entry("acos", floating),
  arctan: entry("atan", floating),
  sinh: entry("sinh", floating),
  cosh: entry("cosh", floating),
  tanh: entry("tanh", floating),
  floor: entry("floor"),
  ceil: entry("ceil"),
  trunc: entry("trunc"),
  reciprocal: entry("reciprocal"),
  isnan: entry("isnan", floating),
  isinf: entry("isinf", floating),
  isfinite: entry("isfinite", floating),
  deg2rad: entry("deg2rad", floating),
  rad2deg: entry("rad2deg", floating),
};

/** What needs no tensors between two numbers: results in float64 are exact as they stand. */
const ofNumbers: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** Loops over elements meet this often; undefined where the general way has to be gone. */
function betweenNumbers(op: string, dtype: DType, operands: readonly Value[]): NumpyScalar | undefined {
  const run = ofNumbers[op];
  if (run === undefined || (dtype !== float64 && dtype !== int64)) return undefined;
  const [a, b] = operands.map((v) => (v instanceof NumpyScalar ? v.value : v));
  if (!isScalar(a) || !isScalar(b) || typeof a === "bigint" || typeof b === "bigint") return undefined;
  const result = run(Number(a), Number(b));
  if (typeof result === "boolean") return new NumpyScalar(result, bool);
  if (dtype === float64) return new NumpyScalar(toFloat(result), float64);
  return Number.isSafeInteger(result) ? new NumpyScalar(result, int64) : undefined;
}

/** Runs an elementwise function; a tensor among the operands makes the result one. */
export function elementwise(name: string, ...given: Value[]): Value {
  const { op, rule, check } = ufuncs[name];
  const operands = given.map(known);
  const dtype = rule(resultType(operands));
  const quick = betweenNumbers(op, dtype, operands);
  if (quick) return quick;
  checkShapes(operands);
  check?.(dtype, operands);
  const result = runOp(op, ...operands.map((v) => operand(v, dtype))) as Tensor;
  return given.some(isTensor) ? result : wrap(result);
}

/** `np.where(condition, x, y)`. */
export function choose(condition: Value, x: Value, y: Value): Value {
  const operands = [condition, x, y].map(known);
  checkShapes(operands);
  const dtype = resultType(operands.slice(1));
  const mask = operand(operands[0], bool);
  return new NDArray(runOp("where", operand(operands[1], dtype), mask, operand(operands[2], dtype)) as Tensor);
}

/** `np.clip`: a missing bound bounds nothing. */
export function clip(v: Value, low: Value, high: Value): Value {
  const above = low === null ? v : elementwise("maximum", v, low);
  return high === null ? above : elementwise("minimum", above, high);
}

/** `np.round`: through a power of ten, ties to even. */
export function round(v: Value, decimals: number): Value {
  const operands = [known(v)];
  const dtype = resultType(operands);
  const t = operand(operands[0], dtype);
  if (dtype.kind !== "float") return wrap(t);
  if (decimals === 0) return wrap(runOp("round", t) as Tensor);
  const [before, after] = decimals > 0 ? ["mul", "div"] : ["div", "mul"];
  const unit = tensorFromData([10 ** Math.abs(decimals)], [], dtype.size < 8 ? dtype : float64);
  return wrap(runOp(after, runOp("round", runOp(before, t, unit)), unit) as Tensor);
}
