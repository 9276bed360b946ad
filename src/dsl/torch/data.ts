/** `torch.utils.data`: datasets, samplers and DataLoader, drawing random numbers in PyTorch's order. */
import { float64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { tensorFromData } from "../../tensor/ops/creation";
import { Generator as RandomGenerator } from "../../tensor/random/generator";
import type { Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { call, native } from "../function";
import { getItem, lengthOf } from "../items";
import { NDArray, NumpyScalar } from "../numpy/ndarray";
import { repr } from "../text";
import { Getter, PyObject, type PyType, TYPE, type Value } from "../type";
import { typeOf } from "../types";
import { Bytes } from "../values/bytes";
import { Dict } from "../values/dict";
import { isFloat, numberOf } from "../values/float";
import { isInt } from "../values/int";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { asTensor } from "./creation";
import { batches, dataType, defaultStream, drawSeed, permutation, random, samplerTypes, sequential } from "./samplers";
import { runOp } from "./tensor_type";

// ---- datasets

const datasetType = dataType("Dataset");
datasetType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => datasetType),
);
methods(datasetType, {
  __add__: ["other, /", (a: Value, b: Value) => new Concatenated([a, b])],
});
const iterableType = dataType("IterableDataset", datasetType);

class Tensors extends PyObject {
  constructor(
    type: PyType,
    readonly tensors: readonly Tensor[],
  ) {
    super(type);
  }
}
const tensorDatasetType = dataType("TensorDataset", datasetType);
tensorDatasetType.called = (type, args) => {
  const tensors = args as Tensor[];
  if (tensors.some((t) => t.sizes[0] !== tensors[0].sizes[0])) {
    throw error("AssertionError", "Size mismatch between tensors");
  }
  return new Tensors(type, tensors);
};
methods(tensorDatasetType, {
  __len__: ["", (d: Tensors) => d.tensors[0].sizes[0]],
  __getitem__: ["index, /", (d: Tensors, i: Value) => new Tuple(d.tensors.map((t) => getItem(t, i)))],
});
tensorDatasetType.define("tensors", new Getter((d: Tensors) => new Tuple(d.tensors)));

class Subset extends PyObject {
  constructor(
    readonly dataset: Value,
    readonly indices: Value,
  ) {
    super(subsetType);
  }
}
const subsetType = dataType("Subset", datasetType);
subsetType.called = (_type, [dataset, indices]) => new Subset(dataset, indices);
methods(subsetType, {
  __len__: ["", (s: Subset) => lengthOf(s.indices)],
  __getitem__: [
    "index, /",
    (s: Subset, i: Value) =>
      getItem(s.dataset, Array.isArray(i) ? i.map((each) => getItem(s.indices, each)) : getItem(s.indices, i)),
  ],
});
subsetType.define("indices", new Getter((s: Subset) => s.indices));
subsetType.define("dataset", new Getter((s: Subset) => s.dataset));

const concatType = dataType("ConcatDataset", datasetType);
class Concatenated extends PyObject {
  constructor(readonly datasets: readonly Value[]) {
    super(concatType);
  }

  at(index: number): Value {
    let i = index < 0 ? index + this.length : index;
    for (const dataset of this.datasets) {
      const n = lengthOf(dataset);
      if (i < n) return getItem(dataset, i);
      i -= n;
    }
    throw error("IndexError", "list index out of range");
  }

  get length(): number {
    return this.datasets.reduce<number>((n, dataset) => n + lengthOf(dataset), 0);
  }
}
concatType.called = (_type, [datasets]) => new Concatenated(listOf(datasets));
methods(concatType, {
  __len__: ["", (d: Concatenated) => d.length],
  __getitem__: ["index, /", (d: Concatenated, i: number) => d.at(i)],
});

/** `random_split(dataset, lengths)`; fractions share out what rounding leaves. */
function randomSplit(dataset: Value, lengths: Value, generator: Value): Value {
  const total = lengthOf(dataset);
  let sizes = listOf(lengths).map((n) => numberOf(n) ?? 0);
  if (listOf(lengths).some(isFloat)) {
    sizes = sizes.map((fraction) => Math.floor(total * fraction));
    const rest = total - sizes.reduce((a, b) => a + b, 0);
    for (let i = 0; i < rest; i++) sizes[i % sizes.length]++;
  }
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw valueError("Sum of input lengths does not equal the length of the input dataset!");
  }
  const order = permutation(total, generator instanceof RandomGenerator ? generator : defaultStream());
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return new Subset(dataset, order.slice(start - size, start));
  });
}

// ---- collation

/** Stacks samples: tensors, numbers, dicts and sequences of them, at any depth. */
export function collate(batch: readonly Value[]): Value {
  const [first] = batch;
  if (isTensor(first)) return runOp("stack", batch, 0);
  if (first instanceof NDArray || first instanceof NumpyScalar) {
    return runOp(
      "stack",
      batch.map((sample) => asTensor(sample, null)),
      0,
    );
  }
  if (typeof first === "string" || first instanceof Bytes) return [...batch];
  if (typeof first === "boolean" || isInt(first)) return tensorFromData(batch as Scalar[], [batch.length]);
  if (isFloat(first)) return tensorFromData(batch as Scalar[], [batch.length], float64);
  if (first instanceof Dict) {
    return new Dict(first.keys().map((key) => [key, collate(batch.map((sample) => getItem(sample, key)))]));
  }
  if (first instanceof Tuple || Array.isArray(first)) {
    const rows = batch.map(listOf);
    if (rows.some((row) => row.length !== rows[0].length)) {
      throw error("RuntimeError", "each element in list of batch should be of equal size");
    }
    const columns = rows[0].map((_, i) => collate(rows.map((row) => row[i])));
    return first instanceof Tuple && first[TYPE].heap ? new Tuple(columns, first[TYPE]) : columns;
  }
  const shown = repr(first === null ? typeOf(null) : typeOf(first));
  throw typeError(`default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found ${shown}`);
}

// ---- DataLoader

interface LoaderOptions {
  readonly dataset: Value;
  readonly batchSize: Value;
  readonly sampler: Value;
  readonly batchSampler: Value;
  readonly collate: Value;
  readonly dropLast: boolean;
  readonly generator: Value;
}

const loaderType = dataType("DataLoader");
loaderType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => loaderType),
);

class Loader extends PyObject {
  constructor(readonly options: LoaderOptions) {
    super(loaderType);
  }

  private get isIterable(): boolean {
    return typeOf(this.options.dataset).isSubtypeOf(iterableType);
  }

  get length(): number {
    const { batchSampler, sampler, batchSize, dataset } = this.options;
    if (this.isIterable) return Math.ceil(lengthOf(dataset) / (numberOf(batchSize) ?? 1));
    return lengthOf(batchSize === null && batchSampler === null ? sampler : batchSampler);
  }

  /** One epoch. Every epoch first draws a base seed, shuffled or not. */
  *pass(): Iterable<Value> {
    const { dataset, batchSampler, sampler, batchSize, collate: collation, generator, dropLast } = this.options;
    drawSeed(generator instanceof RandomGenerator ? generator : defaultStream());
    const joined = (samples: Value[]): Value => (collation === null ? collate(samples) : call(collation, samples));
    if (this.isIterable) {
      yield* chunks(iterate(dataset), numberOf(batchSize) ?? 0, dropLast, joined);
    } else if (batchSampler === null) {
      for (const i of iterate(sampler))
        yield collation === null ? getItem(dataset, i) : call(collation, getItem(dataset, i));
    } else {
      for (const batch of iterate(batchSampler)) yield joined(listOf(batch).map((i) => getItem(dataset, i)));
    }
  }
}

function* chunks(
  items: Iterable<Value>,
  size: number,
  dropLast: boolean,
  joined: (samples: Value[]) => Value,
): Iterable<Value> {
  if (size === 0) {
    yield* items;
    return;
  }
  let batch: Value[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield joined(batch);
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield joined(batch);
}

const makeLoader = native(
  "DataLoader.__init__",
  "dataset, batch_size=, shuffle=, sampler=, batch_sampler=, num_workers=, collate_fn=, pin_memory=, drop_last=, timeout=, " +
    "worker_init_fn=, multiprocessing_context=, generator=, *, prefetch_factor=, persistent_workers=, pin_memory_device=, in_order=",
  (
    dataset: Value,
    batchSize: Value,
    shuffle: Value,
    givenSampler: Value,
    batchSampler: Value,
    _workers: Value,
    collation: Value,
    _pin: Value,
    dropLast: Value,
    _timeout: Value,
    _init: Value,
    _context: Value,
    generator: Value,
  ) => {
    const size = numberOf(batchSize);
    if (givenSampler !== null && truthy(shuffle)) throw valueError("sampler option is mutually exclusive with shuffle");
    if (batchSize !== null && (size === undefined || size <= 0)) {
      throw valueError(`batch_size should be a positive integer value, but got batch_size=${repr(batchSize)}`);
    }
    const isIterable = typeOf(dataset).isSubtypeOf(iterableType);
    const order = isIterable
      ? null
      : (givenSampler ?? (truthy(shuffle) ? random(dataset, false, null, generator) : sequential(dataset)));
    const grouped = batchSampler ?? (size === undefined || isIterable ? null : batches(order, size, truthy(dropLast)));
    return new Loader({
      dataset,
      batchSize,
      sampler: order,
      batchSampler: grouped,
      collate: collation,
      dropLast: truthy(dropLast),
      generator,
    });
  },
  [1, null, null, null, 0, null, false, false, 0, null, null, null, null, false, "", true],
);
loaderType.called = (_type, args) => call(makeLoader, ...args);
methods(loaderType, {
  __iter__: ["", (loader: Loader) => new NativeIterator(loader.pass())],
  __len__: ["", (loader: Loader) => loader.length],
});
for (const [name, get] of Object.entries({
  dataset: (o: LoaderOptions) => o.dataset,
  batch_size: (o: LoaderOptions) => o.batchSize,
  sampler: (o: LoaderOptions) => o.sampler,
  batch_sampler: (o: LoaderOptions) => o.batchSampler,
  drop_last: (o: LoaderOptions) => o.dropLast,
  num_workers: () => 0,
})) {
  loaderType.define(name, new Getter((loader: Loader) => get(loader.options)));
}

export function dataModule(): PyModule {
  const types = [datasetType, iterableType, tensorDatasetType, subsetType, concatType, ...samplerTypes, loaderType];
  return new PyModule("torch.utils.data", [
    ...types.map((type): [string, Value] => [type.name, type]),
    ...functions({
      random_split: ["dataset, lengths, generator=", randomSplit, null],
      default_collate: ["batch", (batch: Value) => collate(listOf(batch))],
      get_worker_info: ["", () => null],
    }),
    ["dataloader", new PyModule("torch.utils.data.dataloader", [["DataLoader", loaderType]])],
    [
      "dataset",
      new PyModule("torch.utils.data.dataset", [
        ["Dataset", datasetType],
        ["TensorDataset", tensorDatasetType],
      ]),
    ],
  ]);
}
