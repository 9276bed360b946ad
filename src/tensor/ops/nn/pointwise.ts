import { check } from "../../errors";
import { type FastActivation, fastActivation } from "../../kernels/fast_activation";
import { defineOp, type Namespace, type Op } from "../../op";
import { type Scalar, toNumber } from "../../scalar";
import { sameSizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";
import { lastGradient } from "../last_gradient";
import { checkFloat, floats, made, write } from "./floats";

/** A function of one number with its first two derivatives; `p` holds the op's numeric settings. */
export interface Pointwise {
  readonly f: (x: number, p: readonly number[]) => number;
  readonly d: (x: number, p: readonly number[]) => number;
  /** Null: PyTorch's gradient has no gradient either. */
  readonly d2: ((x: number, p: readonly number[]) => number) | null;
  /** The kernel for f and d, where there is one with these settings. */
  readonly fast?: (p: readonly number[]) => FastActivation | null;
}

/** A new tensor of the values of `f` (that `fast` computes too) at the elements of `x`. */
export function mapped(x: Tensor, f: (x: number) => number, fast: FastActivation | null = null): Tensor {
  const out = emptyFrom([x], x.sizes);
  if (fast && fastActivation(fast, out, x, null)) return out;
  return write(out, (y) => {
    const a = floats(x);
    for (let i = 0; i < a.length; i++) y[i] = f(a[i]);
  });
}

/** A new tensor of the values of `f` at the elements of two tensors of equal sizes. */
export function zipped(x: Tensor, z: Tensor, f: (x: number, z: number) => number): Tensor {
  if (!sameSizes(x.sizes, z.sizes)) throw new Error("operands of different sizes");
  return made([x, z], x.sizes, (y) => {
    const a = floats(x);
    const b = floats(z);
    for (let i = 0; i < a.length; i++) y[i] = f(a[i], b[i]);
  });
}

type Derivative = (grad: Tensor, x: Tensor, settings: readonly number[]) => Tensor;

/** `grad · d(x)`, itself differentiable once more. */
function derivativeOp(name: string, { d, d2, fast }: Pointwise): Derivative {
  const first = (grad: Tensor, x: Tensor, p: readonly number[]): Tensor => {
    const kernel = fast?.(p);
    if (kernel && sameSizes(grad.sizes, x.sizes)) {
      const out = emptyFrom([grad, x], x.sizes);
      if (fastActivation(kernel, out, x, grad)) return out;
    }
    return zipped(grad, x, (g, v) => g * d(v, p));
  };
  if (d2 === null) {
    const last = lastGradient(`${name}_backward`);
    return (grad, x, p) => last([grad, x], () => first(grad, x, p));
  }
  const op: Op<[Tensor, Tensor, readonly number[]], Tensor> = defineOp({
    schema: `${name}_backward(Tensor grad_output, Tensor self, float[] settings) -> Tensor`,
    in: ["internal"],
    summary: `The gradient of ${name}.`,
    forward: first,
    save: ([grad, x, p]) => [grad, x, p],
    backward: (gg, [grad, x, p], needs) => [
      needs[0] ? op(gg, x, p) : null,
      needs[1]
        ? zipped(
            gg,
            zipped(grad, x, (g, v) => g * d2(v, p)),
            (a, b) => a * b,
          )
        : null,
    ],
  });
  return op;
}

export interface PointwiseSpec extends Pointwise {
  readonly name: string;
  /** Settings after the input, as in a schema: "float negative_slope=0.01". */
  readonly settings?: string;
  readonly in: readonly Namespace[];
  readonly summary: string;
  readonly gradName: string;
  /** Raises for settings that PyTorch refuses. */
  readonly check?: (p: readonly number[], x: Tensor) => void;
  /** There is a kernel for integers too. */
  readonly integers?: boolean;
  /** Name of the kernel in the error for integers. */
  readonly kernel?: string;
  /** Settings that the function itself needs, from those given. */
  readonly derive?: (given: readonly number[]) => readonly number[];
}

/** Settings arrive as Scalars in schema order; text settings become 1 when they are "tanh", else 0. */
export function settingNumbers(values: readonly unknown[]): number[] {
  return values.map((v) => {
    if (typeof v !== "string") return toNumber(v as Scalar);
    check(v === "tanh" || v === "none", "approximate argument must be either none or tanh.");
    return v === "tanh" ? 1 : 0;
  });
}

/** Defines an elementwise op with its gradient and second derivative. */
export function definePointwise(spec: PointwiseSpec): Op<[Tensor, ...Scalar[]], Tensor> {
  const derivative = derivativeOp(spec.name, spec);
  const { f, derive = (p) => p } = spec;
  return defineOp({
    schema: `${spec.name}(Tensor self${spec.settings ? `, ${spec.settings}` : ""}) -> Tensor`,
    in: spec.in,
    summary: spec.summary,
    inplace: spec.in.includes("torch") || spec.in.includes("Tensor"),
    gradName: spec.gradName,
    forward: (x: Tensor, ...settings: Scalar[]) => {
      if (!spec.integers || x.dtype.kind === "bool") checkFloat(x, spec.kernel ?? `${spec.name}_cpu`);
      const p = derive(settingNumbers(settings));
      spec.check?.(p, x);
      return mapped(x, (v) => f(v, p), spec.fast?.(p));
    },
    save: ([x, ...settings]) => [x, derive(settingNumbers(settings))] as const,
    backward: (grad, [x, p]) => [derivative(grad, x, p)],
  });
}
