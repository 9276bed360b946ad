/** Methods of `nn.Module`. */
import type { HookHandle } from "../../nn/hooks";
import { floatsTo, Module } from "../../nn/module";
import { bfloat16, type DType, float16, float32, float64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { toDType } from "../../tensor/ops/copies";
import type { Tensor } from "../../tensor/tensor";
import { attributeNames } from "../attributes";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError } from "../exceptions";
import { call, native, rawNative, splitKwargs } from "../function";
import { orderedDictType } from "../modules/ordered_dict";
import { builtinType, Getter, Kwargs, PyObject, type Value } from "../type";
import { generatorType, typeName } from "../types";
import { Dict } from "../values/dict";
import { NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { fromNative } from "./convert";
import { removable } from "./hooks";
import { hasPythonForward, moduleType, moduleTypes, nativeClassOf } from "./module_type";
import { Device, isDType, parseDevice } from "./values";

/** A generator of Python values, as `parameters()` is one. */
const generated = (items: readonly Value[]): Value => new NativeIterator(items, generatorType);
const named = (entries: readonly (readonly [string, unknown])[]): Value =>
  generated(entries.map(([name, value]) => new Tuple([name, value])));

export const ordered = (entries: Iterable<readonly [string, unknown]>): Dict => new Dict(entries, orderedDictType);

function cast(module: Module, dtype: DType): Module {
  return module.convert(floatsTo(dtype, toDType));
}

function noCuda(): never {
  throw error("AssertionError", "Torch not compiled with CUDA enabled");
}

/** `module.to(device)`, `.to(dtype)`, `.to(tensor)`. */
function to(module: Module, ...args: Value[]): Module {
  const { positional, keywords } = splitKwargs(args);
  for (const v of [...positional, keywords.get("device"), keywords.get("dtype")]) {
    if (typeof v === "string" || v instanceof Device) {
      if ((typeof v === "string" ? parseDevice(v) : v).type === "cuda") noCuda();
    } else if (isDType(v)) {
      if (v.kind !== "float") {
        throw typeError(
          `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.${v.name}`,
        );
      }
      cast(module, v);
    } else if (isTensor(v)) cast(module, v.dtype);
  }
  return module;
}

// ---- state

const keysMatched = builtinType("_IncompatibleKeys", undefined, { module: "torch.nn.modules.module" });
keysMatched.define(
  "__repr__",
  native("__repr__", "self, /", (result: LoadResult) =>
    result.missing.length + result.unexpected.length === 0
      ? "<All keys matched successfully>"
      : `_IncompatibleKeys(missing_keys=${quoted(result.missing)}, unexpected_keys=${quoted(result.unexpected)})`,
  ),
);
const quoted = (keys: readonly string[]): string => `[${keys.map((key) => `'${key}'`).join(", ")}]`;

class LoadResult extends PyObject {
  constructor(
    readonly missing: string[],
    readonly unexpected: string[],
  ) {
    super(keysMatched);
  }
}
keysMatched.define("missing_keys", new Getter((r: LoadResult) => r.missing));
keysMatched.define("unexpected_keys", new Getter((r: LoadResult) => r.unexpected));

function loadState(module: Module, state: Value, strict: Value, assign: Value): Value {
  if (!(state instanceof Dict)) {
    throw typeError(`Expected state_dict to be dict-like, got <class '${typeName(state)}'>.`);
  }
  const { missingKeys, unexpectedKeys } = module.loadStateDict(
    new Map(state.pairs() as [string, Value][]),
    truthy(strict),
    truthy(assign),
  );
  return new LoadResult(missingKeys, unexpectedKeys);
}

// ---- hooks

/** Arguments as hooks see them: a tuple without keywords. */
const hookArguments = (args: readonly unknown[]): Tuple =>
  new Tuple((args.at(-1) instanceof Kwargs ? args.slice(0, -1) : args).map(fromHook));
const fromHook = (v: unknown): Value => (Array.isArray(v) ? new Tuple(v.map(fromHook)) : v);

function forwardHook(module: Module, hook: Value, withKeywords: Value, prepend: Value): Value {
  const run = (m: Module, args: readonly unknown[], output: unknown): unknown => {
    const shown = hasPythonForward(m) ? output : fromNative(output);
    const keywords = args.at(-1) instanceof Kwargs ? new Dict((args.at(-1) as Kwargs).entries) : new Dict();
    const result = truthy(withKeywords)
      ? call(hook, m, hookArguments(args), keywords, shown)
      : call(hook, m, hookArguments(args), shown);
    return result === null ? undefined : result;
  };
  return handle(module.registerForwardHook(run, truthy(prepend)));
}

function preHook(module: Module, hook: Value, prepend: Value): Value {
  const run = (m: Module, args: readonly unknown[]): unknown => {
    const result = call(hook, m, hookArguments(args));
    if (result === null) return undefined;
    return result instanceof Tuple ? [...result.items] : [result];
  };
  return handle(module.registerForwardPreHook(run, truthy(prepend)));
}

function backwardHook(module: Module, hook: Value, prepend: Value): Value {
  const run = (m: Module, gradInput: readonly unknown[], gradOutput: readonly unknown[]): unknown => {
    const result = call(hook, m, new Tuple(gradInput), new Tuple(gradOutput));
    if (result === null) return undefined;
    return result instanceof Tuple ? [...result.items] : [result];
  };
  return handle(module.registerFullBackwardHook(run, truthy(prepend)));
}

const handle = (made: HookHandle): Value => removable(made);

// ---- walking

function submodule(module: Module, path: string): Module {
  let at: Module = module;
  for (const name of path === "" ? [] : path.split(".")) {
    const next = at.modules_.get(name);
    if (!next) throw error("AttributeError", `${at.typeName} has no attribute \`${name}\``);
    at = next;
  }
  return at;
}

function member(module: Module, path: string, table: "parameters_" | "buffers_"): Tensor {
  const dot = path.lastIndexOf(".");
  const owner = submodule(module, path.slice(0, Math.max(dot, 0)));
  const name = path.slice(dot + 1);
  const found = owner[table].get(name);
  if (!found) throw error("AttributeError", `${owner.typeName} has no attribute \`${name}\``);
  return found;
}

/** Goes to the native method itself, past a Python one that may replace it. */
const nativeTrain = (module: Module, mode: boolean): Module => Module.prototype.train.call(module, mode) as Module;

function extraRepr(module: Module): string {
  return (Object.getPrototypeOf(module) as Module).extraRepr.call(module);
}

function reprOf(module: Module): string {
  return (Object.getPrototypeOf(module) as Module).repr.call(module);
}

methods(moduleType, {
  parameters: ["recurse=", (m: Module, recurse: Value) => generated(m.parameters(truthy(recurse))), true],
  named_parameters: [
    "prefix=, recurse=, remove_duplicate=",
    (m: Module, prefix: string, recurse: Value, once: Value) =>
      named(m.namedParameters(prefix, truthy(recurse), truthy(once))),
    "",
    true,
    true,
  ],
  buffers: ["recurse=", (m: Module, recurse: Value) => generated(m.buffers(truthy(recurse))), true],
  named_buffers: [
    "prefix=, recurse=, remove_duplicate=",
    (m: Module, prefix: string, recurse: Value, once: Value) =>
      named(m.namedBuffers(prefix, truthy(recurse), truthy(once))),
    "",
    true,
    true,
  ],
  children: ["", (m: Module) => generated(m.children())],
  named_children: ["", (m: Module) => named(m.namedChildren())],
  modules: ["", (m: Module) => generated(m.modules())],
  named_modules: [
    "memo=, prefix=, remove_duplicate=",
    (m: Module, _memo: Value, prefix: string, once: Value) => named(m.namedModules(prefix, truthy(once))),
    null,
    "",
    true,
  ],
  train: ["mode=", (m: Module, mode: Value) => nativeTrain(m, truthy(mode)), true],
  eval: ["", (m: Module) => m.eval()],
  requires_grad_: ["requires_grad=", (m: Module, on: Value) => m.requiresGrad_(truthy(on)), true],
  zero_grad: ["set_to_none=", (m: Module, none: Value) => void m.zeroGrad(truthy(none)), true],
  apply: ["fn", (m: Module, f: Value) => m.apply((each) => call(f, each))],
  state_dict: [
    "*args, destination=, prefix=, keep_vars=",
    (m: Module, _args: Value, _destination: Value, prefix: string, keep: Value) =>
      ordered(m.stateDict(prefix ?? "", truthy(keep ?? false))),
    null,
    "",
    false,
  ],
  load_state_dict: ["state_dict, strict=, assign=", loadState, true, false],
  register_buffer: [
    "name, tensor, persistent=",
    (m: Module, name: string, t: Tensor | null, persistent: Value) => {
      if (t !== null && !isTensor(t)) {
        throw typeError(`cannot assign '${typeName(t)}' object to buffer '${name}' (torch Tensor or None required)`);
      }
      m.registerBuffer(name, t, truthy(persistent));
      return null;
    },
    true,
  ],
  register_parameter: ["name, param", (m: Module, name: string, p: Tensor | null) => void m.registerParameter(name, p)],
  register_module: [
    "name, module",
    (m: Module, name: string, child: Value) => void m.registerModule(name, asModule(child)),
  ],
  add_module: ["name, module", (m: Module, name: string, child: Value) => void m.registerModule(name, asModule(child))],
  get_submodule: ["target", submodule],
  get_parameter: ["target", (m: Module, path: string) => member(m, path, "parameters_")],
  get_buffer: ["target", (m: Module, path: string) => member(m, path, "buffers_")],
  register_forward_hook: [
    "hook, *, prepend=, with_kwargs=, always_call=",
    (m: Module, hook: Value, prepend: Value, withKeywords: Value) => forwardHook(m, hook, withKeywords, prepend),
    false,
    false,
    false,
  ],
  register_forward_pre_hook: [
    "hook, *, prepend=, with_kwargs=",
    (m: Module, hook: Value, prepend: Value) => preHook(m, hook, prepend),
    false,
    false,
  ],
  register_full_backward_hook: ["hook, prepend=", backwardHook, false],
  register_backward_hook: ["hook", (m: Module, hook: Value) => backwardHook(m, hook, false)],
  cpu: ["", (m: Module) => m],
  cuda: ["device=", noCuda, null],
  float: ["", (m: Module) => cast(m, float32)],
  double: ["", (m: Module) => cast(m, float64)],
  half: ["", (m: Module) => cast(m, float16)],
  bfloat16: ["", (m: Module) => cast(m, bfloat16)],
  type: ["dst_type", (m: Module, dtype: DType) => cast(m, dtype)],
  share_memory: ["", (m: Module) => m],
  extra_repr: ["", extraRepr],
  _get_name: ["", (m: Module) => m.typeName],
  __repr__: ["", reprOf],
  __dir__: ["", (m: Module) => [...attributeNames(m)].sort()],
});
moduleType.define(
  "to",
  rawNative("to", (m, ...args) => to(m as Module, ...args)),
);
for (const [name, table] of [
  ["_parameters", "parameters_"],
  ["_buffers", "buffers_"],
  ["_modules", "modules_"],
] as const) {
  moduleType.define(name, new Getter((m: Module) => ordered(m[table])));
}

function asModule(v: Value): Module | null {
  if (v === null || v instanceof Module) return v;
  throw typeError(`${typeName(v)} is not a Module subclass`);
}

/** Methods that some classes have beyond those of all modules. */
const ownMethods: Readonly<Record<string, string>> = {
  reset_parameters: "resetParameters",
  reset_running_stats: "resetRunningStats",
  flatten_parameters: "flattenParameters",
};
for (const type of moduleTypes.values()) {
  const { prototype } = nativeClassOf(type);
  for (const [name, key] of Object.entries(ownMethods)) {
    const run: unknown = (prototype as unknown as Record<string, unknown>)[key];
    if (typeof run === "function")
      type.define(
        name,
        native(name, "self, /", (m: Module) => void run.call(m)),
      );
  }
}
