import { float32 } from "../dtype";
import { modes } from "../modes";
import type { Operand } from "../promote";
import { Double } from "../scalar";
import { sameSizes } from "../shape";
import { Storage } from "../storage";
import { Tensor } from "../tensor";
import type { Rule } from "./elementwise";

/** Above this the general path and its kernels are worth their preparations. */
const MOST = 96;

/**
 * A rule over a few float32 elements that lie side by side, with numbers or tensors of the same sizes beside them: the
 * common case of small notes, without preparations. Null where it is not that case.
 */
export function smallElementwise(rule: Rule, operands: readonly Operand[]): Tensor | null {
  const a = operands[0];
  if (!(a instanceof Tensor) || modes.abstract || !suits(a)) return null;
  const f = rule.single ?? rule.number;
  const n = a.numel;
  const x = a.storage.data as Float32Array;
  const from = a.offset;
  if (operands.length === 1) {
    const out = like(a);
    const to = out.storage.data as Float32Array;
    for (let i = 0; i < n; i++) to[i] = f(x[from + i]);
    return out;
  }
  const b = operands[1];
  if (operands.length !== 2) return null;
  if (b instanceof Tensor) {
    return suits(b) && sameSizes(a.sizes, b.sizes) ? pair(rule, a, b) : null;
  }
  const given = b instanceof Double ? b.value : b;
  if (typeof given !== "number") return null;
  const y = Math.fround(given);
  const out = like(a);
  const to = out.storage.data as Float32Array;
  for (let i = 0; i < n; i++) to[i] = f(x[from + i], y);
  return out;
}

/** `smallElementwise` for the most usual operands: two float32 tensors of equal sizes. */
export function smallPair(rule: Rule, a: Operand, b: Operand): Tensor | null {
  if (!(a instanceof Tensor && b instanceof Tensor) || modes.abstract || !suits(a) || !suits(b)) return null;
  return sameSizes(a.sizes, b.sizes) ? pair(rule, a, b) : null;
}

function pair(rule: Rule, a: Tensor, b: Tensor): Tensor {
  const f = rule.single ?? rule.number;
  const out = like(a);
  const to = out.storage.data as Float32Array;
  const x = a.storage.data as Float32Array;
  const y = b.storage.data as Float32Array;
  const from = a.offset;
  const other = b.offset;
  for (let i = 0; i < to.length; i++) to[i] = f(x[from + i], y[other + i]);
  return out;
}

/** The result has the operand's sizes and strides. */
function like(a: Tensor): Tensor {
  return new Tensor(Storage.allocate(float32, a.numel), a.sizes, a.strides);
}

function suits(t: Tensor): boolean {
  if (t.numel > MOST || t.storage.dtype !== float32 || t.storage.isAbstract) return false;
  // Strictly: the result takes the strides over, and new tensors have these even where a size is 1.
  const { sizes, strides } = t;
  let step = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    if (strides[d] !== step) return false;
    if (sizes[d] > 1) step *= sizes[d];
  }
  return true;
}
