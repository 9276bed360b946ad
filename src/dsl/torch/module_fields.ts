/** Attributes of `nn.Module` instances: registered tensors and modules, plain ones, and the native class's settings. */
import { Module } from "../../nn/module";
import { isTensor } from "../../tensor/op";
import { error } from "../exceptions";
import { orderedDictType } from "../modules/ordered_dict";
import { ATTRIBUTES, attributesOf, type Fields, type Value } from "../type";
import { dictType } from "../types";
import { Dict } from "../values/dict";
import { PySet } from "../values/set";
import { fromNative, plain } from "./convert";

/** Own properties of a native module that are no settings, by their Python names where they have one. */
export const internalNames: Readonly<Record<string, string>> = {
  parameters_: "_parameters",
  buffers_: "_buffers",
  modules_: "_modules",
  nonPersistent: "_non_persistent_buffers_set",
  forwardHooks: "_forward_hooks",
  forwardPreHooks: "_forward_pre_hooks",
  forwardHooksAlwaysCalled: "_forward_hooks_always_called",
  backwardHooks: "_backward_hooks",
  backwardPreHooks: "_backward_pre_hooks",
  stateDictHooks: "_state_dict_hooks",
  stateDictPreHooks: "_state_dict_pre_hooks",
  loadStateDictPreHooks: "_load_state_dict_pre_hooks",
  loadStateDictPostHooks: "_load_state_dict_post_hooks",
};
const internal = new Set([...Object.keys(internalNames), "typeName", "computed_", "heldKeys", "heldValues"]);
/** What every module has in Python that is kept another way here. */
const madeUp: readonly (readonly [string, Value])[] = [
  ["_is_full_backward_hook", null],
  ["_forward_hooks_with_kwargs", new Dict([], orderedDictType)],
  ["_forward_pre_hooks_with_kwargs", new Dict([], orderedDictType)],
];

const camelCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The native property behind a Python name, when there is one: `in_features` → `inFeatures`. */
function settingKey(module: Module, name: string): string | undefined {
  const key = camelCase(name);
  if (internal.has(key) || key.includes("$") || !Object.hasOwn(module, key)) return undefined;
  return typeof (module as unknown as Record<string, unknown>)[key] === "function" ? undefined : key;
}

export function isInitialised(module: Module): boolean {
  return Object.hasOwn(module, "parameters_");
}

function read(module: Module, name: string): Value | undefined {
  if (isInitialised(module)) {
    const registered = module.registered(name);
    if (registered !== undefined) return registered;
  }
  const own = attributesOf(module)?.get(name);
  if (own !== undefined) return own;
  const key = settingKey(module, name);
  return key === undefined ? undefined : fromNative((module as unknown as Record<string, unknown>)[key]);
}

function write(module: Module, name: string, value: Value): boolean {
  if (!isInitialised(module)) {
    const kind = value instanceof Module ? "module" : isTensor(value) && value.isParameter ? "parameters" : null;
    if (kind) throw error("AttributeError", `cannot assign ${kind} before Module.__init__() call`);
  } else if (module.assign(name, value)) {
    attributesOf(module)?.delete(name);
    return true;
  }
  const key = settingKey(module, name);
  if (key === undefined) plainAttributes(module).set(name, value);
  else (module as unknown as Record<string, unknown>)[key] = plain(value);
  return true;
}

function plainAttributes(module: Module): Map<string, Value> {
  const holder = module as unknown as { [ATTRIBUTES]?: Map<string, Value> };
  holder[ATTRIBUTES] ??= new Map();
  return holder[ATTRIBUTES];
}

function remove(module: Module, name: string): boolean {
  if (isInitialised(module) && module.unassign(name)) return true;
  return attributesOf(module)?.delete(name) ?? false;
}

function names(module: Module): Iterable<string> {
  const own = [...(attributesOf(module)?.keys() ?? [])];
  if (!isInitialised(module)) return own;
  const settings = Object.keys(module).filter((key) => settingKey(module, key) !== undefined);
  const tables = [module.parameters_, module.buffers_, module.modules_];
  return [...tables.flatMap((table) => [...table.keys()]), ...own, ...settings.map(snakeCase)];
}

/** The tables in the order in which PyTorch's modules get theirs. */
const tableOrder: readonly string[] = [
  ...["_parameters", "_buffers", "_non_persistent_buffers_set", "_backward_pre_hooks", "_backward_hooks"],
  ...["_is_full_backward_hook", "_forward_hooks", "_forward_hooks_with_kwargs", "_forward_hooks_always_called"],
  ...["_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_state_dict_hooks", "_state_dict_pre_hooks"],
  ...["_load_state_dict_pre_hooks", "_load_state_dict_post_hooks", "_modules"],
];

/** A table of a module as Python sees it: hooks are kept in order, and so are those that always run. */
function table(name: string, own: unknown): Value {
  const hooks = name.endsWith("_hooks") || name.endsWith("_called");
  if (own instanceof Map) return new Dict(own as Map<Value, Value>, hooks ? orderedDictType : dictType);
  const set = own as Set<Value>;
  return hooks
    ? new Dict(
        Array.from(set, (hook) => [hook, true] as const),
        orderedDictType,
      )
    : new PySet(set);
}

/** `module.__dict__`: plain attributes, settings and tables. */
export function dictOf(module: Module): Dict {
  const out = new Dict();
  if (isInitialised(module)) {
    const own = module as unknown as Record<string, unknown>;
    out.set("training", module.training);
    const made = new Map<string, Value>(madeUp);
    for (const [key, name] of Object.entries(internalNames)) made.set(name, table(name, own[key]));
    for (const name of tableOrder) out.set(name, made.get(name)!);
    for (const key of Object.keys(module)) {
      if (settingKey(module, key) !== undefined) out.set(snakeCase(key), fromNative(own[key]));
    }
  }
  for (const [name, value] of attributesOf(module) ?? []) out.set(name, value);
  return out;
}

export const moduleFields: Fields = {
  get: (o, name) => read(o as Module, name),
  set: (o, name, value) => write(o as Module, name, value),
  delete: (o, name) => remove(o as Module, name),
  names: (o) => names(o as Module),
};
