/** `torch.autograd.Function`: operations whose forward and backward are written in Python. */
import { edgeOf } from "../../tensor/autograd/edge";
import { type Edge, type Gradient, GradNode } from "../../tensor/autograd/node";
import { modes, noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { formatSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { attr } from "../attributes";
import { methods } from "../builtins/table";
import { error } from "../exceptions";
import { apply, call, rawNative } from "../function";
import { builtinType, Getter, PyObject, type PyType, type Value } from "../type";
import { ClassMethod } from "../values/descriptors";
import { Tuple } from "../values/tuple";

/** The `ctx` of forward and backward. */
class FunctionContext extends PyObject {
  saved: readonly Value[] = [];
  needs: readonly boolean[] = [];
  readonly untracked = new Set<Value>();
}

const contextType = builtinType("FunctionCtx", undefined, { module: "torch.autograd.function" });
methods(contextType, {
  save_for_backward: ["*tensors", (ctx: FunctionContext, tensors: Tuple) => void (ctx.saved = tensors.items)],
  mark_non_differentiable: [
    "*tensors",
    (ctx: FunctionContext, tensors: Tuple) => void tensors.items.forEach((t) => void ctx.untracked.add(t)),
  ],
  mark_dirty: ["*tensors", () => null],
  set_materialize_grads: ["value", () => null],
});
contextType.define("saved_tensors", new Getter((ctx: FunctionContext) => new Tuple(ctx.saved)));
contextType.define("needs_input_grad", new Getter((ctx: FunctionContext) => new Tuple(ctx.needs)));

class PythonNode extends GradNode {
  constructor(
    name: string,
    edges: readonly (Edge | null)[],
    outputs: number,
    private readonly type: PyType,
    private readonly ctx: FunctionContext,
    /** Which argument each edge belongs to. */
    private readonly slots: readonly number[],
  ) {
    super(name, edges, outputs);
  }

  apply(grads: readonly Gradient[]): readonly Gradient[] {
    const { type, name } = this;
    if (type.lookup("backward") === undefined && type.lookup("vjp") === undefined) {
      throw error(
        "NotImplementedError",
        "You must implement either the backward or vjp method for your custom autograd.Function to use it with " +
          "backward mode AD.",
      );
    }
    const result = call(attr(type, "backward"), this.ctx, ...grads);
    const items = result instanceof Tuple ? result.items : [result];
    // More than there are inputs may be given, if they are None.
    const counted = items.findLastIndex((item) => item !== null) + 1;
    if (items.length < this.ctx.needs.length || counted > this.ctx.needs.length) {
      throw error(
        "RuntimeError",
        `function ${name} returned an incorrect number of gradients (expected ${this.ctx.needs.length}, got ${items.length})`,
      );
    }
    return this.slots.map((slot, i) => {
      const grad = items[slot] ?? null;
      if (grad === null) return null;
      if (!isTensor(grad)) throw error("TypeError", `${name}: expected Variable`);
      this.checkSizes(grad, i);
      return grad;
    });
  }

  /** A gradient has its input's sizes, or broadcasts from them. */
  private checkSizes(grad: Tensor, i: number): void {
    const sizes = this.edges[i]?.sizes;
    if (!sizes) return;
    const lead = grad.ndim - sizes.length;
    if (lead >= 0 && sizes.every((n, d) => n === grad.sizes[d + lead] || n === 1)) return;
    throw error(
      "RuntimeError",
      `Function ${this.name} returned an invalid gradient at index ${i} - got ${formatSizes(grad.sizes)} but expected ` +
        `shape compatible with ${formatSizes(sizes)}`,
    );
  }
}

/** `F.apply(*args)`. */
function applyFunction(type: PyType, args: Value[]): Value {
  const ctx = new FunctionContext(contextType);
  ctx.needs = args.map((v) => isTensor(v) && v.requiresGrad);
  const result = noGrad(() => apply(attr(type, "forward"), [ctx, ...args]));
  const outputs = result instanceof Tuple ? result.items : [result];
  if (!modes.grad || !ctx.needs.includes(true)) return result;
  const slots = args.flatMap((v, i) => (isTensor(v) ? [i] : []));
  const edges = slots.map((i) => edgeOf(args[i] as Tensor));
  const node = new PythonNode(`${type.name}Backward`, edges, outputs.length, type, ctx, slots);
  const tracked = outputs.map((v, i) => {
    if (!isTensor(v) || v.dtype.kind !== "float" || ctx.untracked.has(v)) return v;
    // An input handed on as it is becomes another tensor on the same data.
    const out = args.includes(v) ? v.alias() : v;
    out.gradNode = node;
    out.outputIndex = i;
    return out;
  });
  return result instanceof Tuple ? new Tuple(tracked) : tracked[0];
}

export const functionClass = builtinType("Function", undefined, { module: "torch.autograd.function" });
functionClass.define(
  "apply",
  new ClassMethod(rawNative("apply", (type, ...args) => applyFunction(type as PyType, args))),
);
