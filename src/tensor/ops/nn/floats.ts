import { float32, float64, int64 } from "../../dtype";
import { fromNumbers, toNumbers } from "../../elements";
import { TorchError } from "../../errors";
import type { Sizes } from "../../shape";
import { emptyFrom, type Tensor } from "../../tensor";

/** What the kernels of this folder read and write. */
export type Floats = Float32Array | Float64Array;

/**
 * The elements of a tensor in row-major order: its own memory when it is contiguous and 32 or 64 bits wide (then
 * valid until the next allocation), else a converted copy.
 */
export function floats(t: Tensor): Floats {
  if ((t.dtype === float32 || t.dtype === float64) && t.isContiguous) {
    return (t.storage.data as Floats).subarray(t.offset, t.offset + t.numel);
  }
  return t.dtype === float64 || t.dtype.kind !== "float" ? toNumbers(t) : Float32Array.from(toNumbers(t));
}

/** The elements of an integer (or any other) tensor in row-major order. */
export function integers(t: Tensor): Float64Array {
  return toNumbers(t);
}

/** Lets `work` write the elements of a new contiguous tensor, unless the tensor is abstract. */
export function write(out: Tensor, work: (y: Floats) => void): Tensor {
  if (out.isAbstract || out.numel === 0) return out;
  if (out.dtype === float32 || out.dtype === float64) {
    work((out.storage.data as Floats).subarray(out.offset, out.offset + out.numel));
  } else {
    const wide = out.dtype.kind === "float" ? new Float32Array(out.numel) : new Float64Array(out.numel);
    work(wide);
    fromNumbers(out, wide);
  }
  return out;
}

/** A new tensor like `x` whose elements `work` writes. */
export function made(
  inputs: readonly Tensor[],
  sizes: Sizes,
  work: (y: Floats) => void,
  dtype = inputs[0].dtype,
): Tensor {
  return write(emptyFrom(inputs, sizes, dtype), work);
}

/** Working memory of a tensor's precision outside the heap. */
export function scratch(like: Tensor, length: number): Floats {
  return like.dtype === float64 ? new Float64Array(length) : new Float32Array(length);
}

/** Raises PyTorch's error for a kernel that has versions for floats and int64 only. */
export function checkFloatOrLong(t: Tensor, kernel: string): void {
  if (t.dtype !== int64) checkFloat(t, kernel);
}

/** Raises PyTorch's error for a kernel that has no version for integers. */
export function checkFloat(t: Tensor, kernel: string): void {
  if (t.dtype.kind !== "float") {
    throw new TorchError("NotImplementedError", `"${kernel}" not implemented for '${t.dtype.scalarName}'`);
  }
}

/** Rounds to the precision a tensor's kernels compute in. */
export function rounding(t: Tensor): (x: number) => number {
  return t.dtype === float64 ? (x) => x : Math.fround;
}
