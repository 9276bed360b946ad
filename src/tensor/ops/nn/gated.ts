import { accessOf } from "../../elements";
import { check } from "../../errors";
import { defineOp, type Op } from "../../op";
import { defaultGenerator } from "../../random/generator";
import { type Scalar, toNumber } from "../../scalar";
import { type Sizes, wrapDim } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, div, mul, sub } from "../arithmetic";
import { gt } from "../comparison";
import { cat } from "../joining";
import { narrow } from "../slicing";
import { sumTo } from "../sum-to";
import { abs, sigmoid, tanh } from "../unary";
import { reshape } from "../views";
import { where } from "../where";
import { primitive } from "./activations";
import { floats, made, write } from "./floats";
import { inPlace } from "./in_place";
import { renamed } from "./renamed";

export const softsign = defineOp({
  schema: "softsign(Tensor input) -> Tensor",
  in: ["nn.functional"],
  summary: "x / (1 + |x|).",
  forward: (x: Tensor) => div(x, add(abs(x), 1)),
});

export const tanhshrink = defineOp({
  schema: "tanhshrink(Tensor input) -> Tensor",
  in: ["nn.functional"],
  summary: "x − tanh(x).",
  forward: (x: Tensor) => sub(x, tanh(x)),
});

function halves(x: Tensor, dim: number): [Tensor, Tensor] {
  const size = x.sizes[dim] / 2;
  return [narrow(x, dim, 0, size), narrow(x, dim, size, size)];
}

export const glu = defineOp({
  schema: "glu(Tensor input, int dim=-1) -> Tensor",
  in: ["nn.functional"],
  summary: "The first half along a dimension times the sigmoid of the second.",
  forward: (x: Tensor, dim: number = -1) => {
    check(x.ndim > 0, "glu does not support 0-dimensional tensors");
    const d = wrapDim(dim, x.ndim);
    check(x.sizes[d] % 2 === 0, () => `Halving dimension must be even, but dimension ${d} is size ${x.sizes[d]}`);
    const [a, b] = halves(x, d);
    return mul(a, sigmoid(b));
  },
  save: ([x, dim = -1]) => [x, wrapDim(dim, x.ndim)] as const,
  backward: (grad, [x, dim]) => {
    const [a, b] = halves(x, dim);
    const s = sigmoid(b);
    return [cat([mul(grad, s), mul(mul(mul(grad, a), s), sub(1, s))], dim)];
  },
});

/** The slope weights in sizes that broadcast along channels. */
function alongChannels(weight: Tensor, x: Tensor): Sizes {
  return weight.numel === 1 || x.ndim < 2 ? x.sizes.map(() => 1) : x.sizes.map((_, d) => (d === 1 ? weight.numel : 1));
}

const preluKernel: Op<[Tensor, Tensor], Tensor> = defineOp({
  schema: "_prelu_kernel(Tensor self, Tensor weight) -> Tensor",
  in: ["internal"],
  summary: "x where positive, else weight · x.",
  gradName: "PreluKernelBackward0",
  forward: (x: Tensor, weight: Tensor) => where(gt(x, 0), x, mul(weight, x)),
  save: ([x, weight]) => [x, weight] as const,
  backward: (grad, [x, weight], needs) => [
    needs[0] ? where(gt(x, 0), grad, mul(weight, grad)) : null,
    needs[1] ? sumTo(where(gt(x, 0), 0, mul(x, grad)), weight.sizes) : null,
  ],
});

export const prelu = defineOp({
  schema: "prelu(Tensor self, Tensor weight) -> Tensor",
  in: ["torch", "Tensor", "nn.functional"],
  summary: "x where positive, else a learned slope times x.",
  forward: (x: Tensor, weight: Tensor) => {
    check(
      weight.ndim <= 1,
      () => `prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.ndim}`,
    );
    if (weight.numel !== 1) {
      check(x.ndim > 0, "Not allow zero-dim input tensor.");
      const channels = x.ndim > 1 ? x.sizes[1] : 1;
      check(
        channels === weight.numel,
        () =>
          `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel} and ` +
          `channel size = ${channels}.`,
      );
    }
    return preluKernel(x, reshape(weight, alongChannels(weight, x)));
  },
});

/** Leaky ReLU with a slope drawn for each element that is not positive. */
const noisy = defineOp({
  schema: "rrelu_with_noise(Tensor self, float lower, float upper) -> (Tensor, Tensor)",
  in: ["internal"],
  summary: "Leaky ReLU with random slopes, and the slopes.",
  forward: (x: Tensor, lower: number, upper: number) => {
    const slopes = emptyFrom([x], x.sizes);
    const { round } = accessOf(x.dtype);
    // The ends in the tensor's dtype, the draw between them in double precision.
    const [low, range] = [round(lower), round(upper) - round(lower)];
    write(slopes, (s) => {
      const a = floats(x);
      for (let i = 0; i < s.length; i++) s[i] = a[i] <= 0 ? defaultGenerator.uniform53() * range + low : 1;
    });
    const y = made([x], x.sizes, (out) => {
      const [a, s] = [floats(x), floats(slopes)];
      for (let i = 0; i < out.length; i++) out[i] = a[i] * s[i];
    });
    return [y, slopes];
  },
  save: (_, [, slopes]) => [slopes.alias()] as const,
  backward: (grad, [slopes]) => [mul(grad, slopes)],
});

/** With the mean slope, when not training. */
const steady = renamed(primitive("leaky_relu"), "_rrelu_steady", "RreluWithNoiseBackward0");

export const rrelu = defineOp({
  schema:
    "rrelu(Tensor input, float lower=0.125, float upper=0.3333333333333333, bool training=False, bool inplace=False) -> Tensor",
  in: ["nn.functional"],
  summary: "Leaky ReLU whose slope is random while training.",
  forward: (
    x: Tensor,
    lower: Scalar = 1 / 8,
    upper: Scalar = 1 / 3,
    training: boolean = false,
    inplace: boolean = false,
  ) => {
    const [low, high] = [toNumber(lower), toNumber(upper)];
    check(low <= high, "Lower bound should be less than or equal to the upper bound");
    const run = (t: Tensor): Tensor => (training ? noisy(t, low, high)[0] : steady(t, (low + high) / 2));
    if (!inplace) return run(x);
    const settle = (op: (t: Tensor) => Tensor): Tensor => inPlace(op as Op<[Tensor], Tensor>, x);
    return settle(run);
  },
});
