import { bool, complexOf, type DType } from "../dtype";
import { accessOf, fromNumbers, partNumbers } from "../elements";
import { isScalar, partsOfScalar, type Scalar, toFloat } from "../scalar";
import { type Sizes, sameSizes } from "../shape";
import { empty, type Tensor } from "../tensor";
import { fastCopy, fastWiden } from "./fast";
import { fillInto } from "./fill";
import { pairsOf, partOf } from "./parts";
import { walk } from "./walk";

/** Copies the values of `source`, read with `strides` (of the target's sizes), into `target`, converting them. */
export function copyInto(target: Tensor, source: Tensor, strides: Sizes = source.strides): void {
  if (target.numel === 0 || fastCopy(target, source, strides)) return;
  if (strides === source.strides && sameSizes(target.sizes, source.sizes) && fastWiden(target, source)) return;
  if (target.dtype.kind === "complex" || source.dtype.kind === "complex") {
    copyComplex(target, source, strides);
    return;
  }
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

/** Floats become complex numbers without imaginary parts; complex numbers become their real parts. */
function copyComplex(target: Tensor, source: Tensor, strides: Sizes): void {
  const doubled = strides.map((s) => 2 * s);
  if (target.dtype === bool) {
    copyInto(target, nonzeroPairs(source.alias(target.sizes, strides)));
  } else if (target.dtype.kind !== "complex") {
    copyInto(target, partOf(source, 0), doubled);
  } else if (source.dtype.kind === "complex") {
    copyInto(pairsOf(target), pairsOf(source), [...doubled, 1]);
  } else {
    copyInto(partOf(target, 0), source, strides);
    fillInto(partOf(target, 1), 0);
  }
}

/** Where either part is not 0 (nan is not), as the element's bool. */
function nonzeroPairs(source: Tensor): Tensor {
  const out = empty(source.sizes, bool, false);
  const pairs = partNumbers(source);
  fromNumbers(
    out,
    Uint8Array.from({ length: out.numel }, (_, i) => (pairs[2 * i] !== 0 || pairs[2 * i + 1] !== 0 ? 1 : 0)),
  );
  return out;
}

/** What a function of real tensors and numbers gives for the real and for the imaginary parts, as complex numbers. */
export function byParts(run: (part: <T extends Tensor | Scalar>(z: T) => T) => Tensor): Tensor {
  const [re, im] = ([0, 1] as const).map((lane) =>
    run(<T extends Tensor | Scalar>(z: T): T => {
      if (isScalar(z)) return toFloat(partsOfScalar(z)[lane]) as T;
      return partOf(z, lane) as T;
    }),
  );
  return joined(re, im);
}

/** A new complex tensor of real and imaginary parts, which are given up. */
export function joined(re: Tensor, im: Tensor): Tensor {
  const out = empty(re.sizes, complexOf(re.dtype), re.isAbstract || im.isAbstract);
  if (out.isAbstract) return out;
  copyInto(partOf(out, 0), re);
  copyInto(partOf(out, 1), im);
  return out;
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
