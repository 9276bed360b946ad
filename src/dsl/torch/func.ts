/** `torch.func`: functions that differentiate functions, or map them over a dimension. */
import type { Module } from "../../nn/module";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error, valueError } from "../exceptions";
import { apply, rawNative, splitKwargs } from "../function";
import { repr } from "../text";
import { Kwargs, type Value } from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import {
  differentiating,
  fresh,
  gradients,
  jacobianRows,
  pushForward,
  tensorsIn,
  withTensors,
  zerosLike,
} from "./differentiation";
import { runOp } from "./tensor_type";

/** The arguments by which is differentiated, made fresh, and all arguments with them in place. */
function chosen(args: readonly Value[], argnums: Value): { by: Value; picked: readonly Value[]; args: Value[] } {
  const places = argnums instanceof Tuple ? argnums.items.map(Number) : [Number(argnums)];
  const all = [...args];
  const picked = places.map((place) => {
    const at = place < 0 ? place + args.length : place;
    if (at < 0 || at >= args.length) {
      throw error("RuntimeError", `Got argnum=${place}, but only ${args.length} positional inputs`);
    }
    all[at] = withTensors(args[at], fresh);
    return all[at];
  });
  return { by: argnums instanceof Tuple ? new Tuple(picked) : picked[0], picked, args: all };
}

/** A value of the structure of `by` with the tensors in their order. */
function shapedAs(by: Value, tensors: readonly (Tensor | null)[]): Value {
  let at = 0;
  return withTensors(by, (t) => tensors[at++] ?? zerosLike(t));
}

/** What the function returned, and what it returned beside that. */
function split(result: Value, hasAux: Value): { output: Value; aux: Value | undefined } {
  if (!truthy(hasAux)) return { output: result, aux: undefined };
  if (!(result instanceof Tuple) || result.items.length !== 2) {
    throw error("RuntimeError", "Expected output of function to be a tuple: (output, aux) if has_aux is True");
  }
  return { output: result.items[0], aux: result.items[1] };
}

function scalarOutput(output: Value): Tensor {
  if (!isTensor(output)) {
    throw error(
      "RuntimeError",
      `Expected f(*args) to return a Tensor as its first output, got type ${repr(typeOf(output))}`,
    );
  }
  if (output.ndim !== 0) {
    throw error(
      "RuntimeError",
      `Expected f(*args) to return a scalar tensor, got tensor with ${output.ndim} dims. Maybe you wanted to use the ` +
        "vjp or jacrev APIs instead?",
    );
  }
  return output;
}

/** A transformed function: `run` gets the positional arguments and calls `f` through what it is given. */
function transformed(
  f: Value,
  name: string,
  run: (args: readonly Value[], callF: (args: readonly Value[]) => Value) => Value,
): Value {
  return rawNative(name, (...all) => {
    const { positional, keywords } = splitKwargs(all);
    const rest = keywords.size > 0 ? [new Kwargs(new Map(keywords))] : [];
    return run(positional, (args) => apply(f, [...args, ...rest]));
  });
}

function gradAndValue(f: Value, argnums: Value, hasAux: Value): Value {
  return transformed(f, "grad_and_value", (given, callF) =>
    differentiating(() => {
      const { by, args } = chosen(given, argnums);
      const { output, aux } = split(callF(args), hasAux);
      const found = shapedAs(by, gradients([scalarOutput(output)], tensorsIn(by), null, true));
      return new Tuple([found, aux === undefined ? output : new Tuple([output, aux])]);
    }),
  );
}

function gradOf(f: Value, argnums: Value, hasAux: Value): Value {
  const both = gradAndValue(f, argnums, hasAux);
  return rawNative("grad", (...args) => {
    const [found, value] = (apply(both, args) as Tuple).items;
    return truthy(hasAux) ? new Tuple([found, (value as Tuple).items[1]]) : found;
  });
}

function jacrev(f: Value, argnums: Value, hasAux: Value): Value {
  return transformed(f, "jacrev", (given, callF) =>
    differentiating(() => {
      const { by, picked, args } = chosen(given, argnums);
      const { output, aux } = split(callF(args), hasAux);
      const inputs = picked.flatMap(tensorsIn);
      const found = withTensors(output, (t) => shapedAs(by, jacobianRows(t, inputs, true)));
      return aux === undefined ? found : new Tuple([found, aux]);
    }),
  );
}

function vjp(f: Value, ...all: Value[]): Value {
  const { positional, keywords } = splitKwargs(all);
  const hasAux = keywords.get("has_aux") ?? false;
  const primals = positional.map((v) => withTensors(v, fresh));
  let output: Value = null;
  let aux: Value | undefined;
  const shown = differentiating(() => {
    ({ output, aux } = split(apply(f, [...primals]), hasAux));
    return output;
  });
  const pull = rawNative("vjp_fn", (cotangents) =>
    differentiating(() => {
      const found = gradients(tensorsIn(output), primals.flatMap(tensorsIn), tensorsIn(cotangents), true);
      return shapedAs(new Tuple(primals), found);
    }),
  );
  return new Tuple(aux === undefined ? [shown, pull] : [shown, pull, aux]);
}

function jvp(f: Value, primals: Value, tangents: Value, _strict: Value, hasAux: Value): Value {
  return differentiating(() => {
    const args = listOf(primals).map((v) => withTensors(v, fresh));
    const { output, aux } = split(apply(f, args), hasAux);
    const pushed = pushForward(tensorsIn(output), args.flatMap(tensorsIn), tensorsIn(tangents), true);
    const items = [output, shapedAs(output, pushed)];
    return new Tuple(aux === undefined ? items : [...items, aux]);
  });
}

// ---- vmap

/** The dimension to map over for each tensor of an argument; null: the tensor is the same at every step. */
function dimsFor(v: Value, dims: Value): (number | null)[] {
  if (dims === null || typeof dims === "number") return tensorsIn(v).map(() => dims);
  if (v instanceof Dict && dims instanceof Dict) {
    return v.pairs().flatMap(([key, each]) => dimsFor(each, dims.get(key) ?? null));
  }
  const parts = listOf(dims);
  return listOf(v).flatMap((each, i) => dimsFor(each, parts[i] ?? null));
}

function mapped(f: Value, inDims: Value, outDims: Value): Value {
  return transformed(f, "vmap", (given, callF) => {
    const args = new Tuple(given);
    const dims = dimsFor(args, typeof inDims === "number" ? inDims : new Tuple(listOf(inDims)));
    const tensors = tensorsIn(args);
    const counts = tensors.flatMap((t, i) => (dims[i] === null ? [] : [t.sizes.at(dims[i]) ?? 0]));
    if (counts.length === 0) {
      throw valueError("vmap: at least one input must be mapped over: in_dims holds only None");
    }
    if (counts.some((n) => n !== counts[0])) {
      throw valueError(
        "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes " +
          `[${counts.join(", ")}] for the mapped dimension`,
      );
    }
    const results = Array.from({ length: counts[0] }, (_, i) => {
      let at = 0;
      const step = withTensors(args, (t) => {
        const dim = dims[at++];
        return dim === null ? t : runOp("select", t, dim, i);
      });
      return callF((step as Tuple).items);
    });
    const parts = results.map(tensorsIn);
    let at = 0;
    const places = dimsFor(results[0], outDims);
    return withTensors(results[0], () => {
      const k = at++;
      return runOp(
        "stack",
        parts.map((each) => each[k]),
        places[k] ?? 0,
      );
    });
  });
}

// ---- modules as functions

/** Runs a module with other parameters and buffers, by name, in place of its own. */
function functionalCall(module: Module, state: Value, args: Value, kwargs: Value): Value {
  const given = state instanceof Tuple || Array.isArray(state) ? listOf(state) : [state];
  const undo: (() => void)[] = [];
  for (const [path, tensor] of given.flatMap((part) => (part as Dict).pairs())) {
    const names = String(path).split(".");
    const name = names.pop() as string;
    const owner = names.reduce((at: Module, each) => at.child(each), module);
    const table = owner.parameters_.has(name) ? owner.parameters_ : owner.buffers_;
    const before = table.get(name) ?? null;
    table.set(name, tensor as Tensor);
    undo.push(() => void table.set(name, before));
  }
  const positional = args === null ? [] : args instanceof Tuple ? [...args.items] : [args];
  const keywords = kwargs instanceof Dict ? [new Kwargs(new Map(kwargs.pairs() as [string, Value][]))] : [];
  try {
    return apply(module, [...positional, ...keywords]);
  } finally {
    for (const step of undo.reverse()) step();
  }
}

/** Parameters and buffers of equal modules, stacked by name. */
function stackModuleState(models: Value): Tuple {
  const modules = listOf(models) as Module[];
  if (modules.length === 0) throw error("RuntimeError", "stack_module_state: Expected at least one model, got 0.");
  const stacked = (of: (m: Module) => readonly [string, Tensor][], leaf: boolean): Dict => {
    const all = modules.map((m) => new Map(of(m)));
    return new Dict(
      [...all[0].keys()].map((name) => {
        const together = runOp("stack", all.map((each) => each.get(name)) as Value) as Tensor;
        const own = (runOp("detach", together) as Tensor).alias();
        own.leafRequiresGrad = leaf && (all[0].get(name)?.requiresGrad ?? false);
        return [name, own] as const;
      }),
    );
  };
  return new Tuple([stacked((m) => m.namedParameters(), true), stacked((m) => m.namedBuffers(), false)]);
}

export const functionalCallEntry: [string, Value] = functions({
  functional_call: [
    "module, parameter_and_buffer_dicts, args=, kwargs=, *, tie_weights=, strict=",
    functionalCall,
    null,
    null,
    true,
    false,
  ],
})[0];

export const vmapEntry: [string, Value] = functions({
  vmap: [
    "func, in_dims=, out_dims=, randomness=, *, chunk_size=",
    (f: Value, inDims: Value, outDims: Value) => mapped(f, inDims, outDims),
    0,
    0,
    "error",
    null,
  ],
})[0];

export function funcModule(): PyModule {
  return new PyModule("torch.func", [
    vmapEntry,
    functionalCallEntry,
    ["vjp", rawNative("vjp", (f, ...rest) => vjp(f, ...rest))],
    ...functions({
      grad: ["func, argnums=, has_aux=", gradOf, 0, false],
      grad_and_value: ["func, argnums=, has_aux=", gradAndValue, 0, false],
      jacrev: ["func, argnums=, *, has_aux=, chunk_size=", jacrev, 0, false, null],
      jacfwd: ["func, argnums=, has_aux=, *, randomness=", jacrev, 0, false, "error"],
      hessian: ["func, argnums=", (f: Value, argnums: Value) => jacrev(jacrev(f, argnums, false), argnums, false), 0],
      jvp: ["func, primals, tangents, *, strict=, has_aux=", jvp, false, false],
      stack_module_state: ["models", stackModuleState],
    }),
  ]);
}
