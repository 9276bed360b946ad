import { edgeOf } from "../autograd/edge";
import { checkInplace, rewriteHistory } from "../autograd/inplace";
import { type Gradient, GradNode } from "../autograd/node";
import { type DType, int64, promoteTypes } from "../dtype";
import { accessOf, fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { preservedStrides } from "../kernels/layout";
import { walk } from "../kernels/walk";
import { modes } from "../modes";
import { defineOp } from "../op";
import { cauchyInto, exponentialInto, logNormalInto, normalInto, uniformInto } from "../random/continuous";
import {
  bernoulliFrom,
  bernoulliInto,
  geometricInto,
  integersInto,
  permutation,
  poisson as poissonVariate,
  randomInto,
} from "../random/discrete";
import { defaultGenerator, type Generator } from "../random/generator";
import { multinomialIndices } from "../random/multinomial";
import { type Scalar, toNumber } from "../scalar";
import { broadcastSizes, broadcastStrides, type Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { floatDType, LIKE_OPTIONS, made, madeLike, OPTIONS, type Options } from "./factory";

type Source = Generator | null | undefined;
const from = (generator: Source): Generator => generator ?? defaultGenerator;

const toBigInt = (x: Scalar): bigint => (typeof x === "bigint" ? x : BigInt(Math.trunc(toNumber(x))));

/** Lets `draw` write a new tensor, unless shapes alone are wanted: then nothing is drawn. */
function drawn(t: Tensor, draw: (t: Tensor) => void): Tensor {
  if (!t.isAbstract && t.numel > 0) draw(t);
  return t;
}

/** After sampling into a tensor no gradient reaches what it was before. */
class Overwritten extends GradNode {
  apply([grad]: readonly Gradient[]): readonly Gradient[] {
    return [grad && filled(grad.sizes, grad.dtype, 0, grad.isAbstract)];
  }
}

/** Lets `draw` overwrite `self`, with the rules and the history of an in-place operation. */
export function sampleInto(self: Tensor, gradName: string, draw: (t: Tensor) => void): Tensor {
  const recorded = modes.grad && self.requiresGrad;
  if (recorded) checkInplace(self);
  const edge = recorded ? edgeOf(self) : null;
  drawn(self, draw);
  self.versionCounter.value++;
  if (recorded) rewriteHistory(self, new Overwritten(gradName, [edge], 1), 0);
  return self;
}

// --- New tensors

export const rand = defineOp({
  schema: `rand(int[] size, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Uniform random numbers in [0, 1).",
  forward: (size: Sizes, generator?: Source, ...options: Options): Tensor =>
    drawn(made(size, floatDType(), options), (t) => uniformInto(t, 0, 1, from(generator))),
});

export const randLike = defineOp({
  schema: `rand_like(Tensor self, *, ${LIKE_OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Uniform random numbers in [0, 1), shaped like a tensor.",
  forward: (self: Tensor, ...options: Options): Tensor =>
    drawn(madeLike(self, options), (t) => uniformInto(t, 0, 1, defaultGenerator)),
});

export const randn = defineOp({
  schema: `randn(int[] size, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Random numbers from the standard normal distribution.",
  forward: (size: Sizes, generator?: Source, ...options: Options): Tensor =>
    drawn(made(size, floatDType(), options), (t) => normalInto(t, 0, 1, from(generator))),
});

export const randnLike = defineOp({
  schema: `randn_like(Tensor self, *, ${LIKE_OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Standard normal random numbers, shaped like a tensor.",
  forward: (self: Tensor, ...options: Options): Tensor =>
    drawn(madeLike(self, options), (t) => normalInto(t, 0, 1, defaultGenerator)),
});

function integers(t: Tensor, low: Scalar, high: Scalar, generator: Source): Tensor {
  check(
    toNumber(low) < toNumber(high),
    () => `random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`,
  );
  return drawn(t, () => integersInto(t, toBigInt(low), toBigInt(high), from(generator)));
}

export const randint = defineOp({
  schema: `randint(int high, int[] size, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Random integers in [0, high).",
  forward: (high: Scalar, size: Sizes, generator?: Source, ...options: Options): Tensor =>
    integers(made(size, int64, options), 0, high, generator),
});

export const randintBetween = defineOp({
  schema: `randint.low(int low, int high, int[] size, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Random integers in [low, high).",
  forward: (low: Scalar, high: Scalar, size: Sizes, generator?: Source, ...options: Options): Tensor =>
    integers(made(size, int64, options), low, high, generator),
});

export const randintLike = defineOp({
  schema: `randint_like(Tensor self, int high, *, ${LIKE_OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Random integers in [0, high), shaped like a tensor.",
  forward: (self: Tensor, high: Scalar, ...options: Options): Tensor =>
    integers(madeLike(self, options), 0, high, null),
});

export const randintLikeBetween = defineOp({
  schema: `randint_like.low_dtype(Tensor self, int low, int high, *, ${LIKE_OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Random integers in [low, high), shaped like a tensor.",
  forward: (self: Tensor, low: Scalar, high: Scalar, ...options: Options): Tensor =>
    integers(madeLike(self, options), low, high, null),
});

export const randperm = defineOp({
  schema: `randperm(int n, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A random permutation of the integers from 0 to n - 1.",
  forward: (n: Scalar, generator?: Source, ...options: Options): Tensor => {
    const length = toNumber(n);
    check(length >= 0, () => `n must be non-negative, got${length}`);
    return drawn(made([length], int64, options), (t) => fromNumbers(t, permutation(length, from(generator))));
  },
});

// --- From parameters that are tensors

/** N(0, 1) into the broadcast shape, then times std, then plus mean: two roundings, as PyTorch does it. */
function scaledNormal(mean: Tensor | number, std: Tensor | number, generator: Source): Tensor {
  const tensors = [mean, std].filter((x) => typeof x !== "number");
  check(
    typeof std === "number" || std.isAbstract || toNumbers(std).every((s) => s >= 0),
    "normal expects all elements of std >= 0.0",
  );
  const sizes = tensors.length === 2 ? broadcastSizes(tensors[0].sizes, tensors[1].sizes) : tensors[0].sizes;
  const dtype = tensors.map((t) => t.dtype).reduce(promoteTypes);
  const out = emptyFrom(tensors, sizes, dtype);
  return drawn(out, () => {
    normalInto(out, 0, typeof std === "number" ? std : 1, from(generator));
    if (typeof std !== "number") combine(out, std, (x, s) => x * s);
    if (typeof mean !== "number" || mean !== 0) combine(out, mean, (x, m) => x + m);
  });
}

function combine(out: Tensor, operand: Tensor | number, f: (x: number, y: number) => number): void {
  const { get, set, round } = accessOf(out.dtype);
  const data = out.storage.data;
  if (typeof operand === "number") {
    const y = round(operand);
    for (let i = 0; i < out.numel; i++) set(data, i, f(get(data, i), y));
    return;
  }
  const read = accessOf(operand.dtype).get;
  const other = operand.storage.data;
  const strides = broadcastStrides(operand.sizes, operand.strides, out.sizes);
  walk(out.sizes, [out.strides, strides], [out.offset, operand.offset], (n, [o, a], [so, sa]) => {
    for (let i = 0; i < n; i++) set(data, o + i * so, f(get(data, o + i * so), read(other, a + i * sa)));
  });
}

export const normalOfTensors = defineOp({
  schema: "normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Normal random numbers with a mean and a standard deviation for each element.",
  forward: (mean: Tensor, std: Tensor, generator?: Source): Tensor => scaledNormal(mean, std, generator),
  gradName: "NormalBackward3",
  save: () => [],
  backward: (grad) => [...zeroGradient(grad), ...zeroGradient(grad)],
});

export const normalOfMean = defineOp({
  schema: "normal.Tensor_float(Tensor mean, float std=1.0, *, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Normal random numbers with a mean for each element.",
  forward: (mean: Tensor, std: Scalar = 1, generator?: Source): Tensor => scaledNormal(mean, toNumber(std), generator),
  gradName: "NormalBackward1",
  save: () => [],
  backward: (grad) => [...zeroGradient(grad)],
});

export const normalOfStd = defineOp({
  schema: "normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Normal random numbers with a standard deviation for each element.",
  forward: (mean: Scalar, std: Tensor, generator?: Source): Tensor => scaledNormal(toNumber(mean), std, generator),
  gradName: "NormalBackward2",
  save: () => [],
  backward: (grad) => [...zeroGradient(grad)],
});

export const normal = defineOp({
  schema: `normal.float_float(float mean, float std, int[] size, *, Generator? generator=None, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Normal random numbers of the given size.",
  forward: (mean: Scalar, std: Scalar, size: Sizes, generator?: Source, ...options: Options): Tensor =>
    drawn(made(size, floatDType(), options), (t) => normalInto(t, toNumber(mean), toNumber(std), from(generator))),
});

function zeroGradient(grad: Tensor): readonly Tensor[] {
  return [filled(grad.sizes, grad.dtype, 0, grad.isAbstract)];
}

function emptyLike(self: Tensor, dtype: DType = self.dtype): Tensor {
  const out = emptyFrom([self], self.sizes, dtype);
  out.strides = preservedStrides(self);
  return out;
}

export const bernoulli = defineOp({
  schema: "bernoulli(Tensor self, *, Generator? generator=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Zeros and ones; each element is the probability of a one.",
  forward: (self: Tensor, generator?: Source): Tensor =>
    drawn(emptyLike(self), (t) => bernoulliFrom(t, self, from(generator))),
  backward: zeroGradient,
});

export const bernoulliWith = defineOp({
  schema: "bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Zeros and ones with probability p of a one, shaped like a tensor.",
  forward: (self: Tensor, p: Scalar, generator?: Source): Tensor =>
    drawn(emptyLike(self), (t) => bernoulliInto(t, toNumber(p), from(generator))),
  backward: zeroGradient,
  gradName: "BernoulliBackward1",
});

export const poisson = defineOp({
  schema: "poisson(Tensor self, Generator? generator=None) -> Tensor",
  in: ["torch"],
  summary: "Poisson counts; each element is a rate.",
  forward: (self: Tensor, generator?: Source): Tensor =>
    drawn(emptyLike(self), (t) =>
      fromNumbers(
        t,
        toNumbers(self).map((rate) => poissonVariate(rate, from(generator))),
      ),
    ),
  backward: zeroGradient,
});

export const multinomial = defineOp({
  schema: "multinomial(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Indices drawn from rows of weights.",
  forward: (self: Tensor, numSamples: Scalar, replacement: boolean = false, generator?: Source): Tensor => {
    const samples = toNumber(numSamples);
    const categories = self.sizes[self.ndim - 1];
    check(self.ndim === 1 || self.ndim === 2, "prob_dist must be 1 or 2 dim");
    check(
      self.dtype.kind === "float",
      () => `multinomial only supports floating-point dtypes for input, got: ${self.dtype.scalarName}`,
    );
    check(samples > 0, "cannot sample n_sample <= 0 samples");
    check(
      replacement || samples <= categories,
      "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
    );
    const rows = self.ndim === 1 ? 1 : self.sizes[0];
    const out = emptyFrom([self], self.ndim === 1 ? [samples] : [rows, samples], int64);
    return drawn(out, () =>
      fromNumbers(out, multinomialIndices(toNumbers(self), self.dtype, rows, samples, replacement, from(generator))),
    );
  },
});

// --- In place

export const uniform_ = defineOp({
  schema: "uniform_(Tensor(a!) self, float from=0.0, float to=1.0, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with uniform random numbers in [from, to).",
  forward: (self: Tensor, low: Scalar = 0, high: Scalar = 1, generator?: Source): Tensor =>
    sampleInto(self, "UniformBackward0", (t) => uniformInto(t, toNumber(low), toNumber(high), from(generator))),
});

export const normal_ = defineOp({
  schema: "normal_(Tensor(a!) self, float mean=0.0, float std=1.0, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with normal random numbers.",
  forward: (self: Tensor, mean: Scalar = 0, std: Scalar = 1, generator?: Source): Tensor =>
    sampleInto(self, "NormalBackward0", (t) => normalInto(t, toNumber(mean), toNumber(std), from(generator))),
});

export const random_ = defineOp({
  schema: "random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with random integers over the range of its dtype.",
  forward: (self: Tensor, generator?: Source): Tensor =>
    sampleInto(self, "RandomBackward0", (t) => randomInto(t, from(generator))),
});

export const randomTo_ = defineOp({
  schema: "random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with random integers in [0, to).",
  forward: (self: Tensor, to: Scalar, generator?: Source): Tensor =>
    sampleInto(self, "RandomBackward1", (t) => integersInto(t, 0n, toBigInt(to), from(generator))),
});

export const randomBetween_ = defineOp({
  schema: "random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with random integers in [from, to).",
  forward: (self: Tensor, low: Scalar, to: Scalar | null, generator?: Source): Tensor =>
    sampleInto(self, "RandomBackward2", (t) =>
      integersInto(t, toBigInt(low), to === null ? null : toBigInt(to), from(generator)),
    ),
});

export const bernoulliFrom_ = defineOp({
  schema: "bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with zeros and ones, with a probability of a one for each element.",
  forward: (self: Tensor, p: Tensor, generator?: Source): Tensor =>
    sampleInto(self, "BernoulliBackward0", (t) => bernoulliFrom(t, p, from(generator))),
});

export const bernoulli_ = defineOp({
  schema: "bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with zeros and ones, with probability p of a one.",
  forward: (self: Tensor, p: Scalar = 0.5, generator?: Source): Tensor =>
    sampleInto(self, "BernoulliBackward2", (t) => bernoulliInto(t, toNumber(p), from(generator))),
});

export const exponential_ = defineOp({
  schema: "exponential_(Tensor(a!) self, float lambd=1.0, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with exponential random numbers of the given rate.",
  forward: (self: Tensor, lambd: Scalar = 1, generator?: Source): Tensor =>
    sampleInto(self, "ExponentialBackward0", (t) => exponentialInto(t, toNumber(lambd), from(generator))),
});

export const logNormal_ = defineOp({
  schema: "log_normal_(Tensor(a!) self, float mean=1.0, float std=2.0, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with the exponentials of normal random numbers.",
  forward: (self: Tensor, mean: Scalar = 1, std: Scalar = 2, generator?: Source): Tensor =>
    sampleInto(self, "LogNormalBackward0", (t) => logNormalInto(t, toNumber(mean), toNumber(std), from(generator))),
});

export const cauchy_ = defineOp({
  schema: "cauchy_(Tensor(a!) self, float median=0.0, float sigma=1.0, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with Cauchy random numbers.",
  forward: (self: Tensor, median: Scalar = 0, sigma: Scalar = 1, generator?: Source): Tensor =>
    sampleInto(self, "CauchyBackward0", (t) => cauchyInto(t, toNumber(median), toNumber(sigma), from(generator))),
});

export const geometric_ = defineOp({
  schema: "geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)",
  in: ["Tensor"],
  summary: "Overwrites the tensor with numbers of trials up to the first success.",
  forward: (self: Tensor, p: Scalar, generator?: Source): Tensor =>
    sampleInto(self, "GeometricBackward0", (t) => geometricInto(t, toNumber(p), from(generator))),
});
