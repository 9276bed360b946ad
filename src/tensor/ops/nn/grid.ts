import { float64, int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check, TorchError } from "../../errors";
import { noGrad } from "../../modes";
import { defineOp } from "../../op";
import { formatSizes, type Sizes } from "../../shape";
import { empty, type Tensor } from "../../tensor";
import { add, div, fmod, mul, sub } from "../arithmetic";
import { clamp } from "../clamp";
import { ge, gt, le, lt, ne } from "../comparison";
import { toDType } from "../copies";
import { matmul } from "../matmul";
import { transpose } from "../permuting";
import { gather } from "../scattering";
import { select } from "../slicing";
import { abs, floor, round } from "../unary";
import { expand, reshape, unsqueeze, view } from "../views";
import { where } from "../where";

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

/** −1 … 1 as positions of elements. */
function positionsOf(grid: Tensor, size: number, aligned: boolean): Tensor {
  return aligned ? mul(div(add(grid, 1), 2), size - 1) : div(sub(mul(add(grid, 1), size), 1), 2);
}

/** Positions thrown back at the borders. */
function reflected(at: Tensor, size: number, aligned: boolean): Tensor {
  const low = aligned ? 0 : -0.5;
  const span = aligned ? size - 1 : size;
  if (span === 0) return mul(at, 0);
  const distance = abs(sub(at, low));
  const rest = fmod(distance, span);
  const odd = noGrad(() => ne(fmod(floor(div(distance, span)), 2), 0));
  return add(where(odd, sub(span, rest), rest), low);
}

/** Positions kept on the image; those at or beyond its rim hand back no gradient. */
function clipped(at: Tensor, size: number): Tensor {
  const free = noGrad(() => mul(toDType(gt(at, 0), at.dtype), toDType(lt(at, size - 1), at.dtype)));
  const fixed = noGrad(() => mul(clamp(at, 0, size - 1), sub(1, free)));
  return add(mul(at, free), fixed);
}

/** What to do with positions outside, by padding mode. */
const borders: Readonly<Record<string, (at: Tensor, size: number, aligned: boolean) => Tensor>> = {
  zeros: (at) => at,
  border: clipped,
  reflection: (at, size, aligned) => clipped(reflected(at, size, aligned), size),
};

/** Elements of (N, C, elements) at whole positions, 0 outside. */
function elementsAt(flat: Tensor, at: readonly Tensor[], spatial: Sizes): Tensor {
  const { place, inside } = noGrad(() => {
    let index: Tensor | null = null;
    let within: Tensor | null = null;
    for (const [d, size] of spatial.entries()) {
      const valid = mul(toDType(ge(at[d], 0), flat.dtype), toDType(le(at[d], size - 1), flat.dtype));
      within = within ? mul(within, valid) : valid;
      const whole = toDType(clamp(toDType(at[d], float64), 0, size - 1), int64);
      index = index ? add(mul(index, size), whole) : whole;
    }
    return { place: index as Tensor, inside: within as Tensor };
  });
  const [n, c] = flat.sizes;
  const points = place.numel / n;
  const wide = expand(reshape(place, [n, 1, points]), [n, c, points]);
  return mul(gather(flat, 2, wide), reshape(inside, [n, 1, points]));
}

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
    const modes = ["bilinear", "nearest", "bicubic"];
    check(
      modes.includes(mode),
      () => `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
      "ValueError",
    );
    check(
      paddingMode in borders,
      () =>
        "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: " +
        `'${paddingMode}'`,
      "ValueError",
    );
    if (mode === "bicubic") throw new TorchError("NotImplementedError", "grid_sample has no bicubic mode here");
    const spatial = x.sizes.slice(2);
    const dims = spatial.length;
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
        `${formatSizes(grid.sizes)}`,
    );
    const aligned = alignCorners ?? false;
    const [n, c] = x.sizes;
    const flat = reshape(x, [n, c, spatial.reduce((a, b) => a * b, 1)]);
    // The grid's last dimension is (x, y, …): the last spatial dimension first.
    const at = spatial.map((size, d) =>
      borders[paddingMode](positionsOf(select(grid, -1, dims - 1 - d), size, aligned), size, aligned),
    );
    const output = [n, c, ...grid.sizes.slice(1, -1)];
    if (mode === "nearest")
      return reshape(
        elementsAt(
          flat,
          noGrad(() => at.map((p) => round(p))),
          spatial,
        ),
        output,
      );
    const corners = noGrad(() => at.map((p) => floor(p)));
    let total: Tensor | null = null;
    for (let corner = 0; corner < 2 ** dims; corner++) {
      const upper = spatial.map((_, d) => (corner >> d) & 1);
      const places = corners.map((low, d) => (upper[d] ? add(low, 1) : low));
      const weights = at.map((p, d) => (upper[d] ? sub(p, corners[d]) : sub(add(corners[d], 1), p)));
      const weight = weights.reduce((a, b) => mul(a, b));
      const part = mul(elementsAt(flat, places, spatial), unsqueeze(reshape(weight, [n, weight.numel / n]), 1));
      total = total ? add(total, part) : part;
    }
    return reshape(total as Tensor, output);
  },
});
