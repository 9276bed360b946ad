import { bool, type DType, isDifferentiable } from "../dtype";
import { check, TorchError } from "../errors";
import { neg as negated } from "../kernels/complex_math";
import { elementwise, type Rule } from "../kernels/elementwise";
import { partOf } from "../kernels/parts";
import * as rules from "../kernels/rules";
import { smallPair } from "../kernels/small";
import { defineOp, inplaceOf, type Op } from "../op";
import { floatResultType, type Operand, resultType } from "../promote";
import { ComplexNumber, isNumber, partsOfScalar, type Scalar, toFloat, toNumber } from "../scalar";
import { Tensor } from "../tensor";
import { type Binary, binary, broadcasts } from "./binary";
import { eq, ge } from "./comparison";
import { logicalAnd } from "./logical";
import { log } from "./unary";
import { unsupported } from "./unsupported";
import { where } from "./where";

const isOne = (alpha: Scalar): boolean => isNumber(alpha, 1);

function scale(grad: Tensor, factor: Scalar): Tensor {
  return isOne(factor) ? grad : mul(grad, factor);
}

/** Common work of add, sub and rsub: `self ± alpha · other` in one rounding, as fused hardware instructions give it. */
function scaledSum(plain: Rule, scaled: Rule, self: Operand, other: Operand, alpha: Scalar, target?: Tensor): Tensor {
  const dtype = resultType([self, other]);
  check(
    isDifferentiable(dtype) || !(typeof alpha === "number" && !Number.isInteger(alpha)),
    "For integral input tensors, argument alpha must not be a floating point number.",
  );
  return isOne(alpha)
    ? elementwise(plain, [self, other], dtype, dtype, target)
    : elementwise(scaled, [self, other, alpha], dtype, dtype, target);
}

/** Writes straight into a target that has the promoted dtype and sizes that the other operand broadcasts to. */
function intoSelf<A extends [self: Operand, other: Operand, ...rest: unknown[]]>(
  compute: (target: Tensor | undefined, ...args: A) => Tensor,
) {
  return {
    fits: (target: Tensor, ...[self, other]: A): boolean =>
      resultType([self, other]) === target.dtype && (!(other instanceof Tensor) || broadcasts(other, target)),
    run: (target: Tensor, ...args: A): void => {
      compute(target, ...args);
    },
  };
}

const addTo = (target: Tensor | undefined, self: Operand, other: Operand, alpha: Scalar = 1): Tensor =>
  scaledSum(rules.add, rules.scaledAdd, self, other, alpha, target);

export const add = defineOp({
  schema: "add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
  overloads: ["add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "self + alpha · other, elementwise.",
  inplace: true,
  forward: (self: Operand, other: Operand, alpha: Scalar = 1) =>
    (alpha === 1 ? smallPair(rules.add, self, other) : null) ?? addTo(undefined, self, other, alpha),
  into: intoSelf(addTo),
  save: ([, , alpha = 1]) => [alpha],
  backward: (grad, [alpha], needs) => [grad, needs[1] ? scale(grad, alpha) : null],
});

function refuseBools(args: readonly Operand[]): void {
  check(
    resultType(args) !== bool || args.some((x) => x instanceof Tensor && x.dtype !== bool),
    "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator " +
      "instead.",
  );
  check(
    args.every((x) => (x instanceof Tensor ? x.dtype !== bool : typeof x !== "boolean")),
    "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the " +
      "`~` or `logical_not()` operator instead.",
  );
}

const subTo = (target: Tensor | undefined, self: Operand, other: Operand, alpha: Scalar = 1): Tensor => {
  refuseBools([self, other]);
  return scaledSum(rules.sub, rules.scaledSub, self, other, alpha, target);
};

export const sub = defineOp({
  schema: "sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
  overloads: ["sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"],
  aliases: ["subtract"],
  in: ["torch", "Tensor"],
  summary: "self − alpha · other, elementwise.",
  inplace: true,
  forward: (self: Operand, other: Operand, alpha: Scalar = 1) =>
    (alpha === 1 ? smallPair(rules.sub, self, other) : null) ?? subTo(undefined, self, other, alpha),
  into: intoSelf(subTo),
  gradName: ([self]) => (self instanceof Tensor ? "SubBackward0" : "RsubBackward1"),
  save: ([, , alpha = 1]) => [alpha],
  backward: (grad, [alpha], needs) => [grad, needs[1] ? neg(scale(grad, alpha)) : null],
});

export const rsub = defineOp({
  schema: "rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
  overloads: ["rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"],
  in: ["torch"],
  summary: "other − alpha · self, elementwise.",
  forward: (self: Operand, other: Operand, alpha: Scalar = 1) => subTo(undefined, other, self, alpha),
  gradName: ([, other]) => (other instanceof Tensor ? "RsubBackward0" : "RsubBackward1"),
  save: ([, , alpha = 1]) => [alpha],
  backward: (grad, [alpha], needs) => [needs[0] ? neg(scale(grad, alpha)) : null, grad],
});

/** A value is kept only for the gradient of the other operand. */
const crossed = ([self, other]: Binary): [Operand | null, Operand | null] => [
  other instanceof Tensor && other.requiresGrad ? self : null,
  self instanceof Tensor && self.requiresGrad ? other : null,
];

const mulTo = (target: Tensor | undefined, self: Operand, other: Operand): Tensor => {
  const dtype = resultType([self, other]);
  return elementwise(rules.mul, [self, other], dtype, dtype, target);
};

export const mul: Op<[self: Operand, other: Operand], Tensor> = defineOp({
  schema: "mul.Tensor(Tensor self, Tensor other) -> Tensor",
  overloads: ["mul.Scalar(Tensor self, Scalar other) -> Tensor"],
  aliases: ["multiply"],
  in: ["torch", "Tensor"],
  summary: "self · other, elementwise.",
  inplace: true,
  forward: (self: Operand, other: Operand) => smallPair(rules.mul, self, other) ?? mulTo(undefined, self, other),
  into: intoSelf(mulTo),
  save: crossed,
  backward: (grad, [self, other]) => [other === null ? null : mul(grad, other), self === null ? null : mul(grad, self)],
});

type RoundingMode = "floor" | "trunc" | null;
const divisions: Readonly<Record<string, Rule>> = { floor: rules.floorDiv, trunc: rules.truncDiv };

const divTo = (
  target: Tensor | undefined,
  self: Operand,
  other: Operand,
  roundingMode: RoundingMode = null,
): Tensor => {
  if (roundingMode === null) {
    const dtype = floatResultType([self, other]);
    return elementwise(self instanceof Tensor ? rules.div : rules.divInto, [self, other], dtype, dtype, target);
  }
  const rule = divisions[roundingMode];
  if (!rule) {
    throw new TorchError(
      "RuntimeError",
      `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${roundingMode}'`,
    );
  }
  const dtype = resultType([self, other]);
  unsupported(`div_${roundingMode}_cpu`, "bool")(dtype);
  return elementwise(rule, [self, other], dtype, dtype, target);
};

export const div: Op<[self: Operand, other: Operand, roundingMode?: RoundingMode], Tensor> = defineOp({
  schema: "div.Tensor(Tensor self, Tensor other, *, str? rounding_mode=None) -> Tensor",
  overloads: [
    "div.Scalar(Tensor self, Scalar other, *, str? rounding_mode=None) -> Tensor",
    "div.Scalar_Tensor(Scalar self, Tensor other, *, str? rounding_mode=None) -> Tensor",
  ],
  slots: ["self", "other"],
  aliases: ["divide", "true_divide"],
  in: ["torch", "Tensor"],
  summary: "self / other, elementwise; true division unless a rounding mode is given.",
  inplace: true,
  forward: (self: Operand, other: Operand, roundingMode?: RoundingMode) => divTo(undefined, self, other, roundingMode),
  // A number divided by a tensor is its reciprocal times the number.
  gradName: ([self, , mode]) => (mode ? "DivBackward2" : self instanceof Tensor ? "DivBackward0" : "MulBackward0"),
  save: ([self, other, mode = null]) => [other instanceof Tensor && other.requiresGrad ? self : null, other, mode],
  backward: (grad, [self, other, mode], needs) => {
    if (mode) return [needs[0] ? mul(grad, 0) : null, needs[1] ? mul(grad, 0) : null];
    return [
      needs[0] ? div(grad, other) : null,
      needs[1] && self !== null ? mul(neg(grad), div(div(self, other), other)) : null,
    ];
  },
});

function notBool(dtype: DType): void {
  check(
    dtype !== bool,
    "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` " +
      "or `logical_not()` operator instead.",
  );
}

export const neg: Op<[self: Tensor], Tensor> = defineOp({
  schema: "neg(Tensor self) -> Tensor",
  aliases: ["negative"],
  in: ["torch", "Tensor"],
  summary: "−x, elementwise.",
  inplace: true,
  forward: (x: Tensor) => {
    notBool(x.dtype);
    return elementwise({ number: (v) => -v, exact: (v) => -v, fast: "neg", complex: negated }, [x], x.dtype);
  },
  save: () => [],
  backward: (grad) => [neg(grad)],
});

export const floorDivide = binary({
  name: "floor_divide",
  summary: "Python's self // other, elementwise.",
  rule: rules.floorDiv,
  scalarFirst: true,
  check: unsupported("div_floor_cpu", "bool"),
  notDifferentiable: true,
});

const isTensorOther = ([, other]: Binary, whenTensor: string, whenNumber: string): string =>
  other instanceof Tensor ? whenTensor : whenNumber;

export const remainder = binary({
  name: "remainder",
  summary: "Python's self % other: the sign of the divisor.",
  rule: rules.mod,
  scalarFirst: true,
  check: unsupported("remainder_cpu", "bool"),
  gradName: (args) => isTensorOther(args, "RemainderBackward1", "RemainderBackward0"),
  backward: (grad, self, other, needs) => [grad, needs[1] ? mul(neg(grad), div(self, other, "floor")) : null],
});

export const fmod = binary({
  name: "fmod",
  summary: "C's fmod: the remainder with the sign of self.",
  rule: rules.fmod,
  check: unsupported("fmod_cpu", "bool"),
  gradName: (args) => isTensorOther(args, "FmodBackward1", "FmodBackward0"),
  backward: (grad, self, other, needs) => [grad, needs[1] ? mul(neg(grad), div(self, other, "trunc")) : null],
});

export const pow: Op<[self: Operand, exponent: Operand], Tensor> = defineOp({
  schema: "pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor",
  overloads: [
    "pow.Scalar(Scalar self, Tensor exponent) -> Tensor",
    "pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor",
  ],
  in: ["torch", "Tensor"],
  summary: "self to the power of exponent, elementwise.",
  inplace: true,
  slots: ["self", "exponent"],
  forward: (self: Operand, exponent: Operand) => power(self, exponent),
  gradName: ([self, exponent]) =>
    self instanceof Tensor ? (exponent instanceof Tensor ? "PowBackward1" : "PowBackward0") : "PowBackward2",
  save: ([self, exponent], result) =>
    [self, exponent, exponent instanceof Tensor && exponent.requiresGrad ? result : null] as const,
  backward: (grad, [self, exponent, result], needs) => [
    needs[0] ? powerGradient(grad, self as Tensor, exponent) : null,
    needs[1] && result ? exponentGradient(grad, self, exponent as Tensor, result) : null,
  ],
});

function power(self: Operand, exponent: Operand): Tensor {
  const dtype = resultType([self, exponent]);
  const wrapped = exponent instanceof Tensor || exponent instanceof ComplexNumber ? null : toNumber(exponent);
  if (wrapped !== null) {
    check(isDifferentiable(dtype) || wrapped >= 0, "Integers to negative integer powers are not allowed.");
    const special = isDifferentiable(dtype) ? rules.powers.get(wrapped) : undefined;
    if (special) return elementwise(special, [self], dtype);
  }
  // PyTorch knows powers of truth values only where the exponent is a number.
  if (wrapped === null) unsupported("pow", "bool")(dtype);
  return elementwise(rules.pow, [self, exponent], dtype);
}

function powerGradient(grad: Tensor, self: Tensor, exponent: Operand): Tensor {
  if (exponent instanceof Tensor) {
    const slope = mul(exponent, pow(self, sub(exponent, 1)));
    return where(eq(exponent, 0), 0, mul(grad, slope));
  }
  if (exponent instanceof ComplexNumber) {
    return mul(grad, mul(pow(self, new ComplexNumber(exponent.re - 1, exponent.im)), exponent));
  }
  const p = toNumber(exponent);
  return p === 0 ? mul(grad, 0) : mul(grad, mul(pow(self, toFloat(p - 1)), exponent));
}

/** log of a number; complex where the result is. */
function logarithm(x: Scalar, exponent: Tensor): Scalar {
  const [re, im] = partsOfScalar(x);
  if (im === 0 && exponent.dtype.kind !== "complex") return toFloat(Math.log(re));
  return new ComplexNumber(Math.log(Math.hypot(re, im)), Math.atan2(im, re));
}

const realPart = (z: Tensor): Tensor => partOf(z, 0);

function exponentGradient(grad: Tensor, self: Operand, exponent: Tensor, result: Tensor): Tensor {
  const slope = mul(result, self instanceof Tensor ? log(self) : logarithm(self, exponent));
  const isZero = self instanceof Tensor ? eq(self, 0) : partsOfScalar(self).every((x) => x === 0);
  if (isZero === false) return mul(grad, slope);
  const settled = exponent.dtype.kind === "complex" ? ge(realPart(exponent), 0) : ge(exponent, 0);
  return mul(grad, where(isZero === true ? settled : logicalAnd(isZero, settled), 0, slope));
}

export const add_ = inplaceOf(add);
export const sub_ = inplaceOf(sub);
export const mul_ = inplaceOf(mul);
export const div_ = inplaceOf(div);
