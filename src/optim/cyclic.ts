import { check } from "../tensor/errors";
import { type Scalar, toFloat, toNumber } from "../tensor/scalar";
import { itemsOf } from "./dictionary";
import { setMomentum } from "./one_cycle";
import { settingNumber } from "./optimizer";
import { checkOptimizer, LRScheduler } from "./scheduler";

export interface CyclicOptions {
  /** A number for all groups or one per group. */
  readonly baseLr: unknown;
  readonly maxLr: unknown;
  readonly stepSizeUp: number;
  readonly stepSizeDown: number | null;
  readonly mode: string;
  readonly gamma: number;
  /** Takes the place of the mode's factor. */
  readonly scale: ((x: number) => unknown) | null;
  /** What the factor is a function of: "cycle" or "iterations". */
  readonly scaleMode: string;
  readonly cycleMomentum: boolean;
  readonly baseMomentum: unknown;
  readonly maxMomentum: unknown;
}

/** How high a cycle goes, by mode. */
const factors: Readonly<Record<string, (x: number, gamma: number) => number>> = {
  triangular: () => 1,
  triangular2: (cycle) => 1 / 2 ** (cycle - 1),
  exp_range: (iterations, gamma) => gamma ** iterations,
};

function perGroup(name: string, given: unknown, groups: number): number[] {
  const list = itemsOf(given);
  check(
    !list || list.length === groups,
    () =>
      `${name} must have the same length as optimizer.param_groups. ${name} has ${list?.length} values, ` +
      `param_groups has ${groups}.`,
    "ValueError",
  );
  return list ? list.map(settingNumber) : new Array<number>(groups).fill(settingNumber(given));
}

/** Rates that go up and down between two bounds (Smith 2017); momentum goes the other way. */
export class CyclicLR extends LRScheduler {
  private readonly bounds: { readonly base: number; readonly max: number }[];
  private readonly momenta: { readonly base: number; readonly max: number }[];

  constructor(
    given: unknown,
    readonly options: CyclicOptions,
    lastEpoch = -1,
  ) {
    const optimizer = checkOptimizer(given);
    const groups = optimizer.paramGroups;
    const pairs = (base: readonly number[], max: readonly number[]) =>
      base.map((low, i) => ({ base: low, max: max[i] }));
    const rates = pairs(
      perGroup("base_lr", options.baseLr, groups.length),
      perGroup("max_lr", options.maxLr, groups.length),
    );
    check(options.mode in factors || options.scale !== null, "mode is invalid and scale_fn is None", "ValueError");
    if (lastEpoch === -1) for (const [i, group] of groups.entries()) group.set("lr", toFloat(rates[i].base));
    let momenta: { base: number; max: number }[] = [];
    if (options.cycleMomentum) {
      check(
        optimizer.defaults.has("momentum") || optimizer.defaults.has("betas"),
        "optimizer must support momentum or beta1 with `cycle_momentum` option enabled",
        "ValueError",
      );
      momenta = pairs(
        perGroup("base_momentum", options.baseMomentum, groups.length),
        perGroup("max_momentum", options.maxMomentum, groups.length),
      );
      for (const [i, group] of lastEpoch === -1 ? groups.entries() : []) {
        setMomentum(group, momenta[i].max);
        group.set("max_momentum", toFloat(momenta[i].max));
        group.set("base_momentum", toFloat(momenta[i].base));
      }
    }
    super(optimizer, lastEpoch);
    this.bounds = rates;
    this.momenta = momenta;
    this.start();
  }

  private factor(cycle: number): number {
    const { mode, scale, scaleMode, gamma } = this.options;
    const known = mode === "exp_range" ? "iterations" : "cycle";
    const x = (scale ? scaleMode : known) === "cycle" ? cycle : this.lastEpoch;
    return scale ? toNumber(scale(x) as Scalar) : factors[mode](x, gamma);
  }

  override getLr(): number[] {
    const { stepSizeUp, stepSizeDown } = this.options;
    const total = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const rise = stepSizeUp / total;
    const cycle = Math.floor(1 + this.lastEpoch / total);
    const x = 1 + this.lastEpoch / total - cycle;
    const height = x <= rise ? x / rise : (x - 1) / (rise - 1);
    const factor = this.factor(cycle);
    for (const [i, { base, max }] of this.momenta.entries()) {
      setMomentum(this.optimizer.paramGroups[i], max - (max - base) * height * factor);
    }
    return this.bounds.map(({ base, max }) => base + (max - base) * height * factor);
  }
}
