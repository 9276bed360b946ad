import { bool } from "../dtype";
import { toNumbers } from "../elements";
import { check, DataDependent } from "../errors";
import { type ComplexRule, differs, equals } from "../kernels/complex_math";
import { elementwise, type Rule } from "../kernels/elementwise";
import type { Accelerated } from "../kernels/fast";
import { defineOp, type Op } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { sameSizes } from "../shape";
import type { Tensor } from "../tensor";
import { type Binary, binary } from "./binary";

const int = Number;

function comparison(name: string, aliases: readonly string[], words: string, rule: Rule): Op<Binary, Tensor> {
  return binary({
    name,
    aliases,
    summary: `Where self ${words} other, elementwise.`,
    rule,
    result: "bool",
    inplace: true,
  });
}

const rule = (
  fast: Accelerated,
  number: (x: number, y: number) => boolean,
  exact: (x: bigint, y: bigint) => boolean,
  complex?: ComplexRule,
): Rule => ({
  number: (x, y) => int(number(x, y)),
  exact,
  fast,
  complex,
});

export const eq = comparison(
  "eq",
  [],
  "equals",
  rule(
    "eq",
    (x, y) => x === y,
    (x, y) => x === y,
    equals,
  ),
);
export const ne = comparison(
  "ne",
  ["not_equal"],
  "differs from",
  rule(
    "ne",
    (x, y) => x !== y,
    (x, y) => x !== y,
    differs,
  ),
);
export const lt = comparison(
  "lt",
  ["less"],
  "is below",
  rule(
    "lt",
    (x, y) => x < y,
    (x, y) => x < y,
  ),
);
export const le = comparison(
  "le",
  ["less_equal"],
  "is at most",
  rule(
    "le",
    (x, y) => x <= y,
    (x, y) => x <= y,
  ),
);
export const gt = comparison(
  "gt",
  ["greater"],
  "is above",
  rule(
    "gt",
    (x, y) => x > y,
    (x, y) => x > y,
  ),
);
export const ge = comparison(
  "ge",
  ["greater_equal"],
  "is at least",
  rule(
    "ge",
    (x, y) => x >= y,
    (x, y) => x >= y,
  ),
);

type Closeness = [self: Tensor, other: Tensor, rtol?: Scalar, atol?: Scalar, equalNan?: boolean];

function closeRule(rtol: Scalar, atol: Scalar, equalNan: boolean): Rule {
  const [relative, absolute] = [toNumber(rtol), toNumber(atol)];
  return {
    complex: (z, a, b, c, d) => {
      const missing = Number.isNaN(a) || Number.isNaN(b);
      const both = missing && (Number.isNaN(c) || Number.isNaN(d));
      const distance = Math.hypot(a - c, b - d);
      const near = Number.isFinite(distance) && distance <= absolute + relative * Math.hypot(c, d);
      z.re = int((a === c && b === d) || near || (equalNan && both));
    },
    number: (x, y) => {
      if (x === y) return 1;
      if (Number.isNaN(x) || Number.isNaN(y)) return int(equalNan && Number.isNaN(x) && Number.isNaN(y));
      return int(Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= absolute + relative * Math.abs(y));
    },
  };
}

export const isclose = defineOp({
  schema: "isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Where |self − other| ≤ atol + rtol·|other|.",
  forward: (...[self, other, rtol = 1e-5, atol = 1e-8, equalNan = false]: Closeness) => {
    checkSameType(self, other);
    check(toNumber(rtol) >= 0, () => `rtol must be greater than or equal to zero, but got ${rtol}`);
    check(toNumber(atol) >= 0, () => `atol must be greater than or equal to zero, but got ${atol}`);
    return elementwise(closeRule(rtol, atol, equalNan), [self, other], self.dtype, bool);
  },
});

function checkSameType(self: Tensor, other: Tensor): void {
  check(self.dtype === other.dtype, () => `${self.dtype.scalarName} did not match ${other.dtype.scalarName}`);
}

export const allclose = defineOp({
  schema: "allclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> bool",
  in: ["torch", "Tensor"],
  summary: "Whether all elements are close (see isclose).",
  forward: (...args: Closeness): boolean => {
    const close = isclose(...args);
    if (close.isAbstract) throw new DataDependent("allclose()");
    return toNumbers(close).every((x) => x === 1);
  },
});

export const equal = defineOp({
  schema: "equal(Tensor self, Tensor other) -> bool",
  in: ["torch", "Tensor"],
  summary: "Whether two tensors have the same sizes and elements.",
  forward: (self: Tensor, other: Tensor): boolean => {
    if (!sameSizes(self.sizes, other.sizes)) return false;
    const same = eq(self, other);
    if (same.isAbstract) throw new DataDependent("equal()");
    return toNumbers(same).every((x) => x === 1);
  },
});
