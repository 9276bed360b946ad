import { check } from "../../errors";
import { defineOp, type Op } from "../../op";
import { formatSizes, type Sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { squeeze, unsqueeze } from "../views";
import { floats, made } from "./floats";
import { expandInts, type IntList } from "./sizes";

/** Sliding blocks of an image: kernel, dilation, padding and stride, each for height and width. */
interface Blocks {
  readonly kernel: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

function blockCounts(spatial: Sizes, b: Blocks): number[] {
  return spatial.map((size, i) =>
    Math.floor((size + 2 * b.padding[i] - b.dilation[i] * (b.kernel[i] - 1) - 1) / b.stride[i] + 1),
  );
}

/** Calls `visit` with each element of the (channels·kernel × blocks) matrix of an image and its place in the image. */
function eachBlockElement(
  channels: number,
  [height, width]: Sizes,
  b: Blocks,
  visit: (column: number, at: number) => void,
): void {
  const [rows, columns] = blockCounts([height, width], b);
  let index = 0;
  for (let c = 0; c < channels; c++) {
    for (let kh = 0; kh < b.kernel[0]; kh++) {
      for (let kw = 0; kw < b.kernel[1]; kw++) {
        for (let r = 0; r < rows; r++) {
          const y = r * b.stride[0] - b.padding[0] + kh * b.dilation[0];
          for (let q = 0; q < columns; q++, index++) {
            const x = q * b.stride[1] - b.padding[1] + kw * b.dilation[1];
            if (y >= 0 && y < height && x >= 0 && x < width) visit(index, (c * height + y) * width + x);
          }
        }
      }
    }
  }
}

const im2col: Op<[Tensor, Blocks], Tensor> = defineOp({
  schema: "im2col(Tensor self, Any blocks) -> Tensor",
  in: ["internal"],
  summary: "Sliding blocks as columns.",
  forward: (x: Tensor, b: Blocks) => {
    const [n, c, ...spatial] = x.sizes;
    const counts = blockCounts(spatial, b);
    check(
      counts.every((count) => count > 0),
      () =>
        `Given input with spatial size (${spatial.join(", ")}), kernel_size=(${b.kernel.join(", ")}), ` +
        `dilation=(${b.dilation.join(", ")}), padding=(${b.padding.join(", ")}), calculated shape of the array of ` +
        `sliding blocks as (${counts.join(", ")}), but its components must be at least one.`,
    );
    const rows = c * b.kernel[0] * b.kernel[1];
    const blocks = counts[0] * counts[1];
    return made([x], [n, rows, blocks], (y) => {
      const a = floats(x);
      y.fill(0);
      const size = a.length / n;
      for (let i = 0; i < n; i++) {
        eachBlockElement(c, spatial, b, (column, at) => (y[i * rows * blocks + column] = a[i * size + at]));
      }
    });
  },
  save: ([x, b]) => [x.sizes.slice(2), b] as const,
  backward: (g, [spatial, b]) => [col2im(g, spatial, b)],
});

const col2im: Op<[Tensor, Sizes, Blocks], Tensor> = defineOp({
  schema: "col2im(Tensor self, int[2] output_size, Any blocks) -> Tensor",
  in: ["internal"],
  summary: "Adds columns back onto the image they came from.",
  forward: (x: Tensor, spatial: Sizes, b: Blocks) => {
    const [n, rows, blocks] = x.sizes;
    const counts = blockCounts(spatial, b);
    check(
      blocks === counts[0] * counts[1],
      () =>
        `Given output_size=(${spatial.join(", ")}), kernel_size=(${b.kernel.join(", ")}), ` +
        `dilation=(${b.dilation.join(", ")}), padding=(${b.padding.join(", ")}), stride=(${b.stride.join(", ")}), ` +
        `expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ` +
        `${counts[1]} = ${counts[0] * counts[1]}, but got input.size(2)=${blocks}.`,
    );
    const c = rows / (b.kernel[0] * b.kernel[1]);
    return made([x], [n, c, ...spatial], (y) => {
      const a = floats(x);
      const sums = new Float64Array(y.length);
      const size = y.length / n;
      for (let i = 0; i < n; i++) {
        eachBlockElement(c, spatial, b, (column, at) => (sums[i * size + at] += a[i * rows * blocks + column]));
      }
      y.set(sums);
    });
  },
  save: ([, , b]) => [b] as const,
  backward: (g, [b]) => [im2col(g, b)],
});

function blocksOf(kernel: IntList, dilation: IntList, padding: IntList, stride: IntList): Blocks {
  return {
    kernel: expandInts(kernel, 2, "kernel_size"),
    dilation: expandInts(dilation, 2, "dilation"),
    padding: expandInts(padding, 2, "padding"),
    stride: expandInts(stride, 2, "stride"),
  };
}

export const unfold = defineOp({
  schema: "unfold(Tensor input, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, int[2] stride=1) -> Tensor",
  in: ["nn.functional"],
  summary: "Sliding blocks of images as columns.",
  forward: (x: Tensor, kernel: IntList, dilation: IntList = 1, padding: IntList = 0, stride: IntList = 1) => {
    check(
      x.ndim === 3 || x.ndim === 4,
      () =>
        `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatSizes(x.sizes)}`,
    );
    const b = blocksOf(kernel, dilation, padding, stride);
    return x.ndim === 4 ? im2col(x, b) : squeeze(im2col(unsqueeze(x, 0), b), 0);
  },
});

export const fold = defineOp({
  schema:
    "fold(Tensor input, int[2] output_size, int[2] kernel_size, int[2] dilation=1, int[2] padding=0, " +
    "int[2] stride=1) -> Tensor",
  in: ["nn.functional"],
  summary: "Adds columns of sliding blocks back into images.",
  forward: (
    x: Tensor,
    output: IntList,
    kernel: IntList,
    dilation: IntList = 1,
    padding: IntList = 0,
    stride: IntList = 1,
  ) => {
    const b = blocksOf(kernel, dilation, padding, stride);
    const spatial = expandInts(output, 2, "output_size");
    return x.ndim === 3 ? col2im(x, spatial, b) : squeeze(col2im(unsqueeze(x, 0), spatial, b), 0);
  },
});
