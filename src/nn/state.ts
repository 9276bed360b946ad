import { check } from "../tensor/errors";
import { noGrad } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { copy_ } from "../tensor/ops/inplace";
import { sizeText } from "../tensor/ops/nn/python_text";
import { select } from "../tensor/ops/slicing";
import { sameSizes } from "../tensor/shape";
import type { Tensor } from "../tensor/tensor";
import { kindText, type Module } from "./module";
import { materialize, parameter } from "./parameter";

/** What a state is kept in: a Map, or a Python dict when notes run. */
export interface StateStore {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  has(key: string): boolean;
  delete(key: string): boolean;
  keys(): Iterable<unknown>;
}

/** By module path: the version of its class's state. */
export type StateMetadata = Map<string, { readonly version: number }>;

/** Modules with state of another kind than tensors (`get_extra_state` in Python) define these. */
interface ExtraState {
  getExtraState?(): unknown;
  setExtraState?(state: unknown): void;
}

const EXTRA = "_extra_state";
const extraOf = (module: Module): ExtraState => module as ExtraState;

/** Adds a module's parameters, persistent buffers and then its children's, under dotted names; runs the hooks. */
export function collectState(
  module: Module,
  prefix: string,
  keepVars: boolean,
  into: StateStore,
  metadata: StateMetadata,
): StateMetadata {
  metadata.set(prefix.slice(0, -1), { version: module.stateVersion });
  for (const hook of [...module.stateDictPreHooks.values()]) hook(module, prefix, keepVars);
  module.saveOwnState(into, prefix, keepVars);
  for (const [name, child] of module.modules_) {
    if (child) collectState(child, `${prefix}${name}.`, keepVars, into, metadata);
  }
  for (const hook of [...module.stateDictHooks.values()]) hook(module, into, prefix, metadata);
  return metadata;
}

/** A module's own parameters and buffers that states keep. */
function persistent(module: Module): [string, Tensor][] {
  const buffers = [...module.buffers_].filter(([name]) => !module.nonPersistent.has(name));
  return [...module.parameters_, ...buffers].filter((entry): entry is [string, Tensor] => entry[1] !== null);
}

export function saveOwnState(module: Module, into: StateStore, prefix: string, keepVars: boolean): void {
  for (const [name, t] of persistent(module)) into.set(prefix + name, keepVars ? t : t.alias());
  const extra = extraOf(module).getExtraState?.();
  if (extra !== undefined) into.set(prefix + EXTRA, extra);
}

/** What is found out while a state is loaded. */
export interface LoadContext {
  readonly prefix: string;
  readonly strict: boolean;
  readonly assign: boolean;
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
  readonly problems: string[];
  /** The version of the module's class when the state was saved; null when the state does not tell. */
  readonly version: number | null;
}

export interface LoadResult {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

const sizeMismatch = (key: string, value: Tensor, target: Tensor): string =>
  `size mismatch for ${key}: copying a param with shape ${sizeText(value.sizes)} from checkpoint, ` +
  `the shape in current model is ${sizeText(target.sizes)}.`;

/** Copies one value, or puts it in the module's tensor's place. */
function take(module: Module, name: string, target: Tensor, key: string, value: unknown, context: LoadContext): void {
  if (!isTensor(value)) {
    context.problems.push(
      `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but ` +
        `received <class '${kindText(value)}'>`,
    );
    return;
  }
  if (target.isUninitialized) {
    if (value.numel === 0) return;
    materialize(target, value.sizes);
  }
  // Scalars were saved with one dimension once.
  const given = target.ndim === 0 && value.ndim === 1 ? select(value, 0, 0) : value;
  if (!sameSizes(given.sizes, target.sizes)) context.problems.push(sizeMismatch(key, given, target));
  else if (!context.assign) copy_(target, given);
  else if (!target.isParameter) module.buffers_.set(name, given);
  else module.parameters_.set(name, given.isParameter ? given : parameter(given, target.requiresGrad));
}

/** Takes over a module's own parameters and buffers; notes missing and unexpected keys and what cannot be copied. */
export function loadOwnState(module: Module, state: StateStore, context: LoadContext): void {
  const { prefix, strict, missingKeys, unexpectedKeys } = context;
  for (const hook of [...module.loadStateDictPreHooks.values()]) hook(module, state, context);
  const own = persistent(module);
  for (const [name, target] of own) {
    const key = prefix + name;
    if (state.has(key)) take(module, name, target, key, state.get(key), context);
    else if (strict) missingKeys.push(key);
  }
  const extra = extraOf(module);
  if (extra.setExtraState) {
    if (state.has(prefix + EXTRA)) extra.setExtraState(state.get(prefix + EXTRA));
    else if (strict) missingKeys.push(prefix + EXTRA);
  } else if (strict && state.has(prefix + EXTRA)) unexpectedKeys.push(prefix + EXTRA);
  if (!strict) return;
  const known = new Set(own.map(([name]) => name));
  for (const key of [...state.keys()] as string[]) {
    if (!key.startsWith(prefix) || key === prefix + EXTRA) continue;
    const [first, ...rest] = key.slice(prefix.length).split(".");
    if (rest.length > 0 ? !module.modules_.has(first) : !known.has(first)) unexpectedKeys.push(key);
  }
}

/** The keys that begin so, in a store of their own: hooks of a child change only what the child sees. */
function below(state: StateStore, prefix: string): StateStore {
  const entries = ([...state.keys()] as string[]).filter((key) => key.startsWith(prefix));
  return new Map(entries.map((key) => [key, state.get(key)]));
}

export interface LoadOptions {
  readonly strict: boolean;
  /** The state's tensors themselves take the place of the module's. */
  readonly assign: boolean;
  /** The version of a module's class when the state was saved, by path. */
  readonly versions?: (path: string) => number | null;
  /** The store that hooks of modules see. */
  readonly shown?: (entries: StateStore) => StateStore;
}

/** Copies the state's values into a module's parameters and buffers of the same names. */
export function loadState(root: Module, given: StateStore, options: LoadOptions): LoadResult {
  const { strict, assign, versions = () => null, shown = (entries) => entries } = options;
  const shared = {
    strict: true,
    assign,
    missingKeys: [] as string[],
    unexpectedKeys: [] as string[],
    problems: [] as string[],
  };
  const result: LoadResult = { missingKeys: shared.missingKeys, unexpectedKeys: shared.unexpectedKeys };
  const load = (module: Module, state: StateStore, prefix: string): void => {
    module.loadOwnState(state, { ...shared, prefix, version: versions(prefix.slice(0, -1)) });
    for (const [name, child] of module.modules_) {
      if (child) load(child, shown(below(state, `${prefix}${name}.`)), `${prefix}${name}.`);
    }
    for (const hook of [...module.loadStateDictPostHooks.values()]) hook(module, result);
  };
  noGrad(() => load(root, shown(below(given, "")), ""));
  const { missingKeys, unexpectedKeys } = result;
  const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(", ");
  const problems = [...shared.problems];
  if (strict && unexpectedKeys.length > 0)
    problems.unshift(`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `);
  if (strict && missingKeys.length > 0) problems.unshift(`Missing key(s) in state_dict: ${quoted(missingKeys)}. `);
  check(
    problems.length === 0,
    () => `Error(s) in loading state_dict for ${root.typeName}:\n\t${problems.join("\n\t")}`,
  );
  return result;
}
