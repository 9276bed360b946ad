/** `torch.optim`: native optimisers as Python classes, which notes may derive from. */
import { addHook } from "../../nn/hooks";
import { containers } from "../../optim/dictionary";
import { Optimizer } from "../../optim/optimizer";
import { type OptimizerEntry, optimizerEntries } from "../../optim/table";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { call, construct, native, rawNative } from "../function";
import { defaultDictType } from "../modules/collections";
import { ATTRIBUTES, builtinType, Getter, objectType, type PyType, TYPE, type Value } from "../type";
import { dictType } from "../types";
import { Dict } from "../values/dict";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";
import { binder } from "./construct";
import { removable } from "./hooks";
import { adoptClass } from "./values";

// Groups and states are Python dicts and tuples, so that a note that changes them changes the optimiser.
containers.dict = () => new Dict();
containers.states = () => construct(defaultDictType, [dictType]) as Dict;
containers.tuple = (values) => new Tuple(values);

type NativeClass = OptimizerEntry["type"];
const types = new Map<unknown, PyType>();

/** The classes of `torch.optim` by name. */
export const optimizerTypes = new Map<string, PyType>();

adoptClass(Optimizer.prototype, (o: Optimizer) => types.get(o.constructor) ?? types.get(Optimizer)!);

function bare(native: NativeClass, type: PyType): Optimizer {
  const optimizer = Object.create(native.prototype) as Optimizer;
  Object.defineProperty(optimizer, TYPE, { value: type });
  Object.defineProperty(optimizer, ATTRIBUTES, { value: new Map() });
  Object.defineProperty(optimizer, "typeName", { value: type.name });
  return optimizer;
}

for (const entry of optimizerEntries) {
  const parent = types.get(Object.getPrototypeOf(entry.type)) ?? types.get(Optimizer) ?? objectType;
  const module = entry.name === "Optimizer" ? "torch.optim.optimizer" : `torch.optim.${entry.name.toLowerCase()}`;
  const type = builtinType(entry.name, [parent], { module, doc: entry.summary });
  const bind = binder(entry.schema, `${entry.name}.__init__`);
  const make = (args: readonly Value[]): Optimizer => entry.create(...(bind(args) as never[]));
  types.set(entry.type, type);
  optimizerTypes.set(entry.name, type);
  type.create = (made) => bare(entry.type, made);
  type.called = (made, args) => (made.heap ? construct(made, args) : make(args));
  type.define(
    "__init__",
    rawNative("__init__", (optimizer, ...args) => {
      const made = make(args);
      for (const key of Object.keys(made)) {
        Object.defineProperty(optimizer as Optimizer, key, { ...Object.getOwnPropertyDescriptor(made, key)! });
      }
      return null;
    }),
  );
}

const optimizerType = optimizerTypes.get("Optimizer")!;

/** Goes to the native method, past a Python one that replaces it. */
const nativeStep = (o: Optimizer, closure: Value): Value => {
  const { step } = Object.getPrototypeOf(o) as Optimizer;
  return step.call(o, closure === null ? null : () => call(closure)) as Value;
};

// ---- hooks

interface OptimizerHooks {
  readonly stepPre: Map<number, Value>;
  readonly stepPost: Map<number, Value>;
  readonly statePre: Map<number, Value>;
  readonly statePost: Map<number, Value>;
  readonly loadPre: Map<number, Value>;
  readonly loadPost: Map<number, Value>;
}

const hooks = new WeakMap<Optimizer, OptimizerHooks>();

function hooksOf(o: Optimizer): OptimizerHooks {
  let known = hooks.get(o);
  if (!known) {
    const table = (): Map<number, Value> => new Map();
    known = {
      stepPre: table(),
      stepPost: table(),
      statePre: table(),
      statePost: table(),
      loadPre: table(),
      loadPost: table(),
    };
    hooks.set(o, known);
  }
  return known;
}

const register =
  (table: keyof OptimizerHooks) =>
  (o: Optimizer, hook: Value, prepend: Value): Value =>
    removable(addHook(hooksOf(o)[table], hook, truthy(prepend ?? false)));

function step(o: Optimizer, closure: Value): Value {
  const known = hooks.get(o);
  if (!known) return nativeStep(o, closure);
  const args = new Tuple(closure === null ? [o] : [o, closure]);
  for (const hook of [...known.stepPre.values()]) call(hook, o, args, new Dict());
  const loss = nativeStep(o, closure);
  for (const hook of [...known.stepPost.values()]) call(hook, o, args, new Dict());
  return loss;
}

function stateDict(o: Optimizer): Value {
  const known = hooks.get(o);
  for (const hook of known?.statePre.values() ?? []) call(hook, o);
  let state = o.stateDict() as Value;
  for (const hook of known?.statePost.values() ?? []) state = call(hook, o, state) ?? state;
  return state;
}

function loadStateDict(o: Optimizer, given: Dict): void {
  const known = hooks.get(o);
  let state = given.copy();
  for (const hook of known?.loadPre.values() ?? []) {
    const replaced = call(hook, o, state);
    if (replaced instanceof Dict) state = replaced;
  }
  o.loadStateDict(state);
  for (const hook of known?.loadPost.values() ?? []) call(hook, o);
}

// ---- groups

/** Sets have no order that would be the same the next time. */
function checkGroup(group: Value): Value {
  if (group instanceof Dict && group.get("params") instanceof PySet) {
    throw typeError(
      "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will " +
        "change between runs. Please use a list instead.",
    );
  }
  return group;
}

methods(optimizerType, {
  step: ["closure=", step, null],
  register_step_pre_hook: ["hook", register("stepPre")],
  register_step_post_hook: ["hook", register("stepPost")],
  register_state_dict_pre_hook: ["hook, prepend=", register("statePre"), false],
  register_state_dict_post_hook: ["hook, prepend=", register("statePost"), false],
  register_load_state_dict_pre_hook: ["hook, prepend=", register("loadPre"), false],
  register_load_state_dict_post_hook: ["hook, prepend=", register("loadPost"), false],
  zero_grad: ["set_to_none=", (o: Optimizer, none: Value) => void o.zeroGrad(truthy(none)), true],
  add_param_group: ["param_group", (o: Optimizer, group: Value) => void o.addParamGroup(checkGroup(group))],
  state_dict: ["", stateDict],
  load_state_dict: ["state_dict", loadStateDict],
  __repr__: ["", (o: Optimizer) => o.repr()],
});
optimizerTypes.get("LBFGS")?.define(
  "step",
  native("LBFGS.step", "self, closure", (o: Optimizer, closure: Value) => step(o, closure)),
);
for (const [name, key] of Object.entries({ param_groups: "paramGroups", state: "state", defaults: "defaults" })) {
  const field = key as "paramGroups";
  optimizerType.define(
    name,
    new Getter(
      (o: Optimizer) => o[field],
      (o: Optimizer, v) => {
        o[field] = v as Optimizer["paramGroups"];
      },
    ),
  );
}
