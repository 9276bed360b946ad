import type { Tensor } from "../tensor";
import { denseAddress, kernels } from "./wasm";

/** In the order of the codes in wasm/assembly/activation.ts. */
const names = ["silu", "gelu", "gelu_tanh"] as const;

/** Activations that have a kernel for their values and one for their gradients. */
export type FastActivation = (typeof names)[number];

const codes = new Map<FastActivation, number>(names.map((name, code) => [name, code]));

/** `out = f(x)`, or `grad · f′(x)` where `grad` is given; false: use the plain loop. */
export function fastActivation(name: FastActivation, out: Tensor, x: Tensor, grad: Tensor | null): boolean {
  const from = denseAddress(x);
  const g = from === 0 || grad === null ? 0 : denseAddress(grad);
  const to = from === 0 || (grad !== null && g === 0) ? 0 : denseAddress(out);
  if (to === 0) return false;
  kernels.activate(codes.get(name) as number, to, g, from, x.numel);
  return true;
}
