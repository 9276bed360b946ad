/** Distributions made of others: Independent and MixtureSameFamily. */
import { add, mul, pow, sub } from "../../tensor/ops/arithmetic";
import { logSoftmax } from "../../tensor/ops/nn/softmax";
import { logsumexp } from "../../tensor/ops/norms";
import { sum } from "../../tensor/ops/reduction";
import { gather } from "../../tensor/ops/scattering";
import { expand, reshape, squeeze, unsqueeze } from "../../tensor/ops/views";
import type { Tensor } from "../../tensor/tensor";
import { valueError } from "../exceptions";
import { Constraint, independent as independentOf } from "./constraints";
import { Distribution, type Family } from "./distribution";

/** Sums over the last `dims` dimensions. */
function sumLast(x: Tensor, dims: number): Tensor {
  return dims === 0
    ? x
    : sum(
        x,
        Array.from({ length: dims }, (_, i) => i - dims),
      );
}

const base = ({ parts }: Distribution): Distribution => parts.base_dist as Distribution;
const taken = ({ parts }: Distribution): number => parts.reinterpreted_batch_ndims as number;
export const hasRsample = (d: Distribution): boolean => d.family.hasRsample?.(d) ?? d.family.rsample !== undefined;
const prefix = (shape: readonly number[], d: Distribution): number[] =>
  shape.slice(0, shape.length - d.batch.length - d.event.length);

export const independent: Family = {
  name: "Independent",
  module: "independent",
  signature: "base_distribution, reinterpreted_batch_ndims, validate_args=",
  parameters: {},
  build: ([inner, dims]) => {
    const d = inner as Distribution;
    const n = dims as number;
    if (n > d.batch.length) {
      throw valueError(
        `Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual ${n} vs ${d.batch.length}`,
      );
    }
    const split = d.batch.length - n;
    return {
      parameters: {},
      batch: d.batch.slice(0, split),
      event: [...d.batch.slice(split), ...d.event],
      parts: { base_dist: d, reinterpreted_batch_ndims: n },
    };
  },
  expandParts: (d, batch) => ({ ...d.parts, base_dist: base(d).expand([...batch, ...d.event.slice(0, taken(d))]) }),
  support: (d) => independentOf(base(d).support, taken(d)),
  sample: (_, shape, d) => base(d).sample(prefix(shape, d)),
  rsample: (_, shape, d) => base(d).rsample(prefix(shape, d)),
  logProb: (_, x, d) => sumLast(base(d).logProb(x), taken(d)),
  entropy: (_, d) => sumLast(base(d).statistic("entropy"), taken(d)),
  mean: (_, d) => base(d).statistic("mean"),
  mode: (_, d) => base(d).statistic("mode"),
  variance: (_, d) => base(d).statistic("variance"),
  hasRsample: (d) => hasRsample(base(d)),
  repr: (d) => `Independent(${base(d).repr()}, ${taken(d)})`,
};

const weights = ({ parts }: Distribution): Distribution => parts.mixture_distribution as Distribution;
const components = ({ parts }: Distribution): Distribution => parts.component_distribution as Distribution;

/** Mixture weights with a dimension of 1 for each of the event's. */
function padded(x: Tensor, d: Distribution): Tensor {
  return reshape(x, [...x.sizes, ...d.event.map(() => 1)]);
}
const mixed = (x: Tensor, d: Distribution): Tensor =>
  sum(mul(padded(weights(d).parameters.probs, d), x), [-1 - d.event.length]);

export const mixtureSameFamily: Family = {
  name: "MixtureSameFamily",
  module: "mixture_same_family",
  signature: "mixture_distribution, component_distribution, validate_args=",
  parameters: {},
  build: ([mixture, component]) => {
    if (!(mixture instanceof Distribution) || mixture.family.name !== "Categorical") {
      throw valueError(" The Mixture distribution needs to be an  instance of torch.distributions.Categorical");
    }
    if (!(component instanceof Distribution)) {
      throw valueError("The Component distribution need to be an instance of torch.distributions.Distribution");
    }
    // PyTorch reads both here, and so the repr shows both.
    const { probs, logits } = mixture.parameters;
    const [have, want] = [
      Math.min(probs.sizes[probs.ndim - 1], logits.sizes[logits.ndim - 1]),
      component.batch[component.batch.length - 1],
    ];
    if (want !== undefined && have !== want) {
      throw valueError(
        `\`mixture_distribution component\` (${have}) does not equal \`component_distribution.batch_shape[-1]\` (${want})`,
      );
    }
    return {
      parameters: {},
      batch: component.batch.slice(0, -1),
      event: component.event,
      parts: { mixture_distribution: mixture, component_distribution: component },
    };
  },
  expandParts: (d, batch) => ({
    mixture_distribution: weights(d).expand(batch),
    component_distribution: components(d).expand([...batch, ...components(d).batch.slice(-1)]),
  }),
  support: (d) => {
    const inner = components(d).support;
    return new Constraint(`MixtureSameFamilyConstraint(${inner.text})`, inner.check, inner.eventDims, inner.discrete);
  },
  sample: (_, shape, d) => {
    const outer = prefix(shape, d);
    const dim = outer.length + d.batch.length;
    const chosen = weights(d).sample(outer);
    const drawn = components(d).sample(outer);
    const index = expand(reshape(chosen, [...chosen.sizes, 1, ...d.event.map(() => 1)]), [
      ...chosen.sizes,
      1,
      ...d.event,
    ]);
    return squeeze(gather(drawn, dim, index), dim);
  },
  logProb: (_, x, d) => {
    const inner = components(d).logProb(unsqueeze(x, x.ndim - d.event.length));
    return logsumexp(add(inner, logSoftmax(weights(d).parameters.logits, -1)), [-1]);
  },
  cdf: (_, x, d) =>
    sum(mul(components(d).at("cdf", unsqueeze(x, x.ndim - d.event.length)), weights(d).parameters.probs), [-1]),
  mean: (_, d) => mixed(components(d).statistic("mean"), d),
  variance: (_, d) => {
    const { probs } = weights(d).parameters;
    const within = mixed(components(d).statistic("variance"), d);
    const centre = unsqueeze(d.statistic("mean"), d.batch.length);
    const apart = pow(sub(components(d).statistic("mean"), centre), 2);
    return add(within, sum(mul(padded(probs, d), apart), [-1 - d.event.length]));
  },
  repr: (d) => `MixtureSameFamily(\n  ${weights(d).repr()},\n  ${components(d).repr()})`,
};
