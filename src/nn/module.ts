import type { DType } from "../tensor/dtype";
import { check, TorchError } from "../tensor/errors";
import { heap } from "../tensor/heap";
import { isTensor } from "../tensor/op";
import { zero_ } from "../tensor/ops/inplace";
import { Double } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import {
  addHook,
  type BackwardHook,
  BackwardHookCall,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardPreHook,
  globalHooks,
  type HookHandle,
  type LoadPostHook,
  type LoadPreHook,
  type StateHook,
  type StatePreHook,
} from "./hooks";
import { asBuffer } from "./parameter";
import {
  collectState,
  type LoadContext,
  type LoadResult,
  loadOwnState,
  loadState,
  type StateStore,
  saveOwnState,
} from "./state";

/** A tensor that modules compute when it is read: weights under normalization, pruning and parametrization. */
export interface ComputedTensor {
  get(owner: Module): Tensor;
  /** Assignment; without it the name cannot be assigned to. */
  set?(owner: Module, value: unknown): void;
}

/**
 * `nn.Module`: parameters, buffers and child modules by name in the order they were registered. Fields are plain own
 * properties, so that an instance of a Python subclass can adopt those of a native one.
 */
export class Module {
  training = true;
  readonly parameters_ = new Map<string, Tensor | null>();
  readonly buffers_ = new Map<string, Tensor | null>();
  readonly modules_ = new Map<string, Module | null>();
  /** Tensors that are computed from others, by the name of the parameter whose place they take. */
  readonly computed_ = new Map<string, ComputedTensor>();
  /** Buffers that `stateDict` leaves out. */
  readonly nonPersistent = new Set<string>();
  readonly forwardHooks = new Map<number, ForwardHook>();
  readonly forwardPreHooks = new Map<number, ForwardPreHook>();
  /** Those of the forward hooks that also run when forward fails. */
  readonly forwardHooksAlwaysCalled = new Set<number>();
  readonly backwardHooks = new Map<number, BackwardHook>();
  readonly backwardPreHooks = new Map<number, BackwardPreHook>();
  readonly stateDictHooks = new Map<number, StateHook>();
  readonly stateDictPreHooks = new Map<number, StatePreHook>();
  readonly loadStateDictPreHooks = new Map<number, LoadPreHook>();
  readonly loadStateDictPostHooks = new Map<number, LoadPostHook>();

  /** The class name that repr and messages show. */
  get typeName(): string {
    return this.constructor.name;
  }

  forward(..._args: readonly unknown[]): unknown {
    throw new TorchError("NotImplementedError", `Module [${this.typeName}] is missing the required "forward" function`);
  }

  /** Runs the module: pre-hooks, `forward`, hooks. */
  call(...given: readonly unknown[]): unknown {
    heap.safePoint();
    let args = given;
    if (globalHooks.forwardPre.size > 0 || this.forwardPreHooks.size > 0) {
      for (const hook of [...globalHooks.forwardPre.values(), ...this.forwardPreHooks.values()]) {
        const replaced = hook(this, args);
        if (replaced !== undefined && replaced !== null) args = Array.isArray(replaced) ? replaced : [replaced];
      }
    }
    const backward = this.backwardHookCall();
    if (backward) args = backward.enter(args);
    if (this.forwardHooks.size === 0 && globalHooks.forward.size === 0) {
      const output = this.forward(...args);
      return backward ? backward.leave(output) : output;
    }
    return this.callWithHooks(args, backward);
  }

  private backwardHookCall(): BackwardHookCall | undefined {
    if (globalHooks.backward.size === 0 && this.backwardHooks.size === 0 && this.backwardPreHooks.size === 0) {
      return undefined;
    }
    const hooks = [...globalHooks.backward.values(), ...this.backwardHooks.values()];
    return new BackwardHookCall(this, hooks, [...this.backwardPreHooks.values()]);
  }

  private callWithHooks(args: readonly unknown[], backward: BackwardHookCall | undefined): unknown {
    let output: unknown;
    const done = new Set<number>();
    const run = (hooks: Iterable<readonly [number, ForwardHook]>): void => {
      for (const [id, hook] of hooks) {
        done.add(id);
        const replaced = hook(this, args, output);
        if (replaced !== undefined && replaced !== null) output = replaced;
      }
    };
    try {
      output = this.forward(...args);
      run([...globalHooks.forward, ...this.forwardHooks]);
    } catch (thrown) {
      output = null;
      run([...this.forwardHooks].filter(([id]) => this.forwardHooksAlwaysCalled.has(id) && !done.has(id)));
      throw thrown;
    }
    return backward ? backward.leave(output) : output;
  }

  /** `call` for modules of one tensor to one tensor. */
  run(x: Tensor): Tensor {
    return this.call(x) as Tensor;
  }

  /** A parameter or buffer that must exist. */
  tensor(name: string): Tensor {
    const t = this.tensorOrNull(name);
    if (!t) throw this.noAttribute(name);
    return t;
  }

  /** A parameter or buffer; null when the module was made without it. */
  tensorOrNull(name: string): Tensor | null {
    const computed = this.computed_.size > 0 ? this.computed_.get(name)?.get(this) : undefined;
    return computed ?? this.parameters_.get(name) ?? this.buffers_.get(name) ?? null;
  }

  child(name: string): Module {
    const module = this.modules_.get(name);
    if (!module) throw this.noAttribute(name);
    return module;
  }

  private noAttribute(name: string): TorchError {
    return new TorchError("AttributeError", `'${this.typeName}' object has no attribute '${name}'`);
  }

  // --- registration -------------------------------------------------------------------------------------------------

  registerParameter(name: string, value: Tensor | null): void {
    this.checkName("parameter", name, this.parameters_);
    this.parameters_.set(name, value);
  }

  registerBuffer(name: string, value: Tensor | null, persistent = true): void {
    this.checkName("buffer", name, this.buffers_);
    this.buffers_.set(name, value);
    if (persistent) this.nonPersistent.delete(name);
    else this.nonPersistent.add(name);
  }

  registerModule(name: string, module: Module | null): void {
    this.checkName("module", name, this.modules_);
    this.modules_.set(name, module);
  }

  private checkName(what: string, name: string, table: ReadonlyMap<string, unknown>): void {
    check(
      !name.includes("."),
      `${what} name can't contain "."${what === "module" ? `, got: ${name}` : ""}`,
      "KeyError",
    );
    check(name !== "", `${what} name can't be empty string ""`, "KeyError");
    const taken = !table.has(name) && (this.hasRegistered(name) || Object.hasOwn(this, name));
    check(!taken, `attribute '${name}' already exists`, "KeyError");
  }

  private hasRegistered(name: string): boolean {
    return this.parameters_.has(name) || this.buffers_.has(name) || this.modules_.has(name);
  }

  /** The registered parameter, buffer or module of that name; undefined when there is none. */
  registered(name: string): Tensor | Module | null | undefined {
    const computed = this.computed_.get(name);
    if (computed) return computed.get(this);
    for (const table of [this.parameters_, this.buffers_, this.modules_]) if (table.has(name)) return table.get(name);
    return undefined;
  }

  /**
   * What assigning to an attribute does to the registered ones. False: the name is a plain attribute, which the caller
   * keeps. A parameter or module moves the name into its table; a registered name keeps its kind.
   */
  assign(name: string, value: unknown): boolean {
    const computed = this.computed_.get(name);
    if (computed?.set) {
      computed.set(this, value);
      return true;
    }
    if (isTensor(value) && value.isParameter) {
      this.forget(name, this.parameters_);
      this.parameters_.set(name, value);
      return true;
    }
    if (this.parameters_.has(name)) {
      check(
        value === null,
        () => `cannot assign '${kindText(value)}' as parameter '${name}' (torch.nn.Parameter or None expected)`,
        "TypeError",
      );
      this.parameters_.set(name, null);
      return true;
    }
    if (value instanceof Module) {
      this.forget(name, this.modules_);
      this.modules_.set(name, value);
      return true;
    }
    if (this.modules_.has(name)) {
      check(
        value === null,
        () => `cannot assign '${kindText(value)}' as child module '${name}' (torch.nn.Module or None expected)`,
        "TypeError",
      );
      this.modules_.set(name, null);
      return true;
    }
    const mark = isTensor(value) ? asBuffer(value) : undefined;
    if (mark && !this.buffers_.has(name)) {
      this.forget(name, this.buffers_);
      this.registerBuffer(name, value as Tensor, mark.persistent);
      return true;
    }
    if (!this.buffers_.has(name)) return false;
    check(
      value === null || isTensor(value),
      () => `cannot assign '${kindText(value)}' as buffer '${name}' (torch.nn.Buffer, torch.Tensor or None expected)`,
      "TypeError",
    );
    this.buffers_.set(name, value as Tensor | null);
    return true;
  }

  /** Removes a registered name; false when there is none. */
  unassign(name: string): boolean {
    this.nonPersistent.delete(name);
    if (this.computed_.delete(name)) return true;
    return this.parameters_.delete(name) || this.buffers_.delete(name) || this.modules_.delete(name);
  }

  private forget(name: string, except: ReadonlyMap<string, unknown>): void {
    if (!except.has(name)) this.unassign(name);
  }

  // --- walking ------------------------------------------------------------------------------------------------------

  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  namedChildren(): [string, Module][] {
    const seen = new Set<Module>();
    return [...this.modules_].filter((entry): entry is [string, Module] => {
      const child = entry[1];
      return child !== null && !seen.has(child) && seen.add(child) !== undefined;
    });
  }

  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** This module under "" and all below it, parents first; each module once unless duplicates are wanted. */
  namedModules(prefix = "", removeDuplicates = true, seen = new Set<Module>()): [string, Module][] {
    if (removeDuplicates && seen.has(this)) return [];
    seen.add(this);
    const out: [string, Module][] = [[prefix, this]];
    for (const [name, child] of this.modules_) {
      if (child) out.push(...child.namedModules(prefix ? `${prefix}.${name}` : name, removeDuplicates, seen));
    }
    return out;
  }

  parameters(recurse = true): Tensor[] {
    return this.namedParameters("", recurse).map(([, p]) => p);
  }

  namedParameters(prefix = "", recurse = true, removeDuplicates = true): [string, Tensor][] {
    return this.namedMembers("parameters_", prefix, recurse, removeDuplicates);
  }

  buffers(recurse = true): Tensor[] {
    return this.namedBuffers("", recurse).map(([, b]) => b);
  }

  namedBuffers(prefix = "", recurse = true, removeDuplicates = true): [string, Tensor][] {
    return this.namedMembers("buffers_", prefix, recurse, removeDuplicates);
  }

  private namedMembers(
    table: "parameters_" | "buffers_",
    prefix: string,
    recurse: boolean,
    removeDuplicates: boolean,
  ): [string, Tensor][] {
    const seen = new Set<Tensor>();
    const out: [string, Tensor][] = [];
    const modules: [string, Module][] = recurse ? this.namedModules(prefix, removeDuplicates) : [[prefix, this]];
    for (const [path, module] of modules) {
      for (const [name, t] of module[table]) {
        if (!t || (removeDuplicates && seen.has(t))) continue;
        seen.add(t);
        out.push([path ? `${path}.${name}` : name, t]);
      }
    }
    return out;
  }

  /** Calls `fn` on every module, children before their parent. */
  apply(fn: (module: Module) => unknown): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  // --- modes and state ----------------------------------------------------------------------------------------------

  train(mode = true): this {
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  requiresGrad_(requiresGrad = true): this {
    for (const p of this.parameters()) p.leafRequiresGrad = requiresGrad;
    return this;
  }

  zeroGrad(setToNone = true): void {
    for (const p of this.parameters()) {
      if (!p.grad) continue;
      if (setToNone) p.grad = null;
      else zero_(p.grad.gradNode ? (p.grad = p.grad.alias()) : p.grad);
    }
  }

  /** The version that the state's metadata gives; it rises when the form of a class's state changes. */
  get stateVersion(): number {
    return 1;
  }

  stateDict(prefix = "", keepVars = false): Map<string, Tensor> {
    const out = new Map<string, Tensor>();
    collectState(this, prefix, keepVars, out as Map<string, unknown>, new Map());
    return out;
  }

  /** Adds this module's own tensors, not its children's. */
  saveOwnState(into: StateStore, prefix: string, keepVars: boolean): void {
    saveOwnState(this, into, prefix, keepVars);
  }

  /** @throws RuntimeError naming every missing and unexpected key (when `strict`) and every size that differs. */
  loadStateDict(state: ReadonlyMap<string, unknown>, strict = true, assign = false): LoadResult {
    return loadState(this, new Map(state), { strict, assign });
  }

  /** Takes over this module's own tensors, not its children's. */
  loadOwnState(state: StateStore, context: LoadContext): void {
    loadOwnState(this, state, context);
  }

  /** Replaces the data of every parameter, gradient and buffer by `convert` of it; parameters stay the same objects. */
  convert(convert: (t: Tensor) => Tensor): this {
    for (const module of this.modules()) {
      for (const p of module.parameters_.values()) {
        if (!p) continue;
        replaceData(p, convert(p.alias()));
        if (p.grad) p.grad = convert(p.grad.alias());
      }
      for (const [name, b] of module.buffers_) if (b) module.buffers_.set(name, convert(b));
    }
    return this;
  }

  // --- hooks --------------------------------------------------------------------------------------------------------

  registerForwardHook(hook: ForwardHook, prepend = false): HookHandle {
    return addHook(this.forwardHooks, hook, prepend);
  }

  /** A hook that runs even when `forward` fails. */
  alwaysCall({ id }: HookHandle): void {
    this.forwardHooksAlwaysCalled.add(id);
  }

  registerForwardPreHook(hook: ForwardPreHook, prepend = false): HookHandle {
    return addHook(this.forwardPreHooks, hook, prepend);
  }

  registerFullBackwardHook(hook: BackwardHook, prepend = false): HookHandle {
    return addHook(this.backwardHooks, hook, prepend);
  }

  registerFullBackwardPreHook(hook: BackwardPreHook, prepend = false): HookHandle {
    return addHook(this.backwardPreHooks, hook, prepend);
  }

  /** A hook on what is saved or loaded. */
  addStateHook<K extends "stateDictHooks" | "stateDictPreHooks" | "loadStateDictPreHooks" | "loadStateDictPostHooks">(
    table: K,
    hook: Module[K] extends Map<number, infer H> ? H : never,
  ): HookHandle {
    return addHook(this[table] as Map<number, unknown>, hook);
  }

  // --- text ---------------------------------------------------------------------------------------------------------

  /** The settings shown between the parentheses. */
  extraRepr(): string {
    return "";
  }

  /** Child modules as repr lists them. */
  protected childLines(): string[] {
    return [...this.modules_].map(([name, child]) => `(${name}): ${child ? indented(child.repr()) : "None"}`);
  }

  repr(): string {
    const extra = this.extraRepr();
    const extraLines = extra ? extra.split("\n") : [];
    const children = this.childLines();
    if (extraLines.length === 1 && children.length === 0) return `${this.typeName}(${extraLines[0]})`;
    const lines = [...extraLines, ...children];
    if (lines.length === 0) return `${this.typeName}()`;
    return `${this.typeName}(\n  ${lines.join("\n  ")}\n)`;
  }
}

/** Text of several lines with all but the first moved in by two blanks. */
export function indented(text: string): string {
  return text.replace(/\n/g, "\n  ");
}

/** How messages name the type of a value. */
/** What values of the dsl room are called; that room says it. */
export const foreign = { kind: (_value: unknown): string => "object" };

export function kindText(value: unknown): string {
  if (isTensor(value)) return `torch.${value.dtype.scalarName}Tensor`;
  if (value instanceof Module) return value.typeName;
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (value instanceof Double) return "float";
  return value === null ? "NoneType" : Array.isArray(value) ? "list" : foreign.kind(value);
}

/** Gives a tensor another tensor's data and dtype in place, as `p.data = value` does. */
function replaceData(target: Tensor, value: Tensor): void {
  target.storage = value.storage;
  target.sizes = value.sizes;
  target.strides = value.strides;
  target.offset = value.offset;
}

/** Casts floating point tensors to `dtype` and leaves others alone: `module.to(dtype)`. */
export function floatsTo(dtype: DType, cast: (t: Tensor, dtype: DType) => Tensor): (t: Tensor) => Tensor {
  return (t) => (t.dtype.kind === "float" ? cast(t, dtype) : t);
}
