import { float32, float64, int32 } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { elementwise } from "../kernels/elementwise";
import { defineOp } from "../op";
import { floatResultType, type Operand } from "../promote";
import { emptyFrom, Tensor } from "../tensor";
import { div, mul, pow } from "./arithmetic";
import { binary } from "./binary";
import { defineComposed } from "./composed";
import { toDType } from "./copies";

/** Powers in double precision, powers of two, common multiples, and the parts of a floating-point number. */

const doubled = (x: Operand): Operand => (x instanceof Tensor ? toDType(x, float64) : x);

export const floatPower = defineOp({
  schema: "float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor",
  overloads: [
    "float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor",
    "float_power.Scalar(Scalar self, Tensor exponent) -> Tensor",
  ],
  in: ["torch", "Tensor"],
  summary: "self to the power of exponent, in double precision.",
  inplace: true,
  forward: (self: Operand, exponent: Operand): Tensor => pow(doubled(self), doubled(exponent)),
});

export const ldexp = defineComposed({
  schema: "ldexp(Tensor self, Tensor other) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "self · 2^other.",
  inplace: true,
  forward: (self: Tensor, other: Tensor): Tensor => {
    const dtype = floatResultType([self, other]);
    return mul(toDType(self, dtype), pow(2, toDType(other, dtype)));
  },
});

const gcdOf = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcdOf(b, a % b));

export const lcm = binary({
  name: "lcm",
  summary: "The least common multiple.",
  rule: {
    number: (a, b) => {
      let [x, y] = [Math.abs(a), Math.abs(b)];
      while (y !== 0) [x, y] = [y, x % y];
      return x === 0 ? 0 : Math.abs((a / x) * b);
    },
    exact: (a, b) => {
      const divisor = gcdOf(a, b);
      const multiple = divisor === 0n ? 0n : (a / divisor) * b;
      return multiple < 0n ? -multiple : multiple;
    },
  },
});

/** The neighbour of x towards y among numbers of so many bits. */
function neighbour(x: number, y: number, single: boolean): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  const up = y > x;
  if (single) {
    if (x === 0) return up ? 2 ** -149 : -(2 ** -149);
    const value = new Float32Array([x]);
    new Int32Array(value.buffer)[0] += x > 0 === up ? 1 : -1;
    return value[0];
  }
  if (x === 0) return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const value = new Float64Array([x]);
  new BigInt64Array(value.buffer)[0] += x > 0 === up ? 1n : -1n;
  return value[0];
}

export const nextafter = defineOp({
  schema: "nextafter(Tensor self, Tensor other) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The next number after self in the direction of other.",
  inplace: true,
  forward: (self: Tensor, other: Tensor) => {
    check(
      self.dtype.kind === "float",
      () => `"nextafter_cpu" not implemented for '${self.dtype.scalarName}'`,
      "NotImplementedError",
    );
    const single = self.dtype === float32;
    return elementwise({ number: (x, y) => neighbour(x, y, single) }, [self, other], self.dtype);
  },
  save: () => [],
  backward: (grad) => [grad, mul(grad, 0)],
});

/** Mantissa (at least ½, below 1) and exponent. */
function partsOf(x: number): [mantissa: number, exponent: number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.floor(Math.log2(Math.abs(x))) + 1;
  let mantissa = x / 2 ** exponent;
  if (Math.abs(mantissa) >= 1) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  else if (Math.abs(mantissa) < 0.5) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  return [mantissa, exponent];
}

export const frexp = defineOp({
  schema: "frexp(Tensor self) -> (Tensor mantissa, Tensor exponent)",
  in: ["torch", "Tensor"],
  summary: "Mantissa and exponent: self = mantissa · 2^exponent.",
  forward: (x: Tensor): Tensor[] => {
    check(x.dtype.kind === "float", "torch.frexp() only supports floating-point dtypes");
    const [mantissa, exponent] = [emptyFrom([x], x.sizes), emptyFrom([x], x.sizes, int32)];
    if (mantissa.isAbstract) return [mantissa, exponent];
    const parts = Array.from(toNumbers(x), partsOf);
    fromNumbers(
      mantissa,
      parts.map(([m]) => m),
    );
    fromNumbers(
      exponent,
      parts.map(([, e]) => e),
    );
    return [mantissa, exponent];
  },
  save: (_args, [, exponent]) => [exponent] as const,
  backward: (_grad, [exponent], _needs, [grad]) => [grad && div(grad, pow(2, toDType(exponent, grad.dtype)))],
});
