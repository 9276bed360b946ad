/** `torch.func`, `torch.vmap` and `torch.autograd.functional`: derivatives of functions, and functions of batches. */
import type { Module } from "../../nn/module";
import { grad as gradientsOf } from "../../tensor/autograd/engine";
import { enableGrad, modes } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { detach } from "../../tensor/ops/copies";
import { aliasOf } from "../../tensor/ops/views";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { apply, rawNative, splitKwargs } from "../function";
import { Kwargs, type Value } from "../type";
import { Dict } from "../values/dict";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { runOp } from "./tensor_type";

/** A tensor of its own to differentiate by: behind a node where an outer derivative looks on. */
function tracked(x: Value): Value {
  if (!isTensor(x)) return x;
  if (x.requiresGrad) return aliasOf(x);
  const own = detach(x);
  own.leafRequiresGrad = true;
  return own;
}

/** A result as its caller sees it: without history unless an outer derivative needs it. */
const given = (x: Tensor, outer: boolean): Tensor => (outer ? x : detach(x));

const itemsOf = (v: Value): readonly Value[] => (v instanceof Tuple ? v.items : Array.isArray(v) ? v : [v]);
const isMany = (v: Value): boolean => v instanceof Tuple || Array.isArray(v);
const zeros = (x: Tensor): Tensor => runOp("zeros_like", x) as Tensor;

/** Gradients that lead back into history; zeros where an input does not count. */
function backwards(outputs: readonly Tensor[], inputs: readonly Tensor[], seeds: readonly (Tensor | null)[]): Tensor[] {
  const live = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
  if (live.length === 0) return inputs.map(zeros);
  const found = gradientsOf(
    live.map((i) => outputs[i]),
    inputs,
    live.map((i) => seeds[i]),
    { createGraph: true, allowUnused: true },
  );
  return found.map((g, i) => g ?? zeros(inputs[i]));
}

interface Traced {
  readonly result: Value;
  readonly inputs: readonly Tensor[];
  readonly outer: boolean;
}

/** Calls `f` with the arguments at `places` tracked. */
function trace(f: Value, args: readonly Value[], places: readonly number[]): Traced {
  const outer = args.some((a) => isTensor(a) && a.requiresGrad && modes.grad);
  return enableGrad(() => {
    const passed = [...args];
    for (const i of places) passed[i] = tracked(args[i]);
    return { result: apply(f, passed), inputs: places.map((i) => passed[i] as Tensor), outer };
  });
}

const placesOf = (argnums: Value, count: number): number[] =>
  itemsOf(argnums).map((i) => (Number(i) < 0 ? Number(i) + count : Number(i)));
const shaped = (argnums: Value, found: readonly Value[]): Value => (isMany(argnums) ? new Tuple(found) : found[0]);

function gradAndValue(f: Value, argnums: Value, hasAux: Value): Value {
  return rawNative("wrapper", (...args) => {
    const { positional } = splitKwargs(args);
    const { result, inputs, outer } = trace(f, args, placesOf(argnums, positional.length));
    const [value, aux] = truthy(hasAux) ? itemsOf(result) : [result, null];
    if (!isTensor(value) || value.ndim > 0) {
      throw error(
        "RuntimeError",
        `Expected f(*args) to return a scalar tensor, got tensor with ${isTensor(value) ? value.ndim : 0} dims. Maybe you wanted to use the vjp or jacrev APIs instead?`,
      );
    }
    const found = enableGrad(() => backwards([value], inputs, [null])).map((g) => given(g, outer));
    const plain = given(value, outer);
    return new Tuple([shaped(argnums, found), truthy(hasAux) ? new Tuple([plain, aux]) : plain]);
  });
}

function gradOf(f: Value, argnums: Value, hasAux: Value): Value {
  const both = gradAndValue(f, argnums, hasAux);
  return rawNative("wrapper", (...args) => {
    const [found, value] = (apply(both, args) as Tuple).items;
    return truthy(hasAux) ? new Tuple([found, (value as Tuple).items[1]]) : found;
  });
}

/** d output / d input for every element of the output: output's sizes, then the input's. */
function jacobianRows(output: Tensor, inputs: readonly Tensor[], outer: boolean): Tensor[] {
  const rows = Array.from({ length: output.numel }, (_, i) => {
    const seed = zeros(output);
    runOp("fill_", runOp("select", runOp("view", seed, -1), 0, i), 1);
    return backwards([output], inputs, [seed]);
  });
  return inputs.map((x, k) => {
    const sizes = [...output.sizes, ...x.sizes];
    if (rows.length === 0) return runOp("zeros", sizes) as Tensor;
    const stacked = runOp(
      "stack",
      rows.map((row) => row[k]),
    );
    return given(runOp("reshape", stacked, sizes) as Tensor, outer);
  });
}

function jacobianOf(f: Value, argnums: Value, hasAux: Value): Value {
  return rawNative("wrapper", (...args) => {
    const { positional } = splitKwargs(args);
    const { result, inputs, outer } = trace(f, args, placesOf(argnums, positional.length));
    const [value, aux] = truthy(hasAux) ? itemsOf(result) : [result, null];
    const blocks = enableGrad(() =>
      itemsOf(value).map((y) => shaped(argnums, jacobianRows(y as Tensor, inputs, outer))),
    );
    const found = isMany(value) ? new Tuple(blocks) : blocks[0];
    return truthy(hasAux) ? new Tuple([found, aux]) : found;
  });
}

const hessianOf = (f: Value, argnums: Value): Value => jacobianOf(jacobianOf(f, argnums, false), argnums, false);

function vjp(f: Value, primals: Tuple, hasAux: Value): Value {
  const { result, inputs, outer } = trace(
    f,
    primals.items,
    primals.items.map((_, i) => i),
  );
  const [value, aux] = truthy(hasAux) ? itemsOf(result) : [result, null];
  const outputs = itemsOf(value) as readonly Tensor[];
  const pull = rawNative("vjp_fn", (...args) => {
    const seeds = splitKwargs(args).positional.flatMap((v) => itemsOf(v)) as Tensor[];
    const found = enableGrad(() => backwards(outputs, inputs, seeds)).map((g) => given(g, outer));
    return new Tuple(found);
  });
  const plain = outputs.map((y) => given(y, outer));
  const shown = isMany(value) ? new Tuple(plain) : plain[0];
  return new Tuple(truthy(hasAux) ? [shown, pull, aux] : [shown, pull]);
}

/** Forwards by going backwards twice: the gradient of the pullback with respect to its seed. */
function forwards(f: Value, primals: readonly Value[], tangents: readonly Value[]): [Value, Tensor[]] {
  const { result, inputs, outer } = trace(
    f,
    primals,
    primals.map((_, i) => i),
  );
  const outputs = itemsOf(result) as readonly Tensor[];
  const pushed = enableGrad(() =>
    outputs.map((y) => {
      const seed = tracked(zeros(y)) as Tensor;
      const pulled = backwards([y], inputs, [seed]);
      return given(backwards(pulled, [seed], tangents as Tensor[])[0], outer);
    }),
  );
  const plain = outputs.map((y) => given(y, outer));
  return [isMany(result) ? new Tuple(plain) : plain[0], pushed];
}

function jvp(f: Value, primals: Value, tangents: Value): Value {
  const [value, pushed] = forwards(f, itemsOf(primals), itemsOf(tangents));
  return new Tuple([value, isMany(value) ? new Tuple(pushed) : pushed[0]]);
}

/** The same forwards, one element of an input after another. */
function forwardJacobianOf(f: Value, argnums: Value): Value {
  return rawNative("wrapper", (...args) => {
    const found = placesOf(argnums, args.length).map((place) => {
      const x = args[place] as Tensor;
      const alone = rawNative("partial", (v) => apply(f, args.toSpliced(place, 1, v)));
      const columns = Array.from({ length: x.numel }, (_, i) => {
        const tangent = zeros(x);
        runOp("fill_", runOp("select", runOp("view", tangent, -1), 0, i), 1);
        return forwards(alone, [x], [tangent])[1][0];
      });
      return runOp("reshape", runOp("stack", columns, -1), [...columns[0].sizes, ...x.sizes]);
    });
    return shaped(argnums, found);
  });
}

/** `f` for each element of a batch, one after another; results are stacked. */
function vmap(f: Value, inDims: Value, outDims: Value): Value {
  return rawNative("wrapped", (...args) => {
    const { positional, keywords } = splitKwargs(args);
    const dims = isMany(inDims) ? itemsOf(inDims) : positional.map(() => inDims);
    const at = positional.findIndex((x, i) => dims[i] !== null && isTensor(x));
    if (at < 0) throw error("ValueError", "vmap: at least one input must be mapped over");
    const size = (positional[at] as Tensor).sizes.at(Number(dims[at])) ?? 0;
    const rest = keywords.size > 0 ? [new Kwargs(new Map(keywords))] : [];
    const results = Array.from({ length: size }, (_, n) => {
      const slices = positional.map((x, i) => (dims[i] === null ? x : runOp("select", x, dims[i], n)));
      return apply(f, [...slices, ...rest]);
    });
    const many = isMany(results[0]);
    const columns = itemsOf(results[0]).map((_, k) => {
      const dim = isMany(outDims) ? itemsOf(outDims)[k] : outDims;
      return runOp(
        "stack",
        results.map((r) => itemsOf(r)[k]),
        dim,
      );
    });
    return many ? new Tuple(columns) : columns[0];
  });
}

/** Calls a module with other parameters and buffers, by their dotted names. */
function functionalCall(module: Value, state: Value, args: Value, kwargs: Value): Value {
  const replaced: (() => void)[] = [];
  const dicts = isMany(state) ? itemsOf(state) : [state];
  for (const { key, value } of dicts.flatMap((d) => [...(d as Dict).entries()])) {
    const path = String(key).split(".");
    const last = path.pop() as string;
    const owner = path.reduce((m: Module, part) => m.modules_.get(part) as Module, module as Module);
    const table = owner.parameters_.has(last) ? owner.parameters_ : owner.buffers_;
    const before = table.get(last) as Tensor;
    table.set(last, value as Tensor);
    replaced.push(() => void table.set(last, before));
  }
  try {
    const keywords =
      kwargs instanceof Dict ? [...kwargs.entries()].map(({ key, value }) => [String(key), value] as const) : [];
    const rest = keywords.length > 0 ? [new Kwargs(new Map(keywords))] : [];
    return apply(module, [...(isMany(args) ? itemsOf(args) : [args]), ...rest]);
  } finally {
    for (const restore of replaced.reverse()) restore();
  }
}

// ---- torch.autograd.functional: the same, of all inputs at once

const allOf = (inputs: Value): Value => (isMany(inputs) ? new Tuple(itemsOf(inputs).map((_, i) => i)) : 0);
const settled = (v: Value, keep: Value): Value =>
  isMany(v)
    ? new Tuple(itemsOf(v).map((x) => settled(x, keep)))
    : isTensor(v) && v.requiresGrad && !truthy(keep)
      ? detach(v)
      : v;
const fixed = (inputs: Value, keep: Value): Value[] =>
  itemsOf(inputs).map((x) => (isTensor(x) && !truthy(keep) ? detach(x) : x));

function functionalVjp(f: Value, inputs: Value, v: Value, keep: Value): Value {
  const [value, pull] = (vjp(f, new Tuple(fixed(inputs, keep)), false) as Tuple).items;
  const seeds = v === null ? [runOp("ones_like", itemsOf(value)[0])] : itemsOf(v);
  const found = (apply(pull, [...seeds]) as Tuple).items;
  return new Tuple([settled(value, keep), settled(isMany(inputs) ? new Tuple(found) : found[0], keep)]);
}

function functionalJvp(f: Value, inputs: Value, v: Value, keep: Value): Value {
  const tangents = v === null ? itemsOf(inputs).map((x) => runOp("ones_like", x)) : itemsOf(v);
  const [value, pushed] = forwards(f, fixed(inputs, keep), tangents);
  return new Tuple([settled(value, keep), settled(isMany(value) ? new Tuple(pushed) : pushed[0], keep)]);
}

/** The product of the Hessian with a vector: the gradient of (gradient · v). */
function hessianProduct(f: Value, inputs: Value, v: Value, keep: Value): Value {
  const args = fixed(inputs, keep);
  const slope = gradOf(f, new Tuple(args.map((_, i) => i)), false);
  const seeds = v === null ? args.map((x) => runOp("ones_like", x)) : itemsOf(v);
  const [, pull] = (vjp(slope, new Tuple(args), false) as Tuple).items;
  const found = (apply(pull, [...seeds]) as Tuple).items;
  const value = apply(f, args);
  return new Tuple([settled(value, keep), settled(isMany(inputs) ? new Tuple(found) : found[0], keep)]);
}

const functional = new PyModule(
  "torch.autograd.functional",
  functions({
    jacobian: [
      "func, inputs, create_graph=, strict=, vectorize=, strategy=",
      (f: Value, inputs: Value, create: Value) =>
        settled(apply(jacobianOf(f, allOf(inputs), false), fixed(inputs, create)), create),
      ...[false, false, false, "reverse-mode"],
    ],
    hessian: [
      "func, inputs, create_graph=, strict=, vectorize=, outer_jacobian_strategy=",
      (f: Value, inputs: Value, create: Value) =>
        settled(apply(hessianOf(f, allOf(inputs)), fixed(inputs, create)), create),
      ...[false, false, false, "reverse-mode"],
    ],
    vjp: ["func, inputs, v=, create_graph=, strict=", functionalVjp, null, false, false],
    jvp: ["func, inputs, v=, create_graph=, strict=", functionalJvp, null, false, false],
    hvp: ["func, inputs, v=, create_graph=, strict=", hessianProduct, null, false, false],
    vhp: ["func, inputs, v=, create_graph=, strict=", hessianProduct, null, false, false],
  }),
);

const vmapEntry = ["func, in_dims=, out_dims=, randomness=, *, chunk_size=", vmap, 0, 0, "error", null] as const;

const transforms: readonly [string, Value][] = functions({
  grad: ["func, argnums=, has_aux=", gradOf, 0, false],
  grad_and_value: ["func, argnums=, has_aux=", gradAndValue, 0, false],
  jacrev: ["func, argnums=, has_aux=, *, chunk_size=", jacobianOf, 0, false, null],
  jacfwd: ["func, argnums=, has_aux=, *, randomness=", forwardJacobianOf, 0, false, "error"],
  hessian: ["func, argnums=", hessianOf, 0],
  vjp: ["func, *primals, has_aux=", vjp, false],
  jvp: ["func, primals, tangents", jvp],
  vmap: [...vmapEntry],
  functional_call: [
    "module, parameter_and_buffer_dicts, args=, kwargs=, *, tie_weights=, strict=",
    functionalCall,
    ...[new Tuple([]), null, true, false],
  ],
});

export const vmapFunction: readonly [string, Value][] = functions({ vmap: [...vmapEntry] });

/** To be merged into the torch module, by name. */
export const functionTransforms: readonly [string, PyModule][] = [
  ["func", new PyModule("torch.func", transforms)],
  ["autograd", new PyModule("torch.autograd", [["functional", functional]])],
];
