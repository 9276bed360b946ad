import type { Tensor } from "../../tensor/tensor";

/** States given to forward: a tensor, or a pair (array or Python tuple) of them for an LSTM. */
export type States = Tensor | readonly Tensor[] | { readonly items: readonly Tensor[] } | null;

export function statesOf(hx: States): readonly Tensor[] {
  if (hx === null) return [];
  if (Array.isArray(hx)) return hx;
  return "items" in hx ? hx.items : [hx as Tensor];
}
