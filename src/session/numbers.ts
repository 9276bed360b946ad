/** Statistics of a tensor's numbers for hovers: one pass, no tensor made. */
import type { DType } from "../tensor/dtype";
import { accessOf, eachIndex } from "../tensor/elements";
import type { Tensor } from "../tensor/tensor";

export interface NumberSummary {
  readonly mean: number;
  /** With Bessel's correction; NaN for one number, as `Tensor.std()`. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly first: string;
}

const FIRST = 6;

/** Welford's running moments over all elements; undefined for a tensor without data or without elements. */
export function summarizeNumbers(t: Tensor): NumberSummary | undefined {
  // Complex numbers have no order: no smallest one, no largest one.
  if (t.isAbstract || t.numel === 0 || t.dtype.kind === "complex") return undefined;
  const { data } = t.storage;
  const { get } = accessOf(t.dtype);
  let n = 0;
  let mean = 0;
  let squares = 0;
  let min = Infinity;
  let max = -Infinity;
  let nan = false;
  const first: number[] = [];
  eachIndex(t.sizes, t.strides, t.offset, (at) => {
    const x = get(data, at);
    n++;
    const before = x - mean;
    mean += before / n;
    squares += before * (x - mean);
    if (x < min) min = x;
    if (x > max) max = x;
    if (Number.isNaN(x)) nan = true;
    if (n <= FIRST) first.push(x);
  });
  const shown = first.map((x) => numberText(x, t.dtype.kind)).join(", ");
  return {
    mean,
    std: n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN,
    min: nan ? Number.NaN : min,
    max: nan ? Number.NaN : max,
    first: n > FIRST ? `${shown}, …` : shown,
  };
}

function numberText(x: number, kind: DType["kind"]): string {
  if (kind === "bool") return x === 0 ? "False" : "True";
  if (kind === "int") return String(x);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const size = Math.abs(x);
  return size !== 0 && (size < 1e-4 || size >= 1e6) ? x.toExponential(3) : x.toFixed(4);
}
