/** Elements of tensors as Python numbers. */
import { accessOf, eachIndex, partNumbers } from "../../tensor/elements";
import { check } from "../../tensor/errors";
import { partsOfScalar, type Scalar, toFloat } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import type { Value } from "../type";
import { Complex } from "../values/complex";
import { normalize } from "../values/int";

/** All elements, row by row; int64 is exact. Throws DataDependent for a tensor without data. */
export function elementsOf(t: Tensor): Scalar[] {
  const out: Scalar[] = [];
  if (t.dtype.kind === "complex") {
    const pairs = partNumbers(t);
    for (let i = 0; i < pairs.length; i += 2) out.push(new Complex(pairs[i], pairs[i + 1]));
    return out;
  }
  const { data } = t.storage;
  const { get } = accessOf(t.dtype);
  const { kind } = t.dtype;
  eachIndex(t.sizes, t.strides, t.offset, (at) => {
    if (data instanceof BigInt64Array) out.push(normalize(data[at]));
    else if (kind === "float") out.push(toFloat(get(data, at)));
    else out.push(kind === "bool" ? get(data, at) !== 0 : get(data, at));
  });
  return out;
}

/** `t.item()`. */
export function itemOf(t: Tensor): Scalar {
  check(t.numel === 1, () => `a Tensor with ${t.numel} elements cannot be converted to Scalar`);
  return elementsOf(t)[0];
}

/** `t.tolist()`. */
export function toList(t: Tensor): Value {
  const elements = elementsOf(t);
  if (t.ndim === 0) return elements[0];
  let at = 0;
  const level = (d: number): Value[] =>
    Array.from({ length: t.sizes[d] }, () => (d === t.ndim - 1 ? elements[at++] : level(d + 1)));
  return level(0);
}

/** `bool(t)`. */
export function truthOf(t: Tensor): boolean {
  if (t.numel !== 1) {
    check(t.numel > 1, "Boolean value of Tensor with no values is ambiguous");
    check(false, "Boolean value of Tensor with more than one value is ambiguous");
  }
  return partsOfScalar(itemOf(t)).some((x) => x !== 0);
}
