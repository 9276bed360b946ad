/** `torch.autograd.gradcheck` and `gradgradcheck`: gradients against differences of function values. */
import { grad } from "../../tensor/autograd/engine";
import { fromNumbers, toNumbers } from "../../tensor/elements";
import { enableGrad, noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { empty, type Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error, exceptionType } from "../exceptions";
import { apply, rawNative } from "../function";
import { repr } from "../text";
import { builtinType, type Value } from "../type";
import { Tuple } from "../values/tuple";
import { runOp } from "./tensor_type";

const gradcheckError = builtinType("GradcheckError", [exceptionType("RuntimeError")], {
  module: "torch.autograd.gradcheck",
});

const listed = (v: Value): readonly Value[] => (v instanceof Tuple ? v.items : Array.isArray(v) ? v : [v]);
const tensorsOf = (v: Value): Tensor[] => listed(v).filter(isTensor);

function matrix(rows: number, columns: number, numbers: Float64Array, like: Tensor): Tensor {
  const out = empty([rows, columns], like.dtype);
  fromNumbers(out, numbers);
  return out;
}

/** Rows are elements of the input, columns elements of the output, by central differences. */
function numerical(run: () => Tensor, x: Tensor, eps: number): Float64Array {
  const values = toNumbers(x);
  const columns = run().numel;
  const found = new Float64Array(values.length * columns);
  for (let i = 0; i < values.length; i++) {
    const at = (shift: number): Float64Array => {
      fromNumbers(x, values.with(i, values[i] + shift));
      return Float64Array.from(toNumbers(run()));
    };
    const [above, below] = [at(eps), at(-eps)];
    for (let k = 0; k < columns; k++) found[i * columns + k] = (above[k] - below[k]) / (2 * eps);
  }
  fromNumbers(x, values);
  return found;
}

function analytical(output: Tensor, x: Tensor): Float64Array {
  const columns = output.numel;
  const found = new Float64Array(x.numel * columns);
  for (let k = 0; k < columns; k++) {
    const seed = runOp("zeros_like", output) as Tensor;
    fromNumbers(
      seed,
      Array.from({ length: columns }, (_, j) => Number(j === k)),
    );
    const [slope] = grad([output], [x], [seed], { retainGraph: true, allowUnused: true });
    if (slope) toNumbers(slope).forEach((v, i) => void (found[i * columns + k] = v));
  }
  return found;
}

interface Limits {
  readonly eps: number;
  readonly atol: number;
  readonly rtol: number;
}

function check(f: Value, inputs: readonly Value[], { eps, atol, rtol }: Limits): void {
  const wanted = inputs.filter((x): x is Tensor => isTensor(x) && x.requiresGrad);
  if (wanted.length === 0) {
    throw error(
      "ValueError",
      "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.",
    );
  }
  const outputs = enableGrad(() => tensorsOf(apply(f, [...inputs])));
  for (const [o, output] of outputs.entries()) {
    for (const [n, x] of wanted.entries()) {
      const run = (): Tensor => noGrad(() => tensorsOf(apply(f, [...inputs]))[o]);
      const differences = numerical(run, x, eps);
      const gradients = output.requiresGrad ? analytical(output, x) : new Float64Array(differences.length);
      if (differences.every((d, i) => Math.abs(gradients[i] - d) <= atol + rtol * Math.abs(d))) continue;
      const shown = (numbers: Float64Array): string => repr(matrix(x.numel, output.numel, numbers, x));
      throw error(
        gradcheckError,
        `Jacobian mismatch for output ${o} with respect to input ${n},\nnumerical:${shown(differences)}\n` +
          `analytical:${shown(gradients)}\n`,
      );
    }
  }
}

const OPTIONS = "eps=, atol=, rtol=, raise_exception=, *rest, **more";

function answering(raise: Value, run: () => void): boolean {
  try {
    run();
    return true;
  } catch (thrown) {
    if (truthy(raise)) throw thrown;
    return false;
  }
}

const limits = (eps: Value, atol: Value, rtol: Value): Limits => ({
  eps: Number(eps),
  atol: Number(atol),
  rtol: Number(rtol),
});

/** The gradients of `f` as a function of its inputs and of what flows into its outputs. */
function gradientFunction(f: Value, count: number): Value {
  return rawNative("gradient", (...args) => {
    const inputs = args.slice(0, count);
    const outputs = tensorsOf(apply(f, inputs)).filter((y) => y.requiresGrad);
    const wanted = inputs.filter((x): x is Tensor => isTensor(x) && x.requiresGrad);
    const found = grad(outputs, wanted, args.slice(count) as Tensor[], { createGraph: true, allowUnused: true });
    return new Tuple(found.filter((g) => g !== null));
  });
}

export const gradientChecks: readonly [string, Value][] = [
  ["GradcheckError", gradcheckError],
  ...functions({
    gradcheck: [
      `func, inputs, ${OPTIONS}`,
      (f: Value, inputs: Value, eps: Value, atol: Value, rtol: Value, raise: Value) =>
        answering(raise, () => check(f, listed(inputs), limits(eps, atol, rtol))),
      ...[1e-6, 1e-5, 1e-3, true],
    ],
    gradgradcheck: [
      `func, inputs, grad_outputs=, ${OPTIONS}`,
      (f: Value, inputs: Value, seeds: Value, eps: Value, atol: Value, rtol: Value, raise: Value) =>
        answering(raise, () => {
          const given = listed(inputs);
          const flows =
            seeds === null
              ? tensorsOf(apply(f, [...given])).map((y) => {
                  const seed = runOp("randn_like", runOp("detach", y)) as Tensor;
                  seed.leafRequiresGrad = true;
                  return seed;
                })
              : listed(seeds);
          check(gradientFunction(f, given.length), [...given, ...flows], limits(eps, atol, rtol));
        }),
      ...[null, 1e-6, 1e-5, 1e-3, true],
    ],
  }),
];
