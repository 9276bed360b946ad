import { ATTRIBUTES, type PyType, TYPE, type Typed, type Value } from "../type";
import { tupleType } from "../types";

/** A Python tuple; named tuples and `torch.Size` are tuples of a class of their own. */
export class Tuple implements Typed {
  readonly [TYPE]: PyType;
  readonly [ATTRIBUTES]: Map<string, Value> | undefined;

  constructor(
    readonly items: readonly Value[],
    type: PyType = tupleType,
  ) {
    this[TYPE] = type;
    this[ATTRIBUTES] = type.heap ? new Map() : undefined;
  }
}
