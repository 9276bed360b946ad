import { type DType, getDefaultDType } from "../dtype";
import { accessOf } from "../elements";
import { check, TorchError } from "../errors";
import { filled } from "../kernels/fill";
import { noGrad } from "../modes";
import { defineOp } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { besselI } from "../special/bessel";
import { empty, type Tensor } from "../tensor";
import { cppTypeName } from "../type_names";
import { add, div, mul, neg, pow, rsub, sub } from "./arithmetic";
import { minimum } from "./clamp";
import { tensorFromData } from "./creation";
import { markLeaf, OPTIONS, type Options } from "./factory";
import { floatText } from "./nn/python_text";
import { sum } from "./reduction";
import { arange, linspace } from "./sequences";
import { i0 } from "./special_functions";
import { abs, cos, exp, sin, sqrt, square } from "./unary";
import { unsqueeze } from "./views";

/** Window functions: `torch.signal.windows` and the older `torch.hann_window` and its kin. */

function checkWindow(name: string, length: number, dtype: DType, layout: unknown): void {
  const wrong = (text: string): never => {
    throw new TorchError("ValueError", `${name} ${text}`);
  };
  if (length < 0) wrong(`requires non-negative window length, got M=${length}`);
  if (layout !== null && layout !== undefined && layout !== "strided")
    wrong(`is implemented for strided tensors only, got: torch.${layout}`);
  if (dtype.name !== "float32" && dtype.name !== "float64")
    wrong(`expects float32 or float64 dtypes, got: torch.${dtype.name}`);
}

/** `count` positions from `first`, `step` apart (in doubles, as Python computes both ends). */
function positions(first: number, step: number, count: number, options: Options): Tensor {
  return between(first * step, (first + (count - 1)) * step, count, options);
}

function between(start: number, end: number, count: number, options: Options): Tensor {
  return linspace(toFloat(start), toFloat(end), count, ...options);
}

interface Window {
  readonly summary: string;
  /** Parameters of its own, after M and before sym. */
  readonly parameters?: string;
  /** What PyTorch's own checks call it. */
  readonly checkedAs?: string;
  /** Raises for parameters out of range. */
  readonly checks?: (own: readonly unknown[], symmetric: boolean) => void;
  /** A window of one element is 1 without more ado. */
  readonly single?: boolean;
  readonly values: (length: number, own: readonly unknown[], symmetric: boolean, options: Options) => Tensor;
}

/** Symmetric windows span M − 1 steps, periodic ones M. */
const spanOf = (length: number, symmetric: boolean): number => (symmetric ? length - 1 : length);
/** The centre of windows for which a single element stays at the centre. */
const centreOf = (length: number, symmetric: boolean): number => (!symmetric && length > 1 ? length : length - 1) / 2;

function cosines(length: number, coefficients: readonly number[], symmetric: boolean, options: Options): Tensor {
  const step = (2 * Math.PI) / spanOf(length, symmetric);
  const angles = between(0, (length - 1) * step, length, options);
  const { dtype } = angles;
  const signed = coefficients.map((a, i) => toFloat(i % 2 === 0 ? a : -a));
  const weights = markLeaf(tensorFromData(signed, [signed.length], dtype), options[4] ?? false);
  const multiples = tensorFromData([...signed.keys()], [signed.length], dtype);
  return sum(mul(unsqueeze(weights, -1), cos(mul(unsqueeze(multiples, -1), angles))), [0]);
}

/** A window that is a sum of cosines with these coefficients. */
const cosineSum = (summary: string, coefficients: readonly number[]): Window => ({
  summary,
  checkedAs: "general_cosine",
  single: true,
  values: (length, _own, symmetric, options) => cosines(length, coefficients, symmetric, options),
});

const positive = (value: number, text: string): void =>
  check(value > 0, () => `${text} must be positive, got: ${floatText(value)} instead.`, "ValueError");

const windows: Readonly<Record<string, Window>> = {
  hamming: cosineSum("The Hamming window.", [0.54, 1 - 0.54]),
  hann: cosineSum("The Hann window: a raised cosine that ends at 0.", [0.5, 0.5]),
  blackman: { ...cosineSum("The Blackman window: three cosine terms.", [0.42, 0.5, 0.08]), checkedAs: "blackman" },
  nuttall: cosineSum(
    "The Nuttall window: four cosine terms with small side lobes.",
    [0.3635819, 0.4891775, 0.1365995, 0.0106411],
  ),
  general_hamming: {
    summary: "alpha − (1 − alpha) · cos: Hamming's and Hann's windows in general.",
    parameters: "float alpha=0.54",
    checkedAs: "general_cosine",
    single: true,
    values: (length, [alpha], symmetric, options) =>
      cosines(length, [toNumber(alpha as Scalar), 1 - toNumber(alpha as Scalar)], symmetric, options),
  },
  general_cosine: {
    summary: "A sum of cosines with the coefficients given, whose signs alternate.",
    parameters: "Any a",
    single: true,
    values: (length, [a], symmetric, options) => {
      check(Array.isArray(a), "Coefficients must be a list/tuple", "TypeError");
      check((a as unknown[]).length > 0, "Coefficients cannot be empty", "ValueError");
      return cosines(length, (a as Scalar[]).map(toNumber), symmetric, options);
    },
  },
  bartlett: {
    summary: "The Bartlett window: a triangle that ends at 0.",
    single: true,
    values: (length, _own, symmetric, options) => {
      const step = 2 / spanOf(length, symmetric);
      return rsub(abs(between(-1, -1 + (length - 1) * step, length, options)), 1);
    },
  },
  cosine: {
    summary: "The half wave of a sine.",
    values: (length, _own, symmetric, options) =>
      sin(positions(0.5, Math.PI / (!symmetric && length > 1 ? length + 1 : length), length, options)),
  },
  exponential: {
    summary: "e^(−|k − center| / tau).",
    parameters: "float? center=None, float tau=1.0",
    checks: ([center, tau], symmetric) => {
      positive(toNumber(tau as Scalar), "Tau");
      check(!symmetric || center === null, "Center must be None for symmetric windows", "ValueError");
    },
    values: (length, [center, tau], symmetric, options) => {
      const middle = center === null ? centreOf(length, symmetric) : toNumber(center as Scalar);
      return exp(neg(abs(positions(-middle, 1 / toNumber(tau as Scalar), length, options))));
    },
  },
  gaussian: {
    summary: "The bell curve with standard deviation std.",
    parameters: "float std=1.0",
    checks: ([std]) => positive(toNumber(std as Scalar), "Standard deviation"),
    values: (length, [std], symmetric, options) => {
      const step = 1 / (toNumber(std as Scalar) * Math.SQRT2);
      return exp(neg(pow(positions(-centreOf(length, symmetric), step, length, options), 2)));
    },
  },
  kaiser: {
    summary: "The Kaiser window: I₀(β √(1 − t²)) / I₀(β).",
    parameters: "float beta=12.0",
    single: true,
    checks: ([beta]) => {
      const value = toNumber(beta as Scalar);
      check(value >= 0, () => `beta must be non-negative, got: ${floatText(value)} instead.`, "ValueError");
    },
    values: (length, [given], symmetric, options) => {
      const dtype = options[0] ?? getDefaultDType();
      const { round } = accessOf(dtype);
      const beta = round(toNumber(given as Scalar));
      const step = round(round(2 * beta) / spanOf(length, symmetric));
      const end = Math.min(beta, round(-beta + round((length - 1) * step)));
      const k = between(-beta, end, length, options);
      const scale = tensorFromData([toFloat(beta)], [], dtype);
      return div(i0(sqrt(sub(mul(scale, scale), pow(k, 2)))), i0(scale));
    },
  },
};

for (const [name, window] of Object.entries(windows)) {
  const count = window.parameters?.split(", ").length ?? 0;
  defineOp({
    schema: `${name}(int M, *, ${window.parameters ? `${window.parameters}, ` : ""}bool sym=True, ${OPTIONS}) -> Tensor`,
    in: ["signal.windows"],
    summary: window.summary,
    forward: (length: number, ...rest: unknown[]): Tensor => {
      const own = rest.slice(0, count);
      const symmetric = (rest[count] ?? true) as boolean;
      const options = rest.slice(count + 1) as unknown as Options;
      const dtype = options[0] ?? getDefaultDType();
      checkWindow(window.checkedAs ?? name, length, dtype, options[1]);
      window.checks?.(own, symmetric);
      if (length === 0) return markLeaf(empty([0], dtype), options[4] ?? false);
      if (length === 1 && window.single) return markLeaf(filled([1], dtype, 1), options[4] ?? false);
      return window.values(length, own, symmetric, options);
    },
  });
}

/** The older windows of `torch`: positions 0, 1, … of `length`, made a window over `length` − 1 steps. */
interface PlainWindow {
  readonly summary: string;
  readonly parameters: string;
  readonly values: (positions: Tensor, length: number, own: readonly Scalar[]) => Tensor;
}

/** alpha − beta · cos(2πk / (length − 1)). */
const raisedCosine = (k: Tensor, length: number, alpha: number, beta: number): Tensor =>
  add(mul(cos(mul(k, (2 * Math.PI) / (length - 1))), toFloat(-beta)), toFloat(alpha));

const plainWindows: Readonly<Record<string, PlainWindow>> = {
  hann_window: {
    summary: "The Hann window, by default periodic.",
    parameters: "",
    values: (k, length) => raisedCosine(k, length, 0.5, 0.5),
  },
  hamming_window: {
    summary: "The Hamming window alpha − beta · cos, by default periodic.",
    parameters: "float alpha=0.54, float beta=0.46, ",
    values: (k, length, [alpha, beta]) => raisedCosine(k, length, toNumber(alpha), toNumber(beta)),
  },
  bartlett_window: {
    summary: "The Bartlett (triangular) window, by default periodic.",
    parameters: "",
    values: (k, length) => {
      const rising = mul(k, toFloat(2 / (length - 1)));
      return minimum(rising, rsub(rising, 2));
    },
  },
  blackman_window: {
    summary: "The Blackman window, by default periodic.",
    parameters: "",
    values: (k, length) => {
      const angle = mul(k, Math.PI / (length - 1));
      const slow = mul(cos(mul(angle, 2)), 0.5);
      return add(sub(mul(cos(mul(angle, 4)), 0.08), slow), 0.42);
    },
  },
  kaiser_window: {
    summary: "The Kaiser window, by default periodic.",
    parameters: "float beta=12.0, ",
    values: (k, length, [beta]) => {
      const half = toFloat((length - 1) / 2);
      const shape = sqrt(rsub(square(div(sub(k, half), half)), 1));
      return div(i0(mul(shape, toFloat(toNumber(beta)))), besselI(0, toNumber(beta)));
    },
  },
};

const optionsText = (dtype: DType): string =>
  `TensorOptions(dtype=${cppTypeName(dtype)}, device=cpu, layout=Strided (default), ` +
  "requires_grad=false (default), pinned_memory=false, memory_format=(nullopt))";

for (const [name, window] of Object.entries(plainWindows)) {
  const count = window.parameters.split(", ").length - 1;
  defineOp({
    schema: `${name}(int window_length, bool periodic=True, ${window.parameters}*, ${OPTIONS}) -> Tensor`,
    in: ["torch"],
    summary: window.summary,
    forward: (length: number, periodic: boolean = true, ...rest: unknown[]): Tensor => {
      const options = rest.slice(count) as unknown as Options;
      const [dtype, , , , requiresGrad = false] = options;
      const inner = dtype ?? getDefaultDType();
      check(inner.kind === "float", () => `${name} expects floating point dtypes, got: ${optionsText(inner)}`);
      check(length >= 0, () => `${name} requires non-negative window_length, got window_length=${length}`);
      if (length <= 1) return markLeaf(filled([length], inner, 1), requiresGrad);
      const whole = periodic ? length + 1 : length;
      const own = rest.slice(0, count) as Scalar[];
      return noGrad(() => markLeaf(window.values(arange(toFloat(length), inner), whole, own), requiresGrad));
    },
  });
}
