import type { Module } from "./module";

type ModuleClass = abstract new (...args: never[]) => Module;

/** How a module is offered to notes. Besides the types of op schemas, schemas use Any, Module and Device. */
export interface ModuleEntry {
  /** As in `torch.nn`: "Linear". */
  readonly name: string;
  /** The constructor's parameters: "Linear(int in_features, …)". */
  readonly schema: string;
  /** Makes the module from all its arguments in schema order (missing ones at the end take their defaults). */
  readonly create: (...args: readonly unknown[]) => Module;
  readonly type: ModuleClass;
  /** One line, shown on hover. */
  readonly summary: string;
  /** The parameters of `forward`, in the same form; by default one tensor `input`. */
  readonly forward: string;
  /** Functions called on the class itself. */
  readonly statics: readonly StaticEntry[];
}

/** A function of a class: `Embedding.from_pretrained(…)`. */
export interface StaticEntry {
  /** In the form of a constructor's schema. */
  readonly schema: string;
  readonly run: (...args: readonly unknown[]) => unknown;
}

/** An entry for a class; its name is the schema's. */
export function entry(
  type: ModuleClass,
  schema: string,
  summary: string,
  forward: string = "forward(Tensor input)",
  statics: readonly StaticEntry[] = [],
): ModuleEntry {
  const make = type as unknown as new (...args: readonly unknown[]) => Module;
  const name = schema.slice(0, schema.indexOf("("));
  // Bundlers may rename classes; texts show this name.
  Object.defineProperty(type, "name", { value: name });
  return {
    name,
    schema,
    create: (...args) => new make(...args),
    type,
    summary,
    forward,
    statics,
  };
}

/** The keyword arguments of modules that have parameters. */
export const FACTORY = "Device? device=None, ScalarType? dtype=None";
