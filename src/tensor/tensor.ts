import type { AccumulateGrad, GradNode } from "./autograd/node";
import { type DType, getDefaultDType } from "./dtype";
import { check } from "./errors";
import { modes } from "./modes";
import { contiguousStrides, formatSizes, numelOf, type Sizes } from "./shape";
import { Storage, VersionCounter } from "./storage";

/** That a tensor is a view autograd knows of: in-place operations on it change the history of its base. */
export interface ViewInfo {
  readonly base: Tensor;
  /** Modifying such a view in place under grad mode is an error when it was made by … */
  readonly madeBy: "single" | "multiple" | "no_grad";
  /** grad_fn name of the op that made it, for error texts. */
  readonly opName: string;
}

/** Makes the node of a view anew after its base was modified; set by the view ops, which know how. */
export const viewHistory: { renew: ((view: Tensor, base: Tensor) => GradNode | null) | null } = { renew: null };

/**
 * A view (sizes, strides, offset; in elements) on a storage, and its place in the autograd graph. Operations are
 * functions of the op table, not methods.
 */
export class Tensor {
  grad: Tensor | null = null;
  private node: GradNode | null = null;
  /** The version that `node` describes: a view whose base has changed since has another history. */
  private nodeVersion = 0;
  /** Which of the node's outputs this is. */
  outputIndex = 0;
  /** `requires_grad` of a leaf. */
  leafRequiresGrad = false;
  accumulator: AccumulateGrad | null = null;
  view: ViewInfo | null = null;
  /** Made in inference mode. */
  isInference = modes.inference;
  /** Made by `nn.Parameter`. */
  isParameter = false;
  /** A lazy module's tensor whose sizes come with the first input. */
  isUninitialized = false;
  /** A Python number that became a 0-dim tensor: it does not widen the other operand's dtype within its kind. */
  isWrappedNumber = false;
  readonly numel: number;

  constructor(
    public storage: Storage,
    public sizes: Sizes,
    public strides: Sizes,
    public offset = 0,
    public versionCounter: VersionCounter = new VersionCounter(),
  ) {
    this.numel = numelOf(sizes);
  }

  /** The node that made this tensor; null for leaves. */
  get gradNode(): GradNode | null {
    const { view } = this;
    if (view !== null && this.nodeVersion !== this.versionCounter.value && view.madeBy !== "no_grad") {
      if (view.base.requiresGrad && viewHistory.renew) {
        this.gradNode = viewHistory.renew(this, view.base);
        this.outputIndex = 0;
      }
    }
    return this.node;
  }

  set gradNode(node: GradNode | null) {
    this.node = node;
    this.nodeVersion = this.versionCounter.value;
  }

  /** The history of the base has changed: `gradNode` is made anew when asked for. */
  markStale(): void {
    this.nodeVersion = -1;
  }

  get dtype(): DType {
    return this.storage.dtype;
  }

  get ndim(): number {
    return this.sizes.length;
  }

  get version(): number {
    return this.versionCounter.value;
  }

  get isAbstract(): boolean {
    return this.storage.isAbstract;
  }

  get requiresGrad(): boolean {
    return this.leafRequiresGrad || this.gradNode !== null;
  }

  get isLeaf(): boolean {
    return this.gradNode === null;
  }

  get isContiguous(): boolean {
    const { sizes, strides } = this;
    let step = 1;
    for (let i = sizes.length - 1; i >= 0; i--) {
      if (sizes[i] !== 1 && strides[i] !== step && this.numel !== 0) return false;
      step *= sizes[i];
    }
    return true;
  }

  /** Another tensor on the same storage and version counter, outside the graph. */
  alias(sizes: Sizes = this.sizes, strides: Sizes = this.strides, offset = this.offset): Tensor {
    const other = new Tensor(this.storage, sizes, strides, offset, this.versionCounter);
    other.isInference = this.isInference;
    return other;
  }
}

/** A new contiguous tensor with uninitialised values; abstract while shapes are inferred. */
export function empty(sizes: Sizes, dtype: DType = getDefaultDType(), abstract = modes.abstract): Tensor {
  const n = numelOf(sizes);
  for (const size of sizes) {
    check(size >= 0, () => `Trying to create tensor with negative dimension ${size}: ${formatSizes(sizes)}`);
  }
  const storage = abstract ? Storage.abstract(dtype, n) : Storage.allocate(dtype, n);
  return new Tensor(storage, sizes, contiguousStrides(sizes));
}

/** `empty` for a result of `inputs`: abstract if any of them is. */
export function emptyFrom(inputs: readonly Tensor[], sizes: Sizes, dtype: DType = inputs[0].dtype): Tensor {
  return empty(sizes, dtype, modes.abstract || inputs.some((t) => t.isAbstract));
}
