import type { DType } from "../dtype";
import { TorchError } from "../errors";
import { converted, copyInto } from "../kernels/convert";
import { fillInto } from "../kernels/fill";
import { modes } from "../modes";
import { broadcastSizes, formatSizes, type Sizes, sameSizes } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import { edgeOf } from "./edge";
import { type Edge, type Gradient, GradNode } from "./node";

/** Raises where PyTorch forbids a recorded in-place operation: on leaves, their views and ambiguous views. */
export function checkInplace(self: Tensor): void {
  const { view } = self;
  if (view && (view.base.requiresGrad || self.requiresGrad)) {
    if (view.madeBy === "multiple") {
      throw new TorchError(
        "RuntimeError",
        `Output ${self.outputIndex} of ${view.opName.replace(/Backward\d*$/, "")} is a view and is being modified inplace. This view is the ` +
          "output of a function that returns multiple views. Such functions do not allow the output views to be " +
          "modified inplace. You should replace the inplace operation by an out-of-place one.",
      );
    }
    if (view.madeBy === "no_grad") {
      throw new TorchError(
        "RuntimeError",
        "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this " +
          "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view " +
          "and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or " +
          "both outside (if you want the inplace to be tracked).",
      );
    }
    if (view.base.leafRequiresGrad) {
      throw new TorchError(
        "RuntimeError",
        "a view of a leaf Variable that requires grad is being used in an in-place operation.",
      );
    }
  }
  if (self.leafRequiresGrad) {
    throw new TorchError("RuntimeError", "a leaf Variable that requires grad is being used in an in-place operation.");
  }
}

/** Raises where a tensor of inference mode is modified in place outside of it. */
export function checkInference(self: Tensor): void {
  if (modes.inference || !self.isInference) return;
  throw new TorchError(
    "RuntimeError",
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal " +
      "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.",
  );
}

/** Whether a result of kind `from` may be written into a tensor of kind `to`. */
const castable = { bool: 0, int: 1, float: 2, complex: 3 } as const;

/** The values of a tensor as they are now, at its place in the graph. */
export function copyWithHistory(self: Tensor): Tensor {
  const before = self.isAbstract ? self.alias() : converted(self, self.dtype);
  before.gradNode = self.gradNode;
  before.outputIndex = self.outputIndex;
  return before;
}

/** Raises where a result of those sizes and that dtype cannot be written into `self`. */
export function checkWritable(self: Tensor, sizes: Sizes, dtype: DType): void {
  if (!sameSizes(self.sizes, sizes)) {
    const to = broadcastSizes(self.sizes, sizes);
    throw new TorchError(
      "RuntimeError",
      `output with shape ${formatSizes(self.sizes)} doesn't match the broadcast shape ${formatSizes(to)}`,
    );
  }
  if (castable[dtype.kind] > castable[self.dtype.kind]) {
    throw new TorchError(
      "RuntimeError",
      `result type ${dtype.scalarName} can't be cast to the desired output type ${self.dtype.scalarName}`,
    );
  }
}

/** Writes `result` of an operation on `self` into `self`: data, version and history. */
export function overwrite(self: Tensor, result: Tensor): Tensor {
  if (result === self) return self;
  checkWritable(self, result.sizes, result.dtype);
  // What the gradient needs of the old values is kept aside.
  if (modes.grad && result.gradNode) {
    const { gradNode } = result;
    gradNode.preserve(self, () => copyWithHistory(self));
  }
  if (!self.isAbstract && !result.isAbstract) copyInto(self, result);
  self.versionCounter.value++;
  if (modes.grad && result.gradNode) rewriteHistory(self, result.gradNode, result.outputIndex, result);
  return self;
}

/** `self`, modified in place, now comes from output `index` of `node`; so does that part of its base. */
export function rewriteHistory(self: Tensor, node: GradNode, index: number, result: Tensor | null = null): void {
  if (self.view && self.view.base !== self) {
    const { base } = self.view;
    // Read before the base changes: the node works on what the view was.
    const edge = edgeOf(base);
    base.gradNode = new CopySlices(edge, base, self, node, index);
    base.outputIndex = 0;
    base.leafRequiresGrad = false;
    // The view's own node is made anew from the base when it is asked for.
    self.markStale();
  } else {
    self.gradNode = node;
    self.outputIndex = index;
  }
  if (result) node.replaceSaved(result, self);
}

/** Recorded reading and replacing of the part that a view shows, laid out as its base; set by the ops that do it. */
export const partHistory: {
  read: ((grad: Tensor, base: Tensor, view: Tensor) => { whole: Tensor; part: Tensor }) | null;
  /** Null: zeros. */
  write: ((whole: Tensor, part: Tensor | null, base: Tensor, view: Tensor) => Tensor) | null;
} = { read: null, write: null };

/** The part of a tensor (laid out as `base`) that `view` shows. */
function partOf(whole: Tensor, base: Tensor, view: Tensor): Tensor {
  return whole.alias(view.sizes, view.strides, whole.offset + view.offset - base.offset);
}

/** A copy of `grad` in the memory layout of `base`, so that the base's views fit it. */
function laidOutLike(grad: Tensor, base: Tensor): Tensor {
  let extent = 1;
  base.sizes.forEach((n, d) => {
    extent += Math.max(0, n - 1) * base.strides[d];
  });
  const storage = grad.isAbstract ? Storage.abstract(grad.dtype, extent) : Storage.allocate(grad.dtype, extent);
  const copy = new Tensor(storage, base.sizes, base.strides);
  if (!copy.isAbstract) copyInto(copy, grad);
  return copy;
}

/** History of a base after an operation wrote to a view of it: the written part goes through that operation's node. */
class CopySlices extends GradNode {
  private readonly layout: Tensor;
  private readonly part: Tensor;

  constructor(
    edge: Edge | null,
    base: Tensor,
    view: Tensor,
    private readonly inner: GradNode,
    private readonly index: number,
  ) {
    super("CopySlices", [edge, ...inner.edges.slice(1)], 1);
    // Only geometry is kept of either.
    this.layout = new Tensor(Storage.abstract(base.dtype, 0), base.sizes, base.strides, base.offset);
    this.part = new Tensor(Storage.abstract(base.dtype, 0), view.sizes, view.strides, view.offset);
  }

  apply(grads: readonly Gradient[]): readonly Gradient[] {
    const grad = grads[0] as Tensor;
    if (modes.grad && partHistory.read && partHistory.write) {
      const { whole, part } = partHistory.read(grad, this.layout, this.part);
      const [own, ...others] = this.through(part);
      return [this.edges[0] ? partHistory.write(whole, own ?? null, this.layout, this.part) : null, ...others];
    }
    const whole = laidOutLike(grad, this.layout);
    const part = partOf(whole, this.layout, this.part);
    const [own, ...others] = this.through(converted(part, part.dtype));
    if (!whole.isAbstract) {
      if (own) copyInto(part, own);
      else fillInto(part, 0);
    }
    return [this.edges[0] ? whole : null, ...others];
  }

  /** The gradients of the operation that wrote the part. */
  private through(part: Tensor): readonly Gradient[] {
    const incoming = new Array<Gradient>(this.inner.outputs).fill(null);
    incoming[this.index] = part;
    return this.inner.apply(incoming);
  }

  override release(): void {
    this.inner.release();
  }
}
