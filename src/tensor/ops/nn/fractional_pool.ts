import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import { defineOp } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { formatSizes, type Sizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { rand } from "../random";
import { squeeze, unsqueeze } from "../views";
import { checkFloat, floats, rounding, write } from "./floats";
import { scatterPlane } from "./pooling_places";
import { expandInts, type IntList } from "./sizes";

/** Where the windows of one dimension start: pseudo-random steps between the floor and the ceiling of in/out. */
function starts(sample: number, input: number, output: number, window: number, r: (x: number) => number): number[] {
  const out = new Array<number>(output);
  if (output > 1) {
    const alpha = r((input - window) / (output - 1));
    const first = Math.trunc(r(sample * alpha));
    for (let i = 0; i < output - 1; i++) out[i] = Math.trunc(r(r(i + sample) * alpha)) - first;
  }
  out[output - 1] = input - window;
  return out;
}

/** All positions of a plane that a window covers, in row-major order. */
function positions(at: readonly number[], window: Sizes, spatial: Sizes): number[] {
  let flat = [0];
  for (const [d, size] of spatial.entries()) {
    flat = flat.flatMap((base) => Array.from({ length: window[d] }, (_, k) => base * size + at[d] + k));
  }
  return flat;
}

const kernel = defineOp({
  schema: "_fractional_max_pool(Tensor self, Tensor samples, int[] kernel_size, int[] output_size) -> (Tensor, Tensor)",
  in: ["internal"],
  summary: "Maxima of windows at pseudo-random places.",
  gradName: ([, , window]: [Tensor, Tensor, Sizes, Sizes]) => `FractionalMaxPool${window.length}DBackward0`,
  forward: (x: Tensor, samples: Tensor, window: Sizes, output: Sizes): Tensor[] => {
    const dims = window.length;
    checkFloat(x, `fractional_max_pool${dims}d`);
    const spatial = x.sizes.slice(2);
    const values = emptyFrom([x], [...x.sizes.slice(0, 2), ...output]);
    const indices = emptyFrom([x], values.sizes, int64);
    if (values.isAbstract) return [values, indices];
    const [a, random, r] = [floats(x), floats(samples), rounding(x)];
    const plane = spatial.reduce((m, n) => m * n, 1);
    const found = new Float64Array(values.numel);
    write(values, (y) => {
      for (let p = 0, to = 0; p * plane < a.length; p++) {
        // In two dimensions the first sample is the width's.
        const sampleOf = (d: number): number => random[p * dims + (dims === 2 ? 1 - d : d)];
        const grid = spatial.map((size, d) => starts(sampleOf(d), size, output[d], window[d], r));
        for (const [k] of Array.from({ length: output.reduce((m, n) => m * n, 1) }).entries()) {
          let rest = k;
          const at = new Array<number>(dims);
          for (let d = dims - 1; d >= 0; d--) {
            at[d] = grid[d][rest % output[d]];
            rest = Math.floor(rest / output[d]);
          }
          let best = Number.NEGATIVE_INFINITY;
          let where = -1;
          for (const position of positions(at, window, spatial)) {
            const v = a[p * plane + position];
            if (where < 0 || v > best || Number.isNaN(v)) [best, where] = [v, position];
          }
          found[to] = where;
          y[to++] = best;
        }
      }
    });
    fromNumbers(indices, found);
    return [values, indices];
  },
  save: ([x, , window], [, indices]) => [indices.alias(), window.length, x.sizes.slice(2)] as const,
  backward: (g, [indices, dims, spatial]) => [scatterPlane(g, indices, dims, spatial), null],
});

function defineFractional(dims: number) {
  const name = `fractional_max_pool${dims}d`;
  return defineOp({
    schema:
      `${name}(Tensor input, int[${dims}] kernel_size, int[${dims}]? output_size=None, float[${dims}]? output_ratio=None, ` +
      "bool return_indices=False, Tensor? _random_samples=None) -> Any",
    in: ["nn.functional"],
    summary: "Maxima of windows whose places are drawn at random, to an output of any size.",
    forward: (
      x: Tensor,
      window: IntList,
      outputSize: IntList | null = null,
      outputRatio: Scalar | readonly Scalar[] | null = null,
      returnIndices: boolean = false,
      samples: Tensor | null = null,
    ): Tensor | Tensor[] => {
      check(
        outputSize !== null || outputRatio !== null,
        `${name} requires specifying either an output_size or an output_ratio`,
        "ValueError",
      );
      const batched = x.ndim === dims + 2 ? x : unsqueeze(x, 0);
      const spatial = batched.sizes.slice(2);
      const ratio = (d: number): number =>
        toNumber((Array.isArray(outputRatio) ? outputRatio[d] : outputRatio) as Scalar);
      const output =
        outputSize !== null
          ? expandInts(outputSize, dims, "output_size")
          : spatial.map((size, d) => Math.trunc(size * ratio(d)));
      const kernelSize = expandInts(window, dims, "kernel_size");
      for (const [d, size] of spatial.entries()) {
        check(
          output[d] + kernelSize[d] - 1 <= size,
          () =>
            `${name}(): pool size ${formatSizes(kernelSize)} too large relative to input size ${formatSizes(spatial)}`,
        );
      }
      const random = samples ?? rand([batched.sizes[0], batched.sizes[1], dims]);
      const both = kernel(batched, random, kernelSize, output);
      const shaped = x === batched ? both : both.map((t) => squeeze(t, 0));
      return returnIndices ? shaped : shaped[0];
    },
  });
}

/** For two and for three dimensions. */
export const fractionalMaxPools = { 2: defineFractional(2), 3: defineFractional(3) };
