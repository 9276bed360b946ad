import { type DType, float32, int64 } from "../dtype";
import { accessOf, numberToInt64 } from "../elements";
import { partsOfScalar, type Scalar, toFloat, toNumber } from "../scalar";
import type { Sizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import { partOf } from "./parts";
import { walk } from "./walk";

/** Writes one value everywhere. */
export function fillInto(target: Tensor, value: Scalar): void {
  if (target.dtype.kind === "complex") {
    const [re, im] = partsOfScalar(value);
    fillInto(partOf(target, 0), toFloat(re));
    fillInto(partOf(target, 1), toFloat(im));
    return;
  }
  const data = target.storage.data;
  if (target.dtype === float32 && target.isContiguous) {
    (data as Float32Array).fill(toNumber(value), target.offset, target.offset + target.numel);
    return;
  }
  // The stored form of the value, found once: one cell of the target's own kind.
  const cell = new target.dtype.array(new ArrayBuffer(8), 0, 1);
  if (target.dtype === int64) cell[0] = typeof value === "bigint" ? value : numberToInt64(toNumber(value));
  else accessOf(target.dtype).set(cell, 0, toNumber(value));
  const stored = cell[0];
  walk(target.sizes, [target.strides], [target.offset], (n, [o], [so]) => {
    if (so === 1) data.fill(stored as never, o, o + n);
    else for (let i = 0; i < n; i++) data[o + i * so] = stored;
  });
}

/** A new contiguous tensor that holds `value` everywhere. */
export function filled(sizes: Sizes, dtype: DType, value: Scalar, abstract?: boolean): Tensor {
  const out = empty(sizes, dtype, abstract);
  if (!out.isAbstract) fillInto(out, value);
  return out;
}
