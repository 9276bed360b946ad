import { fromNumbers } from "../../elements";
import { check, TorchError } from "../../errors";
import { defineOp, type Op } from "../../op";
import { formatSizes, numelOf, type Sizes } from "../../shape";
import { empty, emptyFrom, type Tensor } from "../../tensor";
import { warn } from "../../warnings";
import { matmul } from "../matmul";
import { transpose } from "../permuting";
import { view } from "../views";
import { checkFloat, type Floats, floats, rounding, write } from "./floats";
import { INTERPOLATIONS, type Interpolation, PADDINGS, type Padding, type Read, readsOf, tapsOf } from "./grid_kernel";

/** −1 … 1 in `count` steps: centres of cells, or with aligned corners the outermost points. */
function steps(count: number, aligned: boolean): number[] {
  const stretch = aligned ? 1 : (count - 1) / count;
  return Array.from({ length: count }, (_, i) => (count <= 1 ? 0 : (-1 + (2 * i) / (count - 1)) * stretch));
}

export const affineGrid = defineOp({
  schema: "affine_grid(Tensor theta, int[] size, bool? align_corners=None) -> Tensor",
  in: ["nn.functional"],
  summary: "Where an affine map sends every point of a grid: what grid_sample takes.",
  forward: (theta: Tensor, size: readonly number[], aligned: boolean | null = null): Tensor => {
    const dims = size.length - 2;
    check(
      theta.ndim === 3 && theta.sizes[1] === dims && theta.sizes[2] === dims + 1,
      () =>
        `Expected a batch of ${dims === 2 ? "2D" : "3D"} affine matrices of shape Nx${dims}x${dims + 1} for size ` +
        `torch.Size(${formatSizes(size)}). Got torch.Size(${formatSizes(theta.sizes)}).`,
      "ValueError",
    );
    const spatial = size.slice(2);
    const axes = spatial.map((n) => steps(n, aligned ?? false));
    const points: number[] = [];
    const walk = (d: number, at: readonly number[]): void => {
      if (d === dims) points.push(...[...at].reverse(), 1);
      else for (const v of axes[d]) walk(d + 1, [...at, v]);
    };
    walk(0, []);
    const base = empty([points.length / (dims + 1), dims + 1], theta.dtype);
    fromNumbers(base, points);
    return view(matmul(base, transpose(theta, 1, 2)), [size[0], ...spatial, dims]);
  },
});

type Sampler = [input: Tensor, grid: Tensor, interpolation: number, padding: number, alignCorners: boolean];

interface Layout {
  readonly spatial: Sizes;
  readonly batch: number;
  readonly channels: number;
  /** Elements of one channel, and points of the grid in one sample. */
  readonly elements: number;
  readonly points: number;
}

function layoutOf(x: Tensor, grid: Tensor): Layout {
  const spatial = x.sizes.slice(2);
  const [batch, channels] = x.sizes;
  return { spatial, batch, channels, elements: numelOf(spatial), points: numelOf(grid.sizes.slice(1, -1)) };
}

/** Calls `visit` with what each point of the grid reads. */
function eachPoint(
  { spatial, batch, points }: Layout,
  coordinates: Floats,
  [x, , interpolation, padding, aligned]: Sampler,
  visit: (sample: number, point: number, reads: readonly Read[], scales: readonly number[]) => void,
): void {
  const dims = spatial.length;
  const r = rounding(x);
  for (let n = 0; n < batch; n++) {
    for (let p = 0; p < points; p++) {
      // The grid's last dimension is (x, y, …): the last spatial dimension first.
      const at = (n * points + p) * dims;
      const taps = spatial.map((size, d) =>
        tapsOf(coordinates[at + dims - 1 - d], size, aligned, INTERPOLATIONS[interpolation], PADDINGS[padding], r),
      );
      visit(
        n,
        p,
        readsOf(taps, spatial, r),
        taps.map((t) => t.scale),
      );
    }
  }
}

function checkShapes(x: Tensor, grid: Tensor): void {
  const dims = x.ndim - 2;
  check(
    grid.ndim === x.ndim && grid.sizes[0] === x.sizes[0],
    () =>
      "grid_sampler(): expected grid and input to have same batch size, but got input with sizes " +
      `${formatSizes(x.sizes)} and grid with sizes ${formatSizes(grid.sizes)}`,
  );
  check(
    grid.sizes[grid.ndim - 1] === dims,
    () =>
      `grid_sampler(): expected grid to have size ${dims} in last dimension, but got grid with sizes ` +
      formatSizes(grid.sizes),
  );
  x.sizes.slice(2).forEach((n, d) => {
    check(
      n > 0,
      () =>
        "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes " +
        `${formatSizes(x.sizes)} with dimension ${d + 2} being empty`,
    );
  });
}

/** The sampler of images (2) or volumes (3) with its gradient, which PyTorch does not differentiate again. */
function samplerOf(dims: 2 | 3): Op<Sampler, Tensor> {
  const name = `grid_sampler_${dims}d`;
  const modes = "int interpolation_mode, int padding_mode, bool align_corners";
  const toInputs = defineOp({
    schema: `${name}_backward(Tensor grad_output, Tensor input, Tensor grid, ${modes}) -> (Tensor, Tensor)`,
    in: ["internal"],
    summary: `The gradient of ${name}.`,
    gradName: `GridSampler${dims}DBackwardBackward0`,
    forward: (grad: Tensor, ...args: Sampler): Tensor[] => {
      const [x, grid] = args;
      const layout = layoutOf(x, grid);
      const { channels, elements, points } = layout;
      const toInput = emptyFrom([grad, x], x.sizes, x.dtype);
      const toGrid = emptyFrom([grad, x], grid.sizes, grid.dtype);
      write(toGrid, (gridSlopes) => {
        write(toInput, (slopes) => {
          const [g, values, coordinates] = [floats(grad), floats(x), floats(grid)];
          slopes.fill(0);
          gridSlopes.fill(0);
          const r = rounding(x);
          eachPoint(layout, coordinates, args, (n, p, reads, scales) => {
            const at = (n * points + p) * dims;
            for (let c = 0; c < channels; c++) {
              const from = (n * channels + c) * elements;
              const given = g[(n * channels + c) * points + p];
              for (const { place, weight, slopes: by } of reads) {
                slopes[from + place] += r(given * weight);
                const value = r(values[from + place] * given);
                for (let d = 0; d < dims; d++) gridSlopes[at + dims - 1 - d] += r(value * by[d]);
              }
            }
            scales.forEach((scale, d) => {
              gridSlopes[at + dims - 1 - d] *= scale;
            });
          });
        });
      });
      return [toInput, toGrid];
    },
    save: () => [],
    backward: () => {
      throw new TorchError("RuntimeError", `derivative for aten::${name}_backward is not implemented`);
    },
  });
  return defineOp({
    schema: `${name}(Tensor input, Tensor grid, ${modes}) -> Tensor`,
    in: ["torch"],
    summary: `Samples ${dims === 2 ? "an image" : "a volume"} at the positions of a grid; modes are given by number.`,
    gradName: `GridSampler${dims}DBackward0`,
    forward: (...args: Sampler) => {
      const [x, grid] = args;
      checkShapes(x, grid);
      checkFloat(x, `${name}_cpu`);
      const layout = layoutOf(x, grid);
      const { channels, elements, points } = layout;
      const out = emptyFrom([x, grid], [x.sizes[0], channels, ...grid.sizes.slice(1, -1)]);
      return write(out, (y) => {
        const [values, coordinates] = [floats(x), floats(grid)];
        eachPoint(layout, coordinates, args, (n, p, reads) => {
          for (let c = 0; c < channels; c++) {
            const from = (n * channels + c) * elements;
            let total = 0;
            for (const { place, weight } of reads) total += values[from + place] * weight;
            y[(n * channels + c) * points + p] = total;
          }
        });
      });
    },
    save: (args) => args,
    backward: (grad, args) => toInputs(grad, ...args),
  });
}

const samplers = { 2: samplerOf(2), 3: samplerOf(3) };

/** The sampler for an input of 4 or 5 dimensions. */
const sample: Op<Sampler, Tensor> = defineOp({
  schema:
    "grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor",
  in: ["torch"],
  summary: "Samples an image or volume at the positions of a grid; modes are given by number.",
  forward: (...args: Sampler) => {
    const [x, grid, interpolation] = args;
    check(
      (x.ndim === 4 || x.ndim === 5) && x.ndim === grid.ndim,
      () =>
        "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes " +
        `${formatSizes(x.sizes)} and grid with sizes ${formatSizes(grid.sizes)}`,
    );
    check(
      x.ndim === 4 || INTERPOLATIONS[interpolation] !== "bicubic",
      "grid_sampler(): bicubic interpolation only supports 4D input",
    );
    return samplers[x.ndim === 4 ? 2 : 3](...args);
  },
});

export const gridSample = defineOp({
  schema:
    "grid_sample(Tensor input, Tensor grid, str mode='bilinear', str padding_mode='zeros', bool? align_corners=None) " +
    "-> Tensor",
  in: ["nn.functional"],
  summary: "Samples an image or volume at the positions of a grid.",
  forward: (
    x: Tensor,
    grid: Tensor,
    mode: string = "bilinear",
    paddingMode: string = "zeros",
    alignCorners: boolean | null = null,
  ): Tensor => {
    const interpolation = INTERPOLATIONS.indexOf(mode as Interpolation);
    check(
      interpolation >= 0,
      () => `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
      "ValueError",
    );
    const padding = PADDINGS.indexOf(paddingMode as Padding);
    check(
      padding >= 0,
      () =>
        "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: " +
        `'${paddingMode}'`,
      "ValueError",
    );
    if (alignCorners === null) {
      warn(
        "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify " +
          "align_corners=True if the old behavior is desired. See the documentation of grid_sample for details.",
      );
    }
    return sample(x, grid, interpolation, padding, alignCorners ?? false);
  },
});
