/** Choices among n: Categorical, OneHotCategorical, Multinomial. */
import { int64 } from "../../tensor/dtype";
import { add, div, mul, neg, sub } from "../../tensor/ops/arithmetic";
import { clamp } from "../../tensor/ops/clamp";
import { eq } from "../../tensor/ops/comparison";
import { detach, toDType } from "../../tensor/ops/copies";
import { eyeOf, fullLike } from "../../tensor/ops/creation";
import { argmax } from "../../tensor/ops/extremes";
import { broadcastTensors } from "../../tensor/ops/joining";
import { logicalAnd } from "../../tensor/ops/logical";
import { oneHot } from "../../tensor/ops/nn/embedding";
import { softmax } from "../../tensor/ops/nn/softmax";
import { logsumexp } from "../../tensor/ops/norms";
import { transpose } from "../../tensor/ops/permuting";
import { multinomial as draw } from "../../tensor/ops/random";
import { sum } from "../../tensor/ops/reduction";
import { gather } from "../../tensor/ops/scattering";
import { arange } from "../../tensor/ops/sequences";
import { narrow } from "../../tensor/ops/slicing";
import { lgamma } from "../../tensor/ops/special";
import { exp, log, log1p } from "../../tensor/ops/unary";
import { expand, reshape, squeeze, unsqueeze } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import { numelOf, type Sizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { valueError } from "../exceptions";
import type { Value } from "../type";
import { independent, integerInterval, multinomialCounts, oneHotVector, realVector, simplex } from "./constraints";
import { binomialLogProb, clampedProbs, countUp } from "./discrete";
import { type Built, broadcastAll, type Family, oneOf, type Parameters } from "./distribution";
import { limitsOf } from "./limits";

const parameters = {
  probs: { constraint: simplex, eventDims: 1, derive: ({ logits }: Parameters) => softmax(logits, -1) },
  logits: { constraint: realVector, eventDims: 1, derive: ({ probs }: Parameters) => log(clampedProbs(probs)) },
};

/** Weights normalised to sum to 1; the last dimension is that of the choices. */
function built(probs: Value, logits: Value): Built {
  const given = oneOf(probs, logits);
  const [t] = broadcastAll([probs ?? logits]);
  if (t.ndim < 1) throw valueError(`\`${given}\` parameter must be at least one-dimensional.`);
  const value = given === "probs" ? div(t, sum(t, [-1], true)) : sub(t, logsumexp(t, [-1], true));
  return { parameters: { [given]: value }, batch: t.sizes.slice(0, -1) };
}

const choices = ({ probs }: Parameters): number => probs.sizes[probs.ndim - 1];

/** Indices of choices, `shape` the sample shape and the batch. */
function drawIndices(probs: Tensor, shape: Sizes): Tensor {
  const n = probs.sizes[probs.ndim - 1];
  const rows = reshape(probs, [-1, n]);
  const samples = numelOf(shape) / Math.max(1, rows.sizes[0]);
  return reshape(transpose(draw(rows, samples, true), 0, 1), shape);
}

function logProbOfIndex({ logits }: Parameters, x: Tensor): Tensor {
  const [values, scores] = broadcastTensors([unsqueeze(toDType(x, int64), -1), logits]);
  return squeeze(gather(scores, -1, narrow(values, -1, 0, 1)), -1);
}

function entropy({ logits, probs }: Parameters): Tensor {
  const bounded = clamp(logits, -limitsOf(logits.dtype).max);
  return neg(sum(mul(bounded, probs), [-1]));
}

const nanOverBatch = ({ probs }: Parameters): Tensor => fullLike(sum(probs, [-1]), Number.NaN);

export const categorical: Family = {
  name: "Categorical",
  module: "categorical",
  signature: "probs=, logits=, validate_args=",
  defaults: [null, null],
  parameters,
  build: ([probs, logits]) => built(probs, logits),
  support: ({ parameters: p }) => integerInterval(0, choices(p) - 1),
  sample: ({ probs }, shape) => drawIndices(probs, shape),
  logProb: logProbOfIndex,
  entropy,
  mean: nanOverBatch,
  mode: ({ probs }) => argmax(probs, -1),
  variance: nanOverBatch,
  values: (p, d, expanded) => {
    const n = choices(p);
    const column = reshape(arange(n), [n, ...d.batch.map(() => 1)]);
    return expanded ? expand(column, [n, ...d.batch]) : column;
  },
};

function withEvent({ parameters: given, batch }: Built): Built {
  const [value] = Object.values(given);
  return { parameters: given, batch, event: value.sizes.slice(-1) };
}

const drawOneHot = ({ probs }: Parameters, shape: Sizes): Tensor => {
  const n = probs.sizes[probs.ndim - 1];
  return toDType(oneHot(drawIndices(probs, shape.slice(0, -1)), n), probs.dtype);
};

export const oneHotCategorical: Family = {
  ...categorical,
  name: "OneHotCategorical",
  module: "one_hot_categorical",
  hidden: true,
  build: ([probs, logits]) => withEvent(built(probs, logits)),
  support: () => oneHotVector,
  sample: drawOneHot,
  logProb: (p, x) => logProbOfIndex(p, argmax(x, -1)),
  mean: ({ probs }) => probs,
  mode: (p) => toDType(oneHot(argmax(p.probs, -1), choices(p)), p.probs.dtype),
  variance: ({ probs }) => mul(probs, sub(1, probs)),
  values: (p, d, expanded) => {
    const n = choices(p);
    const rows = reshape(eyeOf(n, n, p.probs.dtype), [n, ...d.batch.map(() => 1), n]);
    return expanded ? expand(rows, [n, ...d.batch, n]) : rows;
  },
};

export const oneHotStraightThrough: Family = {
  ...oneHotCategorical,
  name: "OneHotCategoricalStraightThrough",
  rsample: (p, shape) => add(drawOneHot(p, shape), sub(p.probs, detach(p.probs))),
};

/** Each choice against all others. */
function binaryOf(probs: Tensor): Parameters {
  const p = clampedProbs(probs);
  return { probs, logits: sub(log(p), log1p(neg(p))) };
}

export const multinomial: Family = {
  name: "Multinomial",
  module: "multinomial",
  signature: "total_count=, probs=, logits=, validate_args=",
  defaults: [1, null, null],
  hidden: true,
  parameters: {
    probs: { ...parameters.probs, constraint: simplex },
    logits: { ...parameters.logits, constraint: independent(realVector, 0) },
  },
  build: ([total, probs, logits]) => ({ ...withEvent(built(probs, logits)), parts: { total_count: total } }),
  support: ({ parts }) => multinomialCounts(Number(parts.total_count)),
  sample: (p, shape, { parts }) => {
    const chosen = drawIndices(p.probs, [Number(parts.total_count), ...shape.slice(0, -1)]);
    return sum(toDType(oneHot(chosen, choices(p)), p.probs.dtype), [0]);
  },
  logProb: ({ logits }, x) => {
    const [scores, counts] = broadcastAll([logits, x]);
    const finite = where(logicalAnd(eq(counts, 0), eq(scores, -Infinity)), 0, scores);
    const ways = sub(lgamma(add(sum(counts, [-1]), 1)), sum(lgamma(add(counts, 1)), [-1]));
    return add(ways, sum(mul(finite, counts), [-1]));
  },
  entropy: (p, { parts }) => {
    const n = Number(parts.total_count);
    const total = fullLike(sum(p.probs, [-1]), n);
    const successes = narrow(countUp(n + 1, p.probs, p.probs.sizes, false), 0, 1, n);
    const chances = exp(binomialLogProb({ total_count: fullLike(p.probs, n), ...binaryOf(p.probs) }, successes));
    const terms = sum(mul(chances, lgamma(add(successes, 1))), [0, -1]);
    return add(sub(mul(entropy(p), n), lgamma(add(total, 1))), terms);
  },
  mean: ({ probs }, { parts }) => mul(probs, Number(parts.total_count)),
  variance: ({ probs }, { parts }) => mul(mul(probs, Number(parts.total_count)), sub(1, probs)),
};
