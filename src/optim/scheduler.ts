import { TorchError } from "../tensor/errors";
import { type Scalar, toFloat } from "../tensor/scalar";
import { warn } from "../tensor/warnings";
import { type Dictionary, dictionary } from "./dictionary";
import { Optimizer, settingNumber } from "./optimizer";
import { typeName } from "./text";

const STEPPED_TOO_EARLY =
  "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them " +
  "in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch " +
  "skipping the first value of the learning rate schedule. See more details at " +
  "https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate";

const EPOCH_DEPRECATED =
  "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use " +
  "`scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed form " +
  "is used instead of the new chainable form, where available. Please open an issue if you are unable to replicate your " +
  "use case: https://github.com/pytorch/pytorch/issues/new/choose.";

export function checkOptimizer(optimizer: unknown): Optimizer {
  if (optimizer instanceof Optimizer) return optimizer;
  throw new TorchError("TypeError", `${typeName(optimizer)} is not an Optimizer`);
}

/**
 * Base of the schedules. Each step computes the next rates from the present ones, as PyTorch's do: a schedule chains
 * with others, and the recursion's rounding shows in printed rates. Subclasses set their fields and call `start`.
 */
export abstract class LRScheduler {
  readonly optimizer: Optimizer;
  /** Learning rates of the groups at the start. */
  baseLrs: number[];
  lastEpoch: number;
  /** True while the constructor makes the first step. */
  protected isInitial = true;
  /** True while a step asks for the next rates. */
  withinStep = false;
  protected calls = 0;
  private lastLr: Scalar[] = [];
  private readonly optimizerSteps: number;

  constructor(optimizer: unknown, lastEpoch = -1) {
    this.optimizer = checkOptimizer(optimizer);
    this.lastEpoch = lastEpoch;
    this.optimizerSteps = this.optimizer.stepCount;
    this.baseLrs = this.optimizer.paramGroups.map((group, i) => {
      if (lastEpoch === -1 && !group.has("initial_lr")) group.set("initial_lr", group.get("lr"));
      if (!group.has("initial_lr")) throw new TorchError("KeyError", missingInitialRate(i));
      return settingNumber(group.get("initial_lr"));
    });
  }

  get typeName(): string {
    return this.constructor.name;
  }

  /** How often it has stepped. */
  get stepCount(): number {
    return this.calls;
  }

  /** The first step, which sets the rates of epoch 0. */
  start(): void {
    this.calls = 0;
    this.isInitial = true;
    this.step();
    this.isInitial = false;
  }

  /** Takes back the epoch that the constructor's step has counted, for a schedule that is to start later. */
  undo(): void {
    this.lastEpoch--;
  }

  /** The next rates, one per group. Where nothing changes return `this.rates()`. */
  abstract getLr(): number[];

  /** The rates of `lastEpoch` from the start, for `step(epoch)`; null where there is no closed form. */
  protected closedForm(): number[] | null {
    return null;
  }

  step(epoch: number | null = null): void {
    if (this.calls === 1 && this.optimizer.stepCount === this.optimizerSteps) warn(STEPPED_TOO_EARLY);
    this.calls++;
    if (epoch === null) {
      this.lastEpoch++;
      this.setRates(this.nextRates());
    } else {
      warn(EPOCH_DEPRECATED);
      this.moveToEpoch(epoch);
    }
  }

  /** Sets the rates of an epoch, from the start where there is a closed form. */
  moveToEpoch(epoch: number): void {
    this.lastEpoch = epoch;
    this.setRates(this.closedForm() ?? this.nextRates());
  }

  protected nextRates(): number[] {
    this.withinStep = true;
    try {
      return this.getLr();
    } finally {
      this.withinStep = false;
    }
  }

  protected setRates(rates: readonly number[]): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      if (rates[i] !== settingNumber(group.get("lr"))) group.set("lr", toFloat(rates[i]));
    });
    this.lastLr = this.optimizer.paramGroups.map((group) => group.get("lr") as Scalar);
  }

  /** The groups' present rates. */
  protected rates(): number[] {
    return this.optimizer.paramGroups.map((group) => settingNumber(group.get("lr")));
  }

  protected scaled(factor: number): number[] {
    return this.rates().map((lr) => lr * factor);
  }

  getLastLr(): Scalar[] {
    return this.lastLr;
  }

  stateDict(): Dictionary {
    return dictionary([
      ...this.settings(),
      ["base_lrs", this.baseLrs.map(toFloat)],
      ["last_epoch", this.lastEpoch],
      ["_step_count", this.calls],
      ["_is_initial", this.isInitial],
      ["_get_lr_called_within_step", this.withinStep],
      ["_last_lr", this.lastLr],
    ]);
  }

  loadStateDict(state: Dictionary): void {
    loadSettings(this, state);
    this.calls = settingNumber(state.get("_step_count"));
    this.lastLr = [...(state.get("_last_lr") as Scalar[])];
  }

  /** Settings that the state dict shows, by Python name. */
  protected settings(): (readonly [string, unknown])[] {
    return [];
  }
}

/** Fields whose names are no camel case of the Python ones. */
const fieldNames: Readonly<Record<string, string>> = {
  T_max: "tMax",
  T_0: "t0",
  T_mult: "tMult",
  T_i: "period",
  T_cur: "position",
};

/** The field behind a Python attribute of a schedule. */
export function scheduleField(name: string): string {
  return fieldNames[name] ?? name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** Takes over the numbers, texts and lists of numbers of a saved state. */
export function loadSettings(schedule: object, state: Dictionary): void {
  const fields = schedule as Record<string, unknown>;
  for (const key of state.keys() as Iterable<string>) {
    const field = scheduleField(key);
    const value = state.get(key);
    if (typeof fields[field] === "number") fields[field] = settingNumber(value);
    else if (typeof fields[field] === "string" && typeof value === "string") fields[field] = value;
    else if (Array.isArray(fields[field]) && Array.isArray(value) && (fields[field] as unknown[]).every(isNumber)) {
      fields[field] = value.map(settingNumber);
    }
  }
}

const isNumber = (x: unknown): boolean => typeof x === "number";

function missingInitialRate(group: number): string {
  return (
    `param 'initial_lr' is not specified in param_groups[${group}] when resuming scheduler with last_epoch >= 0.\n` +
    "This typically happens when:\n" +
    "1. You're trying to resume training from a checkpoint but haven't properly loaded the optimizer state\n" +
    "2. You're using last_epoch >= 0 for a fresh training run (not recommended)"
  );
}
