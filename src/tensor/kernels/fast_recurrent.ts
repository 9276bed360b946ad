import { float32 } from "../dtype";
import { heap } from "../heap";
import { empty, type Tensor } from "../tensor";
import { compact, copyInto } from "./convert";
import { gemmWork } from "./fast";
import { acceleration, address, kernels } from "./wasm";

/** Recurrent layers with the WebAssembly kernels of wasm/assembly/recurrent.ts; where they do not apply, plain loops do. */

type MaybeTensor = Tensor | null;

/** In the order of the codes in wasm/assembly/recurrent.ts. */
const modes = ["RNN_TANH", "RNN_RELU", "LSTM", "GRU"] as const;
const gateCounts = [1, 1, 4, 3];

/** A layer in one direction: weights (gates, input) and (gates, hidden), and a (steps, batch, input) sequence. */
export interface RecurrentRun {
  readonly mode: (typeof modes)[number];
  readonly reverse: boolean;
  readonly x: Tensor;
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: MaybeTensor;
  readonly biasHh: MaybeTensor;
}

/** What a run leaves for its gradient: see the fields of the kernel. */
export interface FastTape {
  readonly gates: Tensor;
  /** (steps + 1, batch, hidden): initial and later states in the order of time. */
  readonly states: Tensor;
  readonly cells: Tensor;
  readonly extra: Tensor;
}

/** Below this many products a call costs more than it saves. */
const FEW_PRODUCTS = 1000;
const FIELDS = 25;

const up = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
  /** Gates times hidden. */
  readonly wide: number;
}

function sizesOf({ mode, x, hh }: RecurrentRun): Sizes {
  const [steps, batch, input] = x.sizes;
  const hidden = hh.sizes[1];
  return { steps, batch, input, hidden, wide: gateCounts[modes.indexOf(mode)] * hidden };
}

/** Steps of (steps + 1, batch, hidden) states: `count` from `first` on. */
export function stepsOf(states: Tensor, first: number, count: number): Tensor {
  const [, batch, hidden] = states.sizes;
  return states.alias([count, batch, hidden], states.strides, states.offset + first * batch * hidden);
}

/** The states before each step, or after it. */
export const statesAround = (states: Tensor, reverse: boolean, after: boolean): Tensor =>
  stepsOf(states, after === reverse ? 0 : 1, states.sizes[0] - 1);

/** Writes what is added to all sums of gates, and to the state's part of a GRU's last gate. */
function writeBiases(
  mode: RecurrentRun["mode"],
  biases: readonly Tensor[],
  sums: Float32Array,
  state: Float32Array,
): void {
  const [a, b] = biases.map(({ storage, offset }) => (storage.data as Float32Array).subarray(offset));
  const hidden = state.length;
  const apart = mode === "GRU" ? 2 * hidden : sums.length;
  for (let i = 0; i < apart; i++) sums[i] = a[i] + b[i];
  if (mode !== "GRU") return;
  for (let i = 0; i < hidden; i++) {
    sums[apart + i] = a[apart + i];
    state[i] = b[apart + i];
  }
}

/** Addresses of tensors by field of the kernel's description; 0 where absent. */
interface Places {
  readonly gates: Tensor;
  readonly sums?: MaybeTensor;
  readonly stateSums?: MaybeTensor;
  readonly states: Tensor;
  readonly cells: Tensor;
  readonly extra: Tensor;
  readonly gradient?: MaybeTensor;
  readonly stateGradient?: MaybeTensor;
  readonly cellGradient?: MaybeTensor;
}

/** Lends a kernel its description and its working memory. */
function call(kernel: (at: number) => number, run: RecurrentRun, s: Sizes, p: Places, toStart: boolean): void {
  const biases = run.biasIh && run.biasHh ? [compact(run.biasIh), compact(run.biasHh)] : null;
  const packedWeight = Math.max(up(s.wide, 8) * s.hidden, up(s.hidden, 8) * s.wide);
  const packedRows = up(s.batch, 4) * s.wide;
  const side = run.mode === "GRU" ? s.batch * s.wide : 0;
  const lengths = [FIELDS, s.wide, s.hidden, packedWeight, packedRows, side].map((n) => up(n, 4));
  const bytes = 4 * lengths.reduce((a, b) => a + b, 0);
  const at = (t: MaybeTensor | undefined): number => (t ? address(t.storage, t.offset) : 0);
  const weights = [run.x, run.ih, run.hh].map(at);
  const tape = [p.gates, p.sums, p.stateSums, p.states, p.cells, p.extra].map(at);
  const gradients = [p.gradient, p.stateGradient, p.cellGradient].map(at);
  const work = gemmWork();
  const start = heap.allocate(bytes);
  const starts: number[] = [];
  lengths.reduce((from, n) => {
    starts.push(from);
    return from + 4 * n;
  }, start);
  const [fields, bias, biasState, ...room] = starts;
  if (biases) {
    const [sums, state] = [
      new Float32Array(heap.buffer, bias, s.wide),
      new Float32Array(heap.buffer, biasState, s.hidden),
    ];
    writeBiases(run.mode, biases, sums, state);
  }
  new Int32Array(heap.buffer, fields, FIELDS).set([
    ...[modes.indexOf(run.mode), s.steps, s.batch, s.input, s.hidden, Number(run.reverse)],
    ...weights,
    ...(biases ? [bias, biasState] : [0, 0]),
    ...tape,
    ...gradients,
    ...room,
    work,
    Number(toStart),
  ]);
  kernel(fields);
  heap.release(start, bytes);
}

const usable = (t: MaybeTensor): boolean => !t || (t.dtype === float32 && !t.isAbstract);

/** Runs a layer from a state (and cell); null: use the plain loops. */
export function fastRecurrent(given: RecurrentRun, h0: Tensor, c0: MaybeTensor): FastTape | null {
  const s = sizesOf(given);
  const { x, ih, hh, biasIh, biasHh } = given;
  if (!acceleration.enabled || s.steps * s.batch * s.wide * (s.input + s.hidden) < FEW_PRODUCTS) return null;
  if (![x, ih, hh, biasIh, biasHh, h0, c0].every(usable)) return null;
  const run = { ...given, x: compact(x), ih: compact(ih), hh: compact(hh) };
  const like = (sizes: readonly number[]): Tensor => empty(sizes, float32, false);
  const lstm = given.mode === "LSTM";
  const tape: FastTape = {
    gates: like([s.steps, s.batch, s.wide]),
    states: like([s.steps + 1, s.batch, s.hidden]),
    cells: like(lstm ? [s.steps + 1, s.batch, s.hidden] : [0]),
    extra: like(lstm || given.mode === "GRU" ? [s.steps, s.batch, s.hidden] : [0]),
  };
  const first = given.reverse ? s.steps : 0;
  copyInto(stepsOf(tape.states, first, 1), h0.alias([1, ...h0.sizes], [0, ...h0.strides]));
  if (c0) copyInto(stepsOf(tape.cells, first, 1), c0.alias([1, ...c0.sizes], [0, ...c0.strides]));
  call(kernels.recurrentForward, run, s, tape, false);
  releaseCopies(run, given);
  return tape;
}

/** Gives up what `compact` copied. */
function releaseCopies(run: RecurrentRun, given: RecurrentRun): void {
  for (const key of ["x", "ih", "hh"] as const) if (run[key] !== given[key]) run[key].storage.release();
}

/** Gradients of what the nonlinearities were given, (steps, batch, gates), and of the initial state and cell. */
export interface FastGradients {
  readonly sums: Tensor;
  /** Of the state's product: of a GRU another one than `sums`. */
  readonly stateSums: Tensor;
  readonly state: Tensor;
  readonly cell: Tensor;
}

/**
 * Goes back through a run of `fastRecurrent`.
 *
 * @param gradients of all states (null: none), of the last state and of the last cell
 * @param toStart whether the initial state's gradient is wanted
 */
export function fastRecurrentBack(
  given: RecurrentRun,
  tape: FastTape,
  gradients: readonly [all: MaybeTensor, last: MaybeTensor, cell: MaybeTensor],
  toStart: boolean,
): FastGradients {
  const s = sizesOf(given);
  const run = { ...given, hh: compact(given.hh) };
  const all = gradients[0] && compact(gradients[0]);
  const [state, cell] = [gradients[1], gradients[2]].map((g) => {
    const own = empty([s.batch, s.hidden], float32, false);
    if (g) copyInto(own, g);
    else own.storage.data.fill(0 as never);
    return own;
  });
  const sums = empty([s.steps, s.batch, s.wide], float32, false);
  const stateSums = given.mode === "GRU" ? empty(sums.sizes, float32, false) : sums;
  const places = { ...tape, sums, stateSums, gradient: all, stateGradient: state, cellGradient: cell };
  call(kernels.recurrentBackward, run, s, places, toStart);
  if (run.hh !== given.hh) run.hh.storage.release();
  if (all && all !== gradients[0]) all.storage.release();
  return { sums, stateSums, state, cell };
}
