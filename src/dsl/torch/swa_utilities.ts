/** `torch.optim.swa_utils`: models that average another's parameters, and the schedule that goes with them. */
import { Module } from "../../nn/module";
import { settingNumber } from "../../optim/optimizer";
import { swaEntry } from "../../optim/swa";
import { int64 } from "../../tensor/dtype";
import { toNumbers } from "../../tensor/elements";
import { noGrad } from "../../tensor/modes";
import { tensorFromData } from "../../tensor/ops/creation";
import type { Tensor } from "../../tensor/tensor";
import { attr, setAttribute } from "../attributes";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { call, native } from "../function";
import { deepCopy } from "../modules/copy";
import { builtinType, TYPE, type Value } from "../type";
import { toFloat } from "../values/float";
import { iterate, listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { moduleType } from "./module_type";
import { registerScheduler } from "./scheduler_type";
import { runOp } from "./tensor_type";

const module = "torch.optim.swa_utils";

/** The mean of the averaged and n + 1 - 1 earlier values with a new one, in one rounding. */
type Average = (averaged: Tensor, current: Tensor, count: number) => Value;

const running: Average = (averaged, current, count) =>
  averaged.dtype.kind === "float"
    ? runOp("lerp", averaged, current, toFloat(Math.fround(1 / (count + 1))))
    : runOp("add", averaged, runOp("div", runOp("sub", current, averaged), count + 1));

const exponential =
  (decay: number): Average =>
  (averaged, current) =>
    averaged.dtype.kind === "float"
      ? runOp("lerp", averaged, current, toFloat(1 - decay))
      : runOp("add", runOp("mul", averaged, decay), runOp("mul", current, 1 - decay));

/** A copy of a model whose parameters are an average of the model's at the times of `update_parameters`. */
class AveragedModel extends Module {
  constructor(
    model: Module,
    /** Python functions of one pair of tensors, or of all. */
    readonly average: Value,
    readonly averageAll: Value,
    readonly useBuffers: boolean,
  ) {
    super();
    this.registerModule("module", model);
    this.registerBuffer("n_averaged", tensorFromData([0], [], int64));
  }

  override forward(...args: readonly unknown[]): unknown {
    return call(this.child("module"), ...args);
  }

  private averaged(model: Module): Tensor[] {
    return this.useBuffers ? [...model.parameters(), ...model.buffers()] : model.parameters();
  }

  update(model: Module): void {
    const own = this.averaged(this.child("module"));
    const others = this.averaged(model);
    const counter = this.tensor("n_averaged");
    const count = toNumbers(counter)[0];
    noGrad(() => {
      if (count === 0) own.forEach((t, i) => void runOp("copy_", t, others[i]));
      else if (this.averageAll !== null) call(this.averageAll, own, others, counter);
      else {
        own.forEach((t, i) => {
          const next =
            this.average === null
              ? running(t, others[i], count)
              : call(this.average, runOp("detach", t), others[i], counter);
          runOp("copy_", t, next);
        });
      }
      if (!this.useBuffers) {
        const buffers = model.buffers();
        this.child("module")
          .buffers()
          .forEach((t, i) => void runOp("copy_", t, buffers[i]));
      }
      runOp("add_", counter, 1);
    });
  }
}

const averagedType = builtinType("AveragedModel", [moduleType], { module });
const makeAveraged = native(
  "AveragedModel.__init__",
  "model, device=, avg_fn=, multi_avg_fn=, use_buffers=",
  (model: Module, _device: Value, average: Value, many: Value, buffers: Value) => {
    if (average !== null && many !== null) {
      throw error("AssertionError", "Only one of avg_fn and multi_avg_fn should be provided");
    }
    const made = new AveragedModel(deepCopy(model) as Module, average, many, truthy(buffers));
    Object.defineProperty(made, TYPE, { value: averagedType });
    return made;
  },
  [null, null, null, false],
);
averagedType.called = (_type, args) => call(makeAveraged, ...args);
methods(averagedType, { update_parameters: ["model", (m: AveragedModel, model: Module) => void m.update(model)] });

// ---- averages as Python functions

function averageFunction(average: Average): Value {
  return native("avg_fn", "averaged, current, num_averaged, /", (a: Tensor, b: Tensor, n: Value) =>
    average(a, b, settingNumber(n)),
  );
}

function averageAllFunction(average: Average): Value {
  return native("multi_avg_fn", "averaged, current, num_averaged, /", (own: Value, others: Value, n: Value) => {
    const currents = listOf(others) as Tensor[];
    listOf(own).forEach((t, i) => void runOp("copy_", t, average(t as Tensor, currents[i], settingNumber(n))));
    return null;
  });
}

/** Runs batches through a model to renew the statistics of its batch normalization: plain means over all batches. */
function updateStatistics(loader: Value, model: Module): null {
  const norms = model.modules().filter((m) => m.buffers_.has("running_mean") && "resetRunningStats" in m);
  if (norms.length === 0) return null;
  const momenta = norms.map((m) => attr(m, "momentum"));
  const { training } = model;
  for (const norm of norms) {
    (norm as unknown as { resetRunningStats(): void }).resetRunningStats();
    setAttribute(norm, "momentum", null);
  }
  model.train();
  noGrad(() => {
    for (const batch of iterate(loader)) {
      const items = batch instanceof Tuple ? batch.items : Array.isArray(batch) ? batch : [batch];
      call(model, items[0]);
    }
  });
  norms.forEach((norm, i) => void setAttribute(norm, "momentum", momenta[i]));
  model.train(training);
  return null;
}

export function swaUtilities(): PyModule {
  return new PyModule(module, [
    ["AveragedModel", averagedType],
    ["SWALR", registerScheduler(swaEntry, module)],
    ...functions({
      get_ema_avg_fn: ["decay=", (decay: Value) => averageFunction(exponential(settingNumber(decay))), 0.999],
      get_swa_avg_fn: ["", () => averageFunction(running)],
      get_ema_multi_avg_fn: ["decay=", (decay: Value) => averageAllFunction(exponential(settingNumber(decay))), 0.999],
      get_swa_multi_avg_fn: ["", () => averageAllFunction(running)],
      update_bn: ["loader, model, device=", updateStatistics, null],
    }),
  ]);
}
