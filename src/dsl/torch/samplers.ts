/** Samplers of `torch.utils.data`, and the random numbers that loaders draw in PyTorch's order. */
import { float64 } from "../../tensor/dtype";
import { modes } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { tensorFromData } from "../../tensor/ops/creation";
import { defaultGenerator, Generator as RandomGenerator } from "../../tensor/random/generator";
import type { Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { valueError } from "../exceptions";
import { call, native } from "../function";
import { getItem, lengthOf } from "../items";
import { builtinType, Kwargs, objectType, PyObject, type PyType, type Value } from "../type";
import { typeOf } from "../types";
import { numberOf } from "../values/float";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { runOp } from "./tensor_type";

/** A class of `torch.utils.data`. */
export const dataType = (name: string, base: PyType = objectType): PyType =>
  builtinType(name, [base], { module: "torch.utils.data" });

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

/** Yields indices; a new pass for each `iter`. */
class Sampler extends PyObject {
  constructor(
    type: PyType,
    readonly length: () => number,
    readonly pass: () => Iterable<Value>,
  ) {
    super(type);
  }
}
export const samplerType = dataType("Sampler");
samplerType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => samplerType),
);
const samplerMethods = {
  __iter__: ["", (s: Sampler) => new NativeIterator(s.pass())],
  __len__: ["", (s: Sampler) => s.length()],
} as const;

function sampler(
  name: string,
  params: string,
  make: (...args: never[]) => Sampler,
  defaults: readonly Value[] = [],
): PyType {
  const type = dataType(name, samplerType);
  const build = native(name, params, make, defaults);
  type.called = (_type, args) => call(build, ...args);
  methods(type, samplerMethods);
  return type;
}

/** The stream a random sampler draws from: its own generator, or one seeded by the default generator. */
function ownStream(generator: Value): RandomGenerator {
  return generator instanceof RandomGenerator ? generator : new RandomGenerator(drawSeed(defaultStream()));
}

const indices = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const sequentialType = sampler("SequentialSampler", "data_source", (data: Value) => sequential(data));
export const sequential = (data: Value): Sampler =>
  new Sampler(
    sequentialType,
    () => lengthOf(data),
    () => indices(lengthOf(data)),
  );

const randomType = sampler(
  "RandomSampler",
  "data_source, replacement=, num_samples=, generator=",
  (data: Value, replacement: Value, count: Value, generator: Value) =>
    random(data, truthy(replacement), count, generator),
  [false, null, null],
);

export function random(data: Value, replacement: boolean, count: Value, generator: Value): Sampler {
  const length = (): number => numberOf(count) ?? lengthOf(data);
  if (length() <= 0)
    throw valueError(`num_samples should be a positive integer value, but got num_samples=${length()}`);
  function* pass(): Iterable<Value> {
    const stream = ownStream(generator);
    const n = lengthOf(data);
    if (replacement) {
      for (let left = length(); left > 0; left -= 32) yield* integers(n, Math.min(32, left), stream);
      return;
    }
    // PyTorch draws a permutation for the rest too when there is none.
    for (let left = length(); left >= 0; left -= n) yield* permutation(n, stream).slice(0, left);
  }
  return new Sampler(randomType, length, pass);
}

/** `torch.randint(n, (count,))`. */
function integers(n: number, count: number, stream: RandomGenerator): number[] {
  return Array.from({ length: count }, () => stream.random() % n);
}

const subsetRandomType = sampler(
  "SubsetRandomSampler",
  "indices, generator=",
  (chosen: Value, generator: Value) =>
    new Sampler(
      subsetRandomType,
      () => lengthOf(chosen),
      () =>
        permutation(lengthOf(chosen), generator instanceof RandomGenerator ? generator : defaultStream()).map((i) =>
          getItem(chosen, i),
        ),
    ),
  [null],
);

const weightedType = sampler(
  "WeightedRandomSampler",
  "weights, num_samples, replacement=, generator=",
  (weights: Value, count: number, replacement: Value) => {
    const given = isTensor(weights)
      ? (runOp("to", weights, float64) as Tensor)
      : tensorFromData(listOf(weights) as Scalar[], [lengthOf(weights)], float64);
    const pass = (): Iterable<Value> =>
      iterate(call(typeOf(given).lookup("tolist"), runOp("multinomial", given, count, truthy(replacement))));
    return new Sampler(weightedType, () => count, pass);
  },
  [true, null],
);

const batchType = sampler(
  "BatchSampler",
  "sampler, batch_size, drop_last",
  (inner: Value, size: number, dropLast: Value) => batches(inner, size, truthy(dropLast)),
);

export function batches(inner: Value, size: number, dropLast: boolean): Sampler {
  const length = (): number => (dropLast ? Math.floor(lengthOf(inner) / size) : Math.ceil(lengthOf(inner) / size));
  function* pass(): Iterable<Value> {
    let batch: Value[] = [];
    for (const i of iterate(inner)) {
      batch.push(i);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !dropLast) yield batch;
  }
  return new Sampler(batchType, length, pass);
}

/** The classes that notes can name. */
export const samplerTypes: readonly PyType[] = [
  samplerType,
  sequentialType,
  randomType,
  subsetRandomType,
  weightedType,
  batchType,
];
