/**
 * The types of the TypeScript that Notegrad shows for a note's Python ("Show Translation"). This file declares what
 * Python brings: its builtins, its operators and what strings, lists and numbers can do. The modules (`torch`, `math`, …)
 * are in modules.generated.d.ts, which is written from the tables that also run the notes.
 */

/**
 * A Python value whose type is known only when the note runs. Python checks at run time, so TypeScript lets everything
 * through here; what is known to be a tensor, a module, a number or a text has its own type.
 */
// biome-ignore lint/suspicious/noExplicitAny: what Python checks when it runs, TypeScript cannot know
type Value = any;

/** `a[start:stop:step]`. */
interface Slice {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

/** A function of a module: takes positional arguments, then an object of those given by name. */
interface Operation<Result> {
  (...values: Value[]): Result;
  [name: string]: Value;
}

/** A class of a module: called to make an instance, with or without `new`, or extended. */
interface ClassOf<Instance> {
  (...values: Value[]): Instance;
  new (...values: Value[]): Instance;
  [name: string]: Value;
}

/** A Python dict: keys of any kind, in the order they came. Its entries are read as `d[key]`. */
interface Dict<_K = Value, V = Value> extends Iterable<Value> {
  [key: string | number]: Value;
  get(key: Value, fallback?: Value): Value;
  keys(): Iterable<Value> & Value;
  values(): Iterable<V> & Value;
  items(): Iterable<[Value, Value]> & Value;
}

interface Complex {
  readonly real: number;
  readonly imag: number;
  conjugate(): Complex;
}

interface Array<T> {
  /** A slice: `x.at(slice(1, 3))` is Python's `x[1:3]`. */
  at(index: Slice): T[];
  at(index: Value): T;
  append(item: Value): void;
  extend(items: Iterable<Value>): void;
  insert(place: number, item: Value): void;
  remove(item: Value): void;
  pop(place?: number): Value;
  clear(): void;
  /** The place of an item. (Optional because the matches of regular expressions are arrays too.) */
  index?: Value;
  count(item: Value): number;
  sort(options?: { key?: Value; reverse?: boolean }): this;
  copy(): T[];
}

interface ArrayConstructor {
  /** A list comprehension. */
  from<Item>(values: Value, each: (value: Value) => Item): Item[];
}

interface SetConstructor {
  new (values: Value): Set<Value>;
}

interface ReadonlyArray<T> {
  at(index: Slice): T[];
  at(index: Value): T;
}

interface Set<T> {
  update(...others: Iterable<Value>[]): void;
  remove(item: Value): void;
  discard(item: Value): void;
  pop(): T;
  copy(): Set<T>;
  [name: string]: Value;
}

interface Number {
  readonly real: number;
  readonly imag: number;
  bit_length(): number;
  is_integer(): boolean;
  item(): number;
  [name: string]: Value;
}

interface Function {
  [name: string]: Value;
}

interface Boolean {
  [name: string]: Value;
}

interface BigInt {
  [name: string]: Value;
}

interface String {
  at(index: Value): string;
  [name: string]: Value;
}

/** An import inside a function or a block. */
declare function require(module: string): Value;

declare module "notegrad" {
  /** Python's `a + b`, for tensors, lists and whatever else defines it. */
  export function add(a: Value, b: Value): Value;
  /** Python's `a - b`. */
  export function sub(a: Value, b: Value): Value;
  /** Python's `a * b`. */
  export function mul(a: Value, b: Value): Value;
  /** Python's `a / b`. */
  export function div(a: Value, b: Value): Value;
  /** Python's `a // b`: rounded down. */
  export function floorDiv(a: Value, b: Value): Value;
  /** Python's `a % b`: takes the sign of `b`. */
  export function mod(a: Value, b: Value): Value;
  /** Python's `a @ b`: the product of matrices. */
  export function matmul(a: Value, b: Value): Value;
  /** Python's `a ** b`. */
  export function pow(a: Value, b: Value, modulus?: Value): Value;
  export function lshift(a: Value, b: Value): Value;
  export function rshift(a: Value, b: Value): Value;
  export function bitAnd(a: Value, b: Value): Value;
  export function bitOr(a: Value, b: Value): Value;
  export function bitXor(a: Value, b: Value): Value;
  /** Python's `-a`. */
  export function neg(a: Value): Value;
  export function pos(a: Value): Value;
  /** Python's `~a`. */
  export function invert(a: Value): Value;
  /** Python's `a == b`: elementwise for tensors. */
  export function eq(a: Value, b: Value): Value;
  export function ne(a: Value, b: Value): Value;
  export function lt(a: Value, b: Value): Value;
  export function le(a: Value, b: Value): Value;
  export function gt(a: Value, b: Value): Value;
  export function ge(a: Value, b: Value): Value;
  /** Whether `a == b` is true, as `if` asks. */
  export function equal(a: Value, b: Value): boolean;
  /** Python's `item in collection`. */
  export function contains(collection: Value, item: Value): boolean;
  /** Whether Python takes a value for true: not 0, not empty, not None. */
  export function truthy(value: Value): boolean;
  /** `start:stop:step` between brackets. */
  export function slice(start?: Value, stop?: Value, step?: Value): Slice & Value;
  export const ellipsis: Value;
  /** `x[index] = value` for an index that TypeScript's brackets cannot hold. */
  export function setItem(x: Value, index: Value, value: Value): void;
  /** `del x[index]`. */
  export function deleteItem(x: Value, index: Value): void;
  /** `first, *middle, last = values`: with the starred part as one list. */
  export function unpack(values: Value, before: number, after: number): Value;
  /** A value in the form of a format specification: `format(x, ".4f")`. */
  export function format(value: Value, specification?: Value): string;
  /** `"%d items" % n`. */
  export function formatPercent(template: string, values: Value): string;
  export function dict(entries?: Value, ...more: Value[]): Dict & Value;
  export function bytes(...text: Value[]): Value;
  export function complex(real: Value, imaginary?: Value): Complex & Value;
  /** A class with several bases. */
  export function mixin(...bases: Value[]): Value;
  /** `super(type, object)`. */
  export function superOf(...place: Value[]): Value;
  export function assert(condition: Value, message?: Value): void;
  /** The exception that is being handled. */
  export function currentException(): Value;
  /** `raise exception from cause`. */
  export function raiseFrom(exception: Value, cause: Value): Value;

  export function print(...values: Value[]): void;
  export function len(value: Value): number;
  export function range(...bounds: Value[]): Iterable<number> & Value;
  export function repr(value: Value): string;
  export function ascii(value: Value): string;
  export function str(...value: Value[]): string;
  export function chr(code: Value): string;
  export function input(prompt?: Value): string;
  export function isinstance(value: Value, type: Value): boolean;
  export function issubclass(type: Value, parent: Value): boolean;
  export function callable(value: Value): boolean;
  export function hasattr(value: Value, name: string): boolean;
  export function int(...value: Value[]): number & Value;
  export function float(...value: Value[]): number & Value;
  export function ord(char: Value): number;
  export function id(value: Value): number;
  export function display(...values: Value[]): void;
  export const __name__: string;
  export const __file__: string;
}
