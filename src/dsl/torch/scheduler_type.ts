/** `torch.optim.lr_scheduler`. */

import { settingNumber } from "../../optim/optimizer";
import type { ReduceLROnPlateau } from "../../optim/plateau";
import { LRScheduler, scheduleField } from "../../optim/scheduler";
import { type SchedulerEntry, schedulerEntries } from "../../optim/scheduler_table";
import { MultiStepLR } from "../../optim/schedules";
import { TorchError } from "../../tensor/errors";
import { isScalar } from "../../tensor/scalar";
import { parseSchema } from "../../tensor/schema";
import { warn } from "../../tensor/warnings";
import { methods } from "../builtins/table";
import { CODE, type PyFunction } from "../code";
import { call, construct, native, rawNative } from "../function";
import { counterType } from "../modules/collections";
import {
  ATTRIBUTES,
  attributesOf,
  builtinType,
  type Fields,
  Getter,
  objectType,
  type PyType,
  TYPE,
  type Value,
} from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { toFloat } from "../values/float";
import { listOf } from "../values/iterators";
import { binder, pythonFunction } from "./construct";
import { adoptClass } from "./values";

type Scheduler = LRScheduler | ReduceLROnPlateau;
type NativeClass = { readonly prototype: object };

const module = "torch.optim.lr_scheduler";
/** What was given for a schedule's settings, by parameter: an int stays one when it is shown. */
const given = new WeakMap<object, ReadonlyMap<string, Value>>();

/** The state as Python shows it. */
function stateOf(scheduler: Scheduler): Dict {
  const state = scheduler.stateDict() as unknown as Dict;
  for (const [name, value] of given.get(scheduler) ?? []) {
    const known = state.get(name);
    if (typeof known === "number" && isScalar(value) && settingNumber(value) === known) state.set(name, value);
  }
  if (scheduler instanceof MultiStepLR) state.set("milestones", call(counterType, state.get("milestones")));
  const own = attributesOf(scheduler);
  if (own === undefined || own.size === 0) return state;
  return new Dict([...own, ...(state.pairs() as [string, Value][])]);
}

/** Settings are attributes: those that a state has, and other numbers. */
const fields: Fields = {
  get(o, name) {
    const own = attributesOf(o)?.get(name);
    if (own !== undefined || !Object.hasOwn(o as object, "optimizer")) return own;
    const value = (o as Record<string, unknown>)[scheduleField(name)];
    const known = listAttribute(value) ?? stateOf(o as Scheduler).get(name);
    if (known !== undefined) return known;
    return typeof value === "number" || typeof value === "boolean" ? value : undefined;
  },
  set(o, name, value) {
    const scheduler = o as Record<string, unknown>;
    const field = scheduleField(name);
    if (typeof scheduler[field] === "number") scheduler[field] = settingNumber(value);
    else if (name === "base_lrs") scheduler.baseLrs = listOf(value).map(settingNumber);
    else attributesOrNew(scheduler).set(name, value);
    return true;
  },
  delete: (o, name) => attributesOf(o)?.delete(name) ?? false,
  names: (o) => [...(attributesOf(o)?.keys() ?? []), ...(stateOf(o as Scheduler).keys() as string[])],
};

/** Lists of schedules or functions, as notes see them. */
function listAttribute(value: unknown): Value | undefined {
  return Array.isArray(value) &&
    value.length > 0 &&
    value.every((v) => typeof v === "function" || v instanceof LRScheduler)
    ? value.map((v: object) => (typeof v === "function" ? pythonFunction(v) : v))
    : undefined;
}

function attributesOrNew(scheduler: object): Map<string, Value> {
  if (!attributesOf(scheduler)) Object.defineProperty(scheduler, ATTRIBUTES, { value: new Map() });
  return attributesOf(scheduler) as Map<string, Value>;
}

const baseType = builtinType("LRScheduler", [objectType], { module, fields });
const formerType = builtinType("_LRScheduler", [baseType], { module });

/** The classes of `torch.optim.lr_scheduler` by name. */
export const schedulerTypes = new Map<string, PyType>([
  ["LRScheduler", baseType],
  ["_LRScheduler", formerType],
]);

function bare(native: NativeClass, type: PyType): object {
  const scheduler = Object.create(native.prototype) as object;
  Object.defineProperty(scheduler, TYPE, { value: type });
  Object.defineProperty(scheduler, ATTRIBUTES, { value: new Map() });
  return scheduler;
}

/** A schedule whose rates Python code computes; its first step waits until the Python object is complete. */
class CustomSchedule extends LRScheduler {
  override getLr(): number[] {
    throw new TorchError("NotImplementedError", "");
  }
}

/** Native code that asks for the next rates gets those of a Python `get_lr`. */
function dress(scheduler: Scheduler): boolean {
  const f = typeOf(scheduler).lookup("get_lr");
  if (typeof f !== "function" || (f as unknown as PyFunction)[CODE].native) return false;
  Object.defineProperty(scheduler, "getLr", {
    value: () => listOf(call(f, scheduler)).map((lr) => settingNumber(lr)),
    configurable: true,
  });
  return true;
}

function adopt(scheduler: object, made: object): void {
  for (const key of Object.keys(made)) {
    Object.defineProperty(scheduler, key, { ...Object.getOwnPropertyDescriptor(made, key)! });
  }
}

const bindCustom = binder("LRScheduler(Optimizer optimizer, int last_epoch=-1)", "LRScheduler.__init__", "filled");
baseType.create = (made) => bare(CustomSchedule, made);
baseType.called = (made, args) => construct(made, args);
formerType.create = baseType.create;
formerType.called = baseType.called;
baseType.define(
  "__init__",
  rawNative("__init__", (scheduler, ...args) => {
    const [optimizer, lastEpoch] = bindCustom(args);
    const own = scheduler as CustomSchedule;
    adopt(own, new CustomSchedule(optimizer, settingNumber(lastEpoch)));
    dress(own);
    own.start();
    return null;
  }),
);

/** The Python class of a native schedule. */
export function registerScheduler(entry: SchedulerEntry, file = module): PyType {
  const type = builtinType(entry.name, [baseType], { module: file, doc: entry.summary });
  const bind = binder(entry.schema, `${entry.name}.__init__`, "filled");
  const names = parseSchema(entry.schema).params.map((param) => param.name);
  const make = (args: readonly Value[]): Scheduler => {
    const bound = bind(args);
    const made = entry.create(...bound);
    given.set(made, new Map(names.map((name, i) => [name, bound[i]])));
    return made;
  };
  const native = entry.type as NativeClass;
  adoptClass(native.prototype, () => type);
  type.create = (made) => bare(native, made);
  type.called = (made, args) => (made.heap ? construct(made, args) : make(args));
  type.define(
    "__init__",
    rawNative("__init__", (scheduler, ...args) => {
      const made = make(args);
      adopt(scheduler as object, made);
      given.set(scheduler as object, given.get(made) ?? new Map());
      const own = scheduler as Scheduler;
      if (dress(own) && own instanceof LRScheduler) {
        // The first step was the native class's: once more, with the Python method.
        own.undo();
        for (const group of own.optimizer.paramGroups) group.set("lr", group.get("initial_lr"));
        own.start();
      }
      return null;
    }),
  );
  return type;
}
for (const entry of schedulerEntries) schedulerTypes.set(entry.name, registerScheduler(entry));

/** A schedule steps by epoch, a plateau by what was measured. */
function step(scheduler: Scheduler, metric: Value, epoch: Value): null {
  if (scheduler instanceof LRScheduler) scheduler.step((metric ?? epoch) as number | null);
  else scheduler.step(metric as never, epoch as never);
  return null;
}

methods(baseType, {
  step: ["metrics=, epoch=", step, null, null],
  get_last_lr: ["", (s: Scheduler) => fromRates(s.getLastLr())],
  get_lr: ["", nextRates],
  state_dict: ["", stateOf],
  load_state_dict: ["state_dict", (s: Scheduler, state: Value) => void s.loadStateDict(state as never)],
});

/** Goes to the native method, past a Python one that replaces it. */
function nextRates(s: Scheduler): Value {
  if (!(s instanceof LRScheduler)) return fromRates(s.getLastLr());
  if (!s.withinStep) warn("To get the last learning rate computed by the scheduler, please use `get_last_lr()`.");
  const { getLr } = Object.getPrototypeOf(s) as LRScheduler;
  return getLr.call(s).map(toFloat);
}

const fromRates = (rates: readonly unknown[]): Value[] => [...rates];

baseType.define(
  "optimizer",
  new Getter(
    (s: Scheduler) => s.optimizer,
    (s: Scheduler, v) => {
      (s as unknown as Record<string, unknown>).optimizer = v;
    },
  ),
);
const plateauType = schedulerTypes.get("ReduceLROnPlateau") as PyType;
plateauType.define(
  "step",
  native(
    "ReduceLROnPlateau.step",
    "self, metrics, epoch=",
    (s: Scheduler, metric: Value, epoch: Value) => step(s, metric, epoch),
    [null],
  ),
);
plateauType.define("in_cooldown", new Getter((s: ReduceLROnPlateau) => s.inCooldown));
