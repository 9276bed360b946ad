import { type PyType, TYPE, type Typed, type Value } from "../type";
import { moduleType } from "../types";

/** A Python module: a name and its attributes. */
export class PyModule implements Typed {
  readonly dict: Map<string, Value>;
  constructor(
    readonly name: string,
    entries: Iterable<readonly [string, Value]> = [],
    readonly builtin = false,
  ) {
    this.dict = new Map<string, Value>([["__name__", name]]);
    for (const [key, value] of entries) this.dict.set(key, value);
  }

  get [TYPE](): PyType {
    return moduleType;
  }
}
