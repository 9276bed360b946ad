import type { Sizes } from "../shape";

/** One run of `n` elements: where each operand starts and how far it steps, in elements. */
export type Row = (n: number, at: readonly number[], step: readonly number[]) => void;

/**
 * Visits the elements of equally sized strided operands, one innermost run at a time and in row-major order.
 * Neighbouring dimensions that every operand walks without a gap are joined first, so that contiguous operands make a
 * single run.
 */
export function walk(sizes: Sizes, strides: readonly Sizes[], offsets: readonly number[], row: Row): void {
  const operands = strides.length;
  const joined: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let d = 0; d < sizes.length; d++) {
    const n = sizes[d];
    if (n === 0) return;
    if (n === 1) continue;
    const last = joined.length - 1;
    let together = last >= 0;
    for (let k = 0; together && k < operands; k++) together = steps[k][last] === strides[k][d] * n;
    if (together) joined[last] *= n;
    else joined.push(n);
    const at = joined.length - 1;
    for (let k = 0; k < operands; k++) steps[k][at] = strides[k][d];
  }
  const inner = joined.length - 1;
  const at = [...offsets];
  if (inner < 0) return row(1, at, new Array(operands).fill(1));
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
