import { bfloat16, bool, type DType, float16, float32, float64, int64, type TypedArray } from "../dtype";
import { accessOf } from "../elements";
import { modes } from "../modes";
import type { Operand } from "../promote";
import { toNumber } from "../scalar";
import { broadcastSizes, broadcastStrides, type Sizes } from "../shape";
import { empty, Tensor } from "../tensor";
import { complexElementwise, notImplemented } from "./complex_elementwise";
import type { ComplexRule } from "./complex_math";
import { converted, copyInto } from "./convert";
import { type Accelerated, accelerate, givesBool } from "./fast";
import { elementwiseStrides, withStrides } from "./layout";
import { smallElementwise } from "./small";
import { type Row, walk } from "./walk";

type Numeric = (...xs: number[]) => number;
type Exact = (...xs: bigint[]) => bigint | boolean;

/** What an elementwise op computes for one element. Results are rounded to the output's dtype when stored. */
export interface Rule {
  readonly number: Numeric;
  /** For float32 where PyTorch rounds intermediate results to float32 too. */
  readonly single?: Numeric;
  /** For int64, exactly. Without it int64 is computed in doubles. */
  readonly exact?: Exact;
  /** Name of the WebAssembly kernel for contiguous float32. */
  readonly fast?: Accelerated;
  /** The first operand is a mask of bytes, read as it is. */
  readonly maskFirst?: boolean;
  /** For complex numbers; without it they are refused. */
  readonly complex?: ComplexRule;
  /** PyTorch's name of the kernel, for the text of that refusal. */
  readonly kernel?: string;
  /** A constant that the kernel multiplies with. */
  readonly factor?: number;
}

/** Common sizes of the operands that are tensors. */
export function commonSizes(operands: readonly Operand[]): Sizes {
  let sizes: Sizes = [];
  for (const x of operands) if (x instanceof Tensor) sizes = broadcastSizes(sizes, x.sizes);
  return sizes;
}

/**
 * Computes `rule` over broadcast operands. They are read as `compute` (the promoted type), the result has dtype
 * `result`; written to `target` when that is given (it must have the broadcast sizes).
 */
export function elementwise(
  rule: Rule,
  operands: readonly Operand[],
  compute: DType,
  result: DType = compute,
  target?: Tensor,
): Tensor {
  if (target === undefined && compute === float32 && result === float32 && !rule.maskFirst) {
    const out = smallElementwise(rule, operands);
    if (out) return out;
  }
  if (compute.kind === "complex" && !rule.complex) throw notImplemented(rule.kernel ?? "elementwise_cpu", compute);
  const sizes = commonSizes(operands);
  const abstract = modes.abstract || operands.some((x) => x instanceof Tensor && x.isAbstract);
  const out = target ?? laidOut(operands, empty(sizes, result, abstract));
  if (out.isAbstract || abstract || out.numel === 0) return out;
  if (compute.kind === "complex") {
    if (rule.complex) complexElementwise(rule.complex, out, operands, compute);
    return out;
  }
  const inner = innerType(compute, rule);
  const temporary: Tensor[] = [];
  const read = operands.map((x, i) => {
    if (!(x instanceof Tensor) || x.dtype === inner || (i === 0 && rule.maskFirst)) return x;
    const copy = converted(x, inner);
    temporary.push(copy);
    return copy;
  });
  // A target of another type than the loop writes takes a second step.
  const direct = out.dtype === (result === compute ? inner : result);
  const into = direct ? out : empty(sizes, result === bool ? bool : inner);
  run(rule, into, read, inner);
  if (!direct) {
    copyInto(out, into);
    into.storage.release();
  }
  for (const t of temporary) t.storage.release();
  return out;
}

/** The result keeps the memory order of the operands. */
function laidOut(operands: readonly Operand[], fresh: Tensor): Tensor {
  if (fresh.ndim < 2) return fresh;
  const tensors = operands.filter((x): x is Tensor => x instanceof Tensor);
  return withStrides(fresh, elementwiseStrides(tensors, fresh.sizes));
}

/** The type the loop computes in: 16-bit floats in float32, int64 without an exact rule in doubles. */
function innerType(compute: DType, rule: Rule): DType {
  if (compute === float16 || compute === bfloat16) return float32;
  return compute === int64 && !rule.exact ? float64 : compute;
}

function run(rule: Rule, out: Tensor, operands: readonly Operand[], dtype: DType): void {
  if (rule.fast && dtype === float32) {
    const fits = out.dtype === (givesBool(rule.fast) ? bool : float32);
    if (fits && accelerate(rule.fast, out, operands, rule.factor)) return;
  }
  const strides: Sizes[] = [out.strides];
  const offsets = [out.offset];
  const data: Cells[] = [];
  for (const x of operands) {
    const isTensor = x instanceof Tensor;
    strides.push(isTensor ? broadcastStrides(x.sizes, x.strides, out.sizes) : new Array<number>(out.ndim).fill(0));
    offsets.push(isTensor ? x.offset : 0);
    data.push((isTensor ? x.storage.data : scalarCell(x, dtype)) as unknown as Cells);
  }
  let f = rule.number;
  if (dtype === float32 && rule.single) f = rule.single;
  else if (dtype === int64) f = rule.exact as unknown as Numeric;
  if (out.dtype === bool) f = asBool(f);
  walk(out.sizes, strides, offsets, rows[operands.length - 1](f, out.storage.data as unknown as Cells, data));
}

/** A bool holds 0 or 1 whatever the rule gives. */
function asBool(f: Numeric): Numeric {
  return (x, y, z) => (f(x, y, z) ? 1 : 0);
}

/** Typed arrays of any element type: rules and arrays are matched by `run`. */
interface Cells {
  [index: number]: number;
}

function scalarCell(x: Exclude<Operand, Tensor>, dtype: DType): TypedArray {
  const cell = new dtype.array(new ArrayBuffer(8), 0, 1);
  if (cell instanceof BigInt64Array && typeof x === "bigint") cell[0] = x;
  else accessOf(dtype).set(cell, 0, toNumber(x));
  return cell;
}

type MakeRow = (f: Numeric, out: Cells, arrays: readonly Cells[]) => Row;

/** The inner loops, by number of operands. */
const rows: readonly MakeRow[] = [
  (f, out, [a]) =>
    (n, [o, x], [so, sx]) => {
      for (let i = 0; i < n; i++) out[o + i * so] = f(a[x + i * sx]);
    },
  (f, out, [a, b]) =>
    (n, [o, x, y], [so, sx, sy]) => {
      for (let i = 0; i < n; i++) out[o + i * so] = f(a[x + i * sx], b[y + i * sy]);
    },
  (f, out, [a, b, c]) =>
    (n, [o, x, y, z], [so, sx, sy, sz]) => {
      for (let i = 0; i < n; i++) out[o + i * so] = f(a[x + i * sx], b[y + i * sy], c[z + i * sz]);
    },
];
