import { typeError, valueError } from "../exceptions";
import { type PyType, TYPE, type Typed, type Value } from "../type";
import { sliceType } from "../types";
import { indexOf } from "./int";

/** `start:stop:step`; null where absent. */
export class Slice implements Typed {
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {}

  get [TYPE](): PyType {
    return sliceType;
  }

  /** Start, stop, step and number of items for a sequence of `length` items. */
  indices(length: number): { start: number; stop: number; step: number; count: number } {
    const step = bound(this.step) ?? 1;
    if (step === 0) throw valueError("slice step cannot be zero");
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const clamp = (value: number | null, otherwise: number) =>
      value === null ? otherwise : Math.min(Math.max(value < 0 ? value + length : value, low), high);
    const start = clamp(bound(this.start), step > 0 ? low : high);
    const stop = clamp(bound(this.stop), step > 0 ? high : low);
    return { start, stop, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
  }

  /** The chosen items of a sequence. */
  of<T>(items: readonly T[]): T[] {
    const { start, step, count } = this.indices(items.length);
    if (step === 1) return items.slice(start, start + count);
    return Array.from({ length: count }, (_, i) => items[start + i * step]);
  }
}

function bound(v: Value): number | null {
  if (v === null) return null;
  const index = indexOf(v);
  if (index === undefined) {
    throw typeError("slice indices must be integers or None or have an __index__ method");
  }
  return index;
}
