import type { Module } from "../nn/module";
import type { Tensor } from "../tensor/tensor";
import { activations } from "./activations";
import type { LayerStats, Normalization } from "./format";

/** What a module is to the statistics, by its class name: user-made layers count by the parameters they own. */
export type Role = LayerStats["role"];

const normKinds: readonly (readonly [RegExp, Normalization])[] = [
  [/^(Lazy|Sync)?BatchNorm(\dd)?$/, "batch"],
  [/^(LayerNorm|RMSNorm)$/, "layer"],
  [/^(Lazy)?InstanceNorm\dd$/, "instance"],
  [/^GroupNorm$/, "group"],
];

/** Activations without an entry in the theory's table. */
const otherActivations: ReadonlySet<string> = new Set([
  "CELU",
  "GLU",
  "Hardshrink",
  "LogSigmoid",
  "LogSoftmax",
  "PReLU",
  "RReLU",
  "Softmax",
  "Softmin",
  "Softshrink",
  "Tanhshrink",
  "Threshold",
]);

/** The kind of a normalization layer; null for other modules. */
export function normKind(module: Module): Normalization | null {
  return normKinds.find(([pattern]) => pattern.test(module.typeName))?.[1] ?? null;
}

export function isActivation(module: Module): boolean {
  return module.typeName in activations || otherActivations.has(module.typeName);
}

/**
 * A layer's own weight matrices (or kernels), in the order they were registered: `weight`, `weight_ih_l0`,
 * `in_proj_weight`, …; embeddings and normalizations have none.
 */
export function weightsOf(module: Module): readonly Tensor[] {
  if (normKind(module) !== null || module.typeName.startsWith("Embedding") || isActivation(module)) return [];
  return own(module, (name, t) => /^weight|_weight$/.test(name) && t.ndim >= 2);
}

export function biasesOf(module: Module): readonly Tensor[] {
  return weightsOf(module).length === 0 ? [] : own(module, (name) => /^bias|_bias$/.test(name));
}

function own(module: Module, wanted: (name: string, t: Tensor) => boolean): readonly Tensor[] {
  return [...module.parameters_].flatMap(([name, t]) => (t && wanted(name, t) ? [t] : []));
}

export function roleOf(module: Module): Role {
  if (normKind(module) !== null) return "norm";
  if (isActivation(module)) return "activation";
  return weightsOf(module).length > 0 ? "weight" : "other";
}

/** Layers that work themselves: leaves, and modules with weights of their own. */
export function namedLayers(model: Module): readonly (readonly [string, Module])[] {
  return model
    .namedModules()
    .filter(([, module]) => module.namedChildren().length === 0 || weightsOf(module).length > 0);
}

/** Fan-in and fan-out of a weight as `torch.nn.init` counts them. */
export function fansOf(weight: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  const field = weight.sizes.slice(2).reduce((product, size) => product * size, 1);
  return { fanIn: weight.sizes[1]! * field, fanOut: weight.sizes[0]! * field };
}

/** Where a layer's output has its channels: behind the batch for convolutions, last for the others. */
export function channelAxis(module: Module, output: Tensor): number {
  return /Conv/.test(module.typeName) && output.ndim > 2 ? 1 : Math.max(output.ndim - 1, 0);
}

/** The activation used most; null when there is none. */
export function mainActivation(model: Module): string | null {
  const counts = new Map<string, number>();
  for (const module of model.modules())
    if (isActivation(module)) counts.set(module.typeName, (counts.get(module.typeName) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** The kind of the network's own normalization layers, the commonest first. */
export function ownNorm(model: Module): Normalization {
  const kinds = model.modules().flatMap((module) => normKind(module) ?? []);
  const count = (kind: Normalization) => kinds.filter((each) => each === kind).length;
  return [...new Set(kinds)].sort((a, b) => count(b) - count(a))[0] ?? "none";
}
