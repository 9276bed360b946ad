/** Gamma, Exponential, Chi2, Beta, Dirichlet. */
import { add, div, mul, neg, pow, sub } from "../../tensor/ops/arithmetic";
import { clamp } from "../../tensor/ops/clamp";
import { lt } from "../../tensor/ops/comparison";
import { detach, toDType } from "../../tensor/ops/copies";
import { zerosLike } from "../../tensor/ops/creation";
import { argmax } from "../../tensor/ops/extremes";
import { stack } from "../../tensor/ops/joining";
import { oneHot } from "../../tensor/ops/nn/embedding";
import { xlogy } from "../../tensor/ops/pointwise";
import { exponential_ } from "../../tensor/ops/random";
import { sampleDirichlet, standardGamma } from "../../tensor/ops/random_counts";
import { all, sum } from "../../tensor/ops/reduction";
import { select } from "../../tensor/ops/slicing";
import { digamma, lgamma } from "../../tensor/ops/special";
import { exp, log, log1p, reciprocal } from "../../tensor/ops/unary";
import { expand, unsqueeze } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import type { Sizes } from "../../tensor/shape";
import { emptyFrom, type Tensor } from "../../tensor/tensor";
import { valueError } from "../exceptions";
import { runOp } from "../torch/tensor_type";
import { independent, nonnegative, positive, simplex, unitInterval } from "./constraints";
import { broadcastAll, broadcastParameters, type Family, type Parameters } from "./distribution";
import { limitsOf } from "./limits";

/** Gamma variates with gradients to both parameters. */
export function gammaDraw(concentration: Tensor, rate: Tensor, shape: Sizes): Tensor {
  const value = div(standardGamma(expand(concentration, shape)), expand(rate, shape));
  const { tiny } = limitsOf(value.dtype);
  runOp("clamp_", detach(value), tiny);
  return value;
}

const gammaLogProb = ({ concentration, rate }: Parameters, x: Tensor): Tensor => {
  const powers = add(xlogy(concentration, rate), xlogy(sub(concentration, 1), x));
  return sub(sub(powers, mul(rate, x)), lgamma(concentration));
};
const gammaEntropy = ({ concentration, rate }: Parameters): Tensor => {
  const shape = mul(sub(1, concentration), digamma(concentration));
  return add(add(sub(concentration, log(rate)), lgamma(concentration)), shape);
};
const gammaFormulas = {
  support: () => nonnegative,
  rsample: ({ concentration, rate }: Parameters, shape: Sizes) => gammaDraw(concentration, rate, shape),
  logProb: gammaLogProb,
  cdf: ({ concentration, rate }: Parameters, x: Tensor) => runOp("igamma", concentration, mul(rate, x)) as Tensor,
  entropy: gammaEntropy,
  mean: ({ concentration, rate }: Parameters) => div(concentration, rate),
  mode: ({ concentration, rate }: Parameters) => clamp(div(sub(concentration, 1), rate), 0),
  variance: ({ concentration, rate }: Parameters) => div(concentration, pow(rate, 2)),
};

export const gamma: Family = {
  ...gammaFormulas,
  name: "Gamma",
  module: "gamma",
  signature: "concentration, rate, validate_args=",
  parameters: { concentration: { constraint: positive }, rate: { constraint: positive } },
};

export const chi2: Family = {
  ...gammaFormulas,
  name: "Chi2",
  module: "chi2",
  signature: "df, validate_args=",
  hidden: true,
  parameters: {
    df: { constraint: positive },
    concentration: { constraint: null, derive: ({ df }) => mul(df, 0.5) },
    rate: { constraint: null, derive: ({ df }) => add(mul(df, 0), 0.5) },
  },
  build: ([df]) => {
    const [t] = broadcastAll([df]);
    return { parameters: { df: t }, batch: t.sizes };
  },
};

export const exponential: Family = {
  name: "Exponential",
  module: "exponential",
  signature: "rate, validate_args=",
  parameters: { rate: { constraint: positive } },
  support: () => nonnegative,
  rsample: ({ rate }, shape) => {
    const draws = emptyFrom([rate], shape);
    exponential_(draws);
    return div(draws, rate);
  },
  logProb: ({ rate }, x) => sub(log(rate), mul(rate, x)),
  cdf: ({ rate }, x) => sub(1, exp(mul(neg(rate), x))),
  icdf: ({ rate }, x) => div(neg(log1p(neg(x))), rate),
  entropy: ({ rate }) => sub(1, log(rate)),
  mean: ({ rate }) => reciprocal(rate),
  mode: ({ rate }) => zerosLike(rate),
  stddev: ({ rate }) => reciprocal(rate),
  variance: ({ rate }) => pow(rate, -2),
};

const dirichletLogProb = (c: Tensor, x: Tensor): Tensor =>
  sub(add(sum(xlogy(sub(c, 1), x), [-1]), lgamma(sum(c, [-1]))), sum(lgamma(c), [-1]));

function dirichletEntropy(c: Tensor): Tensor {
  const k = c.sizes[c.ndim - 1];
  const total = sum(c, [-1]);
  const norm = sub(sum(lgamma(c), [-1]), lgamma(total));
  return sub(sub(norm, mul(sub(k, total), digamma(total))), sum(mul(sub(c, 1), digamma(c)), [-1]));
}

function dirichletMode(c: Tensor): Tensor {
  const above = clamp(sub(c, 1), 0);
  const mode = div(above, sum(above, [-1], true));
  const corner = toDType(oneHot(argmax(c, -1), c.sizes[c.ndim - 1]), c.dtype);
  return where(unsqueeze(all(lt(c, 1), -1), -1), corner, mode);
}

export const dirichlet: Family = {
  name: "Dirichlet",
  module: "dirichlet",
  signature: "concentration, validate_args=",
  parameters: { concentration: { constraint: independent(positive, 1), eventDims: 1 } },
  build: ([concentration]) => {
    const [c] = broadcastAll([concentration]);
    if (c.ndim < 1) throw valueError("`concentration` parameter must be at least one-dimensional.");
    return { parameters: { concentration: c }, batch: c.sizes.slice(0, -1), event: c.sizes.slice(-1) };
  },
  support: () => simplex,
  rsample: ({ concentration }, shape) => sampleDirichlet(expand(concentration, shape)),
  logProb: ({ concentration }, x) => dirichletLogProb(concentration, x),
  entropy: ({ concentration }) => dirichletEntropy(concentration),
  mean: ({ concentration: c }) => div(c, sum(c, [-1], true)),
  mode: ({ concentration }) => dirichletMode(concentration),
  variance: ({ concentration: c }) => {
    const total = sum(c, [-1], true);
    return div(mul(c, sub(total, c)), mul(pow(total, 2), add(total, 1)));
  },
};

/** A Dirichlet of two. */
const pair = ({ concentration1, concentration0 }: Parameters): Tensor => stack([concentration1, concentration0], -1);

export const beta: Family = {
  name: "Beta",
  module: "beta",
  signature: "concentration1, concentration0, validate_args=",
  hidden: true,
  parameters: { concentration1: { constraint: positive }, concentration0: { constraint: positive } },
  build: broadcastParameters,
  support: () => unitInterval,
  rsample: (p, shape) => select(sampleDirichlet(expand(pair(p), [...shape, 2])), -1, 0),
  logProb: (p, x) => dirichletLogProb(pair(p), stack([x, sub(1, x)], -1)),
  entropy: (p) => dirichletEntropy(pair(p)),
  mean: ({ concentration1: a, concentration0: b }) => div(a, add(a, b)),
  mode: (p) => select(dirichletMode(pair(p)), -1, 0),
  variance: ({ concentration1: a, concentration0: b }) => {
    const total = add(a, b);
    return div(mul(a, b), mul(pow(total, 2), add(total, 1)));
  },
};
