import type { Floats } from "./floats";

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
  readonly ih: Floats;
  readonly hh: Floats;
  readonly biasIh: Floats | null;
  readonly biasHh: Floats | null;
}

/**
 * What a run leaves for its gradient, per step: the gate values after their nonlinearity, the state before the step
 * and the extra that a kind needs (LSTM: the cell after the step; GRU: W_hn·h + b_hn).
 */
export interface Tape {
  readonly gates: Float64Array;
  readonly before: Float64Array;
  readonly cellBefore: Float64Array;
  readonly extra: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** out += a · wᵀ for a (rows × k) and w (n × k). */
function addProduct(
  a: ArrayLike<number>,
  from: number,
  rows: number,
  k: number,
  w: Floats,
  n: number,
  out: Float64Array,
): void {
  for (let r = 0; r < rows; r++) {
    const start = from + r * k;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0, at = j * k; i < k; i++, at++) sum += a[start + i] * w[at];
      out[r * n + j] += sum;
    }
  }
}

function fillBias(out: Float64Array, rows: number, n: number, bias: Floats | null): void {
  for (let r = 0; r < rows; r++) for (let j = 0; j < n; j++) out[r * n + j] = bias ? bias[j] : 0;
}

/** Runs one layer in one direction; writes every step's state to `y` and returns the last state, cell and the tape. */
export function runRecurrent(
  mode: RecurrentMode,
  s: RecurrentSizes,
  x: Floats,
  h0: Floats,
  c0: Floats | null,
  w: RecurrentWeights,
  reverse: boolean,
  y: Floats,
): { h: Float64Array; c: Float64Array; tape: Tape } {
  const { steps, batch, hidden } = s;
  const wide = gateCounts[mode] * hidden;
  const states = batch * hidden;
  const tape: Tape = {
    gates: new Float64Array(steps * batch * wide),
    before: new Float64Array(steps * states),
    cellBefore: new Float64Array(mode === "LSTM" ? steps * states : 0),
    extra: new Float64Array(mode === "LSTM" || mode === "GRU" ? steps * states : 0),
  };
  const h = Float64Array.from(h0);
  const c = Float64Array.from(c0 ?? []);
  const fromInput = new Float64Array(batch * wide);
  const fromState = new Float64Array(batch * wide);
  for (let step = 0; step < steps; step++) {
    const t = reverse ? steps - 1 - step : step;
    tape.before.set(h, t * states);
    if (mode === "LSTM") tape.cellBefore.set(c, t * states);
    fillBias(fromInput, batch, wide, w.biasIh);
    fillBias(fromState, batch, wide, w.biasHh);
    addProduct(x, t * batch * s.input, batch, s.input, w.ih, wide, fromInput);
    addProduct(h, 0, batch, hidden, w.hh, wide, fromState);
    const gates = tape.gates.subarray(t * batch * wide, (t + 1) * batch * wide);
    const extra = tape.extra.subarray(t * states, (t + 1) * states);
    advance(mode, batch, hidden, fromInput, fromState, h, c, gates, extra);
    y.set(h, t * states);
  }
  return { h, c, tape };
}

/** One step: gate values and the new state (and cell), in place. */
function advance(
  mode: RecurrentMode,
  batch: number,
  hidden: number,
  a: Float64Array,
  b: Float64Array,
  h: Float64Array,
  c: Float64Array,
  gates: Float64Array,
  extra: Float64Array,
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

export interface RecurrentGradients {
  readonly x: Float64Array;
  readonly h0: Float64Array;
  readonly c0: Float64Array;
  readonly ih: Float64Array;
  readonly hh: Float64Array;
  readonly biasIh: Float64Array;
  readonly biasHh: Float64Array;
}

/** Backpropagation through time of `runRecurrent`. */
export function unrollRecurrent(
  mode: RecurrentMode,
  s: RecurrentSizes,
  x: Floats,
  w: RecurrentWeights,
  reverse: boolean,
  tape: Tape,
  gy: Floats | null,
  gh: Floats | null,
  gc: Floats | null,
): RecurrentGradients {
  const { steps, batch, input, hidden } = s;
  const wide = gateCounts[mode] * hidden;
  const states = batch * hidden;
  const out: RecurrentGradients = {
    x: new Float64Array(steps * batch * input),
    h0: new Float64Array(states),
    c0: new Float64Array(states),
    ih: new Float64Array(wide * input),
    hh: new Float64Array(wide * hidden),
    biasIh: new Float64Array(wide),
    biasHh: new Float64Array(wide),
  };
  const dh = gh ? Float64Array.from(gh) : new Float64Array(states);
  const dc = gc ? Float64Array.from(gc) : new Float64Array(states);
  const da = new Float64Array(batch * wide);
  const db = new Float64Array(batch * wide);
  for (let step = steps - 1; step >= 0; step--) {
    const t = reverse ? steps - 1 - step : step;
    if (gy) for (let i = 0; i < states; i++) dh[i] += gy[t * states + i];
    const before = tape.before.subarray(t * states, (t + 1) * states);
    retreat(mode, batch, hidden, tape, t, before, dh, dc, da, db);
    for (let n = 0; n < batch; n++) {
      for (let j = 0; j < wide; j++) {
        const [ga, gb] = [da[n * wide + j], db[n * wide + j]];
        out.biasIh[j] += ga;
        out.biasHh[j] += gb;
        const xAt = (t * batch + n) * input;
        for (let i = 0; i < input; i++) {
          out.ih[j * input + i] += ga * x[xAt + i];
          out.x[xAt + i] += ga * w.ih[j * input + i];
        }
        for (let i = 0; i < hidden; i++) {
          out.hh[j * hidden + i] += gb * before[n * hidden + i];
          dh[n * hidden + i] += gb * w.hh[j * hidden + i];
        }
      }
    }
  }
  out.h0.set(dh);
  out.c0.set(dc);
  return out;
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
  before: Float64Array,
  dh: Float64Array,
  dc: Float64Array,
  da: Float64Array,
  db: Float64Array,
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
        const [input, forget, cell, output] = [0, 1, 2, 3].map((q) => gates[at + q * hidden]);
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
        const [reset, keep, fresh] = [0, 1, 2].map((q) => gates[at + q * hidden]);
        const dFresh = g * (1 - keep) * (1 - fresh * fresh);
        da[at] = dFresh * tape.extra[first + i] * reset * (1 - reset);
        da[at + hidden] = g * (before[i] - fresh) * keep * (1 - keep);
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
