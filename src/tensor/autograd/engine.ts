import { toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { elementwise } from "../kernels/elementwise";
import { filled } from "../kernels/fill";
import * as rules from "../kernels/rules";
import { modes } from "../modes";
import { add } from "../ops/arithmetic";
import { clone, toDType } from "../ops/copies";
import { sumTo } from "../ops/sum-to";
import { named } from "../ops/views";
import { formatSizes, type Sizes, sameSizes } from "../shape";
import { newestSerial, releaseScope, type Storage } from "../storage";
import type { Tensor } from "../tensor";
import { warn, warnings } from "../warnings";
import { type Addition, accumulate, addFlows, type Flow } from "./accumulate";
import { edgeOf } from "./edge";
import { AccumulateGrad, type Edge, type Gradient, type GradNode } from "./node";
import { NodeQueue } from "./queue";

export interface BackwardOptions {
  /** Keep saved tensors, so that the graph can be walked again; default: `createGraph`. */
  readonly retainGraph?: boolean | null;
  /** Record the gradient computation itself. */
  readonly createGraph?: boolean;
}

const addition: Addition = {
  recorded: (a, b) => add(a, b),
  into: (target, b) => {
    elementwise(rules.add, [target, b], target.dtype, target.dtype, target);
  },
};

/**
 * `torch.autograd.backward`: accumulates gradients of `tensors` into the leaves (or only into `inputs`).
 * `gradients` may hold null for scalars.
 */
export function backward(
  tensors: readonly Tensor[],
  gradients: readonly (Tensor | null)[] | null = null,
  options: BackwardOptions & { readonly inputs?: readonly Tensor[] | null } = {},
): void {
  const { createGraph = false } = options;
  const roots = rootFlows(tensors, gradients, createGraph);
  const captures = options.inputs ? capturesOf(options.inputs) : null;
  execute(roots, options.retainGraph ?? createGraph, createGraph, captures);
  if (!options.inputs || !captures) return;
  options.inputs.forEach((input, i) => {
    const flow = captures.flows[i];
    if (flow) accumulate(input, { grad: flow.grad, owned: false }, addition, createGraph);
  });
}

/** `torch.autograd.grad`: gradients of `outputs` for `inputs`; null where an input was not used (and that is allowed). */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[] | null = null,
  options: BackwardOptions & { readonly allowUnused?: boolean | null; readonly materializeGrads?: boolean } = {},
): (Tensor | null)[] {
  const { createGraph = false, materializeGrads = false, allowUnused = null } = options;
  check(
    !materializeGrads || allowUnused !== false,
    "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.",
    "ValueError",
  );
  const roots = rootFlows(outputs, gradOutputs, createGraph);
  const captures = capturesOf(inputs);
  execute(roots, options.retainGraph ?? createGraph, createGraph, captures);
  return inputs.map((input, i) => {
    const flow = captures.flows[i];
    if (flow) return flow.grad;
    if (materializeGrads) return filled(input.sizes, input.dtype, 0, input.isAbstract);
    check(
      options.allowUnused === true,
      () =>
        `The differentiated Tensor at index ${i} appears to not have been used in the graph. Set allow_unused=True if ` +
        "this is the desired behavior.",
    );
    return null;
  });
}

interface Captures {
  /** Which inputs want the gradient at output `index` of `node`. */
  readonly at: Map<GradNode, { readonly index: number; readonly input: number }[]>;
  readonly flows: (Flow | null)[];
}

function capturesOf(inputs: readonly Tensor[]): Captures {
  check(inputs.length > 0, "grad requires non-empty inputs.", "ValueError");
  const at: Captures["at"] = new Map();
  inputs.forEach((tensor, input) => {
    const edge = edgeOf(tensor);
    if (!edge) throw new TorchError("RuntimeError", "One of the differentiated Tensors does not require grad");
    const wanted = at.get(edge.node) ?? [];
    wanted.push({ index: edge.index, input });
    at.set(edge.node, wanted);
  });
  return { at, flows: inputs.map(() => null) };
}

function rootFlows(
  tensors: readonly Tensor[],
  gradients: readonly (Tensor | null)[] | null,
  createGraph: boolean,
): { edge: Edge; flow: Flow }[] {
  const grads = tensors.map((out, i) => {
    const given = gradients?.[i] ?? null;
    if (given) {
      check(sameSizes(given.sizes, out.sizes), () => {
        const [g, o] = [formatSizes(given.sizes), formatSizes(out.sizes)];
        return (
          `Mismatch in shape: grad_output[${i}] has a shape of torch.Size(${g}) and output[${i}] has a shape of ` +
          `torch.Size(${o}).`
        );
      });
      return { grad: given, owned: false };
    }
    check(
      out.dtype.kind !== "complex" || !out.requiresGrad,
      () => `grad can be implicitly created only for real scalar outputs but got torch.${out.dtype.name}`,
    );
    check(!out.requiresGrad || out.numel === 1, "grad can be implicitly created only for scalar outputs");
    return { grad: filled(out.sizes, out.dtype, 1, out.isAbstract), owned: !createGraph };
  });
  return tensors.map((out, i) => {
    const edge = edgeOf(out);
    if (!edge) {
      throw new TorchError("RuntimeError", `element ${i} of tensors does not require grad and does not have a grad_fn`);
    }
    return { edge, flow: grads[i] };
  });
}

/** What the walk needs of the graph: how many consumers each node waits for, and which nodes lead to a capture. */
function survey(
  roots: readonly GradNode[],
  captures: Captures | null,
): { waiting: Map<GradNode, number>; needed: Set<GradNode> | null } {
  const waiting = new Map<GradNode, number>();
  const order: GradNode[] = [];
  const seen = new Set<GradNode>(roots);
  const stack = [...seen];
  for (let node = stack.pop(); node; node = stack.pop()) {
    order.push(node);
    for (const edge of node.edges) {
      if (!edge) continue;
      waiting.set(edge.node, (waiting.get(edge.node) ?? 0) + 1);
      if (seen.has(edge.node)) continue;
      seen.add(edge.node);
      stack.push(edge.node);
    }
  }
  if (!captures) return { waiting, needed: null };
  // Older nodes first, so that what a node leads to is known before it.
  const needed = new Set<GradNode>(captures.at.keys());
  order.sort((a, b) => depth(a) - depth(b));
  for (const node of order) if (node.edges.some((e) => e && needed.has(e.node))) needed.add(node);
  return { waiting, needed };
}

/** Accumulators come last in a forward sense: nothing lies behind them. */
const depth = (node: GradNode): number => (node instanceof AccumulateGrad ? -1 : node.sequence);

function execute(
  roots: readonly { edge: Edge; flow: Flow }[],
  retainGraph: boolean,
  createGraph: boolean,
  captures: Captures | null,
): void {
  const { waiting, needed } = survey(
    roots.map((r) => r.edge.node),
    captures,
  );
  const buffers = new Map<GradNode, (Flow | null)[]>();
  const queue = new NodeQueue();
  const deliver = (edge: Edge, flow: Flow): void => {
    let buffer = buffers.get(edge.node);
    if (!buffer) buffers.set(edge.node, (buffer = new Array<Flow | null>(edge.node.outputs).fill(null)));
    const before = buffer[edge.index];
    buffer[edge.index] = before ? addFlows(before, flow, addition, createGraph) : flow;
  };
  for (const { edge, flow } of roots) deliver(edge, flow);
  for (const node of new Set(roots.map((r) => r.edge.node))) if (!waiting.get(node)) queue.push(node);

  const gradBefore = modes.grad;
  modes.grad = createGraph;
  try {
    for (let node = queue.pop(); node; node = queue.pop()) {
      const flows = buffers.get(node) ?? [];
      buffers.delete(node);
      if (!needed || needed.has(node)) {
        visit(node, flows, { retainGraph, createGraph, captures, deliver, follow: !needed || leadsOn(node, needed) });
      }
      for (const edge of node.edges) {
        if (!edge) continue;
        const left = (waiting.get(edge.node) as number) - 1;
        waiting.set(edge.node, left);
        if (left === 0) queue.push(edge.node);
      }
    }
  } finally {
    modes.grad = gradBefore;
  }
}

function leadsOn(node: GradNode, needed: ReadonlySet<GradNode>): boolean {
  return node.edges.some((e) => e && needed.has(e.node));
}

interface Pass {
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  readonly captures: Captures | null;
  readonly deliver: (edge: Edge, flow: Flow) => void;
  readonly follow: boolean;
}

function visit(node: GradNode, flows: (Flow | null)[], pass: Pass): void {
  const { captures, createGraph } = pass;
  runHooks(node, flows);
  for (const { index, input } of captures?.at.get(node) ?? []) {
    const flow = flows[index] ?? null;
    if (flow) {
      flows[index] = { grad: flow.grad, owned: false };
      captures!.flows[input] = flows[index];
    }
  }
  if (node instanceof AccumulateGrad) {
    const flow = flows[0];
    if (captures || !flow) return;
    const kept = createGraph && node.variable.grad === null ? { grad: recordedCopy(flow.grad), owned: false } : flow;
    accumulate(node.variable, kept, addition, createGraph);
    for (const hook of node.postHooks ?? []) hook(node.variable);
    return;
  }
  if (pass.follow && flows.some((f) => f !== null)) passOn(node, flows, pass);
  if (!pass.retainGraph) node.release();
}

/** The first gradient of a leaf, when gradients are recorded. */
function recordedCopy(grad: Tensor): Tensor {
  return grad.requiresGrad ? named(clone(grad), "CopyBackwards") : grad;
}

/** Tensor hooks in their order, then `retain_grad`. */
function runHooks(node: GradNode, flows: (Flow | null)[]): void {
  if (!node.hooks && !node.retained) return;
  for (const [index, hooks] of node.hooks ?? []) {
    for (const hook of hooks) {
      const flow = flows[index];
      if (flow) flows[index] = { grad: hook(flow.grad) ?? flow.grad, owned: false };
    }
  }
  for (const [index, tensor] of node.retained ?? []) {
    const flow = flows[index];
    if (!flow) continue;
    flows[index] = { grad: flow.grad, owned: false };
    accumulate(tensor, flows[index]!, addition, true);
  }
}

/** A node's own run, between its hooks. */
function applied(node: GradNode, flows: readonly (Flow | null)[]): readonly Gradient[] {
  let incoming: readonly Gradient[] = flows.map((f) => f?.grad ?? null);
  for (const hook of node.preHooks ?? []) incoming = hook(incoming) ?? incoming;
  let results = applyRule(node, incoming);
  for (const hook of node.nodeHooks ?? []) results = hook(results, incoming) ?? results;
  return results;
}

/** Runs a node's gradient rule, brings each result to its input's sizes and dtype, and sends it there. */
function passOn(node: GradNode, flows: readonly (Flow | null)[], pass: Pass): void {
  const before = newestSerial();
  const run = (): Gradient[] => {
    const results = applied(node, flows);
    return node.edges.map((edge, i) => {
      const result = results[i] ?? null;
      return edge && result ? fitted(result, edge, node, i) : null;
    });
  };
  const temporary = node.builtIn && !pass.createGraph;
  const results = temporary ? releaseScope(run, storagesOf) : run();
  const uses = new Map<Storage, number>();
  for (const r of results) if (r) uses.set(r.storage.memory, (uses.get(r.storage.memory) ?? 0) + 1);
  node.edges.forEach((edge, i) => {
    const result = results[i];
    if (!edge || !result) return;
    const owned = temporary && result.storage.serial > before && uses.get(result.storage.memory) === 1;
    pass.deliver(edge, { grad: result, owned });
  });
  if (!temporary) return;
  for (const flow of flows) if (flow?.owned && !uses.has(flow.grad.storage.memory)) flow.grad.storage.release();
}

/** A node's gradient rule; in anomaly mode a failure tells first where the operation was called. */
function applyRule(node: GradNode, grads: readonly Gradient[]): readonly Gradient[] {
  if (!modes.anomaly) return node.apply(grads);
  try {
    const results = node.apply(grads);
    if (modes.anomaly === "check_nan") checkNan(node, results);
    return results;
  } catch (thrown) {
    const made = node.madeAt
      ? `Traceback of forward call that caused the error:\n${warnings.traceback(node.madeAt)}`
      : "No forward pass information available. Enable detect anomaly during forward pass for more information.";
    warn(`Error detected in ${node.name}. ${made}`);
    throw thrown;
  }
}

function checkNan(node: GradNode, results: readonly Gradient[]): void {
  results.forEach((result, i) => {
    if (!node.edges[i] || !result || result.isAbstract) return;
    const hasNan = toNumbers(result).some(Number.isNaN);
    check(!hasNan, () => `Function '${node.name}' returned nan values in its ${i}th output.`);
  });
}

function* storagesOf(results: readonly Gradient[]): Iterable<Storage> {
  for (const r of results) if (r) yield r.storage;
}

function fitted(grad: Tensor, edge: Edge, node: GradNode, i: number): Tensor {
  check(node.builtIn || covers(grad.sizes, edge.sizes), () => {
    const [got, wanted] = [grad.sizes, edge.sizes].map((sizes) => formatSizes(sizes));
    return (
      `Function ${node.name} returned an invalid gradient at index ${i} - got ${got} but expected shape compatible ` +
      `with ${wanted}`
    );
  });
  const sized = sameSizes(grad.sizes, edge.sizes) ? grad : sumTo(grad, edge.sizes);
  return sized.dtype === edge.dtype ? sized : toDType(sized, edge.dtype);
}

/** Whether `sizes` come of broadcasting `from`. */
function covers(sizes: Sizes, from: Sizes): boolean {
  const ahead = sizes.length - from.length;
  return ahead >= 0 && from.every((n, d) => n === 1 || n === sizes[ahead + d]);
}
