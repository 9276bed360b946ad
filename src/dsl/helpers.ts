/** The object `$` that translated code calls: every operator, access and statement of Python that TypeScript lacks. */
import { attr, deleteAttribute, method, setAttribute } from "./attributes";
import { assert, type Entered, enter, matches, raise, reraise } from "./builtins/exceptions";
import { updateDict } from "./builtins/mappings";
import { makeClass, makeSuper } from "./class";
import { ARITY } from "./code";
import * as comparison from "./comparison";
import type { Context } from "./context";
import { caught, error } from "./exceptions";
import { call, define } from "./function";
import type { Importer } from "./imports";
import { deleteItem, getItem, setItem, unpack, unpackStar } from "./items";
import * as operators from "./operators";
import { matchClass, matchMapping, matchSequence } from "./pattern_matching";
import { get, method0, method1, method2, put, site } from "./sites";
import { closest } from "./spelling";
import { askWhetherToStop, checkInterrupt, steps } from "./steps";
import { format, repr } from "./text";
import { ATTRIBUTES, Kwargs, NullObject, type Value } from "./type";
import { Ellipsis } from "./types";
import { Bytes } from "./values/bytes";
import { Complex } from "./values/complex";
import { Dict } from "./values/dict";
import { PyFloat } from "./values/float";
import { Generator, PyIterator } from "./values/generator";
import { counted, iterate } from "./values/iterators";
import { PySet } from "./values/set";
import { Slice } from "./values/slice";
import { Tuple } from "./values/tuple";

/** A `**d` element of a dict display. */
class Spread {
  constructor(readonly mapping: Value) {}
}

function dict(items: readonly (readonly [Value, Value] | Spread)[]): Dict {
  const out = new Dict();
  for (const item of items) {
    if (item instanceof Spread) updateDict(out, [item.mapping]);
    else out.set(item[0], item[1]);
  }
  return out;
}

function keywords(named: Record<string, Value>, ...mappings: Value[]): Kwargs {
  const entries = new Map<string, Value>(Object.entries(named));
  for (const mapping of mappings) {
    const more = new Dict();
    updateDict(more, [mapping]);
    for (const [key, value] of more.pairs()) {
      if (typeof key !== "string") throw error("TypeError", "keywords must be strings");
      if (entries.has(key)) throw error("TypeError", `got multiple values for keyword argument '${key}'`);
      entries.set(key, value);
    }
  }
  return new Kwargs(entries);
}

/** `yield from v` inside a generator. */
function* yieldFrom(v: Value): globalThis.Generator<Value, Value, Value> {
  const inner: PyIterator = iterate(v);
  for (let sent: Value = null; ; ) {
    const step = inner.next(sent);
    if (step.done) return step.value;
    try {
      sent = yield step.value;
    } catch (thrown) {
      if (!(inner instanceof Generator)) throw thrown;
      const next = inner.throw(thrown);
      if (next.done) return next.value;
      sent = yield next.value;
    }
  }
}

/** A coroutine never waits for anything here: it runs when it is awaited. */
function runCoroutine(v: Value): Value {
  if (!(v instanceof PyIterator)) return v;
  for (;;) {
    const step = v.next();
    if (step.done) return step.value;
  }
}

/** `await v` inside a coroutine. */
// biome-ignore lint/correctness/useYield: called with `yield*`, and there is nothing to wait for
function* await_(v: Value): globalThis.Generator<Value, Value, Value> {
  return runCoroutine(v);
}

/** The helpers of one runtime. None of them but `begin` uses `this`. */
export function createHelpers(context: Context, importer: Importer) {
  const { host, globals, builtins } = context;
  const builtinObject: Record<string, Value> = Object.assign(new NullObject(), Object.fromEntries(builtins));

  function load(name: string): Value {
    const own = globals[name];
    if (own !== undefined) return own;
    const value = builtins.get(name);
    if (value !== undefined) return value;
    const exception = error("NameError", `name '${name}' is not defined`);
    exception.suggest = () => closest(name, [...Object.keys(globals), ...builtins.keys()]);
    exception[ATTRIBUTES].set("name", name);
    throw exception;
  }

  function local(value: Value, name: string): Value {
    if (value !== undefined) return value;
    throw error("UnboundLocalError", `cannot access local variable '${name}' where it is not associated with a value`);
  }

  return {
    ...operators,
    ...comparison,
    not: (v: Value) => !comparison.truthy(v),
    /** Begins a cell: what its loops and calls ask is this runtime's host. Gives the helpers. */
    begin(this: object): object {
      askWhetherToStop(() => host.interrupted(), host.stepsBetweenQuestions);
      return this;
    },
    // ---- what fast paths read
    builtins: builtinObject,
    floor: Math.floor,
    list: Array,
    arity: ARITY,
    // ---- names, attributes, calls
    load,
    local,
    attr,
    setattr: setAttribute,
    delattr: deleteAttribute,
    method,
    method0,
    method1,
    method2,
    get,
    put,
    site,
    call,
    kw: keywords,
    getitem: getItem,
    setitem: setItem,
    delitem: deleteItem,
    slice: (start: Value, stop: Value, step: Value) => new Slice(start, stop, step),
    ellipsis: Ellipsis,
    // ---- literals
    float: (x: number) => new PyFloat(x),
    complex: (re: number, im: number) => new Complex(re, im),
    tuple: (...items: Value[]) => new Tuple(items),
    dict,
    spread: (mapping: Value) => new Spread(mapping),
    set: (items: Iterable<Value>) => new PySet(items),
    bytes: (text: string) => Bytes.fromLatin1(text),
    format,
    repr,
    ascii: (v: Value) => call(builtins.get("ascii"), v),
    // ---- loops
    steps,
    tick: checkInterrupt,
    iter: iterate,
    counted,
    unpack,
    unpackStar,
    yieldFrom,
    await_,
    runUntilDone: runCoroutine,
    matchSequence,
    matchMapping,
    matchClass,
    // ---- definitions
    def: define,
    class: makeClass,
    super: makeSuper,
    // ---- exceptions
    caught,
    matches,
    raise,
    reraise,
    assert_: assert,
    enter: (manager: Value): Entered => enter(manager),
    // ---- modules
    import_: (name: string, whole = false, plain = false) => importer.import(name, whole, plain),
    importFrom: (name: string, item: string, plain = false) => importer.from(name, item, plain),
    importStar: (name: string, into: Record<string, Value>) => importer.star(name, into),
    // ---- outputs and records
    display(value: Value): void {
      if (value !== null) host.result(value);
    },
    /** Where a cell's last values go, by slot: numbers and everything else. A session puts its own in front. */
    numbers: new Float64Array(0),
    values: [] as Value[],
    statement(i: number, run: () => void, names: readonly string[]): void {
      if (host.statement) host.statement(i, run, names);
      else run();
    },
  };
}

export type Helpers = ReturnType<typeof createHelpers>;
