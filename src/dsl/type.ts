/**
 * Python classes. Every Python value has a `PyType`: primitives by `typeof` (see `types.ts`), everything else through
 * the `TYPE` symbol, which note code cannot spell. Attribute tables are Maps, so nothing of JavaScript shows through.
 */

/** Any Python value in its JavaScript form; `undefined` is never one: it means "not given" or "unbound". */
export type Value = unknown;

export const TYPE: unique symbol = Symbol("python type");
/** The key of an instance's own attributes (`__dict__`), a `Map<string, Value>`. */
export const ATTRIBUTES: unique symbol = Symbol("python attributes");

/**
 * An object without a prototype whose properties engines store as those of an instance (`Object.create(null)` makes a
 * hash table).
 */
export const NullObject = function NullObject() {} as unknown as new () => Record<string, Value>;
NullObject.prototype = Object.create(null);

export interface Typed {
  readonly [TYPE]: PyType;
}

/** Where an instance keeps attributes of its own; modules of neural networks bring their own rules. */
export interface Fields {
  get(owner: Value, name: string): Value | undefined;
  /** Returns false when instances have no attributes of their own. */
  set(owner: Value, name: string, value: Value): boolean;
  delete(owner: Value, name: string): boolean;
  names(owner: Value): Iterable<string>;
}

const plainFields: Fields = {
  get: (owner, name) => attributesOf(owner)?.get(name),
  set(owner, name, value) {
    const own = attributesOf(owner);
    own?.set(name, value);
    return own !== undefined;
  },
  delete: (owner, name) => attributesOf(owner)?.delete(name) ?? false,
  names: (owner) => attributesOf(owner)?.keys() ?? [],
};

/** The instance dictionary of a value, when it has one. */
export function attributesOf(owner: Value): Map<string, Value> | undefined {
  if (typeof owner !== "object" && typeof owner !== "function") return undefined;
  return (owner as { [ATTRIBUTES]?: Map<string, Value> } | null)?.[ATTRIBUTES];
}

/** Bumped whenever a class changes after its creation: lookup caches of an older epoch are dropped. */
let epoch = 0;

export const classesEpoch = (): number => epoch;

export interface TypeOptions {
  module?: string;
  qualname?: string;
  doc?: string | null;
  meta?: PyType;
  /** Makes the bare instance (`__new__`); inherited from the first base that has one. */
  create?: (type: PyType, args: Value[]) => Value;
  fields?: Fields;
  dict?: Iterable<[string, Value]>;
}

export class PyType {
  readonly dict: Map<string, Value>;
  readonly mro: readonly PyType[];
  module: string;
  qualname: string;
  doc: string | null;
  readonly meta: PyType | undefined;
  create: (type: PyType, args: Value[]) => Value;
  fields: Fields;
  /** Classes written in a note; the others may not be changed. */
  readonly heap: boolean;
  /** Called for every class derived from this one (enums, dataclass-like bases). */
  derived: ((type: PyType) => void) | undefined;
  /** Replaces the usual "make, then `__init__`" when the class is called. */
  called: ((type: PyType, args: Value[]) => Value) | undefined;
  #cache = new Map<string, Value>();
  #epoch = epoch;

  constructor(
    public name: string,
    readonly bases: readonly PyType[],
    options: TypeOptions & { heap?: boolean } = {},
  ) {
    this.dict = new Map(options.dict);
    this.mro = linearize(this, bases);
    this.module = options.module ?? "builtins";
    this.qualname = options.qualname ?? name;
    this.doc = options.doc ?? null;
    this.heap = options.heap ?? false;
    this.meta = options.meta ?? bases.find((base) => base.meta)?.meta;
    const solid = this.mro.slice(1).find((base) => base.name !== "object");
    this.create = options.create ?? solid?.create ?? bases[0]?.create ?? ((type) => new PyObject(type));
    this.fields = options.fields ?? solid?.fields ?? plainFields;
    this.derived = bases.find((base) => base.derived)?.derived;
    this.called = bases.find((base) => base.called)?.called;
  }

  get [TYPE](): PyType {
    return this.meta ?? typeType;
  }

  /** The attribute as it stands in the class or a base (not bound to anything). */
  lookup(name: string): Value | undefined {
    if (this.#epoch !== epoch) {
      this.#cache.clear();
      this.#epoch = epoch;
    }
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached === ABSENT ? undefined : cached;
    let found: Value;
    for (const type of this.mro) {
      found = type.dict.get(name);
      if (found !== undefined) break;
    }
    this.#cache.set(name, found === undefined ? ABSENT : found);
    return found;
  }

  /** The attribute in the classes after `after` (what `super()` sees). */
  lookupAfter(after: PyType, name: string): Value | undefined {
    for (let i = this.mro.indexOf(after) + 1; i < this.mro.length; i++) {
      const found = this.mro[i].dict.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  define(name: string, value: Value): void {
    this.dict.set(name, value);
    epoch++;
  }

  undefine(name: string): boolean {
    epoch++;
    return this.dict.delete(name);
  }

  isSubtypeOf(other: PyType): boolean {
    return this === other || this.mro.includes(other);
  }

  /** How the class names itself in `<class '…'>`. */
  get fullName(): string {
    return this.module === "builtins" ? this.qualname : `${this.module}.${this.qualname}`;
  }
}

const ABSENT = Symbol("absent");

/** C3 linearization of the bases; throws a plain Error whose text is CPython's (the caller makes it a TypeError). */
function linearize(type: PyType, bases: readonly PyType[]): readonly PyType[] {
  const queues = [...bases.map((base) => [...base.mro]), [...bases]];
  const order = [type];
  for (;;) {
    const rest = queues.filter((queue) => queue.length > 0);
    if (rest.length === 0) return order;
    const next = rest.map((queue) => queue[0]).find((head) => rest.every((queue) => queue.indexOf(head) < 1));
    if (next === undefined) {
      const names = bases.map((base) => base.name).join(", ");
      throw new InconsistentBases(`Cannot create a consistent method resolution\norder (MRO) for bases ${names}`);
    }
    order.push(next);
    for (const queue of rest) if (queue[0] === next) queue.shift();
  }
}

export class InconsistentBases extends Error {}

/** An instance of a class written in Python (or of a small native class without state of its own). */
export class PyObject implements Typed {
  readonly [ATTRIBUTES] = new Map<string, Value>();
  [TYPE]: PyType;
  constructor(type: PyType) {
    this[TYPE] = type;
  }
}

/** Keyword arguments of a call: always the last argument. */
export class Kwargs {
  constructor(readonly entries: Map<string, Value>) {}
}

/** An attribute computed by native code; a data descriptor. Without `set` it is read-only. */
export class Getter {
  constructor(
    readonly get: (owner: never) => Value,
    readonly set?: (owner: never, value: Value) => void,
    readonly doc: string | null = null,
  ) {}
  get [TYPE](): PyType {
    return getsetType;
  }
}

export const objectType = new PyType("object", []);
export const typeType: PyType = new PyType("type", [objectType]);
const getsetType = new PyType("getset_descriptor", [objectType]);

/** A class that comes with the runtime. */
export function builtinType(name: string, bases: readonly PyType[] = [objectType], options: TypeOptions = {}): PyType {
  return new PyType(name, bases, options);
}
