import { check } from "../errors";
import { elementwise, type Rule } from "../kernels/elementwise";
import * as rules from "../kernels/rules";
import { defineOp, type Op } from "../op";
import { type Operand, resultType } from "../promote";
import { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { type Binary, binary } from "./binary";
import { ge, gt, le, lt } from "./comparison";
import { logicalAnd, logicalOr } from "./logical";
import { unsupported } from "./unsupported";
import { where } from "./where";

type Bounds = [self: Tensor, min?: Operand | null, max?: Operand | null];

/** nan passes through; when min > max the result is max. */
const both: Rule = {
  number: (x, low, high) => Math.min(Math.max(x, low), high),
  exact: (x, low, high) => rules.smaller(rules.larger(x, low), high),
};

/** A number as a bound raises an integer tensor to a float only when it is a float itself. */
function clampOf(self: Tensor, min: Operand | null, max: Operand | null): Tensor {
  check(min !== null || max !== null, "torch.clamp: At least one of 'min' or 'max' must not be None");
  const operands = [self, ...(min === null ? [] : [min]), ...(max === null ? [] : [max])];
  const dtype = resultType(operands);
  if (!operands.slice(1).some((bound) => bound instanceof Tensor)) {
    unsupported(`clamp_${max === null ? "min_" : min === null ? "max_" : ""}scalar_cpu`, "bool")(dtype);
  }
  if (max === null) return elementwise(rules.maximum, [self, min!], dtype);
  if (min === null) return elementwise(rules.minimum, [self, max], dtype);
  return elementwise(both, [self, min, max], dtype);
}

/** Where the value was not clipped: the bounds belong to the inside. */
function inside(self: Tensor, min: Operand | null, max: Operand | null): Tensor {
  if (max === null) return ge(self, min!);
  if (min === null) return le(self, max);
  return logicalAnd(ge(self, min), le(self, max));
}

export const clamp: Op<Bounds, Tensor> = defineOp({
  schema: "clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor",
  overloads: ["clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor"],
  slots: ["self", "min", "max"],
  aliases: ["clip"],
  in: ["torch", "Tensor"],
  summary: "Values kept between min and max.",
  inplace: true,
  forward: (...[self, min = null, max = null]: Bounds) => clampOf(self, min, max),
  gradName: ([, min, max]) => (min instanceof Tensor || max instanceof Tensor ? "ClampBackward0" : "ClampBackward1"),
  save: ([self, min = null, max = null]) => [self, min, max] as const,
  backward: (grad, [self, min, max], needs) => [
    where(inside(self, min, max), grad, 0),
    needs[1] ? where(max === null ? lt(self, min!) : logicalAnd(lt(self, min!), lt(min!, max)), grad, 0) : null,
    needs[2] ? where(min === null ? gt(self, max!) : logicalOr(gt(self, max!), gt(min, max!)), grad, 0) : null,
  ],
});

function oneSided(name: string, bound: "min" | "max", rule: Rule): Op<Binary, Tensor> {
  return defineOp({
    schema: `${name}.Tensor(Tensor self, Tensor ${bound}) -> Tensor`,
    overloads: [`${name}(Tensor self, Scalar ${bound}) -> Tensor`],
    slots: ["self", bound],
    in: ["torch", "Tensor"],
    summary: `Values kept from going ${bound === "min" ? "below min" : "above max"}.`,
    inplace: true,
    forward: (...args: Binary) => elementwise(rule, args, resultType(args)),
    gradName: ([, other]) => `Clamp${bound === "min" ? "Min" : "Max"}Backward${other instanceof Tensor ? 1 : 0}`,
    save: (args) => args,
    backward: (grad, [self, other], needs) => {
      const kept = bound === "min" ? ge(self, other) : le(self, other);
      return [where(kept, grad, 0), needs[1] ? where(kept, 0, grad) : null];
    },
  });
}

export const clampMin = oneSided("clamp_min", "min", rules.maximum);
export const clampMax = oneSided("clamp_max", "max", rules.minimum);

/** At equality each operand gets half of the gradient. */
function extreme(
  name: string,
  summary: string,
  rule: Rule,
  wins: typeof gt,
  ties: "half" | "self",
): Op<Binary, Tensor> {
  return binary({
    name,
    summary,
    rule,
    inplace: false,
    backward: (grad, self, other) => {
      if (ties === "self") {
        const kept = wins === gt ? ge(self, other) : le(self, other);
        return [where(kept, grad, 0), where(kept, 0, grad)];
      }
      const half = mul(grad, 0.5);
      const settled = (a: Operand, b: Operand): Tensor => where(wins(a, b), grad, where(wins(b, a), 0, half));
      return [settled(self, other), settled(other, self)];
    },
  });
}

export const maximum = extreme("maximum", "The larger of two, elementwise; nan wins.", rules.maximum, gt, "half");
export const minimum = extreme("minimum", "The smaller of two, elementwise; nan wins.", rules.minimum, lt, "half");
export const fmax = extreme("fmax", "The larger of two, elementwise; numbers win over nan.", rules.fmax, gt, "self");
export const fmin = extreme("fmin", "The smaller of two, elementwise; numbers win over nan.", rules.fmin, lt, "self");
