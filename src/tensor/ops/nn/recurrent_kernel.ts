import { compact } from "../../kernels/convert";
import { matrixProduct } from "../../kernels/gemm";
import { empty, type Tensor } from "../../tensor";
import { type Floats, floats } from "./floats";

export type RecurrentMode = "RNN_TANH" | "RNN_RELU" | "LSTM" | "GRU";

/** Blocks of `hidden` rows in the weights of each kind: GRU r z n, LSTM i f g o. */
export const gateCounts: Readonly<Record<RecurrentMode, number>> = { RNN_TANH: 1, RNN_RELU: 1, LSTM: 4, GRU: 3 };

/** Sizes of a layer's run over a sequence. */
export interface RecurrentSizes {
  readonly steps: number;
  readonly batch: number;
  readonly input: number;
  readonly hidden: number;
}

export interface RecurrentWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
}

/**
 * What a run leaves for its gradient, per step: gate values after their nonlinearity, the state (and cell) before the
 * step, and the extra that a kind needs (LSTM: the cell after the step; GRU: W_hn·h + b_hn).
 */
export interface Tape {
  readonly gates: Floats;
  readonly before: Floats;
  readonly cellBefore: Floats;
  readonly extra: Floats;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const transposed = (m: Tensor): Tensor => m.alias([m.sizes[1], m.sizes[0]], [m.strides[1], m.strides[0]]);

/** Working memory in the heap, given back at the end. */
class Scratch {
  private readonly made: Tensor[] = [];
  constructor(private readonly like: Tensor) {}

  matrix(rows: number, columns: number): Tensor {
    const t = empty([rows, columns], this.like.dtype, false);
    this.made.push(t);
    return t;
  }

  release(): void {
    for (const t of this.made) t.storage.release();
  }
}

/** Rows `from` to `from + count` of a contiguous matrix. */
function rowsOf(m: Tensor, from: number, count: number): Tensor {
  const width = m.sizes[1];
  return m.alias([count, width], [width, 1], m.offset + from * width);
}

function flattened(x: Tensor, rows: number, columns: number): Tensor {
  const dense = compact(x);
  return dense.alias([rows, columns], [columns, 1], dense.offset);
}

function addBias(rows: Tensor, bias: Tensor | null): void {
  if (!bias) return;
  const y = floats(rows);
  const b = floats(bias);
  for (let at = 0; at < y.length; at += b.length) for (let j = 0; j < b.length; j++) y[at + j] += b[j];
}

const order = (steps: number, reverse: boolean): number[] =>
  Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));

/** Runs one layer in one direction; writes every step's state to `y` and returns the last state, cell and the tape. */
export function runRecurrent(
  mode: RecurrentMode,
  s: RecurrentSizes,
  x: Tensor,
  h0: Tensor,
  c0: Tensor | null,
  w: RecurrentWeights,
  reverse: boolean,
  y: Tensor,
): { h: Floats; c: Floats; tape: Tape } {
  const { steps, batch, hidden } = s;
  const wide = gateCounts[mode] * hidden;
  const states = batch * hidden;
  const array = floats(h0).constructor as Float32ArrayConstructor;
  const lstm = mode === "LSTM";
  const tape: Tape = {
    gates: new array(steps * batch * wide),
    before: new array(steps * states),
    cellBefore: new array(lstm ? steps * states : 0),
    extra: new array(lstm || mode === "GRU" ? steps * states : 0),
  };
  const scratch = new Scratch(x);
  const fromInput = scratch.matrix(steps * batch, wide);
  const fromState = scratch.matrix(batch, wide);
  const state = scratch.matrix(batch, hidden);
  floats(state).set(floats(h0));
  const c: Floats = new array(lstm ? states : 0);
  if (c0) c.set(floats(c0));
  matrixProduct(fromInput, flattened(x, steps * batch, s.input), transposed(compact(w.ih)));
  addBias(fromInput, w.biasIh);
  const recurrent = transposed(compact(w.hh));
  for (const t of order(steps, reverse)) {
    tape.before.set(floats(state), t * states);
    if (lstm) tape.cellBefore.set(c, t * states);
    matrixProduct(fromState, state, recurrent);
    addBias(fromState, w.biasHh);
    const h = floats(state);
    const gates = tape.gates.subarray(t * batch * wide, (t + 1) * batch * wide) as Floats;
    const extra = tape.extra.subarray(t * states, (t + 1) * states) as Floats;
    advance(mode, batch, hidden, floats(rowsOf(fromInput, t * batch, batch)), floats(fromState), h, c, gates, extra);
    floats(y).set(h, t * states);
  }
  const h = floats(state).slice() as Floats;
  scratch.release();
  return { h, c, tape };
}

/** One step: gate values and the new state (and cell), in place. */
function advance(
  mode: RecurrentMode,
  batch: number,
  hidden: number,
  a: Floats,
  b: Floats,
  h: Floats,
  c: Floats,
  gates: Floats,
  extra: Floats,
): void {
  const wide = gateCounts[mode] * hidden;
  for (let n = 0; n < batch; n++) {
    for (let k = 0; k < hidden; k++) {
      const at = n * wide + k;
      const i = n * hidden + k;
      if (mode === "LSTM") {
        const input = (gates[at] = sigmoid(a[at] + b[at]));
        const forget = (gates[at + hidden] = sigmoid(a[at + hidden] + b[at + hidden]));
        const cell = (gates[at + 2 * hidden] = Math.tanh(a[at + 2 * hidden] + b[at + 2 * hidden]));
        const output = (gates[at + 3 * hidden] = sigmoid(a[at + 3 * hidden] + b[at + 3 * hidden]));
        c[i] = forget * c[i] + input * cell;
        extra[i] = c[i];
        h[i] = output * Math.tanh(c[i]);
      } else if (mode === "GRU") {
        const reset = (gates[at] = sigmoid(a[at] + b[at]));
        const keep = (gates[at + hidden] = sigmoid(a[at + hidden] + b[at + hidden]));
        extra[i] = b[at + 2 * hidden];
        const fresh = (gates[at + 2 * hidden] = Math.tanh(a[at + 2 * hidden] + reset * extra[i]));
        h[i] = fresh + keep * (h[i] - fresh);
      } else {
        const sum = a[at] + b[at];
        h[i] = gates[at] = mode === "RNN_TANH" ? Math.tanh(sum) : Math.max(0, sum);
      }
    }
  }
}

/** Gradients of `runRecurrent`, row-major. */
export interface RecurrentGradients {
  readonly x: Floats;
  readonly h0: Floats;
  readonly c0: Floats;
  readonly ih: Floats;
  readonly hh: Floats;
  readonly biasIh: Float64Array;
  readonly biasHh: Float64Array;
}

/** Column sums of a matrix. */
function columnSums(m: Tensor): Float64Array {
  const width = m.sizes[1];
  const sums = new Float64Array(width);
  floats(m).forEach((v, i) => {
    sums[i % width] += v;
  });
  return sums;
}

/** Backpropagation through time of `runRecurrent`. */
export function unrollRecurrent(
  mode: RecurrentMode,
  s: RecurrentSizes,
  x: Tensor,
  w: RecurrentWeights,
  reverse: boolean,
  tape: Tape,
  gy: Tensor | null,
  gh: Tensor | null,
  gc: Tensor | null,
): RecurrentGradients {
  const { steps, batch, input, hidden } = s;
  const wide = gateCounts[mode] * hidden;
  const states = batch * hidden;
  const rows = steps * batch;
  const scratch = new Scratch(x);
  const da = scratch.matrix(rows, wide);
  const db = scratch.matrix(rows, wide);
  const before = scratch.matrix(rows, hidden);
  floats(before).set(tape.before);
  const state = scratch.matrix(batch, hidden);
  const clear = floats(state);
  clear.fill(0);
  if (gh) clear.set(floats(gh));
  const dc: Floats = gc ? (floats(gc).slice() as Floats) : new Float64Array(states);
  const recurrent = compact(w.hh);
  for (const t of order(steps, !reverse)) {
    const [a, b] = [rowsOf(da, t * batch, batch), rowsOf(db, t * batch, batch)];
    const dh = floats(state);
    if (gy) {
      const g = floats(gy);
      for (let i = 0; i < states; i++) dh[i] += g[t * states + i];
    }
    retreat(mode, batch, hidden, tape, t, dh, dc, floats(a), floats(b));
    matrixProduct(state, b, recurrent, true);
  }
  const product = (m: number, n: number, left: Tensor, right: Tensor): Floats => {
    const out = scratch.matrix(m, n);
    matrixProduct(out, left, right);
    return floats(out).slice() as Floats;
  };
  const gradients: RecurrentGradients = {
    x: product(rows, input, da, compact(w.ih)),
    h0: floats(state).slice() as Floats,
    c0: dc,
    ih: product(wide, input, transposed(da), flattened(x, rows, input)),
    hh: product(wide, hidden, transposed(db), before),
    biasIh: columnSums(da),
    biasHh: columnSums(db),
  };
  scratch.release();
  return gradients;
}

/**
 * One step back. On entry `dh` and `dc` are gradients of the state after the step; on exit `dh` holds what flows to
 * the state before it other than through W_hh, `dc` the whole, `da` and `db` the gradients of both products.
 */
function retreat(
  mode: RecurrentMode,
  batch: number,
  hidden: number,
  tape: Tape,
  t: number,
  dh: Floats,
  dc: Floats,
  da: Floats,
  db: Floats,
): void {
  const wide = gateCounts[mode] * hidden;
  const gates = tape.gates.subarray(t * batch * wide, (t + 1) * batch * wide);
  const first = t * batch * hidden;
  for (let n = 0; n < batch; n++) {
    for (let k = 0; k < hidden; k++) {
      const at = n * wide + k;
      const i = n * hidden + k;
      const g = dh[i];
      if (mode === "LSTM") {
        const input = gates[at];
        const forget = gates[at + hidden];
        const cell = gates[at + 2 * hidden];
        const output = gates[at + 3 * hidden];
        const shown = Math.tanh(tape.extra[first + i]);
        const dCell = dc[i] + g * output * (1 - shown * shown);
        da[at] = dCell * cell * input * (1 - input);
        da[at + hidden] = dCell * tape.cellBefore[first + i] * forget * (1 - forget);
        da[at + 2 * hidden] = dCell * input * (1 - cell * cell);
        da[at + 3 * hidden] = g * shown * output * (1 - output);
        for (let q = 0; q < 4; q++) db[at + q * hidden] = da[at + q * hidden];
        dc[i] = dCell * forget;
        dh[i] = 0;
      } else if (mode === "GRU") {
        const reset = gates[at];
        const keep = gates[at + hidden];
        const fresh = gates[at + 2 * hidden];
        const dFresh = g * (1 - keep) * (1 - fresh * fresh);
        da[at] = dFresh * tape.extra[first + i] * reset * (1 - reset);
        da[at + hidden] = g * (tape.before[first + i] - fresh) * keep * (1 - keep);
        da[at + 2 * hidden] = dFresh;
        db[at] = da[at];
        db[at + hidden] = da[at + hidden];
        db[at + 2 * hidden] = dFresh * reset;
        dh[i] = g * keep;
      } else {
        const y = gates[at];
        da[at] = db[at] = mode === "RNN_TANH" ? g * (1 - y * y) : y > 0 ? g : 0;
        dh[i] = 0;
      }
    }
  }
}
