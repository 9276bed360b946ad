/** `torch.optim.lr_scheduler`. */
import type { ReduceLROnPlateau } from "../../optim/plateau";
import { LRScheduler } from "../../optim/scheduler";
import { type SchedulerEntry, schedulerEntries } from "../../optim/scheduler_table";
import { methods } from "../builtins/table";
import { construct, rawNative } from "../function";
import { ATTRIBUTES, builtinType, Getter, objectType, type PyType, TYPE, type Value } from "../type";
import { toFloat } from "../values/float";
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
      for (const key of Object.keys(made)) {
        Object.defineProperty(scheduler as object, key, { ...Object.getOwnPropertyDescriptor(made, key)! });
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
  get_lr: ["", (s: Scheduler) => (s instanceof LRScheduler ? s.getLr().map(toFloat) : fromRates(s.getLastLr()))],
  state_dict: ["", (s: Scheduler) => fromNative(s.stateDict())],
  load_state_dict: ["state_dict", (s: Scheduler, state: Value) => void s.loadStateDict(state as never)],
});

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
baseType.define("base_lrs", new Getter((s: Scheduler) => (s instanceof LRScheduler ? s.baseLrs.map(toFloat) : [])));
