import { type DType, float32, float64, realOf } from "../tensor/dtype";
import { accessOf, fromNumbers, toNumbers } from "../tensor/elements";
import { pairsOf } from "../tensor/kernels/parts";
import { fma64 } from "../tensor/random/fused";
import type { Tensor } from "../tensor/tensor";

export type Floats = Float32Array | Float64Array;

/**
 * Arithmetic of one dtype as PyTorch's elementwise kernels do it: every operation rounds, `a + s·b` and
 * `a + (s·b)·c` round the last product and the sum together.
 */
export interface Arithmetic {
  /** The result of one operation. */
  readonly round: (x: number) => number;
  /** Steps inside one fused operation: 16-bit floats are computed in float32 and rounded at the end. */
  readonly inner: (x: number) => number;
  /** a·b + c. */
  readonly fma: (a: number, b: number, c: number) => number;
  /** A Python number that meets a tensor. */
  readonly scalar: (x: number) => number;
}

const single: Arithmetic = {
  round: Math.fround,
  inner: Math.fround,
  fma: (a, b, c) => Math.fround(a * b + c),
  scalar: Math.fround,
};

const double: Arithmetic = { round: (x) => x, inner: (x) => x, fma: fma64, scalar: (x) => x };

export function arithmeticOf(dtype: DType): Arithmetic {
  const real = realOf(dtype);
  if (real === float32) return single;
  if (real === float64) return double;
  const { round } = accessOf(dtype);
  return { round, inner: Math.fround, fma: (a, b, c) => round(Math.fround(a * b + c)), scalar: Math.fround };
}

/** start + weight·(end - start), from whichever end is nearer. */
export function lerp(a: Arithmetic, start: number, end: number, weight: number): number {
  const difference = a.inner(end - start);
  return weight < 0.5 ? a.fma(weight, difference, start) : a.fma(-difference, a.inner(1 - weight), end);
}

/** x + (value·n)/d, each step rounded. */
export function addQuotient(a: Arithmetic, x: number, value: number, n: number, d: number): number {
  return a.round(x + a.inner(a.inner(value * n) / d));
}

/**
 * Runs `work` on the elements of tensors of equal sizes, row by row. Contiguous float32 and float64 tensors are worked on
 * where they lie; others are copied and, the first `written` of them, stored back.
 */
export function withElements(
  given: readonly Tensor[],
  written: number,
  work: (arrays: readonly Floats[], length: number) => void,
): void {
  const arrays: Floats[] = [];
  const tensors: Tensor[] = [];
  const copied: boolean[] = [];
  for (const x of given) {
    // Complex numbers are stepped part by part, as PyTorch's optimisers do.
    const t = x.dtype.kind === "complex" ? pairsOf(x) : x;
    const direct = t.isContiguous && (t.dtype === float32 || t.dtype === float64);
    tensors.push(t);
    copied.push(!direct);
    arrays.push(direct ? elementsOf(t) : toNumbers(t));
  }
  work(arrays, tensors[0].numel);
  for (let i = 0; i < written; i++) {
    if (copied[i]) fromNumbers(tensors[i], arrays[i]);
    tensors[i].versionCounter.value++;
  }
}

function elementsOf(t: Tensor): Floats {
  const data = t.storage.data as Floats;
  return t.offset === 0 && data.length === t.numel ? data : data.subarray(t.offset, t.offset + t.numel);
}
