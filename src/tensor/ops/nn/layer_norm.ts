import { check } from "../../errors";
import { fastAffine, fastNormalizeAll, fastRowMoments } from "../../kernels/fast_moments";
import { inFormatOf } from "../../kernels/memory_format";
import { modes } from "../../modes";
import { defineOp } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { formatSizes, numelOf, sameSizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, mul, sub } from "../arithmetic";
import { detach } from "../copies";
import { mean as meanOf, sum } from "../reduction";
import { rsqrt } from "../unary";
import { reshape, view } from "../views";
import { checkFloat, type Floats, floats, made, rounding, scratch, write } from "./floats";
import { rowMoments } from "./moments";
import { recomputedGradients } from "./recomputed";

type MaybeTensor = Tensor | null;

/** Means and reciprocal standard deviations of `rows` runs of `size` elements. */
function rowStatistics(x: Tensor, rows: number, size: number, eps: number, mean: Floats, rstd: Floats): void {
  const fast = fastRowMoments(x, size);
  const a = floats(x);
  const r = rounding(x);
  for (let i = 0; i < rows; i++) {
    const moments = fast ? fast(i) : rowMoments(a, i * size, size, r);
    mean[i] = moments.mean;
    rstd[i] = 1 / r(Math.sqrt(r(moments.variance + r(eps))));
  }
}

/** Rows of x less their mean, over their standard deviation, out of recorded ops: for double backward. */
function composedRows(x: Tensor, rows: number, eps: number): Tensor {
  const flat = reshape(x, [rows, x.numel / Math.max(rows, 1)]);
  const centred = sub(flat, meanOf(flat, [1], true));
  return mul(centred, rsqrt(add(meanOf(mul(centred, centred), [1], true), eps)));
}

/** y = fma((x − mean)·rstd, weight, bias), one weight per position in the row. */
const nativeLayerNorm = defineOp({
  schema:
    "native_layer_norm(Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)",
  in: ["torch"],
  differentiable: 1,
  summary: "Layer normalization with the statistics it used.",
  forward: (x: Tensor, shape: readonly number[], weight: MaybeTensor, bias: MaybeTensor, eps: Scalar): Tensor[] => {
    checkNormalizedShape(x, shape, weight, bias);
    checkSameType(x, weight, bias);
    checkFloat(x, "LayerNormKernelImpl");
    const size = numelOf(shape);
    const outer = x.sizes.slice(0, x.ndim - shape.length);
    const rows = numelOf(outer);
    const stats = [...outer, ...shape.map(() => 1)];
    const out = emptyFrom([x], x.sizes);
    const mean = emptyFrom([x], stats);
    const rstd = emptyFrom([x], stats);
    if (out.isAbstract) return [out, mean, rstd];
    if (fastNormalizeAll(out, x, weight, bias, size, toNumber(eps), mean, rstd)) return [out, mean, rstd];
    const r = rounding(x);
    const m = scratch(x, rows);
    const s = scratch(x, rows);
    rowStatistics(x, rows, size, toNumber(eps), m, s);
    write(mean, (y) => y.set(m));
    write(rstd, (y) => y.set(s));
    write(out, (y) => {
      const a = floats(x);
      const w = weight && floats(weight);
      const b = bias && floats(bias);
      for (let i = 0, at = 0; i < rows; i++) {
        for (let k = 0; k < size; k++, at++) {
          const normal = r(r(a[at] - m[i]) * s[i]);
          y[at] = normal * (w ? w[k] : 1) + (b ? b[k] : 0);
        }
      }
    });
    return [out, mean, rstd];
  },
  save: ([x, shape, weight, , eps], [, mean, rstd]) =>
    [x, shape, weight, mean.alias(), rstd.alias(), toNumber(eps)] as const,
  backward: (grad, [x, shape, weight, mean, rstd, eps], needs) => {
    const rows = mean.numel;
    if (modes.grad) {
      const leading = x.sizes.slice(0, x.ndim - shape.length).map((_, d) => d);
      const composed = ([a, w]: readonly MaybeTensor[]): Tensor[] => {
        const normal = view(composedRows(a as Tensor, rows, eps), x.sizes);
        return [w ? mul(normal, w) : normal];
      };
      const bias = needs[2] ? (leading.length > 0 ? sum(grad, leading) : grad) : null;
      return [...recomputedGradients(composed, [x, weight], [grad], needs), bias];
    }
    const size = rows === 0 ? 0 : x.numel / rows;
    const toInput = (): Tensor =>
      made([grad, x], x.sizes, (out) => {
        const [g, a, m, s] = [floats(grad), floats(x), floats(mean), floats(rstd)];
        const w = weight && floats(weight);
        for (let i = 0; i < rows; i++) {
          const start = i * size;
          let total = 0;
          let dot = 0;
          for (let k = 0; k < size; k++) {
            const gw = g[start + k] * (w ? w[k] : 1);
            total += gw;
            dot += gw * (a[start + k] - m[i]) * s[i];
          }
          for (let k = 0; k < size; k++) {
            const gw = g[start + k] * (w ? w[k] : 1);
            const normal = (a[start + k] - m[i]) * s[i];
            out[start + k] = s[i] * (gw - (total + normal * dot) / size);
          }
        }
      });
    const perPosition = (value: (g: number, normal: number) => number): Tensor =>
      made([grad, x], shape, (out) => {
        const [g, a, m, s] = [floats(grad), floats(x), floats(mean), floats(rstd)];
        const sums = new Float64Array(size);
        for (let i = 0, at = 0; i < rows; i++) {
          for (let k = 0; k < size; k++, at++) sums[k] += value(g[at], (a[at] - m[i]) * s[i]);
        }
        out.set(sums);
      });
    return [
      needs[0] ? toInput() : null,
      needs[1] ? perPosition((g, normal) => g * normal) : null,
      needs[2] ? perPosition((g) => g) : null,
    ];
  },
});

/** Weights may be of higher precision than the input, as with mixed precision; nothing else may differ. */
function checkSameType(x: Tensor, ...others: readonly MaybeTensor[]): void {
  check(
    x.dtype.size === 2 || others.every((t) => t === null || t.dtype === x.dtype),
    "mixed dtype (CPU): all inputs must share same datatype.",
  );
}

/** Checks of normalizations over the last dimensions; `star` is how the text begins the shape it expects. */
export function checkNormalizedShape(
  x: Tensor,
  shape: readonly number[],
  weight: MaybeTensor,
  bias: MaybeTensor,
  star: string = "*, ",
): void {
  check(
    shape.length > 0,
    "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []",
  );
  for (const [t, name] of [
    [weight, "weight"],
    [bias, "bias"],
  ] as const) {
    check(
      !t || sameSizes(t.sizes, shape),
      () =>
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ` +
        `${formatSizes(t?.sizes ?? [])} and normalized_shape = ${formatSizes(shape)}`,
    );
  }
  const tail = x.sizes.slice(Math.max(0, x.ndim - shape.length));
  check(
    x.ndim >= shape.length && sameSizes(tail, shape),
    () =>
      `Given normalized_shape=${formatSizes(shape)}, expected input with shape [${star}${shape.join(", ")}], ` +
      `but got input of size${formatSizes(x.sizes)}`,
  );
}

const layerNormForward = (
  x: Tensor,
  shape: readonly number[],
  weight: MaybeTensor = null,
  bias: MaybeTensor = null,
  eps: Scalar = 1e-5,
): Tensor => {
  return nativeLayerNorm(x, shape, weight, bias, eps)[0];
};

export const layerNorm = defineOp({
  schema:
    "layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Normalizes over the last dimensions, each position of the rest by itself.",
  forward: layerNormForward,
});

/** Elements of one group of one sample are contiguous; each channel has its own weight and bias. */
const nativeGroupNorm = defineOp({
  schema:
    "native_group_norm(Tensor input, Tensor? weight, Tensor? bias, int group, float eps) -> (Tensor, Tensor, Tensor)",
  in: ["internal"],
  summary: "Group normalization with the statistics it used.",
  forward: (x: Tensor, weight: MaybeTensor, bias: MaybeTensor, groups: number, eps: Scalar): Tensor[] => {
    checkFloat(x, "GroupNormKernelImpl");
    const [n, c] = x.sizes;
    const s = numelOf(x.sizes.slice(2));
    const rows = n * groups;
    const out = emptyFrom([x], x.sizes);
    const mean = emptyFrom([x], [n, groups]);
    const rstd = emptyFrom([x], [n, groups]);
    if (out.isAbstract || x.numel === 0) return [out, mean, rstd];
    const r = rounding(x);
    const m = scratch(x, rows);
    const inv = scratch(x, rows);
    rowStatistics(x, rows, x.numel / rows, toNumber(eps), m, inv);
    write(mean, (y) => y.set(m));
    write(rstd, (y) => y.set(inv));
    const perGroup = c / groups;
    const fast = fastAffine(out, x, { samples: 1, length: s, step: 0 });
    write(out, (y) => {
      const a = floats(x);
      const w = weight && floats(weight);
      const b = bias && floats(bias);
      for (let i = 0; i < n; i++) {
        for (let ch = 0; ch < c; ch++) {
          const row = i * groups + Math.floor(ch / perGroup);
          const scale = r(inv[row] * (w ? w[ch] : 1));
          const shift = r(-scale * m[row] + (b ? b[ch] : 0));
          const start = (i * c + ch) * s;
          if (fast) fast(start, scale, shift);
          else for (let k = start; k < start + s; k++) y[k] = a[k] * scale + shift;
        }
      }
    });
    return [inFormatOf([x], out), mean, rstd];
  },
  save: ([x, weight, , groups, eps], [, mean, rstd]) =>
    [x, weight, groups, mean.alias(), rstd.alias(), toNumber(eps)] as const,
  backward: (grad, [x, weight, groups, mean, rstd, eps], needs, grads) => {
    if (modes.grad || grads[1] || grads[2]) {
      const channels = [x.sizes[1], ...x.sizes.slice(2).map(() => 1)];
      const rows = x.sizes[0] * groups;
      const composed = ([a, w]: readonly MaybeTensor[]): Tensor[] => {
        const normal = view(composedRows(a as Tensor, rows, eps), x.sizes);
        const flat = reshape(a as Tensor, [rows, x.numel / Math.max(rows, 1)]);
        const center = meanOf(flat, [1], true);
        const centred = sub(flat, center);
        const scale = rsqrt(add(meanOf(mul(centred, centred), [1], true), eps));
        return [w ? mul(normal, view(w, channels)) : normal, view(center, mean.sizes), view(scale, rstd.sizes)];
      };
      const others = x.sizes.map((_, d) => d).filter((d) => d !== 1);
      const bias = needs[2] && grads[0] ? sum(grad, others) : null;
      const found = recomputedGradients(composed, [x, weight], grads, needs);
      return [...(modes.grad ? found : found.map((g) => g && detach(g))), bias];
    }
    const [n, c] = x.sizes;
    const s = numelOf(x.sizes.slice(2));
    const perGroup = c / groups;
    const size = perGroup * s;
    const toInput = (): Tensor =>
      made([grad, x], x.sizes, (out) => {
        const [g, a, m, inv] = [floats(grad), floats(x), floats(mean), floats(rstd)];
        const w = weight && floats(weight);
        for (let row = 0; row < n * groups; row++) {
          const start = row * size;
          const first = (row % groups) * perGroup;
          let total = 0;
          let dot = 0;
          for (let k = 0; k < size; k++) {
            const gw = g[start + k] * (w ? w[first + Math.floor(k / s)] : 1);
            total += gw;
            dot += gw * (a[start + k] - m[row]) * inv[row];
          }
          for (let k = 0; k < size; k++) {
            const gw = g[start + k] * (w ? w[first + Math.floor(k / s)] : 1);
            const normal = (a[start + k] - m[row]) * inv[row];
            out[start + k] = inv[row] * (gw - (total + normal * dot) / size);
          }
        }
      });
    const perChannel = (value: (g: number, normal: number) => number): Tensor =>
      made([grad, x], [c], (out) => {
        const [g, a, m, inv] = [floats(grad), floats(x), floats(mean), floats(rstd)];
        const sums = new Float64Array(c);
        for (let i = 0, at = 0; i < n; i++) {
          for (let ch = 0; ch < c; ch++) {
            const row = i * groups + Math.floor(ch / perGroup);
            for (let k = 0; k < s; k++, at++) sums[ch] += value(g[at], (a[at] - m[row]) * inv[row]);
          }
        }
        out.set(sums);
      });
    return [
      needs[0] ? toInput() : null,
      needs[1] ? perChannel((g, normal) => g * normal) : null,
      needs[2] ? perChannel((g) => g) : null,
    ];
  },
});

defineOp({
  schema:
    "native_group_norm(Tensor input, Tensor? weight, Tensor? bias, int N, int C, int HxW, int group, float eps) -> " +
    "(Tensor, Tensor, Tensor)",
  in: ["torch"],
  summary: "Group normalization with the statistics it used.",
  forward: (
    x: Tensor,
    weight: MaybeTensor,
    bias: MaybeTensor,
    _samples: number,
    _channels: number,
    _points: number,
    groups: number,
    eps: Scalar,
  ) => nativeGroupNorm(x, weight, bias, groups, eps),
});

export const groupNorm = defineOp({
  schema: "group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Normalizes each sample's channels in groups.",
  forward: (x: Tensor, groups: number, weight: MaybeTensor = null, bias: MaybeTensor = null, eps: Scalar = 1e-5) => {
    check(x.ndim >= 2, () => `Expected at least 2 dimensions for input tensor but received ${x.ndim}`);
    const c = x.sizes[1];
    check(
      c % groups === 0,
      () =>
        `Expected number of channels in input to be divisible by num_groups, but got input of shape ` +
        `${formatSizes(x.sizes)} and num_groups=${groups}`,
    );
    for (const [t, name] of [
      [weight, "weight"],
      [bias, "bias"],
    ] as const) {
      check(
        !t || (t.ndim === 1 && t.numel === c),
        () =>
          `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of ` +
          `shape ${formatSizes(t?.sizes ?? [])} and input of shape ${formatSizes(x.sizes)}`,
      );
    }
    const count = x.sizes[0] * x.numel === 0 ? 0 : (c / groups) * numelOf(x.sizes.slice(2));
    check(
      count !== 1 || x.sizes[0] !== 1,
      () =>
        `Expected more than 1 value per channel when training, got input size torch.Size([${[
          Math.floor((x.sizes[0] * c) / groups),
          groups,
          ...x.sizes.slice(2),
        ].join(", ")}])`,
      "ValueError",
    );
    return nativeGroupNorm(x, weight, bias, groups, eps)[0];
  },
});
