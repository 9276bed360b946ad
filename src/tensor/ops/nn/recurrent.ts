import { OwnedMemory } from "../../autograd/node";
import { fromNumbers } from "../../elements";
import { compact, copyInto } from "../../kernels/convert";
import {
  type FastTape,
  fastRecurrent,
  fastRecurrentBack,
  type RecurrentRun,
  statesAround,
  stepsOf,
} from "../../kernels/fast_recurrent";
import { matrixProduct } from "../../kernels/gemm";
import { modes } from "../../modes";
import { defineOp } from "../../op";
import { contiguousStrides } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, mul, sub } from "../arithmetic";
import { stack } from "../joining";
import { linear } from "../matmul";
import { sum } from "../reduction";
import { chunk, select } from "../slicing";
import { relu, sigmoid, tanh } from "../unary";
import { made } from "./floats";
import { recomputedGradients } from "./recomputed";
import { type RecurrentMode, type RecurrentSizes, runRecurrent, type Tape, unrollRecurrent } from "./recurrent_kernel";

type MaybeTensor = Tensor | null;

/** Weights of one layer in one direction. */
export interface LayerWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: MaybeTensor;
  readonly biasHh: MaybeTensor;
  /** W_hr of an LSTM whose state is a projection. */
  readonly projection?: MaybeTensor;
}

function sizesOf(x: Tensor, hidden: number): RecurrentSizes {
  const [steps, batch, input] = x.sizes;
  return { steps, batch, input, hidden };
}

/** Holds what a run leaves behind, until it exists: of the kernel or of the plain loops. */
class TapeHolder extends OwnedMemory {
  tape: Tape | null = null;
  fast: FastTape | null = null;

  release(): void {
    if (this.fast) for (const t of Object.values(this.fast) as Tensor[]) t.storage.release();
    this.fast = null;
  }
}

type LayerArgs = [
  Tensor,
  Tensor,
  MaybeTensor,
  Tensor,
  Tensor,
  MaybeTensor,
  MaybeTensor,
  RecurrentMode,
  boolean,
  TapeHolder,
];

const nodeNames: Readonly<Record<RecurrentMode, string>> = {
  RNN_TANH: "StackBackward0",
  RNN_RELU: "StackBackward0",
  GRU: "StackBackward0",
  LSTM: "MkldnnRnnLayerBackward0",
};

/** A layer over a (steps, batch, features) sequence in one direction: every step's state, the last state and cell. */
const layerKernel = defineOp({
  schema:
    "_recurrent_layer(Tensor input, Tensor hx, Tensor? cx, Tensor w_ih, Tensor w_hh, Tensor? b_ih, Tensor? b_hh, " +
    "str mode, bool reverse, Any tape) -> (Tensor, Tensor, Tensor)",
  in: ["internal"],
  summary: "One recurrent layer in one direction.",
  gradName: ([, , , , , , , mode]: LayerArgs) => nodeNames[mode],
  forward: (...[x, hx, cx, ih, hh, biasIh, biasHh, mode, reverse, holder]: LayerArgs) => {
    const inputs = [x, hx, ih];
    const hidden = hx.sizes[1];
    const [steps, batch] = x.sizes;
    const y = emptyFrom(inputs, [steps, batch, hidden]);
    const hn = emptyFrom(inputs, [batch, hidden]);
    const cn = emptyFrom(inputs, mode === "LSTM" ? [batch, hidden] : [0]);
    if (y.isAbstract) return [y, hn, cn];
    const fast = fastRecurrent({ mode, reverse, x, ih, hh, biasIh, biasHh }, hx, cx);
    if (fast) {
      holder.fast = fast;
      copyInto(y, statesAround(fast.states, reverse, true));
      const last = reverse ? 0 : steps;
      copyInto(hn, stepsOf(fast.states, last, 1), [hidden, 1]);
      if (mode === "LSTM") copyInto(cn, stepsOf(fast.cells, last, 1), [hidden, 1]);
      return [y, hn, cn];
    }
    const run = runRecurrent(mode, sizesOf(x, hidden), x, hx, cx, { ih, hh, biasIh, biasHh }, reverse, y);
    fromNumbers(hn, run.h);
    if (mode === "LSTM") fromNumbers(cn, run.c);
    holder.tape = run.tape;
    return [y, hn, cn];
  },
  save: ([x, hx, cx, ih, hh, biasIh, biasHh, mode, reverse, holder]) =>
    [x, hx, cx, ih, hh, biasIh, biasHh, mode, reverse, holder] as const,
  backward: (_grad, [x, hx, cx, ih, hh, biasIh, biasHh, mode, reverse, holder], needs, grads) => {
    const { tape, fast } = holder;
    const shapes: readonly MaybeTensor[] = [x, hx, cx, ih, hh, biasIh, biasHh];
    if (modes.grad) return recomputedGradients((inputs) => composedLayer(inputs, mode, reverse), shapes, grads, needs);
    const known = grads.filter((g): g is Tensor => g !== null);
    if (fast) return fastGradients({ mode, reverse, x, ih, hh, biasIh, biasHh }, fast, grads, needs);
    if (!tape) return shapes.map((t) => t && emptyFrom([x, ...known], t.sizes));
    const [gy, gh, gc] = grads;
    const out = unrollRecurrent(
      mode,
      sizesOf(x, hx.sizes[1]),
      x,
      { ih, hh, biasIh, biasHh },
      reverse,
      tape,
      gy,
      gh,
      mode === "LSTM" ? gc : null,
    );
    const values = [out.x, out.h0, out.c0, out.ih, out.hh, out.biasIh, out.biasHh];
    return shapes.map((t, i) => (t && needs[i] ? made([x], t.sizes, (y) => y.set(values[i])) : null));
  },
});

/** (steps, batch, features) that lie row-major as (steps · batch, features). */
function flat(t: Tensor): Tensor {
  const [steps, batch, features] = t.sizes;
  return t.alias([steps * batch, features], [features, 1]);
}

const transposed = (m: Tensor): Tensor => m.alias([m.sizes[1], m.sizes[0]], [m.strides[1], m.strides[0]]);

/** Gradients of a layer that the kernel ran, one per tensor slot. */
function fastGradients(
  run: RecurrentRun,
  tape: FastTape,
  [gy, gh, gc]: readonly MaybeTensor[],
  needs: readonly boolean[],
): MaybeTensor[] {
  const { mode, reverse, x, ih } = run;
  const lstm = mode === "LSTM";
  const { sums, stateSums, state, cell } = fastRecurrentBack(run, tape, [gy, gh, lstm ? gc : null], needs[1]);
  const [rows, stateRows] = [sums, stateSums].map(flat);
  const product = (a: Tensor, b: Tensor): Tensor => {
    const out = emptyFrom([x], [a.sizes[0], b.sizes[1]]);
    matrixProduct(out, a, b);
    return out;
  };
  const gradients = [
    needs[0] ? product(rows, ih).alias(x.sizes, contiguousStrides(x.sizes)) : null,
    needs[1] ? state : null,
    lstm && needs[2] ? cell : null,
    needs[3] ? product(transposed(rows), flat(compact(x))) : null,
    needs[4] ? product(transposed(stateRows), flat(statesAround(tape.states, reverse, false))) : null,
    needs[5] ? sum(rows, [0]) : null,
    needs[6] ? sum(stateRows, [0]) : null,
  ];
  sums.storage.release();
  stateSums.storage.release();
  return gradients;
}

/** The same layer step by step out of recorded ops, which double backward goes through. */
function composedLayer(inputs: readonly MaybeTensor[], mode: RecurrentMode, reverse: boolean): Tensor[] {
  const [x, hx, cx, ih, hh, biasIh, biasHh] = inputs;
  const weights: LayerWeights = { ih: ih as Tensor, hh: hh as Tensor, biasIh, biasHh };
  let h = hx as Tensor;
  let c = cx;
  const steps = (x as Tensor).sizes[0];
  const outputs = new Array<Tensor>(steps);
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    const at = select(x as Tensor, 0, t);
    if (mode === "LSTM") [h, c] = lstmCell(at, h, c as Tensor, weights);
    else if (mode === "GRU") h = gruCell(at, h, weights);
    else h = rnnCell(at, h, weights, mode === "RNN_TANH" ? "tanh" : "relu");
    outputs[t] = h;
  }
  return c ? [stack(outputs, 0), h, c] : [stack(outputs, 0), h];
}

/** Runs one layer in one direction over a (steps, batch, features) sequence: [output, last state, last cell]. */
export function recurrentLayer(
  mode: RecurrentMode,
  x: Tensor,
  hx: Tensor,
  cx: MaybeTensor,
  w: LayerWeights,
  reverse: boolean,
): Tensor[] {
  if (w.projection) return projectedLayer(x, hx, cx as Tensor, w, w.projection, reverse);
  const holder = new TapeHolder();
  const results = layerKernel(x, hx, cx, w.ih, w.hh, w.biasIh, w.biasHh, mode, reverse, holder);
  if (results[0].gradNode === null) holder.release();
  return results;
}

/** An LSTM layer whose state is a projection of what the gates give. */
function projectedLayer(
  x: Tensor,
  hx: Tensor,
  cx: Tensor,
  w: LayerWeights,
  projection: Tensor,
  reverse: boolean,
): Tensor[] {
  let [h, c] = [hx, cx];
  const steps = x.sizes[0];
  const outputs = new Array<Tensor>(steps);
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    const [wide, cell] = lstmCell(select(x, 0, t), h, c, w);
    [h, c] = [linear(wide, projection), cell];
    outputs[t] = h;
  }
  return [stack(outputs, 0), h, c];
}

/** (steps, batch, …) as (batch, steps, …), under the name that PyTorch's in-place transpose leaves. */
export const batchFirst = defineOp({
  schema: "_batch_first(Tensor(a) self) -> Tensor(a)",
  in: ["internal"],
  summary: "The first two dimensions exchanged.",
  gradName: "TransposeBackward1",
  view: true,
  forward: (x: Tensor) => {
    const swap = (v: readonly number[]): number[] => [v[1], v[0], ...v.slice(2)];
    return x.alias(swap(x.sizes), swap(x.strides));
  },
  save: () => [],
  backward: (g) => [batchFirstOf(g)],
});
const batchFirstOf = (g: Tensor): Tensor => batchFirst(g);

const products = (x: Tensor, h: Tensor, w: LayerWeights): [Tensor, Tensor] => [
  linear(x, w.ih, w.biasIh),
  linear(h, w.hh, w.biasHh),
];

/** One step of a plain recurrent cell. */
export function rnnCell(x: Tensor, h: Tensor, w: LayerWeights, nonlinearity: string): Tensor {
  const sum = add(...products(x, h, w));
  return nonlinearity === "tanh" ? tanh(sum) : relu(sum);
}

/** One step of an LSTM cell: the new state and cell. */
export function lstmCell(x: Tensor, h: Tensor, c: Tensor, w: LayerWeights): [Tensor, Tensor] {
  const [i, f, g, o] = chunk(add(...products(x, h, w)), 4, -1);
  const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
  return [mul(sigmoid(o), tanh(cell)), cell];
}

/** One step of a GRU cell. */
export function gruCell(x: Tensor, h: Tensor, w: LayerWeights): Tensor {
  const [a, b] = products(x, h, w);
  const [ar, az, an] = chunk(a, 3, -1);
  const [br, bz, bn] = chunk(b, 3, -1);
  const fresh = tanh(add(an, mul(sigmoid(add(ar, br)), bn)));
  return add(fresh, mul(sigmoid(add(az, bz)), sub(h, fresh)));
}
