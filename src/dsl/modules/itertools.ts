/** The `itertools` module. */
import { functions } from "../builtins/table";
import { compareEqual, truthy } from "../comparison";
import { apply, call, rawNative, splitKwargs } from "../function";
import { add } from "../operators";
import type { Value } from "../type";
import { builtinType } from "../type";
import { ClassMethod } from "../values/descriptors";
import { indexOf } from "../values/int";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

function* product(pools: readonly Value[][]): Iterable<Value[]> {
  if (pools.length === 0) {
    yield [];
    return;
  }
  for (const head of product(pools.slice(0, -1))) for (const item of pools[pools.length - 1]) yield [...head, item];
}

function* combinations(items: readonly Value[], r: number, again: boolean, from = 0): Iterable<Value[]> {
  if (r === 0) {
    yield [];
    return;
  }
  for (let i = from; i < items.length; i++) {
    for (const rest of combinations(items, r - 1, again, again ? i : i + 1)) yield [items[i], ...rest];
  }
}

function* permutations(items: readonly Value[], r: number): Iterable<Value[]> {
  if (r === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < items.length; i++) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)], r - 1)) yield [items[i], ...rest];
  }
}

function* tuples(rows: Iterable<Value[]>): Iterable<Value> {
  for (const row of rows) yield new Tuple(row);
}

function* count(start: Value, step: Value): Iterable<Value> {
  for (let n = start; ; n = add(n, step)) yield n;
}

function* cycle(items: Value): Iterable<Value> {
  const all = listOf(items);
  while (all.length > 0) yield* all;
}

function* repeat(v: Value, times: Value): Iterable<Value> {
  const n = times === null ? Infinity : (indexOf(times) ?? 0);
  for (let i = 0; i < n; i++) yield v;
}

function* chain(iterables: Iterable<Value>): Iterable<Value> {
  for (const items of iterables) for (const item of iterate(items)) yield item;
}

function* accumulate(items: Value, f: Value, initial: Value): Iterable<Value> {
  let total: Value = initial === null ? undefined : initial;
  if (total !== undefined) yield total;
  for (const item of iterate(items)) {
    total = total === undefined ? item : f === null ? add(total, item) : call(f, total, item);
    yield total;
  }
}

function* slice(items: Value, start: number, stop: number, step: number): Iterable<Value> {
  let i = 0;
  let next = start;
  if (next >= stop) return;
  for (const item of iterate(items)) {
    if (i++ !== next) continue;
    yield item;
    next += step;
    if (next >= stop) return;
  }
}

function* takeWhile(test: Value, items: Value): Iterable<Value> {
  for (const item of iterate(items)) {
    if (!truthy(call(test, item))) return;
    yield item;
  }
}

function* dropWhile(test: Value, items: Value): Iterable<Value> {
  let dropping = true;
  for (const item of iterate(items)) {
    if (dropping && truthy(call(test, item))) continue;
    dropping = false;
    yield item;
  }
}

function* groupBy(items: Value, key: Value): Iterable<Value> {
  let group: Value[] = [];
  let current: Value;
  for (const item of iterate(items)) {
    const k = key === null ? item : call(key, item);
    if (group.length > 0 && !compareEqual(k, current)) {
      yield new Tuple([current, new NativeIterator(group)]);
      group = [];
    }
    current = k;
    group.push(item);
  }
  if (group.length > 0) yield new Tuple([current, new NativeIterator(group)]);
}

function* zipLongest(iterables: readonly Value[], fill: Value): Iterable<Value> {
  const columns = iterables.map(listOf);
  const length = Math.max(0, ...columns.map((column) => column.length));
  for (let i = 0; i < length; i++) yield new Tuple(columns.map((column) => (i < column.length ? column[i] : fill)));
}

function* starMap(f: Value, items: Value): Iterable<Value> {
  for (const args of iterate(items)) yield apply(f, listOf(args));
}

function* pairwise(items: Value): Iterable<Value> {
  let before: Value;
  for (const item of iterate(items)) {
    if (before !== undefined) yield new Tuple([before, item]);
    before = item;
  }
}

function* batched(items: Value, n: number): Iterable<Value> {
  const all = listOf(items);
  for (let i = 0; i < all.length; i += n) yield new Tuple(all.slice(i, i + n));
}

const iterator = (items: Iterable<Value>): Value => new NativeIterator(items);

export function itertoolsModule(): PyModule {
  const chainType = builtinType("chain", undefined, { module: "itertools" });
  chainType.called = (_type, args) => iterator(chain(args));
  chainType.define(
    "from_iterable",
    new ClassMethod(rawNative("from_iterable", (_type, items) => iterator(chain(iterate(items))))),
  );
  return new PyModule("itertools", [
    ["chain", chainType],
    [
      "product",
      rawNative("product", (...args) => {
        const { positional, keywords } = splitKwargs(args);
        const pools = positional.map(listOf);
        const times = indexOf(keywords.get("repeat") ?? 1) ?? 1;
        return iterator(tuples(product(Array.from({ length: times }, () => pools).flat())));
      }),
    ],
    [
      "islice",
      rawNative("islice", (items, ...bounds) => {
        const [a, b, c] = bounds.map((bound) => (bound === null ? null : (indexOf(bound) ?? null)));
        return bounds.length === 1
          ? iterator(slice(items, 0, a ?? Infinity, 1))
          : iterator(slice(items, a ?? 0, b ?? Infinity, c ?? 1));
      }),
    ],
    [
      "zip_longest",
      rawNative("zip_longest", (...args) => {
        const { positional, keywords } = splitKwargs(args);
        return iterator(zipLongest(positional, keywords.get("fillvalue") ?? null));
      }),
    ],
    ...functions({
      accumulate: [
        "iterable, func=, *, initial=",
        (v: Value, f: Value, i: Value) => iterator(accumulate(v, f, i)),
        null,
        null,
      ],
      batched: ["iterable, n", (v: Value, n: number) => iterator(batched(v, n))],
      combinations: ["iterable, r", (v: Value, r: number) => iterator(tuples(combinations(listOf(v), r, false)))],
      combinations_with_replacement: [
        "iterable, r",
        (v: Value, r: number) => iterator(tuples(combinations(listOf(v), r, true))),
      ],
      count: ["start=, step=", (a: Value, b: Value) => iterator(count(a, b)), 0, 1],
      cycle: ["iterable, /", (v: Value) => iterator(cycle(v))],
      dropwhile: ["predicate, iterable, /", (f: Value, v: Value) => iterator(dropWhile(f, v))],
      groupby: ["iterable, key=", (v: Value, key: Value) => iterator(groupBy(v, key)), null],
      pairwise: ["iterable, /", (v: Value) => iterator(pairwise(v))],
      permutations: [
        "iterable, r=",
        (v: Value, r: Value) => iterator(tuples(permutations(listOf(v), r === null ? listOf(v).length : Number(r)))),
        null,
      ],
      repeat: ["object, times=", (v: Value, n: Value) => iterator(repeat(v, n)), null],
      starmap: ["function, iterable, /", (f: Value, v: Value) => iterator(starMap(f, v))],
      takewhile: ["predicate, iterable, /", (f: Value, v: Value) => iterator(takeWhile(f, v))],
    }),
  ]);
}
