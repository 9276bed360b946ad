import type { HookHandle } from "../nn/hooks";
import type { Module } from "../nn/module";
import type { GradNode } from "../tensor/autograd/node";
import { isTensor } from "../tensor/op";
import type { Tensor } from "../tensor/tensor";
import { activations } from "./activations";
import { makeLayer } from "./describe";
import type { Moments, Normalization } from "./format";
import { SATURATION } from "./format";
import { activationBetween } from "./functions";
import { channelAxis, isActivation, namedLayers, normKind, type Role, roleOf } from "./layers";
import { normalized } from "./normalize";
import { momentsOf, shareDead, shareOutside } from "./numbers";
import { WARNINGS } from "./panel_protocol";

/** What was seen of one layer in one pass. Gradients are filled in on the way back. */
export interface Sighting extends Moments {
  readonly name: string;
  readonly type: string;
  readonly role: Role;
  /** The layer; null for a normalization that was put in, and for an activation that is a plain function. */
  readonly module: Module | null;
  readonly shape: readonly number[];
  readonly m: number;
  readonly saturated: number | null;
  readonly dead: number | null;
  /** Its input is the output of the sighting before it (or, for the first, the model's input). */
  readonly follows: boolean;
  gradient: Moments | null;
}

export interface ProbeOptions {
  readonly norm: Normalization;
  /** Class name of an activation that stands in for the network's own; null keeps them. */
  readonly activation: string | null;
  /** Asked before each layer. */
  readonly shouldStop: () => boolean;
}

/** The measurement was stopped from outside. */
export class Stopped extends Error {
  constructor() {
    super(WARNINGS.stopped);
  }
}

/** More sightings than charts can show: a recurrent cell may be called a thousand times. */
const MOST = 400;

/** Watches a network's layers through forward hooks, and changes what the setting changes. */
export class Probe {
  readonly sightings: Sighting[] = [];
  readonly warnings = new Set<string>();
  private readonly handles: HookHandle[] = [];
  private readonly calls = new Map<string, number>();
  private readonly standIn: Module | null;
  private last: Tensor | null = null;
  /** What made it: an in-place activation would give the tensor another node. */
  private lastNode: GradNode | null = null;
  private lastAxis = 1;

  constructor(
    model: Module,
    private readonly options: ProbeOptions,
  ) {
    this.standIn = options.activation === null ? null : makeLayer(options.activation);
    const layers = namedLayers(model);
    const weights = layers.filter(([, module]) => roleOf(module) === "weight");
    const output = weights.length > 1 ? outputLayer(layers) : null;
    const own = new Set(layers.flatMap(([, module]) => (normKind(module) ? [module.typeName] : [])));
    // The network's own layers of the chosen kind stay where they are; others step aside for it.
    const keeps = layers.some(([, module]) => normKind(module) === options.norm);
    if (own.size > 0) this.warn(keeps ? WARNINGS.ownNormKept : WARNINGS.ownNormBypassed, [...own].join(", "));
    for (const [name, module] of layers) {
      const role = roleOf(module);
      const normalizes = role === "weight" && !keeps && options.norm !== "none" && module !== output;
      const bypassed = role === "norm" && normKind(module) !== options.norm;
      this.handles.push(
        module.registerForwardPreHook((_, args) => {
          if (options.shouldStop()) throw new Stopped();
          this.noticeFunction(firstTensor(args));
        }),
        module.registerForwardHook((_, args, out) => this.onCall(name, module, args, out, { bypassed, normalizes })),
      );
    }
    if (output && options.norm !== "none" && !keeps) this.warn(WARNINGS.outputLeft, nameIn(layers, output));
  }

  remove(): void {
    for (const handle of this.handles) handle.remove();
  }

  /** To be told what the model takes, before it is called. */
  begin(input: Tensor | null): void {
    this.last = input;
    this.lastNode = null;
  }

  /** To be told what the model puts out: an activation function may stand at the end. */
  end(output: Tensor): void {
    this.noticeFunction(output);
  }

  /** Whether the output is what the last sighting put out. */
  endsAt(output: Tensor): boolean {
    return this.last !== null && sameData(this.last, output);
  }

  private onCall(
    name: string,
    module: Module,
    args: readonly unknown[],
    out: unknown,
    does: { readonly bypassed: boolean; readonly normalizes: boolean },
  ): unknown {
    if (does.bypassed) return args[0];
    const input = firstTensor(args);
    const made = firstTensor(out);
    if (!made || made.isAbstract || made.dtype.kind !== "float") return undefined;
    const stands = this.standIn !== null && isActivation(module) && input !== null;
    const output = stands ? (this.standIn!.call(input) as Tensor) : made;
    if (roleOf(module) === "weight") this.lastAxis = channelAxis(module, output);
    const type = stands ? this.options.activation! : module.typeName;
    this.see(name, type, roleOf(module), module, input, output, this.countOf(module, output));
    if (does.normalizes) {
      const { norm } = this.options;
      const result = normalized(norm as Exclude<Normalization, "none">, module, name, output);
      if (result.warning) this.warnings.add(result.warning);
      this.see(name ? `${name}.norm` : "norm", result.type, "norm", null, output, result.output, result.m);
      return put(out, result.output);
    }
    return stands ? put(out, output) : undefined;
  }

  /** Values behind each statistic of a norm layer; the batch size elsewhere. */
  private countOf(module: Module, output: Tensor): number {
    const [n = 1, ...rest] = output.sizes;
    const kind = normKind(module);
    const all = rest.reduce((product, size) => product * size, 1);
    const channels = rest[0] ?? 1;
    if (kind === "batch") return (n * all) / channels;
    if (kind === "instance") return all / channels;
    if (kind === "layer") return module.parameters_.get("weight")?.numel ?? rest.at(-1) ?? 1;
    const groups = (module as Module & { readonly numGroups?: number }).numGroups ?? 1;
    return kind === "group" ? all / groups : n;
  }

  /** Records an activation that was called as a function between the last layer and `t`. */
  private noticeFunction(t: Tensor | null): void {
    const { last, lastNode } = this;
    const before = this.sightings.at(-1);
    if (!t || !last || !lastNode || !before) return;
    const found = activationBetween({ output: last, node: lastNode }, t);
    if (!found) return;
    const name = `${before.name} → ${found.type}`;
    this.see(name, found.type, "activation", null, last, found.output, t.sizes[0] ?? 1, found.node);
  }

  private see(
    given: string,
    type: string,
    role: Role,
    module: Module | null,
    input: Tensor | null,
    output: Tensor,
    m: number,
    node: GradNode | null = output.gradNode,
  ): void {
    const count = (this.calls.get(given) ?? 0) + 1;
    this.calls.set(given, count);
    const follows = input !== null && this.last !== null && sameData(input, this.last);
    this.last = output;
    this.lastNode = node;
    if (this.sightings.length >= MOST) return;
    const ends = role === "activation" ? SATURATION[type] : undefined;
    const rectifier = role === "activation" && activations[type]?.rectifier === true;
    const axis = output.ndim > 2 ? this.lastAxis : output.ndim - 1;
    const moments = momentsOf(output);
    if (!Number.isFinite(moments.mean)) this.warn(WARNINGS.nonFinite, given || type);
    const sighting: Sighting = {
      name: count === 1 ? given : `${given} (${count})`,
      type,
      role,
      module,
      shape: [...output.sizes],
      m,
      ...moments,
      saturated: ends ? shareOutside(output, ends.low, ends.high) : null,
      dead: rectifier ? shareDead(output, Math.max(axis, 0)) : null,
      follows,
      gradient: null,
    };
    this.sightings.push(sighting);
    if (!node) return;
    node.hooks ??= new Map();
    const index = node === output.gradNode ? output.outputIndex : 0;
    node.hooks.set(index, [
      ...(node.hooks.get(index) ?? []),
      (grad) => {
        sighting.gradient = momentsOf(grad);
        return null;
      },
    ]);
  }

  private warn(sentence: string, value: string): void {
    this.warnings.add(sentence.replace("{0}", value));
  }
}

/** The last weight layer, when no activation comes behind it: nobody normalizes a network's output. */
function outputLayer(layers: readonly (readonly [string, Module])[]): Module | null {
  const last = layers.findLastIndex(([, module]) => roleOf(module) === "weight");
  const behind = layers.slice(last + 1).some(([, module]) => isActivation(module) || normKind(module) !== null);
  return behind ? null : (layers[last]?.[1] ?? null);
}

function nameIn(layers: readonly (readonly [string, Module])[], module: Module): string {
  return layers.find(([, each]) => each === module)?.[0] ?? "";
}

function sameData(a: Tensor, b: Tensor): boolean {
  return a === b || (a.storage.shares(b.storage) && a.numel === b.numel && a.offset === b.offset);
}

/** The first tensor in a value that a layer takes or puts out: itself, or in a list, a tuple or a dictionary. */
export function firstTensor(value: unknown): Tensor | null {
  if (isTensor(value)) return value;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = firstTensor(item);
      if (found) return found;
    }
    return null;
  }
  const items = (value as { readonly items?: unknown } | null | undefined)?.items;
  return Array.isArray(items) ? firstTensor(items) : null;
}

/** The same kind of output with another first tensor. */
function put(out: unknown, first: Tensor): unknown {
  return Array.isArray(out) ? [first, ...out.slice(1)] : first;
}
