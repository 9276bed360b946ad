import type { Tensor } from "../tensor";
import { denseAddress, kernels } from "./wasm";

/** Steps of optimisers with the WebAssembly kernels of wasm/assembly/optimizer.ts. */

/** Shorter parameters are stepped sooner in JavaScript's own memory, where they stay. */
const SHORT = 1024;

/** Addresses of float32 tensors that lie side by side (0 for null); null: use the plain loop. */
function addresses(tensors: readonly (Tensor | null)[]): number[] | null {
  const found: number[] = [];
  for (const t of tensors) {
    if (t !== null && t.numel <= SHORT) return null;
    const at = t === null ? 0 : denseAddress(t);
    if (t !== null && at === 0) return null;
    found.push(at);
  }
  return found;
}

function changed(...tensors: readonly (Tensor | null)[]): void {
  for (const t of tensors) if (t !== null) t.versionCounter.value++;
}

export interface SgdStep {
  readonly decay: number;
  readonly keep: number;
  readonly take: number;
  readonly step: number;
  readonly sign: number;
  /** The buffer starts as the gradient. */
  readonly first: boolean;
  readonly nesterov: boolean;
}

export function fastSgd(p: Tensor, buffer: Tensor | null, grad: Tensor, s: SgdStep): boolean {
  const at = addresses([p, buffer, grad]);
  if (at === null) return false;
  const [x, b, g] = at;
  const [first, nesterov] = [Number(s.first), Number(s.nesterov)];
  kernels.sgd(x, b, g, p.numel, s.decay, s.keep, s.take, s.step, s.sign, first, nesterov);
  changed(p, buffer);
  return true;
}

export interface AdamStep {
  readonly eps: number;
  readonly sign: number;
  readonly l2: number;
  readonly shrink: number;
  readonly weight1: number;
  readonly keep2: number;
  readonly weight2: number;
}

/** `tensors`: the parameter, both averages, the largest square where it is kept, and the gradient. */
export function fastAdam(tensors: readonly Tensor[], size: number, correction: number, s: AdamStep): boolean {
  const top = tensors.length > 4 ? tensors[3] : null;
  const at = addresses([tensors[0], tensors[1], tensors[2], top, tensors[tensors.length - 1]]);
  if (at === null) return false;
  const [x, m, v, t, g] = at;
  const n = tensors[0].numel;
  kernels.adam(x, m, v, t, g, n, size, correction, s.eps, s.sign, s.l2, s.shrink, s.weight1, s.keep2, s.weight2);
  changed(...tensors.slice(0, -1));
  return true;
}
