import { toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { heap } from "../heap";
import { elementwise } from "../kernels/elementwise";
import { filled } from "../kernels/fill";
import * as rules from "../kernels/rules";
import { modes } from "../modes";
import { add } from "../ops/arithmetic";
import { clone, toDType } from "../ops/copies";
import { sumTo } from "../ops/sum-to";
import { named } from "../ops/views";
import { formatSizes, type Sizes, sameSizes } from "../shape";
import { closeScope, newestSerial, openScope, releaseTemporaries } from "../storage";
import type { Tensor } from "../tensor";
import { warn, warnings } from "../warnings";
import { type Addition, accumulate, addFlows } from "./accumulate";
import { edgeOf } from "./edge";
import { AccumulateGrad, type Edge, type Flow, type Gradient, type GradNode } from "./node";
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

let passes = 0;
/** How many passes are under way: hooks and checkpoints start further ones. */
let running = 0;

/** What an outer pass knows of a node that an inner one walks too. */
interface Interrupted {
  readonly node: GradNode;
  readonly pass: number;
  readonly waiting: number;
  readonly flows: (Flow | null)[] | null;
}

/** A walk over the graph behind some nodes; what it knows of each stands in the node itself. */
class Walk {
  private readonly pass = ++passes;
  /** All nodes, each once. */
  readonly nodes: GradNode[] = [];
  private readonly interrupted: Interrupted[] = [];

  constructor(roots: readonly { readonly edge: Edge }[]) {
    const { nodes } = this;
    for (const { edge } of roots) this.reach(edge.node);
    for (let i = 0; i < nodes.length; i++) {
      const { edges } = nodes[i];
      for (let e = 0; e < edges.length; e++) {
        const edge = edges[e];
        if (edge === null) continue;
        this.reach(edge.node);
        edge.node.waiting++;
      }
    }
  }

  private reach(node: GradNode): void {
    if (node.pass === this.pass) return;
    if (running > 0 && node.pass !== 0) {
      this.interrupted.push({ node, pass: node.pass, waiting: node.waiting, flows: node.flows });
    }
    node.pass = this.pass;
    node.waiting = 0;
    node.flows = null;
    this.nodes.push(node);
  }

  /** Nodes that lead to a capture. */
  leading(captures: Captures): Set<GradNode> {
    const needed = new Set<GradNode>(captures.at.keys());
    // Older nodes first, so that what a node leads to is known before it.
    const order = [...this.nodes].sort((a, b) => depth(a) - depth(b));
    for (const node of order) if (node.edges.some((e) => e && needed.has(e.node))) needed.add(node);
    return needed;
  }

  end(): void {
    for (const node of this.nodes) {
      node.pass = 0;
      node.flows = null;
    }
    for (const { node, pass, waiting, flows } of this.interrupted) {
      node.pass = pass;
      node.waiting = waiting;
      node.flows = flows;
    }
  }
}

/** Accumulators come last in a forward sense: nothing lies behind them. */
const depth = (node: GradNode): number => (node instanceof AccumulateGrad ? -1 : node.sequence);

function deliver(edge: Edge, flow: Flow, record: boolean): void {
  const { node, index } = edge;
  if (node.flows === null) node.flows = node.outputs === 1 ? [null] : new Array<Flow | null>(node.outputs).fill(null);
  const before = node.flows[index];
  node.flows[index] = before ? addFlows(before, flow, addition, record) : flow;
}

function execute(
  roots: readonly { edge: Edge; flow: Flow }[],
  retainGraph: boolean,
  createGraph: boolean,
  captures: Captures | null,
): void {
  const walk = new Walk(roots);
  const gradBefore = modes.grad;
  modes.grad = createGraph;
  running++;
  try {
    const needed = captures && walk.leading(captures);
    const pass: Pass = { retainGraph, createGraph, captures, needed };
    const queue = new NodeQueue();
    for (const { edge, flow } of roots) {
      const first = edge.node.flows === null;
      deliver(edge, flow, createGraph);
      if (first && edge.node.waiting === 0) queue.push(edge.node);
    }
    for (let node = queue.pop(); node; node = queue.pop()) {
      heap.safePoint();
      const flows = node.flows ?? [];
      node.flows = null;
      if (needed === null || needed.has(node)) visit(node, flows, pass);
      const { edges } = node;
      for (let e = 0; e < edges.length; e++) {
        const next = edges[e]?.node;
        if (next !== undefined && --next.waiting === 0) queue.push(next);
      }
    }
  } finally {
    running--;
    modes.grad = gradBefore;
    walk.end();
  }
}

function leadsOn(node: GradNode, needed: ReadonlySet<GradNode>): boolean {
  return node.edges.some((e) => e && needed.has(e.node));
}

interface Pass {
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
  readonly captures: Captures | null;
  /** The nodes that lead to a capture; null when all gradients are wanted. */
  readonly needed: ReadonlySet<GradNode> | null;
}

function visit(node: GradNode, flows: (Flow | null)[], pass: Pass): void {
  const { captures, createGraph } = pass;
  if (node.hooks !== null || node.retained !== null) runHooks(node, flows);
  if (captures !== null) capture(captures, node, flows);
  if (node instanceof AccumulateGrad) {
    const flow = flows[0];
    if (captures || !flow) return;
    const kept = createGraph && node.variable.grad === null ? { grad: recordedCopy(flow.grad), owned: false } : flow;
    accumulate(node.variable, kept, addition, createGraph);
    if (node.postHooks !== null) for (const hook of node.postHooks) hook(node.variable);
    return;
  }
  if ((pass.needed === null || leadsOn(node, pass.needed)) && flows.some((f) => f !== null)) passOn(node, flows, pass);
  if (!pass.retainGraph) node.release();
}

function capture(captures: Captures, node: GradNode, flows: (Flow | null)[]): void {
  for (const { index, input } of captures.at.get(node) ?? []) {
    const flow = flows[index] ?? null;
    if (flow) {
      flows[index] = { grad: flow.grad, owned: false };
      captures.flows[input] = flows[index];
    }
  }
}

/** The first gradient of a leaf, when gradients are recorded. */
function recordedCopy(grad: Tensor): Tensor {
  return grad.requiresGrad ? named(clone(grad), "CopyBackwards") : grad;
}

/** Tensor hooks in their order, then `retain_grad`. */
function runHooks(node: GradNode, flows: (Flow | null)[]): void {
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
  let incoming: readonly Gradient[] = flows.map(gradOf);
  if (node.preHooks !== null) for (const hook of node.preHooks) incoming = hook(incoming) ?? incoming;
  let results = applyRule(node, incoming);
  if (node.nodeHooks !== null) for (const hook of node.nodeHooks) results = hook(results, incoming) ?? results;
  return results;
}

const gradOf = (flow: Flow | null): Gradient => flow?.grad ?? null;

/** What a node's gradient rule gives, each result brought to its input's sizes and dtype. */
function resultsOf(node: GradNode, flows: readonly (Flow | null)[]): Gradient[] {
  const given = applied(node, flows);
  const { edges } = node;
  const results = new Array<Gradient>(edges.length);
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i];
    const result = given[i] ?? null;
    results[i] = edge !== null && result !== null ? fitted(result, edge, node, i) : null;
  }
  return results;
}

/** `resultsOf`, with all memory given back that the rule took on its way. */
function resultsAlone(node: GradNode, flows: readonly (Flow | null)[]): Gradient[] {
  const scope = openScope();
  let results: Gradient[];
  try {
    results = resultsOf(node, flows);
  } finally {
    closeScope(scope);
  }
  releaseTemporaries(scope, results);
  return results;
}

/** Runs a node's gradient rule and sends its results on. */
function passOn(node: GradNode, flows: readonly (Flow | null)[], { createGraph }: Pass): void {
  const before = newestSerial();
  const temporary = node.builtIn && !createGraph;
  const results = temporary ? resultsAlone(node, flows) : resultsOf(node, flows);
  if (temporary) {
    for (const flow of flows) if (flow !== null) flow.grad.storage.memory.uses = 0;
    for (const r of results) if (r !== null) r.storage.memory.uses = 0;
    for (const r of results) if (r !== null) r.storage.memory.uses++;
    for (const flow of flows) {
      if (flow?.owned && flow.grad.storage.memory.uses === 0) flow.grad.storage.release();
    }
  }
  for (let i = 0; i < results.length; i++) {
    const grad = results[i];
    if (grad === null) continue;
    const owned = temporary && grad.storage.serial > before && grad.storage.memory.uses === 1;
    deliver(node.edges[i] as Edge, { grad, owned }, createGraph);
  }
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

function fitted(grad: Tensor, edge: Edge, node: GradNode, i: number): Tensor {
  if (!node.builtIn && !covers(grad.sizes, edge.sizes)) {
    const [got, wanted] = [grad.sizes, edge.sizes].map((sizes) => formatSizes(sizes));
    throw new TorchError(
      "RuntimeError",
      `Function ${node.name} returned an invalid gradient at index ${i} - got ${got} but expected shape compatible ` +
        `with ${wanted}`,
    );
  }
  const sized = sameSizes(grad.sizes, edge.sizes) ? grad : sumTo(grad, edge.sizes);
  return sized.dtype === edge.dtype ? sized : toDType(sized, edge.dtype);
}

/** Whether `sizes` come of broadcasting `from`. */
function covers(sizes: Sizes, from: Sizes): boolean {
  const ahead = sizes.length - from.length;
  return ahead >= 0 && from.every((n, d) => n === 1 || n === sizes[ahead + d]);
}
