/** `torch.distributions`: the Python classes of all families. */
import { getters, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { call, native } from "../function";
import { sizeOf } from "../torch/values";
import { builtinType, Getter, type PyType, type Value } from "../type";
import { Dict } from "../values/dict";
import { PyModule } from "../values/module";
import { categorical, multinomial, oneHotCategorical, oneHotStraightThrough } from "./categorical";
import { hasRsample, independent, mixtureSameFamily } from "./compound";
import { constraintsModule } from "./constraints";
import { bernoulli, binomial, geometric, negativeBinomial, poisson } from "./discrete";
import { broadcastParameters, Distribution, type Family, shapeOf, typesOf, validation } from "./distribution";
import { divergence } from "./divergence";
import { beta, chi2, dirichlet, exponential, gamma } from "./gamma_like";
import {
  cauchy,
  gumbel,
  halfCauchy,
  halfNormal,
  laplace,
  logNormal,
  normal,
  studentT,
  uniform,
} from "./location_scale";
import { multivariateNormal } from "./multivariate_normal";

const FAMILIES: readonly Family[] = [
  normal,
  logNormal,
  halfNormal,
  laplace,
  cauchy,
  halfCauchy,
  gumbel,
  studentT,
  uniform,
  gamma,
  chi2,
  exponential,
  beta,
  dirichlet,
  bernoulli,
  geometric,
  poisson,
  binomial,
  negativeBinomial,
  categorical,
  oneHotCategorical,
  oneHotStraightThrough,
  multinomial,
  multivariateNormal,
  independent,
  mixtureSameFamily,
];

export const distributionType = builtinType("Distribution", undefined, {
  module: "torch.distributions.distribution",
});

methods(distributionType, {
  sample: ["sample_shape=", (d: Distribution, shape: Value) => d.sample(shapeOf(shape)), sizeOf([])],
  rsample: ["sample_shape=", (d: Distribution, shape: Value) => d.rsample(shapeOf(shape)), sizeOf([])],
  sample_n: ["n", (d: Distribution, n: number) => d.sample([n])],
  log_prob: ["value", (d: Distribution, value: never) => d.logProb(value)],
  cdf: ["value", (d: Distribution, value: never) => d.at("cdf", value)],
  icdf: ["value", (d: Distribution, value: never) => d.at("icdf", value)],
  entropy: ["", (d: Distribution) => d.statistic("entropy")],
  perplexity: ["", (d: Distribution) => d.perplexity],
  expand: ["batch_shape, _instance=", (d: Distribution, batch: Value) => d.expand(shapeOf(batch)), null],
  enumerate_support: [
    "expand=",
    (d: Distribution, expanded: Value) => {
      if (!d.family.values) throw error("NotImplementedError");
      return d.family.values(d.parameters, d, truthy(expanded));
    },
    true,
  ],
  __repr__: ["", (d: Distribution) => d.repr()],
});
getters(distributionType, {
  batch_shape: (d: Distribution) => sizeOf(d.batch),
  event_shape: (d: Distribution) => sizeOf(d.event),
  mean: (d: Distribution) => d.statistic("mean"),
  mode: (d: Distribution) => d.statistic("mode"),
  variance: (d: Distribution) => d.statistic("variance"),
  stddev: (d: Distribution) => d.stddev,
  support: (d: Distribution) => d.support,
  has_rsample: hasRsample,
  has_enumerate_support: (d: Distribution) => d.family.values !== undefined,
  arg_constraints: (d: Distribution) =>
    new Dict(
      Object.entries(d.family.parameters).flatMap(([name, { constraint }]) => (constraint ? [[name, constraint]] : [])),
    ),
});
distributionType.define(
  "set_default_validate_args",
  native("set_default_validate_args", "value", (value: Value) => {
    validation.enabled = truthy(value);
    return null;
  }),
);

/** The Python class of a family: its constructor, and its parameters as attributes. */
function typeFor(family: Family): PyType {
  const base = family === chi2 ? (typesOf.get(gamma) as PyType) : distributionType;
  const type = builtinType(family.name, [base], { module: `torch.distributions.${family.module}` });
  typesOf.set(family, type);
  const build = native(
    `${family.name}.__init__`,
    family.signature,
    (...args: Value[]) => {
      const checked = args.pop() ?? null;
      const built = (family.build ?? broadcastParameters)(args, family);
      return new Distribution(type, family, built, checked === null ? validation.enabled : truthy(checked));
    },
    [...(family.defaults ?? []), null],
  );
  type.called = (_type, args) => call(build, ...args);
  for (const name of Object.keys(family.parameters)) {
    type.define(name, new Getter((d: Distribution) => d.parameters[name]));
  }
  for (const name of PARTS[family.name] ?? []) type.define(name, new Getter((d: Distribution) => d.parts[name]));
  return type;
}

/** Attributes that are no tensors. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  Multinomial: ["total_count"],
  Independent: ["base_dist", "reinterpreted_batch_ndims"],
  MixtureSameFamily: ["mixture_distribution", "component_distribution"],
};

const types = FAMILIES.map((family) => typeFor(family));
for (const type of types) {
  if (type.name.endsWith("Categorical") || type.name === "Multinomial") {
    type.define("param_shape", new Getter((d: Distribution) => sizeOf(d.known()[0][1].sizes)));
  }
}

export function distributionsModule(): PyModule {
  const files = new Map<string, [string, Value][]>();
  FAMILIES.forEach(({ module }, i) => {
    files.set(module, [...(files.get(module) ?? []), [types[i].name, types[i]]]);
  });
  const kl = native("kl_divergence", "p, q", (p: Distribution, q: Distribution) => divergence(p, q));
  return new PyModule("torch.distributions", [
    ["Distribution", distributionType],
    ["distribution", new PyModule("torch.distributions.distribution", [["Distribution", distributionType]])],
    ...types.map((type): [string, Value] => [type.name, type]),
    ...Array.from(files, ([name, entries]): [string, Value] => [
      name,
      new PyModule(`torch.distributions.${name}`, entries),
    ]),
    ["constraints", constraintsModule()],
    ["kl_divergence", kl],
    ["kl", new PyModule("torch.distributions.kl", [["kl_divergence", kl]])],
  ]);
}
