import { checkWritable } from "../autograd/inplace";
import { bool, type DType } from "../dtype";
import { TorchError } from "../errors";
import { commonSizes, elementwise, type Rule } from "../kernels/elementwise";
import { defineOp, type Namespace, type Op } from "../op";
import { floatResultType, type Operand, resultType } from "../promote";
import { Tensor } from "../tensor";

export type Binary = [self: Operand, other: Operand];

/** How the result's dtype follows from the promoted one. */
export type ResultKind = "same" | "float" | "bool";

export interface BinarySpec {
  readonly name: string;
  readonly summary: string;
  readonly rule: Rule;
  readonly result?: ResultKind;
  /** Gradients of both operands (only those wanted are used). */
  readonly backward?: (grad: Tensor, self: Operand, other: Operand, needs: readonly boolean[]) => (Tensor | null)[];
  readonly gradName?: string | ((args: Binary) => string);
  /** PyTorch has no gradient rule: the result records the op, and backward raises. */
  readonly notDifferentiable?: boolean;
  /** Raises for dtypes that PyTorch refuses. */
  readonly check?: (dtype: DType, args: Binary) => void;
  readonly in?: readonly Namespace[];
  readonly aliases?: readonly string[];
  /** The first operand may be a number too. */
  readonly scalarFirst?: boolean;
  readonly inplace?: boolean;
}

const everywhere: readonly Namespace[] = ["torch", "Tensor"];

/** What the loop computes in and what comes out. */
function types(args: readonly Operand[], kind: ResultKind): [compute: DType, result: DType] {
  const compute = kind === "float" ? floatResultType(args) : resultType(args);
  return [compute, kind === "bool" ? bool : compute];
}

/** Defines an elementwise op of two operands, each a tensor or a number. */
export function binary(spec: BinarySpec): Op<Binary, Tensor> {
  const { name, result = "same", backward } = spec;
  const rule = { kernel: `${name}_cpu`, ...spec.rule };
  const compute = (args: Binary, target?: Tensor): Tensor => {
    const [inner, outer] = types(args, result);
    spec.check?.(inner, args);
    return elementwise(rule, args, inner, outer, target);
  };
  const plain = {
    schema: `${name}.Tensor(Tensor self, Tensor other) -> Tensor`,
    overloads: [
      `${name}.Scalar(Tensor self, Scalar other) -> Tensor`,
      ...(spec.scalarFirst ? [`${name}.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`] : []),
    ],
    in: spec.in ?? everywhere,
    aliases: spec.aliases,
    summary: spec.summary,
    inplace: spec.inplace ?? result !== "bool",
    forward: (...args: Binary) => compute(args),
    into: sameTypeInto(compute, result),
    gradName: spec.gradName,
  };
  if (spec.notDifferentiable) {
    return defineOp({
      ...plain,
      gradName: "NotImplemented",
      backward: () => {
        throw new TorchError("RuntimeError", `derivative for aten::${name} is not implemented`);
      },
    });
  }
  if (!backward) return defineOp(plain);
  return defineOp({
    ...plain,
    save: ([self, other]: Binary) => [self, other],
    backward: (grad, [self, other], needs) => backward(grad, self, other, needs),
  });
}

/** Straight into the target only when that has the result's dtype and sizes; `overwrite` checks the rest. */
function sameTypeInto(compute: (args: Binary, target?: Tensor) => Tensor, kind: ResultKind) {
  return {
    fits: (target: Tensor, ...args: Binary): boolean => {
      const other = args[1];
      // Sizes and dtypes are refused before the kernel is asked.
      checkWritable(target, commonSizes(args), types(args, kind)[1]);
      return (
        types(args, kind)[1] === target.dtype &&
        (!(other instanceof Tensor) || (other.ndim <= target.ndim && broadcasts(other, target)))
      );
    },
    run: (target: Tensor, ...args: Binary): void => {
      compute(args, target);
    },
  };
}

/** Whether `other` broadcasts to the target's sizes without widening them. */
export function broadcasts(other: Tensor, target: Tensor): boolean {
  const lead = target.ndim - other.ndim;
  return lead >= 0 && other.sizes.every((n, d) => n === 1 || n === target.sizes[d + lead]);
}
