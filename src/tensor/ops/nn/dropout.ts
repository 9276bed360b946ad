import { check } from "../../errors";
import { defineOp } from "../../op";
import { bernoulliInto } from "../../random/discrete";
import { defaultGenerator } from "../../random/generator";
import { type Scalar, toNumber } from "../../scalar";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, div, mul } from "../arithmetic";
import { emptyLike } from "../creation";
import { squeeze, unsqueeze } from "../views";
import { inPlace } from "./in_place";
import { floatText } from "./python_text";

/** 1 with probability `keep`, else 0; one double draw for each element, in the order of the input's memory. */
function keepMask(x: Tensor, sizes: readonly number[], keep: number): Tensor {
  const noise = sizes === x.sizes ? emptyLike(x) : emptyFrom([x], sizes);
  if (!noise.isAbstract) bernoulliInto(noise, keep, defaultGenerator);
  return noise;
}

/** One number per sample and channel. */
const featureSizes = (x: Tensor): number[] => x.sizes.map((n, d) => (d < 2 ? n : 1));

const ALPHA = 1.7580993408473766;

/** `mul` (and an `add`) as one op of a tensor, for `inplace`. */
function apply(x: Tensor, noise: Tensor, shift: Tensor | null, inplace: boolean): Tensor {
  if (!inplace) return shift ? add(mul(x, noise), shift) : mul(x, noise);
  const scaled = inPlace(mul as never, x, noise as never);
  return shift ? inPlace(add as never, scaled, shift as never) : scaled;
}

interface Kind {
  readonly name: string;
  readonly summary: string;
  /** One draw per feature rather than per element. */
  readonly features: boolean;
  /** Keeps mean and variance of SELU's activations. */
  readonly alpha: boolean;
  /** Default of `training`. */
  readonly training: boolean;
  readonly inTorch: boolean;
  /** Of channels with so many dimensions: an input without a batch dimension is taken for one sample. */
  readonly dims?: number;
}

function run(x: Tensor, p: number, training: boolean, inplace: boolean, { features, alpha }: Kind): Tensor {
  check(p >= 0 && p <= 1, () => `dropout probability has to be between 0 and 1, but got ${floatText(p)}`, "ValueError");
  if (p === 0 || !training || x.numel === 0) return x;
  if (p === 1) return apply(x, mul(keepMask(x, features ? featureSizes(x) : x.sizes, 0), 0), null, inplace);
  const noise = keepMask(x, features ? featureSizes(x) : x.sizes, 1 - p);
  if (!alpha) return apply(x, div(noise, 1 - p), null, inplace);
  const a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
  const shift = add(mul(add(noise, -1), ALPHA * a), ALPHA * a * p);
  return apply(x, mul(noise, a), shift, inplace);
}

function defineDropout(kind: Kind) {
  const forward = (x: Tensor, p: Scalar = 0.5, training = kind.training, inplace: boolean = false): Tensor => {
    // Two dimensions are the exception: there a tensor of three is taken for a batch of rows.
    const single = kind.dims !== undefined && kind.dims !== 2 && x.ndim === kind.dims + 1;
    const batch = single ? unsqueeze(x, 0) : x;
    const out = run(batch, toNumber(p), training, inplace, kind);
    return single ? squeeze(out, 0) : out;
  };
  if (kind.inTorch) {
    defineOp({
      schema: `${kind.name}(Tensor input, float p, bool train) -> Tensor`,
      in: ["torch"],
      summary: kind.summary,
      forward: (x: Tensor, p: Scalar, training: boolean) => forward(x, p, training),
    });
  }
  return defineOp({
    schema: `${kind.name}(Tensor input, float p=0.5, bool training=${kind.training ? "True" : "False"}, bool inplace=False) -> Tensor`,
    in: ["nn.functional"],
    summary: kind.summary,
    forward,
  });
}

const plain = { features: false, alpha: false, training: true, inTorch: false };
const perFeature = { ...plain, features: true };

export const dropout = defineDropout({
  ...plain,
  name: "dropout",
  inTorch: true,
  summary: "Zeroes elements with probability p and scales the rest by 1/(1 − p), while training.",
});
export const featureDropouts = [1, 2, 3].map((dims) =>
  defineDropout({ ...perFeature, name: `dropout${dims}d`, summary: "Zeroes whole channels with probability p.", dims }),
);
export const alphaDropout = defineDropout({
  ...plain,
  name: "alpha_dropout",
  alpha: true,
  training: false,
  inTorch: true,
  summary: "Dropout that keeps zero mean and unit variance, for SELU.",
});
export const featureAlphaDropout = defineDropout({
  ...perFeature,
  name: "feature_alpha_dropout",
  alpha: true,
  training: false,
  inTorch: true,
  summary: "Alpha dropout of whole channels.",
});
