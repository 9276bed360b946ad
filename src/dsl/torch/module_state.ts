/** `state_dict` and `load_state_dict` of modules, and what Python classes put in their place. */
import type { Module } from "../../nn/module";
import {
  collectState,
  type LoadContext,
  type LoadResult,
  loadState,
  type StateMetadata,
  type StateStore,
} from "../../nn/state";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError } from "../exceptions";
import { call, native } from "../function";
import { namedTuple } from "../modules/collections";
import { orderedDictType } from "../modules/ordered_dict";
import { repr } from "../text";
import { ATTRIBUTES, type Value } from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { Tuple } from "../values/tuple";
import { removable } from "./hooks";
import { moduleType, overridden } from "./module_type";

export const ordered = (entries: Iterable<readonly [string, unknown]>): Dict => new Dict(entries, orderedDictType);
const store = (state: Dict): StateStore => state as unknown as StateStore;

function metadataDict(metadata: StateMetadata): Dict {
  return ordered(Array.from(metadata, ([path, { version }]) => [path, new Dict([["version", version]])]));
}

/** `state_dict(*args, destination=None, prefix="", keep_vars=False)`. */
function stateDict(module: Module, given: Tuple, destination: Value, prefix: string, keep: Value): Value {
  const [into = destination, path = prefix, keepVars = keep] = given.items;
  const state = into instanceof Dict ? into : ordered([]);
  const metadata = collectState(module, path as string, truthy(keepVars), store(state), new Map());
  state[ATTRIBUTES] ??= new Map();
  const known = state[ATTRIBUTES].get("_metadata");
  if (!(known instanceof Dict)) state[ATTRIBUTES].set("_metadata", metadataDict(metadata));
  else for (const [key, value] of metadataDict(metadata).pairs()) known.set(key, value);
  return state;
}

// ---- loading

const keysType = namedTuple("_IncompatibleKeys", ["missing_keys", "unexpected_keys"]);
const plainRepr = keysType.lookup("__repr__");
keysType.define(
  "__repr__",
  native("__repr__", "self, /", (keys: Tuple) =>
    keys.items.every((list) => (list as unknown[]).length === 0)
      ? "<All keys matched successfully>"
      : call(plainRepr, keys),
  ),
);
const keysTuple = (result: LoadResult): Tuple => new Tuple([result.missingKeys, result.unexpectedKeys], keysType);

function loadStateDict(module: Module, state: Value, strict: Value, assign: Value): Value {
  if (!(state instanceof Dict)) {
    throw typeError(`Expected state_dict to be dict-like, got ${repr(typeOf(state))}.`);
  }
  const metadata = state[ATTRIBUTES]?.get("_metadata");
  const result = loadState(module, store(state), {
    strict: truthy(strict),
    assign: truthy(assign),
    versions: (path) => {
      const entry = metadata instanceof Dict ? metadata.get(path) : undefined;
      const version = entry instanceof Dict ? entry.get("version") : undefined;
      return typeof version === "number" ? version : null;
    },
    shown: (entries) =>
      store(ordered(Array.from(entries.keys() as Iterable<string>, (key) => [key, entries.get(key)]))),
  });
  return keysTuple(result);
}

const contextDict = ({ version, assign }: LoadContext): Dict =>
  new Dict([
    ...(version === null ? [] : [["version", version] as const]),
    ...(assign ? [["assign_to_params_buffers", true] as const] : []),
  ]);

function contextOf(prefix: string, metadata: Value, strict: Value, lists: readonly Value[]): LoadContext {
  const setting = (name: string): Value => (metadata instanceof Dict ? metadata.get(name) : undefined) ?? null;
  const [missingKeys, unexpectedKeys, problems] = lists as string[][];
  const version = setting("version");
  return {
    prefix,
    strict: truthy(strict),
    assign: truthy(setting("assign_to_params_buffers")),
    missingKeys,
    unexpectedKeys,
    problems,
    version: typeof version === "number" ? version : null,
  };
}

const loadArguments = (state: unknown, context: LoadContext): Value[] => [
  state,
  context.prefix,
  contextDict(context),
  context.strict,
  context.missingKeys,
  context.unexpectedKeys,
  context.problems,
];

overridden("_save_to_state_dict", "saveOwnState", (module, f) => (into, prefix, keep) => {
  call(f, module, into, prefix, keep);
});
overridden("_load_from_state_dict", "loadOwnState", (module, f) => (state, context) => {
  call(f, module, ...loadArguments(state, context as LoadContext));
});
overridden("get_extra_state", "getExtraState", (module, f) => () => call(f, module));
overridden("set_extra_state", "setExtraState", (module, f) => (state) => call(f, module, state));

/** The native class's own method, past a Python one that replaces it. */
const nativeOf = (module: Module): Module => Object.getPrototypeOf(module) as Module;

function noExtraState(): never {
  throw error(
    "RuntimeError",
    "Reached a code path in Module.get_extra_state() that should never be called. Please file an issue at " +
      "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug.",
  );
}

methods(moduleType, {
  state_dict: ["*args, destination=, prefix=, keep_vars=", stateDict, null, "", false],
  load_state_dict: ["state_dict, strict=, assign=", loadStateDict, true, false],
  _save_to_state_dict: [
    "destination, prefix, keep_vars",
    (m: Module, into: Dict, prefix: string, keep: Value) =>
      void nativeOf(m).saveOwnState.call(m, store(into), prefix, truthy(keep)),
  ],
  _load_from_state_dict: [
    "state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs",
    (m: Module, state: Dict, prefix: string, metadata: Value, strict: Value, ...lists: Value[]) =>
      void nativeOf(m).loadOwnState.call(m, store(state), contextOf(prefix, metadata, strict, lists)),
  ],
  get_extra_state: ["", noExtraState],
  set_extra_state: ["state", noExtraState],
  register_state_dict_post_hook: [
    "hook",
    (m: Module, hook: Value) =>
      removable(
        m.addStateHook("stateDictHooks", (owner, state, prefix, metadata) =>
          call(hook, owner, state, prefix, metadataDict(metadata)),
        ),
      ),
  ],
  register_state_dict_pre_hook: [
    "hook",
    (m: Module, hook: Value) =>
      removable(m.addStateHook("stateDictPreHooks", (owner, prefix, keep) => call(hook, owner, prefix, keep))),
  ],
  register_load_state_dict_pre_hook: [
    "hook",
    (m: Module, hook: Value) =>
      removable(
        m.addStateHook("loadStateDictPreHooks", (owner, state, context) =>
          call(hook, owner, ...loadArguments(state, context)),
        ),
      ),
  ],
  _register_load_state_dict_pre_hook: [
    "hook, with_module=",
    (m: Module, hook: Value, withModule: Value) =>
      removable(
        m.addStateHook("loadStateDictPreHooks", (owner, state, context) =>
          call(hook, ...(truthy(withModule) ? [owner] : []), ...loadArguments(state, context)),
        ),
      ),
    false,
  ],
  register_load_state_dict_post_hook: [
    "hook",
    (m: Module, hook: Value) =>
      removable(m.addStateHook("loadStateDictPostHooks", (owner, keys) => call(hook, owner, keysTuple(keys)))),
  ],
});
moduleType.define("_version", 1);
