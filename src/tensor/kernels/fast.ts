import type { Operand } from "../promote";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";

/** Elementwise kernels that exist in WebAssembly. */
export type Accelerated =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "sqrt"
  | "square"
  | "exp"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "tanh_backward"
  | "sigmoid_backward"
  | "relu_backward";

/** Runs the WebAssembly kernel when the operands suit it; false: use the plain loop. */
export function accelerate(_kernel: Accelerated, _out: Tensor, _operands: readonly Operand[]): boolean {
  return false;
}

/** One loop of a reduction. */
interface Loop {
  readonly size: number;
  readonly in: number;
  readonly out: number;
}

/** Adds sums over two loops to `out` with the WebAssembly kernel; false: use the plain loop. */
export function fastSum(_x: Tensor, _at: number, _out: Tensor, _to: number, _inner: Loop, _outer: Loop): boolean {
  return false;
}

/** The place of a matrix in a storage. */
interface Matrix {
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** float32 matrix product with the WebAssembly kernel; false: use the plain loop. */
export function fastGemm(
  _m: number,
  _n: number,
  _k: number,
  _aStorage: Storage,
  _a: Matrix,
  _bStorage: Storage,
  _b: Matrix,
  _cStorage: Storage,
  _c: Matrix,
  _accumulate: boolean,
): boolean {
  return false;
}
