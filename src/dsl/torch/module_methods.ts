/** Methods of `nn.Module`. */
import { floatsTo, kindText, Module } from "../../nn/module";
import { bfloat16, type DType, float16, float32, float64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { toDType } from "../../tensor/ops/copies";
import { empty, type Tensor } from "../../tensor/tensor";
import { attributeNames, findAttribute } from "../attributes";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { call, native, rawNative, splitKwargs } from "../function";
import { Getter, type Value } from "../type";
import { generatorType, typeName } from "../types";
import { NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { dictOf, isInitialised } from "./module_fields";
import { moduleType, moduleTypes, nativeClassOf } from "./module_type";
import "./module_hooks";
import "./module_state";
import "./module_tables";
import { Device, isDType, parseDevice } from "./values";

/** A generator of Python values, as `parameters()` is one. */
const generated = (items: readonly Value[], method: string): Value =>
  new NativeIterator(items, generatorType, `Module.${method}`);
const named = (entries: readonly (readonly [string, unknown])[], method: string): Value =>
  generated(
    entries.map(([name, value]) => new Tuple([name, value])),
    method,
  );

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

// ---- walking

const has = (module: Module, name: string): boolean => findAttribute(module, name) !== undefined;

function submodule(module: Module, path: string): Module {
  let at: Module = module;
  for (const name of path === "" ? [] : path.split(".")) {
    if (!has(at, name)) throw error("AttributeError", `${at.typeName} has no attribute \`${name}\``);
    const next = findAttribute(at, name);
    if (!(next instanceof Module)) throw error("AttributeError", `\`${name}\` is not an nn.Module`);
    at = next;
  }
  return at;
}

function member(module: Module, path: string, table: "parameters_" | "buffers_"): Tensor {
  const dot = path.lastIndexOf(".");
  const owner = submodule(module, path.slice(0, Math.max(dot, 0)));
  const name = path.slice(dot + 1);
  if (!has(owner, name)) throw error("AttributeError", `${owner.typeName} has no attribute \`${name}\``);
  const found = findAttribute(owner, name);
  if (table === "parameters_" ? isTensor(found) && found.isParameter : owner.buffers_.has(name)) return found as Tensor;
  throw error("AttributeError", `\`${name}\` is not ${table === "parameters_" ? "an nn.Parameter" : "a buffer"}`);
}

/** `set_submodule(target, module, strict=False)`. */
function setSubmodule(module: Module, path: string, value: Value, strict: Value): void {
  if (path === "") throw valueError("Cannot set the submodule without a target name!");
  const dot = path.lastIndexOf(".");
  const owner = submodule(module, path.slice(0, Math.max(dot, 0)));
  const name = path.slice(dot + 1);
  if (truthy(strict) && !has(owner, name)) {
    throw error("AttributeError", `${owner.typeName} has no attribute \`${name}\``);
  }
  if (has(owner, name) && !(findAttribute(owner, name) instanceof Module)) {
    throw error("AttributeError", `\`${name}\` is not an nn.Module`);
  }
  owner.modules_.set(name, asModule(value));
}

/** Names under which something is to be registered. */
function checkedName(kind: string, module: Module, name: Value): string {
  if (!isInitialised(module)) throw error("AttributeError", `cannot assign ${kind} before Module.__init__() call`);
  if (typeof name !== "string") throw typeError(`${kind} name should be a string. Got ${typeName(name)}`);
  if (!module.registered(name) && !name.includes(".") && name !== "" && taken(module, name, kind)) {
    throw error("KeyError", `attribute '${name}' already exists`);
  }
  return name;
}

function taken(module: Module, name: string, kind: string): boolean {
  const table = kind === "buffer" ? module.buffers_ : kind === "parameter" ? module.parameters_ : module.modules_;
  return !table.has(name) && has(module, name);
}

function registerBuffer(m: Module, given: Value, t: Value, persistent: Value): void {
  const name = checkedName("buffer", m, given);
  if (t !== null && !isTensor(t)) {
    throw typeError(`cannot assign '${kindText(t)}' object to buffer '${name}' (torch Tensor or None required)`);
  }
  m.registerBuffer(name, t, truthy(persistent));
}

function registerParameter(m: Module, given: Value, p: Value): void {
  const name = checkedName("parameter", m, given);
  if (p !== null && !(isTensor(p) && p.isParameter)) {
    throw typeError(
      `cannot assign '${kindText(p)}' object to parameter '${name}' (torch.nn.Parameter or None required)`,
    );
  }
  m.registerParameter(name, p);
}

function registerModule(m: Module, name: Value, child: Value): void {
  const module = asModule(child);
  m.registerModule(checkedName("module", m, name), module);
}

function train(m: Module, mode: Value): Module {
  if (typeof mode !== "boolean") throw valueError("training mode is expected to be boolean");
  return nativeTrain(m, mode);
}

/** The same modules on a device, with tensors whose values are not set. */
function toEmpty(m: Module): Module {
  return m.convert((t) => empty(t.sizes, t.dtype));
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
  parameters: ["recurse=", (m: Module, recurse: Value) => generated(m.parameters(truthy(recurse)), "parameters"), true],
  named_parameters: [
    "prefix=, recurse=, remove_duplicate=",
    (m: Module, prefix: string, recurse: Value, once: Value) =>
      named(m.namedParameters(prefix, truthy(recurse), truthy(once)), "named_parameters"),
    "",
    true,
    true,
  ],
  buffers: ["recurse=", (m: Module, recurse: Value) => generated(m.buffers(truthy(recurse)), "buffers"), true],
  named_buffers: [
    "prefix=, recurse=, remove_duplicate=",
    (m: Module, prefix: string, recurse: Value, once: Value) =>
      named(m.namedBuffers(prefix, truthy(recurse), truthy(once)), "named_buffers"),
    "",
    true,
    true,
  ],
  children: ["", (m: Module) => generated(m.children(), "children")],
  named_children: ["", (m: Module) => named(m.namedChildren(), "named_children")],
  modules: ["", (m: Module) => generated(m.modules(), "modules")],
  named_modules: [
    "memo=, prefix=, remove_duplicate=",
    (m: Module, _memo: Value, prefix: string, once: Value) =>
      named(m.namedModules(prefix, truthy(once)), "named_modules"),
    null,
    "",
    true,
  ],
  train: ["mode=", train, true],
  eval: ["", (m: Module) => m.eval()],
  requires_grad_: ["requires_grad=", (m: Module, on: Value) => m.requiresGrad_(truthy(on)), true],
  zero_grad: ["set_to_none=", (m: Module, none: Value) => void m.zeroGrad(truthy(none)), true],
  apply: ["fn", (m: Module, f: Value) => m.apply((each) => call(f, each))],
  register_buffer: ["name, tensor, persistent=", registerBuffer, true],
  register_parameter: ["name, param", registerParameter],
  register_module: ["name, module", registerModule],
  add_module: ["name, module", registerModule],
  set_submodule: ["target, module, strict=", setSubmodule, false],
  to_empty: ["*, device, recurse=", toEmpty, true],
  get_submodule: ["target", submodule],
  get_parameter: ["target", (m: Module, path: string) => member(m, path, "parameters_")],
  get_buffer: ["target", (m: Module, path: string) => member(m, path, "buffers_")],
  cpu: ["", (m: Module) => m],
  cuda: ["device=", noCuda, null],
  float: ["", (m: Module) => cast(m, float32)],
  double: ["", (m: Module) => cast(m, float64)],
  half: ["", (m: Module) => cast(m, float16)],
  bfloat16: ["", (m: Module) => cast(m, bfloat16)],
  type: ["dst_type", (m: Module, dtype: DType) => cast(m, dtype)],
  compile: ["*args, **kwargs", () => null],
  share_memory: ["", (m: Module) => m],
  extra_repr: ["", extraRepr],
  _get_name: ["", (m: Module) => m.typeName],
  __repr__: ["", reprOf],
  __dir__: ["", (m: Module) => [...attributeNames(m)].sort()],
});
moduleType.define("__dict__", new Getter(dictOf));
moduleType.define("call_super_init", false);
moduleType.define("dump_patches", false);
moduleType.define(
  "to",
  rawNative("to", (m, ...args) => to(m as Module, ...args)),
);
function asModule(v: Value): Module | null {
  if (v === null || v instanceof Module) return v;
  throw typeError(`${typeName(v)} is not a Module subclass`);
}

/** Parameters of recurrent layers, layer by layer. */
for (const name of ["RNN", "LSTM", "GRU"]) {
  const type = moduleTypes.get(name);
  const namesOf = (m: Module): string[] => [...m.parameters_.keys()];
  const perLayer = (m: Module): Value[] => {
    const groups = new Map<string, Value[]>();
    for (const [key, t] of m.parameters_) {
      const suffix = key.slice(key.indexOf("_l"));
      groups.set(suffix, [...(groups.get(suffix) ?? []), t]);
    }
    return [...groups.values()];
  };
  type?.define("all_weights", new Getter(perLayer));
  type?.define("_flat_weights", new Getter((m: Module) => namesOf(m).map((key) => m.parameters_.get(key))));
  type?.define("_flat_weights_names", new Getter(namesOf));
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
