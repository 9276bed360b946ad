import { check, TorchError } from "../tensor/errors";
import { isTensor } from "../tensor/op";
import type { Tensor } from "../tensor/tensor";
import { entry, type ModuleEntry } from "./entry";
import { indented, kindText, Module } from "./module";
import { parameter } from "./parameter";

function checkModule(value: unknown): asserts value is Module {
  check(value instanceof Module, () => `${kindText(value)} is not a Module subclass`, "TypeError");
}

/** A position in a list of `length`, negative ones from the end; raises IndexError outside. */
function position(index: number, length: number): number {
  check(index >= -length && index < length, () => `index ${index} is out of range`, "IndexError");
  return index < 0 ? index + length : index;
}

/** Children numbered from 0. */
abstract class NumberedModules extends Module {
  get length(): number {
    return this.modules_.size;
  }

  items(): Module[] {
    return [...this.modules_.values()].filter((m): m is Module => m !== null);
  }

  at(index: number): Module {
    return this.items()[position(index, this.length)];
  }

  /** Replaces the children, renumbered. */
  protected replaceAll(modules: readonly unknown[]): void {
    modules.forEach(checkModule);
    this.modules_.clear();
    modules.forEach((m, i) => {
      this.modules_.set(String(i), m as Module);
    });
  }

  setAt(index: number, module: unknown): void {
    checkModule(module);
    this.modules_.set([...this.modules_.keys()][position(index, this.length)], module);
  }

  append(module: unknown): this {
    checkModule(module);
    this.modules_.set(String(this.length), module);
    return this;
  }

  extend(modules: Iterable<unknown>): this {
    for (const m of modules) this.append(m);
    return this;
  }

  insert(index: number, module: unknown): this {
    checkModule(module);
    const items = this.items();
    const at = index < 0 ? Math.max(0, index + items.length) : Math.min(index, items.length);
    this.replaceAll([...items.slice(0, at), module, ...items.slice(at)]);
    return this;
  }

  pop(index: number = -1): Module {
    const items = this.items();
    const at = position(index, items.length);
    this.replaceAll(items.filter((_, i) => i !== at));
    return items[at];
  }

  removeAt(index: number): void {
    this.pop(index);
  }
}

export class Sequential extends NumberedModules {
  /** Modules in order, or one ordered mapping of names to modules. */
  constructor(...args: readonly (Module | ReadonlyMap<string, Module>)[]) {
    super();
    const [first] = args;
    if (args.length === 1 && first instanceof Map) {
      for (const [name, module] of first as ReadonlyMap<string, Module>) {
        checkModule(module);
        this.registerModule(name, module);
      }
    } else this.replaceAll(args);
  }

  override forward(x: unknown): unknown {
    let value = x;
    for (const module of this.items()) value = module.call(value);
    return value;
  }

  /** A Sequential of some of the children under their names. */
  sliced(indices: readonly number[]): Sequential {
    const entries = [...this.modules_] as [string, Module][];
    return new Sequential(new Map(indices.map((i) => entries[i])));
  }
}

export class ModuleList extends NumberedModules {
  constructor(modules: Iterable<unknown> | null = null) {
    super();
    if (modules) this.extend(modules);
  }

  sliced(indices: readonly number[]): ModuleList {
    const items = this.items();
    return new ModuleList(indices.map((i) => items[i]));
  }

  /** Runs of children with equal texts share a line. */
  protected override childLines(): string[] {
    const lines: { first: number; last: number; text: string }[] = [];
    this.items().forEach((module, i) => {
      const text = module.repr();
      const before = lines.at(-1);
      if (before?.text === text) before.last = i;
      else lines.push({ first: i, last: i, text });
    });
    return lines.map(({ first, last, text }) =>
      first === last ? `(${first}): ${indented(text)}` : `(${first}-${last}): ${last - first + 1} x ${indented(text)}`,
    );
  }
}

export class ModuleDict extends Module {
  constructor(modules: ReadonlyMap<string, unknown> | Iterable<readonly [string, unknown]> | null = null) {
    super();
    if (modules) this.update(modules);
  }

  get length(): number {
    return this.modules_.size;
  }

  getItem(key: string): Module {
    const module = this.modules_.get(key);
    if (!module) throw new TorchError("KeyError", key);
    return module;
  }

  setItem(key: string, module: unknown): void {
    checkModule(module);
    if (this.modules_.has(key)) this.modules_.set(key, module);
    else this.registerModule(key, module);
  }

  removeItem(key: string): void {
    if (!this.modules_.delete(key)) throw new TorchError("KeyError", key);
  }

  has(key: string): boolean {
    return this.modules_.has(key);
  }

  keys(): string[] {
    return [...this.modules_.keys()];
  }

  values(): Module[] {
    return [...this.modules_.values()] as Module[];
  }

  items(): [string, Module][] {
    return [...this.modules_] as [string, Module][];
  }

  clear(): void {
    this.modules_.clear();
  }

  pop(key: string): Module {
    const module = this.getItem(key);
    this.modules_.delete(key);
    return module;
  }

  update(modules: Iterable<readonly [string, unknown]>): void {
    for (const [key, module] of modules) this.setItem(key, module);
  }
}

/** A line of ParameterList's or ParameterDict's repr. */
function parameterLine(key: string, t: Tensor, type: string): string {
  const what = t.isParameter ? "Parameter" : "Tensor";
  return `  (${key}): ${what} containing: [${type} of size ${t.sizes.join("x")}]`;
}

/** Plain tensors given to a parameter container become parameters. */
function asParameter(value: unknown): Tensor {
  check(isTensor(value), () => `${kindText(value)} cannot be held as a parameter`, "TypeError");
  const t = value as Tensor;
  return t.isParameter ? t : parameter(t);
}

export class ParameterList extends Module {
  constructor(values: Iterable<unknown> | null = null) {
    super();
    if (values) this.extend(values);
  }

  get length(): number {
    return this.parameters_.size;
  }

  items(): Tensor[] {
    return [...this.parameters_.values()] as Tensor[];
  }

  at(index: number): Tensor {
    return this.items()[position(index, this.length)];
  }

  setAt(index: number, value: unknown): void {
    this.parameters_.set(String(position(index, this.length)), asParameter(value));
  }

  append(value: unknown): this {
    this.parameters_.set(String(this.length), asParameter(value));
    return this;
  }

  extend(values: Iterable<unknown>): this {
    for (const v of values) this.append(v);
    return this;
  }

  override extraRepr(): string {
    return this.items()
      .map((t, i) => parameterLine(String(i), t, `torch.${t.dtype.name}`))
      .join("\n");
  }
}

export class ParameterDict extends Module {
  constructor(values: Iterable<readonly [string, unknown]> | null = null) {
    super();
    if (values) this.update(values);
  }

  get length(): number {
    return this.parameters_.size;
  }

  getItem(key: string): Tensor {
    const t = this.parameters_.get(key);
    if (!t) throw new TorchError("KeyError", key);
    return t;
  }

  setItem(key: string, value: unknown): void {
    this.parameters_.set(key, asParameter(value));
  }

  removeItem(key: string): void {
    if (!this.parameters_.delete(key)) throw new TorchError("KeyError", key);
  }

  has(key: string): boolean {
    return this.parameters_.has(key);
  }

  keys(): string[] {
    return [...this.parameters_.keys()];
  }

  values(): Tensor[] {
    return [...this.parameters_.values()] as Tensor[];
  }

  items(): [string, Tensor][] {
    return [...this.parameters_] as [string, Tensor][];
  }

  update(values: Iterable<readonly [string, unknown]>): void {
    for (const [key, value] of values) this.setItem(key, value);
  }

  override extraRepr(): string {
    return this.items()
      .map(([key, t]) => parameterLine(key, t, `torch.${t.dtype.scalarName}Tensor`))
      .join("\n");
  }
}

export const containerEntries: readonly ModuleEntry[] = [
  entry(Sequential, "Sequential(*args)", "Modules one after the other.", "forward(Any input)"),
  entry(ModuleList, "ModuleList(Any modules=None)", "A list whose modules are registered."),
  entry(ModuleDict, "ModuleDict(Any modules=None)", "A dict whose modules are registered."),
  entry(ParameterList, "ParameterList(Any values=None)", "A list whose parameters are registered."),
  entry(ParameterDict, "ParameterDict(Any parameters=None)", "A dict whose parameters are registered."),
];
