/**
 * Mean-field theory of a wide network with independent zero-mean weights (Poole 2016, Schoenholz 2017): what the
 * standard deviation of each layer's output, and of the gradient that reaches it, should be before any training.
 *
 * In such a network each pre-activation is normal with mean 0 and variance q, so one number describes a layer:
 *   q = σw²·E[h²] + σb²,  E[φ(√q·z)^k] for the activation φ and a standard normal z,  σw² = fan_in·Var w.
 */
import { type Activation, density } from "./activations";

/** What theory needs to know of a layer. */
export type TheoryStep =
  | {
      readonly kind: "weight";
      readonly fanIn: number;
      readonly fanOut: number;
      /** Var w, and Var b. */
      readonly weightVariance: number;
      readonly biasVariance: number;
    }
  | { readonly kind: "norm"; readonly over: "batch" | "features" }
  | { readonly kind: "activation"; readonly activation: Activation; readonly parameter?: number }
  /** Passes its input on (flatten, dropout outside training). */
  | { readonly kind: "same" };

export interface TheoryPoint {
  /** Standard deviation of all values of the layer's output. */
  readonly std: number;
  readonly mean: number;
  /** Root mean square of the gradient at the layer's output, where it is 1 at the last layer's. */
  readonly gradRms: number;
}

/** E[f(z)] for a standard normal z: eight-point Gauss–Legendre on 48 pieces of [-12, 12], so a kink at 0 costs nothing. */
export function expectation(f: (z: number) => number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i]! * f(nodes[i]!);
  return sum;
}

const legendre: readonly (readonly [node: number, weight: number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];
const nodes: number[] = [];
const weights: number[] = [];
for (let piece = -24; piece < 24; piece++) {
  for (const [node, weight] of legendre) {
    for (const sign of [-1, 1]) {
      const z = (piece + 0.5 + (sign * node) / 2) / 2;
      nodes.push(z);
      weights.push((weight / 4) * density(z));
    }
  }
}

export interface ActivationMoments {
  /** E[φ], E[φ²], E[φ'²]. */
  readonly mean: number;
  readonly meanSquare: number;
  readonly slopeSquare: number;
}

/** Moments of φ(√q·z). */
export function momentsOf(activation: Activation, q: number, parameter?: number): ActivationMoments {
  const a = parameter ?? activation.parameter?.usual ?? 0;
  const root = Math.sqrt(q);
  return {
    mean: expectation((z) => activation.value(root * z, a)),
    meanSquare: expectation((z) => activation.value(root * z, a) ** 2),
    slopeSquare: expectation((z) => activation.slope(root * z, a) ** 2),
  };
}

/**
 * Follows an input through the layers.
 * @param input mean and mean square of the values that the first layer receives
 * @returns one point a step; null from the step on where theory has nothing to say (null steps, or an activation
 *   whose input is not normal). Gradients are null unless every step is known.
 */
export function predict(
  steps: readonly (TheoryStep | null)[],
  input: { readonly mean: number; readonly meanSquare: number },
): readonly (TheoryPoint | null)[] {
  const points: (Omit<TheoryPoint, "gradRms"> | null)[] = [];
  const factors: number[] = [];
  let mean = input.mean;
  let meanSquare = input.meanSquare;
  // The part of E[h²] that differs from sample to sample: batch norm removes the rest.
  let varying = input.meanSquare - input.mean ** 2;
  let normal = false;
  let known = true;
  for (const step of steps) {
    known &&= step !== null && (step.kind !== "activation" || normal);
    if (!known || step === null) {
      points.push(null);
      continue;
    }
    if (step.kind === "weight") {
      const scale = step.fanIn * step.weightVariance;
      mean = 0;
      meanSquare = scale * meanSquare + step.biasVariance;
      varying *= scale;
      normal = true;
      factors.push(step.fanOut * step.weightVariance);
    } else if (step.kind === "norm") {
      const variance = step.over === "batch" ? varying : meanSquare - mean ** 2;
      factors.push(1 / (variance + 1e-5));
      mean = 0;
      meanSquare = variance / (variance + 1e-5);
      varying = meanSquare;
    } else if (step.kind === "activation") {
      const moments = momentsOf(step.activation, meanSquare, step.parameter);
      mean = moments.mean;
      meanSquare = moments.meanSquare;
      varying = Math.max(meanSquare - mean ** 2, 0);
      normal = false;
      factors.push(moments.slopeSquare);
    } else factors.push(1);
    points.push({ mean, std: Math.sqrt(Math.max(meanSquare - mean ** 2, 0)) });
  }
  const variances = new Array<number>(steps.length).fill(1);
  for (let i = steps.length - 2; i >= 0; i--) variances[i] = variances[i + 1]! * (factors[i + 1] ?? Number.NaN);
  return points.map((point, i) => (point ? { ...point, gradRms: Math.sqrt(variances[i]!) } : null));
}

export interface FixedPoint {
  /** Variance of the pre-activations that a deep network settles at. */
  readonly q: number;
  readonly std: number;
  /** Growth of the gradients' variance a layer there; 1 is the edge between vanishing and exploding. */
  readonly chi: number;
}

/** The recursion's limit for equal layers with σw² and σb²; null when it dies out or grows without bound. */
export function fixedPoint(
  activation: Activation,
  weightVariance: number,
  biasVariance = 0,
  parameter?: number,
): FixedPoint | null {
  let q = 1;
  for (let i = 0; i < 20_000; i++) {
    const next = weightVariance * momentsOf(activation, q, parameter).meanSquare + biasVariance;
    const settled = Math.abs(next - q) <= 1e-12 * q;
    q = next;
    if (q < 1e-9 || q > 1e9) return null;
    if (settled) break;
  }
  const at = momentsOf(activation, q, parameter);
  return { q, std: Math.sqrt(at.meanSquare - at.mean ** 2), chi: weightVariance * at.slopeSquare };
}
