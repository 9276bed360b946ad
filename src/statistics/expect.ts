import type { Tensor } from "../tensor/tensor";
import { activations } from "./activations";
import type { Initialization } from "./format";
import { initializers } from "./initialize";
import { biasesOf, fansOf, normKind, weightsOf } from "./layers";
import { valuesOf } from "./numbers";
import type { Sighting } from "./probe";
import { predict, type TheoryPoint, type TheoryStep } from "./theory";

export interface Expected {
  readonly init: Initialization;
  readonly gain: number | null;
  /** The weights are the model's own, not those of a fresh layer: their variance is measured. */
  readonly ownWeights: boolean;
  /** Mean and mean square of the input's values. */
  readonly input: { readonly mean: number; readonly meanSquare: number };
  /** Whether the last sighting's output is the model's: else nothing is known of the gradient there. */
  readonly toTheEnd: boolean;
}

/** What theory expects of each sighting: it follows a plain chain of layers as far as it understands them. */
export function expected(sightings: readonly Sighting[], setting: Expected): readonly (TheoryPoint | null)[] {
  const steps = sightings.map((sighting) => (sighting.follows ? stepOf(sighting, setting) : null));
  const points = predict(steps, setting.input);
  const backward = setting.toTheEnd && steps.every((step) => step !== null);
  return points.map((point) => (point && !backward ? { ...point, gradRms: Number.NaN } : point));
}

function stepOf(sighting: Sighting, setting: Expected): TheoryStep | null {
  const { module, role, type } = sighting;
  if (role === "activation") {
    const activation = activations[type];
    if (!activation) return null;
    const field = activation.parameter?.field;
    const own = field && module ? (module as unknown as Readonly<Record<string, unknown>>)[field] : undefined;
    return { kind: "activation", activation, parameter: own === undefined ? undefined : Number(own) };
  }
  if (role === "norm") return normStep(sighting);
  if (role === "weight") return weightStep(sighting, setting);
  return /^(Flatten|Unflatten|Dropout\d?d?)$/.test(type) ? { kind: "same" } : null;
}

/** A norm layer in its first state: scale one, shift zero. */
function normStep({ module, type }: Sighting): TheoryStep | null {
  if (module) {
    const all = (name: string, value: number) => {
      const t = module.parameters_.get(name);
      return !t || valuesOf(t).every((x) => x === value);
    };
    if (!normKind(module) || !all("weight", 1) || !all("bias", 0)) return null;
  }
  return { kind: "norm", over: type.startsWith("BatchNorm") ? "batch" : "features" };
}

/** A sum of fewer inputs than this is far from normal, and the theory from its network. */
const NARROW = 8;

function weightStep({ module, type }: Sighting, setting: Expected): TheoryStep | null {
  const weight = module ? weightsOf(module)[0] : undefined;
  if (!module || !weight || !/^(Linear|Conv\dd)$/.test(type)) return null;
  // Zeros around a picture, skipped positions and separate groups change how many inputs a unit sums.
  const { padding, stride, groups } = module as unknown as Readonly<Record<string, unknown>>;
  if ([padding, stride, groups].some((value, i) => !isPlain(value, i === 0 ? 0 : 1))) return null;
  const { fanIn, fanOut } = fansOf(weight);
  if (fanIn < NARROW) return null;
  const bias = biasesOf(module)[0];
  if (setting.init === "default" && setting.ownWeights) return measured(weight, bias, fanIn, fanOut);
  const { variance, usual } = initializers[setting.init];
  const weightVariance = variance(fanIn, fanOut, setting.gain ?? usual ?? 1);
  if (weightVariance === null) return null;
  const biasVariance = setting.init === "default" && bias ? 1 / (3 * fanIn) : 0;
  return { kind: "weight", fanIn, fanOut, weightVariance, biasVariance };
}

function isPlain(value: unknown, usual: number): boolean {
  if (value === undefined) return true;
  const values = Array.isArray(value) ? value : [value];
  return values.every((each) => Number(each) === usual);
}

/** A layer whose weights came from elsewhere: their variance, if their mean is about zero. */
function measured(weight: Tensor, bias: Tensor | undefined, fanIn: number, fanOut: number): TheoryStep | null {
  const values = valuesOf(weight);
  const square = meanOf(values, (x) => x * x);
  const mean = meanOf(values, (x) => x);
  if (values.length < 64 || fanIn * mean ** 2 > 0.1 * square) return null;
  const biasVariance = bias ? meanOf(valuesOf(bias), (x) => x * x) : 0;
  return { kind: "weight", fanIn, fanOut, weightVariance: square, biasVariance };
}

function meanOf(values: ArrayLike<number>, f: (x: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += f(values[i]!);
  return sum / Math.max(values.length, 1);
}
