import { bfloat16 } from "../tensor/dtype";
import { accessOf, toNumbers } from "../tensor/elements";
import { check } from "../tensor/errors";
import type { Tensor } from "../tensor/tensor";
import { arithmeticOf, lerp, withElements } from "./arithmetic";
import { containers, itemsOf } from "./dictionary";
import { type Group, hasData, Optimizer, settingNumber, stateTensor } from "./optimizer";
import { settingText } from "./text";

/** A matrix of bfloat16 numbers, row by row. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

const half = accessOf(bfloat16).round;

function transposed({ rows, columns, values }: Matrix): Matrix {
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return { rows: columns, columns: rows, values: out };
}

/** scale · a b + share · c, rounded to bfloat16 at the end. */
function product(a: Matrix, b: Matrix, scale = 1, c: Matrix | null = null, share = 0): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) sum += a.values[i * a.columns + k] * b.values[k * b.columns + j];
      const at = i * b.columns + j;
      values[at] = half(scale * sum + (c ? share * c.values[at] : 0));
    }
  }
  return { rows: a.rows, columns: b.columns, values };
}

/** A nearly orthogonal matrix in a gradient's direction, by Newton–Schulz iterations in bfloat16. */
function orthogonalized(g: Matrix, [a, b, c]: readonly number[], steps: number, eps: number): Matrix {
  const tall = g.rows > g.columns;
  let x = tall ? transposed(g) : g;
  const norm = half(Math.sqrt(x.values.reduce((sum, v) => sum + v * v, 0)));
  x = { ...x, values: x.values.map((v) => half(v / Math.max(norm, eps))) };
  for (let k = 0; k < steps; k++) {
    const gram = product(x, transposed(x));
    x = product(product(gram, gram, c, gram, b), x, 1, x, a);
  }
  return tall ? transposed(x) : x;
}

/** How the rate follows from a matrix's sizes. */
const adjustments: Readonly<Record<string, (rows: number, columns: number) => number>> = {
  original: (rows, columns) => Math.sqrt(Math.max(1, rows / columns)),
  match_rms_adamw: (rows, columns) => 0.2 * Math.sqrt(Math.max(rows, columns)),
};

/** Muon (Jordan 2024): momentum whose matrices are made orthogonal before each step; for matrices only. */
export class Muon extends Optimizer {
  constructor(
    params: unknown,
    lr: unknown = 1e-3,
    weightDecay: unknown = 0.1,
    momentum: unknown = 0.95,
    nesterov = true,
    nsCoefficients: unknown = [3.4445, -4.775, 2.0315],
    eps: unknown = 1e-7,
    nsSteps: unknown = 5,
    adjustLrFn: string | null = null,
  ) {
    const labels: readonly (readonly [unknown, string])[] = [
      [lr, "Learning rate"],
      [momentum, "momentum"],
      [weightDecay, "weight decay"],
    ];
    for (const [value, label] of labels) {
      check(settingNumber(value) >= 0, () => `${label} should be >= 0 but is: ${settingText(value)}`, "ValueError");
    }
    check(
      adjustLrFn === null || Object.hasOwn(adjustments, adjustLrFn),
      () => `Adjust learning rate function ${adjustLrFn} is not supported`,
      "ValueError",
    );
    const coefficients = Array.isArray(nsCoefficients) ? containers.tuple(nsCoefficients) : nsCoefficients;
    super(params, {
      lr,
      weight_decay: weightDecay,
      momentum,
      nesterov,
      ns_coefficients: coefficients,
      eps,
      ns_steps: nsSteps,
      adjust_lr_fn: adjustLrFn,
    });
    for (const p of this.paramGroups.flatMap((group) => group.get("params") as Tensor[])) {
      check(
        p.ndim === 2,
        () =>
          `Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([${p.sizes.join(", ")}])`,
        "ValueError",
      );
    }
  }

  protected override updateParameter(p: Tensor, grad: Tensor, group: Group): void {
    const buffer = stateTensor(this.stateOf(p), "momentum_buffer", p);
    if (!hasData(p, grad)) return;
    const a = arithmeticOf(p.dtype);
    const lr = settingNumber(group.get("lr"));
    const momentum = settingNumber(group.get("momentum"));
    const nesterov = Boolean(group.get("nesterov"));
    const g = toNumbers(grad);
    const direction = new Float64Array(g.length);
    withElements([buffer], 1, ([m], n) => {
      for (let i = 0; i < n; i++) {
        m[i] = lerp(a, m[i], g[i], a.scalar(1 - momentum));
        direction[i] = half(nesterov ? lerp(a, g[i], m[i], a.scalar(momentum)) : m[i]);
      }
    });
    const [rows, columns] = p.sizes;
    const coefficients = (itemsOf(group.get("ns_coefficients")) ?? []).map(settingNumber);
    const [steps, eps] = [settingNumber(group.get("ns_steps")), settingNumber(group.get("eps"))];
    const update = orthogonalized({ rows, columns, values: direction }, coefficients, steps, eps).values;
    const adjust = adjustments[String(group.get("adjust_lr_fn") ?? "original")];
    const step = a.scalar(-lr * adjust(rows, columns));
    const shrink = a.scalar(1 - lr * settingNumber(group.get("weight_decay")));
    withElements([p], 1, ([x], n) => {
      for (let i = 0; i < n; i++) x[i] = a.fma(step, update[i], a.round(x[i] * shrink));
    });
  }
}

export const muonEntry = {
  name: "Muon",
  schema:
    "Muon(Params params, float lr=0.001, float weight_decay=0.1, float momentum=0.95, bool nesterov=True, " +
    "Any ns_coefficients=None, float eps=1e-07, int ns_steps=5, str? adjust_lr_fn=None)",
  type: Muon,
  create: (...args: ConstructorParameters<typeof Muon>) => new Muon(...args),
  summary: "Momentum whose matrices are made orthogonal before each step; for matrices only.",
};
