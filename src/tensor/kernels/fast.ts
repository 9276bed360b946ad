import { bool, float32 } from "../dtype";
import { heap } from "../heap";
import type { Operand } from "../promote";
import { toNumber } from "../scalar";
import { broadcastStrides, type Sizes, sameSizes } from "../shape";
import type { Storage } from "../storage";
import { Tensor } from "../tensor";
import { isDense } from "./layout";
import { staged, unstage } from "./staging";
import { joinDims } from "./walk";
import { acceleration, address, FEW, kernels } from "./wasm";

/**
 * The WebAssembly kernels, and when they apply; plain loops do the rest (and are what the kernels are tested against).
 * The order of names is that of the codes in wasm/assembly/elementwise.ts.
 */
const unaryKernels = [
  "neg",
  "sqrt",
  "square",
  "relu",
  "exp",
  "tanh",
  "sigmoid",
  "log",
  "abs",
  "reciprocal",
  "rsqrt",
] as const;
const binaryKernels = [
  "add",
  "sub",
  "mul",
  "div",
  "tanh_backward",
  "sigmoid_backward",
  "relu_backward",
  "maximum",
  "minimum",
] as const;
const ternaryKernels = ["lerp", "addcmul", "addcdiv"] as const;
/** These give bools. */
const comparisonKernels = ["eq", "ne", "lt", "le", "gt", "ge"] as const;

/** Elementwise kernels that exist in WebAssembly. */
export type Accelerated =
  | (typeof unaryKernels)[number]
  | (typeof binaryKernels)[number]
  | (typeof ternaryKernels)[number]
  | (typeof comparisonKernels)[number]
  | "axpy"
  | "choose";

const codes = new Map<Accelerated, number>([
  ...unaryKernels.map((name, code) => [name, code] as const),
  ...binaryKernels.map((name, code) => [name, code] as const),
  ...ternaryKernels.map((name, code) => [name, code] as const),
  ...comparisonKernels.map((name, code) => [name, code] as const),
]);
const comparisons: ReadonlySet<Accelerated> = new Set(comparisonKernels);

/** Whether the kernel writes bools. */
export function givesBool(kernel: Accelerated): boolean {
  return comparisons.has(kernel);
}

/** Below this many multiplications of a matrix product a call costs more than it saves. */
const FEW_PRODUCTS = 1500;

/** Bytes of the heap's first page where scalar operands are put for a kernel to read. */
const SCALAR = 256;

/** Where an operand's elements are, with strides of the output's sizes. */
interface Place {
  readonly pointer: number;
  readonly strides: Sizes;
}

function placeOf(x: Operand, sizes: Sizes, slot: number): Place | null {
  if (x instanceof Tensor) {
    if (x.dtype !== float32) return null;
    return { pointer: address(x.storage, x.offset), strides: broadcastStrides(x.sizes, x.strides, sizes) };
  }
  const pointer = SCALAR + 16 * slot;
  new Float32Array(heap.buffer, pointer, 1)[0] = toNumber(x);
  return { pointer, strides: sizes.map(() => 0) };
}

/** Whether two tensors of equal sizes lie in memory in the same order without gaps. */
function aligned(a: Tensor, b: Tensor): boolean {
  if (!sameSizes(a.sizes, b.sizes)) return false;
  if (a.isContiguous) return b.isContiguous;
  return sameSizes(a.strides, b.strides) && isDense(a.sizes, a.strides);
}

/** Runs the WebAssembly kernel when the (float32) operands suit it; false: use the plain loop. */
export function accelerate(kernel: Accelerated, out: Tensor, operands: readonly Operand[], factor = 1): boolean {
  if (!acceleration.enabled || out.numel < FEW) return false;
  const [a, b, c] = operands;
  const to = address(out.storage, out.offset);
  if (kernel === "axpy") {
    if (!(a instanceof Tensor && b instanceof Tensor) || c instanceof Tensor || !aligned(out, a) || !aligned(a, b)) {
      return false;
    }
    kernels.axpy(to, address(a.storage, a.offset), address(b.storage, b.offset), toNumber(c), out.numel);
    return true;
  }
  const code = codes.get(kernel) as number;
  if (comparisons.has(kernel)) return comparison(code, out, a, b);
  if (kernel === "choose") return choice(out, a, b, c);
  if (operands.length === 3) {
    const places = flat(out, operands);
    if (!places) return false;
    const [x, y, z] = places;
    kernels.ternary(code, to, x.pointer, y.pointer, z.pointer, factor, out.numel, x.step, y.step, z.step);
    return true;
  }
  if (operands.length === 1) {
    if (!(a instanceof Tensor) || !aligned(out, a)) return false;
    kernels.unary(code, to, address(a.storage, a.offset), out.numel);
    return true;
  }
  return binary(code, out, a, b);
}

function binary(code: number, out: Tensor, a: Operand, b: Operand): boolean {
  if (a instanceof Tensor && b instanceof Tensor && aligned(out, a) && aligned(a, b)) {
    const [to, x, y] = [out, a, b].map((t) => address(t.storage, t.offset));
    kernels.binary(code, to, x, y, out.numel, 1, 1, 1, 0, 0, 0);
    return true;
  }
  const x = placeOf(a, out.sizes, 0);
  const y = placeOf(b, out.sizes, 1);
  if (!x || !y) return false;
  const { sizes, steps } = joinDims(out.sizes, [out.strides, x.strides, y.strides]);
  const last = sizes.length - 1;
  if (last < 0) {
    kernels.binary(code, address(out.storage, out.offset), x.pointer, y.pointer, 1, 1, 1, 1, 0, 0, 0);
    return true;
  }
  const inner = steps.map((s) => s[last]);
  if (inner[0] !== 1 || inner[1] + inner[2] === 0 || inner[1] > 1 || inner[2] > 1) return false;
  const row = last > 0 ? steps.map((s) => s[last - 1]) : [0, 0, 0];
  const rows = last > 0 ? sizes[last - 1] : 1;
  const at = [address(out.storage, out.offset), x.pointer, y.pointer];
  const index = sizes.map(() => 0);
  for (;;) {
    kernels.binary(code, at[0], at[1], at[2], sizes[last], inner[1], inner[2], rows, row[0], row[1], row[2]);
    let d = last - 2;
    for (; d >= 0; d--) {
      for (let k = 0; k < 3; k++) at[k] += steps[k][d] * 4;
      if (++index[d] < sizes[d]) break;
      for (let k = 0; k < 3; k++) at[k] -= steps[k][d] * sizes[d] * 4;
      index[d] = 0;
    }
    if (d < 0) return true;
  }
}

/** Operands that lie as the output does (step 1) or repeat one float (step 0); null when some do neither. */
function flat(out: Tensor, operands: readonly Operand[]): { pointer: number; step: number }[] | null {
  const places: { pointer: number; step: number }[] = [];
  for (const [i, x] of operands.entries()) {
    if (x instanceof Tensor) {
      if (x.dtype !== float32 || (x.numel !== 1 && !aligned(out, x))) return null;
      places.push({ pointer: address(x.storage, x.offset), step: x.numel === 1 ? 0 : 1 });
    } else {
      const pointer = SCALAR + 16 * i;
      new Float32Array(heap.buffer, pointer, 1)[0] = toNumber(x);
      places.push({ pointer, step: 0 });
    }
  }
  return places;
}

function comparison(code: number, out: Tensor, a: Operand, b: Operand): boolean {
  if (!out.isContiguous) return false;
  const places = flat(out, [a, b]);
  if (!places) return false;
  const [x, y] = places;
  kernels.compare(code, out.storage.pointer + out.offset, x.pointer, y.pointer, out.numel, x.step, y.step);
  return true;
}

function choice(out: Tensor, mask: Operand, a: Operand, b: Operand): boolean {
  if (!(mask instanceof Tensor) || mask.dtype.size !== 1 || !out.isContiguous || !aligned(out, mask)) return false;
  const places = flat(out, [a, b]);
  if (!places) return false;
  const [x, y] = places;
  const to = address(out.storage, out.offset);
  kernels.choose(to, mask.storage.pointer + mask.offset, x.pointer, y.pointer, out.numel, x.step, y.step);
  return true;
}

/** Copies elements of four bytes with any strides; false: use the plain loop. */
export function fastCopy(to: Tensor, from: Tensor, strides: Sizes): boolean {
  if (!acceleration.enabled || to.numel < FEW || to.dtype.size !== 4 || from.dtype !== to.dtype) return false;
  const { sizes, steps } = joinDims(to.sizes, [to.strides, strides]);
  const last = sizes.length - 1;
  if (last < 0 || (last === 0 && steps[0][0] === 1 && steps[1][0] === 1)) return false;
  let [o, a] = [address(to.storage, to.offset), address(from.storage, from.offset)];
  const [outSteps, inSteps] = steps;
  const rows = last > 0 ? sizes[last - 1] : 1;
  const index = sizes.map(() => 0);
  for (;;) {
    const [outRow, inRow] = last > 0 ? [outSteps[last - 1], inSteps[last - 1]] : [0, 0];
    kernels.copy2d(o, a, rows, sizes[last], outRow, inRow, outSteps[last], inSteps[last]);
    let d = last - 2;
    for (; d >= 0; d--) {
      o += outSteps[d] * 4;
      a += inSteps[d] * 4;
      if (++index[d] < sizes[d]) break;
      o -= outSteps[d] * sizes[d] * 4;
      a -= inSteps[d] * sizes[d] * 4;
      index[d] = 0;
    }
    if (d < 0) return true;
  }
}

/** Bools as float32, where both lie side by side; false: use the plain loop. */
export function fastWiden(to: Tensor, from: Tensor): boolean {
  if (!acceleration.enabled || to.numel < FEW || to.dtype !== float32 || from.dtype !== bool) return false;
  if (!to.isContiguous || !from.isContiguous) return false;
  kernels.widen(address(to.storage, to.offset), from.storage.pointer + from.offset, to.numel);
  return true;
}

/** One loop of a reduction. */
interface Loop {
  readonly size: number;
  readonly in: number;
  readonly out: number;
}

/** Adds sums over two loops to `out` with the WebAssembly kernel; false: use the plain loop. */
export function fastSum(x: Tensor, at: number, out: Tensor, to: number, first: Loop, second: Loop): boolean {
  if (x.dtype !== float32 || !acceleration.enabled || first.size * second.size < FEW) return false;
  const [inner, outer] = first.out !== 0 && second.out === 0 ? [second, first] : [first, second];
  if (inner.out !== 0) return false;
  const from = staged(x.storage, 0) + at * 4;
  const target = staged(out.storage, 1) + to * 4;
  kernels.sum2d(from, target, inner.size, inner.in, outer.size, outer.in, outer.out);
  unstage(out.storage, 1);
  return true;
}

/** The place of a matrix in a storage. */
interface Matrix {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** Room for packed blocks: the block sizes of wasm/assembly/gemm.ts. */
const WORK_BYTES = (128 + 1024) * 256 * 4 + 256;
let work = 0;

/** Address of the room that the kernel for matrix products works in. */
export function gemmWork(): number {
  if (work === 0) work = heap.allocate(WORK_BYTES);
  return work;
}

/** float32 matrix product with the WebAssembly kernel; false: use the plain loop. */
export function fastGemm(
  m: number,
  n: number,
  k: number,
  aStorage: Storage,
  a: Matrix,
  bStorage: Storage,
  b: Matrix,
  cStorage: Storage,
  c: Matrix,
  accumulate: boolean,
): boolean {
  if (!acceleration.enabled || m * n * k < FEW_PRODUCTS || (c.column !== 1 && n !== 1)) return false;
  const workspace = gemmWork();
  kernels.gemm(
    m,
    n,
    k,
    staged(aStorage, 0) + a.at * 4,
    a.row,
    a.column,
    staged(bStorage, 1) + b.at * 4,
    b.row,
    b.column,
    staged(cStorage, 2) + c.at * 4,
    c.row,
    Number(accumulate),
    workspace,
  );
  unstage(cStorage, 2);
  return true;
}

/** Blocks of 16 float32 uniforms become normals, where they lie in the heap; false where they do not. */
export function normalBlocks(uniforms: Float32Array, blocks: number, mean: number, std: number): boolean {
  if (!acceleration.enabled || uniforms.buffer !== heap.buffer) return false;
  kernels.normals(uniforms.byteOffset, blocks, mean, std);
  return true;
}
