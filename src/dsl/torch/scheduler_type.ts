/** `torch.optim.lr_scheduler`. */

import { settingNumber } from "../../optim/optimizer";
import type { ReduceLROnPlateau } from "../../optim/plateau";
import { LRScheduler } from "../../optim/scheduler";
import { type SchedulerEntry, schedulerEntries } from "../../optim/scheduler_table";
import { TorchError } from "../../tensor/errors";
import { methods } from "../builtins/table";
import { CODE, type PyFunction } from "../code";
import { call, construct, rawNative } from "../function";
import { ATTRIBUTES, builtinType, Getter, objectType, type PyType, TYPE, type Value } from "../type";
import { typeOf } from "../types";
import { toFloat } from "../values/float";
import { listOf } from "../values/iterators";
import { binder } from "./construct";
import { fromNative } from "./convert";
import { adoptClass } from "./values";

type Scheduler = LRScheduler | ReduceLROnPlateau;
type NativeClass = { readonly prototype: object };

const module = "torch.optim.lr_scheduler";
const baseType = builtinType("LRScheduler", [objectType], { module });

/** The classes of `torch.optim.lr_scheduler` by name. */
export const schedulerTypes = new Map<string, PyType>([
  ["LRScheduler", baseType],
  ["_LRScheduler", baseType],
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

function register(entry: SchedulerEntry): void {
  const type = builtinType(entry.name, [baseType], { module, doc: entry.summary });
  const bind = binder(entry.schema, `${entry.name}.__init__`, "filled");
  const make = (args: readonly Value[]): Scheduler => entry.create(...bind(args));
  const native = entry.type as NativeClass;
  adoptClass(native.prototype, () => type);
  type.create = (made) => bare(native, made);
  type.called = (made, args) => (made.heap ? construct(made, args) : make(args));
  type.define(
    "__init__",
    rawNative("__init__", (scheduler, ...args) => {
      const made = make(args);
      adopt(scheduler as object, made);
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
  schedulerTypes.set(entry.name, type);
}
schedulerEntries.forEach(register);

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
  state_dict: ["", (s: Scheduler) => fromNative(s.stateDict())],
  load_state_dict: ["state_dict", (s: Scheduler, state: Value) => void s.loadStateDict(state as never)],
});

/** Goes to the native method, past a Python one that replaces it. */
function nextRates(s: Scheduler): Value {
  if (!(s instanceof LRScheduler)) return fromRates(s.getLastLr());
  const { getLr } = Object.getPrototypeOf(s) as LRScheduler;
  return getLr.call(s).map(toFloat);
}

const fromRates = (rates: readonly unknown[]): Value[] => [...rates];

for (const [name, key] of Object.entries({ last_epoch: "lastEpoch", optimizer: "optimizer" })) {
  baseType.define(
    name,
    new Getter(
      (s: Scheduler) => (s as unknown as Record<string, unknown>)[key],
      (s: Scheduler, v) => {
        (s as unknown as Record<string, unknown>)[key] = v;
      },
    ),
  );
}
baseType.define("_step_count", new Getter((s: Scheduler) => (s instanceof LRScheduler ? s.stepCount : 0)));
baseType.define("base_lrs", new Getter((s: Scheduler) => (s instanceof LRScheduler ? s.baseLrs.map(toFloat) : [])));
