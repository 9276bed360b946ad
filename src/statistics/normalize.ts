import type { Module } from "../nn/module";
import { batchNorm } from "../tensor/ops/nn/batch_norm";
import { groupNorm, layerNorm } from "../tensor/ops/nn/layer_norm";
import { transpose } from "../tensor/ops/permuting";
import type { Tensor } from "../tensor/tensor";
import type { Normalization } from "./format";
import { channelAxis } from "./layers";
import { WARNINGS } from "./panel_protocol";

/** A layer's output after a normalization without weights of its own, as the modules of `torch.nn` start out. */
export interface Normalized {
  readonly output: Tensor;
  /** The class that would do this in a network. */
  readonly type: string;
  /** Values behind each mean and variance. */
  readonly m: number;
  readonly warning: string | null;
}

interface Normalizer {
  /** @param x channels in dimension 1 */
  readonly apply: (x: Tensor, layer: string) => Normalized;
}

const positionsOf = (x: Tensor): number => x.sizes.slice(2).reduce((product, size) => product * size, 1);

const spatial = (x: Tensor): string => `${Math.max(x.ndim - 2, 1)}d`;

/** The divisor of `channels` nearest to 8 groups, the smaller one when two are equally near. */
export function groupsFor(channels: number): number {
  let best = 1;
  for (let g = 2; g <= channels; g++) if (channels % g === 0 && Math.abs(g - 8) < Math.abs(best - 8)) best = g;
  return best;
}

function filled(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
}

const normalizers: Readonly<Record<Exclude<Normalization, "none">, Normalizer>> = {
  batch: {
    apply: (x) => ({
      output: batchNorm(x, null, null, null, null, true),
      type: `BatchNorm${spatial(x)}`,
      m: x.sizes[0]! * positionsOf(x),
      warning: null,
    }),
  },
  layer: {
    apply: (x) => ({
      output: layerNorm(x, x.sizes.slice(1)),
      type: "LayerNorm",
      m: x.sizes[1]! * positionsOf(x),
      warning: null,
    }),
  },
  instance: {
    apply: (x, layer) => {
      const positions = positionsOf(x);
      // A (N, C) batch is one unbatched (C, L) sample to InstanceNorm1d: every row has its own statistics.
      if (x.ndim === 2)
        return {
          output: layerNorm(x, [x.sizes[1]!]),
          type: "InstanceNorm1d",
          m: x.sizes[1]!,
          warning: filled(WARNINGS.instanceWithoutSpace, layer),
        };
      return {
        output: groupNorm(x, x.sizes[1]!),
        type: `InstanceNorm${spatial(x)}`,
        m: positions,
        warning: positions === 1 ? filled(WARNINGS.onePosition, layer) : null,
      };
    },
  },
  group: {
    apply: (x, layer) => {
      const channels = x.sizes[1]!;
      const groups = groupsFor(channels);
      return {
        output: groupNorm(x, groups),
        type: "GroupNorm",
        m: (channels / groups) * positionsOf(x),
        warning: groups === 8 ? null : filled(WARNINGS.groups, channels, layer, groups),
      };
    },
  },
};

/**
 * Normalizes what a layer put out. Outputs whose channels come last, (N, L, C) of recurrent layers and transformers,
 * are turned for the norms that expect them second; layer norm then covers C alone, as it does in those networks.
 */
export function normalized(
  kind: Exclude<Normalization, "none">,
  module: Module,
  name: string,
  output: Tensor,
): Normalized {
  const axis = channelAxis(module, output);
  const { apply } = normalizers[kind];
  if (axis <= 1) return apply(output, name);
  if (kind === "layer")
    return {
      output: layerNorm(output, [output.sizes[axis]!]),
      type: "LayerNorm",
      m: output.sizes[axis]!,
      warning: null,
    };
  const turned = apply(transpose(output, 1, axis), name);
  return { ...turned, output: transpose(turned.output, 1, axis) };
}
