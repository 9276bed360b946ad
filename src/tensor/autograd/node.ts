import type { DType } from "../dtype";
import { TorchError } from "../errors";
import { modes, noGrad } from "../modes";
import { formatSizes, type Sizes } from "../shape";
import type { Tensor } from "../tensor";

export type Gradient = Tensor | null;

/** A gradient on its way, and whether the engine made its memory and nobody else holds it. */
export interface Flow {
  readonly grad: Tensor;
  readonly owned: boolean;
}

/** Where a gradient flows: output `index` of `node`. */
export interface Edge {
  readonly node: GradNode;
  readonly index: number;
  /** Of the tensor that was used: a gradient that was broadcast or promoted is brought back to these. */
  readonly sizes: Sizes;
  readonly dtype: DType;
}

/** Sees the gradients of a node's outputs before it runs; an array that it returns replaces them. */
export type NodePreHook = (gradOutputs: readonly Gradient[]) => readonly Gradient[] | null;
/** Sees what a node made of them; an array that it returns replaces the gradients of the inputs. */
export type NodeHook = (
  gradInputs: readonly Gradient[],
  gradOutputs: readonly Gradient[],
) => readonly Gradient[] | null;

export type TensorHook = (grad: Tensor) => Tensor | null | undefined;

let nextSequence = 0;

/** One recorded operation. Subclasses or op entries say how gradients of its outputs become gradients of its inputs. */
export abstract class GradNode {
  /** Later nodes run first in a backward pass. */
  readonly sequence: number = nextSequence++;
  /** Hooks on outputs, by output index; run in order before the node uses the gradient. */
  hooks: Map<number, TensorHook[]> | null = null;
  /** Tensors that keep their gradient (`retain_grad()`), by output index. */
  retained: Map<number, Tensor> | null = null;
  /** Hooks around the node's own run. */
  preHooks: NodePreHook[] | null = null;
  nodeHooks: NodeHook[] | null = null;
  /** The gradient rule is the runtime's own: its temporaries can be given back when it has run. */
  readonly builtIn: boolean = false;
  /** Of the backward pass that walks the graph (`pass` is its number): consumers that have not run, gradients so far. */
  pass = 0;
  waiting = 0;
  flows: (Flow | null)[] | null = null;
  /** V8's stack of the operation, in anomaly mode. */
  readonly madeAt: string | null = modes.anomaly ? (new Error().stack ?? null) : null;

  constructor(
    /** As `grad_fn` prints it: "MulBackward0". */
    readonly name: string,
    /** One entry per input; null where no gradient is needed. */
    readonly edges: readonly (Edge | null)[],
    readonly outputs: number,
  ) {}

  /** Gradients of the inputs, aligned with `edges`. */
  abstract apply(grads: readonly Gradient[]): readonly Gradient[];

  /** An in-place operation wrote its result `from` into `to`: what was saved of it is there now. */
  replaceSaved(_from: Tensor, _to: Tensor): void {}

  /** `self` is about to be modified in place: a saved one is replaced by the copy that `copy` makes. */
  preserve(_self: Tensor, _copy: () => Tensor): void {}

  /** What was saved of a parameter, or of the "result"; undefined where nothing was. */
  savedOf(_name: string): unknown {
    return undefined;
  }

  /** Forgets saved tensors after a backward pass that does not retain the graph. */
  release(): void {}
}

/** The sink of gradients of one leaf. */
export class AccumulateGrad extends GradNode {
  override readonly sequence = Number.MAX_SAFE_INTEGER;
  /** Run after `.grad` was updated, with the leaf. */
  postHooks: ((variable: Tensor) => void)[] | null = null;

  constructor(readonly variable: Tensor) {
    super("AccumulateGrad", [], 1);
  }

  /** The engine accumulates, as it knows whether the gradient is its own to keep. */
  apply(): readonly Gradient[] {
    return [];
  }
}

/** `torch.autograd.graph.saved_tensors_hooks`: what becomes of tensors that are saved for gradients. */
export interface SavedTensorHooks {
  readonly pack: (t: Tensor) => unknown;
  readonly unpack: (packed: unknown) => Tensor;
}

/** The hooks in force, innermost last. */
export const savedTensorHooks: SavedTensorHooks[] = [];

/** A saved tensor that a hook keeps in another form. */
class Packed {
  private readonly content: unknown;
  private readonly node: GradNode | null;
  private readonly index: number;

  constructor(
    t: Tensor,
    private readonly hooks: SavedTensorHooks,
  ) {
    this.content = noGrad(() => hooks.pack(t));
    this.node = t.gradNode;
    this.index = t.outputIndex;
  }

  unpack(): Tensor {
    const again = this.hooks.unpack(this.content).alias();
    again.gradNode = this.node;
    again.outputIndex = this.index;
    return again;
  }
}

/** A saved value with memory that nothing else can see: given back with the graph, without waiting for a collection. */
export abstract class OwnedMemory {
  abstract release(): void;
}

/** What an op saved for its gradient: tensors are remembered with their version and checked when used. */
export class SavedValues<S extends readonly unknown[]> {
  private values: readonly unknown[] | null;
  private readonly versions: number[];

  constructor(
    values: S,
    private readonly isTensor: (value: unknown) => value is Tensor,
  ) {
    const hooks = savedTensorHooks.at(-1);
    this.values = hooks ? values.map((v) => (isTensor(v) ? new Packed(v, hooks) : v)) : values;
    this.versions = new Array<number>(values.length);
    for (let i = 0; i < values.length; i++) {
      const v = values[i];
      const known = isTensor(v);
      if (known && v.isInference) throw new TorchError("RuntimeError", INFERENCE);
      this.versions[i] = known ? v.version : 0;
    }
  }

  /** The values; raises when the graph was freed or a saved tensor was modified in place since. */
  unpack(): S {
    const values = this.values;
    if (values === null) throw new TorchError("RuntimeError", FREED);
    let packed = false;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value instanceof Packed) packed = true;
      else if (this.isTensor(value) && value.version !== this.versions[i]) {
        throw new TorchError("RuntimeError", modifiedText(value, this.versions[i]));
      }
    }
    return (packed ? values.map((v) => (v instanceof Packed ? v.unpack() : v)) : values) as S;
  }

  /** Saved values that `match` are `to` from now on. */
  replace(match: (value: unknown) => boolean, to: () => Tensor): void {
    if (!this.values?.some(match)) return;
    const next = to();
    this.values = this.values.map((value, i) => {
      if (!match(value)) return value;
      this.versions[i] = next.version;
      return next;
    });
  }

  release(): void {
    if (!this.values) return;
    for (const v of this.values) if (v instanceof OwnedMemory) v.release();
    if (this.values.some((v) => v instanceof Packed || this.isTensor(v))) this.values = null;
  }
}

const INFERENCE =
  "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation " +
  "tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or " +
  "use `torch.no_grad()` instead of `torch.inference_mode()`.";

const FREED =
  "Trying to backward through the graph a second time (or directly access saved tensors after they have already " +
  "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). " +
  "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved " +
  "tensors after calling backward.";

const ENABLE_ANOMALY =
  "enable anomaly detection to find the operation that failed to compute its gradient, with " +
  "torch.autograd.set_detect_anomaly(True, check_nan=False).";
const LOOK_ABOVE =
  "the backtrace further above shows the operation that failed to compute its gradient. The variable in question was " +
  "changed in there or anywhere later. Good luck!";

/** A node's name in texts: that of the operation; a node of the engine's own has its namespace. */
const toldName = ({ name }: GradNode): string =>
  name === "CopySlices" ? `torch::autograd::${name}` : name.replace(/Backward\d*$/, "");

function modifiedText(value: Tensor, expected: number): string {
  const origin = value.gradNode ? `, which is output ${value.outputIndex} of ${toldName(value.gradNode)},` : "";
  return (
    "one of the variables needed for gradient computation has been modified by an inplace operation: " +
    `[torch.${value.dtype.scalarName}Tensor ${formatSizes(value.sizes)}]${origin} is at version ${value.version}; ` +
    `expected version ${expected} instead. Hint: ${modes.anomaly ? LOOK_ABOVE : ENABLE_ANOMALY}`
  );
}
