import { modes } from "../tensor/modes";
import { normalInto, uniformInto } from "../tensor/random/continuous";
import { defaultGenerator } from "../tensor/random/generator";
import type { Tensor } from "../tensor/tensor";

/** Draws U(−bound, bound) into each tensor that exists, in order. */
export function drawUniform(bound: number, tensors: readonly (Tensor | null)[]): void {
  for (const t of tensors) {
    if (t && !t.isAbstract && !modes.abstract && t.numel > 0) uniformInto(t, -bound, bound, defaultGenerator);
  }
}

/** Draws N(0, 1). */
export function drawNormal(t: Tensor): void {
  if (!t.isAbstract && !modes.abstract && t.numel > 0) normalInto(t, 0, 1, defaultGenerator);
}

/**
 * The default of Linear and the convolutions: Kaiming-uniform with a = √5, which is U(−1/√fan_in, 1/√fan_in) but for
 * rounding, then the bias from U(−1/√fan_in, 1/√fan_in). fan_in is what each output sums over.
 */
export function drawLinear(weight: Tensor, bias: Tensor | null): void {
  const fanIn = weight.sizes.slice(1).reduce((a, b) => a * b, 1);
  if (fanIn <= 0) return;
  const a = Math.sqrt(5);
  const gain = Math.sqrt(2 / (1 + a ** 2));
  drawUniform(Math.sqrt(3) * (gain / Math.sqrt(fanIn)), [weight]);
  drawUniform(1 / Math.sqrt(fanIn), [bias]);
}
