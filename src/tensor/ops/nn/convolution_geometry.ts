import { check } from "../../errors";
import { formatSizes, type Sizes } from "../../shape";

/** Settings of a convolution, one number per spatial dimension. */
export interface ConvolutionSettings {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** A convolution's loops: one, two or three spatial dimensions, led by dimensions of size 1 up to three. */
export interface Geometry {
  readonly n: number;
  readonly groups: number;
  /** Channels per group. */
  readonly inChannels: number;
  readonly outChannels: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  /** Elements of one output plane, and of one column of the unfolded input. */
  readonly positions: number;
  readonly columns: number;
}

const lead = (values: readonly number[], fill: number): number[] => [
  ...new Array<number>(3 - values.length).fill(fill),
  ...values,
];
const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

/** Sizes of a convolution's result. */
export function convolvedSizes(x: Sizes, w: Sizes, s: ConvolutionSettings): number[] {
  const spatial = x.slice(2).map((size, i) => {
    const reach = s.dilation[i] * (w[i + 2] - 1) + 1;
    return Math.floor((size + 2 * s.padding[i] - reach) / s.stride[i]) + 1;
  });
  return [x[0], w[0], ...spatial];
}

/** Sizes of a transposed convolution's result; its weight is (in, out / groups, …). */
export function transposedSizes(
  x: Sizes,
  w: Sizes,
  s: ConvolutionSettings,
  outputPadding: readonly number[],
): number[] {
  const spatial = x
    .slice(2)
    .map(
      (size, i) => (size - 1) * s.stride[i] - 2 * s.padding[i] + s.dilation[i] * (w[i + 2] - 1) + outputPadding[i] + 1,
    );
  return [x[0], w[1] * s.groups, ...spatial];
}

/** The loops of a convolution that takes `input` sizes to `output` sizes with weight sizes `w`. */
export function geometryOf(input: Sizes, output: Sizes, w: Sizes, s: ConvolutionSettings): Geometry {
  const kernel = lead(w.slice(2), 1);
  const out = lead(output.slice(2), 1);
  return {
    n: input[0],
    groups: s.groups,
    inChannels: input[1] / s.groups,
    outChannels: output[1] / s.groups,
    input: lead(input.slice(2), 1),
    output: out,
    kernel,
    stride: lead(s.stride, 1),
    padding: lead(s.padding, 0),
    dilation: lead(s.dilation, 1),
    positions: product(out),
    columns: (input[1] / s.groups) * product(kernel),
  };
}

/** Raises where PyTorch does for a batched input that does not fit the weight. */
/** A weight has as many dimensions as the input. */
export function checkWeightRank(x: Sizes, w: Sizes): void {
  check(w.length >= 3, "weight should have at least three dimensions");
  check(
    w.length === x.length,
    () =>
      `Expected ${w.length}-dimensional input for ${w.length}-dimensional weight${formatSizes(w)}, but got ` +
      `${x.length}-dimensional input of size ${formatSizes(x)} instead`,
  );
}

export function checkConvolution(
  x: Sizes,
  w: Sizes,
  bias: Sizes | null,
  s: ConvolutionSettings,
  transposed: boolean,
): void {
  check(s.groups > 0, "non-positive groups is not supported");
  check(
    s.padding.every((p) => p >= 0),
    "negative padding is not supported",
  );
  check(
    s.stride.every((v) => v > 0),
    "non-positive stride is not supported",
  );
  check(
    s.dilation.every((v) => v > 0),
    "dilation should be greater than zero",
  );
  checkWeightRank(x, w);
  check(
    transposed || w[0] >= s.groups,
    () =>
      `Given groups=${s.groups}, expected weight to be at least ${s.groups} at dimension 0, but got weight of size ` +
      `${formatSizes(w)} instead`,
  );
  const given = `Given ${transposed ? "transposed=1" : `groups=${s.groups}`}, weight of size ${formatSizes(w)}, expected `;
  const channels = transposed ? w[0] : w[1] * s.groups;
  check(
    x[1] === channels,
    () => `${given}input${formatSizes(x)} to have ${channels} channels, but got ${x[1]} channels instead`,
  );
  if (!transposed) {
    check(
      w[0] % s.groups === 0,
      () =>
        `Given groups=${s.groups}, expected weight to be divisible by ${s.groups} at dimension 0, but got weight of ` +
        `size ${formatSizes(w)} instead`,
    );
  }
  const outChannels = transposed ? w[1] * s.groups : w[0];
  check(
    !bias || (bias.length === 1 && bias[0] === outChannels),
    () =>
      `${given}bias to be 1-dimensional with ${outChannels} elements, but got bias of size ${formatSizes(bias ?? [])} instead`,
  );
  if (transposed) return;
  const padded = x.slice(2).map((size, i) => size + 2 * s.padding[i]);
  const reach = w.slice(2).map((k, i) => s.dilation[i] * (k - 1) + 1);
  check(
    padded.every((size, i) => size >= reach[i]),
    () =>
      `Calculated padded input size per channel: (${padded.join(" x ")}). ` +
      `Kernel size: (${reach.join(" x ")}). Kernel size can't be greater than actual input size`,
  );
}
