/** `torch.autograd.functional`: Jacobians, Hessians and their products with vectors. */
import { TorchError } from "../../tensor/errors";
import { enableGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { sameSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { apply, native } from "../function";
import { repr } from "../text";
import type { Value } from "../type";
import { typeOf } from "../types";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { gradients, jacobianRows, pushForward, zerosLike } from "./differentiation";
import { runOp } from "./tensor_type";
import { sizeOf } from "./values";

const failed = (text: string): TorchError => new TorchError("RuntimeError", text);

interface Several {
  readonly tensors: readonly Tensor[];
  /** Whether they came in a tuple, and go out in one. */
  readonly tuple: boolean;
}

function several(v: Value, what: string, of: string): Several {
  const tuple = v instanceof Tuple;
  const items = tuple ? v.items : [v];
  items.forEach((item, i) => {
    if (isTensor(item)) return;
    const [subject, noun] = tuple
      ? [`element ${i} of the ${what}`, `the given element ${i}`]
      : [`${what} given to ${of}`, `the given ${what}`];
    throw typeError(`The ${subject} must be a Tensor but ${noun} has type ${repr(typeOf(item))}.`);
  });
  return { tensors: items as Tensor[], tuple };
}

function resultsOf(v: Value, of: string): Several {
  const items = v instanceof Tuple ? v.items : [v];
  if (!items.every(isTensor)) {
    throw typeError(
      `The outputs of the user-provided function given to ${of} must be either a Tensor or a tuple of Tensors but the ` +
        `given outputs of the user-provided function has type ${repr(typeOf(v))}.`,
    );
  }
  return { tensors: items as Tensor[], tuple: v instanceof Tuple };
}

/** The inputs to differentiate by: of their own graph, unless the result is to be differentiated by the given ones. */
function prepared({ tensors, tuple }: Several, createGraph: boolean): Several {
  const own = tensors.map((t) => {
    if (createGraph && t.requiresGrad) return runOp("view_as", t, t) as Tensor;
    const leaf = t.alias();
    leaf.leafRequiresGrad = true;
    return leaf;
  });
  return { tensors: own, tuple };
}

const packed = (items: readonly Value[], tuple: boolean): Value => (tuple ? new Tuple(items) : items[0]);
const finished = (items: readonly Tensor[], createGraph: boolean): readonly Tensor[] =>
  createGraph ? items : items.map((t) => runOp("detach", t) as Tensor);

function independent(i: number): TorchError {
  return failed(
    `Output ${i} of the user-provided function does not require gradients. The outputs must be computed in a ` +
      "differentiable manner from the input when running in strict mode.",
  );
}

function demandGraph(outputs: readonly Tensor[], strict: boolean): void {
  const at = outputs.findIndex((t) => !t.requiresGrad);
  if (strict && at >= 0) throw independent(at);
}

function jacobian(f: Value, inputs: Value, createGraph: Value, strict: Value): Value {
  const create = truthy(createGraph);
  return enableGrad(() => {
    const given = prepared(several(inputs, "inputs", "jacobian"), create);
    const results = resultsOf(apply(f, [...given.tensors]), "jacobian");
    demandGraph(results.tensors, truthy(strict));
    const rows = results.tensors.map((output, i) => {
      const found = jacobianRows(output, given.tensors, create, (k) => {
        if (!truthy(strict)) return;
        throw failed(
          `Output ${i} of the user-provided function is independent of input ${k}. This is not allowed in strict mode.`,
        );
      });
      return packed(finished(found, create), given.tuple);
    });
    return packed(rows, results.tuple);
  });
}

/** The function's only result, which must be one number. */
function single(v: Value, of: string): Tensor {
  if (!isTensor(v)) throw failed(`The function given to ${of} should return a single Tensor`);
  if (v.numel !== 1) throw failed(`The Tensor returned by the function given to ${of} should contain a single element`);
  return v;
}

function hessian(f: Value, inputs: Value, createGraph: Value, strict: Value): Value {
  const { tuple } = several(inputs, "inputs", "hessian");
  const slope = native("jac_func", "*inp", (inp: Tuple) => {
    const whole = native("ensure_single_output_function", "*inp", (each: Tuple) =>
      runOp("reshape", single(apply(f, [...each.items]), "hessian"), []),
    );
    const found = jacobian(whole, inp, true, strict);
    return tuple ? found : (found as Tuple).items[0];
  });
  return jacobian(slope, inputs, createGraph, strict);
}

/** The vectors of a product, checked against what they are multiplied with. */
function vectors(v: Value, like: readonly Tensor[], missing: string, of: string): Tensor[] {
  if (v === null) {
    if (like.length !== 1 || like[0].numel !== 1) throw failed(missing);
    return like.map((t) => runOp("ones_like", t) as Tensor);
  }
  const { tensors, tuple } = several(v, "v", of);
  if (tensors.length !== like.length) {
    throw failed(`v is a tuple of invalid length: should be ${like.length} but got ${tensors.length}.`);
  }
  tensors.forEach((t, i) => {
    if (sameSizes(t.sizes, like[i].sizes)) return;
    const [wanted, got] = [like[i], t].map((each) => repr(sizeOf(each.sizes)));
    throw failed(`${tuple ? `Entry ${i} in v` : "v"} has invalid size: should be ${wanted} but got ${got}.`);
  });
  return [...tensors];
}

const NEEDS_V =
  "The vector v can only be None if the user-provided function returns a single Tensor with a single element.";
const NEEDS_TANGENT =
  "The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.";

interface Product {
  readonly given: Several;
  readonly results: Several;
  readonly create: boolean;
  readonly v: readonly Tensor[];
}

type Multiply = (product: Product) => readonly (Tensor | null)[];

/** A function that gives the results and a product; `by` says whose shape vectors and product have. */
function product(of: string, scalar: boolean, by: { v: "given" | "results"; out: "given" | "results" }, run: Multiply) {
  return (f: Value, inputs: Value, v: Value, createGraph: Value, strict: Value): Tuple =>
    enableGrad(() => {
      const create = truthy(createGraph);
      const given = prepared(several(inputs, "inputs", of), create);
      const returned = apply(f, [...given.tensors]);
      if (scalar) single(returned, of);
      const results = resultsOf(returned, of);
      demandGraph(results.tensors, truthy(strict));
      const shapes = { given, results };
      const missing = by.v === "results" ? NEEDS_V : NEEDS_TANGENT;
      const found = run({ given, results, create, v: vectors(v, shapes[by.v].tensors, missing, of) });
      const whole = found.map((g, i) => g ?? zerosLike(shapes[by.out].tensors[i]));
      return new Tuple([
        packed(finished(results.tensors, create), results.tuple),
        packed(finished(whole, create), shapes[by.out].tuple),
      ]);
    });
}

const pulled: Multiply = ({ given, results, create, v }) => gradients(results.tensors, given.tensors, v, create);
const pushed: Multiply = ({ given, results, create, v }) => pushForward(results.tensors, given.tensors, v, create);
/** The Hessian is symmetric: its product with a vector is the gradient of the gradient's. */
const bent: Multiply = ({ given, results, create, v }) => {
  const slope = gradients(results.tensors, given.tensors, null, true);
  const used = slope.flatMap((g, i) => (g?.requiresGrad ? [i] : []));
  return gradients(
    used.map((i) => slope[i] as Tensor),
    given.tensors,
    used.map((i) => v[i]),
    create,
  );
};

export function functionalModule(): PyModule {
  const products = {
    vjp: product("vjp", false, { v: "results", out: "given" }, pulled),
    jvp: product("jvp", false, { v: "given", out: "results" }, pushed),
    hvp: product("hvp", true, { v: "given", out: "given" }, bent),
    vhp: product("vhp", true, { v: "given", out: "given" }, bent),
  };
  return new PyModule("torch.autograd.functional", [
    ...functions({
      jacobian: [
        "func, inputs, create_graph=, strict=, vectorize=, strategy=",
        jacobian,
        false,
        false,
        false,
        "reverse-mode",
      ],
      hessian: [
        "func, inputs, create_graph=, strict=, vectorize=, outer_jacobian_strategy=",
        hessian,
        false,
        false,
        false,
        "reverse-mode",
      ],
    }),
    ...Object.entries(products).map(([name, run]): [string, Value] => [
      name,
      native(name, "func, inputs, v=, create_graph=, strict=", run, [null, false, false]),
    ]),
  ]);
}
