import { check } from "../tensor/errors";
import { toFloat } from "../tensor/scalar";
import { itemsOf } from "./dictionary";
import { settingNumber } from "./optimizer";
import { checkOptimizer, LRScheduler } from "./scheduler";
import type { SchedulerEntry } from "./scheduler_table";

/** How far the rates have come after a share of the epochs. */
const curves: Readonly<Record<string, (share: number) => number>> = {
  cos: (t) => (1 - Math.cos(Math.PI * t)) / 2,
  linear: (t) => t,
};

/** Brings the rates to the one of stochastic weight averaging (Izmailov et al. 2018) and keeps them there. */
export class SWALR extends LRScheduler {
  private readonly curve: (share: number) => number;

  constructor(
    given: unknown,
    swaLr: unknown,
    readonly annealEpochs: number,
    strategy: string,
    lastEpoch: number,
  ) {
    const { paramGroups } = checkOptimizer(given);
    const list = itemsOf(swaLr);
    check(
      !list || list.length === paramGroups.length,
      () =>
        "swa_lr must have the same length as optimizer.param_groups: " +
        `swa_lr has ${list?.length}, optimizer.param_groups has ${paramGroups.length}`,
      "ValueError",
    );
    paramGroups.forEach((group, i) => {
      group.set("swa_lr", list ? list[i] : swaLr);
    });
    check(
      strategy in curves,
      () => `anneal_strategy must be one of 'cos' or 'linear', instead got ${strategy}`,
      "ValueError",
    );
    check(annealEpochs >= 0, () => `anneal_epochs must be equal or greater than 0, got ${annealEpochs}`, "ValueError");
    super(given, lastEpoch);
    this.curve = curves[strategy];
    this.start();
  }

  override getLr(): number[] {
    const step = this.annealEpochs === 0 ? Math.max(1, this.calls - 1) : this.calls - 1;
    const share = (at: number): number => this.curve(Math.max(0, Math.min(1, at / Math.max(1, this.annealEpochs))));
    const [before, now] = [share(step - 1), share(step)];
    return this.optimizer.paramGroups.map((group) => {
      const goal = settingNumber(group.get("swa_lr"));
      const lr = settingNumber(group.get("lr"));
      const first = before === 1 ? goal : (lr - before * goal) / (1 - before);
      return goal * now + first * (1 - now);
    });
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [["anneal_epochs", this.annealEpochs]];
  }
}

export const swaEntry: SchedulerEntry = {
  name: "SWALR",
  schema: "SWALR(Optimizer optimizer, Any swa_lr, int anneal_epochs=10, str anneal_strategy='cos', int last_epoch=-1)",
  type: SWALR,
  create: (o, lr, epochs, strategy, last) =>
    new SWALR(
      o,
      typeof lr === "number" ? toFloat(lr) : lr,
      settingNumber(epochs),
      String(strategy),
      settingNumber(last),
    ),
  summary: "Brings the rates to that of stochastic weight averaging.",
};
