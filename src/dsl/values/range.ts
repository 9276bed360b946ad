import { type PyType, TYPE, type Typed } from "../type";
import { rangeType } from "../types";

/** `range(start, stop, step)`. */
export class Range implements Typed {
  readonly length: number;
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  get [TYPE](): PyType {
    return rangeType;
  }

  at(i: number): number {
    return this.start + i * this.step;
  }
}
