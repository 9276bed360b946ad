import type { DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { fillInto } from "../../tensor/kernels/fill";
import { activation, reluFunctional } from "../../tensor/ops/nn/activations";
import { glu, prelu, rrelu, softsign, tanhshrink } from "../../tensor/ops/nn/gated";
import { logSoftmax, softmax, softmin } from "../../tensor/ops/nn/softmax";
import { sigmoid, tanh } from "../../tensor/ops/unary";
import { Double, type Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import { settingsText, valueText } from "../text";

type Setting = Scalar | string | null;
type Apply = (x: Tensor, settings: readonly Setting[], inplace: boolean, module: Module) => Tensor;

interface Row {
  readonly name: string;
  /** Names of the settings as in Python, with their defaults; undefined where one must be given. */
  readonly settings?: readonly (readonly [name: string, fallback: Setting | undefined])[];
  /** Takes `inplace`, shown only when true. */
  readonly inplace?: boolean;
  /** Settings are shown without names, or not at all. */
  readonly shown?: "bare" | "none" | "repr";
  readonly apply: Apply;
  readonly summary: string;
}

const float = (x: number): Double => new Double(x);
/** The functional of the op table with the module's settings. */
const table =
  (name: string): Apply =>
  (x, settings, inplace) =>
    activation(name)(x, ...(settings as Scalar[]), ...(inplace ? [true] : []));

const rows: readonly Row[] = [
  { name: "ReLU", inplace: true, apply: (x, _, inplace) => reluFunctional(x, inplace), summary: "max(0, x)." },
  { name: "ReLU6", inplace: true, apply: table("relu6"), summary: "x limited to [0, 6]." },
  { name: "SELU", inplace: true, apply: table("selu"), summary: "Scaled ELU: keeps zero mean and unit variance." },
  { name: "SiLU", inplace: true, apply: table("silu"), summary: "x · sigmoid(x)." },
  { name: "Mish", inplace: true, apply: table("mish"), summary: "x · tanh(softplus(x))." },
  { name: "Hardswish", inplace: true, apply: table("hardswish"), shown: "none", summary: "x · relu6(x + 3) / 6." },
  { name: "Hardsigmoid", inplace: true, apply: table("hardsigmoid"), shown: "none", summary: "relu6(x + 3) / 6." },
  { name: "Sigmoid", apply: (x) => sigmoid(x), summary: "1 / (1 + e⁻ˣ)." },
  { name: "Tanh", apply: (x) => tanh(x), summary: "Hyperbolic tangent." },
  { name: "LogSigmoid", apply: table("logsigmoid"), summary: "log(sigmoid(x))." },
  { name: "Softsign", apply: (x) => softsign(x), summary: "x / (1 + |x|)." },
  { name: "Tanhshrink", apply: (x) => tanhshrink(x), summary: "x − tanh(x)." },
  {
    name: "LeakyReLU",
    settings: [["negative_slope", 0.01]],
    inplace: true,
    apply: table("leaky_relu"),
    summary: "x where positive, else negative_slope · x.",
  },
  {
    name: "ELU",
    settings: [["alpha", float(1)]],
    inplace: true,
    apply: table("elu"),
    summary: "x where positive, else alpha · (eˣ − 1).",
  },
  {
    name: "CELU",
    settings: [["alpha", float(1)]],
    inplace: true,
    apply: table("celu"),
    summary: "x where positive, else alpha · (e^(x/alpha) − 1).",
  },
  {
    name: "GELU",
    settings: [["approximate", "none"]],
    shown: "repr",
    apply: table("gelu"),
    summary: "x · Φ(x), Φ the normal distribution function.",
  },
  {
    name: "Softplus",
    settings: [
      ["beta", float(1)],
      ["threshold", float(20)],
    ],
    apply: table("softplus"),
    summary: "log(1 + eˣ): a smooth ReLU.",
  },
  {
    name: "Hardtanh",
    settings: [
      ["min_val", float(-1)],
      ["max_val", float(1)],
    ],
    inplace: true,
    apply: table("hardtanh"),
    summary: "x limited to [min_val, max_val].",
  },
  {
    name: "Hardshrink",
    settings: [["lambd", 0.5]],
    shown: "bare",
    apply: table("hardshrink"),
    summary: "x, but 0 within lambd of 0.",
  },
  {
    name: "Softshrink",
    settings: [["lambd", 0.5]],
    shown: "bare",
    apply: table("softshrink"),
    summary: "x moved towards 0 by lambd.",
  },
  {
    name: "Threshold",
    settings: [
      ["threshold", undefined],
      ["value", undefined],
    ],
    inplace: true,
    apply: table("threshold"),
    summary: "x where it exceeds threshold, else value.",
  },
  {
    name: "RReLU",
    settings: [
      ["lower", 1 / 8],
      ["upper", 1 / 3],
    ],
    inplace: true,
    apply: (x, [lower, upper], inplace, module) => rrelu(x, lower as Scalar, upper as Scalar, module.training, inplace),
    summary: "Leaky ReLU whose slope is random while training.",
  },
  {
    name: "GLU",
    settings: [["dim", -1]],
    apply: (x, [dim]) => glu(x, dim as number),
    summary: "One half times the sigmoid of the other.",
  },
  {
    name: "Softmax",
    settings: [["dim", null]],
    apply: (x, [dim]) => softmax(x, dim as number | null),
    summary: "eˣ / Σ eˣ along a dimension.",
  },
  {
    name: "LogSoftmax",
    settings: [["dim", null]],
    apply: (x, [dim]) => logSoftmax(x, dim as number | null),
    summary: "log(softmax(x)).",
  },
  {
    name: "Softmin",
    settings: [["dim", null]],
    apply: (x, [dim]) => softmin(x, dim as number | null),
    summary: "softmax(−x).",
  },
  {
    name: "Softmax2d",
    apply: (x) => {
      check(
        x.ndim === 3 || x.ndim === 4,
        () => `Softmax2d: expected input to be 3D or 4D, got ${x.ndim}D instead`,
        "ValueError",
      );
      return softmax(x, -3);
    },
    summary: "Softmax over the channels at each place.",
  },
];

const camel = (name: string): string => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

/** The module class of a row; settings are own fields under their camelCase names. */
function classOf(row: Row): new (...args: unknown[]) => Module {
  const settings = row.settings ?? [];
  const fields = settings.map(([name]) => camel(name));
  class Activation extends Module {
    constructor(...args: readonly unknown[]) {
      super();
      const values = this as unknown as Record<string, unknown>;
      fields.forEach((field, i) => {
        values[field] = args[i] === undefined ? settings[i][1] : args[i];
      });
      if (row.inplace) values.inplace = args[fields.length] ?? false;
    }

    override forward(x: Tensor): Tensor {
      const values = this as unknown as Record<string, unknown>;
      return row.apply(x, fields.map((f) => values[f]) as Setting[], values.inplace === true, this);
    }

    override extraRepr(): string {
      const values = this as unknown as Record<string, unknown>;
      if (row.shown === "none") return "";
      if (row.shown === "bare") return fields.map((f) => valueText(values[f])).join(", ");
      if (row.shown === "repr")
        return settings.map(([name], i) => `${name}=${valueText(values[fields[i]])}`).join(", ");
      return settingsText(...settings.map(([name], i) => [name, values[fields[i]]] as const), [
        "inplace",
        values.inplace,
        values.inplace === true,
      ]);
    }
  }
  Object.defineProperty(Activation, "name", { value: row.name });
  return Activation;
}

function settingText(name: string, fallback: Setting | undefined): string {
  const type = typeof fallback === "string" ? "str" : fallback === null || name === "dim" ? "int?" : "float";
  return fallback === undefined ? `${type} ${name}` : `${type} ${name}=${valueText(fallback)}`;
}

function schemaOf({ name, settings = [], inplace }: Row): string {
  const params = settings.map(([setting, fallback]) => settingText(setting, fallback));
  if (inplace) params.push("bool inplace=False");
  return `${name}(${params.join(", ")})`;
}

export class PReLU extends Module {
  constructor(
    public numParameters: number = 1,
    public init: Scalar = 0.25,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super();
    this.registerParameter("weight", emptyParameter([numParameters], dtype));
    this.resetParameters();
  }

  resetParameters(): void {
    const weight = this.tensor("weight");
    if (!weight.isAbstract) fillInto(weight, this.init);
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.tensor("weight"));
  }

  override extraRepr(): string {
    return settingsText(["num_parameters", this.numParameters]);
  }
}

export const activationEntries: readonly ModuleEntry[] = [
  ...rows.map((row) => entry(classOf(row), schemaOf(row), row.summary)),
  entry(
    PReLU,
    `PReLU(int num_parameters=1, float init=0.25, ${FACTORY})`,
    "x where positive, else a learned slope times x.",
  ),
];
