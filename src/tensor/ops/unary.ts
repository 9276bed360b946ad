import { bool, type DType, float64, realOf } from "../dtype";
import { fromNumbers, partNumbers } from "../elements";
import { check } from "../errors";
import * as complex from "../kernels/complex_math";
import { elementwise, type Rule } from "../kernels/elementwise";
import { roundEven } from "../kernels/rounding";
import { roundDecimals } from "../kernels/rules";
import { conjugation, defineOp, inplaceOf, type Namespace, type Op } from "../op";
import { floatResultType } from "../promote";
import { type Scalar, toNumber } from "../scalar";
import { emptyFrom, type Tensor } from "../tensor";
import { add, div, mul, neg, pow, rsub, sub } from "./arithmetic";
import { unsupported } from "./unsupported";
import { where } from "./where";

type Unary = [self: Tensor];

interface UnarySpec extends Rule {
  readonly summary: string;
  /** Integers give floats ("float", the default), stay ("same"), or any input gives bool. */
  readonly result?: "float" | "same" | "bool";
  /** The gradient from what is saved: the input, or the result where `saves` says so. */
  readonly gradient?: (grad: Tensor, saved: Tensor) => Tensor;
  readonly saves?: "self" | "result" | "nothing";
  readonly in?: readonly Namespace[];
  readonly aliases?: readonly string[];
  readonly inplace?: boolean;
  /** grad_fn's name, where it does not follow from the op's. */
  readonly gradName?: string;
  readonly check?: (dtype: DType) => void;
  /** Of complex tensors, where the result is real. */
  readonly ofComplex?: (x: Tensor) => Tensor;
  /** See OpSpec. */
  readonly conjugates?: boolean;
}

const everywhere: readonly Namespace[] = ["torch", "Tensor"];
const special: readonly Namespace[] = ["torch", "Tensor", "special"];

/** Defines an elementwise op of one operand. */
export function unary(name: string, given: UnarySpec): Op<Unary, Tensor> {
  const spec = { kernel: `${name}_cpu`, ...given };
  const { result = "float", gradient, saves = "self" } = spec;
  const types = (x: Tensor): [DType, DType] => {
    const inner = result === "float" ? floatResultType([x]) : x.dtype;
    return [inner, result === "bool" ? bool : inner];
  };
  const plain = {
    schema: `${name}(Tensor self) -> Tensor`,
    in: spec.in ?? everywhere,
    aliases: spec.aliases,
    summary: spec.summary,
    inplace: spec.inplace ?? result !== "bool",
    conjugates: spec.conjugates,
    forward: (x: Tensor) => {
      spec.check?.(x.dtype);
      if (spec.ofComplex && x.dtype.kind === "complex") return spec.ofComplex(x);
      return elementwise(spec, [x], ...types(x));
    },
    into: {
      fits: (target: Tensor, x: Tensor) => types(x)[1] === target.dtype,
      run: (target: Tensor, x: Tensor) => {
        spec.check?.(x.dtype);
        elementwise(spec, [x], ...types(x), target);
      },
    },
  };
  if (!gradient) return defineOp(plain);
  return defineOp({
    ...plain,
    gradName: spec.gradName,
    save: ([x]: Unary, y: Tensor) => [saves === "result" ? y : saves === "self" ? x : null],
    backward: (grad, [saved]) => [gradient(grad, saved as Tensor)],
  });
}

const float = Math.fround;
const zeros = (grad: Tensor): Tensor => mul(grad, 0);

export const exp = unary("exp", {
  complex: complex.exp,
  summary: "e to the power of x.",
  number: Math.exp,
  fast: "exp",
  saves: "result",
  gradient: (g, y) => mul(g, y),
});
export const exp2 = unary("exp2", {
  complex: complex.exp2,
  summary: "2 to the power of x.",
  number: (x) => 2 ** x,
  in: special,
  saves: "result",
  gradient: (g, y) => mul(mul(g, y), Math.LN2),
});
export const expm1 = unary("expm1", {
  complex: complex.expm1,
  summary: "eˣ − 1, accurate near 0.",
  number: Math.expm1,
  in: special,
  saves: "result",
  gradient: (g, y) => mul(g, add(y, 1)),
});
export const log = unary("log", {
  complex: complex.log,
  summary: "Natural logarithm.",
  number: Math.log,
  fast: "log",
  gradient: (g, x) => div(g, x),
});
export const log2 = unary("log2", {
  complex: complex.log2,
  summary: "Logarithm to base 2.",
  number: Math.log2,
  gradient: (g, x) => div(g, mul(x, Math.LN2)),
});
export const log10 = unary("log10", {
  complex: complex.log10,
  summary: "Logarithm to base 10.",
  number: Math.log10,
  gradient: (g, x) => div(g, mul(x, Math.LN10)),
});
export const log1p = unary("log1p", {
  complex: complex.log1p,
  summary: "log(1 + x), accurate near 0.",
  number: Math.log1p,
  in: special,
  gradient: (g, x) => div(g, add(x, 1)),
});
export const sqrt = unary("sqrt", {
  complex: complex.sqrt,
  summary: "Square root.",
  number: Math.sqrt,
  fast: "sqrt",
  saves: "result",
  gradient: (g, y) => div(g, mul(y, 2)),
});
export const rsqrt = unary("rsqrt", {
  complex: complex.rsqrt,
  summary: "1 / √x.",
  number: (x) => 1 / Math.sqrt(x),
  single: (x) => 1 / float(Math.sqrt(x)),
  fast: "rsqrt",
  saves: "result",
  gradient: (g, y) => mul(mul(g, -0.5), pow(y, 3)),
});
export const reciprocal = unary("reciprocal", {
  complex: complex.reciprocal,
  summary: "1 / x.",
  number: (x) => 1 / x,
  fast: "reciprocal",
  saves: "result",
  gradient: (g, y) => mul(neg(g), mul(y, y)),
});
export const abs = unary("abs", {
  summary: "Absolute value.",
  check: unsupported("abs_cpu", "bool"),
  number: Math.abs,
  fast: "abs",
  exact: (x) => (x < 0n ? -x : x),
  result: "same",
  aliases: ["absolute"],
  ofComplex: (z) => realValued(z, Math.hypot),
  gradient: (g, x) => mul(g, sgn(x)),
});
const signRule: UnarySpec = {
  summary: "−1, 0 or 1 as x is below, at or above 0.",
  // PyTorch gives 0 for nan.
  number: (x) => Number(x > 0) - Number(x < 0),
  exact: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  result: "same",
  saves: "nothing",
  gradient: zeros,
};
export const sign = unary("sign", signRule);
export const sgn = unary("sgn", {
  ...signRule,
  complex: complex.sgn,
  saves: "self",
  conjugates: true,
  gradient: (g, x) => (x.dtype.kind === "complex" ? sgnGradient(g, x) : zeros(g)),
});

/** What turns the direction of z: the gradient across it, over |z|. */
function sgnGradient(grad: Tensor, z: Tensor): Tensor {
  const direction = sgn(z);
  const along = mul(conjugation.of(direction), grad);
  const size = abs(z);
  return where(eqZero(size), 0, div(sub(grad, mul(realPart(along), direction)), size));
}

const eqZero = unary("_is_zero", { summary: "", in: ["internal"], number: (x) => Number(x === 0), result: "bool" });
const realPart = (z: Tensor): Tensor => (z.dtype.kind === "complex" ? conjugation.real(z) : z);

/** A real function of complex numbers, from both parts. */
export function realValued(z: Tensor, f: (re: number, im: number) => number): Tensor {
  const out = emptyFrom([z], z.sizes, realOf(z.dtype));
  if (out.isAbstract) return out;
  const pairs = partNumbers(z);
  fromNumbers(
    out,
    Float64Array.from({ length: out.numel }, (_, i) => f(pairs[2 * i], pairs[2 * i + 1])),
  );
  return out;
}
export const signbit = unary("signbit", {
  summary: "Whether the sign bit is set (−0 too).",
  number: (x) => Number(x < 0 || Object.is(x, -0)),
  exact: (x) => x < 0n,
  result: "bool",
});

export const sin = unary("sin", {
  complex: complex.sin,
  summary: "Sine.",
  number: Math.sin,
  gradient: (g, x) => mul(g, cos(x)),
});
export const cos = unary("cos", {
  complex: complex.cos,
  summary: "Cosine.",
  number: Math.cos,
  gradient: (g, x) => mul(g, neg(sin(x))),
});
export const tan = unary("tan", {
  complex: complex.tan,
  summary: "Tangent.",
  number: Math.tan,
  saves: "result",
  gradient: (g, y) => mul(g, add(mul(y, y), 1)),
});
export const asin = unary("asin", {
  complex: complex.asin,
  summary: "Arcsine.",
  number: Math.asin,
  aliases: ["arcsin"],
  gradient: (g, x) => mul(g, rsqrt(rsub(mul(x, x), 1))),
});
export const acos = unary("acos", {
  complex: complex.acos,
  summary: "Arccosine.",
  number: Math.acos,
  aliases: ["arccos"],
  gradient: (g, x) => mul(neg(g), rsqrt(rsub(mul(x, x), 1))),
});
export const atan = unary("atan", {
  complex: complex.atan,
  summary: "Arctangent.",
  number: Math.atan,
  aliases: ["arctan"],
  gradient: (g, x) => div(g, add(mul(x, x), 1)),
});
export const sinh = unary("sinh", {
  complex: complex.sinh,
  summary: "Hyperbolic sine.",
  number: Math.sinh,
  gradient: (g, x) => mul(g, cosh(x)),
});
export const cosh = unary("cosh", {
  complex: complex.cosh,
  summary: "Hyperbolic cosine.",
  number: Math.cosh,
  gradient: (g, x) => mul(g, sinh(x)),
});
export const tanh = unary("tanh", {
  complex: complex.tanh,
  summary: "Hyperbolic tangent.",
  number: Math.tanh,
  fast: "tanh",
  in: [...everywhere, "nn.functional"],
  saves: "result",
  gradient: (g, y) => tanhBackward(g, y),
});
export const asinh = unary("asinh", {
  complex: complex.asinh,
  summary: "Inverse hyperbolic sine.",
  number: Math.asinh,
  aliases: ["arcsinh"],
  gradient: (g, x) => mul(g, rsqrt(add(mul(x, x), 1))),
});
export const acosh = unary("acosh", {
  complex: complex.acosh,
  summary: "Inverse hyperbolic cosine.",
  number: Math.acosh,
  aliases: ["arccosh"],
  gradient: (g, x) => mul(g, mul(rsqrt(sub(x, 1)), rsqrt(add(x, 1)))),
});
export const atanh = unary("atanh", {
  complex: complex.atanh,
  summary: "Inverse hyperbolic tangent.",
  number: Math.atanh,
  aliases: ["arctanh"],
  gradient: (g, x) => div(g, rsub(mul(x, x), 1)),
});
export const sigmoid = unary("sigmoid", {
  complex: complex.sigmoid,
  summary: "1 / (1 + e⁻ˣ).",
  number: (x) => 1 / (1 + Math.exp(-x)),
  single: (x) => 1 / float(1 + float(Math.exp(-x))),
  fast: "sigmoid",
  in: [...everywhere, "nn.functional"],
  saves: "result",
  gradient: (g, y) => sigmoidBackward(g, y),
});
export const relu = unary("relu", {
  summary: "max(x, 0).",
  number: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  exact: (x) => (x > 0n ? x : 0n),
  result: "same",
  fast: "relu",
  saves: "result",
  gradient: (g, y) => reluBackward(g, y),
  check: (dtype) => check(dtype !== bool, "Boolean inputs not supported for relu"),
});

/** A fused gradient `f(grad, saved)` that is itself differentiable through `second`. */
function gradientOp(
  name: string,
  rule: Rule,
  second: (gg: Tensor, grad: Tensor, saved: Tensor) => [Tensor, Tensor | null],
): Op<[grad: Tensor, saved: Tensor], Tensor> {
  return defineOp({
    schema: `${name}_backward(Tensor grad_output, Tensor output) -> Tensor`,
    in: ["internal"],
    summary: `The gradient of ${name}.`,
    forward: (grad: Tensor, saved: Tensor) => elementwise(rule, [grad, saved], grad.dtype),
    save: ([grad, saved]) => [grad, saved],
    backward: (gg, [grad, saved]) => second(gg, grad, saved),
  });
}

/** g · (1 − y²). */
const tanhSlope: complex.ComplexRule = (z, a, b, c, d) => complex.mul(z, a, b, 1 - (c * c - d * d), -2 * c * d, 0, 0);
/** g · (1 − y) · y. */
const sigmoidSlope: complex.ComplexRule = (z, a, b, c, d) => {
  complex.mul(z, 1 - c, -d, c, d, 0, 0);
  complex.mul(z, a, b, z.re, z.im, 0, 0);
};

const tanhBackward = gradientOp(
  "tanh",
  {
    number: (g, y) => g * (1 - y * y),
    single: (g, y) => g * float(1 - float(y * y)),
    fast: "tanh_backward",
    complex: tanhSlope,
  },
  (gg, g, y) => [tanhBackward(gg, y), mul(mul(mul(gg, g), y), -2)],
);
const sigmoidBackward = gradientOp(
  "sigmoid",
  {
    number: (g, y) => g * (1 - y) * y,
    single: (g, y) => float(g * float(1 - y)) * y,
    fast: "sigmoid_backward",
    complex: sigmoidSlope,
  },
  (gg, g, y) => [sigmoidBackward(gg, y), mul(mul(gg, g), sub(1, mul(y, 2)))],
);
const reluBackward = gradientOp(
  "threshold",
  { number: (g, y) => (y > 0 ? g : 0), fast: "relu_backward" },
  (gg, _g, y) => [reluBackward(gg, y), null],
);

const step = (name: string, summary: string, number: (x: number) => number): Op<Unary, Tensor> =>
  unary(name, {
    summary,
    number,
    exact: (x) => x,
    result: "same",
    saves: "nothing",
    gradient: zeros,
    check: unsupported(`${name}_vml_cpu`, "bool"),
  });
export const ceil = step("ceil", "The least integer that is not below x.", Math.ceil);
export const floor = step("floor", "The greatest integer that is not above x.", Math.floor);
export const trunc = unary("trunc", {
  summary: "The integer part of x.",
  check: unsupported("trunc_vml_cpu", "bool"),
  aliases: ["fix"],
  number: Math.trunc,
  exact: (x) => x,
  result: "same",
  saves: "nothing",
  gradient: zeros,
});
export const frac = unary("frac", {
  summary: "The fractional part of x, with its sign.",
  check: unsupported("frac_cpu", "bool"),
  number: (x) => x - Math.trunc(x),
  result: "same",
  saves: "nothing",
  gradient: (g) => g,
});
export const round = defineOp({
  schema: "round(Tensor self) -> Tensor",
  overloads: ["round.decimals(Tensor self, *, int decimals) -> Tensor"],
  in: everywhere,
  summary: "The nearest number with so many decimals, ties to even.",
  inplace: true,
  forward: (x: Tensor, decimals?: number) => {
    unsupported("round_vml_cpu", "bool")(x.dtype);
    if (x.dtype.kind === "int") return elementwise({ number: (v) => v, exact: (v) => v }, [x], x.dtype);
    return elementwise(!decimals ? { number: roundEven } : roundDecimals(decimals), [x], x.dtype);
  },
  gradName: ([, decimals]) => (decimals === undefined ? "RoundBackward0" : "RoundBackward1"),
  save: () => [],
  backward: (grad) => [zeros(grad)],
});
export const square = defineOp({
  schema: "square(Tensor self) -> Tensor",
  in: everywhere,
  summary: "x².",
  inplace: true,
  forward: (x: Tensor) => pow(x, 2),
});

export const isnan = unary("isnan", {
  complex: complex.isNan,
  summary: "Where x is nan.",
  number: (x) => Number(Number.isNaN(x)),
  result: "bool",
});
export const isfinite = unary("isfinite", {
  complex: complex.isFiniteNumber,
  summary: "Where x is neither infinite nor nan.",
  number: (x) => Number(Number.isFinite(x)),
  result: "bool",
});
export const isinf = unary("isinf", {
  complex: complex.isInfinite,
  summary: "Where x is infinite.",
  number: (x) => Number(Math.abs(x) === Infinity),
  result: "bool",
});
export const positive = defineOp({
  schema: "positive(Tensor self) -> Tensor",
  in: everywhere,
  summary: "x itself.",
  forward: (x: Tensor) => {
    check(x.dtype !== bool, "The `+` operator, on a bool tensor is not supported.");
    return x;
  },
});

export const nanToNum = defineOp({
  schema: "nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor",
  in: everywhere,
  summary: "nan becomes 0 and infinities the largest numbers, or what is given.",
  inplace: true,
  forward: (x: Tensor, nan: Scalar | null = null, posinf: Scalar | null = null, neginf: Scalar | null = null) => {
    const largest = x.dtype === float64 ? Number.MAX_VALUE : 3.4028234663852886e38;
    const [whenNan, above, below] = [nan ?? 0, posinf ?? largest, neginf ?? -largest].map(toNumber);
    const replace = (v: number): number =>
      Number.isNaN(v) ? whenNan : v === Infinity ? above : v === -Infinity ? below : v;
    return elementwise({ number: replace, exact: (v) => v }, [x], x.dtype);
  },
  save: ([x]) => [x],
  backward: (grad, [x]) => [where(isfinite(x), grad, 0)],
});

export const exp_ = inplaceOf(exp);
