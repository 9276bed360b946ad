import { emptyFrom, type Tensor } from "../tensor";
import { copyInto } from "./convert";
import { denseAddress, kernels } from "./wasm";

/** softmax and log_softmax with the WebAssembly kernels of wasm/assembly/softmax.ts: rows of float32 side by side. */

/** Runs along a dimension: `outer` × `inner` runs of `size` elements, `inner` apart. */
interface Runs {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

/** A tensor (contiguous or not) with the runs turned into rows; itself where they are rows already. */
function asRows(x: Tensor, { outer, size, inner }: Runs): Tensor {
  if (inner === 1) return x;
  const rows = emptyFrom([x], [outer, inner, size]);
  copyInto(rows, x.alias([outer, inner, size], [size * inner, 1, inner]));
  return rows;
}

/** Runs a kernel on rows of the operands (all dense and of equal sizes); false: use the plain loop. */
function throughRows(out: Tensor, operands: readonly Tensor[], runs: Runs, run: (at: number[]) => void): boolean {
  if (runs.size === 0 || [out, ...operands].some((t) => denseAddress(t) === 0)) return false;
  const rows = operands.map((t) => asRows(t, runs));
  const { outer, size, inner } = runs;
  const target = inner === 1 ? out : emptyFrom([out], [outer, inner, size]);
  run([target, ...rows].map(denseAddress));
  for (const [i, t] of rows.entries()) if (t !== operands[i]) t.storage.release();
  if (target !== out) {
    copyInto(out.alias([outer, inner, size], [size * inner, 1, inner]), target);
    target.storage.release();
  }
  return true;
}

/** (log_)softmax of `x`; false: use the plain loop. */
export function fastSoftmax(log: boolean, out: Tensor, x: Tensor, runs: Runs): boolean {
  return throughRows(out, [x], runs, ([to, from]) =>
    kernels.softmaxRows(Number(log), to, from, runs.outer * runs.inner, runs.size),
  );
}

/** The gradient from the one of the result and the result `y`; false: use the plain loop. */
export function fastSoftmaxBackward(log: boolean, out: Tensor, grad: Tensor, y: Tensor, runs: Runs): boolean {
  return throughRows(out, [grad, y], runs, ([to, g, from]) =>
    kernels.softmaxBackwardRows(Number(log), to, g, from, runs.outer * runs.inner, runs.size),
  );
}
