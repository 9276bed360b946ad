import { complexOf, float32, realOf } from "../dtype";
import { fromNumbers } from "../elements";
import { type Grid, gridOf, head, mirrored, pairsOfGrid, scale, transform } from "../fft/grid";
import { filled } from "../kernels/fill";
import { defineOp, type Op } from "../op";
import { toFloat } from "../scalar";
import type { Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { real } from "./complex";
import { clone } from "./copies";
import { cat } from "./joining";
import { slice } from "./slicing";

/** The three transforms that every function of `torch.fft` is made of: complex, of real tensors, to real tensors. */

function complexTensor(grid: Grid, like: Tensor): Tensor {
  const out = emptyFrom([like], grid.sizes, complexOf(like.dtype));
  fromNumbers(out, pairsOfGrid(grid));
  return out;
}

function transformed(x: Tensor, dims: Sizes, factor: number, inverse: boolean): Grid {
  const grid = gridOf(x);
  const kind = x.dtype.kind === "complex" ? "complex" : "real";
  const single = realOf(x.dtype) === float32 && dims.length === 1 ? kind : null;
  for (const d of dims) transform(grid, d, inverse, single);
  scale(grid, factor);
  return grid;
}

type C2c = [self: Tensor, dims: Sizes, factor: number, inverse: boolean];

export const complexTransform: Op<C2c, Tensor> = defineOp({
  schema: "_fft_c2c(Tensor self, int[] dim, float factor, bool inverse) -> Tensor",
  in: ["internal"],
  summary: "The transform of complex numbers along dimensions, times a factor.",
  gradName: "FftC2CBackward0",
  forward: (...[z, dims, factor, inverse]: C2c) => {
    if (z.isAbstract) return emptyFrom([z], z.sizes);
    return dims.length === 0 ? clone(z) : complexTensor(transformed(z, dims, factor, inverse), z);
  },
  save: ([, dims, factor, inverse]) => [dims, factor, inverse] as const,
  // The adjoint of a transform is its unscaled inverse.
  backward: (grad, [dims, factor, inverse]) => [complexTransform(grad, dims, factor, !inverse)],
});

type R2c = [self: Tensor, dims: Sizes, factor: number, onesided: boolean];

export const realTransform: Op<R2c, Tensor> = defineOp({
  schema: "_fft_r2c(Tensor self, int[] dim, float factor, bool onesided) -> Tensor",
  in: ["internal"],
  summary: "The transform of real numbers; onesided: the half of the last dimension that determines the rest.",
  gradName: "FftR2CBackward0",
  forward: (...[x, dims, factor, onesided]: R2c) => {
    const last = dims[dims.length - 1];
    const count = onesided ? Math.floor(x.sizes[last] / 2) + 1 : x.sizes[last];
    if (x.isAbstract) {
      return emptyFrom(
        [x],
        x.sizes.map((n, d) => (d === last ? count : n)),
        complexOf(x.dtype),
      );
    }
    return complexTensor(head(transformed(x, dims, factor, false), last, count), x);
  },
  save: ([x, dims, factor]) => [x.sizes, dims, factor] as const,
  backward: (grad, [sizes, dims, factor]) => {
    const last = dims[dims.length - 1];
    const missing = sizes[last] - grad.sizes[last];
    const rest = grad.sizes.map((n, d) => (d === last ? missing : n));
    const full = missing > 0 ? cat([grad, filled(rest, grad.dtype, 0, grad.isAbstract)], last) : grad;
    return [real(complexTransform(full, dims, factor, true))];
  },
});

type C2r = [self: Tensor, dims: Sizes, factor: number, length: number];

export const toReal: Op<C2r, Tensor> = defineOp({
  schema: "_fft_c2r(Tensor self, int[] dim, float factor, int last_dim_size) -> Tensor",
  in: ["internal"],
  summary: "The inverse transform of a half spectrum: a real tensor with so many places in the last dimension.",
  gradName: "FftC2RBackward0",
  forward: (...[z, dims, factor, length]: C2r) => {
    const last = dims[dims.length - 1];
    const sizes = z.sizes.map((n, d) => (d === last ? length : n));
    const out = emptyFrom([z], sizes, realOf(z.dtype));
    if (out.isAbstract) return out;
    const whole = mirrored(transformed(z, dims.slice(0, -1), factor, true), last, length);
    transform(whole, last, true);
    fromNumbers(out, whole.re);
    return out;
  },
  save: ([, dims, factor]) => [dims, factor] as const,
  backward: (grad, [dims, factor]) => {
    const last = dims[dims.length - 1];
    const half = realTransform(grad, dims, factor, true);
    // Places that stood for their mirror image too count twice.
    const twice = grad.sizes[last] - half.sizes[last];
    if (twice <= 0) return [half];
    const n = half.sizes[last];
    const parts = [slice(half, last, 0, 1), mul(slice(half, last, 1, 1 + twice), toFloat(2))];
    if (1 + twice < n) parts.push(slice(half, last, 1 + twice, n));
    return [cat(parts, last)];
  },
});
