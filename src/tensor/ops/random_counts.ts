import { float64 } from "../dtype";
import { accessOf, fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { fillInto } from "../kernels/fill";
import { defineOp } from "../op";
import { binomialVariate } from "../random/binomial";
import { gammaSlope, gammaVariate } from "../random/gamma";
import { defaultGenerator, type Generator } from "../random/generator";
import { emptyFrom, type Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { sum } from "./reduction";

/** Samplers whose parameters are tensors and whose draws take a varying number of words. */
type Source = Generator | null | undefined;

/** The smallest normal number of a dtype, and the largest below 1. */
const LIMITS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  float64: [2 ** -1022, 1 - 2 ** -53],
  float32: [2 ** -126, 1 - 2 ** -24],
  bfloat16: [2 ** -126, 1 - 2 ** -8],
  float16: [2 ** -14, 1 - 2 ** -11],
};

const from = (generator: Source): Generator => generator ?? defaultGenerator;

/** A tensor like the first one, with what `values` gives row-major. */
function made(like: readonly Tensor[], values: () => ArrayLike<number>): Tensor {
  const out = emptyFrom(like, like[0].sizes);
  if (!out.isAbstract && out.numel > 0) fromNumbers(out, values());
  return out;
}

const zeros = (grad: Tensor): Tensor => {
  const out = emptyFrom([grad], grad.sizes);
  if (!out.isAbstract) fillInto(out, 0);
  return out;
};

export const binomial = defineOp({
  schema: "binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Successes among as many trials as one tensor says, with the probabilities in the other.",
  forward: (count: Tensor, prob: Tensor, generator?: Source): Tensor => {
    check(
      count.dtype === prob.dtype,
      () => `Found dtype ${prob.dtype.scalarName} but expected ${count.dtype.scalarName}`,
    );
    return made([count, prob], () => {
      const { round } = accessOf(count.dtype);
      const p = toNumbers(prob);
      return toNumbers(count).map((n, i) => binomialVariate(n, p[i % p.length], round, from(generator)));
    });
  },
  save: () => [],
  backward: (grad) => [zeros(grad), zeros(grad)],
});

export const standardGammaGrad = defineOp({
  schema: "_standard_gamma_grad(Tensor self, Tensor output) -> Tensor",
  in: ["torch"],
  summary: "How gamma variates move with their shapes while their quantiles stay.",
  forward: (self: Tensor, output: Tensor): Tensor =>
    made([self, output], () => {
      const x = toNumbers(output);
      return toNumbers(self).map((alpha, i) => gammaSlope(alpha, x[i]));
    }),
});

export const standardGamma = defineOp({
  schema: "_standard_gamma(Tensor self, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Gamma variates of rate 1; each element is a shape.",
  forward: (self: Tensor, generator?: Source): Tensor =>
    made([self], () => {
      const { round } = accessOf(self.dtype);
      const [tiny] = LIMITS[self.dtype.name];
      return toNumbers(self).map((alpha) => Math.max(tiny, round(gammaVariate(alpha, round, from(generator)))));
    }),
  save: ([self], result) => [self, result.alias()] as const,
  backward: (grad, [self, result]) => [mul(grad, standardGammaGrad(self, result))],
});

export const sampleDirichlet = defineOp({
  schema: "_sample_dirichlet(Tensor self, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Points of the simplex; each row holds the concentrations of one Dirichlet distribution.",
  forward: (self: Tensor, generator?: Source): Tensor => {
    const { round } = accessOf(self.dtype);
    const variates = emptyFrom([self], self.sizes, float64);
    if (!variates.isAbstract) {
      fromNumbers(
        variates,
        toNumbers(self).map((alpha) => gammaVariate(alpha, accessOf(float64).round, from(generator))),
      );
    }
    const totals = sum(variates, [-1], true);
    return made([self], () => {
      const [x, total] = [toNumbers(variates), toNumbers(totals)];
      const length = x.length / total.length;
      const [least, most] = LIMITS[self.dtype.name];
      return x.map((each, i) => Math.min(most, Math.max(least, round(each / total[Math.floor(i / length)]))));
    });
  },
});
