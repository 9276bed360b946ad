/** What a note's models were last given: statistics measure them on that. */
import { Kwargs, type Value } from "../dsl/type";
import { Module } from "../nn/module";

type Call = (f: Value, ...args: Value[]) => Value;

export class ModelInputs {
  #last = new Map<Module, readonly Value[]>();

  constructor(readonly original: Call) {}

  /** `$.call` for cells: remembers the arguments when a module is called by name. */
  readonly call: Call = (f, ...args) => {
    // Statistics call the model natively, which knows no keywords.
    if (f instanceof Module && !(args.at(-1) instanceof Kwargs)) this.#last.set(f, args);
    return this.original(f, ...args);
  };

  of(model: Module): readonly Value[] | null {
    return this.#last.get(model) ?? null;
  }

  /** At a cell's end: inputs of models that no variable holds are let go, and so is their memory. */
  keepOnly(values: readonly Value[]): void {
    const kept = new Map<Module, readonly Value[]>();
    for (const value of values) {
      const args = value instanceof Module ? this.#last.get(value) : undefined;
      if (args) kept.set(value as Module, args);
    }
    this.#last = kept;
  }
}
