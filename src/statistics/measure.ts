import type { Module } from "../nn/module";
import { backward } from "../tensor/autograd/engine";
import { enableGrad, modes } from "../tensor/modes";
import { randn } from "../tensor/ops/random";
import { defaultGenerator } from "../tensor/random/generator";
import { releaseScope } from "../tensor/storage";
import type { Tensor } from "../tensor/tensor";
import { borrow } from "./borrow";
import { callModel } from "./call";
import { buildNetwork, inputSizes, parseDescription } from "./describe";
import { expected } from "./expect";
import { LAYER_STATS_SCHEMA, type LayerStats, type LayerStatsResult, type WeightStats } from "./format";
import { initialize, initializers } from "./initialize";
import { mainActivation, namedLayers, roleOf, weightsOf } from "./layers";
import { momentsOf, rootMeanSquare, rootMeanSquareOf, valuesOf } from "./numbers";
import { type Choice, WARNINGS } from "./panel_protocol";
import { firstTensor, Probe, type Sighting } from "./probe";
import { singularValuesOf } from "./singular";
import type { TheoryPoint } from "./theory";

/** A network to measure: one of the note's, with a way to get an input for it, or a description. */
export type Subject =
  | {
      readonly kind: "note";
      readonly module: Module;
      /** The arguments that the note last passed it; null when it never did. */
      readonly lastInput: readonly unknown[] | null;
      /** Random arguments of the right shape, drawn from the default generator. */
      readonly generate: (batch: number) => readonly unknown[];
    }
  | { readonly kind: "described"; readonly description: string };

export interface MeasureOptions {
  /** Asked before each layer; true makes the measurement throw `Stopped`. */
  readonly shouldStop?: () => boolean;
  /** Leaves out singular values, which take longer than all the rest. */
  readonly brief?: boolean;
}

/**
 * Measures one setting. The draws are those of real PyTorch in this order: `torch.manual_seed(seed)`; the described
 * layers are made (a note's model exists already); the initialiser goes through the weight layers, biases become zero;
 * `x = torch.randn(batch, …)`; `g = torch.randn(y.shape)`. Gradients are those of the loss (y · g).sum(), so the
 * gradient at the output has size 1.
 *
 * A note's model has its parameters, buffers, gradients, modes, hooks and the generator's state again afterwards.
 * @throws what the network raises on this input, and `Stopped`
 */
export function measure(subject: Subject, choice: Choice, options: MeasureOptions = {}): LayerStatsResult {
  const abstract = modes.abstract;
  modes.abstract = false;
  try {
    if (subject.kind === "note")
      return borrow(subject.module, () => {
        defaultGenerator.manualSeed(choice.seed);
        return enableGrad(() => pass(subject.module, subject, choice, options));
      });
    const generator = defaultGenerator.getState();
    try {
      defaultGenerator.manualSeed(choice.seed);
      // The network dies with the measurement: so does its memory, at once.
      return releaseScope(
        () => enableGrad(() => pass(described(subject.description, choice), subject, choice, options)),
        () => [],
      );
    } finally {
      defaultGenerator.setState(generator);
    }
  } finally {
    modes.abstract = abstract;
  }
}

function described(text: string, choice: Choice): Module {
  const description = parseDescription(text);
  return buildNetwork({ ...description, activation: choice.activation ?? description.activation });
}

function pass(model: Module, subject: Subject, choice: Choice, options: MeasureOptions): LayerStatsResult {
  const gain = choice.init === "default" ? null : choice.gain;
  initialize(model, choice.init, gain);
  const source = subject.kind === "note" && subject.lastInput && choice.input === "note" ? "note" : "generated";
  const args = argumentsFor(subject, choice, source);
  const input = firstTensor(args);
  const probe = new Probe(model, {
    norm: choice.norm,
    activation: subject.kind === "note" ? choice.activation : null,
    shouldStop: options.shouldStop ?? (() => false),
  });
  const warnings: string[] = [];
  let output: Tensor | null;
  try {
    probe.begin(input);
    const called = callModel(model, args);
    if (called.chained) warnings.push(WARNINGS.noForward.replace("{0}", model.typeName));
    output = firstTensor(called.output);
    if (output) probe.end(output);
  } finally {
    probe.remove();
  }
  warnings.push(...probe.warnings);
  if (output?.requiresGrad) backward([output], [randn(output.sizes)]);
  else warnings.push(WARNINGS.noGradient);
  for (const [name, module] of namedLayers(model))
    if (roleOf(module) === "weight" && !probe.sightings.some((each) => each.module === module || isWithin(name, each)))
      warnings.push(WARNINGS.notCalled.replace("{0}", name));
  const points = expected(probe.sightings, {
    init: choice.init,
    gain: choice.gain,
    ownWeights: subject.kind === "note",
    input: inputMoments(input, source),
    toTheEnd: output !== null && probe.endsAt(output),
  });
  const statsOf = layerStats(options.brief === true);
  return {
    schema: LAYER_STATS_SCHEMA,
    model: choice.model,
    activation: choice.activation ?? mainActivation(model),
    norm: choice.norm,
    init: choice.init,
    gain: gain ?? initializers[choice.init].usual,
    seed: choice.seed,
    step: 0,
    batch: source === "note" ? (input?.sizes[0] ?? 1) : choice.batch,
    input: { source, shape: [...(input?.sizes ?? [])] },
    layers: probe.sightings.map((sighting, i) => statsOf(sighting, points[i] ?? null)),
    warnings,
  };
}

/** Attention calls its output projection's function, not the module. */
function isWithin(name: string, { module, name: outer }: Sighting): boolean {
  return module !== null && roleOf(module) === "weight" && name.startsWith(outer ? `${outer}.` : "");
}

function argumentsFor(subject: Subject, choice: Choice, source: "note" | "generated"): readonly unknown[] {
  if (subject.kind === "described")
    return [randn([choice.batch, ...inputSizes(parseDescription(subject.description))])];
  return source === "note" ? subject.lastInput! : subject.generate(choice.batch);
}

/** Of generated input the distribution is known; of the note's, the values. */
function inputMoments(input: Tensor | null, source: "note" | "generated"): { mean: number; meanSquare: number } {
  if (input?.dtype.kind !== "float" || source === "generated") return { mean: 0, meanSquare: 1 };
  const values = valuesOf(input);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  return { mean: sum / values.length, meanSquare: squares / values.length };
}

function layerStats(brief: boolean): (sighting: Sighting, point: TheoryPoint | null) => LayerStats {
  const described = new Set<Module>();
  return (sighting, point) => {
    const { module, follows: _, gradient, ...rest } = sighting;
    // A layer that is called twice has one weight.
    const first = module !== null && !described.has(module);
    if (module) described.add(module);
    return {
      ...rest,
      gradRms: gradient ? rootMeanSquareOf(gradient, sizeOf(rest.shape)) : null,
      gradMean: gradient?.mean ?? null,
      gradStd: gradient?.std ?? null,
      gradHistogram: gradient?.histogram ?? null,
      weight: first ? weightStats(module, brief) : null,
      theoryStd: point?.std ?? null,
      theoryMean: point?.mean ?? null,
      theoryGradRms: point && Number.isFinite(point.gradRms) ? point.gradRms : null,
    };
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The first of a layer's own weights: of a recurrent layer the one for its input. */
function weightStats(module: Module, brief: boolean): WeightStats | null {
  const weight = weightsOf(module)[0];
  if (!weight) return null;
  return {
    ...momentsOf(weight),
    shape: [...weight.sizes],
    gradRms: weight.grad ? rootMeanSquare(weight.grad) : null,
    singularValues: brief ? null : singularValuesOf(weight),
  };
}
