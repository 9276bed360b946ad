import { check, TorchError } from "../tensor/errors";
import type { Scalar } from "../tensor/scalar";
import { type Dictionary, dictionary, itemsOf } from "./dictionary";
import { settingNumber } from "./optimizer";
import { checkOptimizer, LRScheduler } from "./scheduler";
import { typeName } from "./text";

/** Schedules made of schedules: they must belong to one optimiser and step without a measured value. */
abstract class CombinedSchedule extends LRScheduler {
  readonly schedulers: readonly LRScheduler[];

  constructor(optimizer: unknown, given: readonly unknown[], name: string, lastEpoch: number) {
    for (const [i, scheduler] of given.entries()) {
      if (!(scheduler instanceof LRScheduler)) {
        const measured = typeName(scheduler) === "ReduceLROnPlateau";
        throw measured
          ? new TorchError(
              "ValueError",
              `${name} does not support \`ReduceLROnPlateau\` scheduler as it requires additional kwargs to be ` +
                `specified when calling \`step\`, but got one at index ${i} in the given schedulers sequence.`,
            )
          : new TorchError("TypeError", `${name} at index ${i} should have \`optimizer\` as its attribute.`);
      }
      check(
        scheduler.optimizer === optimizer,
        () =>
          `${name} expects all schedulers to belong to the same optimizer, but got scheduler ` +
          `${scheduler.typeName} at index ${i} has ${scheduler.optimizer.repr()}, ` +
          `which is different from ${checkOptimizer(optimizer).typeName}.`,
        "ValueError",
      );
    }
    super(optimizer, lastEpoch);
    this.schedulers = given as readonly LRScheduler[];
  }

  override undo(): void {
    for (const scheduler of this.schedulers) scheduler.undo();
  }

  override getLr(): number[] {
    return this.rates();
  }

  override stateDict(): Dictionary {
    return dictionary([
      ...this.settings(),
      ["_last_lr", this.getLastLr()],
      ["_schedulers", this.schedulers.map((scheduler) => scheduler.stateDict())],
    ]);
  }

  override loadStateDict(state: Dictionary): void {
    if (state.has("last_epoch")) this.lastEpoch = settingNumber(state.get("last_epoch"));
    for (const [i, saved] of (itemsOf(state.get("_schedulers")) ?? []).entries()) {
      this.schedulers[i].loadStateDict(saved as Dictionary);
    }
  }
}

/** One schedule after the other; the next one begins at each milestone. */
export class SequentialLR extends CombinedSchedule {
  constructor(
    optimizer: unknown,
    schedulers: readonly unknown[],
    readonly milestones: readonly number[],
    lastEpoch = -1,
  ) {
    const name = "SequentialLR";
    check(schedulers.length > 0, `${name} expects at least one scheduler, but got no scheduler.`, "ValueError");
    super(optimizer, schedulers, name, lastEpoch);
    check(
      milestones.length === schedulers.length - 1,
      "Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone " +
        `points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ` +
        `${milestones.length}`,
      "ValueError",
    );
    this.lastEpoch = lastEpoch + 1;
    for (const group of this.optimizer.paramGroups) group.set("lr", group.get("initial_lr"));
    this.undo();
    this.schedulers[this.indexAt(0)].start();
  }

  private indexAt(epoch: number): number {
    return this.milestones.filter((m) => m <= epoch).length;
  }

  override step(): void {
    this.lastEpoch++;
    const index = this.indexAt(this.lastEpoch);
    const scheduler = this.schedulers[index];
    if (index > 0 && this.milestones[index - 1] === this.lastEpoch) scheduler.moveToEpoch(0);
    else scheduler.step();
  }

  override getLastLr(): Scalar[] {
    return this.schedulers[this.indexAt(this.lastEpoch)].getLastLr();
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["_milestones", [...this.milestones]],
      ["last_epoch", this.lastEpoch],
    ];
  }
}

/** Several schedules at once, each changing what the one before it has left. */
export class ChainedScheduler extends CombinedSchedule {
  constructor(schedulers: readonly unknown[], optimizer: unknown = null) {
    const name = "ChainedScheduler";
    check(
      schedulers.length > 0,
      `${name} expects at least one scheduler to be chained, but got no scheduler.`,
      "ValueError",
    );
    super(optimizer ?? (schedulers[0] as Partial<LRScheduler>).optimizer, schedulers, name, -1);
  }

  override step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
  }

  override getLastLr(): Scalar[] {
    return this.optimizer.paramGroups.map((group) => group.get("lr") as Scalar);
  }
}
