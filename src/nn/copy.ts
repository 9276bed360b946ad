import { converted } from "../tensor/kernels/convert";
import { Tensor } from "../tensor/tensor";
import { Module } from "./module";

/** Copies already made, so that what is shared stays shared. */
export type Memo = Map<object, unknown>;

/** A leaf with its own memory and the same values, flags and gradient. */
export function copyTensor(t: Tensor): Tensor {
  const copy = t.isAbstract ? t.alias() : converted(t, t.dtype);
  copy.isParameter = t.isParameter;
  copy.leafRequiresGrad = t.leafRequiresGrad;
  if (t.grad) copy.grad = copyTensor(t.grad);
  return copy;
}

/**
 * A deep copy of a module: its own fields, parameters, buffers and children. Values other than tensors, modules,
 * arrays and maps are passed through `other` (by default kept).
 */
export function copyModule<M extends Module>(
  module: M,
  memo: Memo = new Map(),
  other: (value: unknown, memo: Memo) => unknown = (v) => v,
): M {
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = memo.get(value);
    if (known !== undefined) return known;
    if (value instanceof Tensor) return remember(value, copyTensor(value));
    if (value instanceof Module) return copyModule(value, memo, other);
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, copy(v)]));
    if (value instanceof Set) return new Set(value);
    return other(value, memo);
  };
  const remember = <T>(from: object, to: T): T => {
    memo.set(from, to);
    return to;
  };
  const made = remember(module, Object.create(Object.getPrototypeOf(module)) as M);
  for (const key of Object.keys(module)) {
    (made as Record<string, unknown>)[key] = copy((module as Record<string, unknown>)[key]);
  }
  return made;
}
