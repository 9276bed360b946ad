import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import {
  type ChannelRuns,
  fastAffine,
  fastChannelSums,
  fastCombine,
  fastGradientSums,
} from "../../kernels/fast_moments";
import { inFormatOf } from "../../kernels/memory_format";
import { modes } from "../../modes";
import { defineOp } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { numelOf } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, mul, sub } from "../arithmetic";
import { clone } from "../copies";
import { mean, sum } from "../reduction";
import { rsqrt } from "../unary";
import { view } from "../views";
import { checkFloat, type Floats, floats, made, rounding, scratch, write } from "./floats";
import { recomputedGradients } from "./recomputed";

type MaybeTensor = Tensor | null;

/** Samples, channels and elements per sample and channel of an (N, C, …) tensor. */
interface Channels {
  readonly n: number;
  readonly c: number;
  readonly s: number;
}

function channelsOf(x: Tensor): Channels {
  return { n: x.sizes[0], c: x.sizes[1] ?? 1, s: numelOf(x.sizes.slice(2)) };
}

/** A channel's runs for the kernels. */
const runsOf = ({ n, c, s }: Channels): ChannelRuns => ({ samples: n, length: s, step: c * s });

/**
 * Mean and sum of squared deviations of each channel. With more than one element per sample the sums run in double;
 * for (N, C) input they are float column sums, the deviations added with one rounding.
 */
function channelSums(x: Tensor, mean: Floats, squares: Floats): void {
  const channels = channelsOf(x);
  const { n, s } = channels;
  const step = channels.c * s;
  const count = n * s;
  const fast = fastChannelSums(x, runsOf(channels));
  if (fast) {
    for (let c = 0; c < channels.c; c++) {
      const start = c * channels.s;
      mean[c] = fast.sum(start) / count;
      squares[c] = fast.squares(start, mean[c]);
    }
    return;
  }
  const a = floats(x);
  const wide = channels.s > 1;
  const acc: Floats = wide ? new Float64Array(1) : scratch(x, 1);
  const d = scratch(x, 1);
  const r = rounding(x);
  for (let c = 0; c < channels.c; c++) {
    acc[0] = 0;
    for (let i = 0, start = c * s; i < n; i++, start += step) {
      for (let at = start; at < start + s; at++) {
        acc[0] += a[at];
      }
    }
    mean[c] = acc[0] / count;
    acc[0] = 0;
    const m = mean[c];
    for (let i = 0, start = c * s; i < n; i++, start += step) {
      for (let at = start; at < start + s; at++) {
        d[0] = a[at] - m;
        const dd = d[0] * d[0];
        acc[0] += wide ? r(dd) : dd;
      }
    }
    squares[c] = acc[0];
  }
}

function blend(running: MaybeTensor, fresh: ArrayLike<number>, momentum: number): void {
  if (!running) return;
  const r = rounding(running);
  const m = r(momentum);
  const old = floats(running);
  const mixed = new Float64Array(old.length);
  const keep = r(1 - m);
  for (let c = 0; c < old.length; c++) mixed[c] = r(m * fresh[c]) + r(keep * old[c]);
  fromNumbers(running, mixed);
  running.versionCounter.value++;
}

const otherDims = (x: Tensor): number[] => x.sizes.map((_, d) => d).filter((d) => d !== 1);

/** The same out of recorded ops, without the bias: what double backward goes through. */
function composedBatchNorm(
  x: Tensor,
  weight: MaybeTensor,
  runningMean: MaybeTensor,
  runningVar: MaybeTensor,
  eps: number,
): Tensor {
  const dims = otherDims(x);
  const column = (t: Tensor): Tensor => view(t, [t.numel, ...x.sizes.slice(2).map(() => 1)]);
  const centred = sub(x, runningMean ? column(runningMean) : mean(x, dims, true));
  const spread = runningVar ? column(runningVar) : mean(mul(centred, centred), dims, true);
  const normal = mul(centred, rsqrt(add(spread, eps)));
  return weight ? mul(normal, column(weight)) : normal;
}

/** Statistics, then x·alpha + beta with one rounding, alpha = invstd·weight, beta = bias − mean·alpha. */
const nativeBatchNorm = defineOp({
  schema:
    "native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, " +
    "bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)",
  in: ["torch"],
  differentiable: 1,
  summary: "Batch normalization with the statistics it used.",
  forward: (
    x: Tensor,
    weight: MaybeTensor,
    bias: MaybeTensor,
    runningMean: MaybeTensor,
    runningVar: MaybeTensor,
    training: boolean,
    momentum: Scalar,
    eps: Scalar,
  ): Tensor[] => {
    const channels = channelsOf(x);
    const stats = training ? [channels.c] : [0];
    const out = emptyFrom([x], x.sizes);
    const means = emptyFrom([x], stats);
    const invstd = emptyFrom([x], stats);
    if (out.isAbstract) return [out, means, invstd];
    const { n, s } = channels;
    const step = channels.c * s;
    const count = n * s;
    const r = rounding(x);
    const m = scratch(x, channels.c);
    const scale = scratch(x, channels.c);
    if (training) {
      const squares = scratch(x, channels.c);
      channelSums(x, m, squares);
      for (let c = 0; c < channels.c; c++) scale[c] = 1 / Math.sqrt(r(squares[c] / count) + toNumber(eps));
      blend(count > 0 ? runningMean : null, m, toNumber(momentum));
      const unbiased = new Float64Array(channels.c);
      for (let c = 0; c < channels.c; c++) unbiased[c] = r(squares[c] / (count - 1));
      blend(count > 0 ? runningVar : null, unbiased, toNumber(momentum));
      fromNumbers(means, m);
      fromNumbers(invstd, scale);
    } else {
      const rm = floats(runningMean as Tensor);
      const rv = floats(runningVar as Tensor);
      for (let c = 0; c < channels.c; c++) {
        m[c] = rm[c];
        scale[c] = 1 / r(Math.sqrt(r(rv[c] + r(toNumber(eps)))));
      }
    }
    const fast = fastAffine(out, x, runsOf(channels));
    write(out, (y) => {
      const a = floats(x);
      const w = weight && floats(weight);
      const b = bias && floats(bias);
      for (let c = 0; c < channels.c; c++) {
        const alpha = r(scale[c] * (w ? w[c] : 1));
        const beta = r((b ? b[c] : 0) - r(m[c] * alpha));
        if (fast) {
          fast(c * channels.s, alpha, beta);
          continue;
        }
        for (let i = 0, start = c * s; i < n; i++, start += step) {
          for (let at = start; at < start + s; at++) {
            y[at] = a[at] * alpha + beta;
          }
        }
      }
    });
    return [inFormatOf([x], out), means, invstd];
  },
  save: ([x, weight, , runningMean, runningVar, training, , eps], [, means, invstd]) =>
    [x, weight, runningMean, runningVar, training, toNumber(eps), means.alias(), invstd.alias()] as const,
  backward: (grad, [x, weight, runningMean, runningVar, training, eps, batchMeans, invstd], needs) => {
    if (modes.grad) {
      // The bias only shifts the result: its gradient is the plain sum.
      const bias = needs[2] ? sum(grad, otherDims(x)) : null;
      const composed = ([a, w]: readonly MaybeTensor[]): Tensor[] => [
        composedBatchNorm(a as Tensor, w, training ? null : runningMean, training ? null : runningVar, eps),
      ];
      return [...recomputedGradients(composed, [x, weight], [grad], needs), bias, null, null];
    }
    const channels = channelsOf(x);
    const { n, s } = channels;
    const step = channels.c * s;
    const count = n * s;
    const dot = new Float64Array(channels.c);
    const total = new Float64Array(channels.c);
    const m = new Float64Array(channels.c);
    const scale = new Float64Array(channels.c);
    const abstract = x.isAbstract || grad.isAbstract;
    const runs = runsOf(channels);
    if (!abstract) {
      const fast = fastGradientSums(grad, x, runs);
      const a = floats(x);
      const g = floats(grad);
      const [means, other] = training
        ? [floats(batchMeans), floats(invstd)]
        : [floats(runningMean!), floats(runningVar!)];
      for (let c = 0; c < channels.c; c++) {
        m[c] = means[c];
        scale[c] = training ? other[c] : 1 / Math.sqrt(other[c] + eps);
        if (fast) {
          [total[c], dot[c]] = fast(c * channels.s, m[c]);
          continue;
        }
        for (let i = 0, start = c * s; i < n; i++, start += step) {
          for (let at = start; at < start + s; at++) {
            dot[c] += g[at] * (a[at] - m[c]);
            total[c] += g[at];
          }
        }
      }
    }
    const toInput = (): Tensor => {
      const result = emptyFrom([x, grad], x.sizes);
      const fast = fastCombine(result, grad, x, runs);
      return write(result, (out) => {
        const a = floats(x);
        const g = floats(grad);
        const w = weight && floats(weight);
        for (let c = 0; c < channels.c; c++) {
          const k = training ? (dot[c] * scale[c] * scale[c]) / count : 0;
          const shift = training ? total[c] / count : 0;
          const factor = scale[c] * (w ? w[c] : 1);
          if (fast) {
            fast(c * channels.s, factor, -k * factor, (m[c] * k - shift) * factor);
            continue;
          }
          for (let i = 0, start = c * s; i < n; i++, start += step) {
            for (let at = start; at < start + s; at++) {
              out[at] = (g[at] - shift - (a[at] - m[c]) * k) * factor;
            }
          }
        }
      });
    };
    const perChannel = (value: (c: number) => number): Tensor =>
      made([x, grad], [channels.c], (out) => {
        for (let c = 0; c < channels.c; c++) out[c] = value(c);
      });
    return [
      needs[0] ? toInput() : null,
      needs[1] ? perChannel((c) => dot[c] * scale[c]) : null,
      needs[2] ? perChannel((c) => total[c]) : null,
      null,
      null,
    ];
  },
});

function checkCount(t: MaybeTensor, name: string, channels: number): void {
  check(!t || t.numel === channels, () => `${name} should contain ${channels} elements not ${t?.numel}`);
}

function checkBatchNorm(
  x: Tensor,
  runningMean: MaybeTensor,
  runningVar: MaybeTensor,
  weight: MaybeTensor,
  bias: MaybeTensor,
  training: boolean,
): void {
  checkFloat(x, "batch_norm");
  const channels = x.sizes[1] ?? 1;
  checkCount(runningMean, "running_mean", channels);
  checkCount(runningVar, "running_var", channels);
  checkCount(weight, "weight", channels);
  checkCount(bias, "bias", channels);
  check(training || runningMean !== null, "running_mean must be defined in evaluation mode");
  check(training || runningVar !== null, "running_var must be defined in evaluation mode");
}

/** `torch.batch_norm` without the check of the batch size: also what instance_norm uses. */
export function batchNormOf(
  x: Tensor,
  weight: MaybeTensor,
  bias: MaybeTensor,
  runningMean: MaybeTensor,
  runningVar: MaybeTensor,
  training: boolean,
  momentum: Scalar,
  eps: Scalar,
): Tensor {
  if (x.numel === 0 && x.ndim < 2) return clone(x);
  checkBatchNorm(x, runningMean, runningVar, weight, bias, training);
  return nativeBatchNorm(x, weight, bias, runningMean, runningVar, training, momentum, eps)[0];
}

export const batchNorm = defineOp({
  schema:
    "batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, " +
    "bool training=False, float momentum=0.1, float eps=1e-05) -> Tensor",
  in: ["nn.functional"],
  summary: "Normalizes each channel by its mean and variance over the batch (training) or by running ones.",
  forward: (
    x: Tensor,
    runningMean: MaybeTensor,
    runningVar: MaybeTensor,
    weight: MaybeTensor = null,
    bias: MaybeTensor = null,
    training: boolean = false,
    momentum: Scalar = 0.1,
    eps: Scalar = 1e-5,
  ) => {
    if (training) {
      const { n, s } = channelsOf(x);
      check(
        n * s !== 1,
        () =>
          `Expected more than 1 value per channel when training, got input size torch.Size([${x.sizes.join(", ")}])`,
        "ValueError",
      );
    }
    return batchNormOf(x, weight, bias, runningMean, runningVar, training, momentum, eps);
  },
});
