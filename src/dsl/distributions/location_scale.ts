/** Families with a place and a width: Normal, Laplace, Cauchy, Gumbel, StudentT, Uniform, and what is folded of them. */
import { add, div, mul, neg, pow, sub } from "../../tensor/ops/arithmetic";
import { clamp } from "../../tensor/ops/clamp";
import { ge, gt, le } from "../../tensor/ops/comparison";
import { fullLike, zerosLike } from "../../tensor/ops/creation";
import { logicalAnd } from "../../tensor/ops/logical";
import { cauchy_, normalOfTensors, rand, uniform_ } from "../../tensor/ops/random";
import { digamma, erf, erfinv, lgamma } from "../../tensor/ops/special";
import { abs, atan, exp, expm1, log, log1p, reciprocal, rsqrt, sign, square, tan } from "../../tensor/ops/unary";
import { expand } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import { normalInto } from "../../tensor/random/continuous";
import { defaultGenerator } from "../../tensor/random/generator";
import type { Sizes } from "../../tensor/shape";
import { emptyFrom, type Tensor } from "../../tensor/tensor";
import { greaterThan, interval, lessThan, nonnegative, positive, real } from "./constraints";
import type { Family, Parameters } from "./distribution";
import { gammaDraw } from "./gamma_like";
import { limitsOf } from "./limits";

const LOG_ROOT_TWO_PI = Math.log(Math.sqrt(2 * Math.PI));
const EULER = 0.5772156649015329;

/** Standard normals, as `torch.normal(zeros, ones)` draws them. */
export function standardNormal(like: Tensor, shape: Sizes): Tensor {
  const out = emptyFrom([like], shape);
  if (!out.isAbstract && out.numel > 0) normalInto(out, 0, 1, defaultGenerator);
  return out;
}

const locScale = { loc: { constraint: real }, scale: { constraint: positive } };
const common = { signature: "loc, scale, validate_args=", parameters: locScale, support: () => real };

const normalLogProb = ({ loc, scale }: Parameters, x: Tensor): Tensor => {
  const variance = pow(scale, 2);
  const distance = div(neg(pow(sub(x, loc), 2)), mul(variance, 2));
  return sub(sub(distance, log(scale)), LOG_ROOT_TWO_PI);
};
const normalCdf = ({ loc, scale }: Parameters, x: Tensor): Tensor =>
  mul(add(erf(div(mul(sub(x, loc), reciprocal(scale)), Math.SQRT2)), 1), 0.5);
const normalIcdf = ({ loc, scale }: Parameters, x: Tensor): Tensor =>
  add(loc, mul(mul(scale, erfinv(sub(mul(x, 2), 1))), Math.SQRT2));
const normalEntropy = ({ scale }: Parameters): Tensor => add(log(scale), 0.5 + 0.5 * Math.log(2 * Math.PI));

export const normal: Family = {
  ...common,
  name: "Normal",
  module: "normal",
  sample: ({ loc, scale }, shape) => normalOfTensors(expand(loc, shape), expand(scale, shape)),
  rsample: ({ loc, scale }, shape) => add(loc, mul(standardNormal(loc, shape), scale)),
  logProb: normalLogProb,
  cdf: normalCdf,
  icdf: normalIcdf,
  entropy: normalEntropy,
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  stddev: ({ scale }) => scale,
  variance: ({ scale }) => pow(scale, 2),
};

export const logNormal: Family = {
  ...common,
  name: "LogNormal",
  module: "log_normal",
  hidden: true,
  support: () => positive,
  sample: ({ loc, scale }, shape) => exp(normalOfTensors(expand(loc, shape), expand(scale, shape))),
  rsample: ({ loc, scale }, shape) => exp(add(loc, mul(standardNormal(loc, shape), scale))),
  logProb: (p, x) => add(neg(log(x)), normalLogProb(p, log(x))),
  cdf: (p, x) => normalCdf(p, log(x)),
  icdf: (p, x) => exp(normalIcdf(p, x)),
  entropy: (p) => add(normalEntropy(p), p.loc),
  mean: ({ loc, scale }) => exp(add(loc, div(pow(scale, 2), 2))),
  mode: ({ loc, scale }) => exp(sub(loc, square(scale))),
  variance: ({ loc, scale }) => {
    const s = pow(scale, 2);
    return mul(expm1(s), exp(add(mul(loc, 2), s)));
  },
};

/** The part of a symmetric family at 0 and above. */
const folded = { signature: "scale, validate_args=", parameters: { scale: { constraint: positive } }, hidden: true };
const atZero = ({ scale }: Parameters): Parameters => ({ scale, loc: zerosLike(scale) });
const doubled = (density: Tensor, x: Tensor): Tensor => where(ge(x, 0), add(density, Math.log(2)), -Infinity);

export const halfNormal: Family = {
  ...folded,
  name: "HalfNormal",
  module: "half_normal",
  support: () => nonnegative,
  sample: ({ scale }, shape) => abs(normalOfTensors(expand(zerosLike(scale), shape), expand(scale, shape))),
  rsample: (p, shape) => abs(add(atZero(p).loc, mul(standardNormal(p.scale, shape), p.scale))),
  logProb: (p, x) => doubled(normalLogProb(atZero(p), x), x),
  cdf: (p, x) => sub(mul(normalCdf(atZero(p), x), 2), 1),
  icdf: (p, x) => normalIcdf(atZero(p), div(add(x, 1), 2)),
  entropy: (p) => sub(normalEntropy(p), Math.log(2)),
  mean: ({ scale }) => mul(scale, Math.sqrt(2 / Math.PI)),
  mode: ({ scale }) => zerosLike(scale),
  variance: ({ scale }) => mul(pow(scale, 2), 1 - 2 / Math.PI),
};

export const laplace: Family = {
  ...common,
  name: "Laplace",
  module: "laplace",
  rsample: ({ loc, scale }, shape) => {
    const u = emptyFrom([loc], shape);
    uniform_(u, limitsOf(loc.dtype).eps - 1, 1);
    return sub(loc, mul(mul(scale, sign(u)), log1p(neg(abs(u)))));
  },
  logProb: ({ loc, scale }, x) => sub(neg(log(mul(scale, 2))), div(abs(sub(x, loc)), scale)),
  cdf: ({ loc, scale }, x) => add(neg(mul(mul(sign(sub(x, loc)), 0.5), expm1(div(neg(abs(sub(x, loc))), scale)))), 0.5),
  icdf: ({ loc, scale }, x) => {
    const term = sub(x, 0.5);
    return sub(loc, mul(mul(scale, sign(term)), log1p(mul(abs(term), -2))));
  },
  entropy: ({ scale }) => add(log(mul(scale, 2)), 1),
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  stddev: ({ scale }) => mul(scale, Math.SQRT2),
  variance: ({ scale }) => mul(pow(scale, 2), 2),
};

const cauchyLogProb = ({ loc, scale }: Parameters, x: Tensor): Tensor =>
  sub(add(neg(log(scale)), -Math.log(Math.PI)), log1p(pow(div(sub(x, loc), scale), 2)));
const cauchyCdf = ({ loc, scale }: Parameters, x: Tensor): Tensor =>
  add(div(atan(div(sub(x, loc), scale)), Math.PI), 0.5);
const cauchyIcdf = ({ loc, scale }: Parameters, x: Tensor): Tensor =>
  add(mul(tan(mul(sub(x, 0.5), Math.PI)), scale), loc);
const cauchyDraw = ({ loc, scale }: Parameters, shape: Sizes): Tensor => {
  const draws = emptyFrom([loc], shape);
  cauchy_(draws);
  return add(loc, mul(draws, scale));
};

export const cauchy: Family = {
  ...common,
  name: "Cauchy",
  module: "cauchy",
  rsample: cauchyDraw,
  logProb: cauchyLogProb,
  cdf: cauchyCdf,
  icdf: cauchyIcdf,
  entropy: ({ scale }) => add(log(scale), Math.log(4 * Math.PI)),
  mean: ({ loc }) => fullLike(loc, Number.NaN),
  mode: ({ loc }) => loc,
  variance: ({ loc }) => fullLike(loc, Infinity),
};

export const halfCauchy: Family = {
  ...folded,
  name: "HalfCauchy",
  module: "half_cauchy",
  support: () => nonnegative,
  rsample: (p, shape) => abs(cauchyDraw(atZero(p), shape)),
  logProb: (p, x) => doubled(cauchyLogProb(atZero(p), x), x),
  cdf: (p, x) => sub(mul(cauchyCdf(atZero(p), x), 2), 1),
  icdf: (p, x) => cauchyIcdf(atZero(p), div(add(x, 1), 2)),
  entropy: ({ scale }) => sub(add(log(scale), Math.log(4 * Math.PI)), Math.log(2)),
  mean: ({ scale }) => fullLike(scale, Infinity),
  mode: ({ scale }) => zerosLike(scale),
  variance: ({ scale }) => fullLike(scale, Infinity),
};

/** Gumbel's quantiles, of uniforms kept off 0 and 1 as PyTorch keeps them. */
function fromUniform(loc: Tensor, scale: Tensor, x: Tensor): Tensor {
  const { tiny, eps, round } = limitsOf(loc.dtype);
  const u = add(mul(x, round(1 - eps - tiny)), tiny);
  return add(mul(log(neg(log(u))), neg(scale)), loc);
}

export const gumbel: Family = {
  ...common,
  name: "Gumbel",
  module: "gumbel",
  rsample: ({ loc, scale }, shape) => fromUniform(loc, scale, rand(shape, null, loc.dtype)),
  logProb: ({ loc, scale }, x) => {
    const y = div(sub(loc, x), scale);
    return sub(sub(y, exp(y)), log(scale));
  },
  cdf: ({ loc, scale }, x) => exp(neg(exp(div(sub(loc, x), scale)))),
  icdf: ({ loc, scale }, x) => fromUniform(loc, scale, x),
  entropy: ({ scale }) => add(log(scale), 1 + EULER),
  mean: ({ loc, scale }) => add(loc, mul(scale, EULER)),
  mode: ({ loc }) => loc,
  stddev: ({ scale }) => mul(scale, Math.PI / Math.sqrt(6)),
  variance: ({ scale }) => pow(mul(scale, Math.PI / Math.sqrt(6)), 2),
};

export const studentT: Family = {
  name: "StudentT",
  module: "studentT",
  signature: "df, loc=, scale=, validate_args=",
  defaults: [0, 1],
  parameters: { df: { constraint: positive }, ...locScale },
  support: () => real,
  rsample: ({ df, loc, scale }, shape) => {
    const x = standardNormal(df, shape);
    const z = gammaDraw(mul(df, 0.5), fullLike(df, 0.5), shape);
    return add(loc, mul(scale, mul(x, rsqrt(div(z, df)))));
  },
  logProb: ({ df, loc, scale }, x) => {
    const y = div(sub(x, loc), scale);
    const gammas = sub(lgamma(mul(df, 0.5)), lgamma(mul(add(df, 1), 0.5)));
    const z = add(add(add(log(scale), mul(log(df), 0.5)), 0.5 * Math.log(Math.PI)), gammas);
    return sub(mul(mul(add(df, 1), -0.5), log1p(div(pow(y, 2), df))), z);
  },
  entropy: ({ df, scale }) => {
    const beta = sub(add(lgamma(mul(df, 0.5)), Math.log(Math.sqrt(Math.PI))), lgamma(mul(add(df, 1), 0.5)));
    const slope = sub(digamma(mul(add(df, 1), 0.5)), digamma(mul(df, 0.5)));
    return add(add(add(log(scale), mul(mul(add(df, 1), 0.5), slope)), mul(log(df), 0.5)), beta);
  },
  mean: ({ df, loc }) => where(le(df, 1), Number.NaN, loc),
  mode: ({ loc }) => loc,
  variance: ({ df, scale }) => {
    const finite = div(mul(pow(scale, 2), df), sub(df, 2));
    const wide = where(logicalAnd(le(df, 2), gt(df, 1)), Infinity, finite);
    return where(le(df, 1), Number.NaN, wide);
  },
};

export const uniform: Family = {
  name: "Uniform",
  module: "uniform",
  signature: "low, high, validate_args=",
  parameters: {
    low: { constraint: null, within: ({ high }) => lessThan(high) },
    high: { constraint: null, within: ({ low }) => greaterThan(low) },
  },
  support: ({ parameters }) => interval(parameters.low, parameters.high),
  rsample: ({ low, high }, shape) => add(low, mul(rand(shape, null, low.dtype), sub(high, low))),
  logProb: ({ low, high }, x) => sub(log(mul(le(low, x), gt(high, x))), log(sub(high, low))),
  cdf: ({ low, high }, x) => clamp(div(sub(x, low), sub(high, low)), 0, 1),
  icdf: ({ low, high }, x) => add(mul(x, sub(high, low)), low),
  entropy: ({ low, high }) => log(sub(high, low)),
  mean: ({ low, high }) => div(add(high, low), 2),
  mode: ({ high }) => mul(high, Number.NaN),
  stddev: ({ low, high }) => div(sub(high, low), Math.sqrt(12)),
  variance: ({ low, high }) => div(pow(sub(high, low), 2), 12),
};
