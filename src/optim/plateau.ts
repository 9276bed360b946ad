import { check } from "../tensor/errors";
import { type Scalar, toFloat } from "../tensor/scalar";
import { type Dictionary, dictionary, itemsOf } from "./dictionary";
import { type Optimizer, settingNumber } from "./optimizer";
import { checkOptimizer, loadSettings } from "./scheduler";

/** What counts as better than the best so far. */
const improvements: Readonly<Record<string, (value: number, best: number, threshold: number) => boolean>> = {
  "min rel": (value, best, threshold) => value < best * (1 - threshold),
  "min abs": (value, best, threshold) => value < best - threshold,
  "max rel": (value, best, threshold) => value > best * (threshold + 1),
  "max abs": (value, best, threshold) => value > best + threshold,
};

/** Lowers the rates when a measured value has not improved for a while. */
export class ReduceLROnPlateau {
  readonly optimizer: Optimizer;
  readonly minLrs: readonly number[];
  lastEpoch = 0;
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  private lastLr: Scalar[];

  constructor(
    optimizer: unknown,
    readonly mode: string,
    readonly factor: number,
    readonly patience: number,
    readonly threshold: number,
    readonly thresholdMode: string,
    readonly cooldown: number,
    private readonly minLr: unknown,
    readonly eps: number,
  ) {
    check(factor < 1, "Factor should be < 1.0.", "ValueError");
    this.optimizer = checkOptimizer(optimizer);
    const groups = this.optimizer.paramGroups.length;
    const list = itemsOf(minLr);
    check(!list || list.length === groups, () => `expected ${groups} min_lrs, got ${list?.length}`, "ValueError");
    this.minLrs = list ? list.map(settingNumber) : new Array<number>(groups).fill(settingNumber(minLr));
    check(mode === "min" || mode === "max", `mode ${mode} is unknown!`, "ValueError");
    check(
      thresholdMode === "rel" || thresholdMode === "abs",
      `threshold mode ${thresholdMode} is unknown!`,
      "ValueError",
    );
    this.best = mode === "min" ? Infinity : -Infinity;
    this.lastLr = this.present();
  }

  get typeName(): string {
    return this.constructor.name;
  }

  /** @param metrics the value to watch: a number or a tensor of one element */
  step(metrics: unknown, epoch: number | null = null): void {
    const value = settingNumber(metrics);
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    if (improvements[`${this.mode} ${this.thresholdMode}`](value, this.best, this.threshold)) {
      this.best = value;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.lower();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.lastLr = this.present();
  }

  /** Whether a wait after a lowering goes on. */
  get inCooldown(): boolean {
    return this.cooldownCounter > 0;
  }

  private lower(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      const before = settingNumber(group.get("lr"));
      const after = Math.max(before * this.factor, this.minLrs[i]);
      if (before - after > this.eps) group.set("lr", toFloat(after));
    });
  }

  private present(): Scalar[] {
    return this.optimizer.paramGroups.map((group) => group.get("lr") as Scalar);
  }

  getLastLr(): Scalar[] {
    return this.lastLr;
  }

  stateDict(): Dictionary {
    return dictionary([
      ["factor", this.factor],
      ["default_min_lr", itemsOf(this.minLr) ? null : this.minLr],
      ["min_lrs", itemsOf(this.minLr) ?? this.minLrs.map(() => this.minLr)],
      ["patience", this.patience],
      ["cooldown", this.cooldown],
      ["eps", this.eps],
      ["last_epoch", this.lastEpoch],
      ["_last_lr", this.lastLr],
      ["mode_worse", this.mode === "min" ? Infinity : -Infinity],
      ["mode", this.mode],
      ["threshold", this.threshold],
      ["threshold_mode", this.thresholdMode],
      ["best", toFloat(this.best)],
      ["cooldown_counter", this.cooldownCounter],
      ["num_bad_epochs", this.numBadEpochs],
    ]);
  }

  loadStateDict(state: Dictionary): void {
    loadSettings(this, state);
    this.lastLr = [...(state.get("_last_lr") as Scalar[])];
  }
}
