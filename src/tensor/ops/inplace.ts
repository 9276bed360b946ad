import { isDifferentiable } from "../dtype";
import { check } from "../errors";
import { copyInto } from "../kernels/convert";
import { filled, fillInto } from "../kernels/fill";
import { modes } from "../modes";
import { defineOp, inplaceOf, type Op } from "../op";
import type { Scalar } from "../scalar";
import { broadcastSizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { sum } from "./reduction";
import { asStrided } from "./strided";
import { expand } from "./views";

/** Ops that exist only in place. */

/** The form `name_` of any op: `inPlace(relu)(x)`. */
export const inPlace = inplaceOf;

/** What `copy_` writes: the source in the target's sizes and dtype; the old values get no gradient. */
const copied: Op<[self: Tensor, source: Tensor], Tensor> = defineOp({
  schema: "copy(Tensor self, Tensor src) -> Tensor",
  in: ["internal"],
  summary: "The values of src in the sizes and dtype of self.",
  gradName: "CopyBackwards",
  forward: (self: Tensor, source: Tensor) => {
    const shown = expand(source, self.sizes);
    const out = emptyFrom([self, source], self.sizes, self.dtype);
    if (!out.isAbstract) copyInto(out, source, shown.strides);
    return out;
  },
  into: {
    fits: () => true,
    run: (target: Tensor, _self: Tensor, source: Tensor) => {
      const shown = expand(source, target.sizes);
      if (!source.isAbstract) copyInto(target, source, shown.strides);
    },
  },
  save: () => [],
  backward: (grad, _saved, needs) => [needs[0] ? zerosLike(grad) : null, grad],
});

function zerosLike(grad: Tensor): Tensor {
  return filled(grad.sizes, grad.dtype, 0, grad.isAbstract);
}

/** Overwrites the values with those of the source, which is expanded. */
export const copyInPlace = inplaceOf(copied);

export const copy_ = defineOp({
  schema: "copy_(Tensor self, Tensor src, bool non_blocking=False) -> Tensor",
  in: ["Tensor"],
  summary: "Overwrites the values with those of src.",
  forward: (self: Tensor, source: Tensor, _nonBlocking?: boolean) => {
    // Raises where the two do not broadcast; the rest is for expand to say.
    if (source.ndim <= self.ndim) broadcastSizes(self.sizes, source.sizes);
    return copyInPlace(self, source);
  },
});

const filledLike = (name: string, gradName: string): Op<[self: Tensor, value: Scalar], Tensor> =>
  defineOp({
    schema: `${name}(Tensor self, Scalar value) -> Tensor`,
    in: ["internal"],
    summary: "One value everywhere.",
    gradName,
    forward: (self: Tensor, value: Scalar) => filled(self.sizes, self.dtype, value, self.isAbstract),
    into: {
      fits: () => true,
      run: (target: Tensor, _self: Tensor, value: Scalar) => fillInto(target, value),
    },
    save: () => [],
    backward: (grad) => [zerosLike(grad)],
  });

const fillInPlace = inplaceOf(filledLike("fill", "FillBackward2"));
const fillTensorInPlace = inplaceOf(
  defineOp({
    schema: "fill.Tensor(Tensor self, Tensor value) -> Tensor",
    in: ["internal"],
    summary: "The value of a 0-dim tensor everywhere.",
    gradName: "FillBackward3",
    forward: (self: Tensor, value: Tensor) => copied(self, value),
    into: {
      fits: () => true,
      run: (target: Tensor, _self: Tensor, value: Tensor) => {
        if (!value.isAbstract)
          copyInto(
            target,
            value,
            target.sizes.map(() => 0),
          );
      },
    },
    save: () => [],
    backward: (grad, _saved, needs) => [needs[0] ? zerosLike(grad) : null, needs[1] ? sum(grad) : null],
  }),
);
const zeroInPlace = inplaceOf(filledLike("zero", "ZeroBackward0"));

export const fill_ = defineOp({
  schema: "fill_.Scalar(Tensor self, Scalar value) -> Tensor",
  overloads: ["fill_.Tensor(Tensor self, Tensor value) -> Tensor"],
  in: ["Tensor", "torch"],
  summary: "Writes one value everywhere.",
  forward: (self: Tensor, value: Scalar | Tensor) => {
    if (typeof value !== "object" || !("sizes" in value)) return fillInPlace(self, value);
    check(
      value.ndim === 0,
      () => `fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`,
    );
    return fillTensorInPlace(self, value);
  },
});

export const fillDiagonal_ = defineOp({
  schema: "fill_diagonal_(Tensor self, Scalar fill_value, bool wrap=False) -> Tensor",
  in: ["Tensor"],
  summary: "Writes one value on the main diagonal; a tall matrix may start it anew after a free row.",
  forward: (self: Tensor, value: Scalar, wrap: boolean = false) => {
    check(self.ndim >= 2, "dimensions must larger than 1");
    const [rows] = self.sizes;
    check(self.ndim === 2 || self.sizes.every((n) => n === rows), "all dimensions of input must be of equal length");
    const step = self.strides.reduce((a, b) => a + b, 0);
    const filled = (count: number, from: number): void => {
      if (count > 0) fill_(asStrided(self, [count], [step], self.offset + from), value);
    };
    const side = Math.min(...self.sizes);
    filled(side, 0);
    if (wrap && self.ndim === 2) {
      for (let row = self.sizes[1] + 1; row < rows; row += self.sizes[1] + 1) {
        filled(Math.min(rows - row, self.sizes[1]), row * self.strides[0]);
      }
    }
    return self;
  },
});

export const zero_ = defineOp({
  schema: "zero_(Tensor self) -> Tensor",
  in: ["Tensor", "torch"],
  summary: "Writes 0 everywhere.",
  forward: (self: Tensor) => zeroInPlace(self, 0),
});

export const requiresGrad_ = defineOp({
  schema: "requires_grad_(Tensor self, bool requires_grad=True) -> Tensor",
  in: ["Tensor"],
  summary: "Whether autograd records what is done with this leaf.",
  forward: (self: Tensor, requiresGrad: boolean = true) => {
    check(!requiresGrad || isDifferentiable(self.dtype), "only Tensors of floating point dtype can require gradients");
    return setRequiresGrad(self, requiresGrad);
  },
});

/** The setter of `x.requires_grad`. */
export function setRequiresGrad(self: Tensor, requiresGrad: boolean): Tensor {
  if (requiresGrad) {
    check(isDifferentiable(self.dtype), "only Tensors of floating point and complex dtype can require gradients");
    check(
      !self.isInference || modes.inference,
      "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.",
    );
  }
  if (self.gradNode !== null) {
    check(
      requiresGrad,
      "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a " +
        "subgraph that doesn't require differentiation use var_no_grad = var.detach().",
    );
    return self;
  }
  self.leafRequiresGrad = requiresGrad;
  return self;
}
