/** `torch.distributions.constraints`: which values parameters and samples may have. */
import { bool } from "../../tensor/dtype";
import { remainder, sub } from "../../tensor/ops/arithmetic";
import { cholesky } from "../../tensor/ops/cholesky";
import { eq, ge, gt, le, lt } from "../../tensor/ops/comparison";
import { fullLike } from "../../tensor/ops/creation";
import { logicalAnd, logicalOr } from "../../tensor/ops/logical";
import { permute } from "../../tensor/ops/permuting";
import { all, sum } from "../../tensor/ops/reduction";
import { abs } from "../../tensor/ops/unary";
import type { Operand } from "../../tensor/promote";
import type { Tensor } from "../../tensor/tensor";
import { methods } from "../builtins/table";
import { native } from "../function";
import { format } from "../text";
import { builtinType, Getter, PyObject, type Value } from "../type";
import { toFloat } from "../values/float";
import { PyModule } from "../values/module";

/** Says for each value (of `eventDims` dimensions) whether it is allowed. */
export class Constraint extends PyObject {
  constructor(
    readonly text: string,
    readonly check: (value: Tensor) => Tensor,
    readonly eventDims = 0,
    readonly discrete = false,
  ) {
    super(constraintType);
  }
}

export const constraintType = builtinType("Constraint", undefined, { module: "torch.distributions.constraints" });
methods(constraintType, {
  check: ["value", (c: Constraint, value: Tensor) => c.check(value)],
  __repr__: ["", (c: Constraint) => c.text],
});
constraintType.define("event_dim", new Getter((c: Constraint) => c.eventDims));
constraintType.define("is_discrete", new Getter((c: Constraint) => c.discrete));

const whole = (x: Tensor): Tensor => eq(remainder(x, 1), 0);
const both = (a: Tensor, b: Tensor): Tensor => logicalAnd(a, b);
/** As Python prints a bound. */
const shown = (bound: Value): string => format(bound, "");

export const real = new Constraint("Real()", (x) => eq(x, x));
export const boolean = new Constraint("Boolean()", (x) => logicalOr(eq(x, 0), eq(x, 1)), 0, true);
export const greaterThan = (low: Operand): Constraint =>
  new Constraint(`GreaterThan(lower_bound=${shown(low)})`, (x) => gt(x, low));
export const greaterThanEq = (low: Operand): Constraint =>
  new Constraint(`GreaterThanEq(lower_bound=${shown(low)})`, (x) => ge(x, low));
export const lessThan = (high: Operand): Constraint =>
  new Constraint(`LessThan(upper_bound=${shown(high)})`, (x) => lt(x, high));
export const interval = (low: Operand, high: Operand): Constraint =>
  new Constraint(`Interval(lower_bound=${shown(low)}, upper_bound=${shown(high)})`, (x) =>
    both(ge(x, low), le(x, high)),
  );
export const halfOpenInterval = (low: Operand, high: Operand): Constraint =>
  new Constraint(`HalfOpenInterval(lower_bound=${shown(low)}, upper_bound=${shown(high)})`, (x) =>
    both(ge(x, low), lt(x, high)),
  );
export const integerInterval = (low: Operand, high: Operand): Constraint =>
  new Constraint(
    `IntegerInterval(lower_bound=${shown(low)}, upper_bound=${shown(high)})`,
    (x) => both(whole(x), both(ge(x, low), le(x, high))),
    0,
    true,
  );
export const integerGreaterThan = (low: Operand): Constraint =>
  new Constraint(`IntegerGreaterThan(lower_bound=${shown(low)})`, (x) => both(whole(x), ge(x, low)), 0, true);
export const positive = greaterThan(toFloat(0) as Operand);
export const nonnegative = greaterThanEq(toFloat(0) as Operand);
export const unitInterval = interval(toFloat(0) as Operand, toFloat(1) as Operand);
export const nonnegativeInteger = integerGreaterThan(0);
export const positiveInteger = integerGreaterThan(1);

export const simplex = new Constraint(
  "Simplex()",
  (x) => both(all(ge(x, 0), -1), lt(abs(sub(sum(x, [-1]), 1)), 1e-6)),
  1,
);
export const oneHotVector = new Constraint(
  "OneHot()",
  (x) => both(all(logicalOr(eq(x, 0), eq(x, 1)), -1), eq(sum(x, [-1]), 1)),
  1,
  true,
);
export const multinomialCounts = (total: number): Constraint =>
  new Constraint("Multinomial()", (x) => both(all(ge(x, 0), -1), le(sum(x, [-1]), total)), 1, true);

const transposed = (x: Tensor): Tensor =>
  permute(x, [...Array.from({ length: x.ndim - 2 }, (_, d) => d), x.ndim - 1, x.ndim - 2]);

export const positiveDefinite = new Constraint(
  "PositiveDefinite()",
  (x) => {
    const symmetric = all(all(lt(abs(sub(x, transposed(x))), 1e-6), -1), -1);
    try {
      cholesky(x);
    } catch {
      return fullLike(symmetric, false);
    }
    return symmetric;
  },
  2,
);
export const lowerCholesky = new Constraint("LowerCholesky()", (x) => fullLike(x, true, bool), 2);

/** A constraint of elements made one of whole events: all of their last `dims` dimensions must fit. */
export function independent(base: Constraint, dims: number): Constraint {
  if (dims === 0) return base;
  return new Constraint(
    `IndependentConstraint(${base.text}, ${dims})`,
    (x) => {
      let result = base.check(x);
      for (let d = 0; d < dims; d++) result = all(result, -1);
      return result;
    },
    base.eventDims + dims,
    base.discrete,
  );
}

export const realVector = independent(real, 1);

const maker = (name: string, params: string, make: (...args: never[]) => Constraint): [string, Value] => [
  name,
  native(name, params, make),
];

export function constraintsModule(): PyModule {
  return new PyModule("torch.distributions.constraints", [
    ["Constraint", constraintType],
    ["real", real],
    ["boolean", boolean],
    ["positive", positive],
    ["nonnegative", nonnegative],
    ["unit_interval", unitInterval],
    ["nonnegative_integer", nonnegativeInteger],
    ["positive_integer", positiveInteger],
    ["simplex", simplex],
    ["one_hot", oneHotVector],
    ["real_vector", realVector],
    ["positive_definite", positiveDefinite],
    ["lower_cholesky", lowerCholesky],
    maker("greater_than", "lower_bound", greaterThan),
    maker("greater_than_eq", "lower_bound", greaterThanEq),
    maker("less_than", "upper_bound", lessThan),
    maker("interval", "lower_bound, upper_bound", interval),
    maker("half_open_interval", "lower_bound, upper_bound", halfOpenInterval),
    maker("integer_interval", "lower_bound, upper_bound", integerInterval),
    maker("independent", "base_constraint, reinterpreted_batch_ndims", independent),
  ]);
}
