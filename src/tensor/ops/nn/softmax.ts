import type { DType } from "../../dtype";
import { fastSoftmax, fastSoftmaxBackward } from "../../kernels/fast_softmax";
import { defineOp, type Op } from "../../op";
import { numelOf, wrapDim } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { warn } from "../../warnings";
import { neg } from "../arithmetic";
import { toDType } from "../copies";
import { checkFloat, type Floats, floats, made, scratch, write } from "./floats";

/** The runs that a reduction over one dimension walks: `outer` × `inner` runs of `size` elements, `inner` apart. */
export interface Runs {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export function runsAlong(x: Tensor, dim: number): Runs {
  const d = wrapDim(dim, x.ndim);
  return {
    outer: numelOf(x.sizes.slice(0, d)),
    size: x.sizes[d] ?? 1,
    inner: numelOf(x.sizes.slice(d + 1)),
  };
}

/** Calls `visit` with the first index and step of each run. */
function eachRun({ outer, size, inner }: Runs, visit: (start: number, step: number) => void): void {
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * size * inner + i, inner);
}

const LANES = 8;

/** Sum of a run in the order of an 8-lane vector loop. */
function laneSum(e: Floats, lanes: Floats): number {
  const n = e.length;
  if (n < LANES) {
    lanes[0] = 0;
    for (let i = 0; i < n; i++) lanes[0] += e[i];
    return lanes[0];
  }
  for (let l = 0; l < LANES; l++) lanes[l] = e[l];
  for (let i = LANES; i < n; i++) lanes[i % LANES] += e[i];
  for (let l = 0; l < 4; l++) lanes[l] += lanes[l + 4];
  lanes[0] += lanes[2];
  lanes[1] += lanes[3];
  lanes[0] += lanes[1];
  return lanes[0];
}

/** Fills `y` run by run with e^(x − max) and gives each run's maximum and sum to `finish`. */
function normalize(
  x: Tensor,
  dim: number,
  finish: (at: number, step: number, max: number, sum: number, row: Floats) => void,
): void {
  const runs = runsAlong(x, dim);
  const a = floats(x);
  const row = scratch(x, runs.size);
  const lanes = scratch(x, LANES);
  eachRun(runs, (start, step) => {
    let max = -Infinity;
    for (let k = 0, at = start; k < runs.size; k++, at += step) {
      if (!(a[at] <= max)) max = a[at];
    }
    for (let k = 0, at = start; k < runs.size; k++, at += step) row[k] = Math.exp(a[at] - max);
    finish(start, step, max, laneSum(row, lanes), row);
  });
}

const softmaxBackward: Op<[Tensor, Tensor, number], Tensor> = defineOp({
  schema: "_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor",
  in: ["internal"],
  summary: "The gradient of softmax: y · (g − Σ g·y).",
  forward: (grad: Tensor, y: Tensor, dim: number) => {
    const result = emptyFrom([grad, y], y.sizes);
    const runs = runsAlong(y, dim);
    if (fastSoftmaxBackward(false, result, grad, y, runs)) return result;
    return write(result, (out) => {
      const g = floats(grad);
      const p = floats(y);
      eachRun(runs, (start, step) => {
        let dot = 0;
        for (let k = 0, at = start; k < runs.size; k++, at += step) dot += g[at] * p[at];
        for (let k = 0, at = start; k < runs.size; k++, at += step) out[at] = p[at] * (g[at] - dot);
      });
    });
  },
  save: ([grad, y, dim]) => [grad, y, dim],
  backward: (gg, [grad, y, dim], needs) => [
    needs[0] ? softmaxBackward(gg, y, dim) : null,
    needs[1] ? softmaxBackwardOfOutput(gg, grad, y, dim) : null,
  ],
});

/** ∂/∂y of y·(g − Σ g·y), met by `gg`: gg·(g − Σ g·y) − g·Σ gg·y. */
function softmaxBackwardOfOutput(gg: Tensor, grad: Tensor, y: Tensor, dim: number): Tensor {
  return made([gg, grad, y], y.sizes, (out) => {
    const h = floats(gg);
    const g = floats(grad);
    const p = floats(y);
    const runs = runsAlong(y, dim);
    eachRun(runs, (start, step) => {
      let gy = 0;
      let hy = 0;
      for (let k = 0, at = start; k < runs.size; k++, at += step) {
        gy += g[at] * p[at];
        hy += h[at] * p[at];
      }
      for (let k = 0, at = start; k < runs.size; k++, at += step) out[at] = h[at] * (g[at] - gy) - g[at] * hy;
    });
  });
}

const softmaxKernel = defineOp({
  schema: "softmax(Tensor self, int dim) -> Tensor",
  in: ["internal"],
  summary: "eˣ / Σ eˣ along a dimension.",
  forward: (x: Tensor, dim: number) => {
    wrapDim(dim, x.ndim);
    checkFloat(x, "softmax_lastdim_kernel_impl");
    const out = emptyFrom([x], x.sizes);
    if (fastSoftmax(false, out, x, runsAlong(x, dim))) return out;
    return write(out, (y) => {
      const round = scratch(x, 1);
      normalize(x, dim, (start, step, _max, sum, row) => {
        round[0] = 1 / sum;
        for (let k = 0, at = start; k < row.length; k++, at += step) y[at] = row[k] * round[0];
      });
    });
  },
  save: ([, dim], result) => [result, dim],
  backward: (grad, [y, dim]) => [softmaxBackward(grad, y, dim)],
});

const logSoftmaxBackward: Op<[Tensor, Tensor, number], Tensor> = defineOp({
  schema: "_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor",
  in: ["internal"],
  summary: "The gradient of log_softmax: g − eʸ · Σ g.",
  forward: (grad: Tensor, y: Tensor, dim: number) => {
    const result = emptyFrom([grad, y], y.sizes);
    const runs = runsAlong(y, dim);
    if (fastSoftmaxBackward(true, result, grad, y, runs)) return result;
    return write(result, (out) => {
      const g = floats(grad);
      const l = floats(y);
      eachRun(runs, (start, step) => {
        let sum = 0;
        for (let k = 0, at = start; k < runs.size; k++, at += step) sum += g[at];
        for (let k = 0, at = start; k < runs.size; k++, at += step) out[at] = g[at] - Math.exp(l[at]) * sum;
      });
    });
  },
  save: ([grad, y, dim]) => [grad, y, dim],
  backward: (gg, [grad, y, dim], needs) => {
    const runs = runsAlong(y, dim);
    const sums = (a: ArrayLike<number>, b: ArrayLike<number> | null, start: number, step: number): number => {
      let s = 0;
      for (let k = 0, at = start; k < runs.size; k++, at += step) s += a[at] * (b ? Math.exp(b[at]) : 1);
      return s;
    };
    const toGrad = made([gg, y], y.sizes, (out) => {
      const h = floats(gg);
      const l = floats(y);
      eachRun(runs, (start, step) => {
        const s = sums(h, l, start, step);
        for (let k = 0, at = start; k < runs.size; k++, at += step) out[at] = h[at] - s;
      });
    });
    const toOutput = made([gg, grad, y], y.sizes, (out) => {
      const h = floats(gg);
      const g = floats(grad);
      const l = floats(y);
      eachRun(runs, (start, step) => {
        const s = sums(g, null, start, step);
        for (let k = 0, at = start; k < runs.size; k++, at += step) out[at] = -h[at] * Math.exp(l[at]) * s;
      });
    });
    return [needs[0] ? toGrad : null, needs[1] ? toOutput : null];
  },
});

const logSoftmaxKernel = defineOp({
  schema: "log_softmax(Tensor self, int dim) -> Tensor",
  in: ["internal"],
  summary: "x − max − log Σ e^(x − max) along a dimension.",
  forward: (x: Tensor, dim: number) => {
    wrapDim(dim, x.ndim);
    checkFloat(x, "log_softmax_lastdim_kernel_impl");
    const out = emptyFrom([x], x.sizes);
    if (fastSoftmax(true, out, x, runsAlong(x, dim))) return out;
    return write(out, (y) => {
      const a = floats(x);
      const round = scratch(x, 2);
      normalize(x, dim, (start, step, max, sum, row) => {
        round[1] = Math.log(sum);
        for (let k = 0, at = start; k < row.length; k++, at += step) {
          round[0] = a[at] - max;
          y[at] = round[0] - round[1];
        }
      });
    });
  },
  save: ([, dim], result) => [result, dim],
  backward: (grad, [y, dim]) => [logSoftmaxBackward(grad, y, dim)],
});

type Dim = number | null;

/** The dimension softmax works along when none is given: the first for 0-, 1- and 3-dim input, else the second. */
function implicitDim(ndim: number, name: string): number {
  warn(`Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`);
  return ndim === 0 || ndim === 1 || ndim === 3 ? 0 : 1;
}

function cast(x: Tensor, dtype: DType | null): Tensor {
  return dtype ? toDType(x, dtype) : x;
}

/** softmax, log_softmax and their functionals from one kernel. */
function defineFamily(name: string, kernel: Op<[Tensor, number], Tensor>, summary: string) {
  const forward = (x: Tensor, dim: number, dtype: DType | null = null): Tensor => kernel(cast(x, dtype), dim);
  defineOp({
    schema: `${name}(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`,
    in: ["torch", "Tensor"],
    summary,
    forward,
  });
  return defineOp({
    schema: `${name}(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor`,
    in: ["nn.functional"],
    summary,
    forward: (x: Tensor, dim: Dim = null, _stacklevel: number = 3, dtype: DType | null = null) =>
      forward(x, dim ?? implicitDim(x.ndim, name), dtype),
  });
}

export const softmax = defineFamily("softmax", softmaxKernel, "eˣ / Σ eˣ along a dimension: positive, sums to 1.");
export const logSoftmax = defineFamily("log_softmax", logSoftmaxKernel, "log(softmax(x)), computed stably.");

export const softmin = defineOp({
  schema: "softmin(Tensor input, int? dim=None, int _stacklevel=3, ScalarType? dtype=None) -> Tensor",
  in: ["nn.functional"],
  summary: "softmax(−x).",
  forward: (x: Tensor, dim: Dim = null, stacklevel: number = 3, dtype: DType | null = null) =>
    softmax(neg(x), dim, stacklevel, dtype),
});
