import type { DType } from "../dtype";
import { accessOf } from "../elements";
import { type Sizes, sameSizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import { fastCopy, fastWiden } from "./fast";
import { walk } from "./walk";

/** Copies the values of `source`, read with `strides` (of the target's sizes), into `target`, converting them. */
export function copyInto(target: Tensor, source: Tensor, strides: Sizes = source.strides): void {
  if (target.numel === 0 || fastCopy(target, source, strides)) return;
  if (strides === source.strides && sameSizes(target.sizes, source.sizes) && fastWiden(target, source)) return;
  const to = target.storage.data;
  const from = source.storage.data;
  const offsets = [target.offset, source.offset];
  if (target.dtype === source.dtype) {
    walk(target.sizes, [target.strides, strides], offsets, (n, [o, a], [so, sa]) => {
      if (so === 1 && sa === 1 && n >= 32) to.set(from.subarray(a, a + n) as never, o);
      else for (let i = 0; i < n; i++) to[o + i * so] = from[a + i * sa];
    });
    return;
  }
  if (from instanceof BigInt64Array && target.dtype.kind === "int") {
    const bits = target.dtype.size * 8;
    walk(target.sizes, [target.strides, strides], offsets, (n, [o, a], [so, sa]) => {
      for (let i = 0; i < n; i++) to[o + i * so] = Number(BigInt.asIntN(bits, from[a + i * sa]));
    });
    return;
  }
  const { get } = accessOf(source.dtype);
  const { set } = accessOf(target.dtype);
  walk(target.sizes, [target.strides, strides], offsets, (n, [o, a], [so, sa]) => {
    for (let i = 0; i < n; i++) set(to, o + i * so, get(from, a + i * sa));
  });
}

/** A contiguous copy with another (or the same) dtype, outside the graph. */
export function converted(source: Tensor, dtype: DType): Tensor {
  const out = empty(source.sizes, dtype, source.isAbstract);
  if (!out.isAbstract) copyInto(out, source);
  return out;
}

/** `source` itself when its elements lie row-major, else a contiguous copy; outside the graph. */
export function compact(source: Tensor): Tensor {
  return source.isContiguous ? source : converted(source, source.dtype);
}
