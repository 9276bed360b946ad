import { check } from "../errors";
import { fillInto } from "../kernels/fill";
import { modes } from "../modes";
import { defineOp } from "../op";
import type { Sizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import { floatDType, made, OPTIONS, type Options } from "./factory";

/** New tensors whose elements lie in memory as asked. */

function strided(size: Sizes, stride: Sizes, like: Tensor | null, options: Options): Tensor {
  check(
    size.length === stride.length,
    () => `mismatch in length of strides and shape: ${size.length} sizes and ${stride.length} strides were given`,
  );
  const shown = made(size, like?.dtype ?? floatDType(), options);
  const extent = size.includes(0) ? 0 : size.reduce((last, n, d) => last + (n - 1) * stride[d], 1);
  const memory = empty([extent], shown.dtype, modes.abstract || shown.isAbstract);
  // Memory that is handed out again may hold numbers of another computation; zeros are what people expect to see.
  if (!memory.isAbstract) fillInto(memory, 0);
  const out = memory.alias(size, stride);
  out.leafRequiresGrad = shown.leafRequiresGrad;
  return out;
}

export const emptyStrided = defineOp({
  schema: `empty_strided(int[] size, int[] stride, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A new tensor of whatever was in memory, with the strides given.",
  forward: (size: Sizes, stride: Sizes, ...options: Options) => strided(size, stride, null, options),
});

export const newEmptyStrided = defineOp({
  schema: `new_empty_strided(Tensor self, int[] size, int[] stride, *, ${OPTIONS}) -> Tensor`,
  in: ["Tensor"],
  summary: "A new tensor with the strides given and this tensor's dtype.",
  forward: (self: Tensor, size: Sizes, stride: Sizes, ...options: Options) => strided(size, stride, self, options),
});

export const emptyPermuted = defineOp({
  schema: `empty_permuted(int[] size, int[] physical_layout, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A new tensor whose dimensions lie in memory in the order given, outermost first.",
  forward: (size: Sizes, layout: Sizes, ...options: Options) => {
    check(
      size.length === layout.length,
      () =>
        "Number of dimensions in size does not match the length of the physical_layout; i.e. " +
        `len(size) = ${size.length} is not equal to len(physical_layout) = ${layout.length}`,
    );
    const stride = new Array<number>(size.length);
    let step = 1;
    for (const [i, d] of layout.entries()) {
      check(
        d >= 0 && d < size.length,
        () =>
          `Dimension out of range (expected to be between 0 and ${size.length - 1}, but got ${d} at index ${i}).  ` +
          "NB: negative dims not currently supported; file an issue if you want it.",
      );
      check(layout.indexOf(d) === i, "Duplicate dim not allowed");
    }
    for (const d of [...layout].reverse()) {
      stride[d] = step;
      step *= Math.max(1, size[d]);
    }
    return strided(size, stride, null, options);
  },
});
