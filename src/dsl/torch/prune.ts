/** `torch.nn.utils.prune`: masks on parameters, unstructured, by channel, over several modules, and of one's own. */
import type { HookHandle } from "../../nn/hooks";
import type { Module } from "../../nn/module";
import { computeBeforeForward } from "../../nn/reparametrized";
import { noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { attr } from "../attributes";
import { functions, methods } from "../builtins/table";
import { error, typeError, valueError } from "../exceptions";
import { call, construct, native, rawNative, splitKwargs } from "../function";
import { getItem, setItem } from "../items";
import { repr } from "../text";
import { ATTRIBUTES, builtinType, Kwargs, objectType, type PyObject, type PyType, type Value } from "../type";
import { typeOf } from "../types";
import { ClassMethod } from "../values/descriptors";
import { isFloat, numberOf } from "../values/float";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { runOp } from "./tensor_type";
import { sizeOf } from "./values";

const module = "torch.nn.utils.prune";
const run = (name: string, ...args: Value[]): Tensor => runOp(name, ...args) as Tensor;
const keywords = (entries: Record<string, Value>): Kwargs => new Kwargs(new Map(Object.entries(entries)));
const field = (method: PyObject, name: string): Value => method[ATTRIBUTES].get(name) ?? null;

// ---- which methods are at work

interface Pruning {
  readonly method: PyObject;
  readonly hook: HookHandle;
}

const prunings = new WeakMap<Module, Map<string, Pruning>>();
function pruningsOf(m: Module): Map<string, Pruning> {
  const known = prunings.get(m) ?? new Map<string, Pruning>();
  prunings.set(m, known);
  return known;
}

/** The masked tensor stands in the parameter's place from now on. */
function install(m: Module, name: string, method: PyObject): void {
  const hook = computeBeforeForward(m, name, [], (owner) => call(attr(method, "apply_mask"), owner) as Tensor);
  pruningsOf(m).set(name, { method, hook });
}

// ---- amounts

function checkAmount(amount: Value): void {
  const n = numberOf(amount);
  if (n === undefined) throw typeError(`Invalid type for amount: ${repr(amount)}. Must be int or float.`);
  if (n >= 0 && (!isFloat(amount) || n <= 1)) return;
  throw valueError(`amount=${repr(amount)} should either be a float in the range [0, 1] or a non-negative integer`);
}

/** Halves go to the even number, as Python rounds. */
function rounded(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

function countToPrune(amount: Value, size: number): number {
  const n = numberOf(amount) ?? 0;
  if (isFloat(amount)) return rounded(n * size);
  if (n > size) throw valueError(`amount=${n} should be smaller than the number of parameters to prune=${size}`);
  return n;
}

function checkStructured(t: Tensor): void {
  if (t.ndim > 1) return;
  throw valueError(
    "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape " +
      `${repr(sizeOf(t.sizes))} with ${t.ndim} dims`,
  );
}

// ---- masks

type MaskOf = (method: PyObject, t: Tensor, mask: Tensor) => Value;

const everything = (): Slice => new Slice(null, null, null);
const along = (t: Tensor, dim: number, key: Value): Tuple => {
  const at = dim < 0 ? dim + t.ndim : dim;
  return new Tuple(t.sizes.map((_, d) => (d === at ? key : everything())));
};

/** The `count` greatest or smallest of some scores are masked. */
function withoutExtremes(mask: Tensor, scores: Tensor, count: number, largest: boolean): Tensor {
  const made = run("clone", mask);
  if (count === 0) return made;
  const top = runOp("topk", run("reshape", scores, -1), keywords({ k: count, largest })) as Tuple;
  setItem(run("view", made, -1), top.items[1], 0);
  return made;
}

/** Only the chosen channels are left, of what the mask has left so far. */
function channelMask(t: Tensor, mask: Tensor, dim: number, kept: Value): Tensor {
  const made = run("zeros_like", t);
  setItem(made, along(t, dim, kept), 1);
  return run("mul_", made, mask);
}

const dimOf = (method: PyObject): number => numberOf(field(method, "dim")) ?? 0;

const masks: Readonly<Record<string, MaskOf>> = {
  Identity: (_method, _t, mask) => mask,
  RandomUnstructured: (method, t, mask) => {
    const count = countToPrune(field(method, "amount"), t.numel);
    return withoutExtremes(mask, count === 0 ? t : run("rand_like", t), count, true);
  },
  L1Unstructured: (method, t, mask) =>
    withoutExtremes(mask, run("abs", t), countToPrune(field(method, "amount"), t.numel), false),
  RandomStructured: (method, t, mask) => {
    checkStructured(t);
    const channels = t.sizes.at(dimOf(method)) ?? 0;
    const count = countToPrune(field(method, "amount"), channels);
    if (count === 0) return mask;
    const scores = run("rand", channels);
    const [threshold] = (runOp("kthvalue", scores, count) as Tuple).items;
    return channelMask(t, mask, dimOf(method), run("gt", scores, threshold));
  },
  LnStructured: (method, t, mask) => {
    checkStructured(t);
    const dim = dimOf(method) < 0 ? dimOf(method) + t.ndim : dimOf(method);
    const count = countToPrune(field(method, "amount"), t.sizes[dim]);
    if (count === 0) return mask;
    const others = t.sizes.map((_, d) => d).filter((d) => d !== dim);
    const norms = run("norm", t, keywords({ p: field(method, "n"), dim: others }));
    const top = runOp("topk", norms, keywords({ k: t.sizes[dim] - count, largest: true })) as Tuple;
    return channelMask(t, mask, dim, top.items[1]);
  },
  CustomFromMask: (method, _t, mask) => run("mul", mask, run("to", field(method, "mask"), mask.dtype)),
  PruningContainer: (container, t, mask) => {
    const inner = (field(container, "_pruning_methods") as PyObject[]).at(-1) as PyObject;
    const kind = attr(inner, "PRUNING_TYPE");
    const made = run("clone", mask);
    let where: Value = new Tuple(t.sizes.map(everything));
    if (kind === "unstructured") where = run("eq", mask, 1);
    else if (kind === "structured") {
      const dim = dimOf(inner) < 0 ? dimOf(inner) + t.ndim : dimOf(inner);
      const others = t.sizes.map((_, d) => d).filter((d) => d !== dim);
      where = along(t, dim, run("ne", run("sum", mask, others), 0));
    }
    const part = call(attr(inner, "compute_mask"), getItem(t, where), keywords({ default_mask: getItem(mask, where) }));
    setItem(made, where, part);
    return made;
  },
};

// ---- classes

const baseType = builtinType("BasePruningMethod", [objectType], { module });

/** `BasePruningMethod.apply`: what a class of pruning does to a module. */
function apply(type: PyType, ...args: Value[]): Value {
  const { positional, keywords: named } = splitKwargs(args);
  const [m, name, ...settings] = positional as [Module, string, ...Value[]];
  const scores = named.get("importance_scores") ?? null;
  const rest = new Map([...named].filter(([key]) => key !== "importance_scores"));
  const old = pruningsOf(m).get(name);
  old?.hook.remove();
  pruningsOf(m).delete(name);
  let method = construct(type, rest.size > 0 ? [...settings, new Kwargs(rest)] : settings) as PyObject;
  method[ATTRIBUTES].set("_tensor_name", name);
  if (old) {
    const container = typeOf(old.method) === types.PruningContainer ? old.method : contain(old.method);
    (field(container, "_pruning_methods") as PyObject[]).push(method);
    method = container;
  }
  const original = attr(m, name) as Tensor;
  if (isTensor(scores) && scores.sizes.join() !== original.sizes.join()) {
    throw error("AssertionError", "importance_scores should have the same shape as parameter weight of " + repr(m));
  }
  let mask: Tensor;
  if (old) mask = run("clone", run("detach", m.tensor(`${name}_mask`)));
  else {
    call(attr(m, "register_parameter"), `${name}_orig`, original);
    m.parameters_.delete(name);
    mask = run("ones_like", original);
  }
  try {
    const made = noGrad(() => call(attr(method, "compute_mask"), scores ?? original, keywords({ default_mask: mask })));
    m.registerBuffer(`${name}_mask`, run("detach", made));
    install(m, name, method);
  } catch (thrown) {
    if (!old) {
      m.unassign(`${name}_orig`);
      m.registerParameter(name, original);
    }
    throw thrown;
  }
  return method;
}

baseType.define("apply", new ClassMethod(rawNative("apply", apply as (...args: Value[]) => Value)));

function applyMask(method: PyObject, m: Module): Value {
  const name = field(method, "_tensor_name") as string;
  const original = m.tensor(`${name}_orig`);
  return run("mul", run("to", m.tensor(`${name}_mask`), original.dtype), original);
}

function removeMethod(method: PyObject, m: Module): null {
  const name = field(method, "_tensor_name") as string;
  const original = m.tensor(`${name}_orig`);
  noGrad(() => runOp("copy_", original, call(attr(method, "apply_mask"), m)));
  pruningsOf(m).get(name)?.hook.remove();
  pruningsOf(m).delete(name);
  for (const part of [name, `${name}_orig`, `${name}_mask`]) m.unassign(part);
  m.registerParameter(name, original);
  return null;
}

/** The mask that the method would make, applied to a tensor. */
function pruneTensor(method: PyObject, t: Tensor, given: Value, scores: Value): Value {
  const mask = call(
    attr(method, "compute_mask"),
    scores ?? t,
    keywords({ default_mask: given ?? run("ones_like", t) }),
  );
  return run("mul", t, mask);
}

methods(baseType, {
  apply_mask: ["module", applyMask],
  compute_mask: [
    "t, default_mask",
    (method: PyObject, t: Tensor, mask: Tensor) => (masks[typeOf(method).name] ?? masks.Identity)(method, t, mask),
  ],
  prune: ["t, default_mask=, importance_scores=", pruneTensor, null, null],
  remove: ["module", removeMethod],
});

/** Parameters of the constructors; what is called amount is checked. */
const settings: Readonly<Record<string, { readonly kind: string; readonly params: readonly string[] }>> = {
  Identity: { kind: "unstructured", params: [] },
  RandomUnstructured: { kind: "unstructured", params: ["amount"] },
  L1Unstructured: { kind: "unstructured", params: ["amount"] },
  RandomStructured: { kind: "structured", params: ["amount", "dim="] },
  LnStructured: { kind: "structured", params: ["amount", "n", "dim="] },
  CustomFromMask: { kind: "global", params: ["mask"] },
  PruningContainer: { kind: "global", params: ["*args"] },
};

function classOf(name: string): PyType {
  const { kind, params } = settings[name];
  const type = builtinType(name, [baseType], { module });
  type.define("PRUNING_TYPE", kind);
  const init = (self: PyObject, ...given: Value[]): null => {
    params.forEach((param, i) => {
      if (param === "amount") checkAmount(given[i]);
      if (param === "*args") self[ATTRIBUTES].set("_pruning_methods", [...(given[i] as Tuple).items]);
      else self[ATTRIBUTES].set(param.replace("=", ""), given[i]);
    });
    return null;
  };
  type.define("__init__", native(`${name}.__init__`, ["self", "/", ...params].join(", "), init, [-1]));
  type.define("compute_mask", native("compute_mask", "self, t, default_mask", masks[name]));
  return type;
}

const types: Readonly<Record<string, PyType>> = Object.fromEntries(
  Object.keys(settings).map((name) => [name, classOf(name)]),
);

function contain(method: PyObject): PyObject {
  const made = construct(types.PruningContainer, [method]) as PyObject;
  made[ATTRIBUTES].set("_tensor_name", field(method, "_tensor_name"));
  return made;
}

// ---- functions

function pruned(type: string, m: Module, name: string, args: readonly Value[], scores: Value = null): Module {
  apply(types[type], m, name, ...args, keywords({ importance_scores: scores }));
  return m;
}

function remove(m: Module, name: string): Module {
  const found = pruningsOf(m).get(name);
  if (!found) {
    throw valueError(`Parameter '${name}' of module ${repr(m)} has to be pruned before pruning can be removed`);
  }
  call(attr(found.method, "remove"), m);
  return m;
}

const isPruned = (m: Module): boolean => m.modules().some((each) => pruningsOf(each).size > 0);

function globally(parameters: Value, type: PyType, scores: Value, rest: Value): null {
  const pairs = listOf(parameters).map((pair) => listOf(pair) as [Module, string]);
  const flat = (list: readonly Value[]): Tensor =>
    run(
      "cat",
      list.map((t) => run("reshape", t, -1)),
    );
  const given = (m: Module, name: string): Value =>
    scores === null ? attr(m, name) : getItem(scores, new Tuple([m, name]));
  const maskOf = (m: Module, name: string): Value => m.buffers_.get(`${name}_mask`) ?? run("ones_like", attr(m, name));
  const method = construct(type, [new Kwargs(new Map(Object.entries(rest as object)))]) as PyObject;
  const container = construct(types.PruningContainer, [method]) as PyObject;
  const whole = noGrad(() =>
    call(
      attr(container, "compute_mask"),
      flat(pairs.map(([m, name]) => given(m, name))),
      keywords({ default_mask: flat(pairs.map(([m, name]) => maskOf(m, name))) }),
    ),
  );
  let at = 0;
  for (const [m, name] of pairs) {
    const { numel } = attr(m, name) as Tensor;
    const mask = run("view_as", run("narrow", whole, 0, at, numel), attr(m, name));
    pruned("CustomFromMask", m, name, [mask]);
    at += numel;
  }
  return null;
}

export function pruneModule(): [string, Value] {
  const entries = functions({
    identity: ["module, name", (m: Module, name: string) => pruned("Identity", m, name, [])],
    random_unstructured: [
      "module, name, amount",
      (m: Module, name: string, amount: Value) => pruned("RandomUnstructured", m, name, [amount]),
    ],
    l1_unstructured: [
      "module, name, amount, importance_scores=",
      (m: Module, name: string, amount: Value, scores: Value) => pruned("L1Unstructured", m, name, [amount], scores),
      null,
    ],
    random_structured: [
      "module, name, amount, dim",
      (m: Module, name: string, amount: Value, dim: Value) => pruned("RandomStructured", m, name, [amount, dim]),
    ],
    ln_structured: [
      "module, name, amount, n, dim, importance_scores=",
      (m: Module, name: string, amount: Value, n: Value, dim: Value, scores: Value) =>
        pruned("LnStructured", m, name, [amount, n, dim], scores),
      null,
    ],
    custom_from_mask: [
      "module, name, mask",
      (m: Module, name: string, mask: Value) => pruned("CustomFromMask", m, name, [mask]),
    ],
    global_unstructured: [
      "parameters, pruning_method, importance_scores=, **kwargs",
      (parameters: Value, type: PyType, scores: Value, rest: { pairs(): [string, Value][] }) =>
        globally(parameters, type, scores, Object.fromEntries(rest.pairs())),
      null,
    ],
    remove: ["module, name", remove],
    is_pruned: ["module", isPruned],
  });
  const named = [baseType, ...Object.values(types)].map((type): [string, Value] => [type.name, type]);
  return ["prune", new PyModule(module, [...named, ...entries])];
}
