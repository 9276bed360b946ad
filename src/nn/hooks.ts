import { edgeOf } from "../tensor/autograd/edge";
import { type Edge, type Gradient, GradNode } from "../tensor/autograd/node";
import { modes } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import type { Tensor } from "../tensor/tensor";
import type { Module } from "./module";
import type { LoadContext, LoadResult, StateMetadata, StateStore } from "./state";

/** Receives the call's arguments and result; a value it returns replaces the result. */
export type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown;
/** A value it returns replaces the arguments (an array: all of them; anything else: the only one). */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => unknown;
/** Gradients of the module's inputs and outputs; a value it returns replaces the input gradients. */
export type BackwardHook = (module: Module, gradInput: readonly Gradient[], gradOutput: readonly Gradient[]) => unknown;

/** Gradients of the module's outputs; a value it returns replaces them. */
export type BackwardPreHook = (module: Module, gradOutput: readonly Gradient[]) => unknown;
/** Runs when a module has put its own and its children's tensors in the state. */
export type StateHook = (module: Module, state: StateStore, prefix: string, metadata: StateMetadata) => unknown;
export type StatePreHook = (module: Module, prefix: string, keepVars: boolean) => unknown;
/** May change the state that a module is about to take over. */
export type LoadPreHook = (module: Module, state: StateStore, context: LoadContext) => unknown;
/** May change the lists of keys that were missing and not expected. */
export type LoadPostHook = (module: Module, keys: LoadResult) => unknown;

/** Hooks of all modules. */
export const globalHooks = {
  forward: new Map<number, ForwardHook>(),
  forwardPre: new Map<number, ForwardPreHook>(),
  backward: new Map<number, BackwardHook>(),
};

export interface HookHandle {
  readonly id: number;
  remove(): void;
}

let nextId = 0;

/** Adds a hook to a module's table. */
export function addHook<H>(table: Map<number, H>, hook: H, prepend = false): HookHandle {
  const id = nextId++;
  if (prepend) {
    const before = [...table];
    table.clear();
    table.set(id, hook);
    for (const [key, value] of before) table.set(key, value);
  } else table.set(id, hook);
  return { id, remove: () => void table.delete(id) };
}

/** Passes gradients through and shows them to `seen`, which may replace them. */
class BackwardHookNode extends GradNode {
  constructor(
    edges: readonly (Edge | null)[],
    private readonly seen: (grads: readonly Gradient[]) => readonly Gradient[],
  ) {
    super("BackwardHookFunctionBackward", edges, edges.length);
  }

  apply(grads: readonly Gradient[]): readonly Gradient[] {
    return this.seen(grads);
  }
}

function passThrough(
  tensors: readonly Tensor[],
  seen: (grads: readonly Gradient[]) => readonly Gradient[],
): readonly Tensor[] {
  const node = new BackwardHookNode(tensors.map(edgeOf), seen);
  return tensors.map((t, i) => {
    const again = t.alias();
    again.gradNode = node;
    again.outputIndex = i;
    return again;
  });
}

/** One call of a module with full backward hooks: a node before the module and one behind it. */
export class BackwardHookCall {
  private gradOutput: readonly Gradient[] = [];
  private watchesInput = false;

  constructor(
    private readonly module: Module,
    private readonly hooks: readonly BackwardHook[],
    private readonly preHooks: readonly BackwardPreHook[] = [],
  ) {}

  /** The arguments, with tensors that take part in autograd led through a node. */
  enter(args: readonly unknown[]): readonly unknown[] {
    const watched = args.flatMap((a, i) => (isTensor(a) && a.requiresGrad ? [i] : []));
    if (!modes.grad || watched.length === 0) return args;
    this.watchesInput = true;
    const led = passThrough(
      watched.map((i) => args[i] as Tensor),
      (grads) => {
        const all: Gradient[] = args.map(() => null);
        watched.forEach((i, k) => {
          all[i] = grads[k];
        });
        const replaced = this.run(all);
        return watched.map((i) => replaced[i]);
      },
    );
    const out = [...args];
    watched.forEach((i, k) => {
      out[i] = led[k];
    });
    return out;
  }

  leave(result: unknown): unknown {
    if (!modes.grad) return result;
    const items: readonly unknown[] = Array.isArray(result) ? result : [result];
    const watched = items.flatMap((a, i) => (isTensor(a) && a.requiresGrad ? [i] : []));
    if (watched.length === 0) return result;
    const led = passThrough(
      watched.map((i) => items[i] as Tensor),
      (grads) => {
        const all: Gradient[] = items.map(() => null);
        watched.forEach((i, k) => {
          all[i] = grads[k];
        });
        this.gradOutput = this.runBefore(all);
        if (!this.watchesInput) this.run([null]);
        return watched.map((i) => this.gradOutput[i]);
      },
    );
    const out = [...items];
    watched.forEach((i, k) => {
      out[i] = led[k];
    });
    return Array.isArray(result) ? out : out[0];
  }

  private runBefore(gradOutput: readonly Gradient[]): readonly Gradient[] {
    let grads = gradOutput;
    for (const hook of this.preHooks) {
      const replaced = hook(this.module, grads);
      if (replaced !== undefined && replaced !== null) {
        grads = (Array.isArray(replaced) ? replaced : [replaced]) as readonly Gradient[];
      }
    }
    return grads;
  }

  private run(gradInput: readonly Gradient[]): readonly Gradient[] {
    let grads = gradInput;
    for (const hook of this.hooks) {
      const replaced = hook(this.module, grads, this.gradOutput);
      if (replaced !== undefined && replaced !== null) {
        grads = (Array.isArray(replaced) ? replaced : [replaced]) as readonly Gradient[];
      }
    }
    return grads;
  }
}
