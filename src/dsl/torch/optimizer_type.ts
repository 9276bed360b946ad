/** `torch.optim`: native optimisers as Python classes, which notes may derive from. */
import { containers } from "../../optim/dictionary";
import { Optimizer } from "../../optim/optimizer";
import { type OptimizerEntry, optimizerEntries } from "../../optim/table";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { call, construct, rawNative } from "../function";
import { defaultDictType } from "../modules/collections";
import { ATTRIBUTES, builtinType, Getter, objectType, type PyType, TYPE, type Value } from "../type";
import { dictType } from "../types";
import { Dict } from "../values/dict";
import { Tuple } from "../values/tuple";
import { binder } from "./construct";
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

methods(optimizerType, {
  step: ["closure=", nativeStep, null],
  zero_grad: ["set_to_none=", (o: Optimizer, none: Value) => void o.zeroGrad(truthy(none)), true],
  add_param_group: ["param_group", (o: Optimizer, group: Value) => void o.addParamGroup(group)],
  state_dict: ["", (o: Optimizer) => o.stateDict() as Value],
  load_state_dict: ["state_dict", (o: Optimizer, state: Dict) => void o.loadStateDict(state)],
  __repr__: ["", (o: Optimizer) => o.repr()],
});
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
