import { type DType, dtypeOfScalar, getDefaultDType, int64 } from "../dtype";
import { accessOf, toNumbers } from "../elements";
import { check, DataDependent } from "../errors";
import { defineOp } from "../op";
import { fma32, fma64 } from "../random/fused";
import { type Scalar, toNumber } from "../scalar";
import { Tensor } from "../tensor";
import { warn } from "../warnings";
import { floatDType, made, OPTIONS, type Options } from "./factory";

/** Writes `value(i)` to element i of a new tensor. */
function written(t: Tensor, value: (i: number) => number): Tensor {
  if (t.isAbstract) return t;
  const { data } = t.storage;
  const { set } = accessOf(t.dtype);
  for (let i = 0; i < t.numel; i++) set(data, i, value(i));
  return t;
}

// PyTorch computes float32 ranges in runs of 16 as two vectors of 8: each starts from a rounded base.
const VECTOR = 8;
const RUN = 16;

function rangeValue(start: number, step: number, length: number, dtype: DType): (i: number) => number {
  if (dtype.name !== "float32") return (i) => start + step * i;
  const whole = length - (length % RUN);
  return (i) => {
    if (i >= whole) return start + step * i;
    const lane = i % VECTOR;
    return Math.fround(start + step * (i - lane)) + lane * step;
  };
}

function range(start: Scalar, end: Scalar, step: Scalar, options: Options): Tensor {
  const [from, to, by] = [start, end, step].map(toNumber);
  check(by !== 0, "step must be nonzero");
  check(Number.isFinite(from) && Number.isFinite(to), () => `unsupported range: ${cText(from)} -> ${cText(to)}`);
  check(by > 0 ? from <= to : from >= to, "upper bound and lower bound inconsistent with step sign");
  const kinds = [start, end, step].map(dtypeOfScalar);
  const inferred = kinds.some((d) => d.kind === "float") ? getDefaultDType() : int64;
  const dtype = made([0], inferred, options).dtype;
  // Of integers the ends and the step are made whole before they are counted.
  const [first, last, stride] = dtype.kind === "float" ? [from, to, by] : [from, to, by].map(Math.trunc);
  const length = Math.ceil((last - first) / stride);
  const t = made([length], inferred, options);
  return written(t, rangeValue(first, stride, length, t.dtype));
}

/** Infinities and nan as C++ streams print them. */
function cText(x: number): string {
  return Number.isNaN(x) ? "nan" : Number.isFinite(x) ? String(x) : x > 0 ? "inf" : "-inf";
}

export const arange = defineOp({
  schema: `arange(Scalar end, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "The numbers 0, 1, … below end.",
  forward: (end: Scalar, ...options: Options): Tensor => range(0, end, 1, options),
});

export const arangeBetween = defineOp({
  schema: `arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "The numbers from start, step by step, as long as they lie before end.",
  forward: (start: Scalar, end: Scalar, step: Scalar = 1, ...options: Options): Tensor =>
    range(start, end, step, options),
});

export const rangeInclusive = defineOp({
  schema: `range(Scalar start=0, Scalar end=0, Scalar step=1, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "The numbers from start to end, both included; arange is its successor.",
  forward: (start: Scalar = 0, end: Scalar = 0, step: Scalar = 1, ...options: Options): Tensor => {
    warn(
      "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with " +
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
    );
    const [from, to, by] = [start, end, step].map(toNumber);
    check(by !== 0, "step must be nonzero");
    check(by > 0 ? from <= to : from >= to, "upper bound and lower bound inconsistent with step sign");
    const t = made([Math.floor((to - from) / by + 1)], floatDType(), options);
    return written(t, (i) => from + by * i);
  },
});

/** Both ends are exact: the second half counts back from the end. The step of integers is rounded as told. */
function spaced(
  start: number,
  end: number,
  steps: number,
  dtype: DType,
  integerStep: (x: number) => number,
): (i: number) => number {
  const fma = dtype.name === "float32" ? fma32 : dtype.name === "float64" ? fma64 : null;
  const round = dtype.kind === "float" ? accessOf(dtype).round : integerStep;
  const [a, b] = dtype.kind === "float" ? [round(start), round(end)] : [Math.trunc(start), Math.trunc(end)];
  const step = round(round(b - a) / (steps - 1));
  const half = Math.floor(steps / 2);
  if (steps === 1) return () => a;
  if (fma) return (i) => (i < half ? fma(step, i, a) : fma(-step, steps - 1 - i, b));
  return (i) => (i < half ? a + step * i : b - step * (steps - 1 - i));
}

/** The ends of a sequence, which may be given as tensors without dimensions. */
function ends(name: string, first: Scalar | Tensor, last: Scalar | Tensor): [Scalar, Scalar] {
  const dims = [first, last].map((v) => (v instanceof Tensor ? v.ndim : 0));
  check(
    dims[0] === 0 && dims[1] === 0,
    () =>
      `${name} only supports 0-dimensional start and end tensors, but got start with ${dims[0]} dimension(s) and end ` +
      `with ${dims[1]} dimension(s).`,
  );
  return [numberOf(first), numberOf(last)];
}

function numberOf(v: Scalar | Tensor): Scalar {
  if (!(v instanceof Tensor)) return v;
  if (v.isAbstract) throw new DataDependent("the ends of a sequence");
  return toNumbers(v)[0];
}

export const linspace = defineOp({
  schema: `linspace(Scalar start, Scalar end, int steps, *, ${OPTIONS}) -> Tensor`,
  overloads: [`linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ${OPTIONS}) -> Tensor`],
  in: ["torch"],
  summary: "Evenly spaced numbers from start to end, both included.",
  forward: (first: Scalar | Tensor, last: Scalar | Tensor, steps: Scalar, ...options: Options): Tensor => {
    const [start, end] = ends("linspace", first, last);
    const n = toNumber(steps);
    check(n >= 0, "number of steps must be non-negative");
    const t = made([n], floatDType(), options);
    return written(
      t,
      spaced(toNumber(start), toNumber(end), n, t.dtype, (step) => step),
    );
  },
});

export const logspace = defineOp({
  schema: `logspace(Scalar start, Scalar end, int steps, float base=10.0, *, ${OPTIONS}) -> Tensor`,
  overloads: [`logspace.Tensor_Tensor(Tensor start, Tensor end, int steps, float base=10.0, *, ${OPTIONS}) -> Tensor`],
  in: ["torch"],
  summary: "Numbers from base**start to base**end with evenly spaced exponents.",
  forward: (
    first: Scalar | Tensor,
    last: Scalar | Tensor,
    steps: Scalar,
    base: Scalar = 10,
    ...options: Options
  ): Tensor => {
    const [start, end] = ends("logspace", first, last);
    const n = toNumber(steps);
    check(n >= 0, "number of steps must be non-negative");
    const t = made([n], floatDType(), options);
    const exponent = spaced(toNumber(start), toNumber(end), n, t.dtype, Math.fround);
    return written(t, (i) => toNumber(base) ** exponent(i));
  },
});
