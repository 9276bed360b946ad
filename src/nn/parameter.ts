import { type DType, getDefaultDType } from "../tensor/dtype";
import { check } from "../tensor/errors";
import { empty, type Tensor } from "../tensor/tensor";

/**
 * `nn.Parameter(data, requires_grad=True)`: a leaf on the same storage as `data`, which modules register when it is
 * assigned to an attribute. Without data: an empty float tensor.
 */
export function parameter(data: Tensor | null = null, requiresGrad = true): Tensor {
  const source = data ?? empty([0]);
  check(
    !requiresGrad || source.dtype.kind === "float",
    "Only Tensors of floating point and complex dtype can require gradients",
  );
  const made = source.alias();
  made.isParameter = true;
  made.leafRequiresGrad = requiresGrad;
  return made;
}

/** An uninitialised parameter: what a module's constructor makes before it draws values. */
export function emptyParameter(sizes: readonly number[], dtype: DType | null = null): Tensor {
  return parameter(empty(sizes, dtype ?? getDefaultDType()));
}
