import type { DType } from "../dtype";
import { check } from "../errors";

/** Raises for dtypes that a kernel of PyTorch has no version for. */
export function unsupported(kernel: string, ...kinds: readonly DType["kind"][]): (dtype: DType) => void {
  return (dtype) =>
    check(
      !kinds.includes(dtype.kind),
      () => `"${kernel}" not implemented for '${dtype.scalarName}'`,
      "NotImplementedError",
    );
}
