import { float32 } from "../dtype";
import { accessOf, fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { fillInto } from "../kernels/fill";
import { qrFactors } from "../linalg/blocked_qr";
import { modes } from "../modes";
import { defineOp } from "../op";
import { normalInto, uniformInto } from "../random/continuous";
import { permutation } from "../random/discrete";
import { defaultGenerator, type Generator } from "../random/generator";
import { truncatedNormalInto } from "../random/truncated";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { empty, type Tensor } from "../tensor";
import { warn } from "../warnings";
import { writeIdentity } from "./creation";

type Source = Generator | null | undefined;
const from = (generator: Source): Generator => generator ?? defaultGenerator;

/** Overwrites a tensor, parameters too: initialisers run without recording. */
function overwritten(tensor: Tensor, write: (t: Tensor) => void): Tensor {
  if (!tensor.isAbstract && !modes.abstract && tensor.numel > 0) write(tensor);
  tensor.versionCounter.value++;
  return tensor;
}

const GAINS: Readonly<Record<string, number>> = {
  linear: 1,
  conv1d: 1,
  conv2d: 1,
  conv3d: 1,
  conv_transpose1d: 1,
  conv_transpose2d: 1,
  conv_transpose3d: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.sqrt(2),
  selu: 3 / 4,
};

/**
 * The factor by which weights should grow so that an activation keeps the spread of its inputs.
 *
 * @param param the negative slope, for leaky_relu (0.01 when null)
 */
export function gainOf(nonlinearity: string, param: unknown = null): number {
  if (nonlinearity === "leaky_relu") {
    const valid = param === null || (typeof param !== "boolean" && typeof param !== "string" && param !== undefined);
    check(
      valid,
      () => `negative_slope ${param === true ? "True" : param === false ? "False" : param} not a valid number`,
      "ValueError",
    );
    const slope = param === null ? 0.01 : toNumber(param as Scalar);
    return Math.sqrt(2 / (1 + slope ** 2));
  }
  const gain = GAINS[nonlinearity];
  check(gain !== undefined, `Unsupported nonlinearity ${nonlinearity}`, "ValueError");
  return gain;
}

export const calculateGain = defineOp({
  schema: "calculate_gain(str nonlinearity, Scalar? param=None) -> float",
  in: ["nn.init"],
  summary: "The recommended gain of a nonlinearity.",
  // Python gives the int 1 for linear layers and the sigmoid.
  forward: (nonlinearity: string, param: Scalar | null = null): Scalar => {
    const gain = gainOf(nonlinearity, param);
    return gain === 1 && nonlinearity !== "leaky_relu" ? 1 : toFloat(gain);
  },
});

/** Inputs and outputs of one unit of a weight (out, in, kernel …). */
export function fans(tensor: Tensor): { fanIn: number; fanOut: number } {
  check(
    tensor.ndim >= 2,
    "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
    "ValueError",
  );
  const field = tensor.sizes.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: tensor.sizes[1] * field, fanOut: tensor.sizes[0] * field };
}

function fanFor(tensor: Tensor, mode: string): number {
  const lower = mode.toLowerCase();
  check(
    lower === "fan_in" || lower === "fan_out",
    `Mode ${lower} not supported, please use one of ['fan_in', 'fan_out']`,
    "ValueError",
  );
  const { fanIn, fanOut } = fans(tensor);
  return lower === "fan_in" ? fanIn : fanOut;
}

function uniformOf(tensor: Tensor, low: number, high: number, generator: Source): Tensor {
  return overwritten(tensor, (t) => uniformInto(t, low, high, from(generator)));
}

function normalOf(tensor: Tensor, mean: number, std: number, generator: Source): Tensor {
  return overwritten(tensor, (t) => normalInto(t, mean, std, from(generator)));
}

export const uniform_ = defineOp({
  schema: "uniform_(Tensor(a!) tensor, float a=0.0, float b=1.0, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor from the uniform distribution U(a, b).",
  forward: (tensor: Tensor, a: Scalar = 0, b: Scalar = 1, generator?: Source): Tensor =>
    uniformOf(tensor, toNumber(a), toNumber(b), generator),
});

export const normal_ = defineOp({
  schema: "normal_(Tensor(a!) tensor, float mean=0.0, float std=1.0, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor from the normal distribution N(mean, std²).",
  forward: (tensor: Tensor, mean: Scalar = 0, std: Scalar = 1, generator?: Source): Tensor =>
    normalOf(tensor, toNumber(mean), toNumber(std), generator),
});

export const truncNormal_ = defineOp({
  schema:
    "trunc_normal_(Tensor(a!) tensor, float mean=0.0, float std=1.0, float a=-2.0, float b=2.0, " +
    "Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor from a normal distribution cut off outside [a, b].",
  forward: (
    tensor: Tensor,
    mean: Scalar = 0,
    std: Scalar = 1,
    a: Scalar = -2,
    b: Scalar = 2,
    generator?: Source,
  ): Tensor => {
    const [m, s, low, high] = [mean, std, a, b].map(toNumber);
    if (m < low - 2 * s || m > high + 2 * s) {
      warn(
        "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.",
      );
    }
    return overwritten(tensor, (t) => truncatedNormalInto(t, m, s, low, high, from(generator)));
  },
});

export const constant_ = defineOp({
  schema: "constant_(Tensor(a!) tensor, float val) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor with one value.",
  forward: (tensor: Tensor, val: Scalar): Tensor => overwritten(tensor, (t) => fillInto(t, val)),
});

export const ones_ = defineOp({
  schema: "ones_(Tensor(a!) tensor) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor with ones.",
  forward: (tensor: Tensor): Tensor => overwritten(tensor, (t) => fillInto(t, 1)),
});

export const zeros_ = defineOp({
  schema: "zeros_(Tensor(a!) tensor) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor with zeros.",
  forward: (tensor: Tensor): Tensor => overwritten(tensor, (t) => fillInto(t, 0)),
});

export const eye_ = defineOp({
  schema: "eye_(Tensor(a!) tensor) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a matrix with the identity.",
  forward: (tensor: Tensor): Tensor => {
    check(tensor.ndim === 2, "Only tensors with 2 dimensions are supported", "ValueError");
    return overwritten(tensor, writeIdentity);
  },
});

export const dirac_ = defineOp({
  schema: "dirac_(Tensor(a!) tensor, int groups=1) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a convolution's weight so that it passes its input channels through.",
  forward: (tensor: Tensor, groups: Scalar = 1): Tensor => {
    const { ndim, sizes, strides } = tensor;
    const count = toNumber(groups);
    check(ndim >= 3 && ndim <= 5, "Only tensors with 3, 4, or 5 dimensions are supported", "ValueError");
    check(sizes[0] % count === 0, "dim 0 must be divisible by groups", "ValueError");
    const perGroup = sizes[0] / count;
    return overwritten(tensor, (t) => {
      fillInto(t, 0);
      let centre = t.offset;
      for (let d = 2; d < ndim; d++) centre += Math.floor(sizes[d] / 2) * strides[d];
      const { set } = accessOf(t.dtype);
      for (let g = 0; g < count; g++) {
        for (let c = 0; c < Math.min(perGroup, sizes[1]); c++) {
          set(t.storage.data, centre + (g * perGroup + c) * strides[0] + c * strides[1], 1);
        }
      }
    });
  },
});

export const xavierUniform_ = defineOp({
  schema: "xavier_uniform_(Tensor(a!) tensor, float gain=1.0, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Xavier (Glorot) initialisation, uniform: variance gain²·2/(fan_in + fan_out).",
  forward: (tensor: Tensor, gain: Scalar = 1, generator?: Source): Tensor => {
    const bound = Math.sqrt(3) * xavierStd(tensor, gain);
    return uniformOf(tensor, -bound, bound, generator);
  },
});

export const xavierNormal_ = defineOp({
  schema: "xavier_normal_(Tensor(a!) tensor, float gain=1.0, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Xavier (Glorot) initialisation, normal: variance gain²·2/(fan_in + fan_out).",
  forward: (tensor: Tensor, gain: Scalar = 1, generator?: Source): Tensor =>
    normalOf(tensor, 0, xavierStd(tensor, gain), generator),
});

function xavierStd(tensor: Tensor, gain: Scalar): number {
  const { fanIn, fanOut } = fans(tensor);
  return toNumber(gain) * Math.sqrt(2 / (fanIn + fanOut));
}

/** Standard deviation of He initialisation; null for a tensor without elements, which stays as it is. */
function kaimingStd(tensor: Tensor, a: Scalar, mode: string, nonlinearity: string): number | null {
  if (tensor.sizes.includes(0)) {
    warn("Initializing zero-element tensors is a no-op");
    return null;
  }
  const fan = fanFor(tensor, mode);
  return gainOf(nonlinearity, a) / Math.sqrt(fan);
}

export const kaimingUniform_ = defineOp({
  schema:
    "kaiming_uniform_(Tensor(a!) tensor, float a=0, str mode='fan_in', str nonlinearity='leaky_relu', " +
    "Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Kaiming (He) initialisation, uniform: variance gain²/fan.",
  forward: (
    tensor: Tensor,
    a: Scalar = 0,
    mode: string = "fan_in",
    nonlinearity: string = "leaky_relu",
    generator?: Source,
  ): Tensor => {
    const std = kaimingStd(tensor, a, mode, nonlinearity);
    if (std === null) return tensor;
    const bound = Math.sqrt(3) * std;
    return uniformOf(tensor, -bound, bound, generator);
  },
});

export const kaimingNormal_ = defineOp({
  schema:
    "kaiming_normal_(Tensor(a!) tensor, float a=0, str mode='fan_in', str nonlinearity='leaky_relu', " +
    "Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Kaiming (He) initialisation, normal: variance gain²/fan.",
  forward: (
    tensor: Tensor,
    a: Scalar = 0,
    mode: string = "fan_in",
    nonlinearity: string = "leaky_relu",
    generator?: Source,
  ): Tensor => {
    const std = kaimingStd(tensor, a, mode, nonlinearity);
    return std === null ? tensor : normalOf(tensor, 0, std, generator);
  },
});

export const orthogonal_ = defineOp({
  schema: "orthogonal_(Tensor(a!) tensor, float gain=1, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a tensor with a (semi) orthogonal matrix: Q of a normal matrix's QR, signs made uniform.",
  forward: (tensor: Tensor, gain: Scalar = 1, generator?: Source): Tensor => {
    check(tensor.ndim >= 2, "Only tensors with 2 or more dimensions are supported", "ValueError");
    return overwritten(tensor, (t) => fromNumbers(t, orthogonalMatrix(t, toNumber(gain), from(generator))));
  },
});

/** Row-major rows × columns. */
function orthogonalMatrix(t: Tensor, gain: number, generator: Generator): Float64Array {
  const rows = t.sizes[0];
  const columns = t.numel / rows;
  const draws = empty([rows, columns], t.dtype);
  normalInto(draws, 0, 1, generator);
  const values = toNumbers(draws);
  // Of a wide matrix the transpose is factored: its rows, read as columns, lie in the order the factorisation wants.
  const tall = rows >= columns;
  const [m, n] = tall ? [rows, columns] : [columns, rows];
  const byColumn = tall ? transposed(values, rows, columns) : values;
  const { q, r } = qrFactors(byColumn, m, n, n, t.dtype === float32);
  const { round } = accessOf(t.dtype);
  for (let c = 0; c < n; c++) {
    const sign = Math.sign(r[c * n + c]);
    for (let i = 0; i < m; i++) q[c * m + i] = round(round(q[c * m + i]) * sign * round(gain));
  }
  return tall ? transposed(q, columns, rows) : q;
}

function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}

export const sparse_ = defineOp({
  schema: "sparse_(Tensor(a!) tensor, float sparsity, float std=0.01, Generator? generator=None) -> Tensor(a!)",
  in: ["nn.init"],
  summary: "Fills a matrix from N(0, std²) and sets a fraction of each column to zero.",
  forward: (tensor: Tensor, sparsity: Scalar, std: Scalar = 0.01, generator?: Source): Tensor => {
    check(tensor.ndim === 2, "Only tensors with 2 dimensions are supported", "ValueError");
    const [rows, columns] = tensor.sizes;
    const zeros = Math.ceil(toNumber(sparsity) * rows);
    return overwritten(tensor, (t) => {
      normalInto(t, 0, toNumber(std), from(generator));
      const { set } = accessOf(t.dtype);
      for (let c = 0; c < columns; c++) {
        // From the default generator, whatever generator was given.
        const order = permutation(rows, defaultGenerator);
        for (let i = 0; i < zeros; i++) set(t.storage.data, t.offset + order[i] * t.strides[0] + c * t.strides[1], 0);
      }
    });
  },
});

/** The old names, without the underscore: they warn. */
const DEPRECATED = [
  uniform_,
  normal_,
  constant_,
  eye_,
  dirac_,
  xavierUniform_,
  xavierNormal_,
  kaimingUniform_,
  kaimingNormal_,
  orthogonal_,
  sparse_,
];

for (const op of DEPRECATED) {
  const { name } = op.schema;
  const old = name.slice(0, -1);
  const call = op as unknown as (...args: unknown[]) => Tensor;
  defineOp({
    schema: op.spec.schema.replace(`${name}(`, `${old}(`),
    in: ["nn.init"],
    summary: `Deprecated name of ${name}.`,
    forward: (...args: unknown[]): Tensor => {
      warn(`\`nn.init.${old}\` is now deprecated in favor of \`nn.init.${name}\`.`, "FutureWarning");
      return call(...args);
    },
  });
}
