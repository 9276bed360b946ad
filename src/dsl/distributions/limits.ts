/** Limits of floating dtypes that formulas clamp to. */
import type { DType } from "../../tensor/dtype";
import { accessOf } from "../../tensor/elements";
import { floatLimits } from "../torch/value_types";

export interface Limits {
  readonly eps: number;
  readonly tiny: number;
  readonly max: number;
  readonly round: (x: number) => number;
}

export function limitsOf(dtype: DType): Limits {
  const { eps, tiny, max } = floatLimits.get(dtype) ?? { eps: 0, tiny: 0, max: Infinity };
  return { eps, tiny, max, round: accessOf(dtype).round };
}
