/** `property`, `staticmethod`, `classmethod`, `super`. */
import { error } from "../exceptions";
import { apply } from "../function";
import { type PyType, TYPE, type Typed, type Value } from "../type";
import { classmethodType, propertyType, staticmethodType, superType, typeName } from "../types";

export class Property implements Typed {
  /** The name it was assigned to in its class. */
  name = "";
  constructor(
    readonly getter: Value,
    readonly setter: Value = null,
    readonly deleter: Value = null,
    readonly doc: Value = null,
  ) {}

  get [TYPE](): PyType {
    return propertyType;
  }

  read(owner: Value): Value {
    if (this.getter === null)
      throw error("AttributeError", `property '${this.name}' of '${typeName(owner)}' object has no getter`);
    return apply(this.getter, [owner]);
  }

  write(owner: Value, name: string, value: Value): void {
    if (this.setter === null)
      throw error("AttributeError", `property '${name}' of '${typeName(owner)}' object has no setter`);
    apply(this.setter, [owner, value]);
  }

  remove(owner: Value, name: string): void {
    if (this.deleter === null)
      throw error("AttributeError", `property '${name}' of '${typeName(owner)}' object has no deleter`);
    apply(this.deleter, [owner]);
  }
}

export class StaticMethod implements Typed {
  constructor(readonly target: Value) {}
  get [TYPE](): PyType {
    return staticmethodType;
  }
}

export class ClassMethod implements Typed {
  constructor(readonly target: Value) {}
  get [TYPE](): PyType {
    return classmethodType;
  }
}

/** `super()`: attributes of the classes after `type` in the order of `self`'s class. */
export class Super implements Typed {
  constructor(
    readonly type: PyType,
    readonly self: Value,
  ) {}
  get [TYPE](): PyType {
    return superType;
  }
}
