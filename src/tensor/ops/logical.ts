import { bool, type DType, isDifferentiable } from "../dtype";
import { check, TorchError } from "../errors";
import { isZero } from "../kernels/complex_math";
import { elementwise, type Rule } from "../kernels/elementwise";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { type Binary, binary } from "./binary";
import { unsupported } from "./unsupported";

function logical(name: string, words: string, f: (x: boolean, y: boolean) => boolean): Op<Binary, Tensor> {
  return binary({
    name,
    summary: `${words} of truth values, elementwise.`,
    rule: {
      number: (x, y) => Number(f(x !== 0, y !== 0)),
      exact: (x, y) => f(x !== 0n, y !== 0n),
      complex: (z, a, b, c, d) => {
        z.re = Number(f(a !== 0 || b !== 0, c !== 0 || d !== 0));
      },
    },
    result: "bool",
    inplace: true,
  });
}

export const logicalAnd = logical("logical_and", "And", (x, y) => x && y);
export const logicalOr = logical("logical_or", "Or", (x, y) => x || y);
export const logicalXor = logical("logical_xor", "Exclusive or", (x, y) => x !== y);

export const logicalNot = defineOp({
  schema: "logical_not(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Not, of truth values, elementwise.",
  inplace: true,
  forward: (x: Tensor) =>
    elementwise({ number: (v) => Number(v === 0), exact: (v) => v === 0n, complex: isZero }, [x], x.dtype, bool),
});

function refuseFloats(kernel: string): (dtype: DType) => void {
  return (dtype) =>
    check(
      !isDifferentiable(dtype),
      () => `"${kernel}" not implemented for '${dtype.scalarName}'`,
      "NotImplementedError",
    );
}

function bitwise(name: string, words: string, rule: Rule): Op<Binary, Tensor> {
  return binary({ name, summary: `Bitwise ${words}, elementwise.`, rule, check: refuseFloats(`${name}_cpu`) });
}

export const bitwiseAnd = bitwise("bitwise_and", "and", { number: (x, y) => x & y, exact: (x, y) => x & y });
export const bitwiseOr = bitwise("bitwise_or", "or", { number: (x, y) => x | y, exact: (x, y) => x | y });
export const bitwiseXor = bitwise("bitwise_xor", "exclusive or", { number: (x, y) => x ^ y, exact: (x, y) => x ^ y });
function shift(name: string, kernel: string, words: string, rule: Rule): Op<Binary, Tensor> {
  const check = unsupported(kernel, "bool", "float", "complex");
  return binary({ name, summary: `Bitwise ${words}, elementwise.`, rule, check, scalarFirst: true });
}

export const leftShift = shift("bitwise_left_shift", "lshift_cpu", "left shift", {
  number: (x, y) => x * 2 ** y,
  exact: (x, y) => BigInt.asIntN(64, x << y),
});
export const rightShift = shift("bitwise_right_shift", "rshift_cpu", "right shift", {
  number: (x, y) => Math.floor(x / 2 ** y),
  exact: (x, y) => x >> y,
});

export const bitwiseNot = defineOp({
  schema: "bitwise_not(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Bitwise not; logical not for bool.",
  inplace: true,
  forward: (x: Tensor) => {
    if (isDifferentiable(x.dtype)) {
      throw new TorchError("NotImplementedError", `"bitwise_not_cpu" not implemented for '${x.dtype.scalarName}'`);
    }
    const flip: Rule = x.dtype === bool ? { number: (v) => Number(v === 0) } : { number: (v) => ~v, exact: (v) => ~v };
    return elementwise(flip, [x], x.dtype);
  },
});
