import { bool, complexOf, type DType, dtypeOfScalar, getDefaultDType, isDifferentiable, promoteTypes } from "./dtype";
import type { Scalar } from "./scalar";
import { Tensor } from "./tensor";

/** An operand of an elementwise op: Python numbers take part without becoming tensors. */
export type Operand = Tensor | Scalar;

/** Tensors with dimensions decide; 0-dim tensors, and after them Python numbers, only raise the kind. */
function priority(x: Operand): 0 | 1 | 2 {
  if (!(x instanceof Tensor) || x.isWrappedNumber) return 2;
  return x.ndim > 0 ? 0 : 1;
}

function dtypeOf(x: Operand): DType {
  if (!(x instanceof Tensor)) return dtypeOfScalar(x);
  if (!x.isWrappedNumber || !isDifferentiable(x.dtype)) return x.dtype;
  return x.dtype.kind === "complex" ? complexOf(getDefaultDType()) : getDefaultDType();
}

function combine(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null || lower === null) return higher ?? lower;
  if (higher.kind === "complex") return higher;
  if (higher.kind === "float") return lower.kind === "complex" ? complexOf(higher) : higher;
  if (lower.kind === "complex") return lower;
  return higher === bool || lower.kind === "float" ? promoteTypes(higher, lower) : higher;
}

/** `torch.result_type` of any number of operands. */
export function resultType(operands: readonly Operand[]): DType {
  if (operands.length === 2) {
    const [a, b] = operands;
    if (a instanceof Tensor && b instanceof Tensor && a.dtype === b.dtype) return a.dtype;
  }
  const classes: (DType | null)[] = [null, null, null];
  for (const x of operands) {
    const p = priority(x);
    const before = classes[p];
    classes[p] = before === null ? dtypeOf(x) : promoteTypes(before, dtypeOf(x));
  }
  return combine(combine(classes[0], classes[1]), classes[2]) as DType;
}

/** As `resultType`, with integers and bools counted as the default floating type (`/`, `exp`, …). */
export function floatResultType(operands: readonly Operand[]): DType {
  const dtype = resultType(operands);
  return isDifferentiable(dtype) ? dtype : getDefaultDType();
}
