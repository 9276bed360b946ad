/** `sum`, `mean`, `var`: added up in NumPy's order, so that the last digits are the same. */
import { type DType, float32, float64 } from "../../tensor/dtype";
import { accessOf, fromNumbers, toNumbers } from "../../tensor/elements";
import { toDType } from "../../tensor/ops/copies";
import { tensorFromData } from "../../tensor/ops/creation";
import { empty, type Tensor } from "../../tensor/tensor";
import { runOp } from "../torch/tensor_type";
import { Tuple } from "../values/tuple";
import { floatOf } from "./dtypes";

type Round = (x: number) => number;

/** Pairwise summation: eight running sums within blocks of at most 128, halves above. */
function pairwise(x: Float64Array, from: number, n: number, round: Round): number {
  if (n < 8) {
    let sum = -0;
    for (let i = 0; i < n; i++) sum = round(sum + x[from + i]);
    return sum;
  }
  if (n > 128) {
    const half = (n >> 1) - ((n >> 1) % 8);
    return round(pairwise(x, from, half, round) + pairwise(x, from + half, n - half, round));
  }
  const r = x.slice(from, from + 8);
  const whole = n - (n % 8);
  for (let i = 8; i < whole; i += 8) for (let j = 0; j < 8; j++) r[j] = round(r[j] + x[from + i + j]);
  const pair = (j: number): number => round(r[j] + r[j + 1]);
  let sum = round(round(pair(0) + pair(2)) + round(pair(4) + pair(6)));
  for (let i = whole; i < n; i++) sum = round(sum + x[from + i]);
  return sum;
}

/** Sums floats over dimensions; the others stay, in their order. Memory is walked from the largest stride to the smallest. */
function floatSum(t: Tensor, axes: ReadonlySet<number>): Tensor {
  const order = t.sizes.map((_, d) => d).sort((a, b) => Math.abs(t.strides[b]) - Math.abs(t.strides[a]));
  const walked = order.filter((d) => t.sizes[d] !== 1);
  let block = 1;
  let step = 0;
  while (walked.length > 0) {
    const d = walked[walked.length - 1];
    if (!axes.has(d) || (block > 1 && t.strides[d] !== step)) break;
    block *= t.sizes[d];
    step = t.strides[d] * t.sizes[d];
    walked.pop();
  }
  const keptSizes = t.sizes.filter((_, d) => !axes.has(d));
  const places = new Array<number>(t.ndim).fill(0);
  let unit = 1;
  for (let d = t.ndim - 1; d >= 0; d--) {
    if (axes.has(d)) continue;
    places[d] = unit;
    unit *= t.sizes[d];
  }
  const values = toNumbers(runOp("permute", t, new Tuple(order)) as Tensor);
  const sums = new Float64Array(unit);
  const { round } = accessOf(t.dtype);
  const counter = walked.map(() => 0);
  for (let from = 0; from < values.length; from += block) {
    const at = walked.reduce((n, d, i) => n + counter[i] * places[d], 0);
    sums[at] = round(sums[at] + pairwise(values, from, block, round));
    for (let i = counter.length - 1; i >= 0 && ++counter[i] === t.sizes[walked[i]]; i--) counter[i] = 0;
  }
  const out = empty(keptSizes, t.dtype);
  fromNumbers(out, sums);
  return out;
}

function keeping(t: Tensor, sizes: readonly number[], axes: ReadonlySet<number>, keep: boolean): Tensor {
  return keep
    ? (runOp(
        "reshape",
        t,
        sizes.map((n, d) => (axes.has(d) ? 1 : n)),
      ) as Tensor)
    : t;
}

/** Sums over `axes`; integers and truth values in int64. */
export function sumOver(t: Tensor, axes: readonly number[], keep: boolean, dtype: DType | null): Tensor {
  const set = new Set(axes);
  const typed = dtype === null ? t : toDType(t, dtype);
  if (typed.dtype.kind === "float" && !t.isAbstract) return keeping(floatSum(typed, set), t.sizes, set, keep);
  if (axes.length === 0) return typed;
  return runOp("sum", typed, new Tuple(axes), keep) as Tensor;
}

const countOver = (t: Tensor, axes: readonly number[]): number => axes.reduce((n, d) => n * t.sizes[d], 1);

function over(sum: Tensor, count: number): Tensor {
  return runOp("div", sum, tensorFromData([count], [], sum.dtype)) as Tensor;
}

/** The dtype in which averages are taken. */
const averaging = (dtype: DType): DType => (dtype.kind === "float" ? dtype : float64);

export function meanOver(t: Tensor, axes: readonly number[], keep: boolean, dtype: DType | null): Tensor {
  const wanted = dtype ?? averaging(t.dtype);
  // Halves are added up in float32.
  const adding = wanted.name === "float16" ? float32 : wanted;
  return toDType(over(sumOver(t, axes, keep, adding), countOver(t, axes)), wanted);
}

export function varOver(t: Tensor, axes: readonly number[], keep: boolean, ddof: number): Tensor {
  const typed = toDType(t, averaging(t.dtype));
  const away = runOp("sub", typed, meanOver(typed, axes, true, null)) as Tensor;
  const squares = runOp("mul", away, away) as Tensor;
  return over(sumOver(squares, axes, keep, null), Math.max(countOver(t, axes) - ddof, 0));
}

export function stdOver(t: Tensor, axes: readonly number[], keep: boolean, ddof: number): Tensor {
  return runOp("sqrt", toDType(varOver(t, axes, keep, ddof), floatOf(averaging(t.dtype)))) as Tensor;
}
