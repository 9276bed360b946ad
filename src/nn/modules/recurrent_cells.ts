import type { DType } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { filled } from "../../tensor/kernels/fill";
import { gruCell, type LayerWeights, lstmCell, rnnCell } from "../../tensor/ops/nn/recurrent";
import { squeeze, unsqueeze } from "../../tensor/ops/views";
import type { Tensor } from "../../tensor/tensor";
import { entry, FACTORY, type ModuleEntry } from "../entry";
import { drawUniform } from "../initial";
import { Module } from "../module";
import { emptyParameter } from "../parameter";
import { type States, statesOf } from "./recurrent_states";

/** One step of a recurrent model. */
abstract class RecurrentCell extends Module {
  constructor(
    public inputSize: number,
    public hiddenSize: number,
    public bias: boolean,
    gates: number,
    dtype: DType | null,
  ) {
    super();
    this.registerParameter("weight_ih", emptyParameter([gates * hiddenSize, inputSize], dtype));
    this.registerParameter("weight_hh", emptyParameter([gates * hiddenSize, hiddenSize], dtype));
    this.registerParameter("bias_ih", bias ? emptyParameter([gates * hiddenSize], dtype) : null);
    this.registerParameter("bias_hh", bias ? emptyParameter([gates * hiddenSize], dtype) : null);
    this.resetParameters();
  }

  resetParameters(): void {
    drawUniform(1 / Math.sqrt(this.hiddenSize), [...this.parameters_.values()]);
  }

  protected weights(): LayerWeights {
    return {
      ih: this.tensor("weight_ih"),
      hh: this.tensor("weight_hh"),
      biasIh: this.tensorOrNull("bias_ih"),
      biasHh: this.tensorOrNull("bias_hh"),
    };
  }

  /** The input with a batch dimension and the given or zero states with one. */
  protected batched(
    x: Tensor,
    given: readonly Tensor[],
    count: number,
  ): { x: Tensor; states: Tensor[]; single: boolean } {
    const name = this.typeName;
    check(
      x.ndim === 1 || x.ndim === 2,
      () => `${name}: Expected input to be 1D or 2D, got ${x.ndim}D instead`,
      "ValueError",
    );
    const single = x.ndim === 1;
    const wide = single ? unsqueeze(x, 0) : x;
    check(
      wide.sizes[1] === this.inputSize,
      () => `input has inconsistent input_size: got ${wide.sizes[1]} expected ${this.inputSize}`,
    );
    const zeros = (): Tensor => filled([wide.sizes[0], this.hiddenSize], x.dtype, 0, x.isAbstract);
    const states = Array.from({ length: count }, (_, i) => {
      const t = given[i];
      return t ? (single ? unsqueeze(t, 0) : t) : zeros();
    });
    states.forEach((t, i) => {
      check(
        t.sizes[0] === wide.sizes[0],
        () => `Input batch size ${wide.sizes[0]} doesn't match hidden${i} batch size ${t.sizes[0]}`,
      );
      check(
        t.sizes[1] === this.hiddenSize,
        () => `hidden${i} has inconsistent hidden_size: got ${t.sizes[1]}, expected ${this.hiddenSize}`,
      );
    });
    return { x: wide, states, single };
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias ? "" : ", bias=False"}`;
  }
}

export class RNNCell extends RecurrentCell {
  constructor(
    inputSize: number,
    hiddenSize: number,
    bias: boolean = true,
    public nonlinearity: string = "tanh",
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(inputSize, hiddenSize, bias, 1, dtype);
  }

  override forward(input: Tensor, hx: States = null): Tensor {
    check(
      this.nonlinearity === "tanh" || this.nonlinearity === "relu",
      () => `Unknown nonlinearity: ${this.nonlinearity}`,
    );
    const { x, states, single } = this.batched(input, statesOf(hx), 1);
    const h = rnnCell(x, states[0], this.weights(), this.nonlinearity);
    return single ? squeeze(h, 0) : h;
  }

  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`);
  }
}

export class GRUCell extends RecurrentCell {
  constructor(
    inputSize: number,
    hiddenSize: number,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(inputSize, hiddenSize, bias, 3, dtype);
  }

  override forward(input: Tensor, hx: States = null): Tensor {
    const { x, states, single } = this.batched(input, statesOf(hx), 1);
    const h = gruCell(x, states[0], this.weights());
    return single ? squeeze(h, 0) : h;
  }
}

export class LSTMCell extends RecurrentCell {
  constructor(
    inputSize: number,
    hiddenSize: number,
    bias: boolean = true,
    _device: unknown = null,
    dtype: DType | null = null,
  ) {
    super(inputSize, hiddenSize, bias, 4, dtype);
  }

  override forward(input: Tensor, hx: States = null): Tensor[] {
    const { x, states, single } = this.batched(input, statesOf(hx), 2);
    const next = lstmCell(x, states[0], states[1], this.weights());
    return single ? next.map((t) => squeeze(t, 0)) : next;
  }
}

const STEP = "forward(Tensor input, Any hx=None)";

export const recurrentCellEntries: readonly ModuleEntry[] = [
  entry(
    RNNCell,
    `RNNCell(int input_size, int hidden_size, bool bias=True, str nonlinearity='tanh', ${FACTORY})`,
    "One step of a plain recurrent network.",
    STEP,
  ),
  entry(
    LSTMCell,
    `LSTMCell(int input_size, int hidden_size, bool bias=True, ${FACTORY})`,
    "One step of an LSTM.",
    STEP,
  ),
  entry(GRUCell, `GRUCell(int input_size, int hidden_size, bool bias=True, ${FACTORY})`, "One step of a GRU.", STEP),
];
