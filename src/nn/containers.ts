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

/** What `extend` of a list takes. */
function iterable(values: unknown, list: Module): Iterable<unknown> {
  const items = values instanceof Module && "items" in values ? (values.items as () => unknown)() : values;
  check(
    typeof (items as Iterable<unknown> | null)?.[Symbol.iterator] === "function",
    () => `${list.typeName}.extend should be called with an iterable, but got ${kindText(values)}`,
    "TypeError",
  );
  return items as Iterable<unknown>;
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

  extend(modules: unknown): this {
    for (const m of iterable(modules, this)) this.append(m);
    return this;
  }

  /** Positions beyond the ends are the ends. */
  insert(index: number, module: unknown): this {
    const items = this.items();
    const at = index < 0 ? Math.max(0, index + items.length) : Math.min(index, items.length);
    checkModule(module);
    this.replaceAll([...items.slice(0, at), module, ...items.slice(at)]);
    return this;
  }

  pop(index = -1): Module {
    const items = this.items();
    const at = position(index, items.length);
    this.removeAll([at]);
    return items[at];
  }

  /** Removes the children at these positions and renumbers the rest. */
  removeAll(positions: readonly number[]): void {
    this.replaceAll(this.items().filter((_, i) => !positions.includes(i)));
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

  override insert(index: number, module: unknown): this {
    check(Math.abs(index) <= this.length, () => `Index out of range: ${index}`, "IndexError");
    return super.insert(index, module);
  }

  /** A Sequential of some of the children under their names. */
  sliced(indices: readonly number[]): Sequential {
    const entries = [...this.modules_] as [string, Module][];
    return new Sequential(new Map(indices.map((i) => entries[i])));
  }
}

export class ModuleList extends NumberedModules {
  constructor(modules: unknown = null) {
    super();
    if (modules !== null) this.extend(modules);
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

/** Methods that a child of that name would hide. */
const methodNames = new Set(
  "clear pop keys items values update forward train eval apply children modules parameters buffers type to half float".split(
    " ",
  ),
);

export class ModuleDict extends Module {
  constructor(modules: unknown = null) {
    super();
    if (modules !== null) this.update(modules);
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
    check(!methodNames.has(key), () => `attribute '${key}' already exists`, "KeyError");
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

  /** @param modules a mapping, or pairs of key and module */
  update(modules: unknown): void {
    for (const [key, module] of pairsOf(modules, "ModuleDict", "ModuleDict")) this.setItem(key, module);
  }
}

type Pairs = readonly (readonly [string, unknown])[];

/** Keys and values of what `update` is given. */
function pairsOf(values: unknown, updater: string, name: string): Pairs {
  if (values instanceof Module && "items" in values) return (values.items as () => Pairs)();
  check(
    typeof (values as Iterable<unknown> | null)?.[Symbol.iterator] === "function",
    () => `${updater}.update should be called with an iterable of key/value pairs, but got ${kindText(values)}`,
    "TypeError",
  );
  return Array.from(values as Iterable<unknown>, (pair, i) => {
    const element = `${name} update sequence element #${i}`;
    check(Array.isArray(pair), () => `${element} should be Iterable; is${kindText(pair)}`, "TypeError");
    const items = pair as readonly unknown[];
    check(items.length === 2, () => `${element} has length ${items.length}; 2 is required`, "ValueError");
    return items as unknown as readonly [string, unknown];
  });
}

/** A line of ParameterList's or ParameterDict's repr. */
function heldLine(key: string, value: unknown, type: (t: Tensor) => string): string {
  if (!isTensor(value)) return `  (${key}): Object of type: ${kindText(value)}`;
  const what = value.isParameter ? "Parameter" : "Tensor";
  return `  (${key}): ${what} containing: [${type(value)} of size ${value.sizes.join("x")}]`;
}

/** Parameters, and values of other kinds between them, by key in one order. */
abstract class HeldValues extends Module {
  readonly heldKeys = new Set<string>();
  /** The values that are no parameters and no modules. */
  readonly heldValues = new Map<string, unknown>();

  get length(): number {
    return this.heldKeys.size;
  }

  protected hold(key: string, value: unknown): void {
    // Plain tensors become parameters.
    const kept = isTensor(value) && !value.isParameter ? parameter(value) : value;
    const table: Map<string, unknown> =
      kept instanceof Module ? this.modules_ : isTensor(kept) ? this.parameters_ : this.heldValues;
    this.release(key, table);
    table.set(key, kept);
    this.heldKeys.add(key);
  }

  /** Forgets the value but not its place. */
  protected release(key: string, except?: ReadonlyMap<string, unknown>): void {
    for (const table of [this.parameters_, this.modules_, this.heldValues]) if (table !== except) table.delete(key);
  }

  protected held(key: string): unknown {
    return this.heldValues.has(key) ? this.heldValues.get(key) : this.registered(key);
  }

  override forward(): never {
    throw new TorchError("RuntimeError", `${this.typeName} should not be called.`);
  }

  protected abstract typeText(t: Tensor): string;

  override extraRepr(): string {
    return [...this.heldKeys].map((key) => heldLine(key, this.held(key), this.typeText)).join("\n");
  }
}

export class ParameterList extends HeldValues {
  constructor(values: unknown = null) {
    super();
    if (values !== null) this.extend(values);
  }

  items(): unknown[] {
    return [...this.heldKeys].map((key) => this.held(key));
  }

  at(index: number): unknown {
    return this.held(String(position(index, this.length)));
  }

  setAt(index: number, value: unknown): void {
    this.hold(String(position(index, this.length)), value);
  }

  append(value: unknown): this {
    this.hold(String(this.length), value);
    return this;
  }

  extend(values: unknown): this {
    for (const v of iterable(values, this)) this.append(v);
    return this;
  }

  sliced(indices: readonly number[]): ParameterList {
    return new ParameterList(indices.map((i) => this.at(i)));
  }

  protected override typeText(t: Tensor): string {
    return `torch.${t.dtype.name}`;
  }
}

export class ParameterDict extends HeldValues {
  constructor(values: unknown = null) {
    super();
    if (values !== null) this.update(values);
  }

  getItem(key: string): unknown {
    const value = this.held(key);
    if (value === undefined) {
      throw new TorchError("AttributeError", `'${this.typeName}' object has no attribute '${key}'`);
    }
    return value;
  }

  setItem(key: string, value: unknown): void {
    this.hold(key, value);
  }

  removeItem(key: string): void {
    if (!this.heldKeys.delete(key)) throw new TorchError("KeyError", key);
    this.release(key);
  }

  pop(key: string): unknown {
    const value = this.getItem(key);
    this.removeItem(key);
    return value;
  }

  clear(): void {
    for (const key of this.keys()) this.removeItem(key);
  }

  has(key: string): boolean {
    return this.heldKeys.has(key);
  }

  keys(): string[] {
    return [...this.heldKeys];
  }

  values(): unknown[] {
    return this.keys().map((key) => this.held(key));
  }

  items(): [string, unknown][] {
    return this.keys().map((key) => [key, this.held(key)]);
  }

  update(values: unknown): void {
    for (const [key, value] of pairsOf(values, "ParametersDict", "ParameterDict")) this.setItem(key, value);
  }

  protected override typeText(t: Tensor): string {
    return `torch.${t.dtype.scalarName}Tensor`;
  }
}

/** The former base of containers. */
export class Container extends Module {}

export const containerEntries: readonly ModuleEntry[] = [
  entry(Container, "Container()", "The former base of containers.", "forward(Any? input=None)"),
  entry(Sequential, "Sequential(*args)", "Modules one after the other.", "forward(Any input)"),
  entry(ModuleList, "ModuleList(Any modules=None)", "A list whose modules are registered.", "forward(Any? input=None)"),
  entry(ModuleDict, "ModuleDict(Any modules=None)", "A dict whose modules are registered.", "forward(Any? input=None)"),
  entry(
    ParameterList,
    "ParameterList(Any values=None)",
    "A list whose parameters are registered.",
    "forward(Any? input=None)",
  ),
  entry(
    ParameterDict,
    "ParameterDict(SortedDict? parameters=None)",
    "A dict whose parameters are registered.",
    "forward(Any? input=None)",
  ),
];
