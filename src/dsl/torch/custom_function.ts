/** `torch.autograd.Function`: operations whose forward and backward are written in Python. */
import { edgeOf } from "../../tensor/autograd/edge";
import { rewriteHistory } from "../../tensor/autograd/inplace";
import { type Edge, type Gradient, GradNode, SavedValues } from "../../tensor/autograd/node";
import { isDifferentiable } from "../../tensor/dtype";
import { check, TorchError } from "../../tensor/errors";
import { filled } from "../../tensor/kernels/fill";
import { modes, noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { attr } from "../attributes";
import { methods } from "../builtins/table";
import { error } from "../exceptions";
import { apply, call, native, rawNative } from "../function";
import { builtinType, Getter, PyObject, type PyType, type Value } from "../type";
import { typeName } from "../types";
import { ClassMethod, StaticMethod } from "../values/descriptors";
import { Tuple } from "../values/tuple";
import { nodeType } from "./values";

/** The `ctx` of forward and backward. */
class FunctionContext extends PyObject {
  /** As given to `save_for_backward`. */
  given: readonly Value[] = [];
  /** The same, guarded, once the results are known. */
  saved: SavedValues<readonly Value[]> | null = null;
  needs: readonly boolean[] = [];
  materialize = true;
  readonly untracked = new Set<Value>();
  readonly dirty = new Set<Value>();
}

const contextType = builtinType("FunctionCtx", undefined, { module: "torch.autograd.function" });
const remember = (set: "untracked" | "dirty") => (ctx: FunctionContext, tensors: Tuple) => {
  for (const t of tensors.items) ctx[set].add(t);
  return null;
};
methods(contextType, {
  save_for_backward: ["*tensors", (ctx: FunctionContext, tensors: Tuple) => void (ctx.given = tensors.items)],
  save_for_forward: ["*tensors", () => null],
  mark_non_differentiable: ["*tensors", remember("untracked")],
  mark_dirty: ["*tensors", remember("dirty")],
  set_materialize_grads: ["value", (ctx: FunctionContext, on: boolean) => void (ctx.materialize = on)],
});
const savedTensors = (ctx: FunctionContext): Tuple => new Tuple(ctx.saved ? ctx.saved.unpack() : ctx.given);
contextType.define("saved_tensors", new Getter(savedTensors));
contextType.define("needs_input_grad", new Getter((ctx: FunctionContext) => new Tuple(ctx.needs)));

class PythonNode extends GradNode {
  constructor(
    name: string,
    edges: readonly (Edge | null)[],
    readonly results: readonly Value[],
    private readonly type: PyType,
    readonly ctx: FunctionContext,
    /** Which argument each edge belongs to. */
    private readonly slots: readonly number[],
  ) {
    super(name, edges, results.length);
  }

  apply(grads: readonly Gradient[]): readonly Gradient[] {
    const backward = this.type.lookup("backward") ?? this.type.lookup("vjp");
    if (backward === undefined) {
      throw error(
        "NotImplementedError",
        "You must implement either the backward or vjp method for your custom autograd.Function to use it with " +
          "backward mode AD.",
      );
    }
    const name = this.type.lookup("backward") === undefined ? "vjp" : "backward";
    const given = this.ctx.materialize ? grads.map((g, i) => g ?? zerosFor(this.results[i])) : grads;
    const result = call(attr(this.type, name), this.ctx, ...given);
    const items = result instanceof Tuple ? result.items : [result];
    const wanted = this.ctx.needs.length;
    check(
      items.length >= wanted && items.slice(wanted).every((v) => v === null),
      () => `function ${this.name} returned an incorrect number of gradients (expected ${wanted}, got ${items.length})`,
    );
    return this.slots.map((slot) => {
      const grad = items[slot] ?? null;
      if (grad !== null && !isTensor(grad)) {
        throw error("RuntimeError", `expected Variable or None (got ${typeName(grad)})`);
      }
      return grad;
    });
  }

  override release(): void {
    this.ctx.saved?.release();
  }
}

/** Zeros in place of a gradient that did not come. */
function zerosFor(result: Value): Tensor | null {
  return isTensor(result) ? filled(result.sizes, result.dtype, 0, result.isAbstract) : null;
}

nodeType.define(
  "saved_tensors",
  new Getter((node: GradNode) => (node instanceof PythonNode ? savedTensors(node.ctx) : null)),
);

/** Runs `forward`, and `setup_context` where the class has one. */
function runForward(type: PyType, ctx: FunctionContext, args: Value[]): Value {
  const forward = attr(type, "forward");
  const setup = type.lookup("setup_context");
  if (setup === undefined || setup === functionClass.lookup("setup_context")) return apply(forward, [ctx, ...args]);
  const output = apply(forward, args);
  call(attr(type, "setup_context"), ctx, new Tuple(args), output);
  return output;
}

/** `F.apply(*args)`. */
function applyFunction(type: PyType, args: Value[]): Value {
  const ctx = new FunctionContext(contextType);
  ctx.needs = args.map((v) => isTensor(v) && v.requiresGrad);
  const result = noGrad(() => runForward(type, ctx, args));
  const outputs = result instanceof Tuple ? result.items : [result];
  for (const t of ctx.dirty) if (isTensor(t)) t.versionCounter.value++;
  if (!modes.grad || !ctx.needs.includes(true)) return result;
  const slots = args.flatMap((v, i) => (isTensor(v) ? [i] : []));
  const edges = slots.map((i) => edgeOf(args[i] as Tensor));
  const shapes = outputs.map((v) => (isTensor(v) ? v.alias() : v));
  const node = new PythonNode(`${type.name}Backward`, edges, shapes, type, ctx, slots);
  const tracked = outputs.map((v, i) => {
    if (!isTensor(v) || !isDifferentiable(v.dtype) || ctx.untracked.has(v)) return v;
    if (ctx.dirty.has(v)) return modified(v, node, i);
    // An input handed on as it is becomes another tensor on the same data.
    const out = args.includes(v) ? v.alias() : v;
    out.gradNode = node;
    out.outputIndex = i;
    return out;
  });
  const kept = ctx.given.map((v) => {
    const at = isTensor(v) && !args.includes(v) ? tracked.indexOf(v) : -1;
    if (at < 0) return v;
    // Not the result itself, which holds the node.
    const again = (v as Tensor).alias();
    again.gradNode = node;
    again.outputIndex = at;
    return again;
  });
  ctx.saved = new SavedValues(kept, isTensor);
  return result instanceof Tuple ? new Tuple(tracked) : tracked[0];
}

/** An argument that forward wrote to comes from the node now. */
function modified(t: Tensor, node: GradNode, index: number): Tensor {
  if (t.leafRequiresGrad) {
    throw new TorchError("RuntimeError", "a leaf Variable that requires grad has been used in an in-place operation.");
  }
  rewriteHistory(t, node, index);
  return t;
}

export const functionClass = builtinType("Function", undefined, { module: "torch.autograd.function" });
functionClass.define(
  "apply",
  new ClassMethod(rawNative("apply", (type, ...args) => applyFunction(type as PyType, args))),
);
functionClass.define(
  "forward",
  new StaticMethod(
    rawNative("forward", () => {
      throw error("NotImplementedError", "You must implement the forward function for custom autograd.Function.");
    }),
  ),
);

/** Results of a gradient that is not to be differentiated again. */
class OnceNode extends GradNode {
  apply(): readonly Gradient[] {
    throw new TorchError(
      "RuntimeError",
      "trying to differentiate twice a function that was marked with @once_differentiable",
    );
  }
}

/** `@once_differentiable`, under `@staticmethod`. */
export const onceDifferentiable = native("once_differentiable", "fn, /", (backward: Value) =>
  rawNative("wrapper", (...args) => {
    const result = noGrad(() => apply(backward, args));
    const given = args.slice(1).filter(isTensor);
    if (!modes.grad || !given.some((t) => t.requiresGrad)) return result;
    const items = result instanceof Tuple ? result.items : [result];
    const node = new OnceNode("Error", given.map(edgeOf), items.length);
    const marked = items.map((v, i) => {
      if (!isTensor(v)) return v;
      const out = v.alias();
      out.gradNode = node;
      out.outputIndex = i;
      return out;
    });
    return result instanceof Tuple ? new Tuple(marked) : marked[0];
  }),
);
