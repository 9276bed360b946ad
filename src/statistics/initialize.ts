import type { Module } from "../nn/module";
import { noGrad } from "../tensor/modes";
import {
  constant_,
  kaimingNormal_,
  kaimingUniform_,
  normal_,
  orthogonal_,
  uniform_,
  xavierNormal_,
  xavierUniform_,
  zeros_,
} from "../tensor/ops/init";
import type { Tensor } from "../tensor/tensor";
import type { Initialization } from "./format";
import { biasesOf, fansOf, namedLayers, weightsOf } from "./layers";

/** One initialisation: what it does to a weight, what theory makes of it, and how a note would write it. */
export interface Initializer {
  /** Its one number where the caller gives none; null: it takes none. */
  readonly usual: number | null;
  readonly apply: (weight: Tensor, gain: number | null) => unknown;
  /** Var w; null where the weights' mean is not zero, of which mean-field theory knows nothing. */
  readonly variance: (fanIn: number, fanOut: number, gain: number) => number | null;
  /** Python for `weight`; null keeps the weights. */
  readonly code: (weight: string, gain: number | null) => string | null;
}

const float = (x: number): string => (Number.isInteger(x) ? `${x}.0` : String(x));

const fanInRoot = (weight: Tensor): number => Math.sqrt(fansOf(weight).fanIn);

export const initializers: Readonly<Record<Initialization, Initializer>> = {
  default: {
    usual: null,
    apply: () => {},
    // What nn.Linear and nn.Conv2d draw: uniform with bound 1/√fan_in.
    variance: (fanIn) => 1 / (3 * fanIn),
    code: () => null,
  },
  constant: {
    usual: 0.01,
    apply: (weight, gain) => constant_(weight, gain ?? 0.01),
    variance: () => null,
    code: (weight, gain) => `nn.init.constant_(${weight}, ${float(gain ?? 0.01)})`,
  },
  uniform: {
    usual: 1,
    apply: (weight, gain) => uniform_(weight, 0, gain ?? 1),
    variance: () => null,
    code: (weight, gain) => `nn.init.uniform_(${weight}${gain === null ? "" : `, 0.0, ${float(gain)}`})`,
  },
  normal: {
    usual: 1,
    apply: (weight, gain) => normal_(weight, 0, gain ?? 1),
    variance: (_fanIn, _fanOut, gain) => gain ** 2,
    code: (weight, gain) => `nn.init.normal_(${weight}${gain === null ? "" : `, std=${float(gain)}`})`,
  },
  xavier_uniform: xavier("xavier_uniform_", xavierUniform_),
  xavier_normal: xavier("xavier_normal_", xavierNormal_),
  kaiming_uniform: {
    usual: Math.SQRT2,
    apply: (weight, gain) => {
      if (gain === null) return kaimingUniform_(weight);
      const bound = (gain * Math.sqrt(3)) / fanInRoot(weight);
      return uniform_(weight, -bound, bound);
    },
    variance: (fanIn, _fanOut, gain) => gain ** 2 / fanIn,
    // kaiming_uniform_ takes no gain of one's own: its bound is written out.
    code: (weight, gain) =>
      gain === null
        ? `nn.init.kaiming_uniform_(${weight})`
        : `bound = ${float(gain)} * (3 / ${weight}[0].numel()) ** 0.5\nnn.init.uniform_(${weight}, -bound, bound)`,
  },
  kaiming_normal: {
    usual: Math.SQRT2,
    apply: (weight, gain) => (gain === null ? kaimingNormal_(weight) : normal_(weight, 0, gain / fanInRoot(weight))),
    variance: (fanIn, _fanOut, gain) => gain ** 2 / fanIn,
    code: (weight, gain) =>
      gain === null
        ? `nn.init.kaiming_normal_(${weight})`
        : `nn.init.normal_(${weight}, std=${float(gain)} / ${weight}[0].numel() ** 0.5)`,
  },
  orthogonal: {
    usual: 1,
    apply: (weight, gain) => orthogonal_(weight, gain ?? 1),
    // A column (or row) has unit length times the gain, whichever there are fewer of.
    variance: (fanIn, fanOut, gain) => gain ** 2 / Math.max(fanIn, fanOut),
    code: (weight, gain) => `nn.init.orthogonal_(${weight}${gain === null ? "" : `, gain=${float(gain)}`})`,
  },
};

function xavier(name: string, fill: (weight: Tensor, gain: number) => Tensor): Initializer {
  return {
    usual: 1,
    apply: (weight, gain) => fill(weight, gain ?? 1),
    variance: (fanIn, fanOut, gain) => (2 * gain ** 2) / (fanIn + fanOut),
    code: (weight, gain) => `nn.init.${name}(${weight}${gain === null ? "" : `, gain=${float(gain)}`})`,
  };
}

/**
 * Initialises the weights of every layer in the network's order and sets their biases to zero, as `for layer in
 * model.modules(): …` would; "default" changes nothing. Draws from the default generator.
 */
export function initialize(model: Module, init: Initialization, gain: number | null): void {
  if (init === "default") return;
  const seen = new Set<Tensor>();
  noGrad(() => {
    for (const [, module] of namedLayers(model)) {
      for (const weight of weightsOf(module)) {
        if (!seen.has(weight)) initializers[init].apply(weight, gain);
        seen.add(weight);
      }
      for (const bias of biasesOf(module)) zeros_(bias);
    }
  });
}
