import type { LayerStats, LayerStatsResult } from "../statistics/format";

/** A weight layer with the normalization and the activation behind it: one row of the charts. */
export interface Block {
  /** Counted from 1, from the input. */
  readonly index: number;
  readonly weight: LayerStats | null;
  readonly norm: LayerStats | null;
  readonly activation: LayerStats | null;
}

export type Place = "after" | "before";

/** Layers without weights, such as pooling and dropout, belong to no block; results keep them. */
export function blocksOf(result: LayerStatsResult): readonly Block[] {
  const blocks: { weight: LayerStats | null; norm: LayerStats | null; activation: LayerStats | null }[] = [];
  for (const layer of result.layers) {
    if (layer.role === "other") continue;
    const last = blocks.at(-1);
    if (layer.role === "weight") blocks.push({ weight: layer, norm: null, activation: null });
    else if (last && last[layer.role] === null && !(layer.role === "norm" && last.activation)) last[layer.role] = layer;
    else blocks.push({ weight: null, norm: null, activation: null, [layer.role]: layer });
  }
  return blocks.map((block, i) => ({ index: i + 1, ...block }));
}

/** What the block puts out, or what its activation receives. */
export function shownIn(block: Block, place: Place): LayerStats {
  const before = block.norm ?? block.weight;
  return (place === "after" ? (block.activation ?? before) : (before ?? block.activation))!;
}

/** Where the gradient enters the weights: gradients of different layers are compared there. */
export function gradientOf(block: Block): LayerStats {
  return (block.weight ?? block.norm ?? block.activation)!;
}

/** E.g. "layer.0 Linear → Sigmoid". */
export function describe(block: Block): string {
  const parts = [block.weight, block.norm, block.activation].filter((layer) => layer !== null);
  return `${parts[0]!.name} ${parts.map((layer) => layer.type).join(" → ")}`.trim();
}
