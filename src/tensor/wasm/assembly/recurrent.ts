import { exponentials, SIGMOID, TANH } from "./exponential";
import { gemm, packA, packB } from "./gemm";
import { panel } from "./panel";
import { madd } from "./vector";

/**
 * A recurrent layer in one direction over a whole sequence: one product for what all steps get from the input, then
 * per step one product with the state and the cell. The fields are written by kernels/fast_recurrent.ts in this order.
 */
@unmanaged
class Recurrent {
  mode: i32;
  steps: i32;
  batch: i32;
  input: i32;
  hidden: i32;
  reverse: i32;
  x: usize;
  weightInput: usize;
  weightState: usize;
  /** What is added to the products before the nonlinearity; 0: none. */
  bias: usize;
  /** Of a GRU, what is added to the part of the state that the reset gate scales. */
  biasState: usize;
  /** (steps, batch, gates): values of gates; gradients of their sums. */
  gates: usize;
  sums: usize;
  /** Of a GRU, gradients of the sums of the state's product. */
  stateSums: usize;
  /** (steps + 1, batch, hidden): the state and the cell before and after each step. */
  states: usize;
  cells: usize;
  /** (steps, batch, hidden): tanh of the new cell (LSTM), W_hn · h + b_hn (GRU). */
  extra: usize;
  /** Gradients of all states (0: none), of the state and of the cell that flow back. */
  gradient: usize;
  stateGradient: usize;
  cellGradient: usize;
  packedWeight: usize;
  packedRows: usize;
  /** (batch, gates) of a GRU. */
  side: usize;
  work: usize;
  /** Whether the gradient of the initial state is wanted. */
  toStart: i32;
}

const RNN_TANH: i32 = 0;
const LSTM: i32 = 2;
const GRU: i32 = 3;

/** Four elements where what is left after whole vectors is computed. */
const REST: usize = 3328;

function sigmoids(out: usize, a: usize, n: i32): void {
  exponentials(SIGMOID, out, a, n);
}

function tanhs(out: usize, a: usize, n: i32): void {
  exponentials(TANH, out, a, n);
}

/** The logistic function or tanh of n elements. */
function activate(logistic: bool, out: usize, a: usize, n: i32): void {
  const vectors = n & ~3;
  if (logistic) sigmoids(out, a, vectors);
  else tanhs(out, a, vectors);
  const rest = n - vectors;
  if (rest == 0) return;
  const done = <usize>(vectors << 2);
  for (let i = 0; i < rest; i++) store<f32>(REST + <usize>(i << 2), load<f32>(a + done + <usize>(i << 2)));
  if (logistic) sigmoids(REST, REST, 4);
  else tanhs(REST, REST, 4);
  for (let i = 0; i < rest; i++) store<f32>(out + done + <usize>(i << 2), load<f32>(REST + <usize>(i << 2)));
}

@inline
function gateCount(mode: i32): i32 {
  return mode == LSTM ? 4 : mode == GRU ? 3 : 1;
}

/** The place in `states` of the state before (0) or after (1) step t. */
@inline
function slot(r: Recurrent, t: i32, after: i32): i32 {
  return r.reverse ? t + 1 - after : t + after;
}

/** c (+)= a · b for a (rows × k) that lies row by row and a packed b (k × n). */
function product(r: Recurrent, a: usize, rows: i32, k: i32, n: i32, c: usize, add: bool): void {
  packA(r.packedRows, a, k, 1, rows, k);
  const step = <usize>(n << 2);
  for (let j = 0; j < n; j += 8) {
    const b = r.packedWeight + <usize>((j * k) << 2);
    panel(k, r.packedRows, <usize>(k << 4), b, c + <usize>(j << 2), step, rows, n - j, add, 0);
  }
}

/** Runs all steps; `states` and `cells` hold the initial ones in their first (reversed: last) place. */
export function recurrentForward(at: usize): void {
  const r = changetype<Recurrent>(at);
  const wide = gateCount(r.mode) * r.hidden;
  const rows = r.steps * r.batch;
  const rowBytes = <usize>(wide << 2);
  if (r.bias != 0) for (let i = 0; i < rows; i++) memory.copy(r.gates + <usize>i * rowBytes, r.bias, rowBytes);
  gemm(rows, wide, r.input, r.x, r.input, 1, r.weightInput, 1, r.input, r.gates, wide, r.bias != 0, r.work);
  packB(r.packedWeight, r.weightState, 1, r.hidden, r.hidden, wide);
  const stateBytes = <usize>((r.batch * r.hidden) << 2);
  for (let s = 0; s < r.steps; s++) {
    const t = r.reverse ? r.steps - 1 - s : s;
    const gates = r.gates + <usize>(t * r.batch) * rowBytes;
    const before = r.states + <usize>slot(r, t, 0) * stateBytes;
    const after = r.states + <usize>slot(r, t, 1) * stateBytes;
    const gru = r.mode == GRU;
    product(r, before, r.batch, r.hidden, wide, gru ? r.side : gates, !gru);
    const extra = r.extra + <usize>t * stateBytes;
    if (r.mode == LSTM) {
      const cells = r.cells + <usize>slot(r, t, 0) * stateBytes;
      lstmStep(r, gates, cells, r.cells + <usize>slot(r, t, 1) * stateBytes, extra, after);
    } else if (gru) gruStep(r, gates, extra, before, after);
    else plainStep(r, gates, after);
  }
}

function lstmStep(r: Recurrent, gates: usize, cells: usize, cellsAfter: usize, extra: usize, states: usize): void {
  const h = r.hidden;
  const width = <usize>(h << 2);
  let row = gates;
  let from = cells;
  let to = cellsAfter;
  for (let n = 0; n < r.batch; n++, row += 4 * width, from += width, to += width) {
    activate(true, row, row, 2 * h);
    activate(false, row + 2 * width, row + 2 * width, h);
    activate(true, row + 3 * width, row + 3 * width, h);
    let i: usize = 0;
    for (; i + 16 <= width; i += 16) {
      const kept = f32x4.mul(v128.load(row + width + i), v128.load(from + i));
      v128.store(to + i, f32x4.add(kept, f32x4.mul(v128.load(row + i), v128.load(row + 2 * width + i))));
    }
    for (; i < width; i += 4) {
      const kept = load<f32>(row + width + i) * load<f32>(from + i);
      store<f32>(to + i, kept + load<f32>(row + i) * load<f32>(row + 2 * width + i));
    }
  }
  activate(false, extra, cellsAfter, r.batch * h);
  row = gates + 3 * width;
  for (let n = 0; n < r.batch; n++, row += 4 * width, extra += width, states += width) {
    let i: usize = 0;
    for (; i + 16 <= width; i += 16) v128.store(states + i, f32x4.mul(v128.load(row + i), v128.load(extra + i)));
    for (; i < width; i += 4) store<f32>(states + i, load<f32>(row + i) * load<f32>(extra + i));
  }
}

function gruStep(r: Recurrent, gates: usize, extra: usize, before: usize, after: usize): void {
  const h = r.hidden;
  const width = <usize>(h << 2);
  let side = r.side;
  for (let n = 0; n < r.batch; n++) {
    for (let i: usize = 0; i < 2 * width; i += 4) store<f32>(gates + i, load<f32>(gates + i) + load<f32>(side + i));
    activate(true, gates, gates, 2 * h);
    const fresh = gates + 2 * width;
    for (let i: usize = 0; i < width; i += 4) {
      const part = load<f32>(side + 2 * width + i) + (r.biasState == 0 ? 0 : load<f32>(r.biasState + i));
      store<f32>(extra + i, part);
      store<f32>(fresh + i, load<f32>(fresh + i) + load<f32>(gates + i) * part);
    }
    activate(false, fresh, fresh, h);
    for (let i: usize = 0; i < width; i += 4) {
      const value = load<f32>(fresh + i);
      store<f32>(after + i, value + load<f32>(gates + width + i) * (load<f32>(before + i) - value));
    }
    gates += 3 * width;
    side += 3 * width;
    extra += width;
    before += width;
    after += width;
  }
}

function plainStep(r: Recurrent, gates: usize, after: usize): void {
  const n = r.batch * r.hidden;
  if (r.mode == RNN_TANH) activate(false, gates, gates, n);
  for (let i = 0; i < n; i++, gates += 4, after += 4) {
    const value = load<f32>(gates);
    // relu keeps nan.
    const shown = r.mode == RNN_TANH || !(value <= 0) ? value : 0;
    store<f32>(gates, shown);
    store<f32>(after, shown);
  }
}

/** Goes back through all steps: `sums` get the gradients of what the nonlinearities were given. */
export function recurrentBackward(at: usize): void {
  const r = changetype<Recurrent>(at);
  const wide = gateCount(r.mode) * r.hidden;
  const rowBytes = <usize>(wide << 2);
  const states = r.batch * r.hidden;
  const stateBytes = <usize>(states << 2);
  packB(r.packedWeight, r.weightState, r.hidden, 1, wide, r.hidden);
  for (let s = r.steps - 1; s >= 0; s--) {
    const t = r.reverse ? r.steps - 1 - s : s;
    if (r.gradient != 0) addTo(r.stateGradient, r.gradient + <usize>t * stateBytes, states);
    const first = <usize>(t * r.batch) * rowBytes;
    const gates = r.gates + first;
    const sums = r.sums + first;
    const extra = r.extra + <usize>t * stateBytes;
    const gru = r.mode == GRU;
    if (r.mode == LSTM) lstmBack(r, gates, sums, r.cells + <usize>slot(r, t, 0) * stateBytes, extra);
    else if (gru) gruBack(r, gates, sums, r.stateSums + first, r.states + <usize>slot(r, t, 0) * stateBytes, extra);
    else plainBack(r, gates, sums);
    if (s == 0 && !r.toStart) return;
    product(r, gru ? r.stateSums + first : sums, r.batch, wide, r.hidden, r.stateGradient, gru);
  }
}

function addTo(to: usize, from: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; i < n; i++, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

function lstmBack(r: Recurrent, gates: usize, sums: usize, cells: usize, extra: usize): void {
  const width = <usize>(r.hidden << 2);
  let dh = r.stateGradient;
  let dc = r.cellGradient;
  const one = f32x4.splat(1);
  for (let n = 0; n < r.batch; n++) {
    let i: usize = 0;
    for (; i + 16 <= width; i += 16) {
      const input = v128.load(gates + i);
      const forget = v128.load(gates + width + i);
      const cell = v128.load(gates + 2 * width + i);
      const output = v128.load(gates + 3 * width + i);
      const shown = v128.load(extra + i);
      const g = v128.load(dh + i);
      const dCell = madd(f32x4.mul(g, output), f32x4.sub(one, f32x4.mul(shown, shown)), v128.load(dc + i));
      const dInput = f32x4.mul(f32x4.mul(dCell, cell), f32x4.mul(input, f32x4.sub(one, input)));
      const dForget = f32x4.mul(f32x4.mul(dCell, v128.load(cells + i)), f32x4.mul(forget, f32x4.sub(one, forget)));
      v128.store(sums + i, dInput);
      v128.store(sums + width + i, dForget);
      v128.store(sums + 2 * width + i, f32x4.mul(f32x4.mul(dCell, input), f32x4.sub(one, f32x4.mul(cell, cell))));
      v128.store(sums + 3 * width + i, f32x4.mul(f32x4.mul(g, shown), f32x4.mul(output, f32x4.sub(one, output))));
      v128.store(dc + i, f32x4.mul(dCell, forget));
    }
    for (; i < width; i += 4) {
      const input = load<f32>(gates + i);
      const forget = load<f32>(gates + width + i);
      const cell = load<f32>(gates + 2 * width + i);
      const output = load<f32>(gates + 3 * width + i);
      const shown = load<f32>(extra + i);
      const g = load<f32>(dh + i);
      const dCell = load<f32>(dc + i) + g * output * (1 - shown * shown);
      store<f32>(sums + i, dCell * cell * (input * (1 - input)));
      store<f32>(sums + width + i, dCell * load<f32>(cells + i) * (forget * (1 - forget)));
      store<f32>(sums + 2 * width + i, dCell * input * (1 - cell * cell));
      store<f32>(sums + 3 * width + i, g * shown * (output * (1 - output)));
      store<f32>(dc + i, dCell * forget);
    }
    gates += 4 * width;
    sums += 4 * width;
    cells += width;
    extra += width;
    dh += width;
    dc += width;
  }
}

/** Leaves in the state's gradient what flows other than through the product. */
function gruBack(r: Recurrent, gates: usize, sums: usize, stateSums: usize, before: usize, extra: usize): void {
  const width = <usize>(r.hidden << 2);
  let dh = r.stateGradient;
  for (let n = 0; n < r.batch; n++) {
    for (let i: usize = 0; i < width; i += 4) {
      const reset = load<f32>(gates + i);
      const keep = load<f32>(gates + width + i);
      const fresh = load<f32>(gates + 2 * width + i);
      const g = load<f32>(dh + i);
      const dFresh = g * (1 - keep) * (1 - fresh * fresh);
      const dReset = dFresh * load<f32>(extra + i) * (reset * (1 - reset));
      const dKeep = g * (load<f32>(before + i) - fresh) * (keep * (1 - keep));
      store<f32>(sums + i, dReset);
      store<f32>(sums + width + i, dKeep);
      store<f32>(sums + 2 * width + i, dFresh);
      store<f32>(stateSums + i, dReset);
      store<f32>(stateSums + width + i, dKeep);
      store<f32>(stateSums + 2 * width + i, dFresh * reset);
      store<f32>(dh + i, g * keep);
    }
    gates += 3 * width;
    sums += 3 * width;
    stateSums += 3 * width;
    before += width;
    extra += width;
    dh += width;
  }
}

function plainBack(r: Recurrent, gates: usize, sums: usize): void {
  const n = r.batch * r.hidden;
  let dh = r.stateGradient;
  for (let i = 0; i < n; i++, gates += 4, sums += 4, dh += 4) {
    const y = load<f32>(gates);
    const g = load<f32>(dh);
    store<f32>(sums, r.mode == RNN_TANH ? g * (1 - y * y) : y > 0 ? g : 0);
  }
}
