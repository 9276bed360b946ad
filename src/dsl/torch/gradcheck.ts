/** `torch.autograd.gradcheck`: gradients against finite differences. */
import { fromNumbers, toNumbers } from "../../tensor/elements";
import { enableGrad, noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { empty, type Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error, exceptionType, valueError } from "../exceptions";
import { apply, rawNative } from "../function";
import { str } from "../text";
import { PyType, type Value } from "../type";
import { numberOf, toFloat } from "../values/float";
import { Tuple } from "../values/tuple";
import { gradients, tensorsIn } from "./differentiation";
import { runOp } from "./tensor_type";

export const gradcheckError = new PyType("GradcheckError", [exceptionType("RuntimeError")], {
  module: "torch.autograd.gradcheck",
});

const argumentsOf = (inputs: Value): Value[] =>
  isTensor(inputs) ? [inputs] : inputs instanceof Tuple ? [...inputs.items] : (inputs as Value[]);

/** The matrix of slopes: a row for each element of the input, a column for each of the output. */
type Slopes = Float64Array[];

function numerical(run: () => readonly Tensor[], input: Tensor, outputs: number, eps: number): Slopes[] {
  const at = Float64Array.from(toNumbers(input));
  const found: Slopes[] = Array.from({ length: outputs }, () => []);
  const values = (k: number, step: number): Float64Array[] => {
    const moved = at.slice();
    moved[k] += step;
    fromNumbers(input, moved);
    return run().map((t) => Float64Array.from(toNumbers(t)));
  };
  try {
    for (let k = 0; k < at.length; k++) {
      const [up, down] = [values(k, eps), values(k, -eps)];
      for (let o = 0; o < outputs; o++) found[o].push(up[o].map((v, j) => (v - down[o][j]) / (2 * eps)));
    }
  } finally {
    fromNumbers(input, at);
  }
  return found;
}

function analytical(output: Tensor, input: Tensor): Slopes {
  const rows: Slopes = Array.from({ length: input.numel }, () => new Float64Array(output.numel));
  const flat = runOp("reshape", output, [-1]) as Tensor;
  for (let j = 0; j < output.numel; j++) {
    const [g] = gradients([runOp("select", flat, 0, j) as Tensor], [input], null, false);
    if (g) toNumbers(g).forEach((v, k) => void (rows[k][j] = v));
  }
  return rows;
}

function asTensor(rows: Slopes, like: Tensor): Tensor {
  const out = empty([rows.length, rows[0]?.length ?? 0], like.dtype);
  fromNumbers(
    out,
    rows.flatMap((row) => Array.from(row)),
  );
  return out;
}

const close = (a: Slopes, b: Slopes, atol: number, rtol: number): boolean =>
  a.every((row, k) => row.every((v, j) => Math.abs(v - b[k][j]) <= atol + rtol * Math.abs(b[k][j])));

function gradcheck(f: Value, inputs: Value, eps: Value, atol: Value, rtol: Value, raise: Value): boolean {
  const args = argumentsOf(inputs);
  const leaves = args.flatMap(tensorsIn).filter((t) => t.requiresGrad);
  if (leaves.length === 0) {
    throw valueError(
      "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.",
    );
  }
  leaves.forEach((t, i) => {
    if (t.dtype.name === "float64") return;
    warn(
      `Input #${i} requires gradient and is not a double precision floating point or complex. This check will likely ` +
        "fail if all the inputs are not of double precision floating point or complex. ",
    );
  });
  const [step, absolute, relative] = [eps, atol, rtol].map((v) => numberOf(v) ?? 0);
  const outputs = enableGrad(() => tensorsIn(apply(f, [...args]))).filter((t) => t.requiresGrad);
  const values = (): readonly Tensor[] => noGrad(() => tensorsIn(apply(f, [...args])));
  for (const [i, input] of leaves.entries()) {
    const slopes = numerical(values, input, outputs.length, step);
    for (const [o, output] of outputs.entries()) {
      const own = analytical(output, input);
      if (close(own, slopes[o], absolute, relative)) continue;
      if (!truthy(raise)) return false;
      throw error(
        gradcheckError,
        `Jacobian mismatch for output ${o} with respect to input ${i},\n` +
          `numerical:${str(asTensor(slopes[o], output))}\nanalytical:${str(asTensor(own, output))}\n`,
      );
    }
  }
  return true;
}

function gradgradcheck(f: Value, inputs: Value, weights: Value, ...limits: Value[]): boolean {
  const args = argumentsOf(inputs);
  const outputs = enableGrad(() => tensorsIn(apply(f, [...args]))).filter((t) => t.requiresGrad);
  const given =
    weights === null
      ? outputs.map((t) => {
          const w = runOp("randn_like", runOp("detach", t)) as Tensor;
          w.leafRequiresGrad = true;
          return w;
        })
      : argumentsOf(weights).flatMap(tensorsIn);
  const slope = rawNative("new_func", (...all) => {
    const own = all.slice(0, args.length);
    const results = enableGrad(() => tensorsIn(apply(f, own))).filter((t) => t.requiresGrad);
    const by = own.flatMap(tensorsIn).filter((t) => t.requiresGrad);
    const found = enableGrad(() => gradients(results, by, tensorsIn(all.slice(args.length)), true));
    return new Tuple(found.filter((g) => g !== null));
  });
  const [eps, atol, rtol, raise] = limits;
  return gradcheck(slope, new Tuple([...args, ...given]), eps, atol, rtol, raise);
}

const limits = [toFloat(1e-6), toFloat(1e-5), toFloat(1e-3), true] as const;
const rest = "check_sparse_nnz=, nondet_tol=, check_undefined_grad=, check_grad_dtypes=, fast_mode=, masked=";

export const gradcheckFunctions: readonly (readonly [string, Value])[] = functions({
  gradcheck: [
    `func, inputs, *, eps=, atol=, rtol=, raise_exception=, ${rest}`,
    gradcheck,
    ...limits,
    false,
    toFloat(0),
    true,
    false,
    false,
    null,
  ],
  gradgradcheck: [
    `func, inputs, grad_outputs=, *, eps=, atol=, rtol=, raise_exception=, gen_non_contig_grad_outputs=, ${rest}`,
    gradgradcheck,
    null,
    ...limits,
    false,
    false,
    toFloat(0),
    true,
    false,
    false,
    null,
  ],
});
