/** What the functions that differentiate functions share: nested values of tensors, fresh inputs, Jacobians. */
import { grad } from "../../tensor/autograd/engine";
import { AccumulateGrad, type GradNode } from "../../tensor/autograd/node";
import { isDifferentiable } from "../../tensor/dtype";
import { filled } from "../../tensor/kernels/fill";
import { enableGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import type { Value } from "../type";
import { Dict } from "../values/dict";
import { Tuple } from "../values/tuple";
import { runOp } from "./tensor_type";

/** Tensors in a value, in order. */
export function tensorsIn(v: Value): Tensor[] {
  if (isTensor(v)) return [v];
  if (v instanceof Tuple) return v.items.flatMap(tensorsIn);
  if (Array.isArray(v)) return v.flatMap(tensorsIn);
  return v instanceof Dict ? v.pairs().flatMap(([, each]) => tensorsIn(each)) : [];
}

/** The same value with other tensors: those of `next`, in order. */
export function withTensors(v: Value, next: (t: Tensor) => Value): Value {
  if (isTensor(v)) return next(v);
  if (v instanceof Tuple) return new Tuple(v.items.map((each) => withTensors(each, next)));
  if (Array.isArray(v)) return v.map((each) => withTensors(each, next));
  if (!(v instanceof Dict)) return v;
  return new Dict(v.pairs().map(([key, each]) => [key, withTensors(each, next)] as const));
}

/** Leaves that were made only to differentiate by them. */
const ownLeaves = new WeakSet<Tensor>();

/** A tensor of the same values to differentiate by: part of the graph of one that is differentiated already. */
export function fresh(t: Tensor): Tensor {
  if (t.requiresGrad) return enableGrad(() => runOp("view_as", t, t)) as Tensor;
  const leaf = t.alias();
  leaf.leafRequiresGrad = isDifferentiable(t.dtype);
  ownLeaves.add(leaf);
  return leaf;
}

/** How many functions are being differentiated, one inside the other. */
let depth = 0;

/** Runs a differentiation; what it gives stays in the graph only where that leads to other than its own leaves. */
export function differentiating<T extends Value>(run: () => T): T {
  depth++;
  try {
    const result = enableGrad(run);
    if (depth > 1) return result;
    return withTensors(result, (t) => (leadsElsewhere(t) ? t : runOp("detach", t))) as T;
  } finally {
    depth--;
  }
}

function leadsElsewhere(t: Tensor): boolean {
  if (t.leafRequiresGrad) return !ownLeaves.has(t);
  const seen = new Set<GradNode>();
  const stack = t.gradNode ? [t.gradNode] : [];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node instanceof AccumulateGrad && !ownLeaves.has(node.variable)) return true;
    for (const edge of node.edges) if (edge) stack.push(edge.node);
  }
  return false;
}

export const zerosLike = (t: Tensor): Tensor => filled(t.sizes, t.dtype, 0, t.isAbstract);

/** Gradients of `outputs` by `inputs`; null where there is no way from one to the other. */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  weights: readonly (Tensor | null)[] | null,
  createGraph: boolean,
): (Tensor | null)[] {
  const used = outputs.flatMap((t, i) => (t.requiresGrad ? [i] : []));
  if (used.length === 0) return inputs.map(() => null);
  const wanted = inputs.flatMap((t, i) => (t.requiresGrad ? [i] : []));
  const found = grad(
    used.map((i) => outputs[i]),
    wanted.map((i) => inputs[i]),
    weights && used.map((i) => weights[i]),
    { allowUnused: true, createGraph, retainGraph: true },
  );
  const all: (Tensor | null)[] = inputs.map(() => null);
  wanted.forEach((at, k) => {
    all[at] = found[k];
  });
  return all;
}

/**
 * Row by row: for each input, the gradient of every element of an output, stacked to the output's sizes before the
 * input's. `missing` is told of inputs that an element does not depend on.
 */
export function jacobianRows(
  output: Tensor,
  inputs: readonly Tensor[],
  createGraph: boolean,
  missing: (input: number) => void = () => {},
): Tensor[] {
  const rows: Tensor[][] = inputs.map(() => []);
  const flat = output.requiresGrad ? (runOp("reshape", output, [-1]) as Tensor) : null;
  for (let j = 0; j < output.numel; j++) {
    const element = flat && (runOp("select", flat, 0, j) as Tensor);
    const found = element ? gradients([element], inputs, null, createGraph) : inputs.map(() => null);
    found.forEach((g, i) => {
      if (!g) missing(i);
      rows[i].push(g ?? zerosLike(inputs[i]));
    });
  }
  return inputs.map((input, i) => {
    const sizes = [...output.sizes, ...input.sizes];
    if (rows[i].length === 0) return filled(sizes, input.dtype, 0, input.isAbstract);
    return runOp("view", runOp("stack", rows[i]), sizes) as Tensor;
  });
}

/** J·v by differentiating vᵀ·J once more. */
export function pushForward(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
  createGraph: boolean,
): Tensor[] {
  const weights = outputs.map((t) => {
    const w = zerosLike(t);
    w.leafRequiresGrad = true;
    ownLeaves.add(w);
    return w;
  });
  const pulled = gradients(outputs, inputs, weights, true);
  const used = pulled.flatMap((g, i) => (g?.requiresGrad ? [i] : []));
  const found = gradients(
    used.map((i) => pulled[i] as Tensor),
    weights,
    used.map((i) => tangents[i]),
    createGraph,
  );
  return found.map((g, i) => g ?? zerosLike(outputs[i]));
}
