import { check } from "../../errors";
import { defineOp, type Op } from "../../op";
import { formatSizes, numelOf } from "../../shape";
import type { Tensor } from "../../tensor";
import { permute } from "../permuting";
import { reshape } from "../views";
import { floats, made } from "./floats";

/** Moves elements so that `[…, C·r², H, W]` becomes `[…, C, H·r, W·r]`, or back. */
function shuffled(x: Tensor, r: number, forward: boolean): Tensor {
  const [c, h, w] = x.sizes.slice(-3);
  const batch = x.sizes.slice(0, -3);
  const [channels, height, width] = forward ? [c / (r * r), h, w] : [c, h / r, w / r];
  const sizes = forward ? [channels, height * r, width * r] : [channels * r * r, height, width];
  return made([x], [...batch, ...sizes], (y) => {
    const a = floats(x);
    const planes = numelOf(batch) * channels;
    let small = 0;
    for (let p = 0; p < planes; p++) {
      for (let i = 0; i < r; i++) {
        for (let j = 0; j < r; j++) {
          for (let row = 0; row < height; row++) {
            for (let column = 0; column < width; column++, small++) {
              const large = (p * height * r + row * r + i) * width * r + column * r + j;
              if (forward) y[large] = a[small];
              else y[small] = a[large];
            }
          }
        }
      }
    }
  });
}

export const pixelShuffle: Op<[Tensor, number], Tensor> = defineOp({
  schema: "pixel_shuffle(Tensor input, int upscale_factor) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Channels become pixels: (C·r², H, W) → (C, H·r, W·r).",
  forward: (x: Tensor, r: number) => {
    check(
      x.ndim >= 3,
      () => `pixel_shuffle expects input to have at least 3 dimensions, but got input with ${x.ndim} dimension(s)`,
    );
    check(r > 0, () => `pixel_shuffle expects a positive upscale_factor, but got ${r}`);
    const channels = x.sizes[x.ndim - 3];
    check(
      channels % (r * r) === 0,
      () =>
        `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but ` +
        `input.size(-3)=${channels} is not divisible by ${r * r}`,
    );
    return shuffled(x, r, true);
  },
  save: ([, r]) => [r] as const,
  backward: (g, [r]) => [pixelUnshuffle(g, r)],
});

export const pixelUnshuffle: Op<[Tensor, number], Tensor> = defineOp({
  schema: "pixel_unshuffle(Tensor input, int downscale_factor) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Pixels become channels: (C, H·r, W·r) → (C·r², H, W).",
  forward: (x: Tensor, r: number) => {
    const [h, w] = x.sizes.slice(-2);
    check(
      h % r === 0 && w % r === 0,
      () =>
        `pixel_unshuffle expects height and width to be divisible by downscale_factor, but input of size ` +
        `${formatSizes(x.sizes)} is not divisible by ${r}`,
    );
    return shuffled(x, r, false);
  },
  save: ([, r]) => [r] as const,
  backward: (g, [r]) => [pixelShuffle(g, r)],
});

export const channelShuffle: Op<[Tensor, number], Tensor> = defineOp({
  schema: "channel_shuffle(Tensor input, int groups) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Interleaves groups of channels.",
  forward: (x: Tensor, groups: number) => {
    const [n, c, ...rest] = x.sizes;
    check(
      c % groups === 0,
      () => `Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`,
    );
    const split = reshape(x, [n, groups, c / groups, ...rest]);
    const order = split.sizes.map((_, d) => (d === 1 ? 2 : d === 2 ? 1 : d));
    return reshape(permute(split, order), x.sizes);
  },
  save: ([x, groups]) => [x.sizes[1] / groups] as const,
  backward: (g, [groups]) => [channelShuffle(g, groups)],
});
