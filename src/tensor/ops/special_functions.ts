import { defineOp, type Namespace, type Op } from "../op";
import { toNumber } from "../scalar";
import { besselI, scaledBesselI } from "../special/bessel";
import { erfc, erfcx as erfcxOf, erfinv } from "../special/erf";
import { Tensor } from "../tensor";
import { add, div, mul, neg, sub } from "./arithmetic";
import { binary } from "./binary";
import { eq } from "./comparison";
import { erf } from "./special";
import { exp, log, log1p, sgn, square, unary } from "./unary";
import { named } from "./views";
import { where } from "./where";

/** Further functions of mathematics: entropy, the normal distribution, modified Bessel functions. */

const own: readonly Namespace[] = ["special"];
const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** log Φ(x): far below 0 through the scaled error function, which does not vanish there. */
function logNormal(x: number): number {
  const t = x * Math.SQRT1_2;
  return t < -1 ? Math.log(erfcxOf(-t) / 2) - t * t : Math.log1p(-erfc(t) / 2);
}

export const entr = unary("entr", {
  summary: "−x · log x; −∞ below 0.",
  number: (x) => (Number.isNaN(x) ? x : x > 0 ? -x * Math.log(x) : x === 0 ? 0 : -Infinity),
  in: own,
  inplace: false,
  gradName: "SpecialEntrBackward0",
  gradient: (g, x) => mul(g, neg(add(log(x), 1))),
});

export const erfcx: Op<[self: Tensor], Tensor> = unary("erfcx", {
  summary: "exp(x²) · erfc(x), without overflow.",
  number: erfcxOf,
  in: own,
  inplace: false,
  gradName: "SpecialErfcxBackward0",
  gradient: (g, x) => mul(g, sub(mul(mul(x, erfcx(x)), 2), 2 / Math.sqrt(Math.PI))),
});

export const ndtr = defineOp({
  schema: "ndtr(Tensor self) -> Tensor",
  in: own,
  summary: "The distribution function of the standard normal distribution.",
  forward: (x: Tensor): Tensor => named(mul(add(erf(div(x, Math.SQRT2)), 1), 0.5), "MulBackward1"),
});

export const ndtri: Op<[self: Tensor], Tensor> = unary("ndtri", {
  summary: "The inverse of the standard normal distribution function.",
  number: (p) => (p < 0 || p > 1 ? Number.NaN : Math.SQRT2 * erfinv(2 * p - 1)),
  in: own,
  inplace: false,
  gradName: "SpecialNdtriBackward0",
  gradient: (g, x) => mul(g, mul(exp(div(square(ndtri(x)), 2)), ROOT_TWO_PI)),
});

export const logNdtr: Op<[self: Tensor], Tensor> = unary("log_ndtr", {
  summary: "The logarithm of the standard normal distribution function.",
  number: logNormal,
  in: own,
  inplace: false,
  gradName: "SpecialLogNdtrBackward0",
  gradient: (g, x) => mul(g, div(exp(sub(neg(div(square(x), 2)), logNdtr(x))), ROOT_TWO_PI)),
});

export const i0: Op<[self: Tensor], Tensor> = unary("i0", {
  summary: "The modified Bessel function of order 0.",
  number: (x) => besselI(0, x),
  in: ["torch", "Tensor", "special"],
  gradient: (g, x) => mul(g, i1(x)),
});

/** A number that is not 0, for divisions whose results there are not used. */
const apart = (x: Tensor): Tensor => where(eq(x, 0), 1, x);

export const i1: Op<[self: Tensor], Tensor> = unary("i1", {
  summary: "The modified Bessel function of order 1.",
  number: (x) => besselI(1, x),
  in: own,
  inplace: false,
  gradName: "SpecialI1Backward0",
  gradient: (g, x) => mul(g, where(eq(x, 0), 0.5, sub(i0(x), div(i1(x), apart(x))))),
});

export const i0e: Op<[self: Tensor], Tensor> = unary("i0e", {
  summary: "The modified Bessel function of order 0, times e^−|x|.",
  number: (x) => scaledBesselI(0, x),
  in: own,
  inplace: false,
  gradName: "SpecialI0EBackward0",
  gradient: (g, x) => mul(g, sub(i1e(x), mul(sgn(x), i0e(x)))),
});

export const i1e: Op<[self: Tensor], Tensor> = unary("i1e", {
  summary: "The modified Bessel function of order 1, times e^−|x|.",
  number: (x) => scaledBesselI(1, x),
  in: own,
  inplace: false,
  gradName: "SpecialI1EBackward0",
  gradient: (g, x) => mul(g, where(eq(x, 0), 0.5, sub(i0e(x), mul(i1e(x), add(sgn(x), div(1, apart(x))))))),
});

export const xlog1py = binary({
  name: "xlog1py",
  gradName: "SpecialXlog1PyBackward0",
  summary: "self · log(1 + other), 0 where self is 0.",
  rule: { number: (x, y) => (Number.isNaN(y) ? y : x === 0 ? 0 : x * Math.log1p(y)) },
  result: "float",
  scalarFirst: true,
  in: own,
  inplace: false,
  backward: (grad, self, other, needs) => [
    needs[0]
      ? where(eq(self, 0), 0, mul(grad, other instanceof Tensor ? log1p(other) : Math.log1p(toNumber(other))))
      : null,
    needs[1] ? mul(grad, div(self, add(other, 1))) : null,
  ],
});
