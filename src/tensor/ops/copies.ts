import {
  bfloat16,
  bool,
  complex64,
  complex128,
  type DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
} from "../dtype";
import { check } from "../errors";
import { copyInto } from "../kernels/convert";
import { formatStrides, hasFormat, preservedStrides, withStrides } from "../kernels/layout";
import { copyWithStrides } from "../kernels/memory_format";
import { defineOp, type Op } from "../op";
import type { Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";

/** Ops that copy or convert values, or leave the graph. */

type MemoryFormat = string | null;

const CONTIGUOUS = "contiguous_format";

/** The strides of a copy: those of a format, or x's own order of dimensions. */
function copyStrides(x: Tensor, format: MemoryFormat): Sizes {
  return format === null || format === "preserve_format" ? preservedStrides(x) : formatStrides(x.sizes, format);
}

export const clone: Op<[self: Tensor, memoryFormat?: MemoryFormat], Tensor> = defineOp({
  schema: "clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy.",
  forward: (x: Tensor, memoryFormat: MemoryFormat = null) => copyWithStrides(x, copyStrides(x, memoryFormat)),
  save: () => [],
  backward: (grad) => [grad],
});

export const contiguous = defineOp({
  schema: "contiguous(Tensor self, *, MemoryFormat memory_format=contiguous_format) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor itself when its elements lie row-major (or as the format says), else a copy that does.",
  forward: (x: Tensor, format: MemoryFormat = null) => {
    check(format !== "preserve_format", "preserve memory format is unsupported by the contiguous operator");
    return hasFormat(x, format ?? CONTIGUOUS) ? x : clone(x, format ?? CONTIGUOUS);
  },
});

export const detach = defineOp({
  schema: "detach(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The same data outside the graph.",
  forward: (x: Tensor) => x.alias(),
});

export const detach_ = defineOp({
  schema: "detach_(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Takes the tensor out of the graph.",
  forward: (x: Tensor) => {
    x.gradNode = null;
    x.leafRequiresGrad = false;
    return x;
  },
});

const toCopy: Op<[self: Tensor, dtype: DType, format?: MemoryFormat], Tensor> = defineOp({
  schema: "_to_copy(Tensor self, ScalarType dtype, MemoryFormat? memory_format=None) -> Tensor",
  in: ["internal"],
  summary: "A copy in another dtype.",
  forward: (x: Tensor, dtype: DType, format: MemoryFormat = null) => {
    const out = withStrides(emptyFrom([x], x.sizes, dtype), copyStrides(x, format));
    if (!out.isAbstract) copyInto(out, x);
    return out;
  },
  save: () => [],
  gradName: "ToCopyBackward0",
  // The engine converts the gradient to the input's dtype.
  backward: (grad) => [grad],
});

/** The tensor itself when it has that dtype (and lies as `format` says), else a copy that does; recorded. */
export function toDType(x: Tensor, dtype: DType, format: MemoryFormat = null, copy = false): Tensor {
  const fits = format === null || format === "preserve_format" || hasFormat(x, format);
  return x.dtype === dtype && fits && !copy ? x : toCopy(x, dtype, format);
}

type Device = unknown;

/** There is one device, and no memory to pin or stream: those arguments change nothing. */
export const to = defineOp({
  schema:
    "to.dtype(Tensor self, ScalarType dtype, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor in a dtype.",
  forward: (
    x: Tensor,
    dtype: DType,
    _nonBlocking: boolean = false,
    copy: boolean = false,
    format: MemoryFormat = null,
  ) => toDType(x, dtype, format, copy),
});

defineOp({
  schema:
    "to.device(Tensor self, Device? device=None, ScalarType? dtype=None, bool non_blocking=False, bool copy=False, " +
    "*, MemoryFormat? memory_format=None) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor on a device, in a dtype.",
  forward: (
    x: Tensor,
    _device: Device = null,
    dtype: DType | null = null,
    _nonBlocking: boolean = false,
    copy: boolean = false,
    format: MemoryFormat = null,
  ) => toDType(x, dtype ?? x.dtype, format, copy),
});

defineOp({
  schema:
    "to.other(Tensor self, Tensor other, bool non_blocking=False, bool copy=False, *, " +
    "MemoryFormat? memory_format=None) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor in the dtype of another.",
  forward: (
    x: Tensor,
    other: Tensor,
    _nonBlocking: boolean = false,
    copy: boolean = false,
    format: MemoryFormat = null,
  ) => toDType(x, other.dtype, format, copy),
});

export const typeAs = defineOp({
  schema: "type_as(Tensor self, Tensor other) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor in the dtype of another.",
  forward: (x: Tensor, other: Tensor) => toDType(x, other.dtype),
});

/** `x.float()` and its kin. */
const casts: readonly (readonly [name: string, dtype: DType])[] = [
  ["float", float32],
  ["double", float64],
  ["half", float16],
  ["bfloat16", bfloat16],
  ["long", int64],
  ["int", int32],
  ["short", int16],
  ["char", int8],
  ["byte", uint8],
  ["bool", bool],
  ["cfloat", complex64],
  ["cdouble", complex128],
];

for (const [name, dtype] of casts) {
  defineOp({
    schema: `${name}(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`,
    in: ["Tensor"],
    summary: `The tensor as ${dtype.name}.`,
    forward: (x: Tensor, format: MemoryFormat = null) => toDType(x, dtype, format),
  });
}
