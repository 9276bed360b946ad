import type { DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { filled } from "../../tensor/kernels/fill";
import { getItem } from "../../tensor/ops/indexing";
import { cat, stack } from "../../tensor/ops/joining";
import { dropout } from "../../tensor/ops/nn/dropout";
import { batchFirst as batchFirstOf, type LayerWeights, recurrentLayer } from "../../tensor/ops/nn/recurrent";
import { gateCounts, type RecurrentMode } from "../../tensor/ops/nn/recurrent_kernel";
import { transpose } from "../../tensor/ops/permuting";
import { indexSelect } from "../../tensor/ops/scattering";
import { narrow, select } from "../../tensor/ops/slicing";
import { reshape, squeeze, unsqueeze, view } from "../../tensor/ops/views";
import { Double, type Scalar, toNumber } from "../../tensor/scalar";
import { formatSizes, sameSizes } from "../../tensor/shape";
import { Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { drawUniform } from "../initial";
import { Module } from "../module";
import { indices, type Packed, packedLayout, packedOf, packedValues } from "../packed";
import { emptyParameter } from "../parameter";
import { settingsText, valueText } from "../text";
import { type States, statesOf } from "./recurrent_states";

/** A sequence model of one or more layers, each in one or two directions. */
abstract class RecurrentBase extends Module {
  mode: RecurrentMode;

  constructor(
    mode: RecurrentMode,
    public inputSize: number,
    public hiddenSize: number,
    public numLayers: number,
    public bias: boolean,
    public batchFirst: boolean,
    public dropout: Scalar,
    public bidirectional: boolean,
    dtype: DType | null,
    /** Rows of the projection of an LSTM's state; 0 for none. */
    public projSize: number = 0,
  ) {
    super();
    this.mode = mode;
    check(hiddenSize > 0, "hidden_size must be greater than zero", "ValueError");
    check(numLayers > 0, "num_layers must be greater than zero", "ValueError");
    check(
      toNumber(dropout) >= 0 && toNumber(dropout) <= 1,
      "dropout should be a number in range [0, 1] representing the probability of an element being zeroed",
      "ValueError",
    );
    if (toNumber(dropout) > 0 && numLayers === 1) {
      warn(
        "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers " +
          `greater than 1, but got dropout=${valueText(dropout)} and num_layers=1`,
      );
    }
    check(projSize >= 0, "proj_size should be a positive integer or zero to disable projections", "ValueError");
    check(projSize < hiddenSize, "proj_size has to be smaller than hidden_size", "ValueError");
    const state = this.stateSize;
    const rows = gateCounts[mode] * hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      for (const suffix of this.suffixes(layer)) {
        const input = layer === 0 ? inputSize : state * (bidirectional ? 2 : 1);
        this.registerParameter(`weight_ih${suffix}`, emptyParameter([rows, input], dtype));
        this.registerParameter(`weight_hh${suffix}`, emptyParameter([rows, state], dtype));
        if (bias) {
          this.registerParameter(`bias_ih${suffix}`, emptyParameter([rows], dtype));
          this.registerParameter(`bias_hh${suffix}`, emptyParameter([rows], dtype));
        }
        if (projSize > 0) this.registerParameter(`weight_hr${suffix}`, emptyParameter([projSize, hiddenSize], dtype));
      }
    }
    this.resetParameters();
  }

  resetParameters(): void {
    drawUniform(1 / Math.sqrt(this.hiddenSize), [...this.parameters_.values()]);
  }

  /** PyTorch packs weights for GPUs here; nothing to do. */
  flattenParameters(): void {}

  /** Features of the state that a step hands on. */
  private get stateSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  private suffixes(layer: number): string[] {
    return this.bidirectional ? [`_l${layer}`, `_l${layer}_reverse`] : [`_l${layer}`];
  }

  private weights(suffix: string): LayerWeights {
    return {
      ih: this.tensor(`weight_ih${suffix}`),
      hh: this.tensor(`weight_hh${suffix}`),
      biasIh: this.tensorOrNull(`bias_ih${suffix}`),
      biasHh: this.tensorOrNull(`bias_hh${suffix}`),
      projection: this.tensorOrNull(`weight_hr${suffix}`),
    };
  }

  private checkInput(x: Tensor): void {
    const name = this.mode === "LSTM" || this.mode === "GRU" ? this.mode : "RNN";
    check(
      x.ndim === 2 || x.ndim === 3,
      () => `${name}: Expected input to be 2D or 3D, got ${x.ndim}D ${name === "RNN" ? "tensor " : ""}instead`,
      "ValueError",
    );
    const weight = this.tensor("weight_ih_l0").dtype;
    check(
      x.dtype === weight,
      () =>
        `RNN input dtype (torch.${x.dtype.name}) does not match weight dtype (torch.${weight.name}). Convert input: ` +
        `input.to(torch.${weight.name}), or convert model: model.to(torch.${x.dtype.name})`,
      "ValueError",
    );
    this.checkFeatures(x);
  }

  private checkFeatures(x: Tensor): void {
    const features = x.sizes[x.ndim - 1];
    check(
      features === this.inputSize,
      () => `input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${features}`,
    );
  }

  /** The given initial states as (layers · directions, batch, hidden), or zeros. */
  private initialStates(x: Tensor, given: readonly Tensor[], batched: boolean, batch: number): Tensor[] {
    const lstm = this.mode === "LSTM";
    const count = this.numLayers * (this.bidirectional ? 2 : 1);
    const sizes = [this.stateSize, this.hiddenSize].map((features) => [count, batch, features]);
    if (given.length === 0) {
      const zeros = sizes.map((size) => filled(size, x.dtype, 0, x.isAbstract));
      return lstm ? zeros : [zeros[0]];
    }
    const dims = batched ? 3 : 2;
    check(
      given.every((t) => t.ndim === dims),
      () => this.rankText(given, batched),
    );
    const states = given.map((t) => (batched ? t : unsqueeze(t, 1)));
    for (const [i, t] of states.entries()) {
      const wanted = sizes[i];
      check(sameSizes(t.sizes, wanted), () => {
        const what = lstm ? `hidden[${i}]` : "hidden";
        return `Expected ${what} size (${wanted.join(", ")}), got ${formatSizes(t.sizes)}`;
      });
    }
    return states;
  }

  private rankText(given: readonly Tensor[], batched: boolean): string {
    const kind = batched ? "batched 3-D" : "unbatched 2-D";
    const dims = batched ? 3 : 2;
    return given.length > 1
      ? `For ${kind} input, hx and cx should also be ${dims}-D but got (${given.map((t) => `${t.ndim}-D`).join(", ")}) tensors`
      : `For ${kind} input, hx should also be ${dims}-D but got ${given[0].ndim}-D tensor`;
  }

  /** Output of every step and the last states, in the layout of the input: a tensor or packed sequences. */
  protected runLayers(input: Tensor | readonly unknown[], hx: States): { output: unknown; states: Tensor[] } {
    if (Array.isArray(input)) return this.runPacked(packedOf(input), hx);
    return this.runPadded(input as Tensor, hx);
  }

  /** Sequences of equal length run as one batch. */
  private runPacked(packed: Packed, hx: States): { output: unknown; states: Tensor[] } {
    const { data, sortedIndices, unsortedIndices } = packed;
    this.checkFeatures(data);
    const { starts, lengths } = packedLayout(packed.batchSizes);
    const given = statesOf(hx).map((t) => (sortedIndices ? indexSelect(t, 1, sortedIndices) : t));
    const initial = this.initialStates(view(data, [1, ...data.sizes]), given, true, lengths.length);
    const outputs: Tensor[] = [];
    const states: Tensor[][] = [];
    const places = new Array<number>(data.sizes[0]);
    let placed = 0;
    for (let first = 0, count: number; first < lengths.length; first += count) {
      const steps = lengths[first];
      count = lengths.filter((n) => n === steps).length;
      const rows = starts
        .slice(0, steps)
        .flatMap((start) => Array.from({ length: count }, (_, k) => start + first + k));
      for (const row of rows) places[row] = placed++;
      const x = view(indexSelect(data, 0, indices(rows)), [steps, count, this.inputSize]);
      const from = first;
      const own = initial.map((t) => narrow(t, 1, from, count));
      const run = this.runStack(x, own);
      outputs.push(reshape(run.output, [steps * count, run.output.sizes[2]]));
      states.push(run.states);
    }
    const output = indexSelect(cat(outputs, 0), 0, indices(places));
    const last = initial.map((_, i) => {
      const all = cat(
        states.map((each) => each[i]),
        1,
      );
      return unsortedIndices ? indexSelect(all, 1, unsortedIndices) : all;
    });
    return { output: packedValues({ ...packed, data: output }), states: last };
  }

  private runPadded(input: Tensor, hx: States): { output: Tensor; states: Tensor[] } {
    this.checkInput(input);
    const batched = input.ndim === 3;
    const x = batched ? (this.batchFirst ? transpose(input, 0, 1) : input) : unsqueeze(input, 1);
    const { output, states } = this.runStack(x, this.initialStates(x, statesOf(hx), batched, x.sizes[1]));
    if (!batched) return { output: squeeze(output, 1), states: states.map((t) => squeeze(t, 1)) };
    if (!this.batchFirst) return { output, states };
    return { output: this.mode === "LSTM" ? transpose(output, 0, 1) : batchFirstOf(output), states };
  }

  /** All layers over a (steps, batch, features) sequence. */
  private runStack(input: Tensor, initial: readonly Tensor[]): { output: Tensor; states: Tensor[] } {
    let x = input;
    const last: Tensor[][] = [[], []];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const outputs = this.suffixes(layer).map((suffix, direction) => {
        const at = last[0].length;
        const [h0, c0] = initial.map((t) => select(t, 0, at));
        const [y, hn, cn] = recurrentLayer(this.mode, x, h0, c0 ?? null, this.weights(suffix), direction === 1);
        last[0].push(hn);
        last[1].push(cn);
        return y;
      });
      x = outputs.length > 1 ? cat(outputs, 2) : outputs[0];
      if (layer + 1 < this.numLayers) x = dropout(x, this.dropout, this.training);
    }
    const states = (this.mode === "LSTM" ? last : [last[0]]).map((list) => stack(list, 0));
    return { output: x, states };
  }

  override extraRepr(): string {
    const settings = settingsText(
      ["proj_size", this.projSize, this.projSize !== 0],
      ["num_layers", this.numLayers, this.numLayers !== 1],
      ["bias", this.bias, !this.bias],
      ["batch_first", this.batchFirst, this.batchFirst],
      ["dropout", this.dropout, toNumber(this.dropout) !== 0],
      ["bidirectional", this.bidirectional, this.bidirectional],
    );
    return `${this.inputSize}, ${this.hiddenSize}${settings ? `, ${settings}` : ""}`;
  }
}

export class RNN extends RecurrentBase {
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayers: number = 1,
    public nonlinearity: string = "tanh",
    bias: boolean = true,
    batchFirst: boolean = false,
    drop: Scalar = new Double(0),
    bidirectional: boolean = false,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    check(
      nonlinearity === "tanh" || nonlinearity === "relu",
      () => `Unknown nonlinearity '${nonlinearity}'. Select from 'tanh' or 'relu'.`,
      "ValueError",
    );
    const mode = nonlinearity === "tanh" ? "RNN_TANH" : "RNN_RELU";
    super(mode, inputSize, hiddenSize, numLayers, bias, batchFirst, drop, bidirectional, dtype);
  }

  override forward(x: Tensor | readonly unknown[], hx: States = null): unknown {
    const { output, states } = this.runLayers(x, hx);
    return [output, states[0]];
  }
}

export class GRU extends RecurrentBase {
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayers: number = 1,
    bias: boolean = true,
    batchFirst: boolean = false,
    drop: Scalar = new Double(0),
    bidirectional: boolean = false,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super("GRU", inputSize, hiddenSize, numLayers, bias, batchFirst, drop, bidirectional, dtype);
  }

  override forward(x: Tensor | readonly unknown[], hx: States = null): unknown {
    const { output, states } = this.runLayers(x, hx);
    return [output, states[0]];
  }
}

export class LSTM extends RecurrentBase {
  constructor(
    inputSize: number,
    hiddenSize: number,
    numLayers: number = 1,
    bias: boolean = true,
    batchFirst: boolean = false,
    drop: Scalar = new Double(0),
    bidirectional: boolean = false,
    projSize: number = 0,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super("LSTM", inputSize, hiddenSize, numLayers, bias, batchFirst, drop, bidirectional, dtype, projSize);
  }

  override forward(x: Tensor | readonly unknown[], hx: States = null): unknown {
    // A tensor for the pair of states is taken for one: its first two elements.
    const pair = hx instanceof Tensor ? [select(hx, 0, 0), getItem(hx, [1])] : hx;
    const { output, states } = this.runLayers(x, pair);
    return [output, states];
  }
}

const LAYERS = "bool bias=True, bool batch_first=False, float dropout=0.0, bool bidirectional=False";
const SEQUENCE = "forward(Any input, Any hx=None)";

export const recurrentEntries: readonly ModuleEntry[] = [
  entry(
    RNN,
    `RNN(int input_size, int hidden_size, int num_layers=1, str nonlinearity='tanh', ${LAYERS}, ${FACTORY})`,
    "A plain recurrent network: h ← tanh(W x + b + U h + c).",
    SEQUENCE,
  ),
  entry(
    LSTM,
    `LSTM(int input_size, int hidden_size, int num_layers=1, ${LAYERS}, int proj_size=0, ${FACTORY})`,
    "Long short-term memory.",
    SEQUENCE,
  ),
  entry(
    GRU,
    `GRU(int input_size, int hidden_size, int num_layers=1, ${LAYERS}, ${FACTORY})`,
    "Gated recurrent units.",
    SEQUENCE,
  ),
];
