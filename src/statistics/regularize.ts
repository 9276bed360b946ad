import type { Module } from "../nn/module";
import { backward } from "../tensor/autograd/engine";
import { float32 } from "../tensor/dtype";
import { enableGrad, noGrad } from "../tensor/modes";
import { sub } from "../tensor/ops/arithmetic";
import { randn } from "../tensor/ops/random";
import { mean } from "../tensor/ops/reduction";
import { square } from "../tensor/ops/unary";
import { defaultGenerator } from "../tensor/random/generator";
import { releaseScope } from "../tensor/storage";
import { empty, type Tensor } from "../tensor/tensor";
import { buildNetwork, type Description, parseDescription } from "./describe";
import type { RegularizationCurve, RegularizationResult } from "./format";
import { initialize } from "./initialize";
import { mainActivation, namedLayers, weightsOf } from "./layers";
import type { Subject } from "./measure";
import { BINS, valuesOf } from "./numbers";
import type { Choice } from "./panel_protocol";
import { Stopped } from "./probe";

type Penalty = RegularizationCurve["penalty"];

/** λ of each penalty. L2 written into the loss is (λ/2)·Σp², whose gradient λ·p is what weight_decay adds. */
const strengths: Readonly<Record<Penalty, number>> = { none: 0, l1: 4e-3, l2: 2e-2, weight_decay: 2e-2 };

const STEPS = 400;
const EVERY = 10;
const LR = 0.05;
const SAMPLES = 128;
/** Inputs that the target depends on; the others are useless, so a penalty has something to remove. */
const USEFUL = 4;
const NEAR_ZERO = 1e-3;
const SIZES = [32, 24, 24, 1] as const;

/**
 * Trains a small network with the chosen activation and initialisation on the same regression under each penalty:
 * y = Σ of four of 32 inputs + noise, full-batch SGD. Every run draws the same numbers, so that only the penalty
 * differs. Losses are without the penalty. Yields the result again with each penalty that is done.
 */
export function* trainWithPenalties(
  subject: Subject,
  choice: Choice,
  shouldStop: () => boolean,
): Generator<RegularizationResult> {
  const description: Description = {
    kind: "mlp",
    sizes: SIZES,
    activation: activationOf(subject, choice),
    closed: false,
  };
  const runs: Trained[] = [];
  for (const penalty of Object.keys(strengths) as Penalty[]) {
    runs.push(trainedAside(description, choice, penalty, shouldStop));
    yield {
      schema: "notegrad.regularization/1",
      model: `mlp:${SIZES.join("-")}:${description.activation.toLowerCase()}`,
      seed: choice.seed,
      lr: LR,
      curves: withHistograms(runs),
    };
  }
}

/** Trains without a trace: memory is given back and the default generator has its state again. */
function trainedAside(description: Description, choice: Choice, penalty: Penalty, shouldStop: () => boolean): Trained {
  const state = defaultGenerator.getState();
  try {
    return releaseScope(
      () => enableGrad(() => train(description, choice, penalty, shouldStop)),
      () => [],
    );
  } finally {
    defaultGenerator.setState(state);
  }
}

function activationOf(subject: Subject, choice: Choice): string {
  if (choice.activation) return choice.activation;
  const own =
    subject.kind === "described" ? parseDescription(subject.description).activation : mainActivation(subject.module);
  return own ?? "Tanh";
}

interface Trained extends Omit<RegularizationCurve, "finalHistogram"> {
  readonly weights: Float64Array;
}

function train(description: Description, choice: Choice, penalty: Penalty, shouldStop: () => boolean): Trained {
  defaultGenerator.manualSeed(choice.seed);
  const model = buildNetwork(description);
  initialize(model, choice.init, choice.init === "default" ? null : choice.gain);
  const x = randn([SAMPLES, SIZES[0]]);
  const y = targetsFor(x, randn([SAMPLES, 1]));
  const strength = strengths[penalty];
  const curve = { steps: [] as number[], weightNorm: [] as number[], loss: [] as number[], nearZero: [] as number[] };
  for (let step = 0; step <= STEPS; step++) {
    if (shouldStop()) throw new Stopped();
    releaseScope(
      () => {
        const loss = mean(square(sub(model.call(x) as Tensor, y)));
        if (step % EVERY === 0) {
          const weights = allWeights(model);
          curve.steps.push(step);
          curve.loss.push(valuesOf(loss)[0]!);
          curve.weightNorm.push(Math.hypot(...weights));
          curve.nearZero.push(weights.filter((w) => Math.abs(w) < NEAR_ZERO).length / weights.length);
        }
        model.zeroGrad();
        backward([loss]);
        for (const p of model.parameters()) descend(p, penalty, strength);
        model.zeroGrad();
      },
      () => [],
    );
  }
  return { penalty, strength, ...curve, weights: allWeights(model) };
}

/** The sum of the useful inputs, brought to unit variance, and a little noise. */
function targetsFor(x: Tensor, noise: Tensor): Tensor {
  const y = empty([SAMPLES, 1], float32);
  const [from, random, to] = [valuesOf(x), valuesOf(noise), valuesOf(y)];
  for (let i = 0; i < SAMPLES; i++) {
    let sum = 0;
    for (let k = 0; k < USEFUL; k++) sum += from[i * SIZES[0] + k]!;
    to[i] = sum / Math.sqrt(USEFUL) + 0.1 * random[i]!;
  }
  return y;
}

/** The gradient of each penalty's term; the subgradient of |p| at 0 is 0. */
const terms: Readonly<Record<Penalty, (p: number, strength: number) => number>> = {
  none: () => 0,
  l1: (p, strength) => strength * Math.sign(p),
  l2: (p, strength) => strength * p,
  weight_decay: (p, strength) => strength * p,
};

/** One step of SGD on a parameter: p ← p − lr·(∂loss/∂p + the penalty's gradient). */
function descend(p: Tensor, penalty: Penalty, strength: number): void {
  if (!p.grad) return;
  const term = terms[penalty];
  noGrad(() => {
    const [values, gradient] = [valuesOf(p), valuesOf(p.grad!)];
    for (let i = 0; i < values.length; i++) values[i] = values[i]! - LR * (gradient[i]! + term(values[i]!, strength));
  });
}

function allWeights(model: Module): Float64Array {
  const parts = namedLayers(model).flatMap(([, module]) => weightsOf(module).map((w) => valuesOf(w)));
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Histograms with the same bins for every penalty, symmetric about zero, so that they can be laid side by side. */
function withHistograms(runs: readonly Trained[]): readonly RegularizationCurve[] {
  const sizes = runs.flatMap((run) => Array.from(run.weights, Math.abs)).filter(Number.isFinite);
  const reach = sizes.reduce((most, size) => Math.max(most, size), 1e-6);
  const edges = Array.from({ length: BINS + 1 }, (_, i) => reach * ((2 * i) / BINS - 1));
  return runs.map(({ weights, ...curve }) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const w of weights)
      if (Number.isFinite(w)) counts[Math.min(Math.floor(((w + reach) / (2 * reach)) * BINS), BINS - 1)]!++;
    return { ...curve, finalHistogram: { edges, counts } };
  });
}
