import type { Sizes } from "../shape";

/** One run of `n` elements: where each operand starts and how far it steps, in elements. */
export type Row = (n: number, at: readonly number[], step: readonly number[]) => void;

/** Loops over the elements of equally sized strided operands: sizes from the outermost in, steps per operand. */
export interface Loops {
  readonly sizes: readonly number[];
  readonly steps: readonly (readonly number[])[];
}

/** Dimensions from the outermost in by the strides of the first operand; null when that is their own order. */
function memoryOrderOf(strides: Sizes): number[] | null {
  for (let d = 1; d < strides.length; d++) {
    if (strides[d] > strides[d - 1]) return [...strides.keys()].sort((a, b) => strides[b] - strides[a] || a - b);
  }
  return null;
}

/**
 * The loops in the memory order of the first operand, without those of size 1, and with neighbouring ones joined that
 * every operand walks without a gap: contiguous operands make a single loop.
 */
export function joinDims(sizes: Sizes, strides: readonly Sizes[]): Loops {
  const operands = strides.length;
  const order = memoryOrderOf(strides[0]);
  const joined: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let i = 0; i < sizes.length; i++) {
    const d = order ? order[i] : i;
    const n = sizes[d];
    if (n === 1) continue;
    const last = joined.length - 1;
    let together = last >= 0;
    for (let k = 0; together && k < operands; k++) together = steps[k][last] === strides[k][d] * n;
    if (together) joined[last] *= n;
    else joined.push(n);
    const at = joined.length - 1;
    for (let k = 0; k < operands; k++) steps[k][at] = strides[k][d];
  }
  return { sizes: joined, steps };
}

/** Visits the elements of equally sized strided operands, one innermost run at a time. */
export function walk(sizes: Sizes, strides: readonly Sizes[], offsets: readonly number[], row: Row): void {
  if (sizes.includes(0)) return;
  const operands = strides.length;
  const { sizes: joined, steps } = joinDims(sizes, strides);
  const inner = joined.length - 1;
  const at = [...offsets];
  if (inner < 0) {
    row(1, at, new Array(operands).fill(1));
    return;
  }
  const step = steps.map((s) => s[inner]);
  const n = joined[inner];
  const index = new Array<number>(inner).fill(0);
  for (;;) {
    row(n, at, step);
    let d = inner - 1;
    for (; d >= 0; d--) {
      for (let k = 0; k < operands; k++) at[k] += steps[k][d];
      if (++index[d] < joined[d]) break;
      for (let k = 0; k < operands; k++) at[k] -= steps[k][d] * joined[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
