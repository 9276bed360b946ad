import { check, TorchError } from "../errors";
import { elementwise, type Rule } from "../kernels/elementwise";
import { defineOp, type Namespace, type Op } from "../op";
import { floatResultType, resultType } from "../promote";
import { toFloat } from "../scalar";
import { lowerGamma, upperGamma } from "../special/incomplete_gamma";
import { polygamma as polygammaOf, zeta as zetaOf } from "../special/zeta";
import type { Tensor } from "../tensor";
import { add, mul, neg, sub } from "./arithmetic";
import { binary } from "./binary";
import { digamma, digammaRule, lgamma, trigammaRule } from "./special";
import { exp, log } from "./unary";

/** The gamma function's relatives: Hurwitz's zeta, polygamma, the incomplete and the multivariate gamma functions. */

const own: readonly Namespace[] = ["special"];
const notDerived = (what: string): never => {
  throw new TorchError("NotImplementedError", `the derivative for '${what}' is not implemented.`);
};

export const zeta = binary({
  name: "zeta",
  gradName: "SpecialZetaBackward0",
  summary: "The Hurwitz zeta function.",
  rule: { number: zetaOf },
  result: "float",
  scalarFirst: true,
  in: own,
  inplace: false,
  backward: (grad, self, other, needs) => {
    if (needs[0]) notDerived("zeta");
    return [null, mul(grad, mul(neg(self as Tensor), zeta(add(self, 1), other)))];
  },
});

function polygammaRule(n: number): Rule {
  if (n < 2) return n === 0 ? digammaRule : trigammaRule;
  return { number: (x) => polygammaOf(n, x), single: (x) => polygammaOf(n, x, Math.fround) };
}

type Polygamma = [n: number, self: Tensor];

export const polygamma: Op<Polygamma, Tensor> = defineOp({
  schema: "polygamma(int n, Tensor self) -> Tensor",
  in: ["torch", "special"],
  summary: "The n-th derivative of the digamma function.",
  forward: (n: number, x: Tensor): Tensor => {
    if (n < 0) throw new TorchError("RuntimeError", "polygamma(n, x) does not support negative n.");
    return elementwise(polygammaRule(n), [x], floatResultType([x]));
  },
  save: ([n, x]) => [n, x] as const,
  backward: (grad, [n, x]) => [mul(grad, polygamma(n + 1, x))],
});

defineOp({
  schema: "polygamma(Tensor self, int n) -> Tensor",
  in: ["Tensor"],
  summary: "The n-th derivative of the digamma function.",
  forward: (x: Tensor, n: number): Tensor => polygamma(n, x),
});

/** Σ f(x − i/2) over the p arguments of the multivariate gamma function. */
function overArguments(x: Tensor, p: number, f: (shifted: Tensor) => Tensor): Tensor {
  return Array.from({ length: p }, (_, i) => f(sub(x, toFloat(i / 2)))).reduce((a, b) => add(a, b));
}

export const mvlgamma = defineOp({
  schema: "mvlgamma(Tensor self, int p) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The logarithm of the multivariate gamma function.",
  inplace: true,
  forward: (x: Tensor, p: number): Tensor =>
    add(overArguments(x, p, lgamma), toFloat((p * (p - 1) * Math.log(Math.PI)) / 4)),
  save: ([x, p]) => [x, p] as const,
  backward: (grad, [x, p]) => [mul(grad, overArguments(x, p, digamma))],
});

/** P and Q: one table row each; the last is the sign of its slope. */
const incomplete = [
  ["igamma", "gammainc", "The regularized lower incomplete gamma function P(self, other).", lowerGamma, 1],
  ["igammac", "gammaincc", "The regularized upper incomplete gamma function Q(self, other).", upperGamma, -1],
] as const;

for (const [name, specialName, summary, number, sign] of incomplete) {
  const op = defineOp({
    schema: `${name}(Tensor self, Tensor other) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    inplace: true,
    forward: (a: Tensor, x: Tensor) => {
      const dtype = resultType([a, x]);
      check(dtype.kind === "float", `"${name}_cpu" not implemented for '${dtype.scalarName}'`, "NotImplementedError");
      return elementwise({ number }, [a, x], dtype);
    },
    save: ([a, x]) => [a, x] as const,
    backward: (grad, [a, x], needs) => {
      if (needs[0]) notDerived(`${name}: input`);
      const slope = exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)));
      return [null, mul(grad, sign === 1 ? slope : neg(slope))];
    },
  });
  defineOp({
    schema: `${specialName}(Tensor self, Tensor other) -> Tensor`,
    in: own,
    summary,
    forward: (a: Tensor, x: Tensor) => op(a, x),
  });
}
