/** `np.random.default_rng`: the Generator with PCG64. */
import { type DType, float32, float64, int64 } from "../../tensor/dtype";
import { tensorFromData } from "../../tensor/ops/creation";
import { numelOf } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError, valueError } from "../exceptions";
import { native } from "../function";
import { lengthOf, setItem } from "../items";
import { elementsOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import { builtinType, PyObject, type Value } from "../type";
import { toFloat } from "../values/float";
import { indexOf, isInt } from "../values/int";
import { listOf } from "../values/iterators";
import { addressText } from "../values/key";
import { Tuple } from "../values/tuple";
import { arrayData } from "./conversion";
import { dtypeArgument } from "./dtypes";
import { shapeOf } from "./methods";
import { NDArray, wrap } from "./ndarray";
import { Pcg64 } from "./pcg64";
import { choosePositions } from "./random_choice";
import { zigguratNormal } from "./ziggurat";

class RandomGenerator extends PyObject {
  constructor(readonly bits: Pcg64) {
    super(generatorType);
  }
}

const generatorType = builtinType("Generator", undefined, { module: "numpy.random._generator" });

const sizesOf = (size: Value): number[] | null => (size === null ? null : shapeOf(size));

function filled(size: Value, dtype: DType, draw: () => number): Value {
  const sizes = sizesOf(size);
  if (sizes === null) return dtype === int64 ? draw() : toFloat(draw());
  return new NDArray(tensorFromData(Array.from({ length: numelOf(sizes) }, draw), sizes, dtype));
}

/** A sampler of two parameters, which may be arrays that broadcast. */
function located(size: Value, a: Value, b: Value, draw: (a: number, b: number) => number): Value {
  const given = [arrayData(a, float64), arrayData(b, float64)];
  if (given.every((t) => t.ndim === 0)) {
    const [x, y] = given.map((t) => Number(elementsOf(t)[0]));
    return filled(size, float64, () => draw(x, y));
  }
  const [p, q] = (runOp("broadcast_tensors", ...given) as Tuple).items as Tensor[];
  const sizes = sizesOf(size) ?? p.sizes;
  const [x, y] = [p, q].map((t) => elementsOf(runOp("broadcast_to", t, new Tuple(sizes)) as Tensor).map(Number));
  return new NDArray(
    tensorFromData(
      x.map((value, i) => draw(value, y[i])),
      sizes,
      float64,
    ),
  );
}

function integers(g: Pcg64, low: Value, high: Value, size: Value, given: Value, endpoint: Value): Value {
  const [from, to] = (high === null ? [0, low] : [low, high]).map((v) => indexOf(v) ?? Math.trunc(Number(v)));
  const most = to - from - (truthy(endpoint) ? 0 : 1);
  if (most < 0) throw valueError(high === null ? "high <= 0" : "low >= high");
  const dtype = dtypeArgument(given) ?? int64;
  if (dtype.kind !== "int") throw typeError(`Unsupported dtype dtype('${dtype.name}') for integers`);
  const sizes = sizesOf(size);
  const n = numelOf(sizes ?? []);
  const offsets =
    dtype.size > 2 ? Array.from({ length: n }, () => g.upTo(most)) : g.narrow(most, dtype.size === 1 ? 8 : 16, n);
  const values = offsets.map((x) => x + from);
  return wrap(tensorFromData(values, sizes ?? [], dtype));
}

/** `count` different ones of n positions: the tail of a shuffle, or Floyd's algorithm. */
function different(g: Pcg64, n: number, count: number, mixed: boolean): number[] {
  if (n > 10000 && count > Math.floor(n / (mixed ? 50 : 20))) {
    const order = Array.from({ length: n }, (_, i) => i);
    exchange(order, (most) => g.upTo(most), Math.max(n - count, 1));
    return order.slice(n - count);
  }
  const taken = new Set<number>();
  for (let j = n - count; j < n; j++) {
    const drawn = g.upTo(j);
    taken.add(taken.has(drawn) ? j : drawn);
  }
  const places = [...taken];
  if (mixed) exchange(places, (most) => g.upTo(most));
  return places;
}

/** Fisher and Yates from the end down to `first`, each place exchanged with one that `draw` gives. */
function exchange(items: Value[], draw: (most: number) => number, first = 1): void {
  for (let i = items.length - 1; i >= first; i--) {
    const j = draw(i);
    [items[i], items[j]] = [items[j], items[i]];
  }
}

const rowsOf = (t: Tensor, order: readonly number[]): Tensor =>
  runOp("index_select", t, 0, tensorFromData(order, [order.length], int64)) as Tensor;

function choice(g: Pcg64, from: Value, size: Value, replace: Value, p: Value, mixed: Value): Value {
  const n = from instanceof NDArray ? undefined : indexOf(from);
  const pool = n === undefined ? arrayData(from) : null;
  const length = n ?? (pool as Tensor).sizes[0];
  if (length <= 0) throw valueError("a must be a positive integer unless no samples are taken");
  const sizes = sizesOf(size);
  const count = numelOf(sizes ?? []);
  let places: number[];
  if (p !== null) {
    const weights = elementsOf(arrayData(p, float64)).map(Number);
    places = choosePositions(g, length, count, truthy(replace), weights);
  } else if (truthy(replace)) places = Array.from({ length: count }, () => g.upTo(length - 1));
  else {
    if (count > length) throw valueError("Cannot take a larger sample than population when replace is False");
    places = different(g, length, count, truthy(mixed));
  }
  if (sizes === null) return pool ? wrap(runOp("select", pool, 0, places[0]) as Tensor) : places[0];
  const chosen = pool ? rowsOf(pool, places) : tensorFromData(places, [count], int64);
  return new NDArray(runOp("reshape", chosen, new Tuple([...sizes, ...(pool?.sizes.slice(1) ?? [])])) as Tensor);
}

function shuffle(g: Pcg64, items: Value): null {
  if (items instanceof NDArray) {
    runOp("copy_", items.tensor, rowsOf(items.tensor, g.permutation(items.tensor.sizes[0])));
    return null;
  }
  const before = listOf(items);
  g.permutation(lengthOf(items)).forEach((from, to) => void setItem(items, to, before[from]));
  return null;
}

function permutation(g: Pcg64, v: Value): Value {
  const n = v instanceof NDArray ? undefined : indexOf(v);
  if (n !== undefined) return new NDArray(tensorFromData(g.permutation(n), [n], int64));
  const t = arrayData(v);
  return new NDArray(rowsOf(t, g.permutation(t.sizes[0])));
}

methods(generatorType, {
  random: [
    "size=, dtype=, out=",
    ({ bits }: RandomGenerator, size: Value, given: Value) => {
      const dtype = dtypeArgument(given) ?? float64;
      return filled(size, dtype, dtype === float32 ? () => bits.float() : () => bits.double());
    },
    null,
    null,
    null,
  ],
  uniform: [
    "low=, high=, size=",
    ({ bits }: RandomGenerator, a: Value, b: Value, size: Value) =>
      located(size, a, b, (low, high) => low + (high - low) * bits.double()),
    0,
    1,
    null,
  ],
  standard_normal: [
    "size=",
    ({ bits }: RandomGenerator, size: Value) => filled(size, float64, () => zigguratNormal(bits)),
    null,
  ],
  normal: [
    "loc=, scale=, size=",
    ({ bits }: RandomGenerator, a: Value, b: Value, size: Value) =>
      located(size, a, b, (loc, scale) => loc + scale * zigguratNormal(bits)),
    0,
    1,
    null,
  ],
  integers: [
    "low, high=, size=, dtype=, endpoint=",
    (g: RandomGenerator, low: Value, high: Value, size: Value, dtype: Value, endpoint: Value) =>
      integers(g.bits, low, high, size, dtype, endpoint),
    null,
    null,
    null,
    false,
  ],
  choice: [
    "a, size=, replace=, p=, axis=, shuffle=",
    (g: RandomGenerator, a: Value, size: Value, replace: Value, p: Value, _axis: Value, mixed: Value) =>
      choice(g.bits, a, size, replace, p, mixed),
    null,
    true,
    null,
    0,
    true,
  ],
  shuffle: ["x", (g: RandomGenerator, items: Value) => shuffle(g.bits, items)],
  permutation: ["x", (g: RandomGenerator, v: Value) => permutation(g.bits, v)],
  __str__: ["", () => "Generator(PCG64)"],
  __repr__: ["", (g: RandomGenerator) => `Generator(PCG64) at ${addressText(g)}`],
});

/** The 32-bit words of a seed, low word first. */
function words(seed: Value): number[] {
  if (seed === null) return Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32));
  if (!isInt(seed)) return listOf(seed).flatMap(words);
  const out: number[] = [];
  for (let rest = BigInt(seed as number); rest > 0n; rest >>= 32n) out.push(Number(rest & 0xffffffffn));
  return out.length === 0 ? [0] : out;
}

export const generatorNames: readonly (readonly [string, Value])[] = [
  ["Generator", generatorType],
  [
    "default_rng",
    native(
      "default_rng",
      "seed=",
      (seed: Value) => (seed instanceof RandomGenerator ? seed : new RandomGenerator(new Pcg64(words(seed)))),
      [null],
    ),
  ],
];
