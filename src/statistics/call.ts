import type { Module } from "../nn/module";

/** What `nn.Module.forward` says when a class did not define it, however the error reaches us. */
const MISSING = 'is missing the required "forward" function';

export interface Called {
  readonly output: unknown;
  /** The model has no `forward`: its children were called one after the other. */
  readonly chained: boolean;
}

/**
 * Calls a model. Notes about initialisation often define a network's layers and never its `forward`: such a model is
 * taken for the chain of its children in the order they were registered.
 */
export function callModel(model: Module, args: readonly unknown[]): Called {
  try {
    return { output: model.call(...args), chained: false };
  } catch (error) {
    const children = model.children();
    if (children.length === 0 || !(error instanceof Error) || !error.message.includes(MISSING)) throw error;
    const [first, ...rest] = children;
    return { output: rest.reduce((x, child) => child.call(x), first!.call(...args)), chained: true };
  }
}
