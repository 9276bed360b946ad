import { int64 } from "../../dtype";
import { fromNumbers } from "../../elements";
import { defineOp } from "../../op";
import { emptyFrom, type Tensor } from "../../tensor";
import { div } from "../arithmetic";
import { clampMin } from "../clamp";
import { lastGradient } from "../last_gradient";
import { mean, sum } from "../reduction";
import { type Floats, floats, integers, made } from "./floats";

type Lengths = Tensor | readonly number[];

const lengthsOf = (v: Lengths): number[] => ("sizes" in v ? Array.from(integers(v)) : [...v]);

function addLogs(a: number, b: number): number {
  const max = Math.max(a, b);
  return max === -Infinity ? -Infinity : max + Math.log(Math.exp(a - max) + Math.exp(b - max));
}

/** The target of one sample with blanks between and around its labels. */
function extended(labels: readonly number[], blank: number): number[] {
  return [blank, ...labels.flatMap((label) => [label, blank])];
}

/**
 * Log-likelihood of a target and, for each (time, state), the log-probability of all paths through it, divided by the
 * emission there. States that repeat a label cannot be entered from two before.
 */
function alignments(
  emit: (t: number, label: number) => number,
  steps: number,
  states: readonly number[],
): { total: number; through: Float64Array } {
  const count = states.length;
  const skips = states.map((label, s) => s >= 2 && label !== states[s - 2]);
  const forward = new Float64Array(steps * count).fill(-Infinity);
  const backward = new Float64Array(steps * count).fill(-Infinity);
  for (let t = 0; t < steps; t++) {
    for (let s = 0; s < count; s++) {
      let before = t === 0 ? (s < 2 ? 0 : -Infinity) : forward[(t - 1) * count + s];
      if (t > 0 && s > 0) before = addLogs(before, forward[(t - 1) * count + s - 1]);
      if (t > 0 && skips[s]) before = addLogs(before, forward[(t - 1) * count + s - 2]);
      forward[t * count + s] = before + emit(t, states[s]);
    }
  }
  for (let t = steps - 1; t >= 0; t--) {
    for (let s = count - 1; s >= 0; s--) {
      const last = t === steps - 1;
      let after = last ? (s >= count - 2 ? 0 : -Infinity) : backward[(t + 1) * count + s];
      if (!last && s + 1 < count) after = addLogs(after, backward[(t + 1) * count + s + 1]);
      if (!last && s + 2 < count && skips[s + 2]) after = addLogs(after, backward[(t + 1) * count + s + 2]);
      backward[t * count + s] = after + emit(t, states[s]);
    }
  }
  const through = new Float64Array(steps * count);
  for (let t = 0; t < steps; t++) {
    for (let s = 0; s < count; s++) {
      through[t * count + s] = forward[t * count + s] + backward[t * count + s] - emit(t, states[s]);
    }
  }
  const end = (steps - 1) * count;
  const total =
    steps === 0 ? -Infinity : count > 1 ? addLogs(forward[end + count - 1], forward[end + count - 2]) : forward[end];
  return { total, through };
}

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

type CtcArgs = [Tensor, Tensor, readonly number[], readonly number[], number, boolean];

const ctcKernel = defineOp({
  schema:
    "_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank, bool zero_infinity) -> Tensor",
  in: ["internal"],
  summary: "Negative log-likelihood of each target over all alignments.",
  gradName: "CtcLossBackward0",
  forward: (...[logs, targets, inputs, lengths, blank, zeroInfinity]: CtcArgs) => {
    const [, batch, classes] = logs.sizes;
    return made(
      [logs, targets],
      [batch],
      (y) => {
        const a = floats(logs);
        labelsOf(targets, lengths).forEach((labels, n) => {
          const emit = (t: number, label: number): number => a[(t * batch + n) * classes + label];
          const loss = -alignments(emit, inputs[n], extended(labels, blank)).total;
          y[n] = zeroInfinity && loss === Infinity ? 0 : loss;
        });
      },
      logs.dtype,
    );
  },
  save: (args) => args,
  backward: (grad, [logs, targets, inputs, lengths, blank, zeroInfinity]) => {
    const [, batch, classes] = logs.sizes;
    const slope = (out: Floats): void => {
      const [a, g] = [floats(logs), floats(grad)];
      out.fill(0);
      labelsOf(targets, lengths).forEach((labels, n) => {
        const emit = (t: number, label: number): number => a[(t * batch + n) * classes + label];
        const states = extended(labels, blank);
        const { total, through } = alignments(emit, inputs[n], states);
        if (zeroInfinity && total === -Infinity) return;
        for (let t = 0; t < inputs[n]; t++) {
          const row = (t * batch + n) * classes;
          const mass = new Float64Array(classes).fill(-Infinity);
          states.forEach((label, s) => {
            mass[label] = addLogs(mass[label], through[t * states.length + s]);
          });
          for (let c = 0; c < classes; c++) out[row + c] = (Math.exp(a[row + c]) - Math.exp(mass[c] - total)) * g[n];
        }
      });
    };
    return [ctcGradient([grad, logs], () => made([grad, logs], logs.sizes, slope)), null];
  },
});

const ctcGradient = lastGradient("_ctc_loss_backward");

export const ctcLoss = defineOp({
  schema:
    "ctc_loss(Tensor log_probs, Tensor targets, Any input_lengths, Any target_lengths, int blank=0, " +
    "str reduction='mean', bool zero_infinity=False) -> Tensor",
  in: ["nn.functional", "torch"],
  summary: "Connectionist temporal classification: likelihood of unaligned label sequences.",
  forward: (
    logs: Tensor,
    targets: Tensor,
    inputLengths: Lengths,
    targetLengths: Lengths,
    blank: number = 0,
    reduction: string = "mean",
    zeroInfinity: boolean = false,
  ): Tensor => {
    const batched =
      logs.ndim === 3 ? logs : logs.alias([logs.sizes[0], 1, logs.sizes[1]], [logs.strides[0], 0, logs.strides[1]]);
    const lengths = lengthsOf(targetLengths);
    const losses = ctcKernel(batched, targets, lengthsOf(inputLengths), lengths, blank, zeroInfinity);
    if (reduction === "sum") return sum(losses);
    if (reduction !== "mean") return losses;
    const counts = emptyFrom([targets], [lengths.length], int64);
    if (!counts.isAbstract) fromNumbers(counts, lengths);
    return mean(div(losses, clampMin(counts, 1)));
  },
});
