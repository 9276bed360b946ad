import { check } from "../tensor/errors";
import { type Scalar, toNumber } from "../tensor/scalar";
import { type Dictionary, itemsOf } from "./dictionary";
import { LRScheduler } from "./scheduler";

/** Schedules that need nothing but the epoch. Formulas are those of `torch/optim/lr_scheduler.py`. */

export class StepLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly stepSize: number,
    readonly gamma: number,
    lastEpoch?: number,
  ) {
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    const due = this.lastEpoch !== 0 && this.lastEpoch % this.stepSize === 0;
    return due ? this.scaled(this.gamma) : this.rates();
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["step_size", this.stepSize],
      ["gamma", this.gamma],
    ];
  }
}

export class MultiStepLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly milestones: readonly number[],
    readonly gamma: number,
    lastEpoch?: number,
  ) {
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    const passed = this.milestones.filter((m) => m === this.lastEpoch).length;
    return passed === 0 ? this.rates() : this.scaled(this.gamma ** passed);
  }

  protected override closedForm(): number[] {
    const passed = this.milestones.filter((m) => m <= this.lastEpoch).length;
    return this.baseLrs.map((lr) => lr * this.gamma ** passed);
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["milestones", [...this.milestones]],
      ["gamma", this.gamma],
    ];
  }
}

export class ExponentialLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly gamma: number,
    lastEpoch?: number,
  ) {
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    return this.isInitial ? this.rates() : this.scaled(this.gamma);
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** this.lastEpoch);
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [["gamma", this.gamma]];
  }
}

export class ConstantLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly factor: number,
    readonly totalIters: number,
    lastEpoch?: number,
  ) {
    check(factor >= 0 && factor <= 1, "Constant multiplicative factor expected to be between 0 and 1.", "ValueError");
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    if (this.lastEpoch === 0) return this.scaled(this.factor);
    return this.lastEpoch === this.totalIters ? this.scaled(1 / this.factor) : this.rates();
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["factor", this.factor],
      ["total_iters", this.totalIters],
    ];
  }
}

export class LinearLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly startFactor: number,
    readonly endFactor: number,
    readonly totalIters: number,
    lastEpoch?: number,
  ) {
    check(
      startFactor > 0 && startFactor <= 1,
      "Starting multiplicative factor expected to be greater than 0 and less or equal to 1.",
      "ValueError",
    );
    check(
      endFactor >= 0 && endFactor <= 1,
      "Ending multiplicative factor expected to be between 0 and 1.",
      "ValueError",
    );
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    if (this.lastEpoch === 0) return this.scaled(this.startFactor);
    if (this.isInitial || this.lastEpoch > this.totalIters) return this.rates();
    const rise = this.endFactor - this.startFactor;
    return this.scaled(1 + rise / (this.totalIters * this.startFactor + (this.lastEpoch - 1) * rise));
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["start_factor", this.startFactor],
      ["end_factor", this.endFactor],
      ["total_iters", this.totalIters],
    ];
  }
}

export class PolynomialLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly totalIters: number,
    readonly power: number,
    lastEpoch?: number,
  ) {
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    if (this.isInitial || this.lastEpoch > this.totalIters) return this.rates();
    const left = 1 - this.lastEpoch / this.totalIters;
    return this.scaled((left / (1 - (this.lastEpoch - 1) / this.totalIters)) ** this.power);
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["total_iters", this.totalIters],
      ["power", this.power],
    ];
  }
}

export class CosineAnnealingLR extends LRScheduler {
  constructor(
    optimizer: unknown,
    readonly tMax: number,
    readonly etaMin: number,
    lastEpoch?: number,
  ) {
    super(optimizer, lastEpoch);
    this.start();
  }

  override getLr(): number[] {
    const { lastEpoch: t, tMax, etaMin } = this;
    if (this.isInitial) return this.rates();
    const period = 2 * tMax;
    if ((((t - 1 - tMax) % period) + period) % period === 0) {
      const rise = 1 - Math.cos(Math.PI / tMax);
      return this.rates().map((lr, i) => lr + ((this.baseLrs[i] - etaMin) * rise) / 2);
    }
    const ratio = (1 + Math.cos((Math.PI * t) / tMax)) / (1 + Math.cos((Math.PI * (t - 1)) / tMax));
    return this.rates().map((lr) => ratio * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): number[] {
    const height = 1 + Math.cos((Math.PI * this.lastEpoch) / this.tMax);
    return this.baseLrs.map((lr) => this.etaMin + ((lr - this.etaMin) * height) / 2);
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["T_max", this.tMax],
      ["eta_min", this.etaMin],
    ];
  }
}

export class CosineAnnealingWarmRestarts extends LRScheduler {
  private period: number;
  private position: number;

  constructor(
    optimizer: unknown,
    readonly t0: number,
    readonly tMult: number,
    readonly etaMin: number,
    lastEpoch = -1,
  ) {
    check(t0 > 0, () => `Expected positive integer T_0, but got ${t0}`, "ValueError");
    check(tMult >= 1, () => `Expected integer T_mult >= 1, but got ${tMult}`, "ValueError");
    super(optimizer, lastEpoch);
    this.period = t0;
    this.position = lastEpoch;
    this.start();
  }

  override step(epoch: number | null = null): void {
    if (epoch === null && this.lastEpoch >= 0) {
      this.lastEpoch++;
      this.position++;
      if (this.position >= this.period) {
        this.position %= this.period;
        this.period *= this.tMult;
      }
    } else this.moveTo(epoch ?? 0);
    this.setRates(this.nextRates());
  }

  /** Fractional epochs are allowed. */
  private moveTo(epoch: number): void {
    check(epoch >= 0, () => `Expected non-negative epoch, but got ${epoch}`, "ValueError");
    const { t0, tMult } = this;
    const restarts =
      epoch < t0 || tMult === 1 ? 0 : Math.trunc(Math.log((epoch / t0) * (tMult - 1) + 1) / Math.log(tMult));
    this.period = t0 * tMult ** restarts;
    this.position = tMult === 1 ? epoch % t0 : epoch - (t0 * (tMult ** restarts - 1)) / (tMult - 1);
    this.lastEpoch = Math.floor(epoch);
  }

  override getLr(): number[] {
    const height = 1 + Math.cos((Math.PI * this.position) / this.period);
    return this.baseLrs.map((lr) => this.etaMin + ((lr - this.etaMin) * height) / 2);
  }

  protected override settings(): (readonly [string, unknown])[] {
    return [
      ["T_0", this.t0],
      ["T_i", this.period],
      ["T_mult", this.tMult],
      ["eta_min", this.etaMin],
      ["T_cur", this.position],
    ];
  }
}

/** A Python function of the epoch. */
export type RateFunction = (epoch: number) => unknown;

/** One function per group, from one for all or a list. */
function perGroup(given: unknown, groups: number): readonly RateFunction[] {
  const list = itemsOf(given);
  if (!list) return new Array<RateFunction>(groups).fill(given as RateFunction);
  check(list.length === groups, () => `Expected ${groups} lr_lambdas, but got ${list.length}`, "ValueError");
  return list as readonly RateFunction[];
}

export class LambdaLR extends LRScheduler {
  readonly lrLambdas: readonly RateFunction[];

  constructor(optimizer: unknown, lrLambda: unknown, lastEpoch?: number) {
    super(optimizer, lastEpoch);
    this.lrLambdas = perGroup(lrLambda, this.baseLrs.length);
    this.start();
  }

  /** Functions are not saved. */
  override stateDict(): Dictionary {
    const state = super.stateDict();
    state.set(
      "lr_lambdas",
      this.lrLambdas.map(() => null),
    );
    return state;
  }

  override getLr(): number[] {
    return this.baseLrs.map((lr, i) => lr * toNumber(this.lrLambdas[i](this.lastEpoch) as Scalar));
  }
}

export class MultiplicativeLR extends LRScheduler {
  readonly lrLambdas: readonly RateFunction[];

  constructor(optimizer: unknown, lrLambda: unknown, lastEpoch?: number) {
    super(optimizer, lastEpoch);
    this.lrLambdas = perGroup(lrLambda, this.baseLrs.length);
    this.start();
  }

  /** Functions are not saved. */
  override stateDict(): Dictionary {
    const state = super.stateDict();
    state.set(
      "lr_lambdas",
      this.lrLambdas.map(() => null),
    );
    return state;
  }

  override getLr(): number[] {
    if (this.isInitial) return this.rates();
    return this.rates().map((lr, i) => lr * toNumber(this.lrLambdas[i](this.lastEpoch) as Scalar));
  }
}
