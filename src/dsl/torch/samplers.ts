/** Samplers of `torch.utils.data`, and the random numbers that loaders draw in PyTorch's order. */
import { float64 } from "../../tensor/dtype";
import { modes } from "../../tensor/modes";
import { defaultGenerator, Generator as RandomGenerator } from "../../tensor/random/generator";
import type { Tensor } from "../../tensor/tensor";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError, valueError } from "../exceptions";
import { call, native } from "../function";
import { getItem, lengthOf } from "../items";
import { repr } from "../text";
import { Getter, Kwargs, type PyObject, type PyType, type Value } from "../type";
import { typeOf } from "../types";
import { numberOf } from "../values/float";
import { iterate, NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { asTensor } from "./creation";
import { dataType, field, initialised } from "./data_class";
import { runOp } from "./tensor_type";

/** A random int64, as `torch.empty((), dtype=torch.int64).random_()` draws it: two words. */
export function drawSeed(generator: RandomGenerator): bigint {
  return generator.random64() & 0x7fffffffffffffffn;
}

/** Shape inference must not touch the live session's stream. */
export const defaultStream = (): RandomGenerator => (modes.abstract ? new RandomGenerator() : defaultGenerator);

export function permutation(n: number, generator: RandomGenerator): number[] {
  if (modes.abstract) return Array.from({ length: n }, (_, i) => i);
  const t = call(randperm(), n, new Kwargs(new Map<string, Value>([["generator", generator]]))) as Tensor;
  return (call(typeOf(t).lookup("tolist"), t) as number[]).slice();
}

let randperm: () => Value = () => null;
/** `torch.randperm`, known when the torch module is put together. */
export function permuteWith(get: typeof randperm): void {
  randperm = get;
}

export const samplerType = dataType("Sampler", "sampler");
samplerType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => samplerType),
);
methods(samplerType, { __init__: ["data_source=", () => null, null] });

/** A sampler's class: its constructor, its length and its indices, made anew for each pass. */
function sampler(
  name: string,
  params: string,
  init: (...args: never[]) => Readonly<Record<string, Value>>,
  defaults: readonly Value[],
  length: (s: PyObject) => Value,
  pass: (s: PyObject) => Iterable<Value>,
): PyType {
  const type = dataType(name, "sampler", samplerType);
  initialised(type, params, init, defaults);
  methods(type, {
    __iter__: ["", (s: PyObject) => new NativeIterator(pass(s))],
    __len__: ["", length],
  });
  return type;
}

const refused = (what: string, name: string, v: Value): Error =>
  valueError(`${name} should be a ${what} value, but got ${name}=${repr(v)}`);
const isPositive = (v: Value): v is number => typeof v === "number" && Number.isInteger(v) && v > 0;
const streamOf = (v: Value): RandomGenerator => (v instanceof RandomGenerator ? v : defaultStream());
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export const sequentialType = sampler(
  "SequentialSampler",
  "data_source",
  (data: Value) => ({ data_source: data }),
  [],
  (s) => lengthOf(field(s, "data_source")),
  (s) => count(lengthOf(field(s, "data_source"))),
);

const drawsOf = (s: PyObject): number => numberOf(field(s, "_num_samples")) ?? lengthOf(field(s, "data_source"));

/** Draws from its own generator, or from one that the default generator seeds at each pass. */
function* randomPass(s: PyObject): Iterable<Value> {
  const generator = field(s, "generator");
  const stream = generator instanceof RandomGenerator ? generator : new RandomGenerator(drawSeed(defaultStream()));
  const n = lengthOf(field(s, "data_source"));
  if (truthy(field(s, "replacement"))) {
    for (let left = drawsOf(s); left > 0; left -= 32) yield* integers(n, Math.min(32, left), stream);
    return;
  }
  const draws = drawsOf(s);
  for (let left = draws; left >= n; left -= n) yield* permutation(n, stream);
  // Drawn even when nothing of it is needed: a generator of one's own moves on.
  yield* permutation(n, stream).slice(0, draws % n);
}

export const randomType = sampler(
  "RandomSampler",
  "data_source, replacement=, num_samples=, generator=",
  (data: Value, replacement: Value, samples: Value, generator: Value) => {
    if (typeof replacement !== "boolean") {
      throw typeError(`replacement should be a boolean value, but got replacement=${repr(replacement)}`);
    }
    const draws = samples ?? lengthOf(data);
    if (!isPositive(draws)) throw refused("positive integer", "num_samples", draws);
    return { data_source: data, replacement, _num_samples: samples, generator };
  },
  [false, null, null],
  drawsOf,
  randomPass,
);
randomType.define("num_samples", new Getter(drawsOf));

/** `torch.randint(n, (count,))`. */
function integers(n: number, length: number, stream: RandomGenerator): number[] {
  return Array.from({ length }, () => stream.random() % n);
}

const subsetRandomType = sampler(
  "SubsetRandomSampler",
  "indices, generator=",
  (indices: Value, generator: Value) => ({ indices, generator }),
  [null],
  (s) => lengthOf(field(s, "indices")),
  (s) => {
    const indices = field(s, "indices");
    return permutation(lengthOf(indices), streamOf(field(s, "generator"))).map((i) => getItem(indices, i));
  },
);

function weighted(weights: Value, samples: Value, replacement: Value, generator: Value) {
  if (!isPositive(samples)) throw refused("positive integer", "num_samples", samples);
  if (typeof replacement !== "boolean") throw refused("boolean", "replacement", replacement);
  const given = asTensor(weights, float64);
  if (given.ndim !== 1) {
    throw valueError(`weights should be a 1d sequence but given weights have shape ${repr(new Tuple(given.sizes))}`);
  }
  return { weights: given, num_samples: samples, replacement, generator };
}

const weightedType = sampler(
  "WeightedRandomSampler",
  "weights, num_samples, replacement=, generator=",
  weighted,
  [true, null],
  (s) => field(s, "num_samples"),
  (s) => {
    const [weights, samples, replacement] = ["weights", "num_samples", "replacement"].map((name) => field(s, name));
    const generator = new Kwargs(new Map<string, Value>([["generator", field(s, "generator")]]));
    return iterate(
      call(typeOf(weights).lookup("tolist"), runOp("multinomial", weights, samples, replacement, generator)),
    );
  },
);

function* batchPass(s: PyObject): Iterable<Value> {
  const size = field(s, "batch_size") as number;
  let batch: Value[] = [];
  for (const i of iterate(field(s, "sampler"))) {
    batch.push(i);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0 && !truthy(field(s, "drop_last"))) yield batch;
}

export const batchType = sampler(
  "BatchSampler",
  "sampler, batch_size, drop_last",
  (inner: Value, size: Value, dropLast: Value) => {
    if (!isPositive(size)) throw refused("positive integer", "batch_size", size);
    if (typeof dropLast !== "boolean") throw refused("boolean", "drop_last", dropLast);
    return { sampler: inner, batch_size: size, drop_last: dropLast };
  },
  [],
  (s) => {
    const batches = lengthOf(field(s, "sampler")) / (field(s, "batch_size") as number);
    return truthy(field(s, "drop_last")) ? Math.floor(batches) : Math.ceil(batches);
  },
  batchPass,
);

/** The classes that notes can name. */
export const samplerTypes: readonly PyType[] = [
  samplerType,
  sequentialType,
  randomType,
  subsetRandomType,
  weightedType,
  batchType,
];
