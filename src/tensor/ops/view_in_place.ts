import { checkInplace } from "../autograd/inplace";
import { check } from "../errors";
import { modes } from "../modes";
import { defineOp } from "../op";
import { contiguousStrides, numelOf, type Sizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import { t, transpose } from "./permuting";
import { asStrided } from "./strided";
import { named, squeeze, unsqueeze } from "./views";

/** View ops that change the tensor itself: its sizes and strides, not its memory. */

function become(self: Tensor, shown: Tensor, gradName?: string): Tensor {
  if (modes.grad && self.requiresGrad) checkInplace(self);
  const { gradNode, outputIndex } = gradName ? named(shown, gradName) : shown;
  const { sizes, strides, offset, numel } = shown;
  Object.assign(self, { sizes, strides, offset, numel });
  self.versionCounter.value++;
  if (gradNode) {
    self.gradNode = gradNode;
    self.outputIndex = outputIndex;
  }
  return self;
}

/** Without a dimension, with one, with several. */
const squeezeNames = ["SqueezeBackward3", "SqueezeBackward4", "SqueezeBackward5"];

defineOp({
  schema: "squeeze_(Tensor self) -> Tensor",
  overloads: ["squeeze_.dim(Tensor self, int dim) -> Tensor", "squeeze_.dims(Tensor self, int[] dim) -> Tensor"],
  in: ["Tensor"],
  summary: "Removes dimensions of size 1 (all, or those named).",
  forward: (x: Tensor, dim?: number | readonly number[] | null) =>
    become(x, squeeze(x, dim), squeezeNames[dim === undefined || dim === null ? 0 : typeof dim === "number" ? 1 : 2]),
});

defineOp({
  schema: "unsqueeze_(Tensor self, int dim) -> Tensor",
  in: ["Tensor"],
  summary: "Adds a dimension of size 1.",
  forward: (x: Tensor, dim: number) => become(x, unsqueeze(x, dim), "UnsqueezeBackward1"),
});

defineOp({
  schema: "transpose_(Tensor self, int dim0, int dim1) -> Tensor",
  aliases: ["swapaxes_", "swapdims_"],
  in: ["Tensor"],
  summary: "Swaps two of its dimensions.",
  forward: (x: Tensor, dim0: number, dim1: number) => become(x, transpose(x, dim0, dim1), "TransposeBackward1"),
});

defineOp({
  schema: "t_(Tensor self) -> Tensor",
  in: ["Tensor"],
  summary: "Transposes the matrix itself.",
  forward: (x: Tensor) => become(x, t(x), "TBackward1"),
});

defineOp({
  schema: "as_strided_(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Other sizes, strides and offset over the same memory.",
  forward: (x: Tensor, size: Sizes, stride: Sizes, offset: number | null = null) =>
    become(x, asStrided(x, size, stride, offset), "AsStridedBackward1"),
});

const resize_ = defineOp({
  schema: "resize_(Tensor self, int[] size, *, MemoryFormat? memory_format=None) -> Tensor",
  in: ["Tensor"],
  summary: "Other sizes over the same memory, which grows where it must.",
  forward: (self: Tensor, size: Sizes): Tensor => {
    check(!self.requiresGrad, "cannot resize variables that require grad");
    const numel = numelOf(size);
    if (self.offset + numel > self.storage.length) {
      const grown = empty([self.offset + numel], self.dtype, self.isAbstract);
      if (!grown.isAbstract) grown.storage.data.set(self.storage.data as never);
      self.storage = grown.storage;
    }
    self.versionCounter.value++;
    return Object.assign(self, { sizes: size, strides: contiguousStrides(size), numel });
  },
});

defineOp({
  schema: "resize_as_(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The sizes of another tensor over the same memory, which grows where it must.",
  forward: (self: Tensor, template: Tensor): Tensor => resize_(self, template.sizes),
});
