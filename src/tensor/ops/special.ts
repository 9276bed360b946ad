import { sinc as complexSinc } from "../kernels/complex_math";
import { elementwise, type Rule } from "../kernels/elementwise";
import { defineOp, type Namespace } from "../op";
import { floatResultType } from "../promote";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { erfc as erfcOf, erfinv as erfinvOf, erf as erfOf } from "../special/erf";
import { digamma as digammaOf, lgamma as lgammaOf } from "../special/gamma";
import { singleDigamma, trigamma } from "../special/gamma_single";
import type { Tensor } from "../tensor";
import { div, mul, neg, sub } from "./arithmetic";
import { eq, ge, le } from "./comparison";
import { polygamma } from "./gamma_functions";
import { logicalAnd } from "./logical";
import { cos, exp, sin, square, unary } from "./unary";
import { where } from "./where";

/** Error functions, log gamma and their kin. */

const special: readonly Namespace[] = ["torch", "Tensor", "special"];
const TWO_OVER_ROOT_PI = toFloat(2 / Math.sqrt(Math.PI));

export const erf = unary("erf", {
  summary: "The error function.",
  number: erfOf,
  in: special,
  gradient: (g, x) => mul(mul(exp(neg(mul(x, x))), TWO_OVER_ROOT_PI), g),
});
export const erfc = unary("erfc", {
  summary: "1 − erf(x).",
  number: erfcOf,
  in: special,
  gradient: (g, x) => neg(mul(mul(exp(neg(mul(x, x))), TWO_OVER_ROOT_PI), g)),
});
export const erfinv = unary("erfinv", {
  summary: "The inverse of erf.",
  number: erfinvOf,
  in: special,
  gradient: (g, x) => mul(mul(exp(square(erfinv(x))), Math.sqrt(Math.PI) / 2), g),
});
/** float32 is computed in float32, as PyTorch does: near the poles the difference shows. */
export const digammaRule: Rule = { number: digammaOf, single: singleDigamma };
export const trigammaRule: Rule = { number: (x) => trigamma(x), single: (x) => trigamma(x, Math.fround) };

export const digamma = unary("digamma", {
  ...digammaRule,
  summary: "The derivative of log Γ.",
  in: special,
  gradient: (g, x) => mul(g, polygamma(1, x)),
});
export const lgamma = unary("lgamma", {
  summary: "log |Γ(x)|.",
  number: lgammaOf,
  gradient: (g, x) => mul(g, digamma(x)),
});
export const sinc = unary("sinc", {
  complex: complexSinc,
  summary: "sin(πx) / (πx), 1 at 0.",
  number: (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)),
  in: special,
  gradient: (g, x) => {
    const angle = mul(x, Math.PI);
    const slope = div(sub(mul(angle, cos(angle)), sin(angle)), mul(angle, x));
    return mul(g, where(eq(x, 0), 0, slope));
  },
});
export const logit = defineOp({
  schema: "logit(Tensor self, float? eps=None) -> Tensor",
  in: special,
  summary: "log(x / (1 − x)), with x kept at least eps away from 0 and 1.",
  inplace: true,
  forward: (x: Tensor, eps: Scalar | null = null) => {
    const edge = eps === null ? 0 : toNumber(eps);
    const inside = (v: number): number => (eps === null ? v : Math.min(Math.max(v, edge), 1 - edge));
    return elementwise({ number: (v) => Math.log(inside(v) / (1 - inside(v))) }, [x], floatResultType([x]));
  },
  save: ([x, eps = null]) => [x, eps] as const,
  backward: (grad, [x, eps]) => {
    const edge = eps === null ? 0 : toNumber(eps);
    const inside = logicalAnd(ge(x, edge), le(x, 1 - edge));
    return [where(inside, div(grad, mul(x, sub(1, x))), eps === null ? NaN : 0)];
  },
});
