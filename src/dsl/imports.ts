/** `import`, `from … import`, `from … import *`. */

import { attr, findAttribute } from "./attributes";
import type { Context, ModuleFactory } from "./context";
import { error } from "./exceptions";
import { AbsentModule, isAbsentPackage, moduleNotFound } from "./modules/absent";
import { closest } from "./spelling";
import type { Value } from "./type";
import { iterate } from "./values/iterators";
import { PyModule } from "./values/module";

export class Importer {
  readonly #loaded = new Map<string, PyModule>();
  /** Packages whose absence was told. */
  readonly #told = new Set<string>();

  constructor(
    private readonly factories: ReadonlyMap<string, ModuleFactory>,
    private readonly context: () => Context,
  ) {}

  /** The module by its full name; its parents are loaded too. */
  load(name: string): PyModule {
    const loaded = this.#loaded.get(name);
    if (loaded) return loaded;
    const dot = name.lastIndexOf(".");
    const parent = dot < 0 ? undefined : this.load(name.slice(0, dot));
    const own = parent?.dict.get(name.slice(dot + 1));
    const made = own instanceof PyModule ? own : this.factories.get(name)?.(this.context());
    if (made === undefined) throw this.missing(name, parent);
    this.#loaded.set(name, made);
    if (parent && own === undefined) parent.dict.set(name.slice(dot + 1), made);
    return made;
  }

  private missing(name: string, parent: PyModule | undefined): Error {
    const known = parent && !hasChildren(this.factories, parent) ? `; '${parent.name}' is not a package` : "";
    const exception = moduleNotFound(name, known);
    exception.suggest = () => closest(name, this.factories.keys());
    return exception;
  }

  /**
   * `import a.b` gives `a`; `import a.b as c` gives `a.b`. A `plain` import stands at the top of a cell, outside any
   * `try`: a package that cannot be had then raises when it is used, not here.
   */
  import(name: string, whole: boolean, plain: boolean): PyModule {
    if (plain && isAbsentPackage(name)) return this.absent(whole ? name : name.split(".")[0], name);
    const module = this.load(name);
    return whole ? module : this.load(name.split(".")[0]);
  }

  from(name: string, item: string, plain: boolean): Value {
    if (plain && isAbsentPackage(name)) return this.absent(`${name}.${item}`, name);
    const module = this.load(name);
    const value = findAttribute(module, item);
    if (value !== undefined) return value;
    try {
      return this.load(`${name}.${item}`);
    } catch {
      const exception = error("ImportError", `cannot import name '${item}' from '${name}' (unknown location)`);
      exception.suggest = () => closest(item, module.dict.keys());
      throw exception;
    }
  }

  private absent(bound: string, name: string): AbsentModule {
    const [root] = name.split(".");
    if (!this.#told.has(root)) {
      this.#told.add(root);
      this.context().host.write("stderr", `No module named '${root}': what uses it will raise, the rest runs\n`);
    }
    return new AbsentModule(bound);
  }

  star(name: string, into: Record<string, Value>): void {
    const module = this.load(name);
    const all = module.dict.get("__all__");
    const names = all === undefined ? [...module.dict.keys()].filter((key) => !key.startsWith("_")) : [...iterate(all)];
    for (const key of names) into[String(key)] = attr(module, String(key));
  }
}

function hasChildren(factories: ReadonlyMap<string, ModuleFactory>, parent: PyModule): boolean {
  if ([...parent.dict.values()].some((value) => value instanceof PyModule)) return true;
  return [...factories.keys()].some((name) => name.startsWith(`${parent.name}.`));
}
