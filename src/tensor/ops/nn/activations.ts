import { check } from "../../errors";
import { defineOp, type Op } from "../../op";
import type { Scalar } from "../../scalar";
import { erf } from "../../special/erf";
import type { Tensor } from "../../tensor";
import { relu } from "../unary";
import { inPlace } from "./in_place";
import { definePointwise, type PointwiseSpec } from "./pointwise";
import { renamed } from "./renamed";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplusOf = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const SQRT_HALF = Math.SQRT1_2;
const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const normalCdf = (x: number): number => 0.5 * (1 + erf(x * SQRT_HALF));
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBE = 0.044715;

/** The inner function of tanh-approximated GELU: its tanh, slope and curvature. */
function geluInner(x: number): { t: number; slope: number; bend: number } {
  return {
    t: Math.tanh(TANH_SCALE * (x + TANH_CUBE * x * x * x)),
    slope: TANH_SCALE * (1 + 3 * TANH_CUBE * x * x),
    bend: 6 * TANH_SCALE * TANH_CUBE * x,
  };
}

interface Row extends Omit<PointwiseSpec, "in" | "summary"> {
  /** Also `torch.name` (and `Tensor.name` where "method"). */
  readonly also?: "torch" | "method";
  /** Whether the functional takes `inplace`. */
  readonly inplace?: boolean;
  /** The node's name after `inplace=True`, where it is another. */
  readonly inplaceGradName?: string;
  readonly summary: string;
}

const zero = (): number => 0;

const rows: readonly Row[] = [
  {
    name: "leaky_relu",
    settings: "float negative_slope=0.01",
    summary: "x where positive, else negative_slope · x.",
    gradName: "LeakyReluBackward0",
    inplaceGradName: "LeakyReluBackward1",
    inplace: true,
    f: (x, [s]) => (x > 0 ? x : x * s),
    d: (x, [s]) => (x > 0 ? 1 : s),
    d2: zero,
  },
  {
    name: "elu",
    settings: "float alpha=1.0",
    summary: "x where positive, else alpha · (eˣ − 1).",
    gradName: "EluBackward0",
    inplaceGradName: "EluBackward1",
    inplace: true,
    f: (x, [a]) => (x > 0 ? x : a * Math.expm1(x)),
    d: (x, [a]) => (x > 0 ? 1 : a * Math.exp(x)),
    d2: (x, [a]) => (x > 0 ? 0 : a * Math.exp(x)),
  },
  {
    name: "selu",
    summary: "Scaled ELU with the self-normalizing constants.",
    gradName: "EluBackward0",
    inplaceGradName: "EluBackward1",
    also: "torch",
    inplace: true,
    kernel: "elu_cpu",
    f: (x) => (x > 0 ? SELU_SCALE * x : SELU_ALPHA * SELU_SCALE * Math.expm1(x)),
    d: (x) => (x > 0 ? SELU_SCALE : SELU_ALPHA * SELU_SCALE * Math.exp(x)),
    d2: (x) => (x > 0 ? 0 : SELU_ALPHA * SELU_SCALE * Math.exp(x)),
  },
  {
    name: "celu",
    settings: "float alpha=1.0",
    summary: "x where positive, else alpha · (e^(x/alpha) − 1): a smooth ELU.",
    gradName: "CeluBackward0",
    inplaceGradName: "CeluBackward1",
    also: "torch",
    inplace: true,
    kernel: "elu_cpu",
    f: (x, [a]) => (x > 0 ? x : a * Math.expm1(x / a)),
    d: (x, [a]) => (x > 0 ? 1 : Math.exp(x / a)),
    d2: (x, [a]) => (x > 0 ? 0 : Math.exp(x / a) / a),
  },
  {
    name: "gelu",
    settings: "*, str approximate='none'",
    summary: "x · Φ(x), Φ the normal distribution function; approximate='tanh' for the cheaper form.",
    gradName: "GeluBackward0",
    kernel: "GeluKernelImpl",
    fast: ([tanh]) => (tanh ? "gelu_tanh" : "gelu"),
    f: (x, [tanh]) => (tanh ? 0.5 * x * (1 + geluInner(x).t) : x * normalCdf(x)),
    d: (x, [tanh]) => {
      if (!tanh) return normalCdf(x) + x * normalDensity(x);
      const { t, slope } = geluInner(x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope;
    },
    d2: (x, [tanh]) => {
      if (!tanh) return normalDensity(x) * (2 - x * x);
      const { t, slope, bend } = geluInner(x);
      return (1 - t * t) * (slope - x * t * slope * slope + 0.5 * x * bend);
    },
  },
  {
    name: "silu",
    summary: "x · sigmoid(x), also called swish.",
    gradName: "SiluBackward0",
    inplace: true,
    fast: () => "silu",
    f: (x) => x / (1 + Math.exp(-x)),
    d: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    d2: (x) => sigmoid(x) * (1 - sigmoid(x)) * (2 + x * (1 - 2 * sigmoid(x))),
  },
  {
    name: "mish",
    summary: "x · tanh(softplus(x)).",
    gradName: "MishBackward0",
    inplace: true,
    f: (x) => x * Math.tanh(softplusOf(x)),
    d: (x) => {
      const w = Math.tanh(softplusOf(x));
      return w + x * sigmoid(x) * (1 - w * w);
    },
    d2: (x) => {
      const w = Math.tanh(softplusOf(x));
      const s = sigmoid(x);
      return s * (1 - w * w) * (2 + x * (1 - s) - 2 * x * s * w);
    },
  },
  {
    name: "softplus",
    settings: "float beta=1.0, float threshold=20.0",
    summary: "log(1 + e^(beta · x)) / beta; x itself where beta · x exceeds threshold.",
    gradName: "SoftplusBackward0",
    f: (x, [b, t]) => (x * b > t ? x : Math.log1p(Math.exp(x * b)) / b),
    d: (x, [b, t]) => (x * b > t ? 1 : sigmoid(x * b)),
    d2: (x, [b, t]) => (x * b > t ? 0 : b * sigmoid(x * b) * (1 - sigmoid(x * b))),
  },
  {
    name: "hardtanh",
    integers: true,
    settings: "float min_val=-1.0, float max_val=1.0",
    summary: "x limited to [min_val, max_val].",
    gradName: "HardtanhBackward0",
    inplace: true,
    check: ([lo, hi]) => check(lo <= hi, "min_val cannot be greater than max_val", "ValueError"),
    f: (x, [lo, hi]) => (x < lo ? lo : x > hi ? hi : x),
    d: (x, [lo, hi]) => (x > lo && x < hi ? 1 : 0),
    d2: zero,
  },
  {
    name: "relu6",
    integers: true,
    summary: "x limited to [0, 6].",
    gradName: "HardtanhBackward0",
    inplace: true,
    kernel: "hardtanh_cpu",
    f: (x) => (x < 0 ? 0 : x > 6 ? 6 : x),
    d: (x) => (x > 0 && x < 6 ? 1 : 0),
    d2: zero,
  },
  {
    name: "hardswish",
    summary: "x · relu6(x + 3) / 6.",
    gradName: "HardswishBackward0",
    inplace: true,
    f: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    d: (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
    d2: (x) => (x > -3 && x < 3 ? 1 / 3 : 0),
  },
  {
    name: "hardsigmoid",
    summary: "relu6(x + 3) / 6.",
    gradName: "HardsigmoidBackward0",
    inplace: true,
    f: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    d: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
    d2: null,
  },
  {
    name: "logsigmoid",
    summary: "log(sigmoid(x)).",
    gradName: "LogSigmoidBackward0",
    kernel: "log_sigmoid_cpu",
    f: (x) => Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x))),
    d: (x) => sigmoid(-x),
    d2: (x) => -sigmoid(x) * sigmoid(-x),
  },
  {
    name: "softshrink",
    settings: "float lambd=0.5",
    summary: "x moved towards 0 by lambd; 0 within lambd of it.",
    gradName: "SoftshrinkBackward0",
    check: ([l], x) =>
      check(
        l >= 0,
        () => `lambda must be in range [0, 3.40282e+38] for input dtype ${x.dtype.scalarName}, but found ${l}`,
      ),
    f: (x, [l]) => (x > l ? x - l : x < -l ? x + l : 0),
    d: (x, [l]) => (x >= -l && x <= l ? 0 : 1),
    d2: zero,
  },
  {
    name: "hardshrink",
    settings: "float lambd=0.5",
    summary: "x, but 0 within lambd of 0.",
    gradName: "HardshrinkBackward0",
    also: "method",
    f: (x, [l]) => (x >= -l && x <= l ? 0 : x),
    d: (x, [l]) => (x >= -l && x <= l ? 0 : 1),
    d2: zero,
  },
  {
    name: "threshold",
    integers: true,
    settings: "float threshold, float value",
    summary: "x where it exceeds threshold, else value.",
    gradName: "ThresholdBackward0",
    inplaceGradName: "ThresholdBackward1",
    also: "torch",
    inplace: true,
    f: (x, [t, v]) => (x <= t ? v : x),
    d: (x, [t]) => (x <= t ? 0 : 1),
    d2: zero,
  },
];

/** The functional of a pointwise op: its input is called `input` and it may take `inplace`. */
function defineFunctional(row: Row, op: Op<[Tensor, ...Scalar[]], Tensor>): Op<[Tensor, ...Scalar[]], Tensor> {
  const settings = row.settings ? `, ${row.settings}` : "";
  const flag = row.inplace ? ", bool inplace=False" : "";
  const settingsCount = row.settings ? row.settings.split(",").filter((p) => p.trim() !== "*").length : 0;
  const { inplaceGradName } = row;
  const modifying = inplaceGradName ? renamed(op, `_${row.name}_inplace`, inplaceGradName) : op;
  return defineOp({
    schema: `${row.name}(Tensor input${settings}${flag}) -> Tensor`,
    in: ["nn.functional"],
    summary: row.summary,
    forward: (x: Tensor, ...rest: Scalar[]) => {
      const given = rest.slice(0, settingsCount);
      return rest[settingsCount] === true ? inPlace(modifying, x, ...given) : op(x, ...given);
    },
  });
}

const primitives = new Map(
  rows.map((row) => {
    const where = row.also === "method" ? (["torch", "Tensor"] as const) : row.also ? (["torch"] as const) : undefined;
    return [row.name, definePointwise({ ...row, in: where ?? ["internal"] })];
  }),
);

const functionals = new Map(rows.map((row) => [row.name, defineFunctional(row, primitive(row.name))]));

/** The recorded op behind a functional of the table above. */
export function primitive(name: string): Op<[Tensor, ...Scalar[]], Tensor> {
  const op = primitives.get(name);
  if (!op) throw new Error(`no activation ${name}`);
  return op;
}

/** A functional of the table above by name, for modules. */
export function activation(name: string): Op<[Tensor, ...Scalar[]], Tensor> {
  const op = functionals.get(name);
  if (!op) throw new Error(`no activation ${name}`);
  return op;
}

export const reluFunctional = defineOp({
  schema: "relu(Tensor input, bool inplace=False) -> Tensor",
  in: ["nn.functional"],
  summary: "x where positive, else 0.",
  forward: (x: Tensor, inplace: boolean) => (inplace ? inPlace(relu, x) : relu(x)),
});

export const gelu = activation("gelu");
