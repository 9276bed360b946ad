import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { check } from "../../errors";
import { defineOp } from "../../op";
import { empty, type Tensor } from "../../tensor";
import { div } from "../arithmetic";
import { clampMin } from "../clamp";
import { eq } from "../comparison";
import { lastGradient } from "../last_gradient";
import { mean, sum } from "../reduction";
import { squeeze, unsqueeze } from "../views";
import { where } from "../where";
import { beginnings, type Emission, extended, likelihood, through } from "./ctc_alignments";
import { checkFloat, type Floats, floats, integers, made, rounding } from "./floats";
import { reductionOf } from "./losses_pointwise";

type Lengths = Tensor | readonly number[] | number;

const lengthsOf = (v: Lengths): number[] =>
  typeof v === "number" ? [v] : "sizes" in v ? Array.from(integers(v)) : [...v];

/** The labels of each sample: rows of a matrix, or runs of one concatenated vector. */
function labelsOf(targets: Tensor, lengths: readonly number[]): number[][] {
  const all = Array.from(integers(targets));
  let start = 0;
  return lengths.map((n, i) => {
    const from = targets.ndim === 2 ? i * targets.sizes[1] : start;
    start += n;
    return all.slice(from, from + n);
  });
}

type CtcArgs = [
  logs: Tensor,
  targets: Tensor,
  inputs: readonly number[],
  lengths: readonly number[],
  blank: number,
  zeroInfinity: boolean,
];

const CHECKED = "(while checking arguments for ctc_loss_allocate_outputs)";

function checkArguments([logs, targets, inputs, lengths, blank]: CtcArgs): void {
  checkFloat(logs, "ctc_loss_cpu");
  const [steps, batch, classes] = logs.sizes;
  check(blank >= 0 && blank < classes, "blank must be in label range");
  check(inputs.length === batch, "input_lengths must be of size batch_size");
  check(lengths.length === batch, "target_lengths must be of size batch_size");
  const most = lengths.reduce((a, b) => Math.max(a, b), 0);
  const [wanted, dim] = targets.ndim === 1 ? [lengths.reduce((a, b) => a + b, 0), 0] : [most, 1];
  check(
    targets.ndim === 1 ? targets.sizes[0] === wanted : targets.sizes[1] >= wanted,
    () =>
      `Expected tensor to have size ${dim === 1 ? "at least " : ""}${wanted} at dimension ${dim}, but got size ` +
      `${targets.sizes[dim]} for argument #2 'targets' ${CHECKED}`,
  );
  for (const n of inputs) {
    check(n >= 0, () => `Expected input_lengths to have value at least 0, but got value ${n} ${CHECKED}`);
    check(n <= steps, () => `Expected input_lengths to have value at most ${steps}, but got value ${n} ${CHECKED}`);
  }
}

const ctcKernel = defineOp({
  schema:
    "_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank, bool zero_infinity) -> Tensor",
  in: ["internal"],
  summary: "Negative log-likelihood of each target over all alignments.",
  gradName: "CtcLossBackward0",
  forward: (...args: CtcArgs) => {
    checkArguments(args);
    const [logs, targets, inputs, lengths, blank] = args;
    const [, batch, classes] = logs.sizes;
    const r = rounding(logs);
    return made(
      [logs, targets],
      [batch],
      (y) => {
        const a = floats(logs);
        labelsOf(targets, lengths).forEach((labels, n) => {
          const emit: Emission = (t, label) => a[(t * batch + n) * classes + label];
          const states = extended(labels, blank);
          y[n] = -likelihood(beginnings(emit, inputs[n], states, r), inputs[n], states.length, r);
        });
      },
      logs.dtype,
    );
  },
  save: (args) => args,
  backward: (grad, [logs, targets, inputs, lengths, blank, zeroInfinity]) => {
    const [, batch, classes] = logs.sizes;
    const r = rounding(logs);
    const slope = (out: Floats): void => {
      const [a, g] = [floats(logs), floats(grad)];
      out.fill(0);
      labelsOf(targets, lengths).forEach((labels, n) => {
        const emit: Emission = (t, label) => a[(t * batch + n) * classes + label];
        const states = extended(labels, blank);
        const alpha = beginnings(emit, inputs[n], states, r);
        const total = likelihood(alpha, inputs[n], states.length, r);
        if (zeroInfinity && total === -Infinity) return;
        const mass = through(emit, inputs[n], states, alpha, classes, r);
        for (let t = 0; t < inputs[n]; t++) {
          const row = (t * batch + n) * classes;
          for (let c = 0; c < classes; c++) {
            const p = a[row + c];
            const share = r(Math.exp(r(r(mass[t * classes + c] - total) - p)));
            out[row + c] = r(r(Math.exp(p)) - share) * g[n];
          }
        }
      });
    };
    return [ctcGradient([grad, logs], () => made([grad, logs], logs.sizes, slope)), null];
  },
});

const ctcGradient = lastGradient("_ctc_loss_backward");

function ctc(
  logs: Tensor,
  targets: Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  blank: number,
  reduction: string,
  zeroInfinity: boolean,
): Tensor {
  const batched = logs.ndim === 3;
  const lengths = lengthsOf(targetLengths);
  const sequence = batched ? logs : unsqueeze(logs, 1);
  const kernel = ctcKernel(sequence, targets, lengthsOf(inputLengths), lengths, blank, zeroInfinity);
  const each = batched ? kernel : squeeze(kernel, 0);
  const losses = zeroInfinity ? where(eq(each, Number.POSITIVE_INFINITY), 0, each) : each;
  if (reduction === "sum") return sum(losses);
  if (reduction !== "mean") return losses;
  const counts = empty([lengths.length], int64, losses.isAbstract);
  if (!counts.isAbstract) fromNumbers(counts, lengths);
  return mean(div(losses, clampMin(counts, 1)));
}

const SUMMARY = "Connectionist temporal classification: likelihood of unaligned label sequences.";

export const ctcLoss = defineOp({
  schema:
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, " +
    "str reduction='mean', bool zero_infinity=False) -> Tensor",
  in: ["nn.functional"],
  summary: SUMMARY,
  forward: (
    logs: Tensor,
    targets: Tensor,
    inputLengths: Lengths,
    targetLengths: Lengths,
    blank: number = 0,
    reduction: string = "mean",
    zeroInfinity: boolean = false,
  ): Tensor => ctc(logs, targets, inputLengths, targetLengths, blank, reductionOf(null, null, reduction), zeroInfinity),
});

/** `torch.ctc_loss` names reductions by number. */
const REDUCTIONS = ["none", "mean", "sum"];

defineOp({
  schema:
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, " +
    "int reduction=1, bool zero_infinity=False) -> Tensor",
  in: ["torch"],
  summary: SUMMARY,
  forward: (
    logs: Tensor,
    targets: Tensor,
    inputLengths: Lengths,
    targetLengths: Lengths,
    blank: number = 0,
    reduction: number = 1,
    zeroInfinity: boolean = false,
  ): Tensor => ctc(logs, targets, inputLengths, targetLengths, blank, REDUCTIONS[reduction], zeroInfinity),
});
