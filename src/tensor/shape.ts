import { check, TorchError } from "./errors";

export type Sizes = readonly number[];

export function numelOf(sizes: Sizes): number {
  let n = 1;
  for (let i = 0; i < sizes.length; i++) n *= sizes[i];
  return n;
}

/** Row-major strides, in elements. */
export function contiguousStrides(sizes: Sizes): number[] {
  const strides = new Array<number>(sizes.length);
  let step = 1;
  for (let i = sizes.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(1, sizes[i]);
  }
  return strides;
}

export function sameSizes(a: Sizes, b: Sizes): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `[2, 3]`, as C++ texts print sizes. */
export function formatSizes(sizes: Sizes): string {
  return `[${sizes.join(", ")}]`;
}

/** A dimension in `[0, ndim)`; raises IndexError as PyTorch words it. A 0-dim tensor accepts 0 and -1. */
export function wrapDim(dim: number, ndim: number): number {
  const n = Math.max(ndim, 1);
  check(
    dim >= -n && dim < n,
    () => `Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`,
    "IndexError",
  );
  return dim < 0 ? dim + n : dim;
}

/** The sizes two tensors broadcast to. */
export function broadcastSizes(a: Sizes, b: Sizes): Sizes {
  if (sameSizes(a, b)) return a;
  const ndim = Math.max(a.length, b.length);
  const out = new Array<number>(ndim);
  // From the last dimension on: the error names the one that PyTorch finds first.
  for (let i = ndim - 1; i >= 0; i--) {
    const x = a[a.length - ndim + i] ?? 1;
    const y = b[b.length - ndim + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TorchError(
        "RuntimeError",
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`,
      );
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Strides that read a tensor of `sizes`/`strides` as if it had the broadcast sizes `to`. */
export function broadcastStrides(sizes: Sizes, strides: Sizes, to: Sizes): number[] {
  const lead = to.length - sizes.length;
  return to.map((n, i) => (i < lead || (sizes[i - lead] === 1 && n !== 1) ? 0 : strides[i - lead]));
}
