import { type DType, getDefaultDType, isDifferentiable } from "../dtype";
import { check, TorchError } from "../errors";
import { formatStrides, preservedStrides } from "../kernels/layout";
import { modes } from "../modes";
import type { Sizes } from "../shape";
import { empty, type Tensor } from "../tensor";

/** The keyword arguments that every factory function has, in this order after its own parameters. */
export const OPTIONS =
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool requires_grad=False";

/** For `x.new_zeros(…)` and `zeros_like(x)`. */
export const LIKE_OPTIONS = `${OPTIONS}, MemoryFormat? memory_format=None`;

export type Options = [
  dtype?: DType | null,
  layout?: unknown,
  device?: unknown,
  pinMemory?: boolean | null,
  requiresGrad?: boolean,
  /** Of the `…_like` functions only. */
  memoryFormat?: string | null,
];

/** A new tensor for a factory function: checks sizes, the device and requires_grad. */
export function made(sizes: Sizes, fallback: DType, options: Options): Tensor {
  const [dtype, , device, , requiresGrad] = options;
  for (const n of sizes) {
    check(n >= 0, () => `Trying to create tensor with negative dimension ${n}: [${sizes.join(", ")}]`);
  }
  const t = empty(sizes, dtype ?? fallback, modes.abstract || onMeta(device));
  return markLeaf(t, requiresGrad ?? false);
}

/** `made` shaped like `x`, with x's dtype and order of memory unless told otherwise. */
export function madeLike(x: Tensor, options: Options): Tensor {
  const [dtype, , device, , requiresGrad, format = null] = options;
  const t = empty(x.sizes, dtype ?? x.dtype, modes.abstract || x.isAbstract || onMeta(device));
  t.strides = format === null || format === "preserve_format" ? preservedStrides(x) : formatStrides(x.sizes, format);
  return markLeaf(t, requiresGrad ?? false);
}

export function markLeaf(t: Tensor, requiresGrad: boolean): Tensor {
  check(
    !requiresGrad || isDifferentiable(t.dtype),
    "Only Tensors of floating point and complex dtype can require gradients",
  );
  t.leafRequiresGrad = requiresGrad;
  return t;
}

export function floatDType(): DType {
  return getDefaultDType();
}

function onMeta(device: unknown): boolean {
  if (device === null || device === undefined) return false;
  const type = String((device as { type?: unknown }).type ?? device).split(":")[0];
  if (type === "cuda") throw new TorchError("AssertionError", "Torch not compiled with CUDA enabled");
  return type === "meta";
}
