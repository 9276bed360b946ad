/** `torch.utils.data`: the DataLoader, drawing random numbers in PyTorch's order, and the names of the package. */
import { Generator as RandomGenerator } from "../../tensor/random/generator";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { valueError } from "../exceptions";
import { call, construct, native } from "../function";
import { getItem, lengthOf } from "../items";
import { repr } from "../text";
import type { PyObject, PyType, Value } from "../type";
import { typeOf } from "../types";
import { numberOf } from "../values/float";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { PyModule } from "../values/module";
import { collate, convert } from "./collation";
import { dataType, field, initialised } from "./data_class";
import { datasetFunctions, datasetTypes, fetchAll, iterableType } from "./datasets";
import { batchType, defaultStream, drawSeed, randomType, samplerTypes, sequentialType } from "./samplers";

const loaderType = dataType("DataLoader", "dataloader");
loaderType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => loaderType),
);

const isIterable = (dataset: Value): boolean =>
  typeof dataset === "object" && typeOf(dataset).isSubtypeOf(iterableType);

/** What arguments exclude each other; `wrong` holds the ones of this call. */
function checkCounts(workers: number, timeout: number, prefetch: Value, persistent: Value): void {
  const rules: readonly (readonly [boolean, string])[] = [
    [workers < 0, "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing."],
    [timeout < 0, "timeout option should be non-negative"],
    [
      workers === 0 && prefetch !== null,
      "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable " +
        "multiprocessing, otherwise set prefetch_factor to None.",
    ],
    [workers === 0 && truthy(persistent), "persistent_workers option needs num_workers > 0"],
  ];
  for (const [broken, text] of rules) if (broken) throw valueError(text);
}

function checkStream(options: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === false) continue;
    throw valueError(
      `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${repr(value)}`,
    );
  }
}

initialised(
  loaderType,
  "dataset, batch_size=, shuffle=, sampler=, batch_sampler=, num_workers=, collate_fn=, pin_memory=, drop_last=, timeout=, " +
    "worker_init_fn=, multiprocessing_context=, generator=, *, prefetch_factor=, persistent_workers=, pin_memory_device=, in_order=",
  (
    dataset: Value,
    batchSize: Value,
    shuffle: Value,
    givenSampler: Value,
    givenBatches: Value,
    workers: Value,
    collation: Value,
    pin: Value,
    dropLast: Value,
    timeout: Value,
    workerInit: Value,
    _context: Value,
    generator: Value,
    prefetch: Value,
    persistent: Value,
    pinDevice: Value,
    inOrder: Value,
  ) => {
    checkCounts(numberOf(workers) ?? 0, numberOf(timeout) ?? 0, prefetch, persistent);
    const stream = isIterable(dataset);
    if (stream) checkStream({ shuffle, sampler: givenSampler, batch_sampler: givenBatches });
    if (givenSampler !== null && truthy(shuffle)) throw valueError("sampler option is mutually exclusive with shuffle");
    let size = batchSize;
    if (givenBatches !== null) {
      if (batchSize !== 1 || truthy(shuffle) || givenSampler !== null || truthy(dropLast)) {
        throw valueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
      }
      size = null;
    } else if (batchSize === null && truthy(dropLast)) {
      throw valueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last");
    }
    const order = stream
      ? null
      : (givenSampler ??
        (truthy(shuffle)
          ? construct(randomType, [dataset, false, null, generator])
          : construct(sequentialType, [dataset])));
    if (stream && size !== null && !(Number(size) > 0)) construct(batchType, [[], size, dropLast]);
    return {
      dataset,
      num_workers: workers,
      prefetch_factor: prefetch ?? (workers === 0 ? null : 2),
      pin_memory: pin,
      pin_memory_device: pinDevice,
      timeout,
      worker_init_fn: workerInit,
      batch_size: size,
      drop_last: dropLast,
      sampler: order,
      batch_sampler: givenBatches ?? (size === null || stream ? null : construct(batchType, [order, size, dropLast])),
      generator,
      collate_fn: collation ?? (givenBatches === null && size === null ? convertFunction : collateFunction),
      persistent_workers: persistent,
      in_order: inOrder,
    };
  },
  [1, null, null, null, 0, null, false, false, 0, null, null, null, null, false, "", true],
);

function lengthOfLoader(loader: PyObject): number {
  const [dataset, size, batches] = ["dataset", "batch_size", "batch_sampler"].map((name) => field(loader, name));
  if (!isIterable(dataset)) return lengthOf(batches ?? field(loader, "sampler"));
  const full = lengthOf(dataset) / (numberOf(size) ?? 1);
  return truthy(field(loader, "drop_last")) ? Math.floor(full) : Math.ceil(full);
}

/** The batches of one epoch. */
function* pass(loader: PyObject): Iterable<Value> {
  const [dataset, batches, joined] = ["dataset", "batch_sampler", "collate_fn"].map((name) => field(loader, name));
  const join = (samples: Value): Value => call(joined, samples);
  if (isIterable(dataset)) {
    const size = numberOf(field(loader, "batch_size")) ?? 0;
    yield* chunks(iterate(dataset), size, truthy(field(loader, "drop_last")), join);
  } else if (batches === null) {
    for (const i of iterate(field(loader, "sampler"))) yield join(getItem(dataset, i));
  } else {
    for (const batch of iterate(batches)) yield join(fetchAll(dataset, listOf(batch)));
  }
}

function* chunks(
  items: Iterable<Value>,
  size: number,
  dropLast: boolean,
  join: (samples: Value) => Value,
): Iterable<Value> {
  let batch: Value[] = [];
  for (const item of items) {
    if (size === 0) {
      yield join(item);
      continue;
    }
    batch.push(item);
    if (batch.length < size) continue;
    yield join(batch);
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield join(batch);
}

/** Every epoch first draws a base seed, shuffled or not. */
function epoch(loader: PyObject): Value {
  const generator = field(loader, "generator");
  drawSeed(generator instanceof RandomGenerator ? generator : defaultStream());
  return new NativeIterator(pass(loader));
}

methods(loaderType, {
  __iter__: ["", epoch],
  __len__: ["", lengthOfLoader],
});

const collateFunction = native("default_collate", "batch", (batch: Value) => collate(listOf(batch)));
const convertFunction = native("default_convert", "data", convert);

const named = (types: readonly PyType[]): [string, Value][] => types.map((type) => [type.name, type]);

export function dataModule(): PyModule {
  const collation: [string, Value][] = [
    ["default_collate", collateFunction],
    ["default_convert", convertFunction],
  ];
  const datasets = [...named(datasetTypes), ...datasetFunctions];
  const loader: [string, Value][] = [["DataLoader", loaderType], ...collation];
  const part = (name: string, entries: [string, Value][]): [string, Value] => [
    name,
    new PyModule(`torch.utils.data.${name}`, entries),
  ];
  return new PyModule("torch.utils.data", [
    ...datasets,
    ...named(samplerTypes),
    ...loader,
    ...functions({ get_worker_info: ["", () => null] }),
    part("dataloader", loader),
    part("dataset", datasets),
    part("sampler", named(samplerTypes)),
  ]);
}
