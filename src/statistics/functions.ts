import type { GradNode } from "../tensor/autograd/node";
import { noGrad } from "../tensor/modes";
import type { Tensor } from "../tensor/tensor";
import { makeLayer } from "./describe";

/** Names that autograd gives to activations called as functions (`F.relu(x)`, `torch.tanh(x)`). */
const names: Readonly<Record<string, string>> = {
  ReluBackward0: "ReLU",
  TanhBackward0: "Tanh",
  SigmoidBackward0: "Sigmoid",
  LeakyReluBackward0: "LeakyReLU",
  EluBackward0: "ELU",
  GeluBackward0: "GELU",
  SiluBackward0: "SiLU",
  MishBackward0: "Mish",
  SoftplusBackward0: "Softplus",
  HardtanhBackward0: "Hardtanh",
  HardswishBackward0: "Hardswish",
  HardsigmoidBackward0: "Hardsigmoid",
};

/** Those without settings can be computed once more from their input. */
const repeatable: ReadonlySet<string> = new Set([
  "ReLU",
  "Tanh",
  "Sigmoid",
  "SiLU",
  "Mish",
  "Hardswish",
  "Hardsigmoid",
]);

/** Operations between an activation and the next layer that are looked through: pooling, views, additions. */
const FARTHEST = 32;

export interface FoundActivation {
  /** Class name of its module form. */
  readonly type: string;
  readonly node: GradNode;
  readonly output: Tensor;
}

/**
 * The activation function that was applied to a layer's output on the way to `t`: it has no module that could be
 * watched, but it left its node in the graph.
 * @param from the layer's output, and the node that made it (an in-place activation gives the tensor another)
 */
export function activationBetween(
  from: { readonly output: Tensor; readonly node: GradNode },
  t: Tensor,
): FoundActivation | null {
  if (!t.gradNode || t.gradNode === from.node) return null;
  const seen = new Set<GradNode>([t.gradNode]);
  for (const node of seen) {
    if (seen.size > FARTHEST) return null;
    const type = names[node.name];
    if (type && node.edges[0]?.node === from.node) {
      if (node === t.gradNode) return { type, node, output: t };
      if (!repeatable.has(type) || from.output.gradNode !== from.node) return null;
      return { type, node, output: noGrad(() => makeLayer(type).run(from.output)) };
    }
    // What was recorded before the layer's output cannot come behind it.
    for (const edge of node.edges) if (edge && edge.node.sequence > from.node.sequence) seen.add(edge.node);
  }
  return null;
}
