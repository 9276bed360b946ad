import { float64 } from "../tensor/dtype";
import { accessOf, toNumbers } from "../tensor/elements";
import { check } from "../tensor/errors";
import { filled } from "../tensor/kernels/fill";
import { modes } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { Double } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, lerp, withElements } from "./arithmetic";
import { containers, type Dictionary, itemsOf } from "./dictionary";
import { countStep, type Group, hasData, Optimizer, settingNumber } from "./optimizer";
import { settingText } from "./text";

/** Names and limits of the settings, as the messages word them. */
const limits: readonly (readonly [name: string, text: string, fits: (x: number) => boolean])[] = [
  ["lr", "Learning rate should be >= 0", (x) => x >= 0],
  ["beta2_decay", "beta2_decay should be <= 0", (x) => x <= 0],
  ["eps1", "epsilon1 should be >= 0", (x) => x >= 0],
  ["eps2", "epsilon2 should be >= 0", (x) => x >= 0],
  ["d", "Clipping threshold d should be >= 1", (x) => x >= 1],
  ["weight_decay", "weight_decay should be >= 0", (x) => x >= 0],
];

function zeros(state: Dictionary, name: string, p: Tensor, sizes: readonly number[]): Tensor {
  const known = state.get(name);
  if (isTensor(known)) return known;
  const made = filled(sizes, p.dtype, 0, modes.abstract || p.isAbstract);
  state.set(name, made);
  return made;
}

const rootMeanSquare = (values: ArrayLike<number>, round: (x: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return round(Math.sqrt(sum)) / Math.sqrt(values.length);
};

/** Adafactor (Shazeer & Stern 2018): of a matrix's squared gradients only rows' and columns' means are kept. */
export class Adafactor extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-2,
    beta2Decay: unknown = -0.8,
    givenEps: unknown = null,
    d: unknown = new Double(1),
    weightDecay: unknown = new Double(0),
    foreach: unknown = null,
    maximize = false,
  ) {
    const eps = givenEps ?? [null, 1e-3];
    const [eps1, eps2] = itemsOf(eps) ?? [];
    const given: Record<string, unknown> = { lr, beta2_decay: beta2Decay, eps1, eps2, d, weight_decay: weightDecay };
    for (const [name, text, fits] of limits) {
      const value = given[name];
      if (value === null) continue;
      check(fits(settingNumber(value)), () => `${text} but is: ${settingText(value)}`, "ValueError");
    }
    const pair = Array.isArray(eps) ? containers.tuple(eps) : eps;
    super(params, { lr, beta2_decay: beta2Decay, eps: pair, d, weight_decay: weightDecay, foreach, maximize });
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const state = this.stateOf(p);
    const count = countStep(state);
    const matrix = grad.ndim > 1;
    const [m, n] = matrix ? grad.sizes.slice(-2) : [1, grad.numel];
    const lead = grad.sizes.slice(0, -2);
    const kept = matrix
      ? [zeros(state, "row_var", p, [...lead, m, 1]), zeros(state, "col_var", p, [...lead, 1, n])]
      : [zeros(state, "variance", p, grad.sizes)];
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const { round } = a;
    const weight = count ** settingNumber(group.get("beta2_decay"));
    const [first, second] = itemsOf(group.get("eps")) ?? [];
    const eps1 = first === null ? epsilonOf(p) : settingNumber(first);
    const lr = settingNumber(group.get("lr"));
    const rate = Math.min(lr, 1 / Math.sqrt(count));
    const values = toNumbers(p);
    const alpha = Math.max(settingNumber(second), rootMeanSquare(values, round)) * rate;
    const shrink = a.scalar(1 - lr * settingNumber(group.get("weight_decay")));
    const sign = group.get("maximize") ? -1 : 1;
    const g = toNumbers(grad).map((x) => sign * x);
    const update = new Float64Array(g.length);
    const least = eps1 * eps1;
    const scaled = (variance: number, i: number): void => {
      update[i] = round(round(1 / Math.sqrt(Math.max(variance, least))) * g[i]);
    };
    if (!matrix) {
      withElements(kept, 1, ([v], size) => {
        for (let i = 0; i < size; i++) scaled((v[i] = lerp(a, v[i], round(g[i] * g[i]), weight)), i);
      });
    } else {
      withElements(kept.slice(0, 1), 1, ([rows]) => {
        withElements(kept.slice(1), 1, ([columns]) => {
          for (let block = 0; block * m * n < g.length; block++) {
            const at = block * m * n;
            for (let i = 0; i < m; i++) {
              let sum = 0;
              for (let j = 0; j < n; j++) sum += g[at + i * n + j] ** 2;
              rows[block * m + i] = lerp(a, rows[block * m + i], round(sum / n), weight);
            }
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let i = 0; i < m; i++) sum += g[at + i * n + j] ** 2;
              columns[block * n + j] = lerp(a, columns[block * n + j], round(sum / m), weight);
            }
            let total = 0;
            for (let i = 0; i < m; i++) total += rows[block * m + i];
            const mean = Math.max(round(total / m), eps1);
            for (let i = 0; i < m; i++) {
              for (let j = 0; j < n; j++) {
                scaled(round(round(rows[block * m + i] * columns[block * n + j]) / mean), at + i * n + j);
              }
            }
          }
        });
      });
    }
    const limit = Math.max(1, rootMeanSquare(update, round) / settingNumber(group.get("d")));
    const step = a.scalar(-alpha / limit);
    withElements([p], 1, ([x], size) => {
      for (let i = 0; i < size; i++) x[i] = a.fma(step, update[i], shrink === 1 ? x[i] : round(x[i] * shrink));
    });
  }
}

/** The distance from 1 to the next number of the dtype. */
function epsilonOf(p: Tensor): number {
  if (p.dtype === float64) return 2 ** -52;
  const { round } = accessOf(p.dtype);
  let eps = 1;
  while (round(1 + eps / 2) > 1) eps /= 2;
  return eps;
}

export const adafactorEntry = {
  name: "Adafactor",
  schema:
    "Adafactor(Params params, float lr=0.01, float beta2_decay=-0.8, Any eps=None, float d=1.0, " +
    "float weight_decay=0.0, *, bool? foreach=None, bool maximize=False)",
  type: Adafactor,
  create: (...args: ConstructorParameters<typeof Adafactor>) => new Adafactor(...args),
  summary: "Adafactor: squared gradients are kept as means of rows and columns.",
};
