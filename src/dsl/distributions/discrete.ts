/** Counts and yes-or-no: Bernoulli, Geometric, Poisson, Binomial, NegativeBinomial. */
import { int64 } from "../../tensor/dtype";
import { add, div, mul, neg, sub } from "../../tensor/ops/arithmetic";
import { clamp, clampMax } from "../../tensor/ops/clamp";
import { eq, ge, gt } from "../../tensor/ops/comparison";
import { toDType } from "../../tensor/ops/copies";
import { tensorFromData, zerosLike } from "../../tensor/ops/creation";
import { logicalAnd } from "../../tensor/ops/logical";
import { activation } from "../../tensor/ops/nn/activations";
import { binaryCrossEntropyWithLogits } from "../../tensor/ops/nn/losses_pointwise";
import { xlogy } from "../../tensor/ops/pointwise";
import { bernoulli as bernoulliDraw, poisson as poissonDraw, uniform_ } from "../../tensor/ops/random";
import { binomial as binomialDraw } from "../../tensor/ops/random_counts";
import { all, sum } from "../../tensor/ops/reduction";
import { lgamma } from "../../tensor/ops/special";
import { abs, exp, floor, log, log1p, sigmoid } from "../../tensor/ops/unary";
import { expand, reshape } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import { emptyFrom, type Tensor } from "../../tensor/tensor";
import { valueError } from "../exceptions";
import { str } from "../text";
import { itemOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { toFloat } from "../values/float";
import { Tuple } from "../values/tuple";
import {
  boolean,
  halfOpenInterval,
  integerInterval,
  nonnegative,
  nonnegativeInteger,
  real,
  unitInterval,
} from "./constraints";
import { type Built, broadcastAll, type Distribution, type Family, oneOf, type Parameters } from "./distribution";
import { gammaDraw } from "./gamma_like";
import { limitsOf } from "./limits";

/** Kept off 0 and 1, so that logits stay finite. */
export function clampedProbs(probs: Tensor): Tensor {
  const { eps } = limitsOf(probs.dtype);
  return clamp(probs, eps, 1 - eps);
}

function logitsOf({ probs }: Parameters): Tensor {
  const p = clampedProbs(probs);
  return sub(log(p), log1p(neg(p)));
}
const probsOf = ({ logits }: Parameters): Tensor => sigmoid(logits);

/** Binary cross-entropy of logits, elementwise. */
const crossEntropy = (logits: Tensor, target: Tensor): Tensor =>
  binaryCrossEntropyWithLogits(logits, target, null, null, null, "none");

/** `probs` or `logits`, with what else there is broadcast along. */
function builtFrom(probs: Value, logits: Value, others: Readonly<Record<string, Value>> = {}): Built {
  const given = oneOf(probs, logits);
  const names = Object.keys(others);
  const tensors = broadcastAll([...Object.values(others), probs ?? logits]);
  const parameters = Object.fromEntries([...names, given].map((name, i) => [name, tensors[i]]));
  return { parameters, batch: tensors[0].sizes };
}

const either = {
  probs: { constraint: unitInterval, derive: probsOf },
  logits: { constraint: real, derive: logitsOf },
};
const eitherArguments = { signature: "probs=, logits=, validate_args=", defaults: [null, null] };

/** 0 … count-1 as the first dimension before a batch. */
export function countUp(length: number, like: Tensor, batch: readonly number[], expanded: boolean): Tensor {
  const numbers = toDType(
    tensorFromData(
      Array.from({ length }, (_, i) => i),
      [length],
      int64,
    ),
    like.dtype,
  );
  const column = reshape(numbers, [length, ...batch.map(() => 1)]);
  return expanded ? expand(column, [length, ...batch]) : column;
}

export const bernoulli: Family = {
  ...eitherArguments,
  name: "Bernoulli",
  module: "bernoulli",
  parameters: either,
  build: ([probs, logits]) => builtFrom(probs, logits),
  support: () => boolean,
  sample: ({ probs }, shape) => bernoulliDraw(expand(probs, shape)),
  logProb: ({ logits }, x) => {
    const [scores, values] = broadcastAll([logits, x]);
    return neg(crossEntropy(scores, values));
  },
  entropy: ({ logits, probs }) => crossEntropy(logits, probs),
  mean: ({ probs }) => probs,
  mode: ({ probs }) => where(eq(probs, 0.5), Number.NaN, toDType(ge(probs, 0.5), probs.dtype)),
  variance: ({ probs }) => mul(probs, sub(1, probs)),
  values: ({ probs }, d, expanded) => countUp(2, probs, d.batch, expanded),
};

export const geometric: Family = {
  ...eitherArguments,
  name: "Geometric",
  module: "geometric",
  parameters: either,
  build: ([probs, logits]) => builtFrom(probs, logits),
  support: () => nonnegativeInteger,
  validate: (d) => {
    if (!d.known().some(([name]) => name === "probs")) return;
    const { probs } = d.parameters;
    if (probs.isAbstract || itemOf(all(gt(probs, 0)))) return;
    const wrong = runOp("masked_select", probs, runOp("logical_not", gt(probs, 0)));
    throw valueError(
      `Expected parameter probs (Tensor of shape ${str(new Tuple(probs.sizes))}) of distribution Geometric to be ` +
        `positive but found invalid values:\n${str(wrong)}`,
    );
  },
  sample: ({ probs }, shape) => {
    const u = emptyFrom([probs], shape);
    uniform_(u);
    return floor(div(log(clamp(u, limitsOf(probs.dtype).tiny)), log1p(neg(probs))));
  },
  logProb: ({ probs }, x) => {
    const [values, p] = broadcastAll([x, probs]);
    const certain = logicalAnd(eq(p, 1), eq(values, 0));
    return add(mul(values, log1p(neg(where(certain, 0, p)))), log(probs));
  },
  entropy: ({ logits, probs }) => div(crossEntropy(logits, probs), probs),
  mean: ({ probs }) => sub(div(1, probs), 1),
  mode: ({ probs }) => zerosLike(probs),
  variance: ({ probs }) => div(sub(div(1, probs), 1), probs),
};

export const poisson: Family = {
  name: "Poisson",
  module: "poisson",
  signature: "rate, validate_args=",
  parameters: { rate: { constraint: nonnegative } },
  support: () => nonnegativeInteger,
  sample: ({ rate }, shape) => poissonDraw(expand(rate, shape)),
  logProb: ({ rate }, x) => {
    const [r, values] = broadcastAll([rate, x]);
    return sub(sub(xlogy(values, r), r), lgamma(add(values, 1)));
  },
  mean: ({ rate }) => rate,
  mode: ({ rate }) => floor(rate),
  variance: ({ rate }) => rate,
};

/** Half of x + |x| as PyTorch clamps, with a gradient of one half at 0. */
const positivePart = (x: Tensor): Tensor => div(sub(add(clamp(x, 0), x), clampMax(x, 0)), 2);

export function binomialLogProb({ total_count: total, logits }: Parameters, x: Tensor): Tensor {
  const spread = mul(total, log1p(exp(neg(abs(logits)))));
  const norm = sub(add(mul(total, positivePart(logits)), spread), lgamma(add(total, 1)));
  const ways = add(lgamma(add(x, 1)), lgamma(add(sub(total, x), 1)));
  return sub(sub(mul(x, logits), ways), norm);
}

const counted = {
  signature: "total_count=, probs=, logits=, validate_args=",
  defaults: [1, null, null],
  build: ([total, probs, logits]: readonly Value[]): Built => builtFrom(probs, logits, { total_count: total }),
};

const largest = (t: Tensor): number => Number(itemOf(runOp("max", t) as Tensor));

export const binomial: Family = {
  ...counted,
  name: "Binomial",
  module: "binomial",
  parameters: { total_count: { constraint: nonnegativeInteger }, ...either },
  support: ({ parameters: { total_count: total } }) => integerInterval(0, total),
  sample: ({ total_count: total, probs }, shape) => binomialDraw(expand(total, shape), expand(probs, shape)),
  logProb: binomialLogProb,
  entropy: (p, d) => {
    const each = binomialLogProb(p, countUp(largest(p.total_count) + 1, p.probs, d.batch, false));
    return neg(sum(mul(exp(each), each), [0]));
  },
  mean: ({ total_count: total, probs }) => mul(total, probs),
  mode: ({ total_count: total, probs }) => runOp("minimum", floor(mul(add(total, 1), probs)), total) as Tensor,
  variance: ({ total_count: total, probs }) => mul(mul(total, probs), sub(1, probs)),
  values: ({ total_count: total, probs }, d: Distribution, expanded) =>
    countUp(largest(total) + 1, probs, d.batch, expanded),
};

export const negativeBinomial: Family = {
  ...counted,
  signature: "total_count, probs=, logits=, validate_args=",
  defaults: [null, null],
  name: "NegativeBinomial",
  module: "negative_binomial",
  parameters: {
    total_count: { constraint: nonnegative },
    probs: { constraint: halfOpenInterval(toFloat(0) as number, toFloat(1) as number), derive: probsOf },
    logits: either.logits,
  },
  support: () => nonnegativeInteger,
  sample: ({ total_count: total, logits }, shape) => poissonDraw(gammaDraw(total, exp(neg(logits)), shape)),
  logProb: ({ total_count: total, logits }, x) => {
    const logSigmoid = activation("logsigmoid");
    const scores = add(mul(total, logSigmoid(neg(logits))), mul(x, logSigmoid(logits)));
    const norm = add(add(neg(lgamma(add(total, x))), lgamma(add(x, 1))), lgamma(total));
    return sub(scores, where(eq(add(total, x), 0), 0, norm));
  },
  mean: ({ total_count: total, logits }) => mul(total, exp(logits)),
  mode: ({ total_count: total, logits }) => clamp(floor(mul(sub(total, 1), exp(logits))), 0),
  variance: ({ total_count: total, logits }) => div(mul(total, exp(logits)), sigmoid(neg(logits))),
};
