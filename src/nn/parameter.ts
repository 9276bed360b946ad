import { type DType, getDefaultDType, isDifferentiable } from "../tensor/dtype";
import { check } from "../tensor/errors";
import { empty, type Tensor } from "../tensor/tensor";

/**
 * `nn.Parameter(data, requires_grad=True)`: a leaf on the same storage as `data`, which modules register when it is
 * assigned to an attribute. Without data: an empty float tensor.
 */
export function parameter(data: Tensor | null = null, requiresGrad = true): Tensor {
  const source = data ?? empty([0]);
  check(
    !requiresGrad || isDifferentiable(source.dtype),
    "Only Tensors of floating point and complex dtype can require gradients",
  );
  const made = source.alias();
  made.isParameter = true;
  made.leafRequiresGrad = requiresGrad;
  return made;
}

/** A parameter (or buffer) whose sizes are not known yet. */
export function uninitializedParameter(dtype: DType | null = null, trained = true): Tensor {
  const made = emptyParameter([0], dtype);
  made.isUninitialized = true;
  made.isParameter = trained;
  made.leafRequiresGrad = trained;
  return made;
}

/** Gives an uninitialised parameter its sizes; the values are still to be drawn. */
export function materialize(target: Tensor, sizes: readonly number[]): void {
  const { storage, strides, offset, numel } = empty(sizes, target.dtype);
  Object.assign(target, { storage, sizes: [...sizes], strides, offset, numel, isUninitialized: false });
}

/** An uninitialised parameter: what a module's constructor makes before it draws values. */
export function emptyParameter(sizes: readonly number[], dtype: DType | null = null): Tensor {
  return parameter(empty(sizes, dtype ?? getDefaultDType()));
}

const buffers = new WeakMap<Tensor, { readonly persistent: boolean }>();

/** `nn.Buffer(data, persistent=True)`: a tensor that modules register as a buffer when it is assigned. */
export function buffer(data: Tensor | null = null, persistent = true): Tensor {
  const made = (data ?? empty([0])).alias();
  buffers.set(made, { persistent });
  return made;
}

/** What `buffer` has made; undefined for other tensors. */
export const asBuffer = (t: Tensor): { readonly persistent: boolean } | undefined => buffers.get(t);
