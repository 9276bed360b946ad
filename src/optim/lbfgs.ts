import { accessOf, fromNumbers, toNumbers } from "../tensor/elements";
import { check } from "../tensor/errors";
import { enableGrad, noGrad } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { toFloat } from "../tensor/scalar";
import { empty, type Tensor } from "../tensor/tensor";
import { type Dictionary, itemsOf } from "./dictionary";
import { type LinePoint, strongWolfe } from "./line_search";
import { checkSettings, hasData, LEARNING_RATE, Optimizer, paramsOf, settingNumber } from "./optimizer";

type Vector = Float64Array;

const largest = (v: Vector): number => v.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Steps, gradient changes and 1/(y·s) of the last iterations: an approximation of the inverse Hessian. */
interface Memory {
  readonly steps: Vector[];
  readonly changes: Vector[];
  readonly inverses: number[];
  scale: number;
}

/** Limited-memory BFGS (Liu & Nocedal 1989); all parameters as one vector, several evaluations a step. */
export class LBFGS extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1,
    maxIter: unknown = 20,
    maxEval: unknown = null,
    toleranceGrad: unknown = 1e-7,
    toleranceChange: unknown = 1e-9,
    historySize: unknown = 100,
    lineSearch: unknown = null,
  ) {
    const settings = {
      lr,
      max_iter: maxIter,
      max_eval: maxEval ?? Math.floor((settingNumber(maxIter) * 5) / 4),
      tolerance_grad: toleranceGrad,
      tolerance_change: toleranceChange,
      history_size: historySize,
      line_search_fn: lineSearch,
    };
    checkSettings(settings, [LEARNING_RATE]);
    super(params, settings);
    check(
      this.paramGroups.length === 1,
      "LBFGS doesn't support per-parameter options (parameter groups)",
      "ValueError",
    );
  }

  private get params(): Tensor[] {
    return paramsOf(this.paramGroups[0]);
  }

  private setting(name: string): number {
    return settingNumber(this.paramGroups[0].get(name));
  }

  private get round(): (x: number) => number {
    return accessOf(this.params[0].dtype).round;
  }

  private dot(a: Vector, b: Vector): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return this.round(sum);
  }

  private flatGradient(): Vector {
    return joined(this.params.map((p) => (p.grad ? toNumbers(p.grad) : new Float64Array(p.numel))));
  }

  private flatParameters(): Vector {
    return joined(this.params.map(toNumbers));
  }

  private setParameters(values: Vector): void {
    let at = 0;
    for (const p of this.params) {
      fromNumbers(p, values.subarray(at, at + p.numel));
      p.versionCounter.value++;
      at += p.numel;
    }
  }

  private moved(from: Vector, t: number, direction: Vector): Vector {
    const { round } = this;
    return from.map((x, i) => round(x + t * direction[i]));
  }

  override step(closure: (() => unknown) | null = null): unknown {
    check(closure !== null, "LBFGS.step() missing 1 required positional argument: 'closure'", "TypeError");
    const evaluate = (): unknown => enableGrad(closure as () => unknown);
    const first = evaluate();
    noGrad(() => this.minimize(first, () => settingNumber(evaluate())));
    this.stepCount++;
    return first;
  }

  /** The direction in which the approximate Hessian's minimum lies: the two-loop recursion. */
  private direction(gradient: Vector, memory: Memory): Vector {
    const { round } = this;
    const d = gradient.map((x) => -x);
    const weights = new Array<number>(memory.steps.length);
    for (let k = weights.length - 1; k >= 0; k--) {
      weights[k] = round(this.dot(memory.steps[k], d) * memory.inverses[k]);
      for (let i = 0; i < d.length; i++) d[i] = round(d[i] - weights[k] * memory.changes[k][i]);
    }
    for (let i = 0; i < d.length; i++) d[i] = round(d[i] * memory.scale);
    for (let k = 0; k < weights.length; k++) {
      const back = round(this.dot(memory.changes[k], d) * memory.inverses[k]);
      const share = round(weights[k] - back);
      for (let i = 0; i < d.length; i++) d[i] = round(d[i] + share * memory.steps[k][i]);
    }
    return d;
  }

  private remember(memory: Memory, step: Vector, change: Vector): void {
    const product = this.dot(change, step);
    if (!(product > 1e-10)) return;
    if (memory.steps.length === this.setting("history_size")) {
      for (const list of [memory.steps, memory.changes, memory.inverses]) list.shift();
    }
    memory.steps.push(step);
    memory.changes.push(change);
    memory.inverses.push(this.round(1 / product));
    memory.scale = this.round(product / this.dot(change, change));
  }

  private minimize(firstLoss: unknown, evaluate: () => number): void {
    const state = this.stateOf(this.params[0]);
    const count = (name: string, by: number): number => {
      const next = settingNumber(state.get(name) ?? 0) + by;
      state.set(name, next);
      return next;
    };
    count("n_iter", 0);
    let evaluations = 1;
    count("func_evals", 1);
    if (!hasData(...this.params) || (isTensor(firstLoss) && firstLoss.isAbstract)) return;
    const [lr, maxIter, maxEval] = ["lr", "max_iter", "max_eval"].map((name) => this.setting(name));
    const [smallGradient, smallChange] = ["tolerance_grad", "tolerance_change"].map((name) => this.setting(name));
    const search = this.paramGroups[0].get("line_search_fn") ?? null;
    check(search === null || search === "strong_wolfe", "only 'strong_wolfe' is supported");
    const { round } = this;
    let loss = settingNumber(firstLoss);
    let gradient = this.flatGradient();
    if (largest(gradient) <= smallGradient) return;
    const saved = restored(state);
    const { memory } = saved;
    let { direction, t, previous } = saved;
    let lossBefore = loss;
    for (let k = 1; k <= maxIter; k++) {
      const isFirst = count("n_iter", 1) === 1;
      if (!isFirst && direction && previous) {
        const [d, old, step] = [direction, previous, t];
        const change = gradient.map((g, i) => round(g - old[i]));
        this.remember(
          memory,
          d.map((x) => round(x * step)),
          change,
        );
      }
      const d = isFirst ? gradient.map((g) => -g) : this.direction(gradient, memory);
      direction = d;
      previous = gradient;
      lossBefore = loss;
      const total = round(gradient.reduce((sum, g) => sum + Math.abs(g), 0));
      t = isFirst ? round(Math.min(1, round(1 / total)) * lr) : lr;
      const slope = this.dot(gradient, d);
      if (slope > -smallChange) break;
      let used = 0;
      const from = this.flatParameters();
      if (search !== null) {
        const at = (distance: number): LinePoint => {
          this.setParameters(this.moved(from, distance, d));
          const value = evaluate();
          const g = this.flatGradient();
          this.setParameters(from);
          return { t: distance, loss: value, gradient: g, slope: this.dot(g, d) };
        };
        const found = strongWolfe(at, { t: 0, loss, gradient, slope }, t, largest(d), maxEval - evaluations);
        ({ loss, gradient, t } = found.point);
        used = found.evaluations;
        this.setParameters(this.moved(from, t, d));
      } else {
        this.setParameters(this.moved(from, t, d));
        if (k !== maxIter) {
          loss = evaluate();
          gradient = this.flatGradient();
          used = 1;
        }
      }
      evaluations += used;
      count("func_evals", used);
      if (k === maxIter || evaluations >= maxEval || largest(gradient) <= smallGradient) break;
      if (round(largest(d) * Math.abs(t)) <= smallChange || Math.abs(loss - lossBefore) < smallChange) break;
    }
    keep(state, this.params[0], { direction, t, previous, memory }, lossBefore);
  }
}

interface Saved {
  readonly direction: Vector | null;
  readonly t: number;
  readonly previous: Vector | null;
  readonly memory: Memory;
}

const vectorOf = (value: unknown): Vector | null => (isTensor(value) ? toNumbers(value) : null);
const vectorsOf = (value: unknown): Vector[] => (itemsOf(value) ?? []).filter(isTensor).map(toNumbers);

/** What the last step left in the state. */
function restored(state: Dictionary): Saved {
  return {
    direction: vectorOf(state.get("d")),
    t: settingNumber(state.get("t") ?? 1),
    previous: vectorOf(state.get("prev_flat_grad")),
    memory: {
      changes: vectorsOf(state.get("old_dirs")),
      steps: vectorsOf(state.get("old_stps")),
      inverses: (itemsOf(state.get("ro")) ?? []).map(settingNumber),
      scale: settingNumber(state.get("H_diag") ?? 1),
    },
  };
}

function keep(state: Dictionary, like: Tensor, { direction, t, previous, memory }: Saved, loss: number): void {
  const tensor = (values: Vector | null): Tensor | null => {
    if (!values) return null;
    const made = empty([values.length], like.dtype);
    fromNumbers(made, values);
    return made;
  };
  state.set("d", tensor(direction));
  state.set("t", toFloat(t));
  state.set("old_dirs", memory.changes.map(tensor));
  state.set("old_stps", memory.steps.map(tensor));
  state.set("ro", memory.inverses.map(toFloat));
  state.set("H_diag", toFloat(memory.scale));
  state.set("prev_flat_grad", tensor(previous));
  state.set("prev_loss", toFloat(loss));
}

function joined(parts: readonly Vector[]): Vector {
  const out = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const lbfgsEntry = {
  name: "LBFGS",
  schema:
    "LBFGS(Params params, float lr=1, int max_iter=20, int? max_eval=None, float tolerance_grad=1e-07, " +
    "float tolerance_change=1e-09, int history_size=100, str? line_search_fn=None)",
  type: LBFGS,
  create: (...args: ConstructorParameters<typeof LBFGS>) => new LBFGS(...args),
  summary: "Limited-memory BFGS; `step` needs a closure that evaluates the model again.",
};
