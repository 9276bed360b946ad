import { bool } from "../dtype";
import { check } from "../errors";
import { choose } from "../kernels/complex_math";
import { elementwise } from "../kernels/elementwise";
import { defineOp, type Op } from "../op";
import { type Operand, resultType } from "../promote";
import type { Tensor } from "../tensor";
import { nonzeroTuple } from "./nonzero";

type Choice = [condition: Tensor, self: Operand, other: Operand];

const pick = {
  number: (c: number, x: number, y: number) => (c ? x : y),
  exact: (c: bigint, x: bigint, y: bigint) => (c ? x : y),
  fast: "choose" as const,
  maskFirst: true,
  complex: choose,
};

export const where: Op<Choice, Tensor> = defineOp({
  schema: "where.self(Tensor condition, Tensor self, Tensor other) -> Tensor",
  overloads: [
    "where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor",
    "where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor",
    "where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor",
  ],
  in: ["torch"],
  summary: "self where the condition holds, else other.",
  forward: (...[condition, self, other]: Choice) => {
    const { dtype } = condition;
    check(
      dtype === bool || dtype.name === "uint8",
      () => `where expected condition to be a boolean tensor, but got a tensor with dtype ${dtype.scalarName}`,
    );
    const result = resultType([self, other]);
    return elementwise(pick, [condition, self, other], result);
  },
  save: ([condition]) => [condition],
  backward: (grad, [condition], needs) => [
    null,
    needs[1] ? where(condition, grad, 0) : null,
    needs[2] ? where(condition, 0, grad) : null,
  ],
});

/** `x.where(condition, y)`: the tensor comes first. */
defineOp({
  schema: "where.method(Tensor self, Tensor condition, Tensor other) -> Tensor",
  overloads: ["where.method_Scalar(Tensor self, Tensor condition, Scalar other) -> Tensor"],
  in: ["Tensor"],
  summary: "self where the condition holds, else other.",
  forward: (self: Tensor, condition: Tensor, other: Operand) => where(condition, self, other),
});

defineOp({
  schema: "where.indices(Tensor condition) -> Tensor[]",
  in: ["torch"],
  summary: "The indices of the elements that are not zero, one tensor per dimension.",
  forward: (condition: Tensor) => nonzeroTuple(condition),
});
