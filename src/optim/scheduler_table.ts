import { ChainedScheduler, SequentialLR } from "./combined_schedules";
import { CyclicLR } from "./cyclic";
import { itemsOf } from "./dictionary";
import { OneCycleLR } from "./one_cycle";
import { settingNumber } from "./optimizer";
import { ReduceLROnPlateau } from "./plateau";
import type { LRScheduler } from "./scheduler";
import {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  StepLR,
} from "./schedules";

/** One class of `torch.optim.lr_scheduler`, in the form of `OptimizerEntry`. */
export interface SchedulerEntry {
  readonly name: string;
  readonly schema: string;
  /** Arguments in the schema's order, defaults filled in; Python functions as functions of the epoch. */
  readonly create: (...args: readonly unknown[]) => LRScheduler | ReduceLROnPlateau;
  readonly type: unknown;
  readonly summary: string;
}

const n = settingNumber;
const orNull = (x: unknown): number | null => (x === null || x === undefined ? null : n(x));

export const schedulerEntries: readonly SchedulerEntry[] = [
  {
    name: "StepLR",
    schema: "StepLR(Optimizer optimizer, int step_size, float gamma=0.1, int last_epoch=-1)",
    type: StepLR,
    create: (o, size, gamma, last) => new StepLR(o, n(size), n(gamma), n(last)),
    summary: "Multiplies the rates by gamma every step_size epochs.",
  },
  {
    name: "MultiStepLR",
    schema: "MultiStepLR(Optimizer optimizer, int[] milestones, float gamma=0.1, int last_epoch=-1)",
    type: MultiStepLR,
    create: (o, milestones, gamma, last) => new MultiStepLR(o, (itemsOf(milestones) ?? []).map(n), n(gamma), n(last)),
    summary: "Multiplies the rates by gamma at each milestone.",
  },
  {
    name: "ConstantLR",
    schema: "ConstantLR(Optimizer optimizer, float factor=0.3333333333333333, int total_iters=5, int last_epoch=-1)",
    type: ConstantLR,
    create: (o, factor, total, last) => new ConstantLR(o, n(factor), n(total), n(last)),
    summary: "Multiplies the rates by a factor for the first epochs.",
  },
  {
    name: "LinearLR",
    schema:
      "LinearLR(Optimizer optimizer, float start_factor=0.3333333333333333, float end_factor=1.0, " +
      "int total_iters=5, int last_epoch=-1)",
    type: LinearLR,
    create: (o, start, end, total, last) => new LinearLR(o, n(start), n(end), n(total), n(last)),
    summary: "Changes a factor of the rates linearly over the first epochs.",
  },
  {
    name: "ExponentialLR",
    schema: "ExponentialLR(Optimizer optimizer, float gamma, int last_epoch=-1)",
    type: ExponentialLR,
    create: (o, gamma, last) => new ExponentialLR(o, n(gamma), n(last)),
    summary: "Multiplies the rates by gamma every epoch.",
  },
  {
    name: "PolynomialLR",
    schema: "PolynomialLR(Optimizer optimizer, int total_iters=5, float power=1.0, int last_epoch=-1)",
    type: PolynomialLR,
    create: (o, total, power, last) => new PolynomialLR(o, n(total), n(power), n(last)),
    summary: "Lowers the rates to zero along a polynomial.",
  },
  {
    name: "CosineAnnealingLR",
    schema: "CosineAnnealingLR(Optimizer optimizer, int T_max, float eta_min=0.0, int last_epoch=-1)",
    type: CosineAnnealingLR,
    create: (o, tMax, etaMin, last) => new CosineAnnealingLR(o, n(tMax), n(etaMin), n(last)),
    summary: "Moves the rates along a cosine to eta_min and back.",
  },
  {
    name: "CosineAnnealingWarmRestarts",
    schema:
      "CosineAnnealingWarmRestarts(Optimizer optimizer, int T_0, int T_mult=1, float eta_min=0.0, int last_epoch=-1)",
    type: CosineAnnealingWarmRestarts,
    create: (o, t0, tMult, etaMin, last) => new CosineAnnealingWarmRestarts(o, n(t0), n(tMult), n(etaMin), n(last)),
    summary: "Lowers the rates along a cosine, again and again.",
  },
  {
    name: "LambdaLR",
    schema: "LambdaLR(Optimizer optimizer, Callable lr_lambda, int last_epoch=-1)",
    type: LambdaLR,
    create: (o, lambda, last) => new LambdaLR(o, lambda, n(last)),
    summary: "Multiplies the first rates by a function of the epoch.",
  },
  {
    name: "MultiplicativeLR",
    schema: "MultiplicativeLR(Optimizer optimizer, Callable lr_lambda, int last_epoch=-1)",
    type: MultiplicativeLR,
    create: (o, lambda, last) => new MultiplicativeLR(o, lambda, n(last)),
    summary: "Multiplies the present rates by a function of the epoch.",
  },
  {
    name: "OneCycleLR",
    schema:
      "OneCycleLR(Optimizer optimizer, Any max_lr, int? total_steps=None, int? epochs=None, " +
      "int? steps_per_epoch=None, float pct_start=0.3, str anneal_strategy='cos', bool cycle_momentum=True, " +
      "float base_momentum=0.85, float max_momentum=0.95, float div_factor=25.0, float final_div_factor=10000.0, " +
      "bool three_phase=False, int last_epoch=-1)",
    type: OneCycleLR,
    create: (o, maxLr, total, epochs, perEpoch, start, strategy, cycle, base, max, div, finalDiv, three, last) =>
      new OneCycleLR(
        o,
        {
          maxLr,
          totalSteps: orNull(total),
          epochs: orNull(epochs),
          stepsPerEpoch: orNull(perEpoch),
          pctStart: n(start),
          annealStrategy: String(strategy),
          cycleMomentum: Boolean(cycle),
          baseMomentum: n(base),
          maxMomentum: n(max),
          divFactor: n(div),
          finalDivFactor: n(finalDiv),
          threePhase: Boolean(three),
        },
        n(last),
      ),
    summary: "The one-cycle policy: rates rise to a peak and then fall far below the start.",
  },
  {
    name: "CyclicLR",
    schema:
      "CyclicLR(Optimizer optimizer, Any base_lr, Any max_lr, int step_size_up=2000, int? step_size_down=None, " +
      "str mode='triangular', float gamma=1.0, Callable? scale_fn=None, str scale_mode='cycle', " +
      "bool cycle_momentum=True, Any base_momentum=0.8, Any max_momentum=0.9, int last_epoch=-1)",
    type: CyclicLR,
    create: (o, base, max, up, down, mode, gamma, scale, scaleMode, cycle, baseMomentum, maxMomentum, last) =>
      new CyclicLR(
        o,
        {
          baseLr: base,
          maxLr: max,
          stepSizeUp: n(up),
          stepSizeDown: orNull(down),
          mode: String(mode),
          gamma: n(gamma),
          scale: (scale ?? null) as ((x: number) => unknown) | null,
          scaleMode: String(scaleMode),
          cycleMomentum: Boolean(cycle),
          baseMomentum,
          maxMomentum,
        },
        n(last),
      ),
    summary: "Moves the rates up and down between two bounds.",
  },
  {
    name: "SequentialLR",
    schema: "SequentialLR(Optimizer optimizer, Any schedulers, int[] milestones, int last_epoch=-1)",
    type: SequentialLR,
    create: (o, schedulers, milestones, last) =>
      new SequentialLR(o, itemsOf(schedulers) ?? [], (itemsOf(milestones) ?? []).map(n), n(last)),
    summary: "One schedule after the other, changing at the milestones.",
  },
  {
    name: "ChainedScheduler",
    schema: "ChainedScheduler(Any schedulers, Any optimizer=None)",
    type: ChainedScheduler,
    create: (schedulers, o) => new ChainedScheduler(itemsOf(schedulers) ?? [], o ?? null),
    summary: "All schedules at each step, one on top of the other.",
  },
  {
    name: "ReduceLROnPlateau",
    schema:
      "ReduceLROnPlateau(Optimizer optimizer, str mode='min', float factor=0.1, int patience=10, " +
      "float threshold=0.0001, str threshold_mode='rel', int cooldown=0, Any min_lr=0, float eps=1e-08)",
    type: ReduceLROnPlateau,
    create: (o, mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps) =>
      new ReduceLROnPlateau(
        o,
        String(mode),
        n(factor),
        n(patience),
        n(threshold),
        String(thresholdMode),
        n(cooldown),
        minLr,
        n(eps),
      ),
    summary: "Lowers the rates when a measured value has stopped improving.",
  },
];
