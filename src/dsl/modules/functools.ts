/** The `functools` and `operator` modules. */
import { attr } from "../attributes";
import { functions, getters, methods } from "../builtins/table";
import { CODE } from "../code";
import * as comparison from "../comparison";
import { typeError } from "../exceptions";
import { apply, call, isFunction, native, rawNative, splitKwargs } from "../function";
import { deleteItem, getItem, setItem } from "../items";
import * as operators from "../operators";
import { repr } from "../text";
import { ATTRIBUTES, builtinType, Kwargs, PyObject, type PyType, type Value } from "../type";
import { Dict } from "../values/dict";
import { iterate } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

class Partial extends PyObject {
  constructor(
    readonly f: Value,
    readonly args: readonly Value[],
    readonly keywords: ReadonlyMap<string, Value>,
  ) {
    super(partialType);
  }

  call(args: readonly Value[]): Value {
    const more = splitKwargs(args);
    const keywords = new Map([...this.keywords, ...more.keywords]);
    const positional = [...this.args, ...more.positional];
    return apply(this.f, keywords.size > 0 ? [...positional, new Kwargs(keywords)] : positional);
  }
}

const partialType = builtinType("partial", undefined, { module: "functools" });
partialType.called = (_type, [f, ...args]) => {
  const { positional, keywords } = splitKwargs(args);
  return new Partial(f, positional, keywords);
};
partialType.define(
  "__call__",
  rawNative("__call__", (partial, ...args) => (partial as Partial).call(args)),
);
getters(partialType, {
  func: (p: Partial) => p.f,
  args: (p: Partial) => new Tuple(p.args),
  keywords: (p: Partial) => new Dict(p.keywords),
});
methods(partialType, {
  __repr__: [
    "",
    (p: Partial) => {
      const named = Array.from(p.keywords, ([name, v]) => `${name}=${repr(v)}`);
      return `functools.partial(${[repr(p.f), ...p.args.map(repr), ...named].join(", ")})`;
    },
  ],
});

/** `@wraps(f)`: the wrapper takes f's name and doc. */
function wraps(f: Value): Value {
  return native("wraps", "wrapper, /", (wrapper: Value) => {
    if (!isFunction(wrapper)) return wrapper;
    if (isFunction(f)) {
      const { name, qualname, doc } = f[CODE];
      Object.assign(wrapper[CODE], { name, qualname, doc });
    }
    wrapper[ATTRIBUTES].set("__wrapped__", f);
    return wrapper;
  });
}

/** `@lru_cache`, `@cache`: results by arguments. */
function cached(f: Value): Value {
  const results = new Dict();
  let [hits, misses] = [0, 0];
  const wrapper = rawNative(isFunction(f) ? f[CODE].name : "cached", (...args) => {
    const { positional, keywords } = splitKwargs(args);
    const key = new Tuple([...positional, ...Array.from(keywords, (pair) => new Tuple(pair))]);
    let value = results.get(key);
    if (value === undefined) {
      misses++;
      value = apply(f, args);
      results.set(key, value);
    } else hits++;
    return value;
  });
  wrapper[ATTRIBUTES].set(
    "cache_clear",
    native("cache_clear", "", () => void results.clear()),
  );
  wrapper[ATTRIBUTES].set(
    "cache_info",
    native("cache_info", "", () => new Tuple([hits, misses, null, results.size])),
  );
  wrapper[ATTRIBUTES].set("__wrapped__", f);
  return wrapper;
}

function lruCache(v: Value): Value {
  return isFunction(v) ? cached(v) : native("decorator", "f, /", cached);
}

function reduce(f: Value, items: Value, initial: Value): Value {
  let total = initial;
  for (const item of iterate(items)) total = total === undefined ? item : call(f, total, item);
  if (total === undefined) throw typeError("reduce() of empty iterable with no initial value");
  return total;
}

/** `@total_ordering`: the comparisons that follow from `__lt__` and `__eq__`. */
function totalOrdering(type: PyType): PyType {
  const less = (a: Value, b: Value) => comparison.truthy(comparison.lt(a, b));
  const equal = comparison.compareEqual;
  const rules: Record<string, (a: Value, b: Value) => boolean> = {
    __le__: (a, b) => less(a, b) || equal(a, b),
    __gt__: (a, b) => !less(a, b) && !equal(a, b),
    __ge__: (a, b) => !less(a, b),
  };
  for (const [name, rule] of Object.entries(rules)) {
    if (type.lookup(name) === undefined) type.define(name, native(name, "self, other, /", rule));
  }
  return type;
}

export function functoolsModule(): PyModule {
  return new PyModule("functools", [
    ["partial", partialType],
    ...functions({
      wraps: ["wrapped, assigned=, updated=", wraps, null, null],
      cache: ["user_function, /", cached],
      lru_cache: ["maxsize=, typed=", lruCache, 128, false],
      reduce: ["function, iterable, initial=, /", reduce, undefined],
      total_ordering: ["cls", totalOrdering],
      cached_property: ["func", (f: Value) => new CachedProperty(f)],
      cmp_to_key: ["mycmp", (f: Value) => native("K", "obj", (v: Value) => new ComparisonKey(f, v))],
    }),
  ]);
}

/** Computed once, then an attribute of the instance. */
class CachedProperty extends PyObject {
  constructor(readonly f: Value) {
    super(cachedPropertyType);
  }
}
const cachedPropertyType = builtinType("cached_property", undefined, { module: "functools" });
methods(cachedPropertyType, {
  __set_name__: [
    "owner, name, /",
    (p: CachedProperty, _owner: Value, name: string) => {
      p[ATTRIBUTES].set("name", name);
      return null;
    },
  ],
  __get__: [
    "instance, owner, /",
    (p: CachedProperty, instance: Value) => {
      if (!(instance instanceof PyObject)) return p;
      const value = call(p.f, instance);
      instance[ATTRIBUTES].set(String(p[ATTRIBUTES].get("name")), value);
      return value;
    },
  ],
});

class ComparisonKey extends PyObject {
  constructor(
    readonly f: Value,
    readonly value: Value,
  ) {
    super(comparisonKeyType);
  }
}
const comparisonKeyType = builtinType("K", undefined, { module: "functools" });
methods(comparisonKeyType, {
  __lt__: ["other, /", (a: ComparisonKey, b: ComparisonKey) => comparison.lt(call(a.f, a.value, b.value), 0)],
});

/** `itemgetter(1)`, `attrgetter("a.b")`, `methodcaller("lower")`. */
const itemGetter = (...keys: Value[]): Value =>
  native("itemgetter", "obj, /", (o: Value) =>
    keys.length === 1 ? getItem(o, keys[0]) : new Tuple(keys.map((key) => getItem(o, key))),
  );

const path = (o: Value, names: Value): Value =>
  String(names)
    .split(".")
    .reduce<Value>((at, name) => attr(at, name), o);
const attributeGetter = (...names: Value[]): Value =>
  native("attrgetter", "obj, /", (o: Value) =>
    names.length === 1 ? path(o, names[0]) : new Tuple(names.map((name) => path(o, name))),
  );

export function operatorModule(): PyModule {
  const two: Record<string, (a: Value, b: Value) => Value> = {
    add: operators.add,
    sub: operators.sub,
    mul: operators.mul,
    truediv: operators.truediv,
    floordiv: operators.floordiv,
    mod: operators.mod,
    pow: operators.pow,
    matmul: operators.matmul,
    and_: operators.and_,
    or_: operators.or_,
    xor: operators.xor,
    lshift: operators.lshift,
    rshift: operators.rshift,
    iadd: operators.iadd,
    eq: comparison.eq,
    ne: comparison.ne,
    lt: comparison.lt,
    le: comparison.le,
    gt: comparison.gt,
    ge: comparison.ge,
    is_: comparison.is_,
    is_not: comparison.isNot,
    contains: comparison.contains,
    getitem: getItem,
    delitem: (o, k) => void deleteItem(o, k),
  };
  const one: Record<string, (a: Value) => Value> = {
    neg: operators.neg,
    pos: operators.pos,
    inv: operators.invert,
    invert: operators.invert,
    not_: (v) => !comparison.truthy(v),
    truth: comparison.truthy,
  };
  return new PyModule("operator", [
    ...Object.entries(two).map(([name, f]): [string, Value] => [name, native(name, "a, b, /", f)]),
    ...Object.entries(one).map(([name, f]): [string, Value] => [name, native(name, "a, /", f)]),
    ["itemgetter", rawNative("itemgetter", itemGetter)],
    ["attrgetter", rawNative("attrgetter", attributeGetter)],
    [
      "methodcaller",
      rawNative("methodcaller", (name, ...args) =>
        native("methodcaller", "obj, /", (o: Value) => apply(attr(o, String(name)), args)),
      ),
    ],
    ["setitem", native("setitem", "a, b, c, /", (o: Value, k: Value, v: Value) => void setItem(o, k, v))],
  ]);
}
