/** `kl_divergence`: Kullback–Leibler divergences in closed form, by pairs of families. */
import { add, div, mul, neg, pow, sub } from "../../tensor/ops/arithmetic";
import { eq, gt, lt } from "../../tensor/ops/comparison";
import { logicalOr } from "../../tensor/ops/logical";
import { activation } from "../../tensor/ops/nn/activations";
import { sum } from "../../tensor/ops/reduction";
import { solveTriangular } from "../../tensor/ops/solving";
import { digamma, erf, lgamma } from "../../tensor/ops/special";
import { abs, exp, log, log1p } from "../../tensor/ops/unary";
import { unsqueeze } from "../../tensor/ops/views";
import { where } from "../../tensor/ops/where";
import type { Tensor } from "../../tensor/tensor";
import { error } from "../exceptions";
import { typeOf } from "../types";
import { categorical, oneHotCategorical } from "./categorical";
import { independent } from "./compound";
import { bernoulli, binomial, geometric, poisson } from "./discrete";
import type { Distribution, Family, Parameters } from "./distribution";
import { beta, chi2, dirichlet, exponential, gamma } from "./gamma_like";
import { cauchy, gumbel, halfNormal, laplace, normal, uniform } from "./location_scale";
import { factorOf, halfLogDeterminant, mahalanobis, multivariateNormal } from "./multivariate_normal";

type Formula = (p: Parameters, q: Parameters, pd: Distribution, qd: Distribution) => Tensor;

const EULER = 0.5772156649015329;

function normals(p: Parameters, q: Parameters): Tensor {
  const ratio = pow(div(p.scale, q.scale), 2);
  const apart = pow(div(sub(p.loc, q.loc), q.scale), 2);
  return mul(sub(sub(add(ratio, apart), 1), log(ratio)), 0.5);
}

function bernoullis(p: Parameters, q: Parameters): Tensor {
  const softplus = (x: Tensor): Tensor => neg(activation("logsigmoid")(neg(x)));
  const ones = mul(p.probs, sub(softplus(neg(q.logits)), softplus(neg(p.logits))));
  const zeros = mul(sub(1, p.probs), sub(softplus(q.logits), softplus(p.logits)));
  return add(
    where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, ones)),
    where(eq(p.probs, 1), 0, where(eq(q.probs, 1), Infinity, zeros)),
  );
}

function categoricals(p: Parameters, q: Parameters): Tensor {
  const each = mul(p.probs, sub(p.logits, q.logits));
  return sum(where(eq(p.probs, 0), 0, where(eq(q.probs, 0), Infinity, each)), [-1]);
}

function betas(p: Parameters, q: Parameters): Tensor {
  const [a, b] = [p.concentration1, p.concentration0];
  const [c, d] = [q.concentration1, q.concentration0];
  const [ab, cd] = [add(a, b), add(c, d)];
  const first = add(add(lgamma(c), lgamma(d)), lgamma(ab));
  const second = add(add(lgamma(a), lgamma(b)), lgamma(cd));
  const slopes = add(mul(sub(a, c), digamma(a)), mul(sub(b, d), digamma(b)));
  return add(add(sub(first, second), slopes), mul(sub(cd, ab), digamma(ab)));
}

function dirichlets({ concentration: p }: Parameters, { concentration: q }: Parameters): Tensor {
  const [pTotal, qTotal] = [sum(p, [-1]), sum(q, [-1])];
  const totals = sub(lgamma(pTotal), lgamma(qTotal));
  const each = sum(sub(lgamma(p), lgamma(q)), [-1]);
  const slopes = mul(sub(p, q), sub(digamma(p), unsqueeze(digamma(pTotal), -1)));
  return add(sub(totals, each), sum(slopes, [-1]));
}

function gammas(p: Parameters, q: Parameters): Tensor {
  const rates = mul(q.concentration, log(div(p.rate, q.rate)));
  const norms = sub(lgamma(q.concentration), lgamma(p.concentration));
  const slopes = mul(sub(p.concentration, q.concentration), digamma(p.concentration));
  return add(add(add(rates, norms), slopes), mul(sub(q.rate, p.rate), div(p.concentration, p.rate)));
}

function laplaces(p: Parameters, q: Parameters): Tensor {
  const ratio = div(p.scale, q.scale);
  const apart = abs(sub(p.loc, q.loc));
  const tail = mul(ratio, exp(div(neg(apart), p.scale)));
  return sub(add(add(neg(log(ratio)), div(apart, q.scale)), tail), 1);
}

function gumbels(p: Parameters, q: Parameters): Tensor {
  const ratio = div(p.scale, q.scale);
  const [to, from] = [div(q.loc, q.scale), div(p.loc, q.scale)];
  const place = add(sub(neg(log(ratio)), to), from);
  const tail = exp(sub(add(to, lgamma(add(ratio, 1))), from));
  return sub(add(add(place, mul(ratio, EULER)), tail), 1 + EULER);
}

function multivariateNormals(_p: Parameters, _q: Parameters, pd: Distribution, qd: Distribution): Tensor {
  const [from, to] = [factorOf(pd), factorOf(qd)];
  const n = pd.event[0];
  const volume = sub(halfLogDeterminant(to), halfLogDeterminant(from));
  const spread = sum(pow(solveTriangular(to, from, false), 2), [-2, -1]);
  const apart = mahalanobis(to, sub(qd.parameters.loc, pd.parameters.loc));
  return add(volume, mul(sub(add(spread, apart), n), 0.5));
}

const centred = ({ scale }: Parameters): Parameters => ({ scale, loc: mul(scale, 0) });

const FORMULAS: readonly (readonly [p: Family, q: Family, formula: Formula])[] = [
  [normal, normal, normals],
  [halfNormal, halfNormal, (p, q) => normals(centred(p), centred(q))],
  [bernoulli, bernoulli, bernoullis],
  [categorical, categorical, categoricals],
  [oneHotCategorical, oneHotCategorical, categoricals],
  [beta, beta, betas],
  [dirichlet, dirichlet, dirichlets],
  [gamma, gamma, gammas],
  [laplace, laplace, laplaces],
  [gumbel, gumbel, gumbels],
  [multivariateNormal, multivariateNormal, multivariateNormals],
  [
    exponential,
    exponential,
    (p, q) => {
      const ratio = div(q.rate, p.rate);
      return sub(add(neg(log(ratio)), ratio), 1);
    },
  ],
  [poisson, poisson, (p, q) => sub(mul(p.rate, sub(log(p.rate), log(q.rate))), sub(p.rate, q.rate))],
  [
    geometric,
    geometric,
    (p, q, pd) => sub(sub(neg(pd.statistic("entropy")), div(log1p(neg(q.probs)), p.probs)), q.logits),
  ],
  [
    uniform,
    uniform,
    (p, q) =>
      where(
        logicalOr(gt(q.low, p.low), lt(q.high, p.high)),
        Infinity,
        log(div(sub(q.high, q.low), sub(p.high, p.low))),
      ),
  ],
  [
    binomial,
    binomial,
    (p, q) => {
      const each = add(mul(p.probs, sub(p.logits, q.logits)), sub(log1p(neg(p.probs)), log1p(neg(q.probs))));
      return where(gt(p.total_count, q.total_count), Infinity, mul(p.total_count, each));
    },
  ],
  [
    cauchy,
    cauchy,
    (p, q) => {
      const widths = add(pow(add(p.scale, q.scale), 2), pow(sub(p.loc, q.loc), 2));
      return sub(log(widths), log(mul(mul(p.scale, q.scale), 4)));
    },
  ],
  [
    normal,
    laplace,
    (p, q) => {
      const apart = sub(p.loc, q.loc);
      const scaled = div(apart, p.scale);
      const near = mul(mul(p.scale, Math.sqrt(2 / Math.PI)), exp(mul(pow(scaled, 2), -0.5)));
      const far = mul(apart, erf(mul(scaled, Math.SQRT1_2)));
      const entropy = add(log(p.scale), 0.5 + 0.5 * Math.log(2 * Math.PI));
      return sub(add(div(add(near, far), q.scale), log(mul(q.scale, 2))), entropy);
    },
  ],
  [
    independent,
    independent,
    (_p, _q, pd, qd) => {
      const dims = pd.parts.reinterpreted_batch_ndims as number;
      if (dims !== qd.parts.reinterpreted_batch_ndims) throw error("NotImplementedError");
      const inner = divergence(pd.parts.base_dist as Distribution, qd.parts.base_dist as Distribution);
      return dims === 0
        ? inner
        : sum(
            inner,
            Array.from({ length: dims }, (_, i) => i - dims),
          );
    },
  ],
];

/** Families that PyTorch counts as exponential. */
const EXPONENTIAL: ReadonlySet<Family> = new Set([
  normal,
  bernoulli,
  beta,
  dirichlet,
  exponential,
  gamma,
  chi2,
  poisson,
]);

/** KL(p‖q). */
export function divergence(p: Distribution, q: Distribution): Tensor {
  const found = FORMULAS.find(([a, b]) => a === p.family && b === q.family);
  if (!found) {
    if (EXPONENTIAL.has(p.family) && EXPONENTIAL.has(q.family) && p.family !== q.family) {
      const gap = " ".repeat(28);
      throw error(
        "NotImplementedError",
        `The cross KL-divergence between different exponential families cannot ${gap}be computed using Bregman divergences`,
      );
    }
    throw error("NotImplementedError", `No KL(p || q) is implemented for p type ${nameOf(p)} and q type ${nameOf(q)}`);
  }
  return found[2](p.parameters, q.parameters, p, q);
}

const nameOf = (d: Distribution): string => typeOf(d).name;
