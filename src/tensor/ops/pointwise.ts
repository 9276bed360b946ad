import type { DType } from "../dtype";
import { check } from "../errors";
import { elementwise } from "../kernels/elementwise";
import * as rules from "../kernels/rules";
import { defineOp, type Op } from "../op";
import { floatResultType, type Operand, resultType } from "../promote";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { Tensor } from "../tensor";
import { add, div, mul, neg, sub } from "./arithmetic";
import { binary } from "./binary";
import { eq } from "./comparison";
import { exp, exp2, log } from "./unary";
import { unsupported } from "./unsupported";
import { where } from "./where";

/** Further elementwise functions of two and three operands. */

export const atan2 = binary({
  name: "atan2",
  aliases: ["arctan2"],
  summary: "The angle of the point (other, self), in radians.",
  rule: rules.atan2,
  result: "float",
  backward: (grad, self, other) => {
    const square = add(mul(self, self), mul(other, other));
    return [mul(grad, div(other, square)), mul(grad, div(neg(self as Tensor), square))];
  },
});
export const hypot = binary({
  name: "hypot",
  summary: "√(self² + other²).",
  rule: rules.hypot,
  check: unsupported("hypot_cpu", "bool", "int"),
  backward: (grad, self, other) => {
    const root = hypot(self, other);
    return [mul(grad, div(self, root)), mul(grad, div(other, root))];
  },
});
export const copysign = binary({
  name: "copysign",
  summary: "|self| with the sign of other.",
  rule: rules.copysign,
  result: "float",
  gradName: ([, other]) => (other instanceof Tensor ? "CopysignBackward0" : "CopysignBackward1"),
  backward: (grad, self, other) => [
    mul(grad, where(eq(self, 0), 0, div(copysign(self, other), self))),
    other instanceof Tensor ? mul(grad, 0) : null,
  ],
});
export const xlogy = binary({
  name: "xlogy",
  summary: "self · log(other), 0 where self is 0.",
  rule: rules.xlogy,
  result: "float",
  scalarFirst: true,
  in: ["torch", "Tensor", "special"],
  backward: (grad, self, other, needs) => [
    needs[0]
      ? where(eq(self, 0), 0, mul(grad, other instanceof Tensor ? log(other) : Math.log(toNumber(other))))
      : null,
    needs[1] ? mul(grad, div(self, other)) : null,
  ],
});
export const logaddexp = binary({
  name: "logaddexp",
  summary: "log(exp(self) + exp(other)) without overflow.",
  rule: rules.logaddexp,
  inplace: false,
  backward: (grad, self, other) => {
    const result = logaddexp(self, other);
    return [mul(grad, exp(sub(self, result))), mul(grad, exp(sub(other, result)))];
  },
});
export const logaddexp2 = binary({
  name: "logaddexp2",
  summary: "log2(2^self + 2^other) without overflow.",
  rule: rules.logaddexp2,
  inplace: false,
  backward: (grad, self, other) => {
    const result = logaddexp2(self, other);
    return [mul(grad, exp2(sub(self, result))), mul(grad, exp2(sub(other, result)))];
  },
});
export const heaviside = binary({
  name: "heaviside",
  summary: "0 below 0, 1 above, the given value at 0.",
  rule: rules.heaviside,
  notDifferentiable: true,
});
export const gcd = binary({ name: "gcd", summary: "The greatest common divisor.", rule: rules.gcd });

type Fused = [self: Tensor, tensor1: Tensor, tensor2: Tensor, value?: Scalar];

export const addcmul: Op<Fused, Tensor> = defineOp({
  schema: "addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "self + value · tensor1 · tensor2.",
  inplace: true,
  forward: (...[self, a, b, value = 1]: Fused) =>
    elementwise(rules.addcmul(toNumber(value)), [self, a, b], fusedType("addcmul_cpu_out", self, a, b)),
  into: {
    fits: (target: Tensor, ...[self, a, b]: Fused) =>
      target.dtype === resultType([self, a, b]) && sameFor(target, a, b),
    run: (target: Tensor, ...[self, a, b, value = 1]: Fused) => {
      elementwise(rules.addcmul(toNumber(value)), [self, a, b], target.dtype, target.dtype, target);
    },
  },
  save: ([, a, b, value = 1]) => [a, b, value] as const,
  backward: (grad, [a, b, value], needs) => [
    grad,
    needs[1] ? mul(grad, mul(b, value)) : null,
    needs[2] ? mul(grad, mul(a, value)) : null,
  ],
});

function fusedType(kernel: string, ...operands: Tensor[]): DType {
  const dtype = resultType(operands);
  unsupported(kernel, "bool")(dtype);
  return dtype;
}

function sameFor(target: Tensor, ...others: Tensor[]): boolean {
  return others.every((t) => t.ndim === target.ndim && t.sizes.every((n, d) => n === target.sizes[d]));
}

export const addcdiv: Op<Fused, Tensor> = defineOp({
  schema: "addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "self + value · tensor1 / tensor2.",
  inplace: true,
  forward: (...[self, a, b, value = 1]: Fused) => {
    const dtype = resultType([self, a, b]);
    check(
      resultType([a, b]).kind === "float",
      "Integer division with addcdiv is no longer supported, and in a future release addcdiv will perform a true " +
        "division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * " +
        "torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / " +
        "tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * " +
        "tensor1 / tensor2), for all dtypes.",
    );
    return elementwise(rules.addcdiv(toNumber(value)), [self, a, b], dtype);
  },
  into: {
    fits: (target: Tensor, ...[self, a, b]: Fused) =>
      target.dtype === resultType([self, a, b]) && resultType([a, b]).kind === "float" && sameFor(target, a, b),
    run: (target: Tensor, ...[self, a, b, value = 1]: Fused) => {
      elementwise(rules.addcdiv(toNumber(value)), [self, a, b], target.dtype, target.dtype, target);
    },
  },
  save: ([, a, b, value = 1]) => [a, b, value] as const,
  backward: (grad, [a, b, value], needs) => [
    grad,
    needs[1] ? mul(grad, div(value, b)) : null,
    needs[2] ? mul(neg(grad), div(mul(a, value), mul(b, b))) : null,
  ],
});

type Lerp = [self: Tensor, end: Tensor, weight: Operand];

function lerpTypes([self, end, weight]: Lerp) {
  check(self.dtype === end.dtype, () => `expected dtype ${longName(self)} for \`end\` but got dtype ${longName(end)}`);
  if (!(weight instanceof Tensor)) unsupported("lerp_kernel_scalar", "bool", "int")(self.dtype);
  return weight instanceof Tensor ? floatResultType([self, end, weight]) : self.dtype;
}

function oneMinus(weight: Operand): Operand {
  return weight instanceof Tensor ? sub(1, weight) : toFloat(1 - toNumber(weight));
}

const longNames: Readonly<Record<string, string>> = { float32: "float", float64: "double", int64: "long int" };
const longName = (t: Tensor): string => longNames[t.dtype.name] ?? t.dtype.name;

export const lerp: Op<Lerp, Tensor> = defineOp({
  schema: "lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor",
  overloads: ["lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor"],
  slots: ["self", "end", "weight"],
  in: ["torch", "Tensor"],
  summary: "self + weight · (end − self).",
  inplace: true,
  forward: (...args: Lerp) => elementwise(rules.lerp, args, lerpTypes(args)),
  into: {
    fits: (target: Tensor, ...args: Lerp) => target.dtype === lerpTypes(args) && sameFor(target, args[1]),
    run: (target: Tensor, ...args: Lerp) => {
      elementwise(rules.lerp, args, target.dtype, target.dtype, target);
    },
  },
  gradName: ([, , weight]) => (weight instanceof Tensor ? "LerpBackward1" : "LerpBackward0"),
  save: ([self, end, weight]) => [self, end, weight] as const,
  backward: (grad, [self, end, weight], needs) => [
    needs[0] ? mul(grad, oneMinus(weight)) : null,
    needs[1] ? mul(grad, weight) : null,
    needs[2] ? mul(grad, sub(end, self)) : null,
  ],
});
