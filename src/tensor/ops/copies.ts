import { bfloat16, bool, type DType, float16, float32, float64, int8, int16, int32, int64, uint8 } from "../dtype";
import { converted, copyInto } from "../kernels/convert";
import { inOrder, memoryOrder } from "../kernels/layout";
import { defineOp, type Op } from "../op";
import { emptyFrom, type Tensor } from "../tensor";

/** Ops that copy or convert values, or leave the graph. */

type MemoryFormat = string | null;

function copyOf(x: Tensor): Tensor {
  // A dense permuted tensor keeps its memory order, as `preserve_format` does.
  const order = memoryOrder(x);
  if (!order) return converted(x, x.dtype);
  const out = inOrder(emptyFrom([x], x.sizes), order);
  if (!out.isAbstract) copyInto(out, x);
  return out;
}

export const clone: Op<[self: Tensor, memoryFormat?: MemoryFormat], Tensor> = defineOp({
  schema: "clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy.",
  forward: (x: Tensor, memoryFormat: MemoryFormat = null) =>
    memoryFormat === "contiguous_format" ? converted(x, x.dtype) : copyOf(x),
  save: () => [],
  backward: (grad) => [grad],
});

export const contiguous = defineOp({
  schema: "contiguous(Tensor self, *, MemoryFormat memory_format=contiguous_format) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor itself when its elements lie row-major, else a copy that does.",
  forward: (x: Tensor, _memoryFormat: MemoryFormat = null) => (x.isContiguous ? x : clone(x, "contiguous_format")),
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

const toCopy: Op<[self: Tensor, dtype: DType], Tensor> = defineOp({
  schema: "_to_copy(Tensor self, ScalarType dtype) -> Tensor",
  in: ["internal"],
  summary: "A copy in another dtype.",
  forward: (x: Tensor, dtype: DType) => converted(x, dtype),
  save: () => [],
  gradName: "ToCopyBackward0",
  // The engine converts the gradient to the input's dtype.
  backward: (grad) => [grad],
});

/** The tensor itself when it has that dtype, else a copy that does; recorded. */
export function toDType(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : toCopy(x, dtype);
}

type Device = unknown;

/** There is one device, and no memory to pin or stream: those arguments change nothing. */
export const to = defineOp({
  schema: "to.dtype(Tensor self, ScalarType dtype, bool non_blocking=False, bool copy=False) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor in a dtype.",
  forward: (x: Tensor, dtype: DType, _nonBlocking = false, copy = false) =>
    copy && x.dtype === dtype ? clone(x) : toDType(x, dtype),
});

defineOp({
  schema:
    "to.device(Tensor self, Device? device=None, ScalarType? dtype=None, bool non_blocking=False, bool copy=False) " +
    "-> Tensor",
  in: ["Tensor"],
  summary: "The tensor on a device, in a dtype.",
  forward: (x: Tensor, _device: Device = null, dtype: DType | null = null, nonBlocking = false, copy = false) =>
    to(x, dtype ?? x.dtype, nonBlocking, copy),
});

defineOp({
  schema: "to.other(Tensor self, Tensor other, bool non_blocking=False, bool copy=False) -> Tensor",
  in: ["Tensor"],
  summary: "The tensor in the dtype of another.",
  forward: (x: Tensor, other: Tensor, nonBlocking = false, copy = false) => to(x, other.dtype, nonBlocking, copy),
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
];

for (const [name, dtype] of casts) {
  defineOp({
    schema: `${name}(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`,
    in: ["Tensor"],
    summary: `The tensor as ${dtype.name}.`,
    forward: (x: Tensor) => toDType(x, dtype),
  });
}
