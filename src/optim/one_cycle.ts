import { check } from "../tensor/errors";
import { floatText } from "../tensor/ops/nn/python_text";
import { toFloat } from "../tensor/scalar";
import { containers, dictionary, itemsOf } from "./dictionary";
import { betasOf, type Group, settingNumber } from "./optimizer";
import { checkOptimizer, LRScheduler } from "./scheduler";

interface Phase {
  readonly end: number;
  readonly rates: readonly [Knot, Knot];
  readonly momenta: readonly [Momentum, Momentum];
}

type Knot = "initial" | "max" | "min";
type Momentum = "base" | "max";

const curves: Readonly<Record<string, (from: number, to: number, share: number) => number>> = {
  cos: (from, to, share) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share)),
  linear: (from, to, share) => (to - from) * share + from,
};

export interface OneCycleOptions {
  readonly maxLr: unknown;
  readonly totalSteps: number | null;
  readonly epochs: number | null;
  readonly stepsPerEpoch: number | null;
  readonly pctStart: number;
  readonly annealStrategy: string;
  readonly cycleMomentum: boolean;
  readonly baseMomentum: number;
  readonly maxMomentum: number;
  readonly divFactor: number;
  readonly finalDivFactor: number;
  readonly threePhase: boolean;
}

/** The one-cycle policy (Smith & Topin 2018): up to the highest rate, then far below the first; momentum the other way. */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  private readonly phases: readonly Phase[];
  private readonly peaks: readonly { initial: number; max: number; min: number }[];

  constructor(
    given: unknown,
    private readonly options: OneCycleOptions,
    lastEpoch = -1,
  ) {
    const optimizer = checkOptimizer(given);
    const { totalSteps, epochs, stepsPerEpoch, pctStart, annealStrategy } = options;
    check(
      totalSteps !== null || (epochs !== null && stepsPerEpoch !== null),
      "You must define either total_steps OR (epochs AND steps_per_epoch)",
      "ValueError",
    );
    const total = totalSteps ?? (epochs as number) * (stepsPerEpoch as number);
    check(total > 0, () => `Expected positive integer total_steps, but got ${total}`, "ValueError");
    check(
      pctStart >= 0 && pctStart <= 1,
      () => `Expected float between 0 and 1 pct_start, but got ${floatText(pctStart)}`,
      "ValueError",
    );
    check(
      annealStrategy in curves,
      () => `anneal_strategy must be one of 'cos' or 'linear', instead got ${annealStrategy}`,
      "ValueError",
    );
    const peaks = ratesOf(options, optimizer.paramGroups.length);
    optimizer.paramGroups.forEach((group, i) => {
      if (lastEpoch !== -1) return;
      group.set("initial_lr", toFloat(peaks[i].initial));
      group.set("max_lr", toFloat(peaks[i].max));
      group.set("min_lr", toFloat(peaks[i].min));
      if (options.cycleMomentum) {
        setMomentum(group, options.maxMomentum);
        group.set("max_momentum", toFloat(options.maxMomentum));
        group.set("base_momentum", toFloat(options.baseMomentum));
      }
    });
    super(optimizer, lastEpoch);
    this.totalSteps = total;
    this.peaks = peaks;
    this.phases = phasesOf(total, pctStart, options.threePhase);
    this.start();
  }

  override getLr(): number[] {
    const step = this.lastEpoch;
    check(
      step <= this.totalSteps,
      () => `Tried to step ${step} times. The specified number of total steps is ${this.totalSteps}`,
      "ValueError",
    );
    const index = this.phases.findIndex((phase, i) => step <= phase.end || i === this.phases.length - 1);
    const { end, rates, momenta } = this.phases[index];
    const begin = index === 0 ? 0 : this.phases[index - 1].end;
    const share = (step - begin) / (end - begin);
    const curve = curves[this.options.annealStrategy];
    const { cycleMomentum, baseMomentum, maxMomentum } = this.options;
    if (cycleMomentum) {
      const at = { base: baseMomentum, max: maxMomentum };
      const value = curve(at[momenta[0]], at[momenta[1]], share);
      for (const group of this.optimizer.paramGroups) setMomentum(group, value);
    }
    return this.peaks.map((peak) => curve(peak[rates[0]], peak[rates[1]], share));
  }

  protected override settings(): (readonly [string, unknown])[] {
    const { phases, options, optimizer } = this;
    return [
      ["total_steps", this.totalSteps],
      [
        "_schedule_phases",
        phases.map(({ end, rates, momenta }, i) =>
          dictionary([
            ["end_step", i === phases.length - 1 ? end : toFloat(end)],
            ["start_lr", `${rates[0]}_lr`],
            ["end_lr", `${rates[1]}_lr`],
            ["start_momentum", `${momenta[0]}_momentum`],
            ["end_momentum", `${momenta[1]}_momentum`],
          ]),
        ),
      ],
      ["cycle_momentum", options.cycleMomentum],
      ...(options.cycleMomentum ? [["use_beta1", optimizer.defaults.has("betas")] as const] : []),
    ];
  }
}

function ratesOf(options: OneCycleOptions, groups: number): { initial: number; max: number; min: number }[] {
  const list = itemsOf(options.maxLr);
  check(
    !list || list.length === groups,
    () =>
      `max_lr must have the same length as optimizer.param_groups. max_lr has ${list?.length}, param_groups ${groups}.`,
    "ValueError",
  );
  return Array.from({ length: groups }, (_, i) => {
    const max = settingNumber(list ? list[i] : options.maxLr);
    const initial = max / options.divFactor;
    return { initial, max, min: initial / options.finalDivFactor };
  });
}

function phasesOf(total: number, start: number, three: boolean): Phase[] {
  if (!three) {
    return [
      { end: start * total - 1, rates: ["initial", "max"], momenta: ["max", "base"] },
      { end: total - 1, rates: ["max", "min"], momenta: ["base", "max"] },
    ];
  }
  return [
    { end: start * total - 1, rates: ["initial", "max"], momenta: ["max", "base"] },
    { end: 2 * start * total - 2, rates: ["max", "initial"], momenta: ["base", "max"] },
    { end: total - 1, rates: ["initial", "min"], momenta: ["max", "max"] },
  ];
}

/** Momentum is the first beta where there are betas. */
export function setMomentum(group: Group, value: number): void {
  if (group.has("betas")) group.set("betas", containers.tuple([toFloat(value), toFloat(betasOf(group)[1])]));
  else group.set("momentum", toFloat(value));
}
