import { check, TorchError } from "../../errors";
import { byParts } from "../../kernels/convert";
import { inFormatOf } from "../../kernels/memory_format";
import { defineOp, type Op } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { formatSizes, type Sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { floats, made } from "./floats";

/** Pairs (before, after) from the last dimension backwards; negative numbers crop. */
type Pads = readonly number[];

/** Where an output position reads along one dimension, or −1 for the fill value. */
type Source = (at: number, size: number) => number;

const sources: Readonly<Record<string, Source>> = {
  constant: (at, size) => (at < 0 || at >= size ? -1 : at),
  replicate: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  circular: (at, size) => ((at % size) + size) % size,
};

function paddedSizes(sizes: Sizes, pads: Pads): number[] {
  return sizes.map((size, d) => {
    const k = 2 * (sizes.length - 1 - d);
    return size + (pads[k] ?? 0) + (pads[k + 1] ?? 0);
  });
}

/** For each element of the padded tensor, the index of the element it shows, or −1. */
function padMap(sizes: Sizes, out: Sizes, pads: Pads, source: Source): Int32Array {
  let map = Int32Array.of(0);
  sizes.forEach((size, d) => {
    const before = pads[2 * (sizes.length - 1 - d)] ?? 0;
    const next = new Int32Array(map.length * out[d]);
    const along = Array.from({ length: out[d] }, (_, i) => source(i - before, size));
    map.forEach((start, i) => {
      along.forEach((at, k) => {
        next[i * out[d] + k] = start < 0 || at < 0 ? -1 : start * size + at;
      });
    });
    map = next;
  });
  return map;
}

type PadArgs = [Tensor, Pads, string, number];

const padKernel: Op<PadArgs, Tensor> = defineOp({
  schema: "_pad(Tensor self, int[] pad, str mode, float value) -> Tensor",
  in: ["internal"],
  summary: "Padding with a constant or with elements of the tensor.",
  gradName: ([x, pads, mode]: PadArgs) => gradNameOf(mode, pads.length / 2, x),
  forward: (x: Tensor, pads: Pads, mode: string, value: number) => {
    const sizes = paddedSizes(x.sizes, pads);
    check(
      sizes.every((s) => s >= 0),
      () =>
        `The input size ${x.sizes.join(", ")}, plus negative padding ${pads.join(", ")}, resulted in a negative output size`,
    );
    if (x.dtype.kind === "complex") {
      return byParts((part) => padKernel(part(x), pads, mode, Number(part(value))));
    }
    const out = made([x], sizes, (y) => {
      const map = padMap(x.sizes, sizes, pads, sources[mode]);
      const a = floats(x);
      for (let i = 0; i < y.length; i++) y[i] = map[i] < 0 ? value : a[map[i]];
    });
    return inFormatOf([x], out);
  },
  save: ([x, pads, mode]) => [x.sizes, pads, mode] as const,
  backward: (grad, [sizes, pads, mode]) => [padBackward(grad, pads, mode, sizes)],
});

const padBackward: Op<[Tensor, Pads, string, Sizes], Tensor> = defineOp({
  schema: "_pad_backward(Tensor grad_output, int[] pad, str mode, int[] sizes) -> Tensor",
  in: ["internal"],
  summary: "The gradient of padding.",
  forward: (grad: Tensor, pads: Pads, mode: string, sizes: Sizes) => {
    if (grad.dtype.kind === "complex") return byParts((part) => padBackward(part(grad), pads, mode, sizes));
    return made([grad], sizes, (out) => {
      const map = padMap(sizes, grad.sizes, pads, sources[mode]);
      const g = floats(grad);
      const sums = new Float64Array(out.length);
      for (let i = 0; i < g.length; i++) if (map[i] >= 0) sums[map[i]] += g[i];
      out.set(sums);
    });
  },
  save: ([, pads, mode]) => [pads, mode] as const,
  backward: (gg, [pads, mode]) => [padKernel(gg, pads, mode, 0)],
});

function gradNameOf(mode: string, dims: number, _x: Tensor): string {
  if (mode === "constant") return "ConstantPadNdBackward0";
  if (mode === "circular") return "CopySlices";
  return `${mode === "reflect" ? "Reflection" : "Replication"}Pad${dims}DBackward0`;
}

/** Pads with a constant; pairs from the last dimension backwards. */
export function constantPad(x: Tensor, pads: Pads, value: number): Tensor {
  return padKernel(x, pads, "constant", value);
}

function checkPads(x: Tensor, pads: Pads, mode: string): void {
  check(pads.length % 2 === 0, "Padding length must be divisible by 2");
  check(
    pads.length <= 2 * x.ndim,
    () =>
      `Padding length should be less than or equal to two times the input dimension but got padding length ` +
      `${pads.length} and input of dimension ${x.ndim}`,
  );
  if (mode === "constant") return;
  const dims = pads.length / 2;
  if (!sources[mode] || x.ndim < dims + 1 || x.ndim > dims + 2) {
    const known =
      `Padding size ${pads.length} is not supported for ${x.ndim}D input tensor.\n` +
      "Supported combinations for non-constant padding:\n" +
      "  - 2D or 3D input: padding size = 2 (pads last dimension)\n" +
      "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n" +
      "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)";
    throw new TorchError("NotImplementedError", sources[mode] ? known : `Unrecognised padding mode ${mode}`);
  }
  for (let k = 0; k < dims; k++) {
    const d = x.ndim - 1 - k;
    const [before, after] = [pads[2 * k], pads[2 * k + 1]];
    if (mode === "reflect") {
      check(
        before < x.sizes[d] && after < x.sizes[d],
        () =>
          `Argument #${4 + 2 * k}: Padding size should be less than the corresponding input dimension, but got: ` +
          `padding (${before}, ${after}) at dimension ${d} of input ${formatSizes(x.sizes)}`,
      );
    }
    if (mode === "circular") {
      check(before <= x.sizes[d] && after <= x.sizes[d], "Padding value causes wrapping around more than once.");
    }
  }
}

export const pad = defineOp({
  schema: "pad(Tensor input, int[] pad, str mode='constant', float? value=None) -> Tensor",
  in: ["nn.functional"],
  summary: "Widens dimensions (pairs from the last one backwards) by a constant, a reflection, the edge or wrapping.",
  forward: (x: Tensor, pads: Pads, mode: string = "constant", value: Scalar | null = null) => {
    checkPads(x, pads, mode);
    check(
      mode === "constant" || value === null || toNumber(value) === 0,
      () => `Padding mode "${mode}" doesn't take in value argument`,
      "ValueError",
    );
    const cropping = mode === "circular" && pads.some((p) => p < 0);
    // What wraps around is what cropping leaves.
    const source = cropping
      ? constantPad(
          x,
          pads.map((p) => Math.min(p, 0)),
          0,
        )
      : x;
    const widening = cropping ? pads.map((p) => Math.max(p, 0)) : pads;
    return padKernel(source, widening, mode, value === null ? 0 : toNumber(value));
  },
});
