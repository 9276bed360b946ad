import { float64 } from "../dtype";
import type { Tensor } from "../tensor";
import { DOUBLE, SINGLE } from "./symmetric";

/** The unit roundoff of the computation that LAPACK would do: what iterations take for zero. */
export function precision(a: Tensor): number {
  return a.dtype === float64 ? DOUBLE : SINGLE;
}
